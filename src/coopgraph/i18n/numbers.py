"""Numbers and dates as a language writes them."""

import re
from datetime import date as Date  # noqa: N812 - `date` is the verb here
from decimal import Decimal
from typing import Final, TypeAlias

from coopgraph.i18n.languages import manner

Number: TypeAlias = Decimal | int | float
_ISO: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T.*)?\Z")


def number(value: Number, lang: str) -> str:
    """A number with the language's signs for thousands and decimals; every digit is kept.

    >>> number(1234567, "en"), number(Decimal("-0.50"), "en"), number(1e-7, "en")
    ('1,234,567', '-0.50', '0.0000001')
    """
    told = f"{Decimal(str(value)):,f}"
    marks = {",": manner(lang, "number", "group"), ".": manner(lang, "number", "decimal")}
    return "".join(marks.get(sign, sign) for sign in told)


def percent(value: Number, lang: str, *, is_change: bool = False) -> str:
    """So many percent, every digit kept; a change has its sign.

    >>> percent(Decimal("81.3"), "en"), percent(Decimal("18.0"), "ko", is_change=True)
    ('81.3%', '+18.0%')
    """
    value = Decimal(str(value))
    told: str = manner(lang, "number", "percent").format(number(abs(value), lang))
    return f"{signed(value, is_change=is_change)}{told}"


def signed(value: Decimal, *, is_change: bool = False) -> str:
    """The sign of a value; a change that is not negative has one too."""
    return "-" if value < 0 else "+" if is_change else ""


def date(value: str | Date, lang: str, *, is_short: bool = False) -> str:
    """A day, a month or a year, from ISO 8601, as far as it is known; short for a brief. What
    is no such date is given as it is.

    >>> date("2024-06-26", "en"), date("2024-06", "en"), date("2024", "en"), date("soon", "en")
    ('26 June 2024', 'June 2024', '2024', 'soon')
    """
    found = _ISO.match(str(value))
    if found is None:
        return str(value)
    year, month, day = found.groups()
    name = "day" if day else "month" if month else "year"
    shape: str = (is_short and manner(lang, "date", f"short-{name}")) or manner(lang, "date", name)
    months = manner(lang, "date", "months")
    return shape.format(
        year=year, yy=year[2:], month=months[int(month) - 1] if month else "", day=int(day or 0)
    )
