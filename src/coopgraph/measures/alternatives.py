"""Who could be a partner in a technology, or stand in for one: a table with the reasons."""

from collections.abc import Collection
from typing import Final

from coopgraph.errors import UnknownEntity
from coopgraph.i18n import text
from coopgraph.libraries import Ints, np
from coopgraph.measures.answer import columns, listed, table
from coopgraph.measures.centrality import unweighted
from coopgraph.measures.practice import PROJECTS, PUBLICATIONS, Practice
from coopgraph.measures.suggestions import scores
from coopgraph.network.elements import Node
from coopgraph.network.labels import names_of, nodes_of
from coopgraph.queries import Answer
from coopgraph.store import AnyStore

SUGGESTIONS: Final = columns(
    "partner country score neighbours through observed_links kindred pagerank"
)
_THROUGH: Final = 3
#: What an import holds, by the kind of practice.
_HELD: Final = {PROJECTS: "project", PUBLICATIONS: "paper"}


def suggestions(
    store: AnyStore,
    practice: Practice,
    technology: str,
    lang: str = "en",
    *,
    country: str | None = None,
    without: Collection[str] = (),
    top: int = 20,
) -> Answer:
    """The `top` institutions for `technology` (an IRI), best first; in `country` (an IRI) if given.

    `without` are institutions or countries that are out of the question: those declared
    already, one that withdrew. Columns: partner, country, score (resource allocation index),
    neighbours (institutions of the technology with which it shares projects, or papers), through
    (the three with which it shares most), observed_links (its own projects, or papers written
    with others, in the technology), kindred (the technologies with its most), pagerank
    (personalised, adding up to 1 over all).
    Raises `UnknownEntity` where practice holds nothing of the technology.
    """
    if technology not in practice.technologies:
        raise UnknownEntity(
            f"no imported {_HELD[practice.evidence]} is about {technology!r}",
            remedy="coopgraph query mapping-coverage shows what the imports reach",
        )
    number = practice.technologies.index(technology)
    found = scores(practice, number)
    links = practice.links()
    mine = np.asarray(links[number].todense()).ravel()
    order = np.lexsort((-found["pagerank"], -found["neighbours"]))
    chosen = _chosen(store, practice, order[found["neighbours"][order] > 0], country, without, top)
    together = practice.collaboration()
    joined = unweighted(together)
    rows = []
    for i, node in chosen:
        near = joined[i].indices[mine[joined[i].indices] > 0]
        shared = np.asarray(together[i, near].todense()).ravel()
        kin = np.asarray(links[:, i].todense()).ravel()
        kin[number] = 0
        most = np.argsort(-kin, kind="stable")
        through = _labels(store, practice.institutions, near[np.lexsort((near, -shared))], lang)
        kindred = _labels(store, practice.technologies, most[kin[most] > 0], lang)
        who = (node, node.country)
        score, rank = float(found["neighbours"][i]), float(found["pagerank"][i])
        rows.append((*who, score, len(near), through, round(float(mine[i])), kindred, rank))
    title = text("measure.suggestions.title", lang)
    judged_by = text(f"measure.suggestions.{practice.evidence}", lang)
    return table(SUGGESTIONS, rows, lang, title, notes=[judged_by])


def _chosen(
    store: AnyStore,
    practice: Practice,
    order: Ints,
    country: str | None,
    without: Collection[str],
    top: int,
) -> list[tuple[int, Node]]:
    """The first `top` in `order` that may be asked, looked up a batch at a time."""
    found: list[tuple[int, Node]] = []
    step = max(50, 2 * top)
    for start in range(0, len(order), step):
        numbers = order[start : start + step].tolist()
        iris = (practice.institutions[i] for i in numbers)
        nodes = {node.iri: node for node in nodes_of(store, iris)}
        for i in numbers:
            node = nodes[practice.institutions[i]]
            home = node.country.iri if node.country else None
            if (country is None or home == country) and not {node.iri, home} & set(without):
                found.append((i, node))
        if len(found) >= top:
            break
    return found[:top]


def _labels(store: AnyStore, iris: tuple[str, ...], numbers: Ints, lang: str) -> str:
    """The labels of the first few."""
    wanted = [iris[i] for i in numbers[:_THROUGH].tolist()]
    names = names_of(store, wanted)
    return listed((names[iri] for iri in wanted), lang)
