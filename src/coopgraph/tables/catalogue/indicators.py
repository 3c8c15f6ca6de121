"""The table of indicators: how a country is assessed in a technology."""

from coopgraph.tables.description import Column, claims

INDICATORS = claims(
    "indicators", "indicator", ("coop:Indicator", "qb:Observation"),
    "Levels, gaps and ranks of a country in a technology, as somebody assessed them.",
    Column("kind", "code", "coop:indicatorKind", "what is measured", True, of=("indicator-kind",)),
    Column("technology", "ref", "coop:technology", "the technology; empty where it is of all that were assessed", of=("technologies",)),
    Column("country", "ref", "coop:assesses", "the country or bloc that is assessed", True, of=("countries", "organisations")),
    Column("value", "decimal", "coop:value", "the value", True),
    Column("unit", "code", "coop:unit", "the unit of the value", True, of=("indicator-unit",)),
    Column("best", "decimal", "coop:best", "the value of the best, against which it is measured"),
    Column("year", "year", "coop:assessedYear", "the year for which it is assessed"),
    Column("base_value", "decimal", "coop:baseValue", "the earlier value that the source compares it with"),
    Column("base_year", "year", "coop:baseYear", "the year of the earlier value"),
    Column("assessor", "ref", "coop:assessor", "who assessed it", of=("organisations",)),
)

TABLES = (INDICATORS,)
