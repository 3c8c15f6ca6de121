"""What every index can be asked: names to entities, and labels that contain a text; and the index
of a store that has none, which looks them up with SPARQL.

SPARQL has no case folding: labels are compared by LCASE and then checked as
`coopgraph.search.index` compares them; what only folding would find (STRASSE for Straße) is not
found. Of very many matches the first 2,000 are ranked: whole labels, then beginnings, then short
ones.
"""

import re
import unicodedata
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from coopgraph.formats.ntriples import iri, string
from coopgraph.store import AnyStore
from coopgraph.vocabulary import ID, PREF_LABEL, expand, is_any_key

#: What is said about things: found after the things themselves.
ABOUT_OTHERS: Final = frozenset(
    {"coop:Claim", "coop:SchemeMember", "coop:TechnologyMapping", "coop:TechnologyMatch"}
    | {"coop:BlocMembership", "coop:FollowUp", "coop:Interpretation", "coop:LinkDecision"}
    | {"coop:Notation", "coop:OrganisationAlias", "coop:Check", "coop:Disagreement"}
    | {"coop:ChangeDisagreement", "coop:LikeForLikeChange"}
)
#: Nodes that are parts of other nodes: never an answer on their own.
HIDDEN: Final = frozenset(
    {"coop:Evidence", "oa:TextPositionSelector", "coop:Identification", "coop:Measurement"}
)
#: Letters that words are parted by blanks in, and where a word of them begins.
_LETTER: Final = re.compile(r"[0-9a-z\u00df-\u024f]")
_WORD: Final = rf"(?<!{_LETTER.pattern})"
#: How many entities are looked at to suggest from.
MOST: Final = 2_000
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


class AnyIndex(ABC):
    """Finds entities by their labels, in a file next to the store or in the store itself."""

    def search(self, text: str, *, limit: int = 20, classes: Sequence[str] = ()) -> list[Hit]:
        """Entities with a label that contains `text`, in any case of letters, best first. Best: the
        whole label, then from the beginning of a word; things before what is said about them; then
        the beginning of the label, shorter labels. `classes` (IRIs) restricts to their members. An
        empty text finds nothing. At most `limit` entities."""
        wanted = fold(text.strip())
        if not wanted:
            return []
        word = re.compile((_WORD if _LETTER.match(wanted) else "") + re.escape(wanted))

        def rank(row: Any) -> tuple[Any, ...]:
            text = row["folded"]
            first = (text != wanted, not word.search(text), row["claim"])
            last = (not row["preferred"], len(text), row["iri"], row["lang"])
            return (*first, not text.startswith(wanted), *last)

        hits: dict[str, Hit] = {}
        for row in sorted(self._containing(wanted), key=rank):
            if row["iri"] not in hits and len(hits) < limit:
                hit = self._hit(row)
                if not classes or set(classes) & set(hit.classes):
                    hits[row["iri"]] = hit
        return list(hits.values())

    @abstractmethod
    def named(self, name: str, classes: Sequence[str] = ()) -> list[Hit]:
        """Entities whose key or whole label is `name`. A key is exact and comes alone; a label may
        be one of several entities', and things come before claims of the same label."""

    @abstractmethod
    def keys(self, classes: Sequence[str] = ()) -> list[str]:
        """Keys and labels of entities that are not claims, to suggest from."""

    @abstractmethod
    def beginning(self, iri: str) -> list[str]:
        """The IRIs of entities that begin with `iri`, at most 2,000 of them."""

    def close(self) -> None:  # noqa: B027  what holds no file has none to close
        """Let go of what is held open."""

    @abstractmethod
    def _containing(self, wanted: str) -> Iterable[Any]:
        """Labels that contain the folded text `wanted`, as mappings with the keys iri, key, text,
        folded, lang, preferred, claim and what `_hit` needs."""

    @abstractmethod
    def _hit(self, row: Any) -> Hit:
        """A row of `_containing` as a hit."""


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
