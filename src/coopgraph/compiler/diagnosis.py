"""What of a store is whole, damaged or missing, and from what it can be made anew."""

import os
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from coopgraph.errors import StoreDamaged
from coopgraph.store import DEFAULT, Folder, Part
from coopgraph.store.builds import CURRENT, Build, FileFault, missing
from coopgraph.store.examination import examine
from coopgraph.store.files import file_fault, file_sha256
from coopgraph.store.folder import OPENED
from coopgraph.store.parts import (
    MANIFEST_FILE,
    MANIFEST_FILES,
    MODEL,
    REPAIR,
    UPGRADE,
    fault_of,
    outdated,
    with_wholes,
)

_MISSING: Final = "is missing"
_USES: Final = ("the current version", "the version before", "an older build, to compare")
_LEFT: Final = "no answer needs it; it goes when ten newer builds are there"


@dataclass(frozen=True)
class DamagedFile:
    """A file of a store, named from its folder, that is not the one that was recorded. `what` is
    wrong with it, `use` is what it is for. `source` is from what it can be made anew; where that is
    empty, nothing at hand holds it, and `remedy` says what to do."""

    file: str
    what: str
    use: str
    source: str = ""
    remedy: str = ""

    @property
    def is_missing(self) -> bool:
        """Whether there is no such file."""
        return self.what.startswith(_MISSING)


@dataclass
class Diagnosis:
    """What was found of a store. `whole` has a line for each thing that is as it must be."""

    place: str
    whole: list[str] = field(default_factory=list)
    damaged: list[DamagedFile] = field(default_factory=list)
    builds: list[Build] = field(default_factory=list)
    #: After a repair, the files that were damaged or missing before.
    made_anew: list[str] = field(default_factory=list)
    #: What to do before it can be asked, where it is of an older version of coopgraph.
    upgrade: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is damaged or missing."""
        return not self.damaged

    def __str__(self) -> str:
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        """The page, of lines that an 80-column terminal holds."""
        yield f"{self.place}: {'whole' if self.is_whole else 'damaged'}"
        for title, is_missing in (("damaged", False), ("missing", True)):
            if listed := [each for each in self.damaged if each.is_missing == is_missing]:
                yield from ("", title)
                for each in listed:
                    yield from (f"  {line}" for line in _described(each))
        if self.made_anew:
            yield from ("", "made anew", *(f"  {file}" for file in self.made_anew))
        if self.whole:
            yield from ("", "whole", *(f"  {line}" for line in self.whole))
        if self.upgrade:
            yield from ("", *textwrap.wrap(self.upgrade, 80))
        if any(each.source for each in self.damaged):
            yield from ("", REPAIR)


def _described(found: DamagedFile) -> Iterator[str]:
    yield found.file
    yield f"  of {found.use}"
    for text in (
        "" if found.is_missing else found.what,
        f"can be made anew from {found.source}" if found.source else found.remedy,
    ):
        yield from textwrap.wrap(text, 76, initial_indent="  ", subsequent_indent="  ")


def diagnose(store: str | Path = DEFAULT, files: Path | None = None) -> Diagnosis:
    """What of a store is whole, damaged or missing: the file that names the current version, the
    versions that can be opened, which are opened and counted, and the parts of all builds kept.
    `files` is a folder with files of publishers, from which an import can be made anew. Raises
    `StoreMissing` where nothing has been built."""
    return _Examination(Folder(store), files).found


class _Examination:
    """One look through a store."""

    def __init__(self, folder: Folder, files: Path | None) -> None:
        self.folder, self.files = folder, files
        self.found = Diagnosis(str(folder.path))
        builds = self.found.builds = self._listed()
        known = [build for i, build in enumerate(builds) if self._has_manifest(i, build)]
        if builds[:1] == known[:1] and builds and (model := builds[0].manifest.model) != MODEL:
            self.found.upgrade = f"{outdated(model)}; {UPGRADE}"
        opened = [build for build in builds[:OPENED] if build in known]
        faults = {build.path: examine(build, wholly=True) for build in opened}
        self.sound = [build for build in opened if not faults[build.path]]
        self._look_at_parts(known)
        for build in opened:
            self._note(build, faults[build.path])

    def _listed(self) -> list[Build]:
        """The builds by the file that lists them, or, where that is damaged, by what is there."""
        try:
            builds = self.folder.builds()
            self.folder.refuse_newer()
        except StoreDamaged as error:
            builds = self.folder.found()
            source = f"what is there; the last is version {builds[0].path.name}" if builds else ""
            self._add(CURRENT, error.fact, "the store", source, error.remedy)
            return builds
        if not builds:
            raise missing(self.folder.path)
        kept = f"; before it {len(builds) - 1} more that are kept" if builds[1:] else ""
        self.found.whole.append(f"current: version {builds[0].path.name}{kept}")
        return builds

    def _has_manifest(self, place: int, build: Build) -> bool:
        """Whether it is known of a build what it is made of."""
        try:
            _ = build.manifest
        except StoreDamaged:
            source, remedy = "", _LEFT if place else self._way_back()
        else:
            source, remedy = "its copy", ""
        names = [name for name in MANIFEST_FILES if build.sha256]
        if source and build.manifest.model == 1:  # of version 0.1, which wrote no copy
            names = [
                name for name in names if name == MANIFEST_FILE or (build.path / name).exists()
            ]
        for name in names:
            if fault := file_fault(build.path / name, build.sha256):
                self._add(self._name(build.path / name), fault, self._use(place), source, remedy)
        return bool(source)

    def _way_back(self) -> str:
        """What to do where it is not known what the current version was made of."""
        if not (found := self.folder.found()):
            return "make it anew: coopgraph build --fresh; and import again what it held"
        back = f"which goes back to version {found[0].path.name}"
        return f"{REPAIR}, {back}; what was imported since is not known"

    def _look_at_parts(self, builds: list[Build]) -> None:
        """The parts of all builds, each at the latest build that has it."""
        seen: set[Path] = set()
        whole = 0
        for build in builds:
            place = self.found.builds.index(build)
            for part in with_wholes(build.manifest.parts):
                path = self.folder.part_path(part)
                if path in seen:
                    continue
                seen.add(path)
                if fault := fault_of(part, path):
                    use = f"{self._use(place)}: {part.graph} ({part.origin})"
                    source = self._source(part, is_current=not place)
                    remedy = _LEFT if place else _remedy(part)
                    self._add(self._name(path), fault, use, source, remedy)
                else:
                    whole += 1
        self.found.whole.append(f"{whole} parts")

    def _source(self, part: Part, *, is_current: bool) -> str:
        """From what a part can be made anew; empty where that is nothing at hand."""
        for build in self.sound:
            if part in build.manifest.parts and (is_current or part.origin != "import"):
                return f"the engine of version {build.path.name}"
        if is_current and part.origin == "derived":
            return "the other parts"
        if is_current and files_of(part, self.files):
            return f"the publisher's files in {self.files}"
        return ""

    def _note(self, build: Build, faults: list[FileFault]) -> None:
        """Note what was found of a version that can be opened, once the parts are known."""
        if not faults:
            files, triples = len(build.files), build.manifest.triples
            says = f"{files} files; opened, it answered with {triples:,} triples"
            self.found.whole.append(f"version {build.path.name}: {says}")
        lost = [each for each in self.found.damaged if _USES[0] in each.use and not each.source]
        source = "" if lost else "the parts of the current version"
        for fault in faults:
            place = self.found.builds.index(build)
            file = self._name(build.path / fault.file)
            remedy = f"first {lost[0].file} must be there" if lost else ""
            self._add(file, fault.what, self._use(place), source, remedy)

    def _use(self, place: int) -> str:
        """What the files of a build are for."""
        return f"version {self.found.builds[place].path.name}, {_USES[min(place, OPENED)]}"

    def _name(self, path: Path) -> str:
        """A file from the folder of the store."""
        within = os.path.relpath(os.path.realpath(path.parent), os.path.realpath(self.folder.path))
        return Path(within, path.name).as_posix()

    def _add(self, file: str, what: str, use: str, source: str, remedy: str) -> None:
        self.found.damaged.append(DamagedFile(file, what, use, source, "" if source else remedy))


def files_of(part: Part, files: Path | None) -> list[Path]:
    """The files that a part was imported from, those and no others; none where one is not there."""
    recorded = part.about.get("files", ())
    if files is None:
        return []
    paths = []
    for each in recorded:
        same = (path for path in files.rglob(Path(each["name"]).name) if path.is_file())
        path = next((path for path in same if file_sha256(path) == each["sha256"]), None)
        if path is None:
            return []
        paths.append(path)
    return paths


def _remedy(part: Part) -> str:
    """What to do about a part of the current version that nothing at hand holds."""
    if part.origin == "curated":
        return "run: coopgraph build"
    names = ", ".join(each["name"] for each in part.about.get("files", ()))
    kind = part.about.get("kind", "KIND")
    named = f" --as {part.about['name']}" if part.about.get("name") else ""
    return f"import it again: coopgraph import {kind} FILES{named}; they were {names}"
