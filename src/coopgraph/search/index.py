"""The index file: entities with their classes and labels, and a trigram table over them."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..errors import FileUnwritable, StoreDamaged
from ..store import Store
from ..vocabulary import ID, is_key

INDEX_FILE: Final = "search.sqlite"
_TRIGRAM = 3
#: What no label holds and SQLite takes for the end of a text, or does not take at all.
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")

_SCHEMA = """
CREATE TABLE entity (id INTEGER PRIMARY KEY, iri TEXT UNIQUE, key TEXT, claim INTEGER);
CREATE TABLE class (entity INTEGER, iri TEXT);
CREATE TABLE label (id INTEGER PRIMARY KEY, entity INTEGER, lang TEXT, text TEXT, folded TEXT,
                    preferred INTEGER);
CREATE INDEX entity_key ON entity(key);
CREATE INDEX class_entity ON class(entity);
CREATE INDEX label_entity ON label(entity);
CREATE INDEX label_folded ON label(folded);
CREATE VIRTUAL TABLE gram USING fts5(text, content='', tokenize='trigram');
"""

#: Plain scans: which subjects are ours, and each only once, is told faster here than by the engine.
_ENTITIES = "SELECT ?entity ?class { ?entity a ?class }"
_PREFERRED = "SELECT ?entity ?label { ?entity skos:prefLabel ?label }"
_ALTERNATIVE = "SELECT ?entity ?label { ?entity skos:altLabel ?label }"
_OURS = f"<{ID}"
_LITERAL = re.compile(r'"(.*)"(?:@([A-Za-z0-9-]+))?(?:\^\^<.*>)?\Z', re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_ESCAPED = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}
_FOUND = (
    "SELECT label.*, entity.iri, entity.key, entity.claim "
    "FROM label JOIN entity ON entity.id = label.entity WHERE "
)
_BY_GRAM = "label.id IN (SELECT rowid FROM gram WHERE gram MATCH ?)"
#: What is said about things: found after the things themselves.
_ABOUT_OTHERS = frozenset(
    {
        "coop:Claim",
        "coop:SchemeMember",
        "coop:Check",
        "coop:Disagreement",
        "coop:ChangeDisagreement",
        "coop:LikeForLikeChange",
    }
)
#: Nodes that are parts of other nodes: never an answer by themselves.
_HIDDEN = frozenset({"coop:Evidence", "oa:TextPositionSelector", "coop:Identification"})


@dataclass(frozen=True)
class Hit:
    """One entity found: its IRI, key and classes, and the label that matched."""

    iri: str
    key: str
    classes: tuple[str, ...]
    label: str
    lang: str


def fold(text: str) -> str:
    """The form in which labels are compared: composed, without case.

    >>> fold("Ministry") == fold("MINISTRY")
    True
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def write_index(store: Store, path: Path) -> int:
    """Write the index of all labelled entities of `store` to `path`; returns their number.

    Raises `FileUnwritable`.
    """
    classes: dict[str, set[str]] = {}
    for entity, cls in store.rows(_ENTITIES):
        if entity.startswith(_OURS):
            classes.setdefault(entity[1:-1], set()).add(cls[1:-1])
    labels = sorted(
        {
            (entity[1:-1], alternative, *_literal(text))
            for alternative, query in ((False, _PREFERRED), (True, _ALTERNATIVE))
            for entity, text in store.rows(query)
            if entity.startswith(_OURS) and text.startswith('"')
        }
    )
    try:
        with closing(sqlite3.connect(path)) as db, db:
            db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _SCHEMA)
            ids = _write_entities(db, classes, {entity for entity, *_ in labels})
            _write_labels(db, ids, labels)
    except sqlite3.Error as error:  # a full disk, for one
        raise FileUnwritable(
            f"cannot write: {error}",
            place=str(path),
            remedy="free some space or choose a folder you may write to; nothing was changed",
        ) from None
    return len(ids)


def _literal(term: str) -> tuple[str, str]:
    """Language and text of a literal in SPARQL TSV.

    >>> _literal('"a \\\\"b\\\\""@en')
    ('en', 'a "b"')
    """
    match = _LITERAL.match(term)
    if match is None:
        return "", term
    text = match[1]
    if "\\" in text:
        text = _ESCAPE.sub(_unescaped, text)
    return match[2] or "", text


def _unescaped(match: re.Match[str]) -> str:
    mark = match[1]
    return chr(int(mark[1:], 16)) if len(mark) > 1 else _ESCAPED.get(mark, mark)


def _write_entities(
    db: sqlite3.Connection, classes: dict[str, set[str]], labelled: set[str]
) -> dict[str, int]:
    from ..vocabulary import expand

    hidden = {expand(name) for name in _HIDDEN}
    about = {expand(name) for name in _ABOUT_OTHERS}
    shown = sorted(e for e in labelled if not hidden & classes.get(e, set()))
    ids = {iri: number for number, iri in enumerate(shown, 1)}
    db.executemany(
        "INSERT INTO entity VALUES (?, ?, ?, ?)",
        (
            (n, iri, iri.rpartition("/")[2], not about.isdisjoint(classes.get(iri, ())))
            for iri, n in ids.items()
        ),
    )
    db.executemany(
        "INSERT INTO class VALUES (?, ?)",
        ((n, cls) for iri, n in ids.items() for cls in sorted(classes.get(iri, ()))),
    )
    return ids


def _write_labels(
    db: sqlite3.Connection, ids: dict[str, int], labels: Iterable[tuple[str, bool, str, str]]
) -> None:
    rows = [
        (number, ids[entity], lang, text, fold(text), not alternative)
        for number, (entity, alternative, lang, text) in enumerate(labels, 1)
        if entity in ids
    ]
    db.executemany("INSERT INTO label VALUES (?, ?, ?, ?, ?, ?)", rows)
    db.executemany(
        "INSERT INTO gram(rowid, text) VALUES (?, ?)",
        ((row[0], unicodedata.normalize("NFD", row[4])) for row in rows),
    )


class Index:
    """The search index of one version of a store, opened read-only."""

    def __init__(self, path: Path) -> None:
        try:
            self._db = sqlite3.connect(f"file:{_quoted(path)}?mode=ro&immutable=1", uri=True)
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

    def search(self, text: str, *, limit: int = 20, classes: Sequence[str] = ()) -> list[Hit]:
        """Entities with a label that contains `text`, whatever the case, best first.

        Best: the whole label, then its beginning, then anywhere; things before claims about
        them; shorter labels first. `classes` (IRIs) restricts to their members. An empty text
        finds nothing. At most `limit` entities.
        """
        wanted = fold(text.strip())
        if not wanted:
            return []
        rows = self._containing(wanted)
        ranked = sorted(
            rows,
            key=lambda r: (
                r["folded"] != wanted,
                not r["folded"].startswith(wanted),
                r["claim"],
                not r["preferred"],
                len(r["folded"]),
                r["iri"],
                r["lang"],
            ),
        )
        hits: dict[str, Hit] = {}
        for row in ranked:
            if row["iri"] not in hits and len(hits) < limit:
                hit = self._hit(row)
                if not classes or set(classes) & set(hit.classes):
                    hits[row["iri"]] = hit
        return list(hits.values())

    def named(self, name: str, classes: Sequence[str] = ()) -> list[Hit]:
        """Entities whose key or whole label is `name`.

        A key is exact and comes alone; a label may be one of several entities', and things
        hide claims of the same label.
        """
        if is_key(name):
            hits = self._hits("entity.key = ?", name, classes)
            if hits:
                return hits
        hits = self._hits("label.folded = ?", fold(name.strip()), classes)
        return hits

    def keys(self, classes: Sequence[str] = ()) -> list[str]:
        """Keys and labels of all entities that are not claims, to suggest from."""
        hits = self._hits("entity.claim = ?", 0, classes, distinct=False)
        return sorted({name for hit in hits for name in (hit.key, hit.label)})

    def _containing(self, wanted: str) -> list[sqlite3.Row]:
        decomposed = unicodedata.normalize("NFD", wanted)
        if len(decomposed) >= _TRIGRAM:
            phrase = '"' + decomposed.replace('"', '""') + '"'
            rows = self._rows(_FOUND + _BY_GRAM, phrase)
        else:
            rows = self._rows(_FOUND + "instr(label.folded, ?) > 0", wanted)
        return [row for row in rows if wanted in row["folded"]]

    def _hits(
        self, where: str, value: object, classes: Sequence[str], distinct: bool = True
    ) -> list[Hit]:
        order = " ORDER BY entity.claim, entity.iri, label.preferred DESC, label.lang"
        rows = self._rows(_FOUND + where + order, value)
        hits = [self._hit(row) for row in rows]
        if classes:
            hits = [hit for hit in hits if set(classes) & set(hit.classes)]
        return list({hit.iri: hit for hit in reversed(hits)}.values())[::-1] if distinct else hits

    def _hit(self, row: sqlite3.Row) -> Hit:
        classes = tuple(
            r["iri"]
            for r in self._rows(
                "SELECT iri FROM class WHERE entity = ? ORDER BY iri", row["entity"]
            )
        )
        return Hit(row["iri"], row["key"], classes, row["text"], row["lang"])

    def _rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        if any(_UNSTORABLE.search(v) for v in values if isinstance(v, str)):
            return []
        cursor = self._db.cursor()
        cursor.row_factory = sqlite3.Row
        return list(cursor.execute(sql, values))


def _quoted(path: Path) -> str:
    from urllib.parse import quote

    return quote(str(path))
