"""The sections of a brief. Every statement comes from a row of a question or a measure; what no
row gives is said in a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

from coopgraph.brief.material import Cited, Material
from coopgraph.brief.model import Section, Statement
from coopgraph.i18n import date, percent
from coopgraph.i18n import money as written
from coopgraph.measures.practice import PROJECTS, PUBLICATIONS, kinds_of_practice
from coopgraph.vocabulary import entity_iri

_MOST: Final = 5
_MOST_OF_EACH: Final = 3
#: How much of each kind of evidence there is.
_COUNTED: Final = {PROJECTS: "projects", PUBLICATIONS: "papers"}


def planned(on: Material, kind: str) -> Section:
    """What the plan names: partners of a technology, technologies of a partner, a country's
    institutions, a ministry's programmes."""
    keep = {
        "technology": on.is_entity("technology"),
        "partner": on.is_entity("partner"),
        "country": on.is_entity("country"),
    }
    found: list[Statement] = []
    if kind in keep:
        rows, _ = on.rows("partners", keep[kind], 50)
        found += _partners(on, kind, rows)
    if kind == "technology":
        stances, _ = on.rows("stances", on.is_entity("technology"), 1)
        found[:0] = [Statement(on.say("stance", row["stance"]), cites) for row, cites in stances]
    if kind == "ministry":
        rows, of = on.rows("programmes", on.is_entity("owner"), _MOST)
        found += [Statement(str(row["programme"]), cites) for row, cites in rows]
        found += on.more(len(rows), of)
    if not found:
        counts = {"plans": on.count("coop:Plan"), "sources": on.count("coop:Source")}
        found.append(on.gap("no-plan", **counts))
    return _section(on, "planned", found)


def _partners(on: Material, kind: str, rows: list[Cited]) -> list[Statement]:
    """The planned partnerships: one statement for each other end, and how the list is meant."""
    other = "partner" if kind == "technology" else "technology"
    found = []
    for row, cites in rows:
        told = str(row[other])
        if kind == "technology":
            told += f" ({row['country'] or on.say('no-country')})"
        elif kind == "country":
            told = f"{row['partner']} – {row['technology']}"
        marks = [str(row["status"])] if row["status"] else []
        if row["open_list"]:
            marks.append(on.say("among-others"))
        found.append(Statement(f"{told} [{', '.join(marks)}]" if marks else told, cites))
    return found


def money(on: Material, kind: str) -> Section:
    """Amounts with year, phase and source; changes as stated."""
    found: list[Statement] = []
    if kind == "technology":
        keep = on.is_one_of("line", on.lines())
    elif kind == "ministry":
        keep = on.is_entity("organisation")
    else:
        return _section(on, "money", [on.gap("no-money")])
    levels, of = on.rows("budget-levels", keep, _MOST)
    for row, cites in levels:
        told = on.say("level", **_texts(row, "line", "year", "phase"), amount=on.amount(row))
        found.append(Statement(told, cites))
    found += on.more(len(levels), of)
    if kind == "technology":
        changes, of = on.rows("budget-changes", keep, 3)
        for row, cites in changes:
            if row["percent"] is not None:
                change = percent(row["percent"], on.lang, is_change=True)
                told = on.say("change", **_texts(row, "line", "to_year"), change=change)
                found.append(Statement(told, cites))
        found += on.more(len(changes), of)
    if kind == "ministry":
        tagged, of = on.rows("ministry-technology-budgets", on.is_entity("ministry"), 3)
        for row, cites in tagged:
            amount = written(row["amount_krw"], "KRW", on.lang)
            found.append(Statement(f"{row['technology']}: {amount}", cites))
        found += on.more(len(tagged), of)
    if not found:
        found.append(on.gap("no-amount", sources=on.count("coop:Source")))
    return _section(on, "money", found)


def practice(on: Material, kind: str) -> Section:
    """What imported projects and papers show beside the plan, each by itself."""
    kinds, _ = kinds_of_practice(on.store)
    if not kinds and not on.imports() & {"cordis", "openalex"}:
        return _section(on, "practice", [on.gap("not-imported")])
    found: list[Statement] = []
    for evidence in kinds:
        found += _observed(on, kind, evidence, _MOST if len(kinds) == 1 else _MOST_OF_EACH)
    if not found:
        found.append(on.gap("not-found"))
    return _section(on, "practice", found)


def _observed(on: Material, kind: str, evidence: str, most: int) -> Iterator[Statement]:
    """What one kind of evidence shows: rows of a technology, a partner or a country."""
    asked = {"evidence": entity_iri("evidence-kind", evidence)}
    if kind in ("technology", "partner"):
        other, links = "partner" if kind == "technology" else "technology", "observed_links"
        wanted = on.same_technologies() if kind == "technology" else {on.entity.iri}
        rows, of = on.rows("plan-vs-practice", on.is_one_of(kind, wanted), most, **asked)
        about = [f"{row[other]}: {row['verdict']}, " for row, _ in rows]
    elif kind == "country":
        links = "links"
        asked["country"] = on.entity.iri
        rows, of = on.rows("observed-partners", lambda row: True, most, **asked)
        about = [f"{row['partner']} – {row['technology']}: " for row, _ in rows]
    else:
        return
    for told, (row, cites) in zip(about, rows, strict=True):
        yield Statement(told + on.say(_COUNTED[evidence], row[links] or 0), cites)
    yield from on.more(len(rows), of)


def since(on: Material, kind: str) -> Section:
    """What has happened since: events of an organisation, else what answers the plan at large."""
    found: list[Statement] = []
    if kind in ("partner", "ministry"):
        rows, of = on.rows("policy-timeline", on.is_entity("organisation"), _MOST)
        found += [_event(on, row["date"], row["title"], cites) for row, cites in rows]
        found += on.more(len(rows), of)
    if not found:
        rows, of = on.rows("follow-ups", lambda row: row["event"] is not None, 4)
        found.append(on.gap("no-event"))
        found += [_event(on, row["date"], row["event"], cites) for row, cites in rows]
    return _section(on, "since", found)


def _event(on: Material, when: Any, what: Any, cites: tuple[int, ...]) -> Statement:
    return Statement(f"{date(str(when), on.lang, is_short=True)} {what}", cites)


def dependence(on: Material, kind: str) -> Section:
    """What hangs on it, or on what it hangs."""
    found: list[Statement] = []
    if kind == "technology":
        about = on.is_entity("technology")
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
    if not found:
        found.append(on.gap("no-dependence"))
    return _section(on, "dependence", found)


def disagreements(on: Material, kind: str) -> Section:
    """Where sources give different amounts for the same quantity, and why."""
    found: list[Statement] = []
    wanted: set[str] = on.lines() if kind == "technology" else set()
    if kind == "ministry":
        wanted = on.lines_of_organisation()
    rows, of = on.rows("disagreements", on.is_one_of("line", wanted), 3)
    for row, cites in rows:
        amounts = " / ".join(
            written(row[name], "KRW", on.lang) for name in ("amount_a", "amount_b")
        )
        told = on.say("disagreement", **_texts(row, "line", "year", "reason"), amounts=amounts)
        found.append(Statement(told, cites))
    found += on.more(len(rows), of)
    if not found:
        found.append(on.gap("no-disagreement"))
    return _section(on, "disagreements", found)


SECTIONS: Final[tuple[Callable[[Material, str], Section], ...]] = (
    planned,
    money,
    practice,
    since,
    dependence,
    disagreements,
)


def _section(on: Material, name: str, found: list[Statement]) -> Section:
    return Section(name, on.say(f"heading-{name}"), tuple(found))


def _texts(row: dict[str, Any], *names: str) -> dict[str, str]:
    """Cells of a row as the text that stands for them; a year has no signs in it."""
    return {name: str(row[name]) for name in names}
