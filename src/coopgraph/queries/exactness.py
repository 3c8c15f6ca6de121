"""How exact the amounts of budget lines are, as their sources say: answers have the number only."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeAlias

from coopgraph.i18n import figure, money, text
from coopgraph.store import AnyStore

_STATED: Final = """SELECT ?of ?phase ?source ?code ?amount ?qualifier ?rounding ?claim WHERE {
  ?of a coop:BudgetLine . ?claim coop:amountOf ?of ; a coop:Amount ; coop:phase ?phase ;
    coop:source ?source ; coop:currency/coop:currencyCode ?code ; coop:amount ?amount ;
    coop:qualifier ?qualifier ; coop:rounding ?rounding .
}"""


class Exactness(NamedTuple):
    """The code of the qualifier, what the amount is rounded to, and the claim that says so."""

    qualifier: str = ""
    rounding: Decimal = Decimal(0)
    claim: str = ""


#: By line, phase, source, currency and amount.
Known: TypeAlias = Mapping[tuple[Any, ...], Exactness]


def exactness(store: AnyStore) -> Known:
    """How exact each amount of a budget line is."""
    return {
        (*(each.value for each in of), Decimal(amount.value)): Exactness(
            qualifier.value.rpartition("/")[2], Decimal(rounding.value), claim.value
        )
        for *of, amount, qualifier, rounding, claim in store.select(_STATED)
    }


def exactness_of(row: Mapping[str, Any], known: Known) -> Exactness:
    """That of a row of `budget-levels` or `budget-series`; nothing where it is not known."""
    of = (getattr(row[n], "iri", row[n]) for n in ("line", "phase", "source", "currency"))
    return known.get((*of, row["amount"]), Exactness())


def exact_amount(row: Mapping[str, Any], known: Known, lang: str) -> str:
    """The amount of such a row with its qualifier, to the digit that its source has; of a misprint
    what we read, too."""
    qualifier, rounding, _ = exactness_of(row, known)
    amounts, currency = (row["amount"],), str(row["currency"])
    told = figure(lang, currency, amounts=amounts, rounding=rounding, qualifier=qualifier)
    if row["corrected"] is None:
        return told
    return text("figure.misprint", lang, told, money(row["corrected"], currency, lang))
