"""Where an import goes, and what the store holds of its publisher: nothing is replaced unawares,
and what is held already changes nothing."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from coopgraph.compiler.compiler import RESERVED
from coopgraph.errors import UsageError
from coopgraph.importers import Importer, Input, importers
from coopgraph.importers.process import ReadImport
from coopgraph.store import Folder, Part
from coopgraph.store.parts import fault_of, whole_of
from coopgraph.vocabulary import VERSION

_LONGEST_NAME: Final = 64


@dataclass(frozen=True)
class ImportPlace:
    """Where an import goes: by default a graph of its kind, which is not there yet. `name` gives it
    a name of its own beside others, `append` adds it to what the graph holds, `replace` puts it in
    the place of that."""

    name: str = ""
    append: bool = False
    replace: bool = False

    def graph(self, chosen: Importer, inputs: Sequence[Input]) -> str:
        """The name of the graph. Raises `UsageError` where it can have none."""
        return f"import/{chosen.kind}/{self.name}" if self.name else graph_name(chosen, inputs)

    def check(self, chosen: Importer, folder: Folder) -> None:
        """Raise `UsageError` for what cannot be asked for."""
        if self.append and self.replace:
            raise UsageError("--append and --replace exclude each other", remedy="choose one")
        if self.append and not chosen.appends:
            raise UsageError(
                f"{chosen.kind} cannot be appended to",
                remedy="its files are read together: name all of them",
            )
        if self.name:
            self._check_name(folder)

    def _check_name(self, folder: Folder) -> None:
        said = f"the name {self.name[:_LONGEST_NAME]!r}"
        words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", self.name).lower())
        if self.name != "-".join(words) or len(self.name) > _LONGEST_NAME:
            near = "-".join(words)[:_LONGEST_NAME].strip("-") or "horizon-2026"
            raise UsageError(
                f"{said} is not lower-case words of letters and digits joined by hyphens, of at "
                f"most {_LONGEST_NAME} characters",
                remedy=f"such as: --as {near}",
            )
        others = {part.graph for part in folder.parts() if part.origin != "import"}
        if self.name in {*RESERVED, *importers(), *others, "import", "derived"}:
            raise UsageError(f"{said} is reserved", remedy="choose another, such as of the release")


#: A graph of the kind, which is not there yet.
UNNAMED: Final = ImportPlace()


class Held:
    """What a store holds of the publisher of an import."""

    def __init__(
        self, folder: Folder, graph: str, place: ImportPlace, reader: ReadImport, release: str
    ) -> None:
        self.folder, self.graph, self.place = folder, graph, place
        self.reader, self.release = reader, release
        parts = folder.parts()
        imports = [part for part in parts if part.origin == "import"]
        self.before = next((part for part in imports if part.graph == graph), None)
        kind = reader.chosen.kind
        self.beside = [
            part
            for part in imports
            if part.about.get("kind") == kind and part.graph != graph and not reader.chosen.per_file
        ]

    def known(self, digests: set[str]) -> Part | None:
        """The import that was made from files with all these digests, if they are to be read no
        more: that of the very files of a graph is read again, as what reads it may have changed."""
        if self.place.replace or self.reader.chosen.per_file:
            return None
        for part in [*self.beside, self.before] if self.before else self.beside:
            files = _digests(part)
            is_read_again = part is self.before and files == digests and not self.place.append
            is_held = digests <= files and self._has_options(part) and not is_read_again
            if is_held and self._is_intact(part):
                return part
        return None

    def same(self, part: Part, digests: set[str]) -> Part | None:
        """The import that says what `part` says, which was read of files with these digests."""
        before = self.before
        found = [before] if before and self.release in ("", before.about["release"]) else []
        for each in found if self.place.replace else [*found, *self.beside]:
            is_same = each.about.get("works") == part.about.get("works")
            if is_same and whole_of(each).sha256 == part.sha256 and self._is_intact(each):
                return each
        return self.known(digests) if self.place.name or self.place.append else None

    def refuse(self) -> None:
        """Raise `UsageError` where the import would replace what it does not hold, or stand beside
        what was read by another version of this program, which may name things otherwise."""
        old = [
            part for part in (*self.beside, self.before) if part and not part.about.get("read_by")
        ]
        alone = self.place.replace or self.reader.chosen.per_file
        if old and not alone and (self.beside or self.place.append):
            raise UsageError(
                f"{old[0].graph} was read by an older version, which names things otherwise",
                remedy=f"import its files again with --replace{_as(old[0])}, then these",
            )
        if self.before is None or alone or self.place.append:
            return
        if not _digests(self.before) <= {source.sha256() for source in self.reader.inputs}:
            raise UsageError(
                f"{self.graph} is there already ({_files(self.before)})",
                remedy="beside it: --as NAME; a next delivery of it: --append; in its place: "
                "--replace",
            )

    def recorded(self) -> dict[str, Any]:
        """What is known of the graph beside what was read."""
        if not (name := self.place.name):
            return {"read_by": VERSION, "options": self.reader.options}
        titles = {
            f"title_{lang}": f"{said}: {name}" for lang, said in self.reader.chosen.titles.items()
        }
        return {"read_by": VERSION, "options": self.reader.options, "name": name, **titles}

    def _is_intact(self, part: Part) -> bool:
        fault = fault_of(part, self.folder.part_path(part)) or self.folder.works_fault(part)
        return not fault

    def _has_options(self, part: Part) -> bool:
        return bool(part.about.get("options", {}) == self.reader.options)


def graph_name(chosen: Importer, inputs: Sequence[Input]) -> str:
    """The name of the named graph of an import.

    A user's own file gives its name; several, the name of the folder they stand in.

    >>> from coopgraph.importers import importer
    >>> graph_name(importer("rdf"), [Input(Path("My notes.ttl"))])
    'import/rdf/my-notes'
    """
    if not chosen.per_file:
        return f"import/{chosen.kind}"
    paths = {source.path for source in inputs}
    name = inputs[0].path.name.removesuffix(".gz")
    stem = Path(name).stem if len(paths) == 1 else inputs[0].path.absolute().parent.name
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", stem).lower())
    return f"import/{chosen.kind}/{'-'.join(words) or 'file'}"


def _digests(part: Part) -> set[str]:
    return {file["sha256"] for file in part.about["files"]}


def _files(part: Part) -> str:
    """The files of an import, in a few words."""
    names = [file["name"] for file in part.about["files"]]
    more = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
    return f"{names[0] if names else 'no file'}{more}, {whole_of(part).triples:,} triples"


def already(part: Part) -> str:
    """That a part holds all that is to be imported, in words."""
    return f"nothing changed: {part.graph} holds it ({_files(part)})"


def _as(part: Part) -> str:
    return f" --as {part.about['name']}" if part.about.get("name") else ""
