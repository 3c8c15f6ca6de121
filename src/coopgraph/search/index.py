"""The index file: labels and classes of our entities, collected while parts are read and written in
a few large steps; read as entities with their classes and labels, and a trigram table."""

from __future__ import annotations

import contextlib
import json
import re
import sys
from array import array
from collections import Counter
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
from coopgraph.search.base import (
    ABOUT_OTHERS,
    HIDDEN,
    LISTS,
    MOST,
    AnyIndex,
    Hit,
    fold,
    hit_of,
    is_code,
)
from coopgraph.search.words import (
    LONGEST,
    SHORTEST,
    TRIGRAM,
    composed,
    decomposed,
    halves,
    initials,
    likely,
    words,
)
from coopgraph.store import Readers
from coopgraph.vocabulary import ID, expand, is_any_key

_OURS: Final = f"<{ID}".encode()
#: The trigram table holds no positions: what it finds is checked against the label anyway.
_SCHEMA: Final = """
PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;
CREATE TABLE entity (id INTEGER PRIMARY KEY, iri TEXT UNIQUE, key TEXT, claim INTEGER,
                     code INTEGER);
CREATE TABLE class (entity INTEGER, iri TEXT);
CREATE TABLE label (id INTEGER PRIMARY KEY, entity INTEGER, lang TEXT, text TEXT, folded TEXT,
                    preferred INTEGER);
CREATE VIRTUAL TABLE gram USING fts5(text, content='', columnsize=0, detail='none',
                                     tokenize='trigram');
CREATE TABLE trigram (text TEXT PRIMARY KEY, labels INTEGER) WITHOUT ROWID;
CREATE TABLE word (text TEXT PRIMARY KEY, backwards TEXT) WITHOUT ROWID;
CREATE TABLE initial (text TEXT, label INTEGER, PRIMARY KEY (text, label)) WITHOUT ROWID;
"""
_INDEXES: Final = """
CREATE INDEX entity_key ON entity(key);
CREATE INDEX class_entity ON class(entity);
CREATE INDEX label_entity ON label(entity);
CREATE INDEX label_folded ON label(folded);
CREATE INDEX word_backwards ON word(backwards);
CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab('main', 'gram', 'row');
INSERT INTO trigram SELECT term, doc FROM temp.vocabulary;
"""
#: After the last letter of a label: each of its letters begins a trigram.
_PAD: Final = "\n" * (TRIGRAM - 1)
#: What names a thing: the more often it is named, the more important it is.
_NAMING: Final = (
    "coop:partner", "coop:technology", "coop:organisation", "coop:jurisdiction", "coop:country"
)  # fmt: skip
#: What no label holds and SQLite takes for the end of a text, or does not take at all.
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")

_COLUMNS = "SELECT label.*, entity.iri, entity.key, entity.claim, entity.code "
_FOUND = _COLUMNS + "FROM label JOIN entity ON entity.id = label.entity WHERE "
_NAMES = (
    "SELECT entity.key, label.text FROM label JOIN entity ON entity.id = label.entity "
    "WHERE entity.claim = 0"
)
_BEGINNING = "SELECT iri FROM entity WHERE iri > ? AND iri < ? ORDER BY iri LIMIT ?"
_WITHIN = (
    " AND entity.id IN (SELECT entity FROM class WHERE iri IN (SELECT value FROM json_each(?)))"
)
#: Labels are numbered by importance: of too many the first are taken, and no more are looked at,
#: for the trigram table gives them in that order.
_FIRST = " ORDER BY label.id LIMIT ?"
_BY_GRAM = _COLUMNS + (
    "FROM gram CROSS JOIN label ON label.id = gram.rowid "
    "CROSS JOIN entity ON entity.id = label.entity WHERE gram MATCH ?"
)
_FIRST_GRAMS = " ORDER BY gram.rowid LIMIT ?"
_HOLDS = " AND instr(label.folded, ?) > 0"
_COUNTED = (
    "SELECT value, coalesce(labels, 0) FROM json_each(?) LEFT JOIN trigram ON text = value "
    "ORDER BY 2, 1 LIMIT ?"
)
_BEGUN_WITH = "SELECT text, labels FROM trigram WHERE text >= ? AND text < ?"
#: What is in one of so many labels is found soon by reading one after the other.
_SOON: Final = 50
_MANY = "SELECT max(id) FROM label"
_BEGINS = "label.folded >= ? AND label.folded < ? LIMIT ?"
_BEGUN = (
    "FROM (SELECT DISTINCT label FROM initial WHERE text >= ? AND text < ? LIMIT ?) "
    "AS begun CROSS JOIN label ON label.id = begun.label "
    "CROSS JOIN entity ON entity.id = label.entity"
)
_BY_INITIALS = _COLUMNS + _BEGUN
_PREFERRED = (
    "SELECT label.text FROM label JOIN entity ON entity.id = label.entity "
    "WHERE entity.iri = ? AND label.preferred"
)
_LIKE = "SELECT text FROM word WHERE {0} >= ? AND {0} < ? LIMIT ?"
_END: Final = chr(sys.maxunicode)
_GAP: Final = "\0"  # no text of ours holds it


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
        self._named: Counter[int] = Counter()
        for predicate in _NAMING:
            readers.on(predicate, self._name)
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
        unnamed = told("identity.unnamed", _GAP).items()
        for entity in sorted(self._numbers.keys() - named):
            number, about = literal(self._numbers[entity])[0], entity[1:-1].decode()
            labels += (Label(about, False, lang, t.replace(_GAP, number)) for lang, t in unnamed)
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

    def times(self, entity: str) -> int:
        """How often an entity is named."""
        return self._named[hash(f"<{entity}>".encode())]

    def _name(self, _subject: bytes, entity: bytes) -> None:
        self._named[hash(entity)] += 1

    def _type(self, entity: bytes, cls: bytes) -> None:
        if entity.startswith(_OURS):
            self._typed.append(hash(entity))
            self._class.append(self._classes.setdefault(cls, len(self._classes)))

    def _label(self, alternative: bool, entity: bytes, term: bytes) -> None:
        if entity.startswith(_OURS) and term[:1] == b'"':
            self._labels.append((entity, alternative, term))


class _Shown(NamedTuple):
    """An entity that can be found, in the order of importance: things before what is said about
    them, codes of the model behind them, and what is named most often first."""

    claim: bool
    code: bool
    unnamed: int
    iri: str


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
        about = {expand(name) for name in ABOUT_OTHERS}
        lists = {label.iri[len(LISTS) :] for label in labels if label.iri.startswith(LISTS)}
        shown = [
            _Shown(
                not about.isdisjoint(classes.get(entity, ())),
                is_code(entity, lists),
                -found.times(entity),
                entity,
            )
            for entity in {label.iri for label in labels}
            if hidden.isdisjoint(classes.get(entity, ()))
        ]
        with self._writing(), self._db:
            ids = self._add_entities(sorted(shown), classes)
            labels.sort(key=lambda label: ids.get(label.iri, 0))
            rows = list(self._rows(ids, labels))
            self._db.executemany("INSERT INTO label VALUES (?, ?, ?, ?, ?, ?)", rows)
            self._db.executemany(
                "INSERT INTO gram(rowid, text) VALUES (?, ?)",
                ((r[0], decomposed(str(r[4])) + _PAD) for r in rows),
            )
            things = {ids[each.iri] for each in shown if not (each.claim or each.code)}
            self._add_words([(r[0], str(r[4])) for r in rows if r[1] in things])

    def _add_words(self, labels: list[tuple[object, str]]) -> None:
        """What is looked up of the labels of things: their words, and initial consonants."""
        known = {decomposed(word) for _, folded in labels for word in words(folded)}
        self._db.executemany(
            "INSERT OR IGNORE INTO word VALUES (?, ?)",
            sorted((w, w[::-1]) for w in known if SHORTEST <= len(w) <= LONGEST),
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO initial VALUES (?, ?)",
            ((begun, number) for number, folded in labels for begun in initials(folded)),
        )

    def _add_entities(
        self, shown: Sequence[_Shown], classes: Mapping[str, tuple[str, ...]]
    ) -> dict[str, int]:
        first = self.entities + 1
        known = dict(self._known(each.iri for each in shown)) if first > 1 else {}
        new = [each for each in shown if each.iri not in known]
        ids = {each.iri: n for n, each in enumerate(new, first)}
        self._db.executemany(
            "INSERT INTO entity VALUES (?, ?, ?, ?, ?)",
            (
                (n, each.iri, each.iri.rpartition("/")[2], each.claim, each.code)
                for n, each in enumerate(new, first)
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


def _grams(text: str) -> list[str]:
    """The trigrams of a text, each once; none of one that is too short."""
    parts = decomposed(text)
    return list(dict.fromkeys(parts[at : at + TRIGRAM] for at in range(len(parts) - TRIGRAM + 1)))


def _asked(grams: Iterable[str], how: str = " ") -> str:
    """What the trigram table is asked for trigrams: all of them, or any with ` OR `."""
    return how.join('"' + gram.replace('"', '""') + '"' for gram in grams)


class Index(AnyIndex):
    """The search index of one version of a store, opened read-only."""

    def __init__(self, path: Path) -> None:
        try:
            if why_no_file(path).startswith("is "):  # to open a pipe may wait for ever
                raise sqlite3.OperationalError("it is no file")
            self._db = sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)
            self._db.execute("SELECT 1 FROM trigram LIMIT 1")
        except sqlite3.Error as error:
            raise StoreDamaged(
                f"the search index cannot be read: {error}",
                place=str(path),
                remedy="run: coopgraph build",
            ) from None

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def named(self, name: str, classes: Sequence[str] = (), *, is_key: bool = True) -> list[Hit]:
        """Entities whose key or whole label is `name`; see `AnyIndex.named`."""
        is_key = is_key and is_any_key(name)
        hits = self._hits("entity.key = ?", name, classes) if is_key else []
        return hits or self._hits("label.folded = ?", fold(name.strip()), classes)

    def keys(self, classes: Sequence[str] = ()) -> list[str]:
        """Keys and labels of all entities that are not claims, to suggest from."""
        rows = self._rows(_NAMES + _WITHIN, json.dumps(classes)) if classes else self._rows(_NAMES)
        return sorted({name for row in rows for name in (row["key"], row["text"])})

    def beginning(self, iri: str) -> list[str]:
        """The IRIs of entities that begin with `iri`, at most 2,000 of them."""
        rows = self._rows(_BEGINNING, iri, iri + _END, MOST)
        return [row["iri"] for row in rows]

    def _containing(self, wanted: str, most: int, classes: Sequence[str]) -> list[sqlite3.Row]:
        within, of = (_WITHIN, [json.dumps(classes)]) if classes else ("", [])
        grams = self._rarest([wanted]) or self._rare_beginning_with(wanted)
        if grams is not None:
            found = _BY_GRAM + _HOLDS + within + _FIRST_GRAMS
            rows = self._rows(found, grams, wanted, *of, most) if grams else []
        else:
            found = _FOUND + "instr(label.folded, ?) > 0"
            rows = self._rows(found + within + _FIRST, wanted, *of, most)
        if len(rows) == most:  # whole labels and beginnings are the best, wherever they stand
            rows += self._rows(_FOUND + _BEGINS, wanted, wanted + _END, most)
        return rows

    def _rarest(self, wanted: Sequence[str]) -> str:
        """What the trigram table is asked for texts: the rarest trigram of each, of a single one
        the two rarest, for every further one costs as much as it has labels; empty for texts too
        short to be looked up."""
        each = 2 if len(wanted) == 1 else 1
        found = [
            row
            for text in wanted
            for row in self._rows(_COUNTED, json.dumps(_grams(text), ensure_ascii=False), each)
        ]
        return _asked(gram for gram, _ in sorted(found, key=lambda row: int(row[1])))

    def _rare_beginning_with(self, wanted: str) -> str | None:
        """What the trigram table is asked for a text shorter than a trigram: those that begin with
        it, empty where none does; None for a text that is in very many labels."""
        begun = decomposed(wanted)
        found = self._rows(_BEGUN_WITH, begun, begun + _END)
        ((labels,),) = self._rows(_MANY)
        many = _SOON * sum(row["labels"] for row in found) > (labels or 0)
        return None if many else _asked((row["text"] for row in found), " OR ")

    def _with_words(self, wanted: Sequence[str], most: int) -> list[sqlite3.Row]:
        long = [word for word in wanted if _grams(word)]
        found = _BY_GRAM + _HOLDS * len(long) + _FIRST_GRAMS
        rows = self._rows(found, self._rarest(long), *long, most) if long else []
        return [row for row in rows if all(word in row["folded"] for word in wanted)]

    def _with_initials(self, wanted: str, most: int) -> list[sqlite3.Row]:
        ends = (f"{wanted}{chr(1)}", wanted + _END)  # what is exactly these, then what begins so
        found = [self._rows(_BY_INITIALS + _FIRST, wanted, end, most, most) for end in ends]
        return [row for rows in found for row in rows]

    def _like(self, word: str) -> list[str]:
        begins, ends = halves(decomposed(word))
        near = [
            row["text"]
            for column, half in (("text", begins), ("backwards", ends))
            for row in self._rows(_LIKE.format(column), half, half + _END, MOST)
        ]
        return [composed(each) for each in likely(decomposed(word), near)]

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
        return hit_of(row, classes)

    def _names(self, hit: Hit) -> list[str]:
        return [row["text"] for row in self._rows(_PREFERRED, hit.iri)]

    def _rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        if any(_UNSTORABLE.search(v) for v in values if isinstance(v, str)):
            return []
        cursor = self._db.cursor()
        cursor.row_factory = sqlite3.Row
        return list(cursor.execute(sql, values))
