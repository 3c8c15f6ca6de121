"""A key is said once: rows of a user's tables take none that other tables of the store have."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from coopgraph.errors import FactError
from coopgraph.formats.ntriples import curie
from coopgraph.store import NewVersion, Part
from coopgraph.vocabulary import ID

_ROW: Final = re.compile(
    rf"<{re.escape(ID)}((?!evidence/)[^/>]+/[^>]+)> {re.escape(curie('rdf:type'))} "
)


def refuse_twice(version: NewVersion, parts: Sequence[Part]) -> None:
    """Raise `FactError` where an import of tables has an entity that the tables of the build, or
    another import of tables, have: each statement about it would stand twice, and be joined with
    itself in answers."""
    tables = [part for part in parts if part.about.get("kind") == "table"]
    if not tables:
        return
    holders = dict.fromkeys(_built(version, parts), "the tables of the build")
    for part in tables:
        own = set(_entities(version, part))
        if twice := sorted(own & holders.keys()):
            first = twice[0].rpartition("/")[2]
            more = f" and {len(twice) - 1:,} more" if len(twice) > 1 else ""
            held = holders[twice[0]]
            old = held if held.startswith("import/") else part.graph
            raise FactError(
                f"{held} and {part.graph} have the key {first!r}{more}",
                remedy=f"keep one of both, such as: coopgraph sources --remove {old}",
            )
        holders.update(dict.fromkeys(own, part.graph))


def _built(version: NewVersion, parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        if part.origin == "curated":
            yield from _entities(version, part)


def _entities(version: NewVersion, part: Part) -> Iterator[str]:
    """The class and key of each entity that a part describes."""
    with version.part_path(part.graph).open(encoding="utf-8") as lines:
        yield from (found[1] for text in lines if (found := _ROW.match(text)))
