"""Maps of columns: which column of a file says what, as a TOML file.

kind = "publications"        # publications, projects or awards
name = "Scopus"              # what the source is called

[columns]                    # of several the first that is filled; of `text` all together
id = "EID"
title = ["Title", "TI"]

[separators]                 # what parts several values of one cell
affiliations = ";"

[constants]                  # what is so of every record
currency = "eur"

[affiliation]                # which part of an address, between commas, names the institution
words = ["univ", "institut"] # the one with the first of these; without words the first of all
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from coopgraph.errors import InputUnreadable, nearest
from coopgraph.guard.toml import read_toml
from coopgraph.vocabulary import resources

#: What may be mapped, by kind; the first ones must be.
_BODIES: Final = ("participants", "countries", "roles")
_OF_PROJECTS: Final = (
    "text", "acronym", "status", "scheme", "start", "end", "amount", "currency", "technology",
)  # fmt: skip
FIELDS: Final = {
    "publications": ("title", "affiliations", "id", "doi", "year", "text", "technology"),
    "projects": ("title", "id", *_BODIES, *_OF_PROJECTS),
    "awards": ("title", "id", *_BODIES, *_OF_PROJECTS),
}
_REQUIRED: Final = 2
_TABLES: Final = ("columns", "separators", "constants", "affiliation")
_SUFFIX: Final = ".toml"
#: Whose address it is: [Kim, J; Lee, S] Harbour Univ, Korea.
_WHOSE: Final = re.compile(r"\[[^\]]*\]")

#: What a record says under the names of its columns, in lower case.
Record = Mapping[str, list[str]]


@dataclass(frozen=True)
class ColumnMap:
    """Which column says what; see the module."""

    kind: str
    name: str
    columns: Mapping[str, tuple[str, ...]]
    separators: Mapping[str, str]
    constants: Mapping[str, str]
    words: tuple[str, ...] = ()

    def values(self, record: Record, field: str, *, empty: bool = False) -> list[str]:
        """What a record says of a field, each on one line: of `text` all columns, else of the first
        that is filled, else the constant; with `empty` ones in their place among others.

        >>> scopus = read_map("scopus")
        >>> scopus.values({"affiliations": ["A, Korea; B, USA"]}, "affiliations")
        ['A, Korea', 'B, USA']
        """
        found: list[str] = []
        for column in self.columns.get(field, ()):
            if any(found) and field != "text":
                break
            for cell in record.get(column.casefold(), ()):
                sign = self.separators.get(field)
                text = _WHOSE.sub("", cell) if field == "affiliations" else cell
                parts = text.split(sign) if sign else [text]
                lines = (" ".join(part.split()) for part in parts)
                found += [line for line in lines if line or empty]
        return found if any(found) else ([self.constants[field]] if field in self.constants else [])

    def value(self, record: Record, field: str) -> str:
        """The first of the values, or an empty text."""
        return next(iter(self.values(record, field)), "")

    def missing(self, names: list[str]) -> str:
        """Which required field no column of a file gives; empty where none is missing."""
        there = {name.casefold() for name in names}
        for field in FIELDS[self.kind][:_REQUIRED]:
            wanted = self.columns.get(field, ())
            if field not in self.constants and not any(c.casefold() in there for c in wanted):
                return field
        return ""


def _folder() -> Path:
    return resources("data") / "maps"


@cache
def shipped_maps() -> tuple[str, ...]:
    """The names of the maps that ship.

    >>> "scopus" in shipped_maps()
    True
    """
    return tuple(sorted(path.stem for path in _folder().glob(f"*{_SUFFIX}")))


def read_map(name: str) -> ColumnMap:
    """The map that ships under a name, or in a file. Raises `InputUnreadable` for one that there is
    not, and for what is no map."""
    path = _folder() / f"{name}{_SUFFIX}" if name in shipped_maps() else Path(name)
    if path.suffix != _SUFFIX:
        remedy = f"{nearest(name, shipped_maps())}, or a file that ends in {_SUFFIX}"
        raise InputUnreadable(f"no map is called {name!r}", place="--map", remedy=remedy)
    return checked(read_toml(path), path.name)


def checked(found: Mapping[str, Any], place: str) -> ColumnMap:
    """A map from what its file holds; raises `InputUnreadable`."""

    def wrong(fact: str, remedy: str) -> InputUnreadable:
        return InputUnreadable(fact, place=place, remedy=remedy)

    kind = found.get("kind")
    if kind not in FIELDS:
        raise wrong(f"kind is {kind!r}", f"take {', '.join(FIELDS)}")
    tables: dict[str, Mapping[str, Any]] = {name: found.get(name, {}) for name in _TABLES}
    if unknown := sorted(found.keys() - {"kind", "name", *_TABLES}):
        raise wrong(f"unknown key {unknown[0]!r}", nearest(unknown[0], _TABLES))
    for name in _TABLES[:3]:
        for field in tables[name] if isinstance(tables[name], dict) else (name,):
            if field not in FIELDS[kind]:
                raise wrong(f"[{name}]: unknown field {field!r}", nearest(field, FIELDS[kind]))
    columns = {field: _names(given) for field, given in tables["columns"].items()}
    words = _names(tables["affiliation"].get("words", []))
    single = [*tables["separators"].items(), *tables["constants"].items()]
    for field, given in [*columns.items(), ("words", words), *single]:
        if given is None or not isinstance(given, str | tuple) or given == "":
            raise wrong(f"{field} is no text", 'write it in quotes: "…"')
    technology = tables["constants"].get("technology")
    if technology is not None and technology not in technology_names():
        known = nearest(technology, technology_names())
        raise wrong(f"there is no technology {technology!r}", known)
    return ColumnMap(
        kind, str(found.get("name", "")) or place.removesuffix(_SUFFIX),
        {field: names or () for field, names in columns.items()},
        tables["separators"], tables["constants"], words or (),
    )  # fmt: skip


def _names(given: object) -> tuple[str, ...] | None:
    """One name or several; None for anything else."""
    names = (given,) if isinstance(given, str) else given
    if not isinstance(names, list | tuple) or not all(isinstance(n, str) and n for n in names):
        return None
    return tuple(names)


@cache
def technology_names() -> Mapping[str, Mapping[str, str]]:
    """The labels by language of each technology, by its key."""
    with (resources("data") / "technologies.csv").open(encoding="utf-8", newline="") as stream:
        return {
            row["key"]: {
                name.removeprefix("label_"): text
                for name, text in row.items()
                if name.startswith("label_") and text
            }
            for row in csv.DictReader(stream)
        }
