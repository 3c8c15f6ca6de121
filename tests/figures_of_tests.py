"""Figures of no source: levels and changes that tests of the reconciliation start from."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from coopgraph.reconciliation.figures import Level, StatedChange

UNITS = st.integers(-2, 4).map(lambda power: Decimal(10) ** power)
NUMBERS = st.decimals(-99_999, 99_999, places=3, allow_nan=False)
POSITIVE = st.decimals(1_000, 99_999, places=3, allow_nan=False)


def printed(number: Fraction | Decimal, unit: Decimal) -> Decimal:
    """`number` as a source would print it that rounds to `unit`."""
    steps = Fraction(number) / Fraction(unit)
    whole = int(abs(steps) + Fraction(1, 2))
    return unit * (whole if steps >= 0 else -whole)


def dated(values: dict[str, object]) -> dict[str, object]:
    """The values with the period that is their year."""
    year = str(values["year"])
    return {"period_from": year, "period_to": year, **values}


def level(
    key: str, amount: Decimal | None, rounding: Decimal = Decimal(1), **more: object
) -> Level:
    values: dict[str, object] = {
        "iri": key,
        "source": "s",
        "line": "l",
        "year": 2024,
        "phase": "proposal",
        "basis": "as-published",
        "qualifier": "exact",
        "modality": "reported",
        "issued": None,
        "rounding": rounding,
        "amount": amount,
        "low": None,
        "high": None,
        "corrected": None,
        "currency": "KRW",
        "per": "whole",
        "rate": None,
    }
    return Level(**dated(values | more))  # type: ignore[arg-type]


def change(**more: object) -> StatedChange:
    values: dict[str, object] = {
        "iri": "c",
        "source": "s",
        "line": "l",
        "year": 2024,
        "phase": "proposal",
        "basis": "as-published",
        "qualifier": "exact",
        "modality": "reported",
        "issued": None,
        "as_stated": "as stated",
        "base_year": 2023,
        "base_phase": None,
        "level": "new",
        "base_level": "old",
        "currency": "KRW",
        **dict.fromkeys(
            (
                "percent",
                "percent_rounding",
                "amount",
                "rounding",
                "multiplier",
                "multiplier_rounding",
            )
        ),
    }
    return StatedChange(**dated(values | more))  # type: ignore[arg-type]
