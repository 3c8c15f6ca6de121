"""Records of the list of Korean R&D programmes, checked field by field.

What is wrong is a `Fault`: the column, and why. Fields that are not needed are passed over.
"""

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from coopgraph.importers.base import Fault
from coopgraph.importers.kr_budget.graph import Programme, SubProgramme
from coopgraph.importers.kr_budget.names import Names

#: Amounts are stated in million won.
MILLION: Final = Decimal(1_000_000)
#: No budget of a state is larger: a thousand trillion won, in million won.
_MOST: Final = Decimal(1_000_000_000)
_FIELDS: Final = ("id", "name", "ministry", "committee", "budget", "strategic", "policy", "details")
_LINE_FIELDS: Final = ("id", "name", "budget", "strategic", "policy")
_NUMBER = re.compile(r"[0-9A-Za-z]+\Z", re.ASCII)


def read_programme(record: Any, names: Names, year: str) -> Programme:
    """A programme; raises `Fault`."""
    _require(record, _FIELDS)
    ministry, committee = _text(record, "ministry"), _text(record, "committee")
    if ministry not in names.ministries:
        raise Fault(
            "ministry",
            f"{ministry!r} is not resolved; add it to data/organisation_aliases.csv and build",
        )
    if committee not in names.committees:
        raise Fault("committee", f"unknown committee {committee!r}")
    if not isinstance(record["details"], list):
        raise Fault("details", "is not a list of sub-programmes")
    number = _number(_text(record, "id"))
    return Programme(
        number=number,
        key=number,
        name=_text(record, "name"),
        year=year,
        owner=names.ministries[ministry],
        committee=names.committees[committee],
        won=_won(record["budget"], "budget"),
        technologies=_tags(record, "strategic", names.technologies),
        areas=_tags(record, "policy", names.areas),
    )


def read_line(record: Any, programme: str, names: Names) -> SubProgramme:
    """A sub-programme of `programme`; raises `Fault`."""
    _require(record, _LINE_FIELDS)
    whole = _text(record, "id")
    owner, _, number = whole.partition(".")
    if owner != programme or not number:
        raise Fault("id", f"{whole!r} is not a sub-programme of {programme!r}")
    return SubProgramme(
        number=_number(number),
        name=_text(record, "name"),
        won=_won(record["budget"], "budget"),
        technologies=tuple(_tags(record, "strategic", names.technologies)),
    )


def _require(record: Any, fields: Sequence[str]) -> None:
    if not isinstance(record, dict):
        raise Fault("", "is not a JSON object")
    if missing := [name for name in fields if name not in record]:
        raise Fault(missing[0], f"the field {missing[0]!r} is missing")


def _text(record: dict[str, Any], column: str) -> str:
    """A text in one line, in Unicode NFC."""
    value = record[column]
    if isinstance(value, int) and not isinstance(value, bool) and column == "id":
        value = str(value)
    if not isinstance(value, str):
        raise Fault(column, "is not text")
    shown = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", value))
    if not shown.split():
        raise Fault(column, "is empty")
    return " ".join(shown.split())


def _number(text: str) -> str:
    if not _NUMBER.match(text):
        raise Fault("id", f"{text!r} is not an id of letters and digits")
    return text.lower()


def _won(value: Any, column: str) -> int:
    """An amount in million won as whole won; what is less than a won comes of binary fractions."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Fault(column, f"{str(value)[:20]!r} is not a number of million won")
    if not 0 <= value <= _MOST:
        raise Fault(column, f"{str(value)[:20]} million won is below zero or beyond any budget")
    return int((Decimal(value) * MILLION).to_integral_value())


def _tags(record: dict[str, Any], column: str, known: dict[str, str]) -> dict[str, int]:
    """Won by key of the tags that are not zero."""
    tags = record[column]
    if not isinstance(tags, dict):
        raise Fault(column, "is not an object of amounts by name")
    found: dict[str, int] = {}
    for name, value in tags.items():
        key = known.get(unicodedata.normalize("NFC", name).strip())
        if key is None:
            raise Fault(column, f"unknown name {name!r}; known: {', '.join(known)}")
        if amount := _won(value, f"{column}.{name}"):
            found[key] = found.get(key, 0) + amount
    return found
