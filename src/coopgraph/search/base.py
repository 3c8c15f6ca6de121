"""What every index can be asked: names to entities, and labels that contain a text; and the index
of a store that has none, which looks them up with SPARQL.

SPARQL has no case folding: labels are compared by LCASE and then checked as
`coopgraph.search.index` compares them; what only folding would find (STRASSE for Straße) is not
found. Of very many matches the first 1,000 are ranked: whole labels, then beginnings, then short
ones.
"""

import re
import unicodedata
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice, product
from typing import Any, Final

from coopgraph.formats.ntriples import iri, string
from coopgraph.search.words import TRIGRAM, are_initials, decomposed, words
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
#: How many labels are ranked; for words in any order, how many words and names of each; and how
#: many spellings are tried.
_RANKED: Final = 1_000
_FEW: Final = 200
_WORDS: Final = 6
_NAMES: Final = 3
_TRIED: Final = 4
LISTS: Final = f"{ID}codelist/"
_CODELISTS: Final = f"""SELECT ?list {{
  ?list a skos:ConceptScheme FILTER(STRSTARTS(STR(?list), "{LISTS}")) }}"""
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
#: Joined once: of a server that is told hundreds of graphs, FILTER NOT EXISTS asks each of them
#: again for each label.
_SHOWN: Final = f"MINUS {{ VALUES ?hidden {{ {' '.join(sorted(HIDDEN))} }} ?entity a ?hidden }}"


@dataclass(frozen=True)
class Hit:
    """One entity found: its IRI, key and classes, and the label that matched."""

    iri: str
    key: str
    classes: tuple[str, ...]
    label: str
    lang: str
    is_claim: bool = False
    is_code: bool = False
    reason: str = "name"


@dataclass(frozen=True)
class SearchResult:
    """What was found for words that people typed, most important first; `instead` is the text that
    was looked for in place of theirs where nothing holds theirs, else empty. The `reason` of a hit
    is `name`, `other-name`, `words` (each in some label of it), `initials`, or `word` (one of the
    words is its name)."""

    hits: Sequence[Hit] = ()
    instead: str = ""


def fold(text: str) -> str:
    """The form in which labels are compared: composed, without case.

    >>> fold("Ministry") == fold("MINISTRY")
    True
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def is_code(entity: str, lists: Collection[str]) -> bool:
    """Whether an entity is one of the code `lists` of the model, or a code of one.

    >>> is_code(f"{ID}phase/draft", {"phase"}), is_code(f"{ID}technology/ai", {"phase"})
    (True, False)
    """
    return entity.startswith(LISTS) or entity[len(ID) :].partition("/")[0] in lists


def begun(wanted: str) -> re.Pattern[str]:
    """Finds a folded text at the beginning of a word, where words are parted by blanks.

    >>> [bool(begun("mit").search(label)) for label in ("joint mit", "committee")]
    [True, False]
    """
    return re.compile((_WORD if _LETTER.match(wanted) else "") + re.escape(wanted))


def is_any_of(hit: Hit, classes: Sequence[str]) -> bool:
    """Whether a hit is a member of one of `classes`; of any where there are none."""
    return not classes or not set(classes).isdisjoint(hit.classes)


def hit_of(row: Any, classes: tuple[str, ...]) -> Hit:
    """A row of `_containing` as a hit, found by the name that it holds."""
    reason = "name" if row["preferred"] else "other-name"
    found = (row["iri"], row["key"], classes, row["text"], row["lang"])
    return Hit(*found, bool(row["claim"]), bool(row["code"]), reason)


class AnyIndex(ABC):
    """Finds entities by their labels, in a file next to the store or in the store itself."""

    def search(self, text: str, *, limit: int = 20, classes: Sequence[str] = ()) -> list[Hit]:
        """Entities with a label that contains `text`, in any case of letters, best first. Best: the
        whole label, then from the beginning of a word; things before what is said about them; then
        the beginning of the label, shorter labels. `classes` (IRIs) restricts to their members. An
        empty text finds nothing. At most `limit` entities; of more labels than 1,000, or `limit`,
        whole ones, beginnings and the most important are looked at."""
        wanted = fold(text.strip())
        if not wanted:
            return []
        word = begun(wanted)

        def rank(row: Any) -> tuple[Any, ...]:
            text = row["folded"]
            first = (text != wanted, not word.search(text), row["claim"])
            last = (not row["preferred"], len(text), row["iri"], row["lang"])
            return (*first, not text.startswith(wanted), *last)

        rows = self._containing(wanted, max(limit, _RANKED), classes)
        return self._first(sorted(rows, key=rank), limit, classes)

    def find(self, text: str, *, limit: int = 20, classes: Sequence[str] = ()) -> SearchResult:
        """What people mean by `text`: labels that contain it as `search` finds them, then things
        whose labels hold its words in any order, or with its initial consonants; where nothing
        does, what holds words much like them. Codes of the model are found only by their classes.
        """
        wanted = fold(text.strip())
        if hits := self._meant(wanted, limit, classes):
            return SearchResult(hits)
        for instead in self._respelt(wanted):
            if hits := self._meant(instead, limit, classes):
                return SearchResult(hits, instead)
        return SearchResult()

    def _meant(self, wanted: str, limit: int, classes: Sequence[str]) -> list[Hit]:
        rows = self._with_initials(wanted.replace(" ", ""), _FEW) if are_initials(wanted) else []
        found = self._first(rows, limit, classes, "initials")
        found = found or self.search(wanted, limit=limit, classes=classes)
        hits = {hit.iri: hit for hit in found}
        more = self._by_words(words(wanted), limit, classes)
        hits |= {hit.iri: hit for hit in more if hit.iri not in hits}
        return [hit for hit in hits.values() if classes or not hit.is_code][:limit]

    def _by_words(self, parts: list[str], limit: int, classes: Sequence[str]) -> list[Hit]:
        """What has each of several words in a label, a name of the same thing being as good; then
        what is called by one of them. Single letters are no words, and one must be long enough to
        be looked up."""
        parts = [part for part in parts if len(decomposed(part)) > 1]
        if not 1 < len(parts) <= _WORDS or max(map(len, map(decomposed, parts))) < TRIGRAM:
            return []
        called = [self.named(part, is_key=False) for part in parts]
        ways = [
            list(dict.fromkeys((part, *(fold(n) for h in hits for n in self._names(h)))))[:_NAMES]
            for part, hits in zip(parts, called, strict=True)
        ]
        rows = [row for way in product(*ways) for row in self._all_begun(way, _FEW)]
        rows += self._in_different_labels(parts)
        rows.sort(key=lambda row: (row["claim"], len(row["folded"]), row["iri"]))
        found = self._first(rows, limit, classes, "words")
        named = [hit for hits in called for hit in hits if is_any_of(hit, classes)]
        one = [replace(hit, reason="word") for hit in named if not (hit.is_code or hit.is_claim)]
        return sorted(found + one, key=lambda hit: hit.is_claim)

    def _in_different_labels(self, parts: list[str]) -> list[Any]:
        """Labels of what has each of the words in some label, one for each entity."""
        found = [{row["iri"]: row for row in self._all_begun([part], _FEW)} for part in parts]
        every = set.intersection(*map(set, found))
        return [found[0][iri] for iri in every]

    def _all_begun(self, wanted: Sequence[str], most: int) -> list[Any]:
        """Labels in which a word begins with each of the folded words: no `mit` of a committee."""
        tests = list(map(begun, wanted))
        rows = self._with_words(wanted, most)
        return [row for row in rows if all(test.search(row["folded"]) for test in tests)]

    def _respelt(self, wanted: str) -> Iterator[str]:
        """The text with words that are known in place of those that are not, the likeliest first;
        nothing where all are known or one is like none."""
        ways = [[p] if self._all_begun([p], _FEW) else self._like(p) for p in words(wanted)]
        for way in islice(product(*ways), _TRIED):
            if (said := " ".join(way)) and said != wanted:
                yield said

    def _first(
        self, rows: Iterable[Any], limit: int, classes: Sequence[str], reason: str = ""
    ) -> list[Hit]:
        """The entities of the first rows, each once."""
        hits: dict[str, Hit] = {}
        for row in rows:
            if len(hits) == limit:
                break
            if row["iri"] not in hits and is_any_of(hit := self._hit(row), classes):
                hits[row["iri"]] = replace(hit, reason=reason) if reason else hit
        return list(hits.values())

    @abstractmethod
    def named(self, name: str, classes: Sequence[str] = (), *, is_key: bool = True) -> list[Hit]:
        """Entities whose key (unless `is_key` is false) or whole label is `name`. A key is exact
        and comes alone; a label may be one of several entities', and things come before claims of
        the same label."""

    @abstractmethod
    def keys(self, classes: Sequence[str] = ()) -> list[str]:
        """Keys and labels of entities that are not claims, to suggest from."""

    @abstractmethod
    def beginning(self, iri: str) -> list[str]:
        """The IRIs of entities that begin with `iri`, at most 2,000 of them."""

    def close(self) -> None:  # noqa: B027  what holds no file has none to close
        """Let go of what is held open."""

    @abstractmethod
    def _containing(self, wanted: str, most: int, classes: Sequence[str]) -> Iterable[Any]:
        """Labels that contain the folded text `wanted`, as mappings with the keys iri, key, text,
        folded, lang, preferred, claim and what `_hit` needs: about `most` of any more, those of
        members of `classes` among them."""

    @abstractmethod
    def _with_words(self, wanted: Sequence[str], most: int) -> list[Any]:
        """At most about `most` labels that contain each of the folded words, as `_containing`."""

    @abstractmethod
    def _names(self, hit: Hit) -> list[str]:
        """The preferred labels of an entity."""

    def _with_initials(self, wanted: str, most: int) -> list[Any]:
        """Labels of things a word of which begins with these initial consonants; none where
        they are not indexed."""
        return []

    def _like(self, word: str) -> list[str]:
        """Words of labels of things that are much like `word`; none where they are not indexed."""
        return []

    @abstractmethod
    def _hit(self, row: Any) -> Hit:
        """A row of `_containing` as a hit."""


class RemoteIndex(AnyIndex):
    """Finds entities of a store by asking it; best effort where the words above say so."""

    def __init__(self, store: AnyStore) -> None:
        self._store = store

    def named(self, name: str, classes: Sequence[str] = (), *, is_key: bool = True) -> list[Hit]:
        """Entities whose key or whole label is `name`; see `AnyIndex.named`."""
        wanted = name.strip()
        is_key = is_key and is_any_key(name)
        tests = [f"LCASE(STR(?label)) = {string(wanted.lower())}"]
        if is_key:
            tests.append(f"STRENDS(STR(?entity), {string('/' + name)})")
        query = _NAMED % (_labelled(classes), " || ".join(tests), _SHOWN, MOST)
        rows = self._rows(query)
        by_key = [row for row in rows if is_key and row["key"] == name]
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

    def _containing(self, wanted: str, most: int, classes: Sequence[str]) -> Iterable[Any]:
        text = string(wanted)
        query = _CONTAINING % (_labelled(classes), text, _SHOWN, text, text, most)
        return [row for row in self._rows(query) if wanted in row["folded"]]

    def _with_words(self, wanted: Sequence[str], most: int) -> list[Any]:
        longest = max(wanted, key=len)
        rows = self._containing(longest, most if len(wanted) == 1 else _RANKED, ())
        return [row for row in rows if all(word in row["folded"] for word in wanted)]

    def _names(self, hit: Hit) -> list[str]:
        return list(self._store.texts([hit.iri]).get(hit.iri, {}).values())

    @cached_property
    def _lists(self) -> set[str]:
        """The code lists of the model."""
        return {entity.value[len(LISTS) :] for (entity,) in self._store.select(_CODELISTS)}

    def _hit(self, row: Any) -> Hit:
        return hit_of(row, row["classes"])

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
                "code": is_code(entity.value, self._lists),
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
