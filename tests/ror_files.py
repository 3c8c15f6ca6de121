"""Invented ROR records, and one import of them without a store."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from coopgraph.importers import Ledger, importer
from coopgraph.vocabulary import ID, expand

HARBOUR, TIDE, AWAY = "0abcde123", "0abcde124", "0abcde125"
PREFIX = "https://ror.org/"


def name(value: Any, *types: str, lang: Any = "en") -> dict[str, Any]:
    return {"value": value, "types": list(types), "lang": lang}


def place(city: str | None, country: str | None) -> dict[str, Any]:
    return {"geonames_id": 1, "geonames_details": {"name": city, "country_code": country}}


def record(key: str = HARBOUR, **changed: Any) -> dict[str, Any]:
    """An invented record of schema 2.1."""
    made: dict[str, Any] = {
        "admin": {"last_modified": {"date": "2026-01-01", "schema_version": "2.1"}},
        "id": PREFIX + key,
        "names": [name("Harbour University", "ror_display", "label")],
        "types": ["education", "funder"],
        "status": "active",
        "locations": [place("Harbour", "KR")],
        "external_ids": [],
        "links": [],
        "relationships": [],
        "domains": [],
        "established": 1901,
    }
    return made | changed


def write(folder: Path, content: Any, file: str = "v9-ror-data.json") -> Path:
    path = folder / file
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=True)
    data = text.encode()
    path.write_bytes(gzip.compress(data) if file.endswith(".gz") else data)
    return path


class Done:
    """What an import gave: values by (subject key, property), the ledger, the rejects."""

    def __init__(self, *paths: Path) -> None:
        self.rejects: list[tuple[object, ...]] = []
        self.ledger = Ledger(lambda row: self.rejects.append(tuple(row)))
        kind = importer("ror")
        self.lines = list(kind.triples(kind.find(list(paths)), self.ledger))
        self.facts: dict[tuple[str, str], list[str]] = {}
        for triple in ox.parse("\n".join(self.lines), format=ox.RdfFormat.N_TRIPLES):
            assert isinstance(triple.subject, ox.NamedNode)
            term = triple.object
            assert isinstance(term, ox.NamedNode | ox.Literal)
            tag = f"@{term.language}" if isinstance(term, ox.Literal) and term.language else ""
            key = triple.subject.value.removeprefix(f"{ID}organisation/ror-")
            self.facts.setdefault((key, triple.predicate.value), []).append(term.value + tag)

    def __call__(self, curie: str, key: str = HARBOUR) -> list[str]:
        return self.facts.get((key, expand(curie)), [])

    @property
    def counts(self) -> tuple[int, int, int, int]:
        [account] = self.ledger.accounts.values()
        assert account.balanced
        return account.read, account.accepted, account.rejected, account.duplicates
