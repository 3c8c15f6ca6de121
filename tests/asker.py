"""Asks the named questions of one store, for tests of what they answer."""

from __future__ import annotations

from pathlib import Path

from coopgraph.queries import Answer, ask, load_question
from coopgraph.search import INDEX_FILE, Index
from coopgraph.store import Store


class Asker:
    """Asks, and gives rows as dictionaries with keys in place of entities."""

    def __init__(self, folder: Path) -> None:
        self.store = Store.open(folder)
        assert self.store.version is not None
        self.index = Index(self.store.version / INDEX_FILE)

    def answer(self, name: str, values: dict[str, str], lang: str = "en") -> Answer:
        return ask(self.store, name, values, lang=lang, index=self.index)

    def __call__(self, name: str, **values: str) -> list[dict[str, object]]:
        """The rows, without the columns that every question about plans has."""
        columns = {column.name: column for column in load_question(name).columns}
        of_scope = {name for name, column in columns.items() if column.key}
        return [
            {column: key(cell) for column, cell in record.items() if column not in of_scope}
            for record in self.answer(name, values)
        ]


def key(cell: object) -> object:
    """The last part of an entity's IRI; any other value as it is."""
    iri = getattr(cell, "iri", None)
    return cell if iri is None else iri.rpartition("/")[2].rpartition("#")[2]
