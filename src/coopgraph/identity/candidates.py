"""What awaits a decision: candidates for the same organisation, for people to review."""

from decimal import Decimal
from typing import Final

from coopgraph.queries import Answer, Entity
from coopgraph.store import AnyStore
from coopgraph.tables.description import data_language

COLUMNS: Final = ("score", "record", "organisation", "country", "basis")
_CANDIDATES: Final = """
SELECT ?score ?record ?organisation ?country ?basis WHERE {
  ?match a coop:MatchCandidate ; coop:candidateOf ?record ; coop:candidateFor ?organisation ;
    coop:score ?score ; coop:matchBasis ?basis .
  FILTER(LANG(?basis) = "%s" && ?score >= %s)
  OPTIONAL { ?record coop:country ?country }
}
ORDER BY DESC(?score) ?organisation ?record
"""


def candidates(store: AnyStore, lang: str = "en", least: Decimal = Decimal(0)) -> Answer:
    """The candidates with a score of at least `least`, the best first.

    Columns: score (0 to 1), record, organisation that it may be, country, basis. A decision on
    one is a row of `link_decisions.csv` with the IRIs of record and organisation.
    """
    found = store.select(_CANDIDATES % (data_language(lang), f"{least:f}"))
    iris = {term.value for row in found for term in row[1:4] if term is not None}
    labels = store.labels(iris, lang)

    def entity(term: object) -> Entity | None:
        value = getattr(term, "value", None)
        return Entity(labels.get(value, value), value) if isinstance(value, str) else None

    rows = tuple(
        (Decimal(score.value), entity(record), entity(target), entity(country), basis.value)
        for score, record, target, country, basis in found
    )
    return Answer(COLUMNS, rows, ("record", "organisation", "country"), lang)
