"""A server for the tests of its pages: the command itself, on a free port, and how to ask it."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from command_line import environment

_ADDRESS = re.compile(rb"http://127\.0\.0\.1:\d+")


class Got(NamedTuple):
    """An answer: status, headers by lower-case name, body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class _Stay(urllib.request.HTTPRedirectHandler):
    """Redirects are answers here."""

    def redirect_request(self, *_: Any) -> None:
        return None


_opener = urllib.request.build_opener(_Stay, urllib.request.ProxyHandler({}))


@contextlib.contextmanager
def serving(store: Path, *options: str) -> Iterator[str]:
    """The address of `coopgraph serve` over a store, which ends with the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "coopgraph", "serve", "--port", "0", "--store", store, *options],
        env=environment(),
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    try:
        said = b""
        for line in process.stderr:
            said += line
            if found := _ADDRESS.search(line):
                yield found[0].decode()
                break
        else:
            raise AssertionError(said.decode())
    finally:
        process.send_signal(signal.SIGTERM)
        process.stderr.close()
        process.wait(30)


def get(
    address: str,
    path: str,
    *,
    accept: str = "text/html",
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
) -> Got:
    """The answer to a GET, or to a POST of `form`; redirects are not followed."""
    request = urllib.request.Request(
        address + path,
        data=urlencode(form).encode() if form else None,
        headers={"Accept": accept, **(headers or {})},
    )
    try:
        with _opener.open(request, timeout=60) as answer:
            return Got(answer.status, _named(answer.headers), answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Got(error.code, _named(error.headers), error.read())


def _named(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
