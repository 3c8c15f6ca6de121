"""HTTP digest authentication, RFC 7616: Virtuoso requires it where graphs are written."""

from urllib.request import (
    AbstractDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    parse_http_list,
    parse_keqv_list,
)
from urllib.request import Request as _Request

from coopgraph.errors import EndpointRefused, shown
from coopgraph.remote.address import Credentials


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

        Raises `EndpointRefused` for a challenge that cannot be answered.
        """
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
