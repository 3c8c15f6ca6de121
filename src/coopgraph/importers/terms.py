"""Technologies by the words of a title and a text, from the terms of `data/technology_terms.tsv`.

A term counts by its weight: more in a title than in a text, and in a text by how often it is
there. The longest of several terms at one place counts alone, so that a term of no technology
(quantum dot) hides a shorter one (quantum). A strength of 1 is enough by itself. The text is read
in one pass, in linear time, and is not kept.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple, TypeAlias

from coopgraph.formats.ntriples import curie, iri, string, typed
from coopgraph.vocabulary import ID, entity_iri, resources

#: From this strength on a technology is what a title and a text are about.
ENOUGH: Final = 1.0
#: Less than this says nothing.
_LEAST: Final = 0.5
#: What is weaker than this share of the strongest technology is only made use of.
_OF_STRONGEST: Final = 0.5
_TITLE: Final = 1.0
_TEXT: Final = 0.25
_NAMES: Final = 0.7
#: A word counts at most so often; words of low weight alone reach no more than these strengths.
_MOST: Final = 4.0
_WEAK, _WEAK_MOST = 0.2, 0.4
_MIDDLE, _MIDDLE_MOST = 0.7, 0.95
_SHOWN: Final = 5
#: A technology is no technology's: its terms hide shorter ones.
_NONE: Final = "-"

#: Words, and the signs that part phrases.
_WORD: Final = re.compile(r"[A-Za-z0-9]+|[.,;:!?()]")
_LONGEST: Final = 40
_REMEMBERED: Final = 200_000
_SPELLINGS: Final = (
    ("isation", "ization"), ("fibre", "fiber"), ("tumour", "tumor"), ("colour", "color"),
    ("leukaemia", "leukemia"), ("centre", "center"),
)  # fmt: skip


class TechnologyTerm(NamedTuple):
    """One row of the table: a word or words of a technology, and what they weigh."""

    technology: str
    text: str
    weight: float


class Assignment(NamedTuple):
    """A technology by its key, how strong the signs of it are, and the words that say so."""

    technology: str
    strength: float
    reason: str


#: What may follow by word, and under an empty word the terms that end here.
_Node: TypeAlias = dict[str, Any]


class Terms:
    """The terms of a table, and what they find."""

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        self._root: _Node = {}
        self._exact: set[str] = set()
        self._words: set[str] = set()
        self._stems: set[str] = set()
        self._unspaced: dict[str, list[TechnologyTerm]] = defaultdict(list)
        for row in rows:
            term = TechnologyTerm(row["technology"], row["term"], float(row["weight"]))
            if row["match"] == "within":
                self._unspaced[term.text].append(term)
            else:
                self._add(term, exact=row["match"] == "exact")
        longest_first = sorted(self._unspaced, key=lambda text: (-len(text), text))
        self._within = re.compile("|".join(map(re.escape, longest_first)) or r"\Z\A")
        self._lengths = sorted({len(stem) for stem in self._stems})
        self._start = _State([self._root], lru_cache(_REMEMBERED)(self._keys))

    def of_text(self, title: str, text: str = "") -> list[Assignment]:
        """The technologies of a title and of a text of sentences, the strongest first.

        >>> read_terms().of_text("Error correction for trapped ions")
        [Assignment(technology='quantum', strength=1.0, reason='trapped ion (title)')]
        >>> read_terms().of_text("Light from colloidal quantum dots")
        []
        """
        terms = self._terms(title)
        shares = dict.fromkeys(terms, _TITLE)
        for term, count in Counter(self._terms(text)).items():
            shares[term] = shares.get(term, 0) + _TEXT * min(count, _MOST)
        return _assigned(shares, set(terms))

    def of_names(self, name: str, parts: Iterable[tuple[str, float]] = ()) -> list[Assignment]:
        """The technologies of a name and of the names of its parts, the strongest first: a name
        alone can be enough, and each part counts by its share of the whole (0 to 1).

        >>> read_terms().of_names("Development of quantum computing")
        [Assignment(technology='quantum', strength=1.0, reason='quantum comput* (title)')]
        """
        terms = self._terms(name)
        shares = dict.fromkeys(terms, 1.0)
        for part, share in parts:
            best: dict[str, TechnologyTerm] = {}
            for term in sorted(set(self._terms(part)), key=lambda t: (t.weight, t.text)):
                best[term.technology] = term
            for term in best.values():
                shares[term] = shares.get(term, 0) + _NAMES * share
        return _assigned(shares, set(terms))

    def _add(self, term: TechnologyTerm, *, exact: bool) -> None:
        node = self._root
        for word in term.text.split():
            if exact:
                key = f"={word}"
                self._exact.add(word)
            elif word.endswith("*"):
                key = word.lower()
                self._stems.add(key[:-1])
            else:
                key = _plain(word)
                self._words.add(key)
            node = node.setdefault(key, {})
        node.setdefault("", []).append(term)

    def _keys(self, word: str) -> tuple[str, ...]:
        """What in the table a word of a text can be."""
        low = word[:_LONGEST].lower()
        plain = _plain(low)
        found = [f"={word}"] if word in self._exact else []
        found += [plain] if plain in self._words else []
        found += [f"{low[:n]}*" for n in self._lengths if n <= len(low) and low[:n] in self._stems]
        return tuple(found)

    def _terms(self, text: str) -> list[TechnologyTerm]:
        """The terms in a text, as often as it has them."""
        terms: list[TechnologyTerm] = []
        if self._unspaced and not text.isascii():
            for match in self._within.finditer(text):
                terms += self._unspaced[match[0]]
            text = self._within.sub(" ", text)
        words = _WORD.findall(text)
        end = 0
        for at, state in enumerate(map(self._start.__getitem__, words)):
            if state is not None and at >= end:
                found, end = _longest(state, words, at)
                terms += found
        return [term for term in terms if term.technology != _NONE]


def _longest(
    state: _State | None, words: Sequence[str], at: int
) -> tuple[list[TechnologyTerm], int]:
    """The terms of the most words that begin at a place, and where they end."""
    found: list[TechnologyTerm] = []
    end = place = at + 1
    while state is not None:
        if state.terms:
            found, end = state.terms, place
        if not state.leads or place == len(words):
            break
        state = state[words[place]]
        place += 1
    return found, end


class _State(dict[str, "_State | None"]):
    """A place within terms: to where the next word leads, found once for each word, and the terms
    that end here."""

    def __init__(self, nodes: list[_Node], keys: Callable[[str], tuple[str, ...]]) -> None:
        self._nodes, self._keys = nodes, keys
        ending = [term for node in nodes for term in node.get("", ())]
        # Two that one place has of one technology are one sign of it.
        best = {t.technology: t for t in sorted(ending, key=lambda t: (t.weight, t.text))}
        self.terms = list(best.values())
        self.leads = any(len(node) > ("" in node) for node in nodes)

    def __missing__(self, word: str) -> _State | None:
        if len(self) >= _REMEMBERED:
            self.clear()
        keys = self._keys(word)
        nodes = [node[key] for node in self._nodes for key in keys if key in node]
        found = self[word] = _State(nodes, self._keys) if nodes else None
        return found


def _plain(word: str) -> str:
    """A word in the singular and in one spelling.

    >>> _plain("Batteries"), _plain("optical"), _plain("Fibres"), _plain("photonics")
    ('battery', 'optical', 'fiber', 'photonic')
    """
    word = word.lower()
    for one, other in _SPELLINGS:
        if one in word:
            word = word.replace(one, other)
    if len(word) <= 3:
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if word[-1] == "s" and word[-2] not in "sui" else word


def _assigned(
    shares: Mapping[TechnologyTerm, float], named: set[TechnologyTerm]
) -> list[Assignment]:
    """The technologies that these terms are strong enough for; a share is that of a full weight."""
    of_terms: dict[str, list[tuple[float, TechnologyTerm]]] = defaultdict(list)
    for term, share in shares.items():
        of_terms[term.technology].append((share * term.weight, term))
    strengths = {technology: _strength(found) for technology, found in of_terms.items()}
    least = max(_LEAST, _OF_STRONGEST * max(strengths.values(), default=0))
    order = sorted((-strength, technology) for technology, strength in strengths.items())
    return [
        Assignment(technology, -strength, _reason(of_terms[technology], named))
        for strength, technology in order
        if -strength >= least
    ]


def _strength(found: Sequence[tuple[float, TechnologyTerm]]) -> float:
    weak = sum(part for part, term in found if 0 < term.weight <= _WEAK)
    middle = sum(part for part, term in found if _WEAK < term.weight < _MIDDLE)
    rest = sum(part for part, term in found if not 0 < term.weight < _MIDDLE)
    strength = min(weak, _WEAK_MOST) + middle + rest
    if not any(term.weight >= _MIDDLE for _, term in found):
        strength = min(strength, _MIDDLE_MOST)
    return round(strength, 2)


def _reason(found: Sequence[tuple[float, TechnologyTerm]], named: set[TechnologyTerm]) -> str:
    """The words that weigh most, those of the title marked."""
    order = sorted(found, key=lambda part: (-part[0], part[1].text))[:_SHOWN]
    words = (f"{t.text}{' (title)' if t in named else ''}" for part, t in order if part > 0)
    return ", ".join(words)


@cache
def read_terms() -> Terms:
    """The terms of the shipped table."""
    with (resources("data") / "technology_terms.tsv").open(encoding="utf-8", newline="") as stream:
        return Terms(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


_BY: Final = curie("coop:assignedBy")
_FACTS: Final = f"{curie('rdf:type')} {curie('coop:TermAssignment')}"


def assignment_triples(item: str, found: Iterable[Assignment]) -> Iterator[str]:
    """The N-Triples lines that give an item (a term) its technologies by words."""
    kind, _, key = item[len(ID) + 1 : -1].partition("/")
    for assignment in found:
        node = f"<{ID}term-assignment/{kind}-{key}-{assignment.technology}>"
        yield f"{item} {_BY} {node} ."
        yield f"{node} {_FACTS} ."
        technology = iri(entity_iri("technology", assignment.technology))
        yield f"{node} {curie('coop:technology')} {technology} ."
        yield f"{node} {curie('coop:strength')} {typed(f'{assignment.strength:g}', 'decimal')} ."
        yield f"{node} {curie('coop:matchedTerms')} {string(assignment.reason)} ."
