"""The table of indicators: how a country is assessed, and what it aims at."""

from coopgraph.tables.description import Column, claims

INDICATORS = claims(
    "indicators", "indicator", ("coop:Indicator", "qb:Observation"),
    "Levels, gaps, ranks, shares and numbers of a country, in a technology or at large, as somebody assessed them; those that a plan aims at are targets (modality `planned`).",
    Column("kind", "code", "coop:indicatorKind", "what is measured", True, of=("indicator-kind",)),
    Column("technology", "ref", "coop:technology", "the technology; empty where it is of all that were assessed", of=("technologies",)),
    Column("of", "ref", "coop:measures", "what it is of, where it is no technology", of=("budget_lines", "plans", "programmes", "concepts")),
    Column("country", "ref", "coop:assesses", "the country or bloc that is assessed", True, of=("countries", "organisations")),
    Column("value", "decimal", "coop:value", "the value", True),
    Column("unit", "code", "coop:unit", "the unit of the value", True, of=("indicator-unit",)),
    Column("qualifier", "code", "coop:qualifier", "how exact the value is; exact where empty", of=("qualifier",)),
    Column("best", "decimal", "coop:best", "the value of the best, against which it is measured"),
    Column("year", "year", "coop:assessedYear", "the year for which it is assessed, or aimed at"),
    Column("base_value", "decimal", "coop:baseValue", "the earlier value that the source compares it with"),
    Column("base_year", "year", "coop:baseYear", "the year of the earlier value"),
    Column("assessor", "ref", "coop:assessor", "who assessed it", of=("organisations",)),
)

TABLES = (INDICATORS,)
