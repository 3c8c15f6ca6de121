"""What a single cell may hold, by the kind of its column."""

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from coopgraph.libraries import ox
from coopgraph.tables.description import Kind
from coopgraph.vocabulary import is_iri, is_key

_DECIMAL = re.compile(r"-?\d+(\.\d+)?\Z", re.ASCII)
_INTEGER = re.compile(r"-?\d+\Z", re.ASCII)
_YEAR = re.compile(r"\d{4}\Z", re.ASCII)
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?\Z", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
#: Control characters, halves of surrogate pairs, and characters that reorder what is around them,
#: and so can disguise a text.
_CONTROL: Final = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_MARKUP = re.compile(r"<[/!?a-zA-Z][^>]*>?")


def is_date(text: str) -> bool:
    """Whether `text` is a year, a month of a year, or a day of the calendar.

    >>> [is_date(t) for t in ("2024", "2024-02", "2024-02-30")]
    [True, True, False]
    """
    match = _DATE.match(text)
    if match is None:
        return False
    try:
        date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return False
    return True


def date_type(text: str) -> str:
    """The XML Schema type of a date: as precise as it is written.

    >>> date_type("2024"), date_type("2024-02"), date_type("2024-02-01")
    ('gYear', 'gYearMonth', 'date')
    """
    return ("gYear", "gYearMonth", "date")[text.count("-")]


def is_web_iri(text: str) -> bool:
    """Whether `text` is an http or https IRI that the engine takes (RFC 3987).

    >>> [is_web_iri(t) for t in ("https://ror.org/042nb2s44", "https://ex.org:port/", "mit")]
    [True, False, False]
    """
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return is_iri(text) and text.startswith(("http://", "https://"))


#: Kind → (test, what is wrong, how to correct it).
_RULES: Final[dict[Kind, tuple[Callable[[str], bool], str, str]]] = {
    "key": (is_key, "is not a key", "use lower-case letters, digits and single hyphens"),
    "iri": (
        is_web_iri,
        "is not an IRI",
        "write a full http:// or https:// IRI without spaces",
    ),
    "integer": (
        lambda t: bool(_INTEGER.match(t)),
        "is not a whole number",
        "write digits only, as in 1200",
    ),
    "decimal": (
        lambda t: bool(_DECIMAL.match(t)),
        "is not a number",
        "write digits with a decimal point and no thousands separator, as in 1200.5",
    ),
    "boolean": (lambda t: t in {"true", "false"}, "is not true or false", "write true or false"),
    "year": (lambda t: bool(_YEAR.match(t)), "is not a year", "write four digits, as in 2024"),
    "date": (is_date, "is not a date", "write 2024, 2024-02 or 2024-02-27"),
    "sha256": (lambda t: bool(_SHA256.match(t)), "is not a SHA-256", "write 64 hexadecimal digits"),
}


def fault(kind: Kind, value: str) -> tuple[str, str] | None:
    """What is wrong with a cell value and how to correct it, or None. Keys and codes of others are
    not looked up here.

    >>> fault("year", "24")
    ("'24' is not a year", 'write four digits, as in 2024')
    >>> fault("text", "<script>")[0]
    "'<script>' is markup"
    >>> fault("text", "a < b") is None
    True
    """
    if not value.isprintable() and _CONTROL.search(value):  # the first is quicker, and stricter
        return f"{value[:60]!r} holds a control character", "remove it"
    if kind == "text" and (markup := _MARKUP.search(value)):
        return f"{markup[0][:40]!r} is markup", "write the text without HTML tags"
    if kind not in _RULES or _RULES[kind][0](value):
        return None
    _, fact, remedy = _RULES[kind]
    return f"{shown(value)} {fact}", remedy


def shown(value: str) -> str:
    """A value as a message shows it: quoted, and cut where it is long.

    >>> shown("x" * 99) == repr("x" * 59 + "…")
    True
    """
    return repr(value if len(value) <= 60 else value[:59] + "…")
