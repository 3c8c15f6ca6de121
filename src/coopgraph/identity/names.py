"""Names of organisations brought to a form in which they can be compared.

Case, diacritics, punctuation, legal forms and little words go; words that say what kind of body
it is become one word in all languages (Universität, université, uniwersytet → university).
Text in scripts of wide letters, which does not part its words by spaces or not reliably, is
compared whole and by pairs of letters.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple
from unicodedata import category, east_asian_width, normalize

from coopgraph.vocabulary import resources

_MARKS: Final = re.compile("[\u0300-\u036f]+")
_BRACKETS: Final = re.compile(r"\s*[(（\[][^()（）\[\]]*[)）\]]")
_IS_ACRONYM: Final = re.compile(r"(?=[^A-Z]*[A-Z][^A-Z]*[A-Z])[\w&.-]{2,12}\Z")
_DOTTED: Final = re.compile(r"(?<=\b\w)\.(?=\w\b)")
_SIGNS: Final = re.compile(r"[\W_]+")
_LETTERS: Final = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "þ": "th", "æ": "a", "œ": "o", "&": " and "}
)


def _wide_letters() -> str:
    """The letters of scripts that do not part words by spaces, as ranges of a character class."""
    wide = [
        i
        for i in range(0x1100, 0x10000)
        if east_asian_width(chr(i)) == "W" and category(chr(i)) in ("Lo", "Lm")
    ]
    starts = (i for i, before in zip(wide, [0, *wide], strict=False) if i != before + 1)
    ends = (i for i, after in zip(wide, [*wide[1:], 0], strict=True) if i != after - 1)
    return "".join(f"{chr(i)}-{chr(j)}" for i, j in zip(starts, ends, strict=True))


_UNSPACED: Final = _wide_letters()
IS_UNSPACED: Final = re.compile(f"[{_UNSPACED}]")
_LEAST_WHOLE: Final = 3  # letters of the name of a body that a part acts for
_GAP: Final = re.compile(f"(?<=[{_UNSPACED}]) (?=[{_UNSPACED}])")


class _Words(NamedTuple):
    """The rows of `data/name_words.tsv`, as names are brought to a form by them."""

    little: frozenset[str]
    legal: re.Pattern[str]
    legal_unspaced: re.Pattern[str]
    legal_marks: tuple[str, ...]
    same: dict[str, str]
    same_unspaced: dict[str, str]


class Places(NamedTuple):
    """Names of countries and of their regions, normalised, with the keys of the countries that
    each may mean; how many words the longest has that begins with a word; `codes` are regions as
    addresses abbreviate them, in capitals."""

    names: dict[str, frozenset[str]]
    longest: dict[str, int]
    codes: dict[str, frozenset[str]]


@cache
def _rows() -> Mapping[str, dict[str, str]]:
    """The rows of `data/name_words.tsv` by kind."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    with (resources("data") / "name_words.tsv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            found[row["kind"]][row["word"]] = row["meaning"]
    return found


@cache
def places() -> Places:
    """The countries of `data/countries.csv` under all their labels, and the names and regions of
    `data/name_words.tsv`.

    >>> sorted(places().names["georgia"]), sorted(places().codes["MA"])
    (['ge', 'us'], ['us'])
    """
    names: dict[str, frozenset[str]] = {}
    with (resources("data") / "countries.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            labels = (row[column] for column in row if column.startswith(("label_", "alt_")))
            for label in "|".join(labels).split("|"):
                names[normalise(label)] = frozenset([row["key"]])
    rows = _rows()
    for name, keys in (*rows["country"].items(), *rows["region"].items()):
        names[normalise(name)] = frozenset(keys.split(" "))
    names.pop("", None)
    longest: dict[str, int] = {}
    for words in (name.split(" ") for name in names):
        longest[words[0]] = max(longest.get(words[0], 0), len(words))
    codes = {code.upper(): frozenset(keys.split(" ")) for code, keys in rows["region-code"].items()}
    return Places(names, longest, codes)


def country_of(address: str) -> str:
    """The key of the country at the end of an address; empty where none is sure.

    >>> [country_of(a) for a in ("Tide Inst, MA 02139 USA", "Harbour Univ, South Korea", "CERN")]
    ['us', 'kr', '']
    """
    words = normalise(address.rpartition(",")[2]).split(" ")
    for start in range(len(words)):
        keys = places().names.get(" ".join(words[start:]), frozenset())
        if len(keys) == 1:
            return next(iter(keys))
    return ""


@cache
def country_name(key: str) -> str:
    """A name of a country, normalised; empty for an unknown key.

    >>> country_of(f"Tide Inst, {country_name('us')}"), country_name("")
    ('us', '')
    """
    return next((name for name, keys in places().names.items() if keys == {key}), "")


@cache
def sub_bodies() -> frozenset[str]:
    """What a part of a body adds to its name, normalised, where that acts for the whole.

    >>> "research business foundation" in sub_bodies()
    True
    """
    return frozenset(map(normalise, _rows()["sub-body"]))


@cache
def _sub_body_ends() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """How names of parts begin, and how they end."""
    spaced = sorted(part for part in sub_bodies() if not IS_UNSPACED.search(part))
    unspaced = sorted(part for part in sub_bodies() if IS_UNSPACED.search(part))
    return tuple(f"{part} " for part in spaced), (*(f" {part}" for part in spaced), *unspaced)


def whole_of(form: str) -> str:
    """The body for which a part of it acts, by a normalised name; empty where it says none.

    >>> whole_of("harbour university r db foundation"), whole_of("harbour university")
    ('harbour university', '')
    """
    heads, tails = _sub_body_ends()
    if not form.startswith(heads) and not form.endswith(tails):
        return ""
    head = next((head for head in heads if form.startswith(head)), "")
    tail = "" if head else max((tail for tail in tails if form.endswith(tail)), key=len)
    whole = form.removeprefix(head).removesuffix(tail)
    return "" if len(whole) < _LEAST_WHOLE or whole in places().names else whole


@cache
def _words() -> _Words:
    found = _rows()
    legal, start, end = (
        "|".join(map(re.escape, found[kind])) for kind in ("legal", "legal-start", "legal-end")
    )
    unspaced = {w: meaning for w, meaning in found["body"].items() if IS_UNSPACED.search(w)}
    return _Words(
        frozenset(found["little"]),
        re.compile(f"(?: (?:{legal}))+$"),
        re.compile(f"^(?:{start})|(?:{end})$"),
        tuple(found["legal-mark"]),
        {w: meaning for w, meaning in found["body"].items() if w not in unspaced},
        unspaced,
    )


def meanings() -> Mapping[str, str]:
    """Words that say what kind of body it is, in another language or spelling, with the English
    word for each (`data/name_words.tsv`).

    >>> meanings()["universitat"]
    'university'
    """
    return _words().same


def normalise(name: str) -> str:
    """The form of a name in which equal names are equal; words are parted by blanks.

    >>> normalise("The Universität Stuttgart, e.V.")
    'university stuttgart'
    >>> normalise("UNIVERSITAET ZUERICH") == normalise("Universität Zürich")
    True
    >>> normalise("東京 大学, 株式会社"), normalise("S.p.A.")
    ('東京大学', 'spa')
    """
    # Decomposed before folding too: 𝕬 becomes A, and only then a.
    text = normalize("NFKD", normalize("NFKD", name).casefold())
    if not text.isascii():
        text = normalize("NFC", _MARKS.sub("", text))
    text = _DOTTED.sub("", text.translate(_LETTERS))
    known = _words()
    unspaced = IS_UNSPACED.search(text) is not None
    for mark in known.legal_marks if unspaced else ():
        text = text.replace(mark, " ")
    text = _SIGNS.sub(" ", text).strip()
    if unspaced:
        bare = _GAP.sub("", known.legal.sub("", text))
        text = known.legal_unspaced.sub("", bare).strip() or text
        for word, meaning in known.same_unspaced.items():
            text = text.replace(word, meaning)
    else:
        text = known.legal.sub("", text).replace("ae", "a").replace("oe", "o").replace("ue", "u")
    words = [known.same.get(word, word) for word in text.split(" ") if word not in known.little]
    return " ".join(words) if words else text


def variants(name: str) -> tuple[tuple[str, bool], ...]:
    """The normalised name, and what it is without its words in brackets.

    With each, whether it says as much as the whole: an acronym in brackets adds nothing, the
    name of a town does.

    >>> variants("Institute of Physics (IoP)")
    (('institute physics iop', True), ('institute physics', True))
    >>> variants("Institute of Physics (Harbour)")[1]
    ('institute physics', False)
    """
    whole = normalise(name)
    found = {whole: True} if whole else {}
    if "(" in name or "[" in name or "（" in name:
        inside = "".join(_BRACKETS.findall(name)).strip(" ()[]（）")
        if bare := normalise(_BRACKETS.sub(" ", name)):
            found.setdefault(bare, _IS_ACRONYM.match(inside) is not None)
    return tuple(found.items())


def tokens(form: str) -> tuple[str, ...]:
    """The words of a normalised name; pairs of letters where words are not parted.

    >>> tokens("university stuttgart"), tokens("東京大学")
    (('university', 'stuttgart'), ('東京', '京大', '大学'))
    """
    if not IS_UNSPACED.search(form):
        return tuple(form.split(" "))
    found: list[str] = []
    for word in form.split(" "):
        if IS_UNSPACED.search(word) and len(word) > 2:
            found += (word[i : i + 2] for i in range(len(word) - 1))
        else:
            found.append(word)
    return tuple(found)


def shortened(form: str) -> str:
    """A normalised name as it is said for short in a script that has such forms; else empty.

    >>> shortened(normalise("National University"))
    ''
    """
    for word, short in _shortenings().items():
        if form.endswith(word) and len(form) > len(word):
            return form.removesuffix(word) + short
    return ""


@cache
def _shortenings() -> dict[str, str]:
    return {normalise(word): short for word, short in _rows()["short"].items()}


def is_short(form: str) -> bool:
    """Whether a normalised name says too little by itself: most often an acronym.

    >>> is_short("cnrs"), is_short("boeing"), is_short("東京")
    (True, False, True)
    """
    return " " not in form and len(form) <= (3 if IS_UNSPACED.search(form) else 5)


def one_edit(a: str, b: str) -> bool:
    """Whether one letter put in, left out, changed or swapped with the next makes `a` of `b`.

    >>> one_edit("stuttgart", "stutgart"), one_edit("physics", "phisycs")
    (True, False)
    """
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    start, limit = 0, min(len(a), len(b))
    while start < limit and a[start] == b[start]:
        start += 1
    rest_a, rest_b = a[start:], b[start:]
    if len(a) != len(b):
        return rest_a[1:] == rest_b or rest_a == rest_b[1:]
    return rest_a[1:] == rest_b[1:] or (rest_a[2:] == rest_b[2:] and rest_a[:2] == rest_b[1::-1])
