"""The sections of a brief. Every statement comes from a row of a question or a measure; what no
row gives is said in a sentence."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from coopgraph.brief.material import Keep, Material, Row
from coopgraph.brief.model import Statement
from coopgraph.i18n import date, figure, percent
from coopgraph.i18n import money as written
from coopgraph.measures.practice import PROJECTS, PUBLICATIONS, kinds_of_practice
from coopgraph.vocabulary import entity_iri

_MOST: Final = 5
_MOST_OF_EACH: Final = 3
_INSTITUTION: Final = entity_iri("partner-kind", "institution")
#: What is looked through for each kind of evidence.
_RECORDS: Final = {PROJECTS: "coop:Project", PUBLICATIONS: "coop:PublicationTotal"}
#: How much of each kind of evidence there is.
_COUNTED: Final = {PROJECTS: "projects", PUBLICATIONS: "papers"}


def planned(on: Material, kind: str) -> list[Statement]:
    """What the plan names: partners of a technology, technologies of a partner, a country's
    institutions, a ministry's programmes."""
    found: list[Statement] = []
    if kind == "ministry":
        owned = on.is_entity("owner")
        found = on.listed("programmes", owned, _MOST, lambda row: str(row["programme"]))
    else:
        of = {"technology": ("technology", "reference"), "country": ("country", "partner")}
        columns = of.get(kind, (kind,))

        def about(row: Row) -> bool:
            return any(on.is_entity(column)(row) for column in columns if column in row)

        def told(row: Row) -> str:
            return _partnership(on, kind, row)

        for name in ("partners", "excluded-partners"):  # with a row for each list that it matches
            found += on.listed(name, about, 50, told)
    if kind == "technology":
        stances, _ = on.rows("stances", on.is_entity("technology"), 1)
        found[:0] = [Statement(on.say("stance", row["stance"]), cites) for row, cites in stances]
    return found or [on.no_plan()]


def _partnership(on: Material, kind: str, row: Row) -> str:
    """A planned partnership or an exclusion: its other end, and how it is meant."""
    technology = str(row["technology"] or row["plan"])
    told, marks = str(row["partner"]), []
    if kind == "technology":
        if on.is_one_of("kind", {_INSTITUTION})(row) and "country" in row:
            told += f" ({row['country'] or on.say('no-country')})"
        if not on.is_entity("technology")(row):
            marks.append(f"{technology}: {row['match']}" if "match" in row else technology)
    else:
        told = technology if on.is_entity("partner")(row) else f"{told} – {technology}"
    if "role" not in row:
        marks.append(on.say("excluded"))
    marks += [str(row[name]) for name in ("status", "condition") if row.get(name)]
    if row.get("open_list"):
        marks.append(on.say("among-others"))
    return f"{told} [{', '.join(marks)}]" if marks else told


def money(on: Material, kind: str) -> list[Statement]:
    """Amounts with year, phase and source; changes as stated."""
    if kind not in ("technology", "ministry"):
        mine = on.is_one_of("of", on.paid_for())
        return on.listed("amounts", mine, _MOST, lambda row: _paid(on, row)) or [
            on.none_of("no-amount", "amounts")
        ]

    def level(row: Row) -> str:
        return on.say(
            "level", **_texts(row, "line", "phase"), year=_period(row), amount=on.amount(row)
        )

    def change(row: Row) -> str:
        if row["percent"] is None:
            return ""
        percents = percent(row["percent"], on.lang, is_change=True)
        year = row["from_year"]
        base = on.say("base-year", str(year)) if year else on.say("no-base-year")
        texts = _texts(row, "line", "to_year", "phase")
        return on.say("change", **texts, base=base, change=percents)

    def tagged(row: Row) -> str:
        return f"{row['technology']}: {written(row['amount'], row['currency'], on.lang)}"

    if kind == "technology":
        mine = on.is_one_of("line", on.budget_lines())
        found = on.listed("budget-levels", mine, _MOST, level)
        found += on.listed("budget-changes", mine, 3, change)
    else:
        found = on.listed("budget-levels", on.is_entity("organisation"), _MOST, level)
        found += on.listed("ministry-technology-budgets", on.is_entity("ministry"), 3, tagged)
    return found or [on.none_of("no-amount", "budget-levels", "budget-changes")]


def _paid(on: Material, row: Row) -> str:
    """An amount of what involves the entity: of what, how much, in which phase, per what."""
    bounds = (
        (row["amount"],) if row["amount"] is not None else (row["amount_min"], row["amount_max"])
    )
    amounts = tuple(each for each in bounds if each is not None)
    qualifier = getattr(row["qualifier"], "iri", "").rpartition("/")[2]
    told = figure(on.lang, str(row["currency"]), amounts=amounts, qualifier=qualifier)
    marks = [str(row["phase"])]
    if getattr(row["per"], "iri", "") != entity_iri("unit", "whole"):
        marks.append(str(row["per"]))
    return f"{row['of']}: {told or row['as_stated']} ({', '.join(marks)})"


def practice(on: Material, kind: str) -> list[Statement]:
    """What imported projects and papers show besides the plan, each by itself."""
    kinds, _ = kinds_of_practice(on.store)
    if not kinds and not on.imports() & {"cordis", "openalex"}:
        return [on.gap("not-imported")]
    most = _MOST if len(kinds) == 1 else _MOST_OF_EACH
    found = [told for evidence in kinds for told in _observed(on, kind, evidence, most)]
    looked = sum(on.count(_RECORDS[each]) for each in kinds)
    return found or [on.gap("not-found", looked)]


def _observed(on: Material, kind: str, evidence: str, most: int) -> list[Statement]:
    """What one kind of evidence shows: rows of a technology, a partner or a country."""
    asked = {"evidence": entity_iri("evidence-kind", evidence)}

    def link(row: Row) -> str:
        other = row["partner" if kind == "technology" else "technology"]
        count = on.say(_COUNTED[evidence], row["observed_links"] or 0)
        match = f" [{row['match']}]" if row["match"] else ""
        return f"{other}: {row['verdict']}, {count}{match}"

    def partner(row: Row) -> str:
        count = on.say(_COUNTED[evidence], row["links"] or 0)
        return f"{row['partner']} – {row['technology']}: {count}"

    if kind in ("technology", "partner"):
        wanted = on.same_technologies() if kind == "technology" else {on.entity.iri}
        return on.listed("plan-vs-practice", on.is_one_of(kind, wanted), most, link, **asked)
    if kind == "country":
        asked["country"] = on.entity.iri
        return on.listed("observed-partners", lambda row: True, most, partner, **asked)
    return []


def since(on: Material, kind: str) -> list[Statement]:
    """What has happened since, the latest first: events, agreements and what became of partners;
    where none is about the entity, what answers the plan at large."""
    party = "technology" if kind == "technology" else "party"
    looked = {"agreements": ("agreement", on.is_entity(party))}
    if kind in ("partner", "ministry"):
        looked["policy-timeline"] = ("title", on.is_entity("organisation"))
    if kind == "technology":
        looked["policy-timeline"] = ("title", on.is_one_of("title", on.events()))
    if kind in ("partner", "technology"):
        looked["outcomes"] = ("act", on.is_entity(kind))

    def event(row: Row, what: str) -> str:
        return f"{date(str(row['date']), on.lang, is_short=True)} {row[what]}"

    def told(name: str, what: str, mine: Keep) -> list[Statement]:
        def dated(row: Row) -> bool:
            return mine(row) and row["date"] is not None

        return on.listed(name, dated, _MOST, lambda row: event(row, what), order="latest")

    if found := [each for name, what in looked.items() for each in told(name, *what)]:
        return found
    rows, _ = on.rows("follow-ups", lambda row: row["event"] is not None, 4, order="latest")
    if not rows:
        return [on.none_of("no-follow-up", *looked, "follow-ups")]
    at_large = (Statement(event(row, "event"), cites) for row, cites in rows)
    return [on.none_of("no-event", *looked), *at_large]


def dependence(on: Material, kind: str) -> list[Statement]:
    """What hangs on it, or on what it hangs."""
    found: list[Statement] = []
    if kind == "technology":
        mine, of_kind = on.is_entity("technology"), on.is_one_of("kind", {_INSTITUTION})

        def about(row: Row) -> bool:  # a country in a list is not counted beside institutions
            return mine(row) and of_kind(row)

        rows, of = on.rows("partners", about, 50)
        countries = Counter(str(row["country"] or on.say("no-country")) for row, _ in rows)
        first, second = (*(n for _, n in countries.most_common(2)), 0, 0)[:2]
        where = ", ".join(on.say("in-country", *each) for each in countries.most_common())
        name = "concentration-tie" if first == second else "concentration"
        for _, cites in on.measured("concentration", about, {"of": "country"}):
            found.append(Statement(on.say(name, of, where=where), cites))
    else:
        for row, cites in on.measured("dependence", on.is_entity("withdrawn"), {"of": kind}):
            hit, alone = row["technologies_hit"], row["technologies_left_alone"]
            name = "funds" if kind == "ministry" else "leaves-none" if alone else "leaves"
            told = on.say(name, hit=hit, alone=alone, which=row["which"])
            found.append(Statement(told, cites))
    if found:
        return found
    if kind == "ministry":
        tags = on.count("coop:TechnologyTag")
        return [on.gap("no-funding", tags) if tags else on.gap("no-programmes")]
    return [on.none_of("no-dependence", "partners")]


def disagreements(on: Material, kind: str) -> list[Statement]:
    """Where sources give different amounts for the same quantity, and why."""
    lines = {"technology": on.budget_lines, "ministry": on.lines_of_organisation}.get(kind, set)

    mine = on.is_one_of("line", lines())

    def told(row: Row) -> str:
        return on.say("disagreement", **_texts(row, "figure_a", "figure_b", "differs_in"))

    names = ("disagreements", "growth-disagreements")
    found = [
        statement
        for name in names
        for statement in on.listed(name, lambda row: mine(row) and not row["compatible"], 3, told)
    ]
    return found or [on.none_of("no-disagreement", *names)]


class SectionKind(NamedTuple):
    """A section: of what it speaks (a scope of questions), what tells it, and whether it is only of
    what is a plan's own."""

    scope: str
    tell: Callable[[Material, str], list[Statement]]
    is_owned: bool = True

    def statements(self, on: Material, kind: str) -> list[Statement]:
        """What it says, of each plan by itself."""
        if self.scope != "plan":
            return self.tell(on, kind)
        on = on if self.is_owned else on.beyond_plan()
        return on.by_plan(lambda each: self.tell(each, kind))


#: The sections by name, in their order; each has statements, if only that there are none.
SECTIONS: Final[Mapping[str, SectionKind]] = {
    "planned": SectionKind("plan", planned),
    "money": SectionKind("plan", money, is_owned=False),
    "practice": SectionKind("plan", practice),
    "since": SectionKind("plan", since, is_owned=False),
    "dependence": SectionKind("plan", dependence),
    "disagreements": SectionKind("plan", disagreements, is_owned=False),
}


def _period(row: Row) -> str:
    """The year of an amount, or from when to when it is; empty where no source says so."""
    if row["year"] is not None:
        return str(row["year"])
    return "–".join(dict.fromkeys(str(row[n]) for n in ("period_from", "period_to") if row[n]))


def _texts(row: dict[str, Any], *names: str) -> dict[str, str]:
    """Cells of a row as text; a year has no separators."""
    return {name: str(row[name]) for name in names}
