"""Tables of programmes and money: budget lines, amounts, changes, shares."""

from coopgraph.tables.description import (
    JURISDICTION,
    MINISTRIES,
    PLAN,
    Column,
    Direct,
    claims,
    entities,
    text,
)

PROGRAMMES = entities(
    "programmes", "programme", ("coop:Programme", "prov:Entity"),
    "Programmes, flagship projects and initiatives.",
    Column("kind", "code", "coop:programmeKind", "what kind of undertaking it is", True, of=("programme-kind",)),
    Column("owners", "ref", "coop:owner", "the bodies that run it, where the source says so", many=True, of=("organisations",)),
    JURISDICTION,
    Column("part_of", "ref", "dcterms:isPartOf", "the programme it belongs to", of=("programmes",)),
    Column("plan", "ref", "coop:plan", "the plan that announces it", of=("plans", "resolutions")),
    Column("technologies", "ref", "coop:technology", "its technologies", many=True, of=("technologies",)),
    Column("modes", "code", "coop:cooperationMode", "its cooperation modes", many=True, of=("mode",), words=True),
    direct=(Direct("self", "coop:ministry", "owners", MINISTRIES),),
)

BUDGET_LINES = entities(
    "budget_lines", "budget-line", ("coop:BudgetLine", "skos:Concept"),
    "What money is counted for. Figures of different lines are never compared as if one.",
    Column("scope", "code", "coop:scope", "what the line spans", True, of=("line-scope",), words=True),
    Column("purpose", "code", "coop:purpose", "what the money is for, where it is for one thing", of=("line-purpose",)),
    Column("owners", "ref", "coop:owner", "the ministries whose budget it is", many=True, of=("organisations",)),
    JURISDICTION,
    Column("technology", "ref", "coop:technology", "the technology it pays for", of=("technologies",)),
    Column("programme", "ref", "coop:inProgramme", "the programme it pays for", of=("programmes",)),
    Column("broader", "ref", "skos:broader", "the line it is part of", of=("budget_lines",)),
    Column("close_match", "ref", "skos:closeMatch", "a line of nearly the same scope", many=True, of=("budget_lines",)),
    direct=(Direct("self", "coop:ministry", "owners", MINISTRIES),),
)

CURRENCIES = entities(
    "currencies", "currency", ("coop:Currency",),
    "Currencies, after ISO 4217.",
    Column("code", "text", "coop:currencyCode", "ISO 4217 code", True),
    Column("minor_unit", "integer", "coop:minorUnit", "how many decimals its smallest unit has", True),
    of_key="ISO 4217 code in lower case; cells that name a currency may have it in capitals",
)

_PERIOD = (
    Column("period_from", "date", "coop:periodFrom", "the first year, month or day that it is for"),
    Column("period_to", "date", "coop:periodTo", "the last year, month or day that it is for; of one year the same, empty where it is not stated"),
)
_PHASE = (
    Column("phase", "code", "coop:phase", "the phase of the budget cycle", True, of=("phase",)),
    Column("basis", "code", "coop:basis", "the classification basis", True, of=("basis",)),
)
_CURRENCY = Column("currency", "ref", "coop:currency", "its currency: the ISO 4217 code", of=("currencies",))
_ROUNDING = Column("rounding", "decimal", "coop:rounding", "the unit of its last stated digit")
_QUALIFIER = Column("qualifier", "code", "coop:qualifier", "how exact the figure is", True, of=("qualifier",))
_AS_STATED = text("as_stated", "coop:asStated", "the figure as stated, in the language in which it is stated")

AMOUNTS = claims(
    "amounts", "budget-level", ("coop:Amount", "qb:Observation"),
    "Amounts of money: of what, how much, in which currency, for when, per what and by whom; as stated. "
    "Only whole amounts of one phase, currency and period are ever added up.",
    Column("of", "ref", "coop:amountOf", "what the money is for", True,
           of=("budget_lines", "plans", "programmes", "agreements", "resolutions", "documents", "events")),
    *_PERIOD,
    *_PHASE,
    Column("amount", "decimal", "coop:amount", "the amount; of a range, empty"),
    Column("amount_min", "decimal", "coop:amountMin", "the lower bound, of a range or 'at least'"),
    Column("amount_max", "decimal", "coop:amountMax", "the upper bound, of a range or 'at most'"),
    _CURRENCY.must(),
    _QUALIFIER,
    _ROUNDING.must(),
    Column("rate", "code", "coop:rate", "whether it is for the whole period, as where the cell is empty, or for each year of it", of=("rate",)),
    Column("years_at_most", "integer", "coop:yearsAtMost", "of a yearly amount, for how many years at the most"),
    Column("per", "code", "coop:per", "what it is for: the whole, or each project, team, grant …", True, of=("unit",)),
    Column("payer", "ref", "coop:payer", "who pays it, where the source says so", many=True, of=("organisations", "countries")),
    Column("contribution", "code", "coop:contribution", "in money or in kind, where the source says so", of=("contribution",)),
    Column("part_of", "ref", "coop:partOfAmount", "the amount that it is a part of", of=("amounts",)),
    Column("same_money_as", "ref", "coop:sameMoneyAs", "the same money, stated in another currency", of=("amounts",)),
    _AS_STATED,
    PLAN,
    direct=(
        Direct("of", "coop:level", "self"),
        Direct("self", PLAN.predicate, "of.plan"),
        Direct("self", "coop:technology", "of.technology"),
        Direct("self", "coop:ministry", "of.owners", MINISTRIES),
    ),
)

BUDGET_CHANGES = claims(
    "budget_changes", "budget-change", ("coop:BudgetChange",),
    "A change of a line between two periods, as stated: percent, amount or multiplier.",
    Column("line", "ref", "coop:line", "the budget line", True, of=("budget_lines",)),
    *(column.must() for column in _PERIOD),
    *_PHASE,
    Column("base_year", "year", "coop:baseYear", "the base period as the source states it, by the year in which it starts; empty where it does not"),
    Column("base_phase", "code", "coop:basePhase", "the phase of the base, where stated", of=("phase",)),
    Column("level", "ref", "coop:changedLevel", "the amount it leads to", of=("amounts",)),
    Column("base_level", "ref", "coop:baseLevel", "the amount it starts from, where the claim refers to one", of=("amounts",)),
    Column("percent", "decimal", "coop:percent", "the change in percent, signed"),
    Column("percent_rounding", "decimal", "coop:percentRounding", "the unit of its last stated digit"),
    Column("amount", "decimal", "coop:amount", "the change as an amount, signed"),
    _CURRENCY,
    _ROUNDING,
    Column("multiplier", "decimal", "coop:multiplier", "the change as a factor"),
    Column("multiplier_rounding", "decimal", "coop:multiplierRounding", "the unit of its last stated digit"),
    _QUALIFIER,
    _AS_STATED,
    direct=(Direct("line", "coop:change", "self"),),
)

BUDGET_SHARES = claims(
    "budget_shares", "budget-share", ("coop:BudgetShare",),
    "What part of a whole several things make up jointly, or who pays; the period may be unstated.",
    Column("parts", "ref", "coop:partLine", "what makes up the share, jointly: lines, plans, programmes, technologies or notions", many=True,
           of=("budget_lines", "plans", "programmes", "technologies", "concepts")),
    Column("payer", "ref", "coop:payer", "who pays the share, where it is one of a payer", many=True, of=("organisations", "countries")),
    Column("whole", "ref", "coop:wholeLine", "the line, plan, programme or agreement it is a share of", True,
           of=("budget_lines", "plans", "programmes", "agreements")),
    Column("per", "code", "coop:per", "what it is a share of: the whole, where empty, or each project, team, grant …", of=("unit",)),
    *_PERIOD,
    Column("part_levels", "ref", "coop:partLevel", "the amounts the source combines with it", many=True, of=("amounts",)),
    Column("whole_level", "ref", "coop:wholeLevel", "the amount it is combined with or leads to", of=("amounts",)),
    Column("percent", "decimal", "coop:percent", "the share in percent, 0 to 100; of a range, empty"),
    Column("percent_min", "decimal", "coop:percentMin", "the lower bound of a range of shares"),
    Column("percent_max", "decimal", "coop:percentMax", "the upper bound of a range of shares"),
    Column("percent_rounding", "decimal", "coop:percentRounding", "the unit of its last stated digit", True),
    _QUALIFIER,
    _AS_STATED,
    PLAN,
    direct=(Direct("whole", "coop:share", "self"), Direct("self", PLAN.predicate, "whole.plan")),
)

RECLASSIFICATIONS = claims(
    "reclassifications", "reclassification", ("coop:Reclassification",),
    "Money that moved out of (or into) a line because the line was redefined: a change "
    "across it is not like-for-like.",
    Column("line", "ref", "coop:line", "the budget line", True, of=("budget_lines",)),
    Column("from_year", "year", "coop:fromYear", "the last year on the old basis", True),
    Column("to_year", "year", "coop:toYear", "the first year on the new basis", True),
    Column("amount", "decimal", "coop:amount", "the amount that left the line", True),
    _CURRENCY.must(),
    _ROUNDING.must(),
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

TABLES = (CURRENCIES, PROGRAMMES, BUDGET_LINES, AMOUNTS, BUDGET_CHANGES, BUDGET_SHARES, RECLASSIFICATIONS, ENUMERATIONS)
