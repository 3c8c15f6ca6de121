"""The index file: entities with their classes and labels, and a trigram table over them."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..errors import FileUnwritable, StoreDamaged
from ..store import Store
from ..vocabulary import COOP, ID, is_key

INDEX_FILE: Final = "search.sqlite"
_TRIGRAM = 3

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

_ENTITIES = f"""
SELECT DISTINCT ?entity ?class {{ ?entity a ?class FILTER(STRSTARTS(STR(?entity), "{ID}")) }}
"""
_LABELS = f"""
SELECT DISTINCT ?entity ?label ?preferred {{
  {{ ?entity skos:prefLabel ?label BIND(true AS ?preferred) }}
  UNION {{ ?entity skos:altLabel ?label BIND(false AS ?preferred) }}
  FILTER(STRSTARTS(STR(?entity), "{ID}"))
}}
"""
_FOUND = (
    "SELECT label.*, entity.iri, entity.key, entity.claim "
    "FROM label JOIN entity ON entity.id = label.entity WHERE "
)
_BY_GRAM = "label.id IN (SELECT rowid FROM gram WHERE gram MATCH ?)"
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
    classes: dict[str, list[str]] = {}
    for entity, cls in store.select(_ENTITIES):
        classes.setdefault(entity.value, []).append(cls.value)
    labels = sorted(
        (e.value, p.value != "true", t.language or "", t.value) for e, t, p in store.select(_LABELS)
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


def _write_entities(
    db: sqlite3.Connection, classes: dict[str, list[str]], labelled: set[str]
) -> dict[str, int]:
    from ..vocabulary import expand

    hidden = {expand(name) for name in _HIDDEN}
    shown = sorted(e for e in labelled if not hidden & set(classes.get(e, ())))
    ids = {iri: number for number, iri in enumerate(shown, 1)}
    claim = COOP + "Claim"
    db.executemany(
        "INSERT INTO entity VALUES (?, ?, ?, ?)",
        ((n, iri, iri.rpartition("/")[2], claim in classes.get(iri, ())) for iri, n in ids.items()),
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
        cursor = self._db.cursor()
        cursor.row_factory = sqlite3.Row
        return list(cursor.execute(sql, values))


def _quoted(path: Path) -> str:
    from urllib.parse import quote

    return quote(str(path))
