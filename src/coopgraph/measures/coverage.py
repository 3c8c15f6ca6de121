"""Coverage: for each technology, who and what supports it, and what is missing.

An empty cell is a finding here: it is named, and never means zero where no source says zero.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any, Final, TypeAlias

from coopgraph.formats.ntriples import iri
from coopgraph.i18n import LanguageMap, percent, text
from coopgraph.measures.answer import (
    Cell,
    Policy,
    by_key,
    columns,
    counted,
    parted,
    table,
    together,
)
from coopgraph.network.elements import of_cell
from coopgraph.observation.technologies import PROJECTS, PUBLICATIONS
from coopgraph.queries import Answer, Entity, ask
from coopgraph.queries.coverage import absences
from coopgraph.queries.parameters import ALL, place
from coopgraph.search import AnyIndex
from coopgraph.store import AnyStore

COVERAGE: Final = columns(
    "technology stance partners countries counted ministries budget_sources growth "
    "observed_partners observed_by_broad publishing_partners publishing_by_broad eligibilities "
    "counted_as missing"
)
#: Technologies of a plan by those of the list, and whose list it is where none was asked for.
_MATCHES: Final = """SELECT ?t ?listed ?kind ?code WHERE {
  { ?scheme coop:publishedIn/coop:jurisdiction/coop:jurisdictionCode ?code }  # parameter scheme
  VALUES (?by ?kind) {
    (skos:broadMatch <match-kind/broad>) (skos:closeMatch <match-kind/close>)
  }
  ?t ?by ?listed . ?listed skos:inScheme ?scheme .
}"""
#: Two readings of a whole property each: there are many, and looking up each one takes ten times
#: as long.
_OBSERVED: Final = """SELECT ?t (COUNT(?near) AS ?partners) (COUNT(?by_broad) AS ?broad) WHERE {
  { SELECT ?observed ?near WHERE { ?observed coop:links ?near } }
  UNION { SELECT ?observed ?by_broad WHERE { ?observed coop:broadLinks ?by_broad } }
  { SELECT ?observed ?t WHERE { ?observed coop:technology ?t } }
  MINUS { ?observed coop:evidenceKind <evidence-kind/publications> }
} GROUP BY ?t"""
_PUBLISHING: Final = """SELECT ?t (COUNT(?near) AS ?partners) (COUNT(?by_broad) AS ?broad) {
  { SELECT ?observed WHERE { ?observed coop:evidenceKind <evidence-kind/publications> } }
  { SELECT ?observed ?t WHERE { ?observed coop:technology ?t } }
  { SELECT ?observed ?near WHERE { ?observed coop:links ?near } }
  UNION { SELECT ?observed ?by_broad WHERE { ?observed coop:broadLinks ?by_broad } }
} GROUP BY ?t"""
#: With how many foreign institutions those of each planner work in each technology.
_JOINT: Final = """SELECT DISTINCT ?t ?partners ?code ?evidence {
  ?tie coop:jointRank 1 ; coop:technology ?t ; coop:jointPartners ?partners ;
    coop:evidenceKind ?evidence ; coop:among/coop:jurisdictionCode ?code }"""
_ELIGIBLE: Final = """SELECT DISTINCT ?t ?statement ?code WHERE {
  ?statement coop:statementKind <statement-kind/eligibility> ; schema:about ?t ;
    coop:jurisdiction/coop:jurisdictionCode ?code .
  ?t a coop:Technology
}"""
#: Columns of which one at least holds something, else the first is missing.
_NEEDED: Final = (
    ("stance",),
    ("partners", "other_partners"),
    ("ministries",),
    ("budget_sources",),
    ("observed_partners", "publishing_partners"),
)


def coverage(
    store: AnyStore,
    lang: str = "en",
    scheme: str = "",
    scope: Mapping[str, str] | None = None,
    index: AnyIndex | None = None,
    *,
    is_own: bool = True,
) -> Answer:
    """The technologies of each plan and those of the list `scheme` that it does not touch; the
    list is that of the planner where none is given, and `scope` says whose plans.

    Columns: technology, stance, partners (named), countries (of those; international
    organisations add none), counted (whether the list is open), ministries (with tagged programmes,
    as the question `technology-ministries` counts them; the least and the most of several lists),
    budget_sources (sources that give an amount or a growth), growth (in percent as stated, each
    with its phase and base), observed_partners (in imported projects), observed_by_broad (beside
    them, those by a broad match alone), publishing_partners and publishing_by_broad (of
    imported papers), eligibilities (statements that its researchers may take part in a foreign
    programme, which is no partnership), counted_as (the technology of the list whose ministries
    and practice are counted where a plan's own is only a part of it, and the kind of match),
    missing (what is not there), jurisdiction, plan.
    """
    asked = {"scheme": scheme} if scheme else {}
    matches = place(_MATCHES, {name: iri(value) for name, value in asked.items()})
    profile = ask(store, "technology-profile", {**asked, **(scope or {})}, lang=lang, index=index)
    listings = [tuple(term and term.value for term in row) for row in store.select(matches)]
    everyone = {"jurisdiction": ALL}  # programmes are a planner's, not of one plan
    tagged = ask(store, "technology-ministries", everyone, lang=lang, index=index)
    counts = _joint(store) if is_own else _whoever(store)
    eligible = [tuple(term.value for term in row) for row in store.select(_ELIGIBLE)]
    names = store.texts({iri for _, *pair, _ in listings for iri in pair})
    parts = []
    for policy, found in parted(profile, Policy.of_row).items():
        ministries = _ministries(tagged, policy)
        listed = {
            t: (other, kind)
            for t, other, kind, code in listings
            if not code or code in policy.codes
        }
        practice = [_of_policy(each, policy) for each in counts]
        columns: list[Mapping[str, Any]] = [ministries, *practice, _eligible(eligible, policy)]
        rows = [
            _row(said, lang, [_of(each, technology, listed) for each in columns], names)
            for technology, said in by_key(found, itemgetter("technology")).items()
        ]
        missing = () if ministries else absences(store, "programmes", {}, lang)
        notes = [each.told(lang) for each in missing if each.code == "not-imported"]
        title = text("measure.coverage.title", lang)
        parts.append((policy, table(COVERAGE, rows, lang, title, notes=notes)))
    return together(parts)


_Counts: TypeAlias = dict[tuple[str, str], tuple[int, int | None]]


def _whoever(store: AnyStore) -> list[_Counts]:
    """How many take part in the projects of each technology, and how many publish on it."""
    return [
        {("", t.value): (int(count.value), int(broad.value)) for t, count, broad in found}
        for found in map(store.select, (_OBSERVED, _PUBLISHING))
    ]


def _joint(store: AnyStore) -> list[_Counts]:
    """With how many those of each jurisdiction (its code) do."""
    counts: dict[str, _Counts] = {PROJECTS: {}, PUBLICATIONS: {}}
    for t, partners, code, evidence in store.select(_JOINT):
        kind = evidence.value.rpartition("/")[2]
        counts[kind][code.value, t.value] = (int(partners.value), None)
    return [*counts.values()]


def _of_policy(counts: _Counts, policy: Policy) -> dict[str, tuple[int, int | None]]:
    """The counts by technology: of several jurisdictions at least that of the one with most."""
    found: dict[str, tuple[int, int | None]] = {}
    for (code, t), count in counts.items():
        if code in ("", *policy.codes) and count[0] >= found.get(t, (0, None))[0]:
            found[t] = count
    return found


def _ministries(tagged: Answer, policy: Policy) -> dict[str, int | str]:
    """The ministries of each technology: those of the jurisdictions of the policy, in each list of
    programmes by itself."""
    found: dict[str, set[int]] = {}
    for row in tagged:
        if str(row["jurisdiction"]) in (*policy.codes, policy.whose):
            technology = getattr(row["technology"], "iri", "")
            found.setdefault(technology, set()).add(int(str(row["ministries"])))
    return {
        technology: max(each) if len(each) == 1 else f"{min(each)}–{max(each)}"
        for technology, each in found.items()
    }


def _eligible(statements: Sequence[tuple[str, ...]], policy: Policy) -> dict[str, int]:
    """How many statements of the jurisdictions of the policy are about each technology."""
    mine = {(t, statement) for t, statement, code in statements if code in policy.codes}
    return Counter(t for t, _ in mine)


def _of(
    counts: Mapping[str, Any], technology: Entity, listed: Mapping[str, tuple[str, str]]
) -> tuple[Any, tuple[str, str] | None]:
    """The count of a technology, else of the listed one that it is a part of, and that one with
    the kind of match."""
    if technology.iri in counts:
        return counts[technology.iri], None
    other = listed.get(technology.iri, ("", ""))
    return (counts[other[0]], other) if other[0] in counts else (None, None)


def _row(
    found: list[dict[str, Any]],
    lang: str,
    counts: Sequence[tuple[Any, tuple[str, str] | None]],
    names: Mapping[str, LanguageMap],
) -> list[Cell]:
    first = found[0]
    (ministries, _), (observed, _), (publishing, _), (eligible, _) = counts
    others = dict.fromkeys(pair for _, pair in counts if pair)
    shown = [f"{names[t].label(lang)} ({names[kind].label(lang)})" for t, kind in others]
    cells: dict[str, Cell] = {
        "technology": of_cell(first["technology"]),
        "stance": of_cell(first["stance"]) if first["stance"] else None,
        "partners": first["partners"],
        "countries": first["countries"],
        "counted": None if first["open_list"] is None else counted(first["open_list"], lang),
        "ministries": ministries,
        "budget_sources": len({row["source"] for row in found if row["source"]}),
        "growth": "; ".join(
            dict.fromkeys(_growth(row, lang) for row in found if row["growth_percent"] is not None)
        )
        or None,
        "observed_partners": observed and observed[0],
        "observed_by_broad": observed and observed[1],
        "publishing_partners": publishing and publishing[0],
        "publishing_by_broad": publishing and publishing[1],
        "eligibilities": eligible or 0,
        "counted_as": "; ".join(shown) or None,
    }
    held = {**cells, "other_partners": first["other_partners"]}
    absent = [names[0] for names in _NEEDED if not any(held[name] for name in names)]
    missing = (text(f"measure.coverage.missing.{name}", lang) for name in absent)
    return [*cells.values(), "; ".join(missing)]


def _growth(row: Mapping[str, Any], lang: str) -> str:
    """A growth as stated, with its phase and the year that it is against."""
    grown, base = percent(row["growth_percent"], lang, is_change=True), row["growth_from"]
    year = (
        text("measure.coverage.on", lang, str(base))
        if base
        else text("measure.coverage.no-base", lang)
    )
    return f"{grown} ({row['phase']} {row['year']}, {year})"
