"""The address of a remote store and its credentials: checked before anything is sent."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, urlsplit, urlunsplit

from coopgraph.errors import UsageError, shown

USER: Final = "COOPGRAPH_USER"
PASSWORD: Final = "COOPGRAPH_PASSWORD"  # noqa: S105  the name of a variable
TOKEN: Final = "COOPGRAPH_TOKEN"  # noqa: S105  the name of a variable
_PORTS: Final = {"http": 80, "https": 443}
_UNSENDABLE: Final = re.compile(r"[\x00-\x20\x7f-\x9f]")


def is_remote(store: object) -> bool:
    """Whether `store` is the address of a remote store and not a folder.

    >>> is_remote("https://example.org/sparql"), is_remote(".coopgraph")
    (True, False)
    """
    return str(store).lower().startswith(("http://", "https://"))


@dataclass(frozen=True)
class Address:
    """The address of an endpoint: its URL, and the parts that decide what may be sent there."""

    url: str
    scheme: str
    host: str
    port: int

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port: credentials go to no other."""
        return self.scheme, self.host, self.port

    @property
    def is_loopback(self) -> bool:
        """Whether it is on this machine."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def __str__(self) -> str:
        return self.url.partition("?")[0]


def parse_address(url: str) -> Address:
    """The address that `url` gives; raises `UsageError` for anything else.

    A fragment is left out, for it is not sent. Characters outside ASCII are percent-encoded.

    >>> parse_address("HTTP://Example.org/sparql#x").url
    'http://example.org/sparql'
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise _not_an_address(url) from None
    scheme, host = parts.scheme.lower(), (parts.hostname or "").rstrip(".")
    if scheme not in _PORTS or not host or _UNSENDABLE.search(url.strip()):
        raise _not_an_address(url)
    if "@" in parts.netloc:
        raise UsageError(
            "credentials do not belong into an address, where others see them",
            place=shown(url),
            remedy=f"set {USER} and {PASSWORD}, or {TOKEN}",
        )
    try:
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError:
        raise _not_an_address(url) from None
    bracketed = f"[{host}]" if ":" in host else host
    netloc = bracketed if port is None else f"{bracketed}:{port}"
    clean = urlunsplit(
        SplitResult(scheme, netloc, _ascii(parts.path) or "/", _ascii(parts.query), "")
    )
    return Address(clean, scheme, host, port or _PORTS[scheme])


def _ascii(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="%/:=&?~#+!$,;'@()*[]")


def _not_an_address(url: str) -> UsageError:
    return UsageError(
        "not the address of a SPARQL endpoint",
        place=shown(url),
        remedy="write it as https://example.org/sparql",
    )


@dataclass(frozen=True)
class Credentials:
    """A user and a password, or a token. Never printed."""

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    @property
    def header(self) -> str:
        """The value of `Authorization`: Bearer (RFC 6750) for a token, else Basic (RFC 7617)."""
        from base64 import b64encode

        if self.token:
            return f"Bearer {self.token}"
        return f"Basic {b64encode(f'{self.user}:{self.password}'.encode()).decode()}"

    def hidden(self, text: str) -> str:
        """`text`, which another machine wrote, without our secrets."""
        for secret in (self.token, self.password, self.header.partition(" ")[2]):
            text = text.replace(secret, "***") if secret else text
        return text


def credentials_of(environment: Mapping[str, str]) -> Credentials | None:
    """The credentials that the environment gives, or None; a token counts before a user.

    Raises `UsageError`, which does not repeat them, for what no header can carry.

    >>> credentials_of({"COOPGRAPH_TOKEN": "t0k3n"}).header
    'Bearer t0k3n'
    """
    token = environment.get(TOKEN, "").strip()
    user, password = environment.get(USER, ""), environment.get(PASSWORD, "")
    if token:
        if not token.isascii() or _UNSENDABLE.search(token):
            raise UsageError("not a token", place=TOKEN, remedy="set it to one line of ASCII")
        return Credentials(token=token)
    if not user:
        return None
    for name, value in ((USER, user), (PASSWORD, password)):
        if not value.isprintable() or (name == USER and ":" in value):
            raise UsageError(
                "it holds a character that cannot be sent", place=name, remedy="set it again"
            )
    return Credentials(user, password)


def refuse_unencrypted(address: Address, credentials: Credentials | None) -> None:
    """Raise `UsageError` where credentials would be sent unencrypted to another machine."""
    if credentials and address.scheme == "http" and not address.is_loopback:
        raise UsageError(
            "credentials are not sent over http to another machine",
            place=str(address),
            remedy=f"use https, or unset {USER} and {TOKEN}",
        )
