"""A SPARQL endpoint: retries where that is safe, follows redirects, sends credentials.

https://www.w3.org/TR/sparql11-protocol/. A request is sent again after a connection that broke
before any reply (if the request may be repeated), and after 429, 502, 503 and 504; at most
twice, all within the time limit. A request that took long to fail is not sent again: it would
fail again, and load the endpoint.
"""

import contextlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlencode, urljoin
from urllib.request import (
    AbstractDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    parse_http_list,
    parse_keqv_list,
)
from urllib.request import Request as _Request

from coopgraph import errors
from coopgraph.errors import EndpointRefused, shown
from coopgraph.remote.address import (
    TOKEN,
    USER,
    Address,
    Credentials,
    parse_address,
    refuse_unencrypted,
)
from coopgraph.remote.http import ConnectionLost, HttpClient, Request, Response

TIMEOUT_S: Final = 60.0
REPLY_MB: Final = 256
_TRIES: Final = 3
_BACKOFF_S: Final = 0.3
_LONGEST_WAIT_S: Final = 10.0
#: A failure that took longer than this is taken to last.
_QUICK_S: Final = 5.0
_TEMPORARY: Final = frozenset({429, 502, 503, 504})
#: Of these, the ones that say that the request was not processed.
_NOT_PROCESSED: Final = frozenset({429, 503})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_NOT_FOUND: Final = frozenset({404, 410})
_MOST_REDIRECTS: Final = 5
_SHOWN: Final = 200


class Digest:
    """Answers the challenges of one server, with a counter: no answer may be used twice.

    >>> digest = Digest(Credentials("dba", "dba"), "http://localhost/x")
    >>> asked = 'Digest realm="SPARQL", nonce="abc", qop="auth", algorithm="MD5"'
    >>> digest.header(asked, "GET", "http://localhost/x")[:50]
    'Digest username="dba", realm="SPARQL", nonce="abc"'
    """

    def __init__(self, credentials: Credentials, url: str) -> None:
        known = HTTPPasswordMgrWithDefaultRealm()
        known.add_password(None, url, credentials.user, credentials.password)
        self._handler = AbstractDigestAuthHandler(known)

    def header(self, challenge: str, method: str, url: str) -> str:
        """The value of `Authorization` that answers `challenge`, a `WWW-Authenticate: Digest …`.
        Raises `EndpointRefused` for a challenge that cannot be answered."""
        try:
            asked = parse_keqv_list(parse_http_list(challenge.partition(" ")[2]))
            answer = self._handler.get_authorization(
                _Request(url, method=method),  # noqa: S310  the address was checked
                asked,
            )
        except (ValueError, KeyError, TypeError):
            answer = None
        if not answer:
            raise EndpointRefused(
                "it asks for a digest that cannot be computed",
                place=shown(url),
                remedy="ask the administrator for basic authentication or a token",
            )
        return f"Digest {answer}"


@dataclass
class Endpoint:
    """Where requests go, with which credentials, and how long to wait for a reply."""

    address: Address
    credentials: Credentials | None
    http: HttpClient
    timeout_s: float = TIMEOUT_S
    #: The challenge of a digest, once one came: large bodies are not sent twice.
    _challenge: str = field(default="", repr=False)
    _digest: Digest | None = field(default=None, repr=False)

    def send(
        self,
        method: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        *,
        address: Address | None = None,
        repeatable: bool = True,
        is_write: bool = False,
    ) -> Response:
        """The successful reply to a request to `address`, by default that of the endpoint. Raises
        `EndpointUnreachable`, `EndpointRefused`, `EndpointFailed`, `QueryTimeout`, `ServerBusy`,
        `ReplyTooLarge`, `AnswerTruncated`."""
        request = Request(method, address or self.address, headers, body, repeatable, is_write)
        refuse_unencrypted(request.address, self.credentials)
        response = self._with_retries(request)
        if 200 <= response.status < 300:
            return response
        raise self._error_of(response, request)

    def form(
        self,
        fields: list[tuple[str, str]],
        accept: str,
        *,
        repeatable: bool = True,
        is_write: bool = False,
    ) -> Response:
        """The reply to a form, which every server accepts with a text of any length."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": accept}
        body = urlencode(fields).encode()
        return self.send("POST", headers, body, repeatable=repeatable, is_write=is_write)

    def _with_retries(self, request: Request) -> Response:
        ends = time.monotonic() + self.timeout_s
        for attempt in range(_TRIES):
            began = time.monotonic()
            is_last = attempt == _TRIES - 1
            wait_s = _BACKOFF_S * 4**attempt
            try:
                response = self._with_redirects(request, ends)
            except ConnectionLost as lost:
                if is_last or not request.repeatable or began + wait_s >= ends:
                    raise lost.error from None
            else:
                if response.status not in (_TEMPORARY if request.repeatable else _NOT_PROCESSED):
                    return response
                wait_s = _retry_after_s(response, wait_s)
                if wait_s > _LONGEST_WAIT_S:
                    raise errors.ServerBusy(
                        f"the server asked to retry in {wait_s:.0f} s",
                        place=str(request.address),
                        remedy="ask again after that",
                        retry_after_s=int(wait_s),
                    )
                now = time.monotonic()
                if is_last or now - began > _QUICK_S or now + wait_s >= ends:
                    return response
            time.sleep(wait_s)
        raise AssertionError("the last attempt returns or raises")

    def _with_redirects(self, request: Request, ends: float) -> Response:
        """The reply behind all redirects. Credentials stay with the origin they are for."""
        for _ in range(_MOST_REDIRECTS):
            response = self._with_credentials(request, ends)
            target = response.headers.get("location", "")
            if response.status not in _REDIRECTS or not target:
                return response
            request = _redirected(request, response.status, target)
        raise errors.EndpointFailed(
            f"more than {_MOST_REDIRECTS} redirects",
            place=str(self.address),
            remedy="give the address that they lead to",
        )

    def _with_credentials(self, request: Request, ends: float) -> Response:
        known = self.credentials if request.address.origin == self.address.origin else None
        if known is None:
            return self.http.exchange(request, _left_s(ends))
        response = self.http.exchange(self._signed(request, known), _left_s(ends))
        if response.status != 401 or not known.user:
            return response
        challenge = response.headers.get("www-authenticate", "")
        if not challenge:  # Virtuoso sends its challenge only to a request without credentials
            bare = Request("GET", request.address, {"Accept": "*/*"})
            with contextlib.suppress(errors.CoopgraphError, ConnectionLost):
                asked = self.http.exchange(bare, _left_s(ends))
                challenge = asked.headers.get("www-authenticate", "")
        if challenge[:7].lower() != "digest ":
            return response
        self._challenge = challenge
        return self.http.exchange(self._signed(request, known), _left_s(ends))

    def _signed(self, request: Request, credentials: Credentials) -> Request:
        header = credentials.header
        if self._challenge:
            self._digest = self._digest or Digest(credentials, self.address.url)
            header = self._digest.header(self._challenge, request.method, request.address.url)
        return replace(request, headers={**request.headers, "Authorization": header})

    def _error_of(self, response: Response, request: Request) -> Exception:
        status, place = response.status, str(request.address)
        said = self._said(response)
        if status in (401, 403):
            remedy = (
                "check what it allows, and the user, password or token"
                if self.credentials
                else f"if it knows you, set {USER} and COOPGRAPH_PASSWORD, or {TOKEN}"
            )
            return errors.EndpointRefused(f"refused ({status}){said}", place=place, remedy=remedy)
        if status in _NOT_FOUND:
            return errors.NotSparql(
                f"there is no endpoint at this address ({status}){said}",
                place=place,
                remedy="check the path, often /sparql or /query",
            )
        return errors.EndpointFailed(f"failed with status {status}{said}", place=place)

    def _said(self, response: Response) -> str:
        """The first line of the endpoint's own error, for a message."""
        text = response.body[: 64 * _SHOWN].decode("utf-8", "replace")
        if "html" in response.media_type:
            return ", in a page of HTML"
        if response.media_type.endswith("json"):
            text = _of_problem(text)
        line = next((line.strip() for line in text.splitlines() if line.strip()), "")
        if self.credentials:
            line = self.credentials.hidden(line)
        return f": {line[:_SHOWN]}{'…' if len(line) > _SHOWN else ''}" if line else ""


def _of_problem(text: str) -> str:
    """What a JSON problem (RFC 9457) says, or the text as it is."""
    try:
        problem = json.loads(text)
    except ValueError:
        return text
    if not isinstance(problem, dict):
        return text
    return str(problem.get("detail") or problem.get("title") or text)


def _left_s(ends: float) -> float:
    return max(ends - time.monotonic(), 0.01)


def _redirected(request: Request, status: int, target: str) -> Request:
    """The request that a redirect asks for: the same one elsewhere, or after 303 a GET. A query may
    go to another host, an update may not; neither leaves https for http, nor comes from another
    machine to this one."""
    try:
        address = parse_address(urljoin(request.address.url, target))
    except (errors.UsageError, ValueError):
        raise errors.EndpointFailed("redirects to no address", place=str(request.address)) from None
    before = request.address
    if (
        (before.scheme == "https" and address.scheme == "http")
        or (address.is_loopback and not before.is_loopback)
        or (request.is_write and address.host != before.host)
    ):
        raise errors.EndpointFailed(
            f"redirects to {address}, which is not followed",
            place=str(before),
            remedy="give that address, if you trust it",
        )
    if status == 303:
        kept = {name: value for name, value in request.headers.items() if name != "Content-Type"}
        return replace(request, method="GET", address=address, headers=kept, body=None)
    return replace(request, address=address)


def _retry_after_s(response: Response, otherwise: float) -> float:
    """The seconds of Retry-After, given as seconds or as a date (RFC 9110, section 10.2.3)."""
    from email.utils import parsedate_to_datetime

    asked = response.headers.get("retry-after", "").strip()
    if asked.isdecimal() and asked.isascii():
        return float(asked[:9])
    try:
        return max(parsedate_to_datetime(asked).timestamp() - time.time(), 0.0)
    except (ValueError, TypeError, OverflowError):
        return otherwise
