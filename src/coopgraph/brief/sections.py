"""The sections of a brief. Every statement comes from a row of a question or a measure; what no
row gives is said in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from coopgraph.brief.material import Cited, Ground
from coopgraph.brief.model import Section, Statement
from coopgraph.i18n import money as written
from coopgraph.i18n import percent
from coopgraph.measures.practice import PROJECTS, PUBLICATIONS, kinds_of_practice
from coopgraph.vocabulary import entity_iri

_MOST: Final = 5
_MOST_OF_EACH: Final = 3
#: How much of each kind of evidence there is.
_COUNTED: Final = {
    PROJECTS: ("{} projects", "과제 {}건"),
    PUBLICATIONS: ("{} papers written with others", "공동 논문 {}편"),
}


def planned(on: Ground, kind: str) -> Section:
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
        found[:0] = [
            Statement(on.say(f"Stance: {row['stance']}", f"전략 유형: {row['stance']}"), cites)
            for row, cites in stances
        ]
    if kind == "ministry":
        rows, of = on.rows("programmes", on.is_entity("owner"), _MOST)
        found += [Statement(str(row["programme"]), cites) for row, cites in rows]
        found += on.more(len(rows), of)
    if not found:
        found.append(
            on.gap(
                "No source names it in a plan of cooperation.",
                "협력 계획에 제시한 출처 없음",
            )
        )
    return _section(on, "planned", "What is planned", "계획", found)


def _partners(on: Ground, kind: str, rows: list[Cited]) -> list[Statement]:
    """The planned partnerships: one statement for each other end, and how the list is meant."""
    other = "partner" if kind == "technology" else "technology"
    found = []
    for row, cites in rows:
        told = str(row[other])
        if kind == "technology":
            told += f" ({row['country'] or on.say('no country', '소속 국가 없음')})"
        elif kind == "country":
            told = f"{row['partner']} – {row['technology']}"
        marks = [str(row["status"])] if row["status"] else []
        if row["open_list"]:
            marks.append(on.say("among others", "등"))
        found.append(Statement(f"{told} [{', '.join(marks)}]" if marks else told, cites))
    return found


def money(on: Ground, kind: str) -> Section:
    """Amounts with year, phase and source; changes as stated."""
    found: list[Statement] = []
    if kind == "technology":
        keep = on.is_one_of("line", on.lines())
    elif kind == "ministry":
        keep = on.is_entity("organisation")
    else:
        gap = on.gap(
            "No source gives an amount for cooperation with it.",
            "협력 금액을 밝힌 출처 없음",
        )
        return _section(on, "money", "Money", "예산", [gap])
    levels, of = on.rows("budget-levels", keep, _MOST)
    for row, cites in levels:
        amount = (
            written(row["amount_krw"], "KRW", on.lang)
            if row["amount_krw"] is not None
            else row["as_stated"]
        )
        told = f"{row['line']} {row['year']}: {amount} ({row['phase']})"
        found.append(Statement(told, cites))
    found += on.more(len(levels), of)
    if kind == "technology":
        changes, of = on.rows("budget-changes", keep, 3)
        for row, cites in changes:
            if row["percent"] is not None:
                change = percent(row["percent"], on.lang, is_change=True)
                told = f"{row['line']} {row['to_year']}: {change}"
                found.append(Statement(told, cites))
    if kind == "ministry":
        tagged, of = on.rows("ministry-technology-budgets", on.is_entity("ministry"), 3)
        for row, cites in tagged:
            found.append(
                Statement(
                    f"{row['technology']}: {written(row['amount_krw'], 'KRW', on.lang)}", cites
                )
            )
        found += on.more(len(tagged), of)
    if not found:
        found.append(on.gap("No source gives an amount.", "금액을 밝힌 출처 없음"))
    return _section(on, "money", "Money", "예산", found)


def practice(on: Ground, kind: str) -> Section:
    """What imported projects and papers show beside the plan, each by itself."""
    heading = ("Practice beside plan", "계획 대비 실제")
    kinds, _ = kinds_of_practice(on.store)
    if not kinds and not on.imports() & {"cordis", "openalex"}:
        gap = on.gap(
            "No projects or papers were imported, so that practice cannot be told "
            "(coopgraph import cordis or openalex).",
            "가져온 과제·논문 자료가 없어 실제 협력은 확인할 수 없음"
            "(coopgraph import cordis 또는 openalex)",
        )
        return _section(on, "practice", *heading, [gap])
    found: list[Statement] = []
    for evidence in kinds:
        found += _observed(on, kind, evidence, _MOST if len(kinds) == 1 else _MOST_OF_EACH)
    if not found:
        found.append(
            on.gap(
                "The imported projects and papers show nothing of it.",
                "가져온 과제와 논문에 나타나지 않음",
            )
        )
    return _section(on, "practice", *heading, found)


def _observed(on: Ground, kind: str, evidence: str, most: int) -> Iterator[Statement]:
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
    english, korean = _COUNTED[evidence]
    for told, (row, cites) in zip(about, rows, strict=True):
        count = row[links] or 0
        yield Statement(
            told + on.say(english.format(count), korean.format(count)),
            cites,
        )
    yield from on.more(len(rows), of)


def since(on: Ground, kind: str) -> Section:
    """What has happened since: events of an organisation, else what answers the plan at large."""
    found: list[Statement] = []
    if kind in ("partner", "ministry"):
        rows, of = on.rows("policy-timeline", on.is_entity("organisation"), _MOST)
        found += [Statement(f"{row['date']} {row['title']}", cites) for row, cites in rows]
        found += on.more(len(rows), of)
    if not found:
        rows, of = on.rows("follow-ups", lambda row: row["event"] is not None, 4)
        found.append(
            on.gap(
                "No later event names it; of the plan at large:",
                "후속 사건으로 확인된 것은 없음. 계획 전반의 후속 조치:",
            )
        )
        found += [Statement(f"{row['date']} {row['event']}", cites) for row, cites in rows]
    return _section(on, "since", "What has happened since", "후속 동향", found)


def dependence(on: Ground, kind: str) -> Section:
    """What hangs on it, or on what it hangs."""
    found: list[Statement] = []
    if kind == "technology":
        about = on.is_entity("technology")
        for row, cites in on.measured("concentration", about, {"of": "country"}):
            share = _share(row["top_share"])
            told = on.say(
                f"{share} of the partners are in one country: {row['top']} ({row['counted']})",
                f"협력 대상의 {share}가 한 국가에 집중: {row['top']}({row['counted']})",
            )
            found.append(Statement(told, cites))
    else:
        for row, cites in on.measured("dependence", on.is_entity("withdrawn"), {"of": kind}):
            alone, hit = row["technologies_left_alone"], row["technologies_hit"]
            told = on.say(
                f"Without it {hit} technologies lose partners; none loses all",
                f"이탈 시 기술 {hit}개에 영향, 협력 대상을 모두 잃는 기술은 없음",
            )
            if alone:
                told = on.say(
                    f"Without it {hit} technologies lose partners, {alone} all: {row['which']}",
                    f"이탈 시 기술 {hit}개 영향, 그중 {alone}개는 협력 대상 상실: {row['which']}",
                )
            if kind == "ministry":
                told = on.say(
                    f"It funds {hit} technologies; {alone} of them no other ministry funds",
                    f"기술 {hit}개에 투자, 그중 {alone}개는 다른 부처의 투자 없음",
                )
            found.append(Statement(told, cites))
    if not found:
        found.append(on.gap("Nothing that is counted hangs on it.", "의존 관계로 집계된 것 없음"))
    return _section(on, "dependence", "Dependence", "의존도", found)


def disagreements(on: Ground, kind: str) -> Section:
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
        told = f"{row['line']} {row['year']}: {amounts} ({row['reason']})"
        found.append(Statement(told, cites))
    found += on.more(len(rows), of)
    if not found:
        found.append(on.gap("Sources do not disagree on it.", "출처 간 불일치 없음"))
    return _section(on, "disagreements", "Disagreements", "출처 간 불일치", found)


SECTIONS: Final[tuple[Callable[[Ground, str], Section], ...]] = (
    planned,
    money,
    practice,
    since,
    dependence,
    disagreements,
)


def _section(on: Ground, name: str, english: str, korean: str, found: list[Statement]) -> Section:
    return Section(name, on.say(english, korean), tuple(found))


def _share(value: Any) -> str:
    return f"{round(100 * float(value))}%"
