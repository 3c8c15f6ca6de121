"""The index file: labels and classes of our entities, collected while parts are read and written in
a few large steps; read as entities with their classes and labels, and a trigram table."""

from __future__ import annotations

import contextlib
import json
import re
import sys
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

from coopgraph.errors import FileUnwritable, StoreDamaged
from coopgraph.formats.files import why_no_file
from coopgraph.formats.ntriples import literal
from coopgraph.i18n import told
from coopgraph.libraries import sqlite3
from coopgraph.search.base import ABOUT_OTHERS, HIDDEN, MOST, AnyIndex, Hit, fold
from coopgraph.store import Readers
from coopgraph.vocabulary import ID, expand, is_any_key

_OURS: Final = f"<{ID}".encode()
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
_TRIGRAM = 3
#: What no label holds and SQLite takes for the end of a text, or does not take at all.
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")

_FOUND = (
    "SELECT label.*, entity.iri, entity.key, entity.claim "
    "FROM label JOIN entity ON entity.id = label.entity WHERE "
)
_NAMES = (
    "SELECT entity.key, label.text FROM label JOIN entity ON entity.id = label.entity "
    "WHERE entity.claim = 0"
)
_BEGINNING = "SELECT iri FROM entity WHERE iri > ? AND iri < ? ORDER BY iri LIMIT ?"
_WITHIN = (
    " AND entity.id IN (SELECT entity FROM class WHERE iri IN (SELECT value FROM json_each(?)))"
)
_BY_GRAM = "label.id IN (SELECT rowid FROM gram WHERE gram MATCH ?)"


class Label(NamedTuple):
    """One label of an entity (an IRI)."""

    iri: str
    alternative: bool
    lang: str
    text: str


class Labels:
    """The labels and classes that `readers` saw. Most entities have a class and no label, and are
    never found: classes are kept as numbers with the hash of their entity."""

    def __init__(self, readers: Readers) -> None:
        self._labels: list[tuple[bytes, bool, bytes]] = []
        self._numbers: dict[bytes, bytes] = {}
        self._typed, self._class = array("q"), array("l")
        self._classes: dict[bytes, int] = {}
        readers.on("rdf:type", self._type)
        readers.on("skos:prefLabel", partial(self._label, False))
        readers.on("skos:altLabel", partial(self._label, True))
        readers.on("skos:hiddenLabel", self._numbers.__setitem__)

    def labels(self) -> list[Label]:
        """Every label of our entities, once, by IRI; of those without a name, that they have none
        but a number."""
        labels = [
            Label(entity[1:-1].decode(), alternative, *reversed(literal(term)))
            for entity, alternative, term in sorted(set(self._labels))
        ]
        named = {entity for entity, alternative, _ in self._labels if not alternative}
        for entity in sorted(self._numbers.keys() - named):
            said = told("identity.unnamed", literal(self._numbers[entity])[0])
            labels += (Label(entity[1:-1].decode(), False, *each) for each in said.items())
        return labels

    def classes(self) -> dict[str, tuple[str, ...]]:
        """The classes of the entities that have a label, sorted."""
        labelled = (entity for entity, *_ in self._labels)
        entities = {hash(entity): entity for entity in chain(labelled, self._numbers)}
        found: dict[bytes, set[int]] = {}
        for typed, number in zip(self._typed, self._class, strict=True):
            if entity := entities.get(typed):
                found.setdefault(entity, set()).add(number)
        names = [name[1:-1].decode() for name in self._classes]

        @cache  # most entities share what few hold
        def named(numbers: frozenset[int]) -> tuple[str, ...]:
            return tuple(sorted(names[number] for number in numbers))

        return {entity[1:-1].decode(): named(frozenset(held)) for entity, held in found.items()}

    def _type(self, entity: bytes, cls: bytes) -> None:
        if entity.startswith(_OURS):
            self._typed.append(hash(entity))
            self._class.append(self._classes.setdefault(cls, len(self._classes)))

    def _label(self, alternative: bool, entity: bytes, term: bytes) -> None:
        if entity.startswith(_OURS) and term[:1] == b'"':
            self._labels.append((entity, alternative, term))


class IndexWriter(contextlib.AbstractContextManager["IndexWriter"]):
    """The index at `path`, which must not be there yet; complete once it is closed. Raises
    `FileUnwritable`."""

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
                "INSERT INTO gram(rowid, text) VALUES (?, ?)",
                ((r[0], unicodedata.normalize("NFD", str(r[4]))) for r in rows),
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


class Index(AnyIndex):
    """The search index of one version of a store, opened read-only."""

    def __init__(self, path: Path) -> None:
        try:
            if why_no_file(path).startswith("is "):  # to open a pipe may wait for ever
                raise sqlite3.OperationalError("it is no file")
            self._db = sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)
            self._db.execute("SELECT 1 FROM entity LIMIT 1")
        except sqlite3.Error as error:
            raise StoreDamaged(
                f"the search index cannot be read: {error}",
                place=str(path),
                remedy="run: coopgraph build",
            ) from None

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def named(self, name: str, classes: Sequence[str] = ()) -> list[Hit]:
        """Entities whose key or whole label is `name`. A key is exact and comes alone; a label may
        be one of several entities', and things hide claims of the same label."""
        hits = self._hits("entity.key = ?", name, classes) if is_any_key(name) else []
        return hits or self._hits("label.folded = ?", fold(name.strip()), classes)

    def keys(self, classes: Sequence[str] = ()) -> list[str]:
        """Keys and labels of all entities that are not claims, to suggest from."""
        rows = self._rows(_NAMES + _WITHIN, json.dumps(classes)) if classes else self._rows(_NAMES)
        return sorted({name for row in rows for name in (row["key"], row["text"])})

    def beginning(self, iri: str) -> list[str]:
        """The IRIs of entities that begin with `iri`, at most 2,000 of them."""
        rows = self._rows(_BEGINNING, iri, iri + chr(sys.maxunicode), MOST)
        return [row["iri"] for row in rows]

    def _containing(self, wanted: str) -> list[sqlite3.Row]:
        decomposed = unicodedata.normalize("NFD", wanted)
        grams = [decomposed[i : i + _TRIGRAM] for i in range(len(decomposed) - _TRIGRAM + 1)]
        if grams:
            every = " ".join('"' + gram.replace('"', '""') + '"' for gram in dict.fromkeys(grams))
            rows = self._rows(_FOUND + _BY_GRAM, every)
        else:
            rows = self._rows(_FOUND + "instr(label.folded, ?) > 0", wanted)
        return [row for row in rows if wanted in row["folded"]]

    def _hits(self, where: str, value: object, classes: Sequence[str]) -> list[Hit]:
        order = " ORDER BY entity.claim, entity.iri, label.preferred DESC, label.lang"
        rows = self._rows(_FOUND + where + order, value)
        hits = [self._hit(row) for row in rows]
        if classes:
            hits = [hit for hit in hits if set(classes) & set(hit.classes)]
        return list({hit.iri: hit for hit in reversed(hits)}.values())[::-1]

    def _hit(self, row: sqlite3.Row) -> Hit:
        found = self._rows("SELECT iri FROM class WHERE entity = ? ORDER BY iri", row["entity"])
        classes = tuple(each["iri"] for each in found)
        return Hit(row["iri"], row["key"], classes, row["text"], row["lang"])

    def _rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        if any(_UNSTORABLE.search(v) for v in values if isinstance(v, str)):
            return []
        cursor = self._db.cursor()
        cursor.row_factory = sqlite3.Row
        return list(cursor.execute(sql, values))
