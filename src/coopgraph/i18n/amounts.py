"""Amounts as people write them: 1조 1,445억 원, KRW 1.1445 trillion."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

_EOK: Final = Decimal(10) ** 8
_JO: Final = Decimal(10) ** 12


def won(amount: Decimal | int | float, lang: str) -> str:
    """An amount in won. Korean in 조 and 억 as ministries write them, to the hundred million;
    what is below that is written out, never rounded away. English in trillion or billion.

    >>> won(1144500000000, "ko"), won(50000000, "ko"), won(0, "ko")
    ('1조 1,445억 원', '5,000만 원', '0원')
    >>> won(1144500000000, "en"), won(84500000000, "en"), won(1234, "en")
    ('KRW 1.1445 trillion', 'KRW 84.5 billion', 'KRW 1,234')
    """
    value = Decimal(str(amount))
    sign, value = ("-" if value < 0 else ""), abs(value)
    return sign + (_korean(value) if lang == "ko" else _english(value))


def _korean(value: Decimal) -> str:
    jo, rest = divmod(value, _JO)
    eok, rest = divmod(rest, _EOK)
    man, rest = divmod(rest, 10_000)
    parts = [
        f"{number:,f}{unit}"
        for number, unit in ((jo, "조"), (eok, "억"), (man, "만"), (rest.normalize(), ""))
        if number
    ]
    text = " ".join(parts)
    return f"{text or '0'}{'' if not parts or rest else ' '}원"


def _english(value: Decimal) -> str:
    for unit, name in (
        (_JO, "trillion"),
        (Decimal(10) ** 9, "billion"),
        (Decimal(10) ** 6, "million"),
    ):
        if value >= unit:
            return f"KRW {(value / unit).normalize():,f} {name}"
    return f"KRW {value.normalize():,f}"


def percent(value: Decimal | int | float, lang: str) -> str:
    """A change in percent with its sign.

    >>> percent(Decimal("-16.70"), "en"), percent(5, "ko")
    ('-16.7 %', '+5%')
    """
    number = f"{Decimal(str(value)).normalize():+f}"
    return f"{number}%" if lang == "ko" else f"{number} %"
