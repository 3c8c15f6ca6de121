"""What the engine itself makes of damaged files, and what coopgraph makes of them.

.venv/bin/python bench/damage.py STORE           # the engine alone; minutes
.venv/bin/python bench/damage.py STORE --opened  # the command, as users open it

Each damage is done to a copy of the store, which a child of this process then opens and asks,
within 512 MiB and 20 s.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyoxigraph

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from damages import damages, spoil

from coopgraph.errors import StoreDamaged
from coopgraph.store import Folder, Store

MEMORY_BYTES, LIMIT_S = 512 << 20, 20
TECHNOLOGY = "<https://w3id.org/coopgraph/id/technology/quantum>"
PATTERNS = (  # one for each index of the engine
    "SELECT ?g (COUNT(*) AS ?n) {GRAPH ?g {?s ?p ?o}} GROUP BY ?g",
    "SELECT ?s ?l {GRAPH ?g {?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?l}}",
    f"SELECT ?s ?p {{GRAPH ?g {{?s ?p {TECHNOLOGY}}}}}",
    f"SELECT ?p ?o {{GRAPH ?g {{{TECHNOLOGY} ?p ?o}}}}",
    "SELECT ?s ?o {GRAPH <https://w3id.org/coopgraph/graph/ontology> {?s a ?o}}",
    "SELECT ?s {GRAPH <https://w3id.org/coopgraph/graph/ontology> {?s ?p ?o}}",
)


def asked(engine: pyoxigraph.Store) -> str:
    """One hash of the answers."""
    digest = hashlib.sha256()
    for pattern in PATTERNS:
        rows = sorted(str(tuple(row)) for row in engine.query(pattern))  # type: ignore[union-attr, arg-type, misc]
        digest.update("\n".join(rows).encode())
    return digest.hexdigest()


def of_engine(store: Path) -> str:
    """What the engine of the current version answers."""
    return asked(pyoxigraph.Store.read_only(str(Folder(store).builds()[0].path / "engine")))


def of_store(store: Path) -> str:
    """What a user is answered."""
    return asked(Store.open(store).engine)


def outcome(ask: Callable[[Path], str], store: Path, right: str) -> str:
    """What a child says of a store: right, wrong, an error, or how it ended."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        signal.alarm(LIMIT_S)
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
        try:
            said = "right" if ask(store) == right else "WRONG"
        except StoreDamaged:
            said = "damaged, in one line"
        except MemoryError:
            said = "no memory left"
        except (OSError, RuntimeError, ValueError):
            said = "an error of the engine"
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        os.write(writer, json.dumps([said, peak]).encode())
        os._exit(0)
    os.close(writer)
    said = os.read(reader, 1000)
    os.close(reader)
    status = os.waitpid(child, 0)[1]
    if not said:
        return "out of time" if status == signal.SIGALRM else "ended by an abort"
    what, peak = json.loads(said)
    return f"{what}, {'over' if peak > 300 else 'under'} 300 MiB"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("--opened", action="store_true")
    options = parser.parse_args()
    ask = of_store if options.opened else of_engine
    found: Counter[tuple[str, str, str]] = Counter()
    with tempfile.TemporaryDirectory() as scratch:
        version = Folder(options.store).builds()[0].path.relative_to(options.store)
        right = of_engine(options.store)
        for damage in damages(options.store / version, "engine/*"):
            store = Path(scratch, "store")
            shutil.copytree(options.store, store, symlinks=True, copy_function=os.link)
            spoil(store / version, damage)
            kind = Path(damage.file).suffix or Path(damage.file).name.partition("-")[0]
            says = outcome(ask, store, right)
            found[kind, damage.name.partition(" ")[0], says] += 1
            print(damage, says, sep="\t", file=sys.stderr, flush=True)
            shutil.rmtree(store)
    for (kind, name, said), count in sorted(found.items()):
        print(f"{count:>5}  {kind:10} {name:10} {said}")
    print(f"{found.total():>5}  in all")


if __name__ == "__main__":
    main()
