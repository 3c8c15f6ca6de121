"""Texts by key, filled in, in a language or in the one that it falls back to."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import count
from typing import Any, Final

from coopgraph.i18n.languages import entries, fallbacks, languages, manners
from coopgraph.i18n.numbers import number

#: `{}`, `{0}` or `{name}`; nothing is looked up inside a value.
PLACE: Final = re.compile(r"\{(\w*)\}")


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


def best(texts: Mapping[str, str], lang: str) -> tuple[str, str]:
    """The one of `texts` (by tag) that a reader of `lang` sees, and its tag: in that language,
    else in the first fallback, else the first by tag. Empty where there is none.

    >>> best({"en": "Partners", "ko": ""}, "en"), best({"fr": "Partenaires"}, "en")
    (('Partners', 'en'), ('Partenaires', 'fr'))
    """
    tags = (*fallbacks(lang), *sorted(texts))
    return next(((texts[tag], tag) for tag in tags if texts.get(tag)), ("", ""))


def choose(texts: Mapping[str, str], lang: str) -> str:
    """The text of `best`, with its tag where it is in another language.

    >>> choose({"en": "Partners"}, "en"), choose({"fr": "Partenaires"}, "en"), choose({}, "en")
    ('Partners', 'Partenaires [fr]', '')
    """
    told, tag = best(texts, lang)
    return _marked(told, lang, tag) if told else ""


def _entry(key: str, lang: str) -> tuple[Any, str]:
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


def _has_words(told: str) -> bool:
    """Whether more than signs stands around the places of a text: `- {}` is in every language."""
    return any(map(str.isalpha, PLACE.sub("", told)))


def _marked(told: str, lang: str, tag: str) -> str:
    """A text with the tag of its language where that is another; once, whatever fills it."""
    mark = "" if tag == lang else f" [{tag}]"
    return told.removesuffix(mark) + mark
