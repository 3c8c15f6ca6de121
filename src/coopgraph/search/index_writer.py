"""Writing the index file: in a few large steps, its own indexes last."""

import contextlib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from coopgraph.errors import FileUnwritable
from coopgraph.libraries import sqlite3
from coopgraph.search.base import ABOUT_OTHERS, HIDDEN, fold
from coopgraph.search.labels import Label, Labels
from coopgraph.vocabulary import expand

#: The trigram table holds no positions: what it finds is checked against the label anyway.
_SCHEMA: Final = """
PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;
CREATE TABLE entity (id INTEGER PRIMARY KEY, iri TEXT UNIQUE, key TEXT, claim INTEGER);
CREATE TABLE class (entity INTEGER, iri TEXT);
CREATE TABLE label (id INTEGER PRIMARY KEY, entity INTEGER, lang TEXT, text TEXT, folded TEXT,
                    preferred INTEGER);
CREATE VIRTUAL TABLE gram USING fts5(text, content='', columnsize=0, detail='none',
                                     tokenize='trigram');
"""
_INDEXES: Final = """
CREATE INDEX entity_key ON entity(key);
CREATE INDEX class_entity ON class(entity);
CREATE INDEX label_entity ON label(entity);
CREATE INDEX label_folded ON label(folded);
"""


class IndexWriter(contextlib.AbstractContextManager["IndexWriter"]):
    """The index at `path`, which must not be there yet; complete once it is closed.

    Raises `FileUnwritable`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._labels = 0
        with self._writing():
            self._db = sqlite3.connect(path)
            self._db.executescript(_SCHEMA)

    def __exit__(self, error: object, *_rest: object) -> None:
        try:
            if error is None:
                with self._writing(), self._db:
                    self._db.executescript(_INDEXES)
        finally:
            self._db.close()

    @property
    def entities(self) -> int:
        """How many entities can be found."""
        ((count,),) = self._db.execute("SELECT COUNT(*) FROM entity")
        return int(count)

    def add(self, found: Labels) -> None:
        """Add entities with their labels; one that came before gets more labels."""
        labels, classes = found.labels(), found.classes()
        hidden = {expand(name) for name in HIDDEN}
        shown = {
            label.iri: None for label in labels if hidden.isdisjoint(classes.get(label.iri, ()))
        }
        with self._writing(), self._db:
            ids = self._add_entities(shown, classes)
            rows = list(self._rows(ids, labels))
            self._db.executemany("INSERT INTO label VALUES (?, ?, ?, ?, ?, ?)", rows)
            self._db.executemany(
                "INSERT INTO gram(rowid, text) VALUES (?, ?)", ((r[0], _marked(r[4])) for r in rows)
            )

    def _add_entities(
        self, shown: Mapping[str, None], classes: Mapping[str, tuple[str, ...]]
    ) -> dict[str, int]:
        about = {expand(name) for name in ABOUT_OTHERS}
        first = self.entities + 1
        known = dict(self._known(shown)) if first > 1 else {}
        ids = {iri: n for n, iri in enumerate((i for i in shown if i not in known), first)}
        self._db.executemany(
            "INSERT INTO entity VALUES (?, ?, ?, ?)",
            (
                (n, iri, iri.rpartition("/")[2], not about.isdisjoint(classes.get(iri, ())))
                for iri, n in ids.items()
            ),
        )
        self._db.executemany(
            "INSERT INTO class VALUES (?, ?)",
            ((n, cls) for iri, n in ids.items() for cls in classes.get(iri, ())),
        )
        return known | ids

    def _known(self, iris: Iterable[str]) -> Iterator[tuple[str, int]]:
        """The numbers of those entities that are there."""
        for iri in iris:
            yield from self._db.execute("SELECT iri, id FROM entity WHERE iri = ?", (iri,))

    def _rows(self, ids: Mapping[str, int], labels: list[Label]) -> Iterator[tuple[object, ...]]:
        for label in labels:
            if label.iri in ids:
                self._labels += 1
                preferred = not label.alternative
                folded = fold(label.text)
                yield self._labels, ids[label.iri], label.lang, label.text, folded, preferred

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:  # a full disk, for one
            raise FileUnwritable(
                f"cannot write: {error}",
                place=str(self._path),
                remedy="free some space or choose a folder you may write to; nothing was changed",
            ) from None


def _marked(folded: object) -> str:
    """The form of a folded label that trigrams are made of: marks apart from their letters."""
    return unicodedata.normalize("NFD", str(folded))
