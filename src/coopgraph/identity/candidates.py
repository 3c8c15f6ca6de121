"""What awaits a decision: candidates for the same organisation, for people to review."""

from decimal import Decimal
from typing import Any, Final

from coopgraph.i18n import choose
from coopgraph.queries import Answer, Entity
from coopgraph.store import AnyStore

COLUMNS: Final = ("score", "record", "organisation", "country", "basis")
_CANDIDATES: Final = """
SELECT ?score ?record ?organisation ?country ?match ?basis WHERE {
  ?match a coop:MatchCandidate ; coop:candidateOf ?record ; coop:candidateFor ?organisation ;
    coop:score ?score ; coop:matchBasis ?basis .
  FILTER(?score >= %s)
  OPTIONAL { ?record coop:country ?country }
}
ORDER BY DESC(?score) ?organisation ?record
"""


def candidates(store: AnyStore, lang: str = "en", least: Decimal = Decimal(0)) -> Answer:
    """The candidates with a score of at least `least`, the best first.

    Columns: score (0 to 1), record, organisation that it may be, country, basis. A decision on
    one is a row of `link_decisions.csv` with the IRIs of record and organisation.
    """
    bases: dict[tuple[Any, ...], dict[str, str]] = {}
    for *row, basis in store.select(_CANDIDATES % f"{least:f}"):
        bases.setdefault(tuple(row), {})[basis.language or ""] = basis.value
    found = [(*row, choose(said, lang)) for row, said in bases.items()]
    iris = {term.value for row in found for term in row[1:4] if term is not None}
    labels = store.labels(iris, lang)

    def entity(term: object) -> Entity | None:
        value = getattr(term, "value", None)
        return Entity(labels.get(value, value), value) if isinstance(value, str) else None

    rows = tuple(
        (Decimal(score.value), entity(record), entity(target), entity(country), basis)
        for score, record, target, country, _, basis in found
    )
    return Answer(COLUMNS, rows, ("record", "organisation", "country"), lang)
