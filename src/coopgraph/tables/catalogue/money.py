"""Tables of programmes and money: budget lines, levels, changes, shares."""

from coopgraph.tables.description import JURISDICTION, MINISTRIES, Column, Direct, claims, entities

PROGRAMMES = entities(
    "programmes", "programme", ("coop:Programme", "prov:Entity"),
    "Programmes, flagship projects and initiatives.",
    Column("kind", "code", "coop:programmeKind", "what kind of undertaking it is", True, of=("programme-kind",)),
    Column("owners", "ref", "coop:owner", "the bodies that run it, where the source says so", many=True, of=("organisations",)),
    JURISDICTION,
    Column("part_of", "ref", "dcterms:isPartOf", "the programme it belongs to", of=("programmes",)),
    Column("plan", "ref", "coop:plan", "the plan that announces it", of=("plans", "resolutions")),
    Column("technologies", "ref", "coop:technology", "its technologies", many=True, of=("technologies",)),
    Column("modes", "code", "coop:cooperationMode", "its cooperation modes", many=True, of=("mode",)),
    direct=(Direct("self", "coop:ministry", "owners", MINISTRIES),),
)

BUDGET_LINES = entities(
    "budget_lines", "budget-line", ("coop:BudgetLine", "skos:Concept"),
    "What money is counted for. Figures of different lines are never compared as if one.",
    Column("scope", "code", "coop:scope", "what the line spans", True, of=("line-scope",)),
    Column("purpose", "code", "coop:purpose", "what the money is for, where it is for one thing", of=("line-purpose",)),
    Column("owners", "ref", "coop:owner", "the ministries whose budget it is", many=True, of=("organisations",)),
    JURISDICTION,
    Column("technology", "ref", "coop:technology", "the technology it pays for", of=("technologies",)),
    Column("programme", "ref", "coop:inProgramme", "the programme it pays for", of=("programmes",)),
    Column("broader", "ref", "skos:broader", "the line it is part of", of=("budget_lines",)),
    Column("close_match", "ref", "skos:closeMatch", "a line of nearly the same scope", many=True, of=("budget_lines",)),
    direct=(Direct("self", "coop:ministry", "owners", MINISTRIES),),
)

_MEASURE = (
    Column("year", "year", "coop:fiscalYear", "the fiscal year"),
    Column("phase", "code", "coop:phase", "the phase of the budget cycle", True, of=("phase",)),
    Column("basis", "code", "coop:basis", "the classification basis", True, of=("basis",)),
)
_QUALIFIER = Column("qualifier", "code", "coop:qualifier", "how exact the figure is", True, of=("qualifier",))
_AS_STATED = Column("as_stated", "text", "coop:asStated", "the figure as stated", True, lang="ko")

BUDGET_LEVELS = claims(
    "budget_levels", "budget-level", ("coop:BudgetLevel", "qb:Observation"),
    "An amount of money: of which line, year, phase and basis; how exact; as stated.",
    Column("line", "ref", "coop:line", "the budget line", True, of=("budget_lines",)),
    _MEASURE[0].must(),
    *_MEASURE[1:],
    Column("amount_krw", "decimal", "coop:amountKrw", "the amount in won; of a range, empty"),
    Column("min_krw", "decimal", "coop:minKrw", "the lower bound in won, of a range or 'at least'"),
    Column("max_krw", "decimal", "coop:maxKrw", "the upper bound in won, of a range or 'at most'"),
    _QUALIFIER,
    Column("rounding_krw", "decimal", "coop:roundingKrw", "the unit of the last stated digit in won", True),
    _AS_STATED,
    direct=(
        Direct("line", "coop:level", "self"),
        Direct("self", "coop:technology", "line.technology"),
        Direct("self", "coop:ministry", "line.owners", MINISTRIES),
    ),
)

BUDGET_CHANGES = claims(
    "budget_changes", "budget-change", ("coop:BudgetChange",),
    "A change of a line between two periods, as stated: percent, amount or multiplier.",
    Column("line", "ref", "coop:line", "the budget line", True, of=("budget_lines",)),
    _MEASURE[0].must(),
    *_MEASURE[1:],
    Column("base_year", "year", "coop:baseYear", "the base period as the source states it; empty where it does not"),
    Column("base_phase", "code", "coop:basePhase", "the phase of the base, where stated", of=("phase",)),
    Column("level", "ref", "coop:changedLevel", "the level it leads to", of=("budget_levels",)),
    Column("base_level", "ref", "coop:baseLevel", "the level it starts from, where the claim refers to one", of=("budget_levels",)),
    Column("percent", "decimal", "coop:percent", "the change in percent, signed"),
    Column("percent_rounding", "decimal", "coop:percentRounding", "the unit of its last stated digit"),
    Column("amount_krw", "decimal", "coop:amountKrw", "the change in won, signed"),
    Column("rounding_krw", "decimal", "coop:roundingKrw", "the unit of its last stated digit in won"),
    Column("multiplier", "decimal", "coop:multiplier", "the change as a factor"),
    Column("multiplier_rounding", "decimal", "coop:multiplierRounding", "the unit of its last stated digit"),
    _QUALIFIER,
    _AS_STATED,
    direct=(Direct("line", "coop:change", "self"),),
)

BUDGET_SHARES = claims(
    "budget_shares", "budget-share", ("coop:BudgetShare",),
    "What part of a whole one or several lines make up jointly; the period may be unstated.",
    Column("parts", "ref", "coop:partLine", "the lines that make up the share jointly", True, many=True, of=("budget_lines",)),
    Column("whole", "ref", "coop:wholeLine", "the line it is a share of", True, of=("budget_lines",)),
    Column("year", "year", "coop:fiscalYear", "the fiscal year, where stated"),
    Column("part_levels", "ref", "coop:partLevel", "the levels the source combines with it", many=True, of=("budget_levels",)),
    Column("whole_level", "ref", "coop:wholeLevel", "the level it is combined with or leads to", of=("budget_levels",)),
    Column("percent", "decimal", "coop:percent", "the share in percent", True),
    Column("percent_rounding", "decimal", "coop:percentRounding", "the unit of its last stated digit", True),
    _QUALIFIER,
    _AS_STATED,
    direct=(Direct("whole", "coop:share", "self"),),
)

RECLASSIFICATIONS = claims(
    "reclassifications", "reclassification", ("coop:Reclassification",),
    "Money that moved out of (or into) a line because the line was redefined: a change "
    "across it is not like-for-like.",
    Column("line", "ref", "coop:line", "the budget line", True, of=("budget_lines",)),
    Column("from_year", "year", "coop:fromYear", "the last year on the old basis", True),
    Column("to_year", "year", "coop:toYear", "the first year on the new basis", True),
    Column("amount_krw", "decimal", "coop:amountKrw", "the amount that left the line, in won", True),
    Column("rounding_krw", "decimal", "coop:roundingKrw", "the unit of its last stated digit in won", True),
    _QUALIFIER,
    _AS_STATED,
    direct=(Direct("line", "coop:reclassified", "self"),),
)

ENUMERATIONS = claims(
    "enumerations", "enumeration", ("coop:Enumeration",),
    "A statement that counts things and names some of them.",
    Column("stated_count", "integer", "coop:statedCount", "how many the source says there are", True),
    Column("members", "ref", "coop:enumerates", "those it names", True, many=True, of=("budget_changes", "technologies", "organisations", "concepts")),
    labelled=True,
)

TABLES = (PROGRAMMES, BUDGET_LINES, BUDGET_LEVELS, BUDGET_CHANGES, BUDGET_SHARES, RECLASSIFICATIONS, ENUMERATIONS)
