"""Reading the index file: entities with their classes and labels, and a trigram table."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

from coopgraph.errors import StoreDamaged
from coopgraph.formats.files import why_no_file
from coopgraph.libraries import sqlite3
from coopgraph.search.base import MOST, AnyIndex, Hit, fold
from coopgraph.vocabulary import is_any_key

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
        """Entities whose key or whole label is `name`.

        A key is exact and comes alone; a label may be one of several entities', and things
        hide claims of the same label.
        """
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
