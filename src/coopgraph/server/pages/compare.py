"""Plans beside each other: which planner names which country, and takes up which technology."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from coopgraph.api import KnowledgeGraph
from coopgraph.guard import Reply
from coopgraph.queries.answer import Entity
from coopgraph.queries.scope import whose_plans
from coopgraph.server.address import PageRequest
from coopgraph.server.answers import answered
from coopgraph.server.page import html, page
from coopgraph.server.requests import refuse_unknown
from coopgraph.server.scope import choices

#: Columns of a matrix: more cannot be read at once.
_COLUMNS = 16
#: The cell of a stance by the generic one that it is one of.
_STANCES = {"close-gap": "catch-up", "keep-pace": "converge", "lead": "lead"}


@dataclass(frozen=True)
class MatrixCell:
    """A cell of a matrix: how it looks, its sign, what it says, and the question it is from."""

    look: str
    sign: str
    said: str = ""
    values: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Matrix:
    """Who is compared (rows), with what (columns), and the marks by row and column."""

    rows: tuple[Entity, ...]
    columns: tuple[Entity, ...]
    marks: Mapping[tuple[str, str], MatrixCell]


@page("/compare")
def compare(kg: KnowledgeGraph, request: PageRequest) -> Reply:
    """/compare: planner by partner country, and planner by technology."""
    refuse_unknown(request.fields, ())
    countries = partner_matrix(kg, request.lang)
    mutual = {frozenset(pair) for pair, mark in countries.marks.items() if mark.look == "mutual"}
    return html(
        "compare.html",
        request,
        countries=countries,
        technologies=technology_matrix(kg, request.lang, choices(request).whose),
        pairs=len(mutual),
    )


def partner_matrix(kg: KnowledgeGraph, lang: str) -> Matrix:
    """Each planner, and the countries and blocs that its plans name or whose institutions they do:
    mutual, by a joint plan alone, one-sided, or not to be told where the other's plans are not
    here; excluded where no plan names it."""
    planners: Counter[Entity] = Counter()
    named: Counter[Entity] = Counter()
    pairs: dict[tuple[str, str], list[Mapping[str, object]]] = {}
    for row in answered(kg, "mutual-partners", {}, lang):
        holder, names = row["holder"], row["names"]
        if isinstance(holder, Entity) and isinstance(names, Entity) and holder.iri != names.iri:
            planners[holder] += 1
            named[names] += 1
            pairs.setdefault((holder.iri, names.iri), []).append(row)
    holders = [one for one, _ in planners.most_common()]
    others = [one for one, _ in named.most_common() if one not in planners]
    columns = [*holders, *others][: max(_COLUMNS, len(holders))]
    known = {one.iri for one in holders}
    marks = {pair: _mark(pair, found, known) for pair, found in pairs.items()}
    for pair in _excluded(kg, lang):
        marks.setdefault(pair, MatrixCell("out", "✕", "out"))
    return Matrix(tuple(holders), tuple(columns), marks)


def _mark(pair: tuple[str, str], found: list[Mapping[str, object]], known: set[str]) -> MatrixCell:
    values = {"holder": pair[0], "names": pair[1]}
    if any(row["mutual_planners"] for row in found):
        is_joint = all(row["plan"] == row["other_plan"] for row in found if row["mutual_plans"])
        if is_joint and any(row["mutual_plans"] for row in found):
            return MatrixCell("joint", "=", "joint", values)
        return MatrixCell("mutual", "↔", "mutual", values)
    if pair[1] in known:
        return MatrixCell("one", "→", "one", values)
    return MatrixCell("open", "→?", "open", values)


def _excluded(kg: KnowledgeGraph, lang: str) -> list[tuple[str, str]]:
    """Who is excluded, by whose plan."""
    answer = answered(kg, "excluded-partners", {"jurisdiction": "all"}, lang)
    codes = _by_code(kg)
    return [
        (codes[code], row["partner"].iri)
        for row in answer
        for code in str(row["jurisdiction"] or "").split("|")
        if code in codes and isinstance(row["partner"], Entity) and row["technology"] is None
    ]


def _by_code(kg: KnowledgeGraph) -> dict[str, str]:
    return {code: iri for iri, code in whose_plans(kg.store).items()}


def technology_matrix(kg: KnowledgeGraph, lang: str, whose: Mapping[str, str]) -> Matrix:
    """Each planner, and the technologies for which its plans name partners or take a stance, by the
    technology that the plan's own entry matches where there is one."""
    iris = _by_code(kg)
    marks: dict[tuple[str, str], MatrixCell] = {}
    names: dict[str, Entity] = {}
    counts: Counter[str] = Counter()
    for name in ("stances", "partners"):
        for row in answered(kg, name, {"jurisdiction": "all"}, lang):
            technology = row["reference"] or row["technology"]
            if not isinstance(technology, Entity):
                continue
            names[technology.iri] = technology
            for code in str(row["jurisdiction"] or "").split("|"):
                if code not in iris or (iris[code], technology.iri) in marks:
                    continue
                counts[technology.iri] += 1
                values = {"technology": technology.iri, "jurisdiction": code}
                marks[iris[code], technology.iri] = _stance(row, values)
    columns = [names[iri] for iri, _ in counts.most_common(_COLUMNS)]
    planners = Counter(holder for holder, iri in marks if names[iri] in columns)
    rows = [Entity(whose.get(code, code), iri) for code, iri in iris.items() if iri in planners]
    rows.sort(key=lambda one: -planners[one.iri])
    return Matrix(tuple(rows), tuple(columns), marks)


def _stance(row: Mapping[str, object], values: Mapping[str, str]) -> MatrixCell:
    stance, generic = row["stance"], row.get("generic")
    if not isinstance(stance, Entity):
        return MatrixCell("named", "●", "", values)
    key = str(getattr(generic, "iri", "")).rpartition("/")[2]
    return MatrixCell(_STANCES.get(key, "named"), str(stance)[:1], str(stance), values)
