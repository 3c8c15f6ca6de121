"""Make anew what of a store is damaged or missing, from its parts, its engine or files at hand."""

import contextlib
import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from coopgraph.compiler.deliveries import settled
from coopgraph.compiler.diagnosis import DamagedFile, Diagnosis, diagnose, files_of
from coopgraph.compiler.imports import read_import
from coopgraph.compiler.version import compile_version
from coopgraph.errors import StoreDamaged
from coopgraph.importers import Ledger, importer
from coopgraph.importers.process import ReadImport
from coopgraph.libraries import ox
from coopgraph.store import DEFAULT, Folder, NewVersion, Part, new_version
from coopgraph.store.builds import ENGINE, Build
from coopgraph.store.examination import examine
from coopgraph.store.files import remove, replace_file
from coopgraph.store.folder import OPENED
from coopgraph.store.parts import MANIFEST_FILE, MODEL, copy_manifest, fault_of
from coopgraph.vocabulary import graph_iri


def repair(store: str | Path = DEFAULT, files: Path | None = None) -> Diagnosis:
    """Make anew what can be made anew, and diagnose the store as it is then. What is damaged is
    replaced by a version that was opened and answered, never only removed; where a part of the
    current version is in nothing at hand, no version is made. Raises `StoreMissing`, `StoreLocked`,
    `FileUnwritable`."""
    before = diagnose(store, files)
    folder = Folder(store)
    if before.is_whole or not before.builds:
        return before
    with contextlib.suppress(StoreDamaged), folder.locked(restore=True):
        # what cannot be made anew is in the diagnosis
        for build in before.builds:
            copy_manifest(build.path, build.sha256)
        _write_parts(folder)
        for _ in range(OPENED + 1):
            builds = folder.builds()
            if builds[0].manifest.model != MODEL:  # only the tables give the parts of this one
                break
            damaged = [build for build in builds[:OPENED] if examine(build)]
            lost = [part for part in folder.parts() if fault_of(part, folder.part_path(part))]
            if not damaged and not lost:
                break
            _compile(folder, builds, damaged, files, is_lost=bool(lost))
    after = diagnose(store, files)
    left = tuple(found.file for found in after.damaged)
    left += tuple(f"versions/{name}/" for name in folder.lost)
    after.made_anew = [each.file for each in before.damaged if not each.file.startswith(left)]
    for name, what in folder.lost.items():
        file, use = f"versions/{name}/{MANIFEST_FILE}", "a version that is left as it is"
        remedy = "the version before is current now: import again what it does not hold"
        after.damaged.append(DamagedFile(file, what, use, remedy=remedy))
    return after


def _compile(
    folder: Folder, builds: list[Build], damaged: list[Build], files: Path | None, *, is_lost: bool
) -> None:
    """Publish a version of the parts of the current one, in its place if that is damaged."""
    current = builds[0]
    sound = [build for build in builds[:OPENED] if build not in damaged]
    with new_version(folder) as version:
        if is_lost or current in damaged:
            version.replaced = current
        parts = []
        for part in current.manifest.parts:
            if part.origin == "derived":
                continue
            if fault_of(part, folder.part_path(part)):
                parts.append(_made_anew(version, part, sound, files))
            else:
                parts += version.keep([part])[0]
        parts = settled(version, parts)[0]
        version.load(parts)
        compile_version(version, parts)


def _made_anew(version: NewVersion, part: Part, sound: list[Build], files: Path | None) -> Part:
    """A part as an engine holds it, or as it is imported again; raises `PartDamaged`."""
    for build in sound:
        if part in build.manifest.parts:
            # An import's triples come in another order.
            return version.copy_part(part.graph, part.origin, _lines(part, build), part.about)
    if paths := files_of(part, files):
        with ReadImport(importer(part.about["kind"]), paths, None) as reader:
            release = part.about.get("release", "")
            read = read_import(version, part.graph, reader, Ledger(), release, load=False)
            new = {name: read.about.get(name) for name in ("accounts", "rejects", "works", "whole")}
            about = {name: said for name, said in (part.about | new).items() if said is not None}
            return replace(read, about=about)
    version.keep([part])  # raises what is wrong with it
    return part


def _write_parts(folder: Folder) -> None:
    """Write those parts again that a sound engine gives as they were: their lines are in order."""
    for build in folder.builds()[:OPENED]:
        for part in build.manifest.parts:
            path = folder.part_path(part)
            if part.origin == "import" or not fault_of(part, path) or examine(build):
                continue
            data = "".join(f"{line}\n" for line in _lines(part, build)).encode()
            if hashlib.sha256(data).hexdigest() == part.sha256:
                remove(path)
                path.parent.mkdir(exist_ok=True)
                replace_file(path, data)


def _lines(part: Part, build: Build) -> Iterable[str]:
    """The N-Triples of a part in the engine of a sound version, in order but for an import."""
    engine = ox.Store.read_only(str(build.path / ENGINE))
    found = engine.quads_for_pattern(None, None, None, ox.NamedNode(graph_iri(part.graph)))
    lines = (f"{quad.triple} ." for quad in found)
    return lines if part.origin == "import" else sorted(lines)
