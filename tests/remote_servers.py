"""Real SPARQL servers for tests, each started on loopback and stopped by its own process."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from command_line import environment

_WAIT_S = 60.0


@dataclass(frozen=True)
class Server:
    """Where a server is asked, updated and given graphs; who may write; its cut."""

    query: str
    update: str
    store: str
    user: str = ""
    password: str = ""
    most_rows: int | None = None

    @property
    def credentials(self) -> dict[str, str]:
        """The environment of who may write."""
        if not self.user:
            return {}
        return {"COOPGRAPH_USER": self.user, "COOPGRAPH_PASSWORD": self.password}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def oxigraph_server(*options: str) -> Iterator[Server]:
    """`oxigraph serve` in memory (PyPI: oxigraph); skips where it is not installed."""
    program = Path(sys.executable).with_name("oxigraph")
    if not program.is_file():
        pytest.skip("`oxigraph` is not installed: pip install oxigraph")
    base = f"http://127.0.0.1:{free_port()}"
    bind = base.removeprefix("http://")
    with _running([str(program), "serve", "--bind", bind, *options], f"{base}/query"):
        yield Server(f"{base}/query", f"{base}/update", f"{base}/store")


_VIRTUOSO_INI = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DisableUnixSocket = 1
ServerThreads = 10
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
CheckpointInterval = 0
DirsAllowed = {folder}
[HTTPServer]
ServerPort = 127.0.0.1:{http_port}
ServerThreads = 5
[SPARQL]
ResultSetMaxRows = {most_rows}
"""


@contextlib.contextmanager
def virtuoso_server(folder: Path, most_rows: int = 10_000) -> Iterator[Server]:
    """`virtuoso-t` (Debian: virtuoso-opensource-7-bin, libvirtodbc0) in `folder`, which cuts
    answers at `most_rows`; skips where it is not installed."""
    program = shutil.which("virtuoso-t")
    if program is None:
        pytest.skip("`virtuoso-t` is not installed: apt-get install virtuoso-opensource-7-bin")
    http_port = free_port()
    text = _VIRTUOSO_INI.format(
        folder=folder, sql_port=free_port(), http_port=http_port, most_rows=most_rows
    )
    (folder / "virtuoso.ini").write_text(text, encoding="utf-8")
    base = f"http://127.0.0.1:{http_port}"
    command = [program, "+foreground", "+configfile", str(folder / "virtuoso.ini")]
    with _running(command, f"{base}/sparql"):
        yield Server(
            f"{base}/sparql",
            f"{base}/sparql-auth",
            f"{base}/sparql-graph-crud-auth",
            "dba",
            "dba",
            most_rows,
        )


@contextlib.contextmanager
def own_server(folder: Path) -> Iterator[Server]:
    """`coopgraph serve` over the store in `folder`: nothing can be written there."""
    port = free_port()
    command = [sys.executable, "-m", "coopgraph", "serve", "--port", str(port)]
    command += ["--store", str(folder), "--timeout-s", "60"]
    base = f"http://127.0.0.1:{port}"
    with _running(command, f"{base}/sparql", environment()):
        yield Server(f"{base}/sparql", "", "")


@contextlib.contextmanager
def _running(command: list[str], url: str, env: dict[str, str] | None = None) -> Iterator[None]:
    """Run `command` until the block ends; enters the block when `url` answers."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env
    )
    try:
        _await(process, url)
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(process: subprocess.Popen[bytes], url: str) -> None:
    ends = time.monotonic() + _WAIT_S
    while time.monotonic() < ends:
        if process.poll() is not None:
            pytest.fail(f"{process.args!r} ended with {process.returncode} before it answered")
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except urllib.error.HTTPError as error:  # it answers, if not to this
            error.close()
            return
        except OSError:
            time.sleep(0.05)
    pytest.fail(f"{process.args!r} did not answer within {_WAIT_S:g} s")
