"""The index of a store that has none: names and labels looked up with SPARQL.

What `coopgraph.search.index` answers from a file is asked of the labels themselves here. SPARQL
has no case folding: labels are compared by LCASE and then checked as the file compares them, so
that what is found is right; what only folding would find (STRASSE for Straße) is not found.
Of very many matches the first 2,000 are ranked: whole labels, then beginnings, then short ones.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from coopgraph.formats.ntriples import iri, string
from coopgraph.search.base import ABOUT_OTHERS, HIDDEN, MOST, AnyIndex, Hit, fold
from coopgraph.store import AnyStore
from coopgraph.vocabulary import ID, PREF_LABEL, expand, is_any_key

_BATCH: Final = 500
_LABELLED: Final = """VALUES ?property { skos:prefLabel skos:altLabel } %s
  ?entity ?property ?label FILTER(STRSTARTS(STR(?entity), "%s"))"""
_CONTAINING: Final = """SELECT ?entity ?property ?label {
  %s
  BIND(LCASE(STR(?label)) AS ?low) FILTER(CONTAINS(?low, %s)) %s
} ORDER BY DESC(?low = %s) DESC(STRSTARTS(?low, %s)) STRLEN(?low) ?entity LIMIT %d"""
_NAMED: Final = """SELECT ?entity ?property ?label {
  %s FILTER(%s) %s
} ORDER BY ?entity LIMIT %d"""
_ANY: Final = "SELECT ?entity ?property ?label { %s %s } ORDER BY ?entity LIMIT %d"
_BEGINNING: Final = """SELECT DISTINCT ?entity {
  ?entity skos:prefLabel ?label FILTER(STRSTARTS(STR(?entity), %s))
} ORDER BY ?entity LIMIT %d"""
_CLASSES: Final = "SELECT ?entity ?class { VALUES ?entity { %s } ?entity a ?class }"
_SHOWN: Final = " ".join(f"FILTER NOT EXISTS {{ ?entity a {name} }}" for name in sorted(HIDDEN))


class RemoteIndex(AnyIndex):
    """Finds entities of a store by asking it; best effort where the words above say so."""

    def __init__(self, store: AnyStore) -> None:
        self._store = store

    def named(self, name: str, classes: Sequence[str] = ()) -> list[Hit]:
        """Entities whose key or whole label is `name`; see `AnyIndex.named`."""
        wanted = name.strip()
        tests = [f"LCASE(STR(?label)) = {string(wanted.lower())}"]
        if is_any_key(name):
            tests.append(f"STRENDS(STR(?entity), {string('/' + name)})")
        query = _NAMED % (_labelled(classes), " || ".join(tests), _SHOWN, MOST)
        rows = self._rows(query)
        by_key = [row for row in rows if is_any_key(name) and row["key"] == name]
        found = by_key or [row for row in rows if row["folded"] == fold(wanted)]
        found.sort(key=lambda r: (r["claim"], r["iri"], not r["preferred"], r["lang"]))
        firsts = {row["iri"]: row for row in reversed(found)}
        return [self._hit(row) for row in reversed(firsts.values())]

    def keys(self, classes: Sequence[str] = ()) -> list[str]:
        """Keys and labels of entities that are not claims, at most 2,000 labels."""
        rows = self._rows(_ANY % (_labelled(classes), _SHOWN, MOST))
        return sorted({row[of] for row in rows if not row["claim"] for of in ("key", "text")})

    def beginning(self, iri: str) -> list[str]:
        """The IRIs of labelled entities that begin with `iri`, at most 2,000 of them."""
        return [entity.value for (entity,) in self._store.select(_BEGINNING % (string(iri), MOST))]

    def _containing(self, wanted: str) -> Iterable[Any]:
        text = string(wanted)
        query = _CONTAINING % (_labelled(()), text, _SHOWN, text, text, MOST)
        return [row for row in self._rows(query) if wanted in row["folded"]]

    def _hit(self, row: Any) -> Hit:
        return Hit(row["iri"], row["key"], row["classes"], row["text"], row["lang"])

    def _rows(self, query: str) -> list[dict[str, Any]]:
        """Labels with their entities, and the classes of those."""
        about = set(map(expand, ABOUT_OTHERS))
        found = self._store.select(query)
        classes = self._classes({entity.value for entity, _, _ in found})
        return [
            {
                "iri": entity.value,
                "key": entity.value.rpartition("/")[2],
                "text": label.value,
                "folded": fold(label.value),
                "lang": label.language or "",
                "preferred": prop.value == PREF_LABEL,
                "claim": not about.isdisjoint(classes[entity.value]),
                "classes": tuple(sorted(classes[entity.value])),
            }
            for entity, prop, label in found
        ]

    def _classes(self, entities: set[str]) -> dict[str, set[str]]:
        classes: dict[str, set[str]] = defaultdict(set)
        wanted = sorted(entities)
        for start in range(0, len(wanted), _BATCH):
            values = " ".join(map(iri, wanted[start : start + _BATCH]))
            for entity, cls in self._store.select(_CLASSES % values):
                classes[entity.value].add(cls.value)
        return classes


def _labelled(classes: Sequence[str]) -> str:
    """The pattern of our labelled entities, of any of `classes` (IRIs) where there are some."""
    members = f"VALUES ?of {{ {' '.join(map(iri, classes))} }} ?entity a ?of ." if classes else ""
    return _LABELLED % (members, ID)
