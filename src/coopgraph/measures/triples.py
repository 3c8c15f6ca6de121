"""Measures as RDF: each number one `coop:Measurement`, in a derived graph of its own, so that
it is queried like all else.

    SELECT ?technology ?hhi {
      ?m coop:measure <measure/concentration> ; coop:quantity "hhi" ;
         coop:measureParameter "of=country" ;
         coop:measuredEntity ?technology ; coop:measuredValue ?hhi }
"""

import hashlib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from coopgraph.formats.ntriples import curie, iri, line, string, typed
from coopgraph.i18n import joined
from coopgraph.i18n.languages import SOURCE
from coopgraph.measures.answer import kind_of_row
from coopgraph.measures.catalogue import load_measure, measure
from coopgraph.measures.computation import MeasureData
from coopgraph.network.elements import Named, names_of, of_cell
from coopgraph.queries import Entity
from coopgraph.store import AnyStore
from coopgraph.tables.triples import canonical_decimal, in_languages
from coopgraph.vocabulary import VERSION, entity_iri

MEASURES_GRAPH: Final = "derived/measures"
#: What a build records: measures of plans and money, which are small. Those of imported
#: networks are computed when asked for.
RECORDED: Final[tuple[tuple[str, Mapping[str, str]], ...]] = (
    *(("concentration", {"of": of}) for of in ("country", "partner", "ministry")),
    *(("dependence", {"of": of}) for of in ("country", "partner", "ministry")),
    ("overlap", {}),
    ("coordination", {}),
)


def record_measures(store: AnyStore) -> list[str]:
    """The N-Triples lines of the derived graph."""
    reading = MeasureData(store)
    return [text for name, values in RECORDED for text in measurements(reading, name, values)]


def measurements(reading: MeasureData, name: str, values: Mapping[str, str]) -> Iterator[str]:
    """One measurement for each number in each row of a measure that names an entity. It says which
    measure and quantity it is, of which entity, compared with which others, with which parameters,
    of which jurisdiction and plan (as parameters), by which version, and from which claims' sources
    it was derived."""
    answer = measure(reading, name, values, lang=SOURCE)
    cells = (cell for row in answer.rows for cell in row if isinstance(cell, Entity))
    names = names_of(reading.store, (cell.iri for cell in cells))
    cited: dict[int, set[str]] = {}
    for row in answer.sources().rows:
        cited.setdefault(int(str(row[0])), set()).add(getattr(row[1], "iri", ""))
    for number, whole in enumerate(answer.rows, 1):
        kind, (whose, plan) = kind_of_row(answer, whole), whole[-2:]
        row = whole[: -3 if kind else -2]
        entities = [cell for cell in row if isinstance(cell, Entity)]
        if not isinstance(row[0], Entity):
            continue  # the line for all together is about nothing that has an IRI
        key = getattr(plan, "iri", "").rpartition("/")[2]
        told = {**values, "kind": kind, "jurisdiction": str(whose or ""), "plan": key}
        for column, cell in zip(answer.columns, row, strict=False):
            if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
                continue
            yield from _measurement(
                (name, column, {asked: value for asked, value in told.items() if value}),
                [of_cell(cell, names) for cell in entities],
                f"{Decimal(str(cell)):f}",  # never 1e-06
                sorted(cited.get(number, ())),
            )


def _measurement(
    what: tuple[str, str, Mapping[str, str]],
    entities: list[Named],
    value: str,
    sources: list[str],
) -> Iterator[str]:
    name, quantity, values = what
    iris = [entity.iri for entity in entities]
    parameters = [f"{key}={given}" for key, given in sorted(values.items())]
    told = " ".join([name, quantity, *parameters, *iris])
    digest = hashlib.sha256(told.encode()).hexdigest()[:16]
    node = iri(entity_iri("measurement", f"{name}-{quantity.replace('_', '-')}-{digest}"))
    asked = load_measure(name)
    yield line(node, curie("rdf:type"), curie("coop:Measurement"))
    yield line(node, curie("rdf:type"), curie("prov:Entity"))
    about = joined((entity.texts for entity in entities), " – ")
    labels = {lang: f"{name}, {quantity}: {said}" for lang, said in about.items()}
    yield from in_languages(node, "skos:prefLabel", labels)
    yield line(node, curie("coop:measure"), iri(entity_iri("measure", asked.name)))
    yield line(node, curie("coop:quantity"), string(quantity))
    yield line(node, curie("coop:measuredValue"), typed(canonical_decimal(value), "decimal"))
    yield line(node, curie("coop:measuredEntity"), iri(iris[0]))
    for other in iris[1:]:
        yield line(node, curie("coop:comparedEntity"), iri(other))
    for parameter in parameters:
        yield line(node, curie("coop:measureParameter"), string(parameter))
    yield line(node, curie("coop:softwareVersion"), string(VERSION))
    for source in sources:
        yield line(node, curie("prov:wasDerivedFrom"), iri(source))
