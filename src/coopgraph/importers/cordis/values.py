"""Cells of CORDIS as values: amounts, dates, countries, identifiers, text.

Each function returns the canonical form, an empty string where the cell says nothing, and
None where it says something that cannot be read.
"""

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from coopgraph.formats.ntriples import curie, iri
from coopgraph.importers.organisations import country_key
from coopgraph.vocabulary import entity_iri, is_iri

#: What R writes for a missing value; CORDIS itself leaves the cell empty.
MISSING: Final = "NA"

#: What a node says of its amounts: CORDIS has them in euro.
IN_EURO: Final = f"{curie('coop:currency')} {iri(entity_iri('currency', 'eur'))}"

_AMOUNT = re.compile(r"-?[0-9]+(?:\.[0-9]+)?\Z")
_COMMA = re.compile(r"(-?[0-9]+),([0-9]{1,2}|[0-9]{4,})\Z")
_GROUPED = re.compile(r"-?[0-9]{1,3}(?:([ .,'\u00a0\u202f])[0-9]{3})(?:\1[0-9]{3})*")
_EXPONENT = re.compile(r"-?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]{1,2}\Z")
_TAIL = re.compile(r"(?:[.,]([0-9]{1,2}))?\Z")
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T][0-9:.]+Z?)?\Z")
_ID = re.compile(r"[0-9]{1,12}\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff]")
_PROGRAMMES = (
    (re.compile(r"fp7", re.IGNORECASE), "fp7"),
    (re.compile(r"h2020|horizon[ -]?2020", re.IGNORECASE), "h2020"),
    (re.compile(r"horizon", re.IGNORECASE), "horizon-europe"),
)


def identifier(cell: str) -> str | None:
    """A project id, record number or PIC: digits.

    >>> identifier(" 101116741 "), identifier("101116741.0"), identifier("n/a")
    ('101116741', None, None)
    """
    text = cell.strip()
    return text if _ID.match(text) else None


def amount(cell: str) -> str | None:
    """Euro as an xsd:decimal; CORDIS mixes decimal comma and point within one row.

    A single comma before three digits could part thousands as well: it is not read.

    >>> amount("771225,1"), amount("771225.0"), amount("1.234.567,89"), amount("1e+05")
    ('771225.1', '771225.0', '1234567.89', '100000')
    >>> amount(""), amount("1,234"), amount("a lot")
    ('', None, None)
    """
    if _AMOUNT.match(cell):
        return cell
    text = cell.strip()
    if _AMOUNT.match(text) or not text or text == MISSING:
        return "" if text == MISSING else text
    if match := _COMMA.match(text):
        return f"{match[1]}.{match[2]}"
    if _EXPONENT.match(text):
        return format(Decimal(text), "f")
    return _grouped(text)


def _grouped(text: str) -> str | None:
    match = _GROUPED.match(text)
    tail = _TAIL.match(text, match.end()) if match else None
    if match is None or tail is None:
        return None
    decimal = text[match.end()] if tail[1] else ""
    if decimal == match[1] or (not decimal and match[1] in ".," and text.count(match[1]) == 1):
        return None
    whole = match[0].replace(match[1], "")
    return f"{whole}.{tail[1]}" if tail[1] else whole


@lru_cache(maxsize=20_000)
def date(cell: str) -> str | None:
    """An xsd:date.

    >>> date("2019-05-01"), date("2019-05-01 00:00:00"), date("NA"), date("2019-02-30")
    ('2019-05-01', '2019-05-01', '', None)
    """
    text = cell.strip()
    if not text or text == MISSING:
        return ""
    match = _DATE.match(text)
    if match is None:
        return None
    try:
        dt.date.fromisoformat(match[1])
    except ValueError:
        return None
    return match[1]


@lru_cache(maxsize=2_000)
def country(cell: str) -> str | None:
    """The ISO 3166-1 code in lower case, from the EU's own codes where they differ.

    >>> country("EL"), country("UK"), country("XK"), country("KR"), country("Korea")
    ('gr', 'gb', 'xk', 'kr', None)
    """
    text = cell.strip().upper()
    return (country_key(text) or None) if text else ""


@lru_cache(maxsize=16)
def boolean(cell: str) -> str | None:
    """An xsd:boolean.

    >>> boolean("False"), boolean("true"), boolean(""), boolean("perhaps")
    ('false', 'true', '', None)
    """
    text = cell.strip().lower()
    return text if text in {"", "true", "false"} else None


def clean(cell: str) -> str:
    r"""Text on one line, without control characters.

    >>> clean("  A\tname \x00of\r\n two lines ")
    'A name of two lines'
    """
    if _CONTROL.search(cell):
        cell = _CONTROL.sub(" ", cell)
    return " ".join(cell.split())


def web_address(cell: str) -> str | None:
    """A home page as an IRI; many stand without their scheme.

    >>> web_address("www.cea.fr"), web_address("http://a b"), web_address("none")
    ('http://www.cea.fr', None, None)
    """
    text = cell.strip()
    if not text:
        return ""
    if not text.lower().startswith(("http://", "https://")):
        if ":" in text.partition("/")[0]:
            return None
        text = f"http://{text}"
    try:
        host = urlsplit(text).hostname or ""
    except ValueError:
        return None
    return text if "." in host.strip(".") and is_iri(text) else None


@lru_cache(maxsize=2_000)
def programme(text: str) -> str:
    """The framework programme that a code, a legal basis or the name of a file names, or "".

    >>> programme("HORIZON"), programme("H2020-EU.1.1."), programme("FP7-ICT-2011-7")
    ('horizon-europe', 'h2020', 'fp7')
    >>> programme("ICT-37-2015-1")
    ''
    """
    return next((key for pattern, key in _PROGRAMMES if pattern.search(text)), "")
