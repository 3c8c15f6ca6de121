"""Names against names: an index of records by country, and scored matches.

A match is scored from 0 to 1. Equal names score by what they are (label, alias, acronym);
unequal ones by the weight of the words they share, where a word weighs the more the rarer it is
(inverse document frequency, Spärck Jones 1972, https://doi.org/10.1108/eb026526). A word that no
name of the index holds may stand for one that differs from it in one letter. City and kind of
body speak for or against.
"""

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from coopgraph.identity.names import (
    is_short,
    meanings,
    normalise,
    one_edit,
    shortened,
    tokens,
    variants,
    whole_of,
)
from coopgraph.identity.records import Record

LABEL, ALIAS, SUB_BODY, PART, ACRONYM = range(5)
#: What a name is, in words.
KINDS: Final = ("label", "alias", "sub-body", "part", "acronym")
#: Score of equal names, by the weaker of the two; a part is a name without what is in brackets. A
#: sub-body stays behind the body that it acts for, also where that is known by an alias.
EQUAL: Final = {LABEL: 1.0, ALIAS: 0.97, SUB_BODY: 0.94, PART: 0.91, ACRONYM: 0.76}
#: What says nothing of names that are merely similar.
_EQUAL_ONLY: Final = frozenset((SUB_BODY, ACRONYM))
_SIMILAR: Final = 0.97  # at best, where names are not equal
_LONG_EDIT, _SHORT_EDIT, _OTHER_ORDER = 0.02, 0.05, 0.07
_SAME_CITY, _OTHER_CITY, _OTHER_KIND, _GONE = 0.02, -0.04, -0.06, -0.06
_NUMBER: Final = re.compile(r".*\d|(?:x{0,3})(?:i[xv]|v?i{1,3}|v)\Z|x{1,3}\Z")
_OTHER_NUMBER: Final = 0.75  # at best, where a number differs
_COMMON, _LOOKED_AT = 400, 8
_WORDS_OF_A_NAME: Final = 3
_LEAST_WORD, _LONG_WORD = 5, 8  # letters of a word that may be misspelt


@dataclass(frozen=True, slots=True)
class Match:
    """A record of the index that a record may be, how well they agree, and why."""

    target: Record
    score: float
    basis: tuple[str, ...]


@dataclass(slots=True)
class _Block:
    """The names of one country: (place of the record, what the name is, its words)."""

    equal: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    names: list[tuple[int, int, tuple[str, ...]]] = field(default_factory=list)
    holding: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))


def forms(record: Record) -> dict[str, int]:
    """The normalised names of a record, and what each is at best; kept in the record.

    >>> forms(Record("x", labels=["Tide (Harbour)"], acronyms=["TH"]))
    {'tide harbour': 0, 'tide': 3, 'th': 4}
    """
    found = record.forms
    if found:
        return found
    all_names = (record.labels, record.aliases, record.acronyms)
    for kind, names in zip((LABEL, ALIAS, ACRONYM), all_names, strict=True):
        for name in names:
            for form, is_whole in variants(name):
                if kind == ACRONYM and form.count(" ") >= _WORDS_OF_A_NAME - 1:
                    found.setdefault(form, ALIAS)  # registers put long names there, too
                elif kind and is_short(form):
                    found.setdefault(form, ACRONYM)
                else:
                    found.setdefault(form, kind if is_whole else max(kind, PART))
    for form in [form for form, kind in found.items() if kind <= ALIAS]:
        if short := shortened(form):
            found.setdefault(short, ALIAS)
        if whole := whole_of(form):
            found.setdefault(whole, SUB_BODY)
    return found


class NameIndex:
    """The names of records, to be asked for those of another register."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self._records: list[Record] = []
        self._blocks: dict[str, _Block] = defaultdict(_Block)
        self._holders: Counter[str] = Counter()  # words of the index, by names that hold them
        self._heard: Counter[str] = Counter()  # the same of records that will be asked for
        self._spelt: dict[str, list[str]] = {}
        self._respellings: dict[str, frozenset[str]] = {}
        self._names = 0
        for record in records:
            self.add(record)

    def add(self, record: Record) -> None:
        """Put the names of a record into the index."""
        place = len(self._records)
        self._records.append(record)
        block = self._blocks[record.country]
        self._spelt, self._respellings = {}, {}
        for form, kind in forms(record).items():
            block.equal[form][place] = min(kind, block.equal[form].get(place, ACRONYM))
            if kind in _EQUAL_ONLY:
                continue
            words = tokens(form)
            for word in dict.fromkeys(words):
                block.holding[word].append(len(block.names))
                self._holders[word] += 1
            block.names.append((place, kind, words))
            self._names += 1

    def learn(self, record: Record) -> None:
        """Count the words of a record that will be asked for: common ones weigh less. Of countries
        without a record in the index nothing is learnt."""
        if record.country in self._blocks:
            for form, kind in forms(record).items():
                if kind not in _EQUAL_ONLY:
                    self._names += 1
                    self._heard.update(set(tokens(form)))

    def matches(self, record: Record, enough: float, least: float) -> list[Match]:
        """The records that `record` may be, best first, none below `least`. Similar names are
        looked for only where no equal one reaches `enough`. A record without a country is compared
        with the equal names of all countries."""
        blocks = [self._blocks[record.country]] if record.country in self._blocks else []
        if not record.country:
            blocks = list(self._blocks.values())
        elif "" in self._blocks:
            blocks.append(self._blocks[""])
        if not blocks:
            return []
        own = forms(record)
        best: dict[int, Match] = {}
        for match_place, match in self._equal(record, own, blocks):
            _keep(best, match_place, match)
        if record.country and all(match.score < enough for match in best.values()):
            for match_place, match in self._similar(record, own, blocks[0], least):
                _keep(best, match_place, match)
        found = (match for match in best.values() if match.score >= least)
        return sorted(found, key=lambda match: (-match.score, match.target.iri))

    def _equal(
        self, record: Record, own: dict[str, int], blocks: list[_Block]
    ) -> Iterator[tuple[int, Match]]:
        for block in blocks:
            for form, kind in own.items():
                for place, other in block.equal.get(form, {}).items():
                    target = self._records[place]
                    weaker = max(kind, other)
                    basis = f"equal-{KINDS[weaker]}: {form}"
                    score = EQUAL[weaker]
                    if weaker == LABEL and is_short(form):
                        score = EQUAL[ALIAS] - 0.05
                    yield place, _in_context(record, target, score, (basis,))

    def _similar(
        self, record: Record, own: dict[str, int], block: _Block, least: float
    ) -> Iterator[tuple[int, Match]]:
        for form, kind in own.items():
            if kind in _EQUAL_ONLY or is_short(form):
                continue
            words, edits = self._respelt(tokens(form), block)
            for number in self._near(words, block):
                place, other, theirs = block.names[number]
                target = self._records[place]
                score = self._alike(words, theirs, record, target) - edits
                score -= EQUAL[LABEL] - EQUAL[max(kind, other)]
                if score >= least:
                    basis = f"similar: {form} ~ {' '.join(theirs)}"
                    yield place, _in_context(record, target, score, (basis,))

    def _weight(self, word: str) -> float:
        held = self._holders.get(word, 0) + self._heard.get(word, 0)
        return math.log((2 + self._names) / (1 + held))

    def _near(self, words: tuple[str, ...], block: _Block) -> list[int]:
        """The names that share the heaviest words; common words alone do not count."""
        total = sum(self._weight(word) for word in words)
        shared: dict[int, float] = defaultdict(float)
        held = [word for word in set(words) if word in block.holding]
        for count, word in sorted((len(block.holding[word]), word) for word in held):
            if count > _COMMON and shared:
                break
            weight = self._weight(word)
            for number in block.holding[word][:_COMMON]:
                shared[number] += weight
        near = heapq.nlargest(_LOOKED_AT, shared.items(), key=lambda item: (item[1], -item[0]))
        return [number for number, weight in near if weight > total / 4]

    def _alike(
        self, ours: tuple[str, ...], theirs: tuple[str, ...], record: Record, target: Record
    ) -> float:
        """The share of the weight of both names that they have in common."""
        common = set(ours) & set(theirs)
        both = sum(self._weight(word) for word in common)
        left, right = set(ours) - common, set(theirs) - common
        if any(_NUMBER.match(word) for word in left ^ right):
            return _OTHER_NUMBER * _SIMILAR
        rest = self._unexplained(left, target) + self._unexplained(right, record)
        share = 2 * both / (2 * both + rest) if common else 0.0
        order = [word for word in ours if word in common] == [w for w in theirs if w in common]
        return _SIMILAR * share - (not order) * _OTHER_ORDER

    def _unexplained(self, words: set[str], other: Record) -> float:
        """The weight of words that are neither acronym of the other record nor its city."""
        if not words:
            return 0.0
        known = {normalise(name) for name in other.acronyms}
        city = {word for name in other.cities for word in tokens(normalise(name))}
        return sum(self._weight(word) * (0.5 if word in city else 1.0) for word in words - known)

    def _respelt(self, words: tuple[str, ...], block: _Block) -> tuple[tuple[str, ...], float]:
        """The words with those that no name holds replaced by one that differs in a letter. Also
        what the score loses by it: more where the word is short or could be several."""
        if len(words) > 1 and not any(word in block.holding for word in words):
            return words, 0.0
        found, loss = [], 0.0
        for word in words:
            near: set[str] = set()
            if word not in self._holders and len(word) >= _LEAST_WORD and word.isalpha():
                if word not in self._respellings:
                    self._respellings[word] = frozenset(self._neighbours(word))
                near = {w for w in self._respellings[word] if w in block.holding}
            if near:
                sure = len(near) == 1 and len(word) >= _LONG_WORD
                loss += _LONG_EDIT if sure else _SHORT_EDIT
            found.append(min(near, key=lambda w: (-self._holders[w], w)) if near else word)
        return tuple(found), loss

    def _neighbours(self, word: str) -> Iterator[str]:
        """Words of the index, or that mean one, which one edit makes that spares the first letter.
        An edit spares the head of a word or its tail: words are looked up by both."""
        if not self._spelt:
            self._spelt = defaultdict(list)
            for known in sorted({*self._holders, *meanings()}):
                if len(known) >= _LEAST_WORD - 1:
                    for end in _ends(known, len(known)):
                        self._spelt[end].append(known)
        for length in (len(word) - 1, len(word), len(word) + 1):
            for end in _ends(word, length):
                for known in self._spelt.get(end, ()):
                    if len(known) == length and known[0] == word[0] and one_edit(word, known):
                        yield meanings().get(known, known)


def _ends(word: str, length: int) -> tuple[str, str]:
    """Head and tail of a word, as long as is usual for words of that length."""
    half = 4 if length > 8 else 3 if length > 6 else 2
    return f"{word[:half]}*", f"*{word[-half:]}"


def _in_context(record: Record, target: Record, score: float, basis: tuple[str, ...]) -> Match:
    """The match with what city, kind and status say for or against it."""
    if record.cities and target.cities:
        same = bool(_cities(record) & _cities(target))
        score += _SAME_CITY if same else _OTHER_CITY
        basis += ("same-city" if same else "other-city",)
    ours, theirs = record.families, target.families
    if ours and theirs and "" not in ours | theirs and not ours & theirs:
        score, basis = score + _OTHER_KIND, (*basis, "other-kind")
    if target.gone or record.gone:
        score, basis = score + _GONE, (*basis, "gone")
    if record.country != target.country:
        score, basis = score - 0.2, (*basis, "country-unknown")
    return Match(target, round(max(0.0, min(score, 1.0)), 3), basis)


def _cities(record: Record) -> set[str]:
    """The words of the cities: a district or a postal number may come with the name."""
    return {
        word
        for city in record.cities
        for word in normalise(city).split(" ")
        if len(word) >= _LEAST_WORD - 1 and not word.isdigit()
    }


def _keep(best: dict[int, Match], place: int, match: Match) -> None:
    if place not in best or match.score > best[place].score:
        best[place] = match
