"""What people read, in a language: texts, numbers, dates, money.

One file of `locale/` is one language (`ko.toml`): texts by place and name, plural forms, and
how numbers, dates and money are written. A further language is one more file and no code;
`COOPGRAPH_LOCALE` names a folder with more of them. A text that a language lacks falls back,
and shows the tag of the language that it fell back to.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any, Final

from coopgraph.i18n.languages import (
    SOURCE,
    date,
    entries,
    fallbacks,
    figure,
    further,
    language_name,
    languages,
    manners,
    money,
    money_unit,
    number,
    percent,
)

#: `{}`, `{0}` or `{name}`; nothing is looked up inside a value.
PLACE: Final = re.compile(r"\{(\w*)\}")
#: A text and the tag that it shows.
_MARKED: Final = re.compile(r"(.+) \[([a-z]{2,3}(?:-[a-z0-9]{1,8})*)\]", re.DOTALL)
__all__ = [
    "LanguageMap", "best", "choose", "date", "figure", "find", "in_each", "joined", "language_name",
    "languages", "manners", "money", "money_unit", "number", "pattern", "percent", "spoken", "text",
    "told", "unmarked", "words",
]  # fmt: skip


def text(key: str, lang: str, *values: object, **named: object) -> str:
    """The text called `key` (`table.name`) in `lang`, with `{}`, `{0}` and `{name}` filled in.

    A number is written as the language does; a year is given as `str`. Where the text has
    plural forms, the first number says which. Raises `KeyError` for a text or a language that
    is not there, `LookupError` where a value is missing.

    >>> text("view.nodes", "en"), text("view.found", "en", 1234)
    ('Nodes', '1,234 found')
    """
    told, tag = _entry(key, lang)
    if isinstance(told, dict):
        told = told[_plural(tag, told, (*values, *named.values()))]
    at = count()

    def fill(place: re.Match[str]) -> str:
        name = place[1]
        value = named[name] if name and not name.isdigit() else values[int(name or next(at))]
        return number(value, lang) if isinstance(value, int | float | Decimal) else str(value)

    filled = PLACE.sub(fill, told)
    return _marked(filled, lang, tag) if _has_words(told) else filled


def in_each(key: str, *values: object, **named: object) -> dict[str, str]:
    """The same text in each of `languages`, by tag.

    >>> in_each("view.nodes")["en"]
    'Nodes'
    """
    return {lang: text(key, lang, *values, **named) for lang in languages()}


def spoken(key: str) -> tuple[str, ...]:
    """The languages that have a text called `key` themselves."""
    return _spoken(key, further())


@cache
def _spoken(key: str, _further: str) -> tuple[str, ...]:
    return tuple(lang for lang in languages() if key in entries(lang))


def told(key: str, *values: object, **named: object) -> dict[str, str]:
    """The text `key` in each language that has it itself, by tag: to be written down.

    >>> told("build.activity")["en"]
    'the build'
    """
    return {lang: text(key, lang, *values, **named) for lang in spoken(key)}


def pattern(key: str, lang: str) -> str:
    """A text with its gaps, for a reader that fills them in elsewhere.

    >>> pattern("view.found", "en")
    '{} found'
    """
    told, tag = _entry(key, lang)
    told = told["other"] if isinstance(told, dict) else told
    return _marked(told, lang, tag) if _has_words(told) else told


def find(key: str, lang: str) -> str | None:
    """The text called `key` in `lang` itself, None where the language has none.

    >>> find("view.no-such-key", "en")
    """
    found = entries(lang).get(key)
    return found if isinstance(found, str) else None


def words(table: str, tags: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The texts of a table by name, each in several languages, unfilled: for a page that can
    change its language.

    >>> words("view", ["en"])["nodes"]
    ('Nodes',)
    """
    tags = tuple(tags)
    keys = dict.fromkeys(key for tag in tags for known in fallbacks(tag) for key in entries(known))
    head = f"{table}."
    return {
        key.removeprefix(head): tuple(pattern(key, tag) for tag in tags)
        for key in keys
        if key.startswith(head)
    }


class LanguageMap(Mapping[str, str]):
    """A text in the languages that it has, by tag, that of a text without a language being empty
    (https://www.w3.org/TR/json-ld11/#language-maps).

    >>> LanguageMap({"de": "Plan", "ko": ""})
    {'de': 'Plan'}
    """

    __slots__ = ("_said",)

    def __init__(self, said: Mapping[str, str]) -> None:
        self._said = {tag: said[tag] for tag in sorted(said) if said[tag]}

    def __getitem__(self, tag: str) -> str:
        return self._said[tag]

    def get(self, tag: str, default: Any = None) -> Any:  # noqa: D102 - quicker than by exceptions
        return self._said.get(tag, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._said)

    def __len__(self) -> int:
        return len(self._said)

    def __hash__(self) -> int:
        return hash(tuple(self._said.items()))

    def __repr__(self) -> str:
        return repr(self._said)

    def label(self, lang: str) -> str:
        """What a reader of `lang` sees: see `choose`."""
        return self._said.get(lang) or choose(self._said, lang)


def by_language(texts: Iterable[LanguageMap], tags: Iterable[str]) -> list[list[str]]:
    """What many texts say in each of some languages, empty where one does not.

    >>> by_language([LanguageMap({"de": "Plan"}), LanguageMap({"ko": "x"})], ("de", "en"))
    [['Plan', ''], ['', '']]
    """
    said = [each._said for each in texts]
    return [[one.get(tag, "") for one in said] for tag in tags]


def joined(texts: Iterable[LanguageMap], by: str) -> dict[str, str]:
    """Texts one after the other, in each language that all of them have; where there is none, as
    a reader of English sees them.

    >>> one, other = LanguageMap({"de": "Sonne", "en": "sun"}), LanguageMap({"de": "Mond"})
    >>> joined([one, other], ", "), joined([one, LanguageMap({"ja": "月"})], ", ")
    ({'de': 'Sonne, Mond'}, {'en': 'sun, 月 [ja]'})
    """
    texts = list(texts)
    tags = set.intersection(*map(set, texts)) if texts else set[str]()
    return {tag: by.join(text.label(tag) for text in texts) for tag in sorted(tags) or [SOURCE]}


def best(texts: Mapping[str, str], lang: str) -> tuple[str, str]:
    """The one of `texts` (by tag) that a reader of `lang` sees, and its tag: in that language,
    else in those that its file names, in English, without a language, else the first by tag.
    Empty where there is none.

    >>> best({"en": "Partners", "ko": ""}, "en"), best({"fr": "Partenaires"}, "en")
    (('Partners', 'en'), ('Partenaires', 'fr'))
    """
    if told := texts.get(lang):
        return told, lang
    others = fallbacks(lang) if lang in languages() else (lang, SOURCE)
    tags = (*others, "", *sorted(texts))
    return next(((texts[tag], tag) for tag in tags if texts.get(tag)), ("", ""))


def choose(texts: Mapping[str, str], lang: str) -> str:
    """The text of `best`, with its tag where it is in another language.

    >>> choose({"en": "Partners"}, "en"), choose({"fr": "Partenaires"}, "en"), choose({}, "en")
    ('Partners', 'Partenaires [fr]', '')
    """
    told, tag = best(texts, lang)
    return _marked(told, lang, tag) if told else ""


def _entry(key: str, lang: str) -> tuple[Any, str]:
    """What a language says at `key`, and the tag of the language that says it."""
    return _entry_in(key, lang, further())


@cache
def _entry_in(key: str, lang: str, _further: str) -> tuple[Any, str]:
    for tag in fallbacks(lang):
        if key in entries(tag):
            return entries(tag)[key], tag
    raise KeyError(key)


def _plural(lang: str, forms: Mapping[str, str], values: Iterable[object]) -> str:
    """The plural form of the first number of `values`: that whose pattern in the language's
    `plural` table matches its digits."""
    digits = next((str(value) for value in values if isinstance(value, int)), "")
    known = manners(lang, "plural").items()
    return next((n for n, shape in known if n in forms and re.fullmatch(shape, digits)), "other")


@cache
def _has_words(told: str) -> bool:
    """Whether more than signs stands around the places of a text: `- {}` is in every language."""
    return any(map(str.isalpha, PLACE.sub("", told)))


def _marked(told: str, lang: str, tag: str) -> str:
    """A text with the tag of its language where that is another; once, whatever fills it."""
    mark = "" if tag in (lang, "") else f" [{tag}]"
    return told.removesuffix(mark) + mark


def unmarked(told: str) -> tuple[str, str]:
    """A text that a reader sees without the tag at its end, and the tag; empty where it has none.

    >>> unmarked("Energieforschungsprogramm [de]"), unmarked("Plan")
    (('Energieforschungsprogramm', 'de'), ('Plan', ''))
    """
    marked = _MARKED.fullmatch(told)
    return (marked[1], marked[2]) if marked else (told, "")
