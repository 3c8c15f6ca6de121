"""Practice as three sets and two matrices: technologies, projects, institutions; which projects are
about a technology, by a close or narrow match, and who takes part in them.

Publications are a practice of the same form: what the same institutions published on one topic in
one year takes the place of a project. Its weight is the number of works; that of two who share it,
each work divided among the partners that an institution has in it (Newman 2001, https://doi.org/10.1103/PhysRevE.64.016132).
Practice is of one kind or of the other, never of both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Final, NamedTuple

from coopgraph.formats.ntriples import iri
from coopgraph.libraries import Floats, Ints, Matrix, np, sparse
from coopgraph.observation.technologies import PROJECTS, PUBLICATIONS
from coopgraph.store import AnyStore


class _Asked(NamedTuple):
    """The patterns of one kind of practice: who takes part in what, what that is about, in which
    year, and what it weighs, by itself and for two who share it (1 where nothing is asked)."""

    taking_part: str
    about: str
    year: str
    weights: str = ""


_KINDS: Final = {
    PROJECTS: _Asked(
        "?project coop:projectParticipant ?record .",
        "?project coop:technologyClose|coop:technologyNarrow ?technology",
        "?project coop:startDate ?start BIND(YEAR(?start) AS ?year)",
    ),
    PUBLICATIONS: _Asked(
        "?project a coop:CoPublication ; coop:institution ?record .",
        "?topic coop:technologyClose|coop:technologyNarrow ?technology . "
        "?project coop:topic ?topic ; a coop:CoPublication .",
        "?project coop:publicationYear ?start BIND(xsd:integer(STR(?start)) AS ?year)",
        "?project a coop:CoPublication ; coop:works ?works ; coop:fractionalWorks ?part",
    ),
}
_INSTITUTION: Final = (
    "{ SELECT ?record ?institution WHERE { ?record coop:canonical ?institution } }"
)
#: What the institutions of a country take part in, or of those that are members of a bloc at the
#: date; of no date, of those that are now.
_SEEN: Final = """{ SELECT DISTINCT ?project WHERE {
  { SELECT DISTINCT ?project ?from ?to WHERE { VALUES ?whose { %s }
    OPTIONAL { ?in org:organization ?whose ; org:member ?member .
      OPTIONAL { ?in coop:fromDate ?from } OPTIONAL { ?in coop:toDate ?to } }
    BIND(COALESCE(?member, ?whose) AS ?home) ?record coop:country ?home . %s } }
  OPTIONAL { SELECT ?project ?year WHERE { %s } }
  FILTER((!BOUND(?from) || !BOUND(?year) || ?year >= YEAR(?from))
    && (!BOUND(?to) || (BOUND(?year) && ?year <= YEAR(?to)))) } }"""


@dataclass(frozen=True)
class Practice:
    """`about`: technologies by projects; `taking_part`: projects by institutions; both of ones. The
    three tuples hold IRIs, sorted. `weights` are those of the projects, and `shares` those of two
    who take part in one, None for 1 each; `evidence` is the kind of practice."""

    technologies: tuple[str, ...]
    projects: tuple[str, ...]
    institutions: tuple[str, ...]
    about: Matrix
    taking_part: Matrix
    weights: Floats | None = None
    shares: Floats | None = None
    evidence: str = PROJECTS

    def weighted(self) -> Matrix:
        """Projects by institutions, each project with its weight."""
        return self._taking_part(self.weights)

    def _taking_part(self, weights: Floats | None) -> Matrix:
        if weights is None:
            return self.taking_part
        return self.taking_part.multiply(weights[:, None]).tocsr()

    def links(self) -> Matrix:
        """Technologies by institutions: in how many projects of the technology each takes part."""
        return (self.about @ self.weighted()).tocsr()

    def collaboration(self) -> Matrix:
        """Institutions by institutions: how many projects two share, the diagonal left out."""
        shared = (self.taking_part.T @ self._taking_part(self.shares)).tocsr()
        shared.setdiag(0)
        shared.eliminate_zeros()
        return shared

    def without(self, technologies: Ints, institutions: Ints) -> Practice:
        """The same without the given pairs (numbers, of one length): the institution does not
        take part in any project of the technology, so that nothing shows the link."""
        size = (len(self.technologies), len(self.institutions))
        hidden = sparse.coo_matrix(
            (np.ones(len(technologies)), (technologies, institutions)), shape=size
        )
        gone = (self.about.T @ hidden).multiply(self.taking_part)
        gone.data[:] = 1
        left = (self.taking_part - gone).tocsr()
        left.eliminate_zeros()
        return replace(self, taking_part=left)


def kinds_of_practice(store: AnyStore) -> tuple[list[str], list[str]]:
    """The kinds of evidence that a store holds, and those that it does not."""
    held: tuple[list[str], list[str]] = ([], [])
    for kind, asked in _KINDS.items():
        found = store.select(f"SELECT ?project WHERE {{ {asked.taking_part} }} LIMIT 1")
        held[not found].append(kind)
    return held


def read_practice(store: AnyStore, evidence: str = PROJECTS, whose: str = "") -> Practice:
    """The practice of one kind that a store holds, of a country or bloc only that in which its
    own institutions take part; empty where nothing was imported."""
    asked = _KINDS[evidence]
    seen = _SEEN % (iri(whose), asked.taking_part, asked.year) if whose else ""
    told = f"SELECT ?project ?institution WHERE {{ {seen} {asked.taking_part} {_INSTITUTION} }}"
    part = [row for row in store.rows(told) if len(row) == 2]
    about = list(store.rows(f"SELECT ?project ?technology WHERE {{ {asked.about} }}"))
    projects = {iri: n for n, iri in enumerate(sorted({row[0] for row in part}))}
    institutions = {iri: n for n, iri in enumerate(sorted({row[1] for row in part}))}
    technologies = {iri: n for n, iri in enumerate(sorted({row[1] for row in about}))}
    weights = shares = None
    if asked.weights:
        weights, shares = _weights(store, asked.weights, projects)
    members = np.array([(projects[p], institutions[i]) for p, i in part], dtype=np.int64)
    topics = np.array(
        [(technologies[t], projects[p]) for p, t in about if p in projects], dtype=np.int64
    )

    def ones(pairs: Ints, size: tuple[int, int]) -> Matrix:
        pairs = pairs.reshape(-1, 2)
        matrix = sparse.coo_matrix(
            (np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=size
        ).tocsr()
        matrix.data[:] = 1  # however often a row is repeated
        return matrix

    return Practice(
        tuple(iri[1:-1] for iri in technologies),
        tuple(iri[1:-1] for iri in projects),
        tuple(iri[1:-1] for iri in institutions),
        ones(topics, (len(technologies), len(projects))),
        ones(members, (len(projects), len(institutions))),
        weights,
        shares,
        evidence,
    )


def _weights(store: AnyStore, pattern: str, projects: Mapping[str, int]) -> tuple[Floats, Floats]:
    """The weight of each project, and that of two who share it; 1 where none is given."""
    weights, shares = np.ones(len(projects)), np.ones(len(projects))
    for project, works, part in store.rows(f"SELECT ?project ?works ?part WHERE {{ {pattern} }}"):
        if project in projects:
            weights[projects[project]], shares[projects[project]] = _number(works), _number(part)
    return weights, shares


def _number(term: str) -> float:
    """The number of a literal in SPARQL TSV; 0 for what is none.

    >>> _number("0.75"), _number('"2"^^<urn:t>'), _number('"many"')
    (0.75, 2.0, 0.0)
    """
    try:
        number = float(term[1:].partition('"')[0] if term[:1] == '"' else term)
    except ValueError:
        return 0.0
    return number if isfinite(number) and number > 0 else 0.0
