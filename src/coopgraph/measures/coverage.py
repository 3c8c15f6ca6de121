"""Coverage: for each technology, who and what supports it, and what is missing.

An empty cell is a finding here: it is named, and never means zero where no source says zero.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from coopgraph.formats.ntriples import iri
from coopgraph.i18n import text
from coopgraph.measures.answer import Cell, Policy, columns, counted, parted, table, together
from coopgraph.network.elements import of_cell
from coopgraph.queries import Answer, Entity, ask
from coopgraph.queries.parameters import place
from coopgraph.search import AnyIndex
from coopgraph.store import AnyStore

COVERAGE: Final = columns(
    "technology stance partners countries counted ministries budget_sources growth_percent "
    "observed_partners publishing_partners eligibilities missing"
)
#: Technologies of a plan by those of the list, and whose list it is where none was asked for.
_MATCHES: Final = """SELECT ?t ?listed ?code WHERE {
  { ?scheme coop:publishedIn/coop:jurisdiction/coop:jurisdictionCode ?code }  # parameter scheme
  ?t skos:broadMatch|skos:closeMatch ?listed . ?listed skos:inScheme ?scheme .
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
) -> Answer:
    """The technologies of each plan and those of the list `scheme` that it does not touch; the
    list is that of the planner where none is given, and `scope` says whose plans.

    Columns: technology, stance, partners (named), countries (of those; international
    organisations add none), counted (whether the list is open), ministries (with tagged programmes,
    from an imported programme list), budget_sources (sources that give an amount or a growth),
    growth_percent (the smallest and the largest that a source states), observed_partners (in
    imported projects), publishing_partners (of imported papers), eligibilities (statements that
    its researchers may take part in a foreign programme, which is no partnership), missing (what
    is not there), jurisdiction, plan.
    """
    asked = {"scheme": scheme} if scheme else {}
    matches = place(_MATCHES, {name: iri(value) for name, value in asked.items()})
    profile = ask(store, "technology-profile", {**asked, **(scope or {})}, lang=lang, index=index)
    listings = [tuple(term and term.value for term in row) for row in store.select(matches)]
    tagged = ask(store, "technology-ministries", dict(scope or {}), lang=lang, index=index)
    counts = [
        {t.value: int(count.value) for t, count in store.select(query)}
        for query in (_OBSERVED, _PUBLISHING)
    ]
    eligible = [tuple(term.value for term in row) for row in store.select(_ELIGIBLE)]
    parts = []
    for policy, found in parted(profile, Policy.of_row).items():
        ministries = _ministries(tagged, policy)
        listed = {t: other for t, other, code in listings if not code or code in policy.codes}
        columns: list[Mapping[str, Any]] = [ministries, *counts, _eligible(eligible, policy)]
        rows = [
            _row(technology, said, lang, *(_of(each, technology, listed) for each in columns))
            for technology, said in _by_technology(found).items()
        ]
        notes = [] if ministries else [text("measure.coverage.no-programmes", lang)]
        if not (counts[0] or counts[1]):
            notes.append(text("measure.coverage.no-practice", lang))
        title = text("measure.coverage.title", lang)
        parts.append((policy, table(COVERAGE, rows, lang, title, notes=notes)))
    return together(parts)


def _ministries(tagged: Answer, policy: Policy) -> dict[str, int]:
    """The ministries of each technology: those of the jurisdictions of the policy."""
    found: Counter[str] = Counter()
    for row in tagged:
        if str(row["jurisdiction"]) in (*policy.codes, policy.whose):
            found[getattr(row["technology"], "iri", "")] += int(str(row["ministries"]))
    return found


def _eligible(statements: Sequence[tuple[str, ...]], policy: Policy) -> dict[str, int]:
    """How many statements of the jurisdictions of the policy are about each technology."""
    mine = {(t, statement) for t, statement, code in statements if code in policy.codes}
    return Counter(t for t, _ in mine)


def _by_technology(profile: Iterable[dict[str, Any]]) -> dict[Entity, list[dict[str, Any]]]:
    found: dict[Entity, list[dict[str, Any]]] = {}
    for row in profile:
        technology = row["technology"]
        assert isinstance(technology, Entity)
        found.setdefault(technology, []).append(row)
    return found


def _of(counts: Mapping[str, Any], technology: Entity, listed: Mapping[str, str]) -> int | None:
    """The count of a technology, else of the listed one that it is a part of."""
    for key in (technology.iri, listed.get(technology.iri, "")):
        if key in counts:
            return int(counts[key])
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
    stated = (row["growth_percent"] for row in found)
    growth = sorted(float(percent) for percent in stated if percent is not None)
    cells: dict[str, Cell] = {
        "technology": of_cell(technology),
        "stance": of_cell(first["stance"]) if first["stance"] else None,
        "partners": first["partners"],
        "countries": first["countries"],
        "counted": None if first["open_list"] is None else counted(first["open_list"], lang),
        "ministries": ministries,
        "budget_sources": len({row["source"] for row in found if row["source"]}),
        "growth_percent": _range(growth),
        "observed_partners": observed,
        "publishing_partners": publishing,
        "eligibilities": eligible or 0,
    }
    held = {**cells, "other_partners": first["other_partners"]}
    absent = [names[0] for names in _NEEDED if not any(held[name] for name in names)]
    missing = (text(f"measure.coverage.missing.{name}", lang) for name in absent)
    return [*cells.values(), "; ".join(missing)]


def _range(values: list[float]) -> str | None:
    """The smallest and the largest of what sources state."""
    if not values:
        return None
    low, high = f"{values[0]:+g}", f"{values[-1]:+g}"
    return low if low == high else f"{low} … {high}"
