"""The languages there are, and what the file of each says; numbers, dates and amounts of money as
each writes them."""

import os
import re
import tomllib
from datetime import date as Date  # noqa: N812 - `date` is the verb here
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

#: Where more languages may be, besides those that ship.
FOLDER: Final = "COOPGRAPH_LOCALE"
_OURS: Final = Path(__file__).resolve().parent / "locale"
#: The language that has every text.
SOURCE: Final = "en"
#: The plural forms of Unicode (CLDR); a table with these names is one text.
FORMS: Final = frozenset({"zero", "one", "two", "few", "many", "other"})
#: Tables that say how a language writes, not what: they hold patterns, not texts; and the headings
#: of columns whose names are English.
MANNERS: Final = frozenset({"language", "plural", "number", "date", "money", "heading"})
Number: TypeAlias = Decimal | int | float
_ISO: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T.*)?\Z")
_Units: TypeAlias = list[tuple[Decimal, str]]


def languages() -> tuple[str, ...]:
    """The tags of the languages there are: English, then the others by tag.

    >>> languages()[0], "ko" in languages()
    ('en', True)
    """
    return tuple(_files(further()))


def further() -> str:
    """The folder of more languages, empty where none is named. What is looked up often is kept by
    it: to ask the environment takes longer than to look up a text.

    >>> isinstance(further(), str)
    True
    """
    return os.environ.get(FOLDER, "")


def language_name(lang: str) -> str:
    """What the language calls itself.

    >>> language_name("en")
    'English'
    """
    name: str = manners(lang, "language")["name"]
    return name


def fallbacks(lang: str) -> tuple[str, ...]:
    """Where a text is looked for: in the language, in those that its file names, in English.

    Raises `KeyError` for a language that is not there.

    >>> fallbacks("ko")
    ('ko', 'en')
    """
    return _fallbacks(lang, _file(lang))


@cache
def _fallbacks(lang: str, file: Path) -> tuple[str, ...]:
    named = _read(file).get("language", {}).get("fallback", ())
    return tuple(dict.fromkeys((lang, *named, SOURCE)))


def manners(lang: str, table: str) -> dict[str, Any]:
    """How the language writes numbers, dates or money: that table of its file, and what it
    lacks from those that it falls back to."""
    return _merged(lang, table, further())


def manner(lang: str, table: str, name: str) -> Any:
    """One pattern of such a table; None where there is none."""
    return manners(lang, table).get(name)


def entries(lang: str) -> dict[str, Any]:
    """The texts of one language by key (`view.legend`): a string, or a table of plural forms."""
    return _flattened(_file(lang))


def _file(lang: str) -> Path:
    return _files(further())[lang]


@cache
def _files(further: str) -> dict[str, Path]:
    folders = [_OURS, *([Path(further)] if further else [])]
    found = {path.stem: path for folder in folders for path in sorted(folder.glob("*.toml"))}
    return {tag: found[tag] for tag in sorted(found, key=lambda tag: (tag != SOURCE, tag))}


@cache
def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _merged(lang: str, table: str, _further: str) -> dict[str, Any]:
    files = (_file(tag) for tag in reversed(fallbacks(lang)))
    return {name: value for file in files for name, value in _read(file).get(table, {}).items()}


@cache
def _flattened(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}

    def flatten(table: dict[str, Any], place: str) -> None:
        for name, value in table.items():
            is_plural = isinstance(value, dict) and "other" in value and value.keys() <= FORMS
            if isinstance(value, dict) and not is_plural:
                flatten(value, f"{place}{name}.")
            else:
                found[f"{place}{name}"] = value

    flatten({name: table for name, table in _read(path).items() if name not in MANNERS}, "")
    return found


def number(value: Number, lang: str) -> str:
    """A number with the language's signs for thousands and decimals; every digit is kept.

    >>> number(1234567, "en"), number(Decimal("-0.50"), "en"), number(1e-7, "en")
    ('1,234,567', '-0.50', '0.0000001')
    """
    said = manners(lang, "number")
    marks = str.maketrans({",": said["group"], ".": said["decimal"]})
    return f"{Decimal(str(value)):,f}".translate(marks)


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
    percents: tuple[Number, ...] = (),
    multiplier: Number | None = None,
    qualifier: str = "",
    is_change: bool = False,
) -> str:
    """A figure from its numbers: an amount, a percentage or the two bounds of one, multiplier; the
    first that is there, the others in parentheses. Empty where there is none.

    `rounding` is what the amounts are rounded to, `qualifier` what the source puts before the
    figure: `about`, `almost`, `at-least`, `at-most`.

    >>> figure("en", "KRW", amounts=(46800000000,), percents=(Decimal("20.9"),), is_change=True)
    '+KRW 46.8 billion (+20.9%)'
    >>> figure("en", "KRW", multiplier=3, qualifier="about")
    'about ×3'
    >>> figure("en", "", percents=(6, 7), qualifier="range")
    '6 to 7%'
    """
    bounds = [
        [money(each, currency, lang, rounding=rounding, is_change=is_change) for each in amounts],
        [number(each, lang) for each in percents[:-1]],
    ]
    bounds[1] += [percent(each, lang, is_change=is_change) for each in percents[-1:]]
    shape: str = manner(lang, "number", "range")
    told = [shape.format(*each) if len(each) > 1 else each[0] for each in bounds if each]
    if multiplier is not None:
        told.append(f"×{_short(Decimal(str(multiplier)), lang)}")
    if not told:
        return ""
    shape = manner(lang, "number", "qualifiers").get(qualifier, "{}")
    others = f" ({', '.join(told[1:])})" if told[1:] else ""
    return f"{shape.format(told[0])}{others}"


def _short(value: Decimal, lang: str) -> str:
    return number(value.normalize(), lang)
