"""Coverage: for each technology, who and what stands behind it, and what is not there.

An empty cell is a finding here: it is named, and never means zero where no source says zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from coopgraph.measures.answer import Cell, table
from coopgraph.network.elements import Named
from coopgraph.queries import Answer, Entity, ask
from coopgraph.store import AnyStore

COVERAGE: Final = (
    "technology",
    "stance",
    "partners",
    "countries",
    "counted",
    "ministries",
    "budget_sources",
    "growth_percent",
    "observed_partners",
    "publishing_partners",
    "eligibilities",
    "missing",
)
_MATCHES: Final = """SELECT ?t ?twelfth WHERE {
  ?t skos:broadMatch|skos:closeMatch ?twelfth .
  ?twelfth skos:inScheme <scheme/strategic-technologies-2022>
}"""
#: Two readings of a whole property each: there are many, and looking up each one takes ten times
#: as long.
_OBSERVED: Final = """SELECT ?t (COUNT(?observed) AS ?partners) WHERE {
  { SELECT ?observed WHERE { ?observed coop:links ?links } }
  { SELECT ?observed ?t WHERE { ?observed coop:technology ?t } }
  MINUS { ?observed coop:evidenceKind <evidence-kind/publications> }
} GROUP BY ?t"""
_PUBLISHING: Final = """SELECT ?t (COUNT(?observed) AS ?partners) WHERE {
  { SELECT ?observed WHERE { ?observed coop:evidenceKind <evidence-kind/publications> } }
  { SELECT ?observed ?t WHERE { ?observed coop:technology ?t } }
} GROUP BY ?t"""
_ELIGIBLE: Final = """SELECT ?t (COUNT(DISTINCT ?statement) AS ?statements) WHERE {
  ?statement coop:statementKind <statement-kind/eligibility> ; schema:about ?t .
  ?t a coop:Technology
} GROUP BY ?t"""
_MISSING: Final = {
    "stance": ("no stance", "전략 유형 없음"),
    "partners": ("no named partner", "명시된 협력 기관 없음"),
    "ministries": ("no ministry", "부처 없음"),
    "budget_sources": ("no amount or growth from any source", "금액·증가율을 밝힌 출처 없음"),
    "observed_partners publishing_partners": ("no observed partner", "관측된 협력 기관 없음"),
}


def coverage(store: AnyStore, lang: str = "en") -> Answer:
    """The technologies of the plan and those of the twelve that it does not touch.

    Columns: technology, stance, partners (named), countries (of those; international
    organisations add none), counted (whether the list is open), ministries (with tagged programmes,
    from an imported programme list), budget_sources (sources that give an amount or a growth),
    growth_percent (the smallest and the largest that a source states), observed_partners (in
    imported projects), publishing_partners (of imported papers), eligibilities (statements that
    its researchers may take part in a foreign programme, which is no partnership), missing (what
    is not there).
    """
    profile = _by_technology(ask(store, "technology-profile", lang=lang))
    twelfth = {t.value: other.value for t, other in store.select(_MATCHES)}
    ministries = {
        getattr(row["technology"], "iri", ""): row["ministries"]
        for row in ask(store, "technology-ministries", lang=lang)
    }
    counted = [
        {t.value: int(count.value) for t, count in store.select(text)}
        for text in (_OBSERVED, _PUBLISHING, _ELIGIBLE)
    ]
    columns: list[Mapping[str, Any]] = [ministries, *counted]
    rows = [
        _row(
            technology,
            found,
            lang,
            *(_of(each, technology, twelfth) for each in columns),
        )
        for technology, found in profile.items()
    ]
    korean = lang == "ko"
    notes = []
    if not ministries:
        notes.append(
            "부처 수는 사업 목록을 가져와야 나온다: coopgraph import kr-budget"
            if korean
            else "Ministries come with a programme list: coopgraph import kr-budget"
        )
    if not (counted[0] or counted[1]):
        notes.append(
            "관측된 협력 기관은 과제나 논문 자료를 가져와야 나온다: "
            "coopgraph import cordis, coopgraph import openalex"
            if korean
            else "Observed partners come with projects or papers: "
            "coopgraph import cordis, coopgraph import openalex"
        )
    title = (
        "기술별로 무엇이 있고 무엇이 빠져 있는가?"
        if korean
        else "What is there for each technology, and what is missing?"
    )
    return table(COVERAGE, rows, lang, title, notes=notes)


def _by_technology(profile: Answer) -> dict[Entity, list[dict[str, Any]]]:
    found: dict[Entity, list[dict[str, Any]]] = {}
    for row in profile:
        technology = row["technology"]
        assert isinstance(technology, Entity)
        found.setdefault(technology, []).append(row)
    return found


def _of(counts: Mapping[str, Any], technology: Entity, twelfth: Mapping[str, str]) -> int | None:
    """The count of a technology, else of the one of the twelve that it is a part of."""
    for iri in (technology.iri, twelfth.get(technology.iri, "")):
        if iri in counts:
            return int(counts[iri])
    return None


def _row(
    technology: Entity,
    found: list[dict[str, Any]],
    lang: str,
    ministries: int | None,
    observed: int | None,
    publishing: int | None,
    eligible: int | None,
) -> list[Cell]:
    first = found[0]
    growth = sorted(
        float(row["growth_percent"]) for row in found if row["growth_percent"] is not None
    )
    cells: dict[str, Cell] = {
        "technology": _named(technology),
        "stance": _named(first["stance"]) if first["stance"] else None,
        "partners": first["partners"],
        "countries": first["countries"],
        "counted": _counted(first["open_list"], lang),
        "ministries": ministries,
        "budget_sources": len({row["source"] for row in found if row["source"]}),
        "growth_percent": _range(growth),
        "observed_partners": observed,
        "publishing_partners": publishing,
        "eligibilities": eligible or 0,
    }
    return [*cells.values(), "; ".join(_missing(cells, lang))]


def _missing(cells: Mapping[str, Cell], lang: str) -> Iterator[str]:
    for names, words in _MISSING.items():
        if not any(cells[name] for name in names.split()):
            yield words[lang == "ko"]


def _counted(is_open: object, lang: str) -> str | None:
    from coopgraph.measures.concentration import CLOSED, OPEN

    return None if is_open is None else (OPEN if is_open else CLOSED)[lang == "ko"]


def _range(values: list[float]) -> str | None:
    """The smallest and the largest of what sources state."""
    if not values:
        return None
    low, high = f"{values[0]:+g}", f"{values[-1]:+g}"
    return low if low == high else f"{low} … {high}"


def _named(entity: Entity) -> Named:
    return Named(entity.iri, str(entity), str(entity))
