"""Imports that a store of an older model holds, in the terms of today's (decision 0031).

Amounts had their currency in the name of the property; it is said beside them now. Lines are
N-Triples, as an importer wrote them.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from coopgraph.formats.ntriples import curie
from coopgraph.vocabulary import COOP, ID

#: The model that says whose policy a claim is about; amounts were in won or euro.
LAST_WITHOUT_CURRENCIES: Final = 2
_RENAMED: Final = {
    "amountKrw": "amount", "minKrw": "amountMin", "maxKrw": "amountMax", "roundingKrw": "rounding",
    "totalCostEur": "totalCost", "ecContributionEur": "ecContribution",
    "contributionEur": "amount", "amountEur": "amount",
}  # fmt: skip
_OLD: Final = re.compile(rf"<{re.escape(COOP)}({'|'.join(_RENAMED)})>")
_LEVEL, _PROJECT = (f"{curie('rdf:type')} {curie(x)}" for x in ("coop:BudgetLevel", "coop:Project"))
_LINE, _YEAR = curie("coop:line"), curie("coop:fiscalYear")
#: What is said beside an amount, by the end of the name of its old property.
_CURRENCY: Final = {
    end: f"{curie('coop:currency')} <{ID}currency/{end.lower()}> ." for end in ("Krw", "Eur")
}


def upgraded(lines: Iterable[str], levels: set[str], *, is_cordis: bool) -> Iterator[str]:
    """The lines of an import of an older model in today's terms.

    `levels` are the subjects that are budget levels, as `budget_levels` finds them; the projects of
    CORDIS are in euro.

    >>> list(upgraded(['<urn:p> <https://w3id.org/coopgraph/ns#contributionEur> "1" .'], set(),
    ...      is_cordis=True))[0]
    '<urn:p> <https://w3id.org/coopgraph/ns#amount> "1" .'
    """
    said: set[str] = set()
    for text in lines:
        subject = text.partition(" ")[0]
        currency = "Eur" if is_cordis and _PROJECT in text else ""
        if old := _OLD.search(text):
            currency = old[1][-3:]
        yield _renamed(text, is_level=subject in levels)
        if subject in levels and _LEVEL in text:
            yield f"{subject} {curie('coop:per')} <{ID}unit/whole> ."
        if f" {_YEAR} " in text:
            for name in ("coop:periodFrom", "coop:periodTo"):
                yield text.replace(_YEAR, curie(name), 1)
        if currency and subject not in said:
            said.add(subject)
            yield f"{subject} {_CURRENCY[currency]}"


def _renamed(text: str, *, is_level: bool) -> str:
    text = _OLD.sub(lambda old: f"<{COOP}{_RENAMED[old[1]]}>", text, count=1)
    if is_level:
        text = text.replace(f" {_LINE} ", f" {curie('coop:amountOf')} ", 1)
    return text.replace(_LEVEL, f"{curie('rdf:type')} {curie('coop:Amount')}")


def budget_levels(lines: Iterable[str]) -> set[str]:
    """The subjects of the lines that are said to be budget levels."""
    return {text.partition(" ")[0] for text in lines if _LEVEL in text}
