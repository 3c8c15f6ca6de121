"""Amounts of money as a language writes them: exactly, in words for its large numbers."""

from decimal import Decimal
from typing import TypeAlias

from coopgraph.i18n.languages import manner
from coopgraph.i18n.numbers import Number, number, percent, signed

_Units: TypeAlias = list[tuple[Decimal, str]]


def money(
    amount: Number,
    currency: str,
    lang: str,
    *,
    rounding: Number = 0,
    is_change: bool = False,
) -> str:
    """An amount in a currency (ISO 4217), exactly; a change has its sign.

    A language writes the largest unit that is reached, or one after the other (`join` in its
    file), though none finer than `rounding`, what the amount is rounded to.

    >>> money(1144500000000, "KRW", "en"), money(1234, "EUR", "en"), money(-5, "USD", "en")
    ('KRW 1.1445 trillion', 'EUR 1,234', '-USD 5')
    """
    value = Decimal(str(amount))
    units = [(Decimal(10) ** power, word) for power, word in manner(lang, "money", "units")]
    join: str | None = manner(lang, "money", "join")
    finest = None if join is None else Decimal(str(rounding))
    told = (join or "").join(_parts(abs(value), units, finest, lang))
    shape: str = manner(lang, "money", "plain" if told[-1].isdigit() else "amount")
    names = manner(lang, "money", "currencies")
    written = shape.format(number=told, currency=names.get(currency, currency))
    return f"{signed(value, is_change=is_change)}{written}"


def money_unit(largest: Number, currency: str, lang: str) -> tuple[float, str]:
    """The unit on an axis for amounts up to `largest`: how much it is, and
    what it is called.

    >>> money_unit(2.5e12, "KRW", "en")
    (1000000000000.0, 'KRW trillion')
    """
    units = manner(lang, "money", "units")
    power, word = next((u for u in units if largest >= 10 ** u[0]), units[-1])
    names = manner(lang, "money", "currencies")
    shape: str = manner(lang, "money", "amount")
    told = shape.format(number=word.format("").strip(), currency=names.get(currency, currency))
    return float(10**power), told


def _parts(value: Decimal, units: _Units, finest: Decimal | None, lang: str) -> list[str]:
    """The value in the largest unit that it reaches; what is over in smaller ones where those
    are not finer than `finest`."""
    for at, (unit, word) in enumerate(units):
        if value >= unit:
            whole, over = divmod(value, unit)
            reached = next((u for u, _ in units[at:] if over >= u), Decimal(1))
            if not over or finest is None or reached < finest:
                return [word.format(_short(value / unit, lang))]
            return [word.format(_short(whole, lang)), *_parts(over, units[at:], finest, lang)]
    return [_short(value, lang)]


def figure(
    lang: str,
    currency: str,
    *,
    amounts: tuple[Number, ...] = (),
    rounding: Number = 0,
    change: Number | None = None,
    multiplier: Number | None = None,
    qualifier: str = "",
    is_change: bool = False,
) -> str:
    """A figure from its numbers: an amount or the two bounds of one, percent, multiplier; the
    first that is there, the others in parentheses. Empty where there is none.

    `rounding` is what the amounts are rounded to, `qualifier` what the source puts before the
    figure: `about`, `almost`, `at-least`, `at-most`.

    >>> figure("en", "KRW", amounts=(46800000000,), change=Decimal("20.9"), is_change=True)
    '+KRW 46.8 billion (+20.9%)'
    >>> figure("en", "KRW", multiplier=3, qualifier="about")
    'about ×3'
    """
    told = [
        money(amount, currency, lang, rounding=rounding, is_change=is_change) for amount in amounts
    ]
    if len(told) > 1:
        told = [manner(lang, "number", "range").format(*told)]
    if change is not None:
        told.append(percent(change, lang, is_change=is_change))
    if multiplier is not None:
        told.append(f"×{_short(Decimal(str(multiplier)), lang)}")
    if not told:
        return ""
    shape: str = manner(lang, "number", "qualifiers").get(qualifier, "{}")
    others = f" ({', '.join(told[1:])})" if told[1:] else ""
    return f"{shape.format(told[0])}{others}"


def _short(value: Decimal, lang: str) -> str:
    return number(value.normalize(), lang)
