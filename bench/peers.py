"""Other engines, asked the same SPARQL: rdflib, maplib in memory, `oxigraph serve` over HTTP."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from figures import free_port, timed

from coopgraph.vocabulary import ID, PREFIXES

TRIALS = 3
LIMIT_S = 30
Ask = Callable[[str], object]
#: By peer and question: milliseconds, or a word where it did not answer.
Peers = dict[str, dict[str, float | str]]


class OutOfTime(Exception):
    """A peer took longer than `LIMIT_S`."""


def least_ms(action: Callable[[], object], trials: int = TRIALS) -> float | None:
    """Milliseconds, the least of warm runs, since other work can only add; None where one takes
    longer than the limit."""

    def stop(*_: object) -> None:
        raise OutOfTime

    signal.signal(signal.SIGALRM, stop)
    seconds = []
    try:
        for trial in range(trials + 1):
            signal.alarm(LIMIT_S)
            taken, _ = timed(action)
            if trial:
                seconds.append(taken)
    except OutOfTime:
        return None
    finally:
        signal.alarm(0)
    return 1000 * min(seconds)


@contextlib.contextmanager
def rdflib_peer(data: bytes) -> Iterator[Ask]:
    """rdflib over the union of the same triples."""
    import rdflib

    graph = rdflib.Graph()
    graph.parse(data=data, format="nt")
    yield lambda text: list(graph.query(text, initNs=PREFIXES, base=ID))


@contextlib.contextmanager
def maplib_peer(data: bytes) -> Iterator[Ask]:
    """maplib's in-memory engine over the union of the same triples."""
    import maplib

    with tempfile.NamedTemporaryFile(suffix=".nt") as stream:
        stream.write(data)
        stream.flush()

        def loaded() -> Any:
            model = maplib.Model()
            model.read(stream.name)
            return model

        models = [loaded()]

        def ask(text: str) -> object:
            try:
                return models[-1].query(_with_prefixes(text))
            except BaseException:  # after a panic nothing can be asked of it any more
                models.append(loaded())
                raise

        yield ask


@contextlib.contextmanager
def oxigraph_peer(data: bytes) -> Iterator[Ask]:
    """`oxigraph serve` over HTTP on this machine."""
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or "oxigraph"
    with tempfile.TemporaryDirectory() as place:
        port = free_port()
        source = Path(place) / "data.nt"
        source.write_bytes(data)
        store = str(Path(place) / "store")
        quiet = subprocess.DEVNULL
        load = [program, "load", "--location", store, "--file", str(source)]
        subprocess.run(load, check=True, stdout=quiet, stderr=quiet)
        serve = [program, "serve-read-only", "--location", store, "--bind", f"127.0.0.1:{port}"]
        server = subprocess.Popen(serve, stdout=quiet, stderr=quiet)
        try:
            yield lambda text: _over_http(port, text)
        finally:
            server.terminate()
            server.wait()


def _over_http(port: int, text: str) -> bytes:
    body = urllib.parse.urlencode({"query": _with_prefixes(text)}).encode()
    url = f"http://127.0.0.1:{port}/query"
    headers = {"Accept": "application/sparql-results+json"}
    for wait_s in (0.1, 0.5, 2.0, 0.0):  # the server may still be starting
        try:
            with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as reply:
                return bytes(reply.read())
        except urllib.error.HTTPError:
            raise
        except OSError:
            if not wait_s:
                raise
            time.sleep(wait_s)
    return b""


def _with_prefixes(text: str) -> str:
    declared = "".join(f"PREFIX {name}: <{base}>\n" for name, base in PREFIXES.items())
    return f"BASE <{ID}>\n{declared}{text}"


PEERS: dict[str, Callable[[bytes], contextlib.AbstractContextManager[Ask]]] = {
    "rdflib": rdflib_peer,
    "maplib": maplib_peer,
    "oxigraph serve": oxigraph_peer,
}


def peers_ms(data: bytes, texts: dict[str, str]) -> Peers:
    """Milliseconds of each peer for each text; a word where it did not answer."""
    found: Peers = {}
    for name, peer in PEERS.items():
        found[name] = {}
        try:
            with peer(data) as ask:
                for label, text in texts.items():
                    try:
                        found[name][label] = least_ms(partial(ask, text), 2) or f"> {LIMIT_S} s"
                    except BaseException as error:  # a peer may fail as it likes, Rust panics too
                        if isinstance(error, KeyboardInterrupt):
                            raise
                        found[name][label] = type(error).__name__
        except (ImportError, FileNotFoundError):
            print(f"{name} is not installed: left out", file=sys.stderr)
            del found[name]
    return found
