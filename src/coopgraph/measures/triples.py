"""Measures as RDF: each number one `coop:Measurement`, in a derived graph of its own, so that
it is queried like all else.

    SELECT ?technology ?hhi {
      ?m coop:measure <measure/concentration> ; coop:quantity "hhi" ;
         coop:measureParameter "of=country" ;
         coop:measuredEntity ?technology ; coop:measuredValue ?hhi }
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Final

from coopgraph.formats.ntriples import curie, iri, line, string, typed
from coopgraph.i18n import money, number, spoken, text
from coopgraph.i18n.languages import SOURCE
from coopgraph.measures.answer import kind_of_row
from coopgraph.measures.catalogue import load_measure, measure
from coopgraph.measures.computation import UNIT, MeasureData
from coopgraph.network.elements import Named, of_cell
from coopgraph.queries import Entity
from coopgraph.queries.answer import Year
from coopgraph.store import AnyStore
from coopgraph.tables.description import SEPARATOR
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
#: What shares are made of: the column of the part, or that of the whole.
_COUNTED: Final[Mapping[str, tuple[str, str]]] = {
    "link_share": ("links", ""),
    "institution_share": ("institutions", ""),
    "top_share": ("", "links"),
    "jaccard": ("", "either"),
}
_COUNTRIES: Final = "SELECT ?country ?code { ?country coop:jurisdictionCode ?code }"


def record_measures(store: AnyStore) -> list[str]:
    """The N-Triples lines of the derived graph."""
    reading = MeasureData(store)
    return [said for name, values in RECORDED for said in measurements(reading, name, values)]


def measurements(reading: MeasureData, name: str, values: Mapping[str, str]) -> Iterator[str]:
    """One measurement for each number in each row of a measure that names an entity. It says which
    measure and quantity it is, of which entity, compared with which others, with which parameters
    (of money also its currency, year and phase), of which jurisdiction and plan (as parameters), by
    which version, and from which claims' sources it was derived; its label says all but the last
    two."""
    answer = measure(reading, name, values, lang=SOURCE)
    cells = (cell for row in answer.rows for cell in row if isinstance(cell, Entity))
    names = reading.names(cell.iri for cell in cells)
    codes = {code.value: iri.value for iri, code in reading.store.select(_COUNTRIES)}
    named = reading.names(codes.values())
    countries = {code: named[iri] for code, iri in codes.items()}
    cited: dict[int, set[str]] = {}
    for row in answer.sources().rows:
        cited.setdefault(int(str(row[0])), set()).add(getattr(row[1], "iri", ""))
    for at, whole in enumerate(answer.rows, 1):
        kind, (whose, plan) = kind_of_row(answer, whole), whole[-2:]
        row = whole[: -3 if kind else -2]
        held = dict(zip(answer.columns, row, strict=False))
        entities = [of_cell(cell, names) for cell in row if isinstance(cell, Entity)]
        if not isinstance(row[0], Entity):
            continue  # the line for all together is about nothing that has an IRI
        key = getattr(plan, "iri", "").rpartition("/")[2]
        told = {**values, "kind": kind, "jurisdiction": str(whose or ""), "plan": key}
        told |= {name: str(held[name]) for name in UNIT if held.get(name) is not None}
        about = _MeasuredRow(
            (name, values.get("of", "partner")),
            entities,
            held,
            names.get(entity_iri("partner-kind", kind)),
            names.get(getattr(plan, "iri", "")),
            [countries[code] for code in str(whose or "").split(SEPARATOR) if code],
        )
        for quantity, value in about.numbers.items():
            yield from _measurement(
                (name, quantity, {asked: said for asked, said in told.items() if said}),
                entities,
                f"{value:f}",  # never 1e-06
                sorted(cited.get(at, ())),
                about.labels(quantity),
            )


@dataclass(frozen=True)
class _MeasuredRow:
    """A row of a measure: which measure, and by country, partner or ministry; the entities it is
    about, its cells by column, the kind of the partners; the plan, and whose policy it is."""

    measure: tuple[str, str]
    entities: list[Named]
    cells: Mapping[str, object]
    kind: Named | None
    plan: Named | None
    whose: list[Named]
    said: dict[str, dict[str, str]] = field(default_factory=dict, repr=False)

    @cached_property
    def numbers(self) -> dict[str, Decimal]:
        """The quantities, by column."""
        return {
            column: Decimal(str(cell))
            for column, cell in self.cells.items()
            if not isinstance(cell, bool | Year) and isinstance(cell, int | float | Decimal)
        }

    def labels(self, quantity: str) -> dict[str, str]:
        """What one of its numbers is, and of what, by language."""
        key = f"measure.{self.measure[0]}.of-{quantity.replace('_', '-')}"
        return {lang: text(key, lang, **self._named(quantity, lang)) for lang in spoken(key)}

    def _named(self, quantity: str, lang: str) -> dict[str, str]:
        """What stands in the places of the text of a quantity; all but the value is that of the
        row, and is told once."""
        if lang not in self.said:
            self.said[lang] = self._of_row(lang)
        return self.said[lang] | {"value": self._told(quantity, lang)}

    def _of_row(self, lang: str) -> dict[str, str]:
        of = self.measure[1]
        whose = ", ".join(country.label(lang) for country in self.whose)
        kind = self.kind.label(lang) if self.kind else ""
        ends = dict(
            zip(("one", "other"), (each.label(lang) for each in self.entities), strict=False)
        )
        return ends | {
            "links": text(f"measure.any.{'budgets' if of == 'ministry' else 'links'}", lang),
            "by": text(f"measure.any.by-{of}", lang, kind),
            "scope": ", ".join(
                [
                    self.plan.label(lang) if self.plan else text("measure.any.policy", lang, whose),
                    *(str(self.cells[name]) for name in ("year",) if self.cells.get(name)),
                ]
            ),
        }

    def _told(self, quantity: str, lang: str) -> str:
        """A number as people read it: a share as so many of so many, where links are counted."""
        numbers = self.numbers
        value = numbers[quantity]
        if quantity == "amount":
            return money(value, str(self.cells["currency"]), lang)
        part, whole = (numbers.get(column) for column in _COUNTED.get(quantity, ("", "")))
        whole = part / value if part is not None else whole
        if self.measure[1] == "ministry" or whole is None:
            return number(round(value, 3).normalize(), lang)
        return text("measure.any.part", lang, round(value * whole), round(whole))


def _measurement(
    what: tuple[str, str, Mapping[str, str]],
    entities: list[Named],
    value: str,
    sources: list[str],
    labels: Mapping[str, str],
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
