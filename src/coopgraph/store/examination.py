"""Whether a version can be opened without harm: a damaged file may make the engine answer wrongly,
take all memory or end its process.

So a version is opened only if all its files are those that were recorded when it was published; one
of version 0.1, of which nothing is recorded, only after a process of its own, within limits of
memory and time, has opened it and counted its triples. What the disk says of the files is kept in
the version's file `examined`, and while it says the same they are not examined again.
"""

import contextlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Final, cast

from coopgraph import processes
from coopgraph.errors import StoreDamaged
from coopgraph.libraries import ox
from coopgraph.store.builds import ENGINE, Build, FileFault, faults, missing, state_of
from coopgraph.store.files import read_file, replace_file
from coopgraph.store.folder import Folder
from coopgraph.store.parts import REPAIR
from coopgraph.vocabulary import graph_iri

EXAMINED_FILE: Final = "examined"
_MEMORY_BYTES: Final = 1 << 30
#: Seconds to start and to open, and bytes of which the slowest disk reads so many in a second.
_LEAST_S, _BYTES_IN_A_SECOND = 60, 10_000_000
_COUNT: Final = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
_ENGINE_FILE: Final = re.compile(r"\b(\d{6,}\.(?:sst|log|blob)|MANIFEST-\d+|OPTIONS-\d+|CURRENT)\b")


def sound(folder: Folder) -> tuple[Path, str]:
    """The last version that can be opened, and a warning where that is not the current one. Raises
    `StoreMissing`, and `StoreDamaged` where there is none."""
    why = ""
    try:
        builds = folder.builds()
    except StoreDamaged as error:
        builds, why = folder.found(), f"{Path(error.place).name}: {error.fact}"
    if not builds and not why:
        raise missing(folder.path)
    for build in builds:
        if why and not (build.path / ENGINE).exists():
            continue  # of an older build only the parts are kept
        found = examine(build)
        if not found:
            says = f"the store is damaged ({why}): version {build.path.name} answers; {REPAIR}"
            return build.path, f"{folder.path}: {says}" if why else ""
        why = why or f"versions/{build.path.name}/{found[0]}"
    raise StoreDamaged(f"the store is damaged: {why}", place=str(folder.path), remedy=REPAIR)


def state_of_store(folder: Folder) -> str:
    """What changes whenever another version is current, or a file of the current one changes."""
    try:
        builds = folder.builds()
    except StoreDamaged as error:
        return str(error)
    if not builds:
        return ""
    version, mark = builds[0].path, builds[0].path / EXAMINED_FILE
    return f"{version.name} {builds[0].sha256} {mark.exists()} {state_of(version)}"


def examine(build: Build, *, wholly: bool = False) -> list[FileFault]:
    """What is wrong with a version. `wholly` has it examined also if it was before, and opened in a
    process of its own, which counts the triples of each graph."""
    try:
        _ = build.manifest, build.files
    except StoreDamaged as error:
        what = error.fact.removeprefix("the manifest ").removeprefix("the record of the files ")
        return [FileFault(Path(error.place).name, what)]
    version = build.path
    state, mark = state_of(version), version / EXAMINED_FILE
    with contextlib.suppress(OSError, UnicodeDecodeError):
        if not wholly and state and read_file(mark).decode() == _mark(build, state):
            return []
    if build.files_sha256 and not wholly:
        found = list(faults(version, build.files))
    else:
        found = _examine_elsewhere(build)
    if not found:
        remember(build, state)
    return found


def _mark(build: Build, state: str) -> str:
    return f"{build.sha256} {build.files_sha256} {state}"


def remember(build: Build, state: str) -> None:
    """Note that a version was sound when its files had that state; one in a folder that cannot be
    written to is examined each time."""
    with contextlib.suppress(OSError):
        replace_file(build.path / EXAMINED_FILE, _mark(build, state).encode())


def forget(version: Path) -> None:
    """Have a version examined when it is opened next."""
    with contextlib.suppress(OSError):
        (version / EXAMINED_FILE).unlink(missing_ok=True)


def _examine_elsewhere(build: Build) -> list[FileFault]:
    size = sum(path.stat().st_size for path in (build.path / ENGINE).glob("*"))
    asked = (str(build.path), build.sha256, build.files_sha256)
    try:
        ran = subprocess.run(  # noqa: S603 (ourselves)
            processes.command(__name__, *asked),
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=_LEAST_S + size / _BYTES_IN_A_SECOND,
        )
    except subprocess.TimeoutExpired:
        return [FileFault(ENGINE, "could not be opened in time")]
    with contextlib.suppress(ValueError):
        return [FileFault(file, what) for file, what in json.loads(ran.stdout)]
    return [FileFault(ENGINE, "ended the process that opened it, or took more memory than it may")]


def faults_of(build: Build) -> list[FileFault]:
    """What is wrong with the files of a version, and, where none differs from what was recorded,
    with the number of triples in each graph. For a process that may end: the engine is opened."""
    if found := list(faults(build.path, build.files)):
        return found
    try:
        engine = ox.Store.read_only(str(build.path / ENGINE))
        solutions = cast("ox.QuerySolutions", engine.query(_COUNT))
        counted = {row[0].value: int(row[1].value) for row in solutions}
    except (OSError, RuntimeError, ValueError, MemoryError) as error:
        file = _ENGINE_FILE.search(str(error))
        what = f"cannot be read: {str(error)[:200]}"
        return [FileFault(f"{ENGINE}/{file[1]}" if file else ENGINE, what)]
    expected = {
        graph_iri(part.graph): part.triples for part in build.manifest.parts if part.triples
    }
    wrong = [g for g in expected.keys() | counted.keys() if counted.get(g) != expected.get(g)]
    what = "has {:,} triples of <{}>, and {:,} were recorded"
    return [
        FileFault(ENGINE, what.format(counted.get(name, 0), name, expected.get(name, 0)))
        for name in sorted(wrong)
    ]


def main() -> None:
    """Examine the version that the command line names, and write what was found as JSON."""
    path, *digests = sys.argv[1:]
    processes.limit(DATA=_MEMORY_BYTES)
    found = faults_of(Build(Path(path), *digests))
    sys.stdout.write(json.dumps([(fault.file, fault.what) for fault in found]))
