"""Requests over HTTP from several clients at once, each sending its next when the last is answered.

`wrk` (https://github.com/wg/wrk, a package of most systems) takes the least of the machine from
the server; where it is not installed, a loop of ours does the same, at a few times the cost, and
the report says so.
"""

from __future__ import annotations

import re
import selectors
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import NamedTuple
from urllib.parse import quote

ACCEPT = "application/sparql-results+json"
_SCRIPT = """
local targets = { %s }
local n = 0
init = function() math.randomseed(os.time()); n = math.random(#targets) end
request = function()
  n = n %% #targets + 1
  return wrk.format("GET", targets[n], { ["Accept"] = "%s" })
end
"""
_UNITS_MS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}


class Load(NamedTuple):
    """What clients saw: requests per second, milliseconds, requests that failed."""

    rate: float
    p50_ms: float
    p99_ms: float
    failed: int


def has_wrk() -> bool:
    """Whether `wrk` is installed."""
    return shutil.which("wrk") is not None


def measure(port: int, path: str, texts: Sequence[str], clients: int, seconds: float) -> Load:
    """Ask `texts` in turn by GET for so many seconds."""
    targets = [f"{path}?query={quote(text, safe='')}" for text in texts]
    if has_wrk():
        return _wrk(port, targets, clients, seconds)
    return _loop(port, targets, clients, seconds)


def _wrk(port: int, targets: Sequence[str], clients: int, seconds: float) -> Load:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_SCRIPT % (", ".join(f'"{target}"' for target in targets), ACCEPT))
        script.flush()
        command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds:.0f}s", "--timeout", "60s"]
        command += ["--latency", "-s", script.name, f"http://127.0.0.1:{port}/"]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    failed = re.findall(r"Non-2xx or 3xx responses: (\d+)", said)
    errors = re.findall(r"(?:connect|read|write|timeout) (\d+)", said)
    return Load(
        float(_found(r"Requests/sec:\s+([\d.]+)", said)),
        _ms(_found(r"^\s+50%\s+(\S+)", said)),
        _ms(_found(r"^\s+99%\s+(\S+)", said)),
        sum(map(int, failed + errors)),
    )


def _found(pattern: str, said: str) -> str:
    match = re.search(pattern, said, re.MULTILINE)
    if match is None:
        raise RuntimeError(f"wrk said something else: {said}")
    return match[1]


def _ms(text: str) -> float:
    """Milliseconds of what wrk writes: 512.00us, 1.44s."""
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()  # type: ignore[union-attr]
    return float(number) * _UNITS_MS[unit]


def _loop(port: int, targets: Sequence[str], clients: int, seconds: float) -> Load:
    """The same in Python, on one thread."""
    requests = cycle(
        f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: {ACCEPT}\r\n\r\n".encode()
        for target in targets
    )
    selector = selectors.DefaultSelector()
    open_clients = [_Client(port, requests) for _ in range(clients)]
    for client in open_clients:
        selector.register(client.socket, selectors.EVENT_READ, client)
        client.ask()
    start = time.perf_counter()
    while time.perf_counter() - start < seconds or not all(c.times_ms for c in open_clients):
        for key, _ in selector.select(timeout=1):
            key.data.read()
    took_s = time.perf_counter() - start
    for client in open_clients:
        client.socket.close()
    selector.close()
    times = sorted(ms for client in open_clients for ms in client.times_ms)
    shares = statistics.quantiles(times, n=100)
    failed = sum(client.failed for client in open_clients)
    return Load(len(times) / took_s, shares[49], shares[98], failed)


class _Client:
    """One connection, kept open."""

    def __init__(self, port: int, requests: Iterator[bytes]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.times_ms: list[float] = []
        self.failed = 0
        self._requests = requests
        self._parts: list[bytes] = []
        self._lacks = 0

    def ask(self) -> None:
        """Send the next request."""
        self._began_s = time.perf_counter()
        self.socket.sendall(next(self._requests))

    def read(self) -> None:
        """Take what came; ask again when the answer is whole."""
        part = self.socket.recv(1 << 18)
        if not part:
            raise RuntimeError("the server closed a connection")
        self._parts.append(part)
        self._lacks -= len(part)
        if self._lacks > 0:
            return
        answer = b"".join(self._parts)
        self._parts = [answer]
        end = _end(answer)
        if end is None or end > len(answer):
            self._lacks = end - len(answer) if end else 0
            return
        self.times_ms.append(1000 * (time.perf_counter() - self._began_s))
        self.failed += not answer.startswith(b"HTTP/1.1 200")
        self._parts, self._lacks = [], 0
        self.ask()


def _end(answer: bytes) -> int | None:
    """The size of an answer that has begun so; None where that cannot be told yet."""
    head, blank, body = answer.partition(b"\r\n\r\n")
    if not blank:
        return None
    length = re.search(rb"\r\ncontent-length:\s*(\d+)", head, re.IGNORECASE)
    if length:
        return len(head) + 4 + int(length[1])
    return len(answer) if body.endswith(b"0\r\n\r\n") else None  # chunked
