"""Affiliations as papers print them: which organisations a string names.

A string is parted at its commas and other signs; within and across the parts the longest names
that an index holds are found. A name counts where the country, region or city that the string
states agrees, and where it is nobody else's; an acronym must fill its part and have a place
beside it. What is not sure is a candidate, never a link.
"""

import html
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from coopgraph.identity.names import (
    IS_UNSPACED,
    is_short,
    meanings,
    normalise,
    places,
    sub_bodies,
)
from coopgraph.identity.records import Record
from coopgraph.identity.similarity import (
    ACRONYM,
    ALIAS,
    EQUAL,
    KINDS,
    LABEL,
    PART,
    SUB_BODY,
    forms,
)

_PARTS: Final = re.compile(
    r"[,;:|/()\[\]{}–—\n\t•*†‡§∥«»\"]+| - |(?<=[^\W\d_]{3})\.(?=\s|[A-Z])"
    r"|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[A-Z])"
)
_GLUED: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SINGLE: Final = re.compile(r"(?<=\b[a-z]) (?=[a-z]\b)")
_LONGEST: Final = 2_000  # characters of a string that are looked at
_LEAST_WIDE, _MOST_WIDE = 3, 40  # letters of a name in a script of wide letters
_FEW: Final = 40  # names that hold a word which tells one body from others
_UNPLACED: Final = 0.03  # what a score loses where the string states no place
_AT_MOST: Final = 3
_CAMPUSES: Final = 3  # cities of a university that is called after them
_ADDRESS: Final = 4  # words of a part that begins with the code of a region
#: Words that, behind a name, say a part of the body, and those that say another body.
_OWN_PARTS: Final = frozenset(("college", "school", "department", "faculty"))
_OTHERS: Final = frozenset(("hospital", "clinic", "clinics"))
#: Names with these words are printed in either order: University of Sussex, Sussex University.
_TURNING: Final = frozenset(("university", "hospital"))


class Mention(NamedTuple):
    """An organisation that a string names: the record, the score (0 to 1), by what, and the words
    of the string in their normalised form."""

    record: Record
    score: float
    basis: tuple[str, ...]
    words: str


class Affiliation(NamedTuple):
    """What a string names: what is sure, and what it may name besides, the likeliest first."""

    found: tuple[Mention, ...] = ()
    candidates: tuple[Mention, ...] = ()


class _Mark(NamedTuple):
    """A name of the index in a string: from and to which word, and whether it begins and ends where
    parts do."""

    start: int
    end: int
    form: str
    starts: bool
    ends: bool


class _Printed:
    """The words of a string, normalised, where its parts begin and end, and the countries whose
    regions it abbreviates."""

    def __init__(self, parts: Iterable[str]) -> None:
        self.words: list[str] = []
        self.starts: set[int] = set()
        self.ends: set[int] = set()
        self.codes: set[str] = set()
        self.wide = False
        for part in parts:
            pieces, codes, wide = _read_part(part)
            for words in pieces:
                self.starts.add(len(self.words))
                self.words += words
                self.ends.add(len(self.words))
            self.codes |= codes
            self.wide = self.wide or wide
        self.said = f" {' '.join(self.words)} "


@lru_cache(maxsize=50_000)
def _read_part(part: str) -> tuple[tuple[list[str], ...], frozenset[str], bool]:
    """The words of a part, each by itself in a script of wide letters; the countries of a region's
    code that begins it (MA 02139, TX USA); and whether it is in such a script."""
    part = part.strip(" .'’-")
    if not part:
        return (), frozenset(), False
    wide = not part.isascii() and IS_UNSPACED.search(part) is not None
    found = (_joined(normalise(piece)) for piece in (part.split() if wide else (part,)))
    head = part.replace(".", "").split()
    code = head[0] if head and len(head) <= _ADDRESS else ""
    pieces = tuple(form.split(" ") for form in found if form)
    return pieces, places().codes.get(code, frozenset()), wide


class Affiliations:
    """The names of records, to be asked for those in affiliations. `canonical` gives a record the
    IRI of its organisation, as `Resolution` does: a name that several records of one organisation
    bear is not ambiguous.

    >>> school = Record("x", labels=["Harbour College"], country="kr", cities=["Busan"])
    >>> index = Affiliations([school], {})
    >>> [m.words for m in index.read("Dept. of Physics, Harbour College, Busan, Korea").found]
    ['harbour college']
    """

    def __init__(self, records: Iterable[Record], canonical: Mapping[str, str]) -> None:
        self._records: list[Record] = []
        self._places: list[list[str]] = []
        self._canonical = canonical
        self._forms: dict[str, dict[int, int]] = {}
        self._longest: dict[str, int] = {}
        self._cities: set[str] = set()
        self._holders: Counter[str] = Counter()
        self._campuses: dict[str, dict[tuple[str, int], int]] = defaultdict(dict)
        for record in records:
            self._add(record)
        self._places = self._places_of_organisations()
        self._continued = set(self._continuations())
        self._turned = self._turn()
        self._kinds = frozenset(meanings().values())

    def _add(self, record: Record) -> None:
        place = len(self._records)
        self._records.append(record)
        cities = [normalise(city) for city in record.cities]
        self._cities.update(cities)
        self._places.append([f" {city} " for city in cities])
        for name, kind in forms(record).items():
            if kind == SUB_BODY:  # strings are parted from what follows a name as they are read
                continue
            form = _joined(name)
            self._put(form, place, kind)
            self._holders.update(set(form.split(" ")))
            for city in cities:
                head, found, _ = form.partition(f" {city}")
                if found and " " in head and kind < PART:
                    self._campuses[head][found, place] = kind

    def _places_of_organisations(self) -> list[list[str]]:
        """The cities of each record and of the others of its organisation: what is curated may
        state none, and takes nothing from a register that does."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        whose = [self._organisation(record) for record in self._records]
        for organisation, cities in zip(whose, self._places, strict=True):
            found[organisation].update(dict.fromkeys(cities))
        return [list(found[organisation]) for organisation in whose]

    def _put(self, form: str, place: int, kind: int) -> None:
        held = self._forms.setdefault(form, {})
        held[place] = min(kind, held.get(place, ACRONYM))
        words = form.split(" ")
        if len(words) > 1:
            head = f"{words[0]} {words[1]}"
            self._longest[head] = max(self._longest.get(head, 0), len(words))

    def _continuations(self) -> Iterator[str]:
        """Names with the next word of a longer name that begins with them."""
        for form in self._forms:
            words = form.split(" ")
            for end in range(2, len(words)):
                if " ".join(words[:end]) in self._forms:
                    yield " ".join(words[: end + 1])

    def _turn(self) -> set[str]:
        """Names in their other order, put into the index where nobody bears them."""
        turned: dict[str, dict[int, int]] = defaultdict(dict)
        for form, held in self._forms.items():
            for other in _turned(form):
                if other not in self._forms:
                    turned[other].update((p, PART) for p, kind in held.items() if kind <= ALIAS)
        for form, held in turned.items():
            for place, kind in held.items():
                self._put(form, place, kind)
        return set(turned)

    def read(self, text: str) -> Affiliation:
        """What an affiliation names."""
        parts = _PARTS.split(html.unescape(text[:_LONGEST]))
        read = self._read(_Printed(parts))
        if not read.found and _GLUED.search(text):
            glued = self._read(_Printed(piece for part in parts for piece in _GLUED.split(part)))
            read = glued if glued.found else read
        return read

    def _read(self, text: _Printed) -> Affiliation:
        spans = [span for span in self._spans(text) if self._is_name(span)]
        countries = self._countries(text, spans)
        found: dict[str, Mention] = {}
        candidates: dict[str, Mention] = {}
        for span in spans:
            for mention, is_sure in self._mentions(text, span, countries):
                into, key = found if is_sure else candidates, self._organisation(mention.record)
                if key not in into or into[key].score < mention.score:
                    into[key] = mention
        for key in [key for key, mention in found.items() if _is_weak(mention)]:
            if len(found) > 1:
                candidates[key] = found.pop(key)
        others = [mention for key, mention in candidates.items() if key not in found]
        others.sort(key=lambda mention: (-mention.score, mention.record.iri))
        return Affiliation(tuple(found.values()), tuple(others))

    # --- where names are ----------------------------------------------------------------------

    def _spans(self, text: _Printed) -> list[_Mark]:
        """The longest names, which do not overlap, in the order of the string."""
        words = text.words
        found: list[_Mark] = []
        for start, word in enumerate(words):
            longest = self._longest.get(" ".join(words[start : start + 2]), 1)
            for end in range(min(start + longest, len(words)), start, -1):
                form = " ".join(words[start:end])
                if form in self._forms and self._is_whole(text, start, end):
                    found.append(_Mark(start, end, form, start in text.starts, end in text.ends))
            if not word.isascii() and IS_UNSPACED.match(word):
                found += self._wide(words, start)
        found.sort(key=lambda span: (span.start - span.end, -len(span.form), span.start))
        taken = [False] * len(words)
        kept: list[_Mark] = []
        for span in found:
            if not any(taken[span.start : span.end]):
                taken[span.start : span.end] = [True] * (span.end - span.start)
                kept.append(span)
        return sorted(kept)

    def _wide(self, words: list[str], start: int) -> Iterator[_Mark]:
        """The longest name from a word on in a script that does not part its words reliably. In
        Hangul a name begins with a word and ends with one, or before what says a part of a body;
        in Han and Kana it may lie anywhere in a word."""
        end, joined = start, ""
        ends: dict[int, int] = {}
        while end < len(words) and len(joined) < _MOST_WIDE and IS_UNSPACED.match(words[end]):
            joined += words[end]
            end += 1
            ends[len(joined)] = end
        hangul = unicodedata.name(joined[0], "").startswith("HANGUL")
        for first in range(1 if hangul else len(words[start]) - _LEAST_WIDE + 1):
            for last in range(len(joined), first + _LEAST_WIDE - 1, -1):
                size = next(size for size in ends if size >= last)
                parted = last == size or not hangul or joined[last:size] in sub_bodies()
                if parted and joined[first:last] in self._forms:
                    yield _Mark(start, ends[size], joined[first:last], True, True)
                    return

    def _is_whole(self, text: _Printed, start: int, end: int) -> bool:
        """Whether words are of one part, or a name in one that goes on in the next: University of
        California, Davis; not the last words of one and the first of another."""
        crossed = next((at for at in range(start + 1, end) if at in text.starts), None)
        if crossed is None:
            return True
        return start in text.starts or " ".join(text.words[start:crossed]) in self._forms

    def _is_name(self, span: _Mark) -> bool:
        """Whether a span is a name, and not a word that says a place or a kind of body."""
        if span.form in places().names:
            return False
        if span.end - span.start > 1:
            return True
        is_word = span.form in self._cities or span.form in self._kinds or span.form.isdigit()
        return not is_word and span.form.upper() not in places().codes

    def _countries(self, text: _Printed, spans: list[_Mark]) -> frozenset[str]:
        """The countries that the string states, outside its names."""
        free = [True] * len(text.words)
        for span in spans:
            free[span.start : span.end] = [False] * (span.end - span.start)
        stated, (names, longest, _), at = set(text.codes), places(), 0
        while at < len(free):
            step = 1
            for size in range(longest.get(text.words[at], 0), 0, -1):
                found = names.get(" ".join(text.words[at : at + size]))
                if found and all(free[at : at + size]):
                    stated |= found
                    step = size
                    break
            at += step
        return frozenset(stated)

    # --- whose names they are -----------------------------------------------------------------

    def _mentions(
        self, text: _Printed, span: _Mark, countries: frozenset[str]
    ) -> Iterator[tuple[Mention, bool]]:
        """The organisations that a name may mean, and whether it does."""
        held = self._completed(text, span)
        agreeing = {p: kind for p, kind in held.items() if self._records[p].country in countries}
        pool = self._narrowed(text, span, agreeing or held)
        if min(pool.values()) == ACRONYM and not (span.starts and span.ends):
            return
        is_one = self._is_one(pool)
        fits = is_one and (bool(agreeing) or not countries)
        for place, kind in sorted(pool.items(), key=lambda item: (item[1], item[0]))[:_AT_MOST]:
            in_city = self._is_in(text.said, place)
            placed = bool(agreeing) or (in_city and not countries)
            placed = placed or (text.wide and self._has_wide(place))
            basis: tuple[str, ...] = (f"equal-{KINDS[kind]}: {span.form}",)
            basis += ("same-city",) if in_city else ("same-country",) if agreeing else ()
            score = round(EQUAL[kind] - (0 if placed else _UNPLACED), 3)
            mention = Mention(self._records[place], score, basis, span.form)
            sure = fits and not self._records[place].gone
            sure = sure and self._is_sure(text, span, kind, placed, in_city)
            yield mention, sure and (in_city or kind != ALIAS or self._teaches(place) or text.wide)
            if is_one:
                return

    def _narrowed(self, text: _Printed, span: _Mark, held: dict[int, int]) -> dict[int, int]:
        """Those of several that bear a name whom it rather means: still active, in a city of the
        string, called so by their register, and nothing else."""
        pool = held
        likelier: tuple[Callable[[int], bool], ...] = (
            lambda place: not self._records[place].gone,
            lambda place: self._is_in(text.said, place),
            lambda place: held[place] == LABEL,
            lambda place: self._is_own(place, span.form),
        )
        for is_likelier in likelier:
            if not self._is_one(pool):
                pool = {place: kind for place, kind in pool.items() if is_likelier(place)} or pool
        return pool

    def _completed(self, text: _Printed, span: _Mark) -> dict[int, int]:
        """Who bears a name; of a university with campuses called after cities the one whose city
        follows: University of Illinois, 1304 West Green Street, Urbana."""
        held, campuses = self._forms[span.form], self._campuses.get(span.form, {})
        if len({city for city, _ in campuses}) < _CAMPUSES:
            return held
        said = f" {' '.join(text.words[span.end :])} "
        if any(self._is_in(said, place) for place in held):
            return held
        named = {place: kind for (city, place), kind in campuses.items() if f"{city} " in said}
        return named or held

    def _is_sure(self, text: _Printed, span: _Mark, kind: int, placed: bool, in_city: bool) -> bool:
        """Whether a name that agrees with the place says enough."""
        fills, alone = span.starts and span.ends, " " not in span.form
        if kind == ACRONYM or (alone and is_short(span.form) and span.form.isascii()):
            unique = self._is_one(self._forms[span.form])
            is_all = unique and len(text.words) == 1 and len(span.form) > _LEAST_WIDE
            enough = (placed and (in_city or unique)) or is_all
            return fills and enough and len(span.form) >= _LEAST_WIDE
        if alone:
            return placed
        if not span.ends and self._goes_on(span.form, text.words[span.end : span.end + 2]):
            return False
        if min(self._holders[word] for word in span.form.split(" ")) > _FEW:
            return in_city or (fills and placed)
        return in_city or (span.form not in self._turned and (placed or kind == LABEL))

    def _goes_on(self, form: str, following: list[str]) -> bool:
        """Whether what follows makes another name of a name: University of Medicine; not the
        University's School of Medicine, and not its city."""
        word = following[0]
        if word == "medicine":
            return following[-1] not in _OWN_PARTS
        if word in places().names or word in self._cities or word in _OWN_PARTS:
            return False
        return word in _OTHERS or f"{form} {word}" in self._continued

    def _is_in(self, said: str, place: int) -> bool:
        """Whether a string names a city of a record."""
        return any(city in said for city in self._places[place])

    def _has_wide(self, place: int) -> bool:
        """Whether a record has a name in a script of wide letters."""
        return any(IS_UNSPACED.match(form) for form in forms(self._records[place]))

    def _teaches(self, place: int) -> bool:
        """Whether a record is of a school: these have campuses in other cities."""
        return "education" in self._records[place].families

    def _is_own(self, place: int, form: str) -> bool:
        """Whether a record has that one label in all languages."""
        return {f for f, kind in forms(self._records[place]).items() if kind == LABEL} == {form}

    def _is_one(self, places: Iterable[int]) -> bool:
        """Whether records are of one organisation."""
        return len({self._organisation(self._records[place]) for place in places}) == 1

    def _organisation(self, record: Record) -> str:
        return self._canonical.get(record.iri, record.iri)


def _is_weak(mention: Mention) -> bool:
    """Whether a name gives way to others of its string: no label, one word, or a body of no stated
    kind in another city."""
    if not mention.words.isascii():
        return False
    elsewhere = mention.basis[-1] == "same-country" and not mention.record.families - {""}
    return mention.score <= EQUAL[ALIAS] or " " not in mention.words or elsewhere


def _joined(form: str) -> str:
    """A form in which letters of their own make one word: kings for king's, lv for l v."""
    return _SINGLE.sub("", form.replace(" s ", "s "))


def _turned(form: str) -> Iterator[str]:
    """A name with its first word last, its last word first, and its first two words last."""
    words = form.split(" ")
    if 2 <= len(words) <= 4 and not _TURNING.isdisjoint(words):
        yield " ".join((*words[1:], words[0]))
        yield " ".join((words[-1], *words[:-1]))
        if len(words) > 2:
            yield " ".join((*words[2:], *words[:2]))
