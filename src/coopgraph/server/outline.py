"""The outline of pages: which sections the places of the header and the pages of entities have, in
one order: what is declared, what came of it, money, practice, calls, agreements, events."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from coopgraph.server.bars import BarColumns
from coopgraph.server.sections import AnswerSection
from coopgraph.vocabulary import expand

_PLANS: Final = AnswerSection(
    "plans", "plans", ("title", "kind", "planner", "issued", "period_from", "period_to", "part_of"),
    ("title", "planner", "part_of", "version_of"), joined=("planner",), first="issued",
)  # fmt: skip
_DECLARED: Final = AnswerSection(
    "declared", "partners",
    ("plan", "jurisdiction", "technology", "stance", "partner", "country", "condition", "status",
     "open_list"),
    ("technology", "reference"), joined=("partner",),
)  # fmt: skip
_NAMED: Final = AnswerSection(
    "declared", "partner-plans", ("holder", "plan", "technology", "partner", "role", "as_printed"),
    ("partner",),
)  # fmt: skip
_STANCES: Final = AnswerSection(
    "stances", "stances", ("plan", "technology", "stance", "generic"), ("technology", "reference")
)
_EXCLUDED: Final = AnswerSection(
    "excluded", "excluded-partners", ("plan", "technology", "partner", "condition", "as_printed"),
    ("technology", "reference"), needs=("partner",),
)  # fmt: skip
_BECAME: Final = AnswerSection(
    "became", "outcomes",
    ("technology", "partner", "outcome", "decides", "act", "date", "other_technology"),
    ("technology", "other_technology"), first="decides", together=("technology", "partner"),
)  # fmt: skip
_STATUSES: Final = AnswerSection(
    "statuses", "statuses", ("date", "subject", "status"), ("subject",)
)
_AMOUNTS: Final = AnswerSection(
    "money", "budget-levels", ("line", "organisation", "year", "phase", "amount", "currency",
                               "corrected", "as_stated", "per"), ("line", "organisation", "plan"),
    bars=BarColumns("amount", ("year", "phase"), ("line", "currency", "per")),
)  # fmt: skip
_SERIES: Final = AnswerSection(
    "series", "budget-series", ("line", "year", "phase", "basis", "amount", "currency", "corrected",
                                "as_stated"), ("line",),
    bars=BarColumns("amount", ("year", "phase", "basis"), ("line", "currency")),
)  # fmt: skip
_DISAGREE: Final = AnswerSection(
    "disagree", "disagreements",
    ("line", "year", "phase_a", "figure_a", "phase_b", "figure_b", "differs_in", "compatible"),
    ("line",),
)  # fmt: skip
_MINISTRIES: Final = AnswerSection(
    "ministries", "ministry-technology-budgets",
    ("ministry", "technology", "programmes", "amount", "currency", "year", "phase"),
    ("technology",),
)  # fmt: skip
_OVERLAP: Final = AnswerSection(
    "overlap", "technology-ministries",
    ("technology", "ministries", "amount", "currency", "top_ministry", "top_share", "year",
     "phase"), ("technology",), first="ministries",
)  # fmt: skip
_WITHDRAWAL: Final = AnswerSection(
    "withdrawal", "withdrawal",
    ("technology", "plan", "named", "lost", "left", "who_is_left", "is_left_alone"), ("without",),
    needs=("lost",), first="is_left_alone", is_measure=True, most=60,
)  # fmt: skip
_PROGRAMMES: Final = AnswerSection(
    "programmes", "programmes", ("programme", "kind", "owner", "part_of", "technology", "plan"),
    ("technology",),
)  # fmt: skip
_LISTED: Final = AnswerSection(
    "listed", "cooperation-programmes", ("programme", "ministry", "amount", "currency"),
    ("ministry", "programme"),
)  # fmt: skip
_OBSERVED: Final = AnswerSection(
    "practice", "observed-partners",
    ("technology", "partner", "country", "evidence", "links", "amount", "currency", "first_year",
     "last_year"), ("technology",), is_bound=True,
    bars=BarColumns("links", ("partner", "country"), ("technology", "evidence"), is_ranked=True),
)  # fmt: skip
_VERDICTS: Final = AnswerSection(
    "verdicts", "plan-vs-practice",
    ("plan", "technology", "partner", "verdict", "evidence", "observed_links", "of_all", "rank",
     "share", "first_year", "last_year", "by_field", "by_call", "by_words", "by_statement"),
    ("technology",), is_bound=True,
)  # fmt: skip
_COUNTERPARTS: Final = AnswerSection(
    "counterparts", "home-counterparts",
    ("technology", "partner", "counterpart", "together", "evidence", "items"), ("technology",),
    is_bound=True, first="together",
)  # fmt: skip
_CALLS: Final = AnswerSection(
    "calls", "calls", ("call", "kind", "opens", "closes", "jurisdiction", "role", "body"),
    ("call", "part_of", "body"), joined=("body",), first="closes",
)  # fmt: skip
_AGREEMENTS: Final = AnswerSection(
    "agreements", "agreements", ("date", "agreement", "kind", "party", "technology"),
    ("agreement", "party", "technology"), joined=("party", "technology"), first="date",
)  # fmt: skip
_EVENTS: Final = AnswerSection(
    "events", "policy-timeline", ("date", "title", "kind", "organisation"),
    ("title", "organisation", "plan"), look="timeline", first="date", joined=("organisation",),
)  # fmt: skip
_MANDATES: Final = AnswerSection(
    "mandates", "mandates", ("organisation", "role", "given_by", "from_date", "to_date"),
    ("organisation", "given_by"),
)  # fmt: skip
_INDICATORS: Final = AnswerSection(
    "indicators", "indicators", ("technology", "country", "kind", "value", "unit", "best", "year",
                                 "assessor"), ("technology", "country", "of"),
    bars=BarColumns(
        "value", ("country", "of"), ("kind", "technology", "unit", "year", "assessor"),
        is_ranked=True,
    ),
)  # fmt: skip
_RECOMMENDED: Final = AnswerSection(
    "recommended", "recommendations", ("recommendation", "addresses", "addressed_to", "remedy"),
    ("recommendation", "addresses", "addressed_to"),
)  # fmt: skip
_FOLLOWED: Final = AnswerSection(
    "followed", "follow-ups", ("date", "event", "recommendation", "action"),
    ("recommendation", "action", "event"), look="table", first="date",
)  # fmt: skip
_SHARED: Final = AnswerSection(
    "shared", "shared-technologies", ("technology", "match", "holder", "entry", "scheme", "set_in"),
    ("technology", "entry", "scheme"),
)  # fmt: skip
_STATED: Final = AnswerSection(
    "stated", "who-says", ("claim", "stated_by", "held_by", "modality"), ("source",), is_bound=True
)
_MUTUAL: Final = AnswerSection(
    "mutual", "mutual-partners", ("holder", "plan", "names", "mutual_planners"),
    ("holder", "names"),
)  # fmt: skip


#: What happened last, for the start page.
LATEST: Final = replace(_EVENTS, about=(), most=6)


#: A card folds many rows, so that none may be left off.
_EVERY: Final = 400
#: On the page of one entity rows are few: they are told as short lists.
_CARDS, _LIST_BECAME, _LIST_CALLS, _LIST_AGREEMENTS = (
    replace(section, look=look, most=_EVERY)
    for section, look in (
        (_DECLARED, "cards"), (_BECAME, "became"), (_CALLS, "calls"), (_AGREEMENTS, "timeline"),
    )
)  # fmt: skip
#: What a plan or call says of its own money; lines of a budget are another section.
_STATED_MONEY: Final = AnswerSection(
    "money", "amounts",
    ("period_from", "amount", "amount_min", "amount_max", "currency", "qualifier", "rate", "per",
     "payer", "phase", "as_stated"), ("of",), joined=("payer",),
)  # fmt: skip
_LINES: Final = replace(_AMOUNTS, name="lines", about=("line", "plan"))


def _by(section: AnswerSection, *about: str) -> AnswerSection:
    """A section of the page of what stands in other columns of it."""
    return replace(section, about=about)


def _of(section: AnswerSection, *about: str) -> AnswerSection:
    """A section of the page of a technology: what stands in other columns of it is of that."""
    return replace(section, about=about, through="coop:technology")


def _all(section: AnswerSection) -> AnswerSection:
    """A section of a place: nobody's alone, so that bars would be of one of many."""
    return replace(section, about=(), is_bound=False, bars=None)


#: By the address of a place; its first section is the list that it is for.
PLACES: Final[Mapping[str, tuple[AnswerSection, ...]]] = {
    name: tuple(map(_all, sections))
    for name, sections in {
        "plans": (_PLANS, _DECLARED, _STANCES, _BECAME, _STATUSES, _CALLS, _AGREEMENTS, _EVENTS),
        "technologies": (
            AnswerSection("technologies", "technologies", ("technology", "scheme", "as_printed")),
            _STANCES, _DECLARED, _BECAME, _MINISTRIES, _OBSERVED, _INDICATORS, _SHARED,
        ),
        "partners": (
            AnswerSection(
                "partners", "partner-load", ("partner", "country", "kind", "technologies")
            ),
            _NAMED, _EXCLUDED, _BECAME, _VERDICTS, _COUNTERPARTS, _AGREEMENTS,
        ),
        "money": (_SERIES, _DISAGREE, _AMOUNTS, _PROGRAMMES, _OVERLAP, _MINISTRIES, _LISTED),
        "practice": (
            _OBSERVED, _VERDICTS, _COUNTERPARTS,
            AnswerSection(
                "home", "home-participation",
                ("year", "programme", "projects", "participants", "contribution", "currency"),
            ),
            _LISTED,
        ),
        "documents": (
            AnswerSection("documents", "sources", ("source", "kind", "date")),
            _EVENTS, _RECOMMENDED, _FOLLOWED,
            AnswerSection(
                "readings", "interpretations", ("entity", "as_printed", "read_as", "reason")
            ),
        ),
    }.items()
}  # fmt: skip

#: By kind of entity (a class, the most telling first): the place that it is of, and its sections.
KINDS: Final[Mapping[str, tuple[str, tuple[AnswerSection, ...]]]] = {
    "coop:Technology": ("/technologies", (
        _CARDS, _STANCES, _LIST_BECAME, _of(_AMOUNTS, "line"),
        _PROGRAMMES, _MINISTRIES, _OBSERVED, _VERDICTS, _LIST_AGREEMENTS, _of(_EVENTS, "title"),
        _INDICATORS, _SHARED,
    )),
    "coop:Call": ("/plans", (
        _CALLS, _STATUSES, _by(_DECLARED, "plan"), _STATED_MONEY, _LINES, _EVENTS,
    )),
    "coop:Plan": ("/plans", (
        _PLANS, _by(_DECLARED, "plan"), _by(_STANCES, "plan"), _by(_EXCLUDED, "plan"),
        _by(_LIST_BECAME, "plan"), _STATUSES, _STATED_MONEY, _LINES,
        _by(_PROGRAMMES, "plan"), _by(_VERDICTS, "plan"), _by(_LIST_CALLS, "part_of"),
        _by(_RECOMMENDED, "plan"), _EVENTS,
    )),
    "schema:Country": ("/partners", (
        _by(_CARDS, "country", "partner"), replace(_MUTUAL, look="pairs", most=_EVERY),
        _by(_EXCLUDED, "partner"),
        replace(_by(_LIST_BECAME, "partner"), through="coop:country?"), _WITHDRAWAL,
        _by(_OBSERVED, "country"),
        _by(_LIST_CALLS, "jurisdiction", "body"), _by(_LIST_AGREEMENTS, "party"),
        _by(_INDICATORS, "country"),
    )),
    "coop:Organisation": ("/partners", (
        _by(_CARDS, "partner"), _by(_EXCLUDED, "partner"), _by(_PLANS, "planner"),
        _by(_LIST_BECAME, "partner"),
        _by(_AMOUNTS, "organisation"), _by(_PROGRAMMES, "owner"), _by(_LISTED, "ministry"),
        _by(_MINISTRIES, "ministry"), _by(_OBSERVED, "partner"), _by(_VERDICTS, "partner"),
        _by(_COUNTERPARTS, "partner"), _by(_LIST_CALLS, "body", "jurisdiction"),
        _by(_LIST_AGREEMENTS, "party"), _MANDATES,
        _by(_RECOMMENDED, "addressed_to"), _by(_EVENTS, "organisation"),
    )),
    "coop:Source": ("/documents", (_STATED,)),
    "coop:PolicyDocument": ("/documents", (_by(_EVENTS, "title"), _STATUSES)),
    "coop:Programme": ("/money", (
        _by(_PROGRAMMES, "programme", "part_of"), _STATUSES, _by(_LISTED, "programme"),
        _by(_AMOUNTS, "line"),
    )),
    "coop:BudgetLine": ("/money", (_SERIES, _AMOUNTS, _DISAGREE)),
    "coop:Agreement": ("/plans", (_AGREEMENTS, _STATUSES)),
}  # fmt: skip
#: By kind of entity: the section of its page that a chart shows too, the chart, and the parameter
#: by which it is asked for the entity.
PICTURED: Final[Mapping[str, tuple[str, str, str]]] = {
    "coop:Technology": ("declared", "technology-country", "technology"),
    "schema:Country": ("declared", "technology-country", "country"),
    "coop:Plan": ("declared", "technology-country", "plan"),
    "coop:BudgetLine": ("series", "budgets-over-time", "line"),
}
#: Sections that say so where they are empty: that nothing is there is an answer.
ALWAYS: Final = ("declared", "became", "practice", "money", "mutual")


def outline_of(classes: set[str]) -> tuple[str, tuple[AnswerSection, ...]]:
    """The place that an entity of these classes (IRIs) belongs to, and its sections; none for one
    of another kind."""
    kinds = (found for name, found in KINDS.items() if expand(name) in classes)
    return next(kinds, ("", ()))
