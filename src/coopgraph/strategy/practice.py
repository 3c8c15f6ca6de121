"""Practice as three sets and two matrices: technologies, projects, institutions; which
projects are about a technology, and who takes part in them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from ..store import AnyStore

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from .centrality import Ints

_TAKING_PART: Final = """SELECT ?project ?institution WHERE {
  ?project coop:projectParticipant ?record .
  { SELECT ?record ?institution WHERE { ?record coop:canonical ?institution } }
}"""
_ABOUT: Final = """SELECT ?project ?technology WHERE {
  ?project coop:technologyClose|coop:technologyNarrow|coop:technologyBroad ?technology
}"""


@dataclass(frozen=True)
class Practice:
    """`about`: technologies by projects; `taking_part`: projects by institutions; both of ones.

    The three tuples hold IRIs, sorted.
    """

    technologies: tuple[str, ...]
    projects: tuple[str, ...]
    institutions: tuple[str, ...]
    about: csr_matrix
    taking_part: csr_matrix

    def links(self) -> csr_matrix:
        """Technologies by institutions: in how many projects of the technology each takes part."""
        return (self.about @ self.taking_part).tocsr()

    def collaboration(self) -> csr_matrix:
        """Institutions by institutions: how many projects two share, the diagonal left out."""
        shared = (self.taking_part.T @ self.taking_part).tocsr()
        shared.setdiag(0)
        shared.eliminate_zeros()
        return shared

    def without(self, technologies: Ints, institutions: Ints) -> Practice:
        """The same without the given pairs (numbers, of one length): the institution does not
        take part in any project of the technology, so that nothing tells of the link."""
        import numpy as np
        from scipy.sparse import coo_matrix

        size = (len(self.technologies), len(self.institutions))
        hidden = coo_matrix((np.ones(len(technologies)), (technologies, institutions)), shape=size)
        gone = (self.about.T @ hidden).multiply(self.taking_part)
        gone.data[:] = 1
        left = (self.taking_part - gone).tocsr()
        left.eliminate_zeros()
        return replace(self, taking_part=left)


def read_practice(store: AnyStore) -> Practice:
    """The practice that a store holds; empty where nothing was imported."""
    import numpy as np
    from scipy.sparse import coo_matrix

    part = [row for row in store.rows(_TAKING_PART) if len(row) == 2]
    about = list(store.rows(_ABOUT))
    projects = {iri: n for n, iri in enumerate(sorted({row[0] for row in part}))}
    institutions = {iri: n for n, iri in enumerate(sorted({row[1] for row in part}))}
    technologies = {iri: n for n, iri in enumerate(sorted({row[1] for row in about}))}
    members = np.array([(projects[p], institutions[i]) for p, i in part], dtype=np.int64)
    topics = np.array(
        [(technologies[t], projects[p]) for p, t in about if p in projects], dtype=np.int64
    )

    def ones(pairs: Ints, size: tuple[int, int]) -> csr_matrix:
        pairs = pairs.reshape(-1, 2)
        matrix = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=size).tocsr()
        matrix.data[:] = 1  # however often a row is repeated
        return matrix

    return Practice(
        tuple(iri[1:-1] for iri in technologies),
        tuple(iri[1:-1] for iri in projects),
        tuple(iri[1:-1] for iri in institutions),
        ones(topics, (len(technologies), len(projects))),
        ones(members, (len(projects), len(institutions))),
    )
