"""Suggestions: which institutions could be partners in a technology, judged by practice.

Three views of the same projects, each a score for every institution:

    neighbours  with whom of those who work on the technology it shares projects, each counting
                1 over the number of all with whom that one does: the resource allocation index
                (Zhou, Lü and Zhang 2009, https://doi.org/10.1140/epjb/e2009-00335-8), the
                best of the common-neighbour scores that were tried here; it gives the order
    pagerank    personalised PageRank on the collaboration network, restarting from those who
                work on the technology (Haveliwala 2002, https://doi.org/10.1145/511446.511513)
    topics      its projects in kindred technologies: the cosine of two technologies over their
                institutions, times the logarithm of its projects there

They are judged on links that practice shows and that were hidden, along with `popularity` (number
of projects) and `random`; never on the declared partners, which are few and are what the
suggestions are compared with.
"""

from collections.abc import Collection
from typing import Final

from coopgraph.errors import FactError, UnknownEntity
from coopgraph.i18n import text
from coopgraph.libraries import Booleans, Floats, Ints, np
from coopgraph.measures.answer import columns, listed, table
from coopgraph.measures.centrality import pagerank, unweighted
from coopgraph.measures.practice import Practice
from coopgraph.network.elements import Node, names_of, nodes_of
from coopgraph.observation.technologies import PROJECTS, PUBLICATIONS
from coopgraph.queries import Answer
from coopgraph.store import AnyStore

METHODS: Final = ("neighbours", "pagerank", "topics", "popularity", "random")
EVALUATION: Final = ("method", "auc", "hits_at_10", "technologies", "hidden_links")
SUGGESTIONS: Final = columns(
    "partner country score neighbours through observed_links kindred pagerank"
)
_THROUGH: Final = 3
#: What an import holds, by the kind of practice.
_HELD: Final = {PROJECTS: "project", PUBLICATIONS: "paper"}


def scores(practice: Practice, technology: int, seed: int = 0) -> dict[str, Floats]:
    """For each of `METHODS` a score for every institution, higher is better. `technology` is its
    number in the practice. A technology that no institution works on has no start for a walk: its
    `pagerank` is zero throughout."""
    together = practice.collaboration()
    mine = np.asarray(practice.links()[technology].todense()).ravel()
    joined = unweighted(together)
    size = len(practice.institutions)
    return {
        "neighbours": joined @ ((mine > 0) / np.maximum(np.diff(joined.indptr), 1)),
        "pagerank": pagerank(together, personal=mine) if mine.sum() else np.zeros(size),
        "topics": _kindred(practice, technology),
        "popularity": np.asarray(practice.weighted().sum(axis=0)).ravel(),
        "random": np.random.default_rng(seed).random(size),
    }


def evaluate(
    practice: Practice, share: float = 0.1, seed: int = 0, least: int = 2
) -> list[tuple[str, float, float, int, int]]:
    """How well each method finds hidden links: rows of `EVALUATION`.

    `share` of the links between institutions and technologies (at least `least` for a
    technology to be counted) is hidden at random with `seed`, together with every participation
    that shows it. auc: the chance that a hidden institution is ranked above one without a
    link (0.5 is chance; Hanley and McNeil 1982). hits_at_10: the share of the ten best without
    a visible link that were hidden. Both are means over technologies. Raises `FactError` where
    there is too little to hide.
    """
    rows, columns = (practice.links() > 0).nonzero()
    chosen = np.random.default_rng(seed).random(len(rows)) < share
    hidden = practice.without(rows[chosen], columns[chosen])
    visible = hidden.links()
    results: dict[str, list[tuple[float, float]]] = {method: [] for method in METHODS}
    count = 0
    for technology in np.unique(rows[chosen]).tolist():
        gone = columns[chosen & (rows == technology)]
        if len(gone) < least:
            continue
        count += len(gone)
        is_hidden = np.zeros(len(practice.institutions), dtype=bool)
        is_hidden[gone] = True
        open_ = np.asarray(visible[technology].todense()).ravel() == 0
        for method, score in scores(hidden, technology, seed).items():
            wanted = is_hidden[open_]
            results[method].append((_auc(score[open_], wanted), _hits(score[open_], wanted)))
    if not results[METHODS[0]]:
        raise FactError(
            "there are too few observed links to hide some and look for them",
            remedy="import projects (coopgraph import cordis), or count whoever takes part: "
            "-p among=any",
        )
    means = {method: np.mean(found, axis=0) for method, found in results.items()}
    return [
        (method, float(means[method][0]), float(means[method][1]), len(results[method]), count)
        for method in METHODS
    ]


def _kindred(practice: Practice, technology: int) -> Floats:
    """Projects in the other technologies, weighted by how alike they are to this one."""
    links = practice.links()
    links.data = np.log1p(links.data)
    norms = np.sqrt(np.asarray(links.multiply(links).sum(axis=1)).ravel())
    alike = np.asarray((links @ links[technology].T).todense()).ravel()
    alike = np.divide(
        alike, norms * norms[technology], where=norms * norms[technology] > 0, out=alike * 0.0
    )
    alike[technology] = 0
    kindred: Floats = links.T @ alike
    return kindred


def _auc(score: Floats, wanted: Booleans) -> float:
    """The area under the ROC curve by ranks (Mann–Whitney U)."""
    from scipy.stats import rankdata

    hits, misses = int(wanted.sum()), int((~wanted).sum())
    if not hits or not misses:
        return 0.5
    above = rankdata(score)[wanted].sum() - hits * (hits + 1) / 2
    return float(above / (hits * misses))


def _hits(score: Floats, wanted: Booleans, top: int = 10) -> float:
    """The share of the `top` best that is wanted; ties in the order of the institutions."""
    best = np.argsort(-score, kind="stable")[:top]
    return float(wanted[best].sum() / min(top, max(1, len(score))))


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
    """The `top` institutions for `technology` (an IRI), best first; in `country` (an IRI) if given,
    `without` institutions or countries that are out of the question.

    Columns: partner, country, score (resource allocation index), neighbours (institutions of the
    technology with which it shares projects, or papers), through (the three with which it shares
    most), observed_links (its own projects, or papers written with others, in the technology),
    kindred (the technologies with its most), pagerank (personalised, adding up to 1 over all).
    Raises `UnknownEntity` where practice holds nothing of the technology.
    """
    if technology not in practice.technologies:
        raise UnknownEntity(
            f"no imported {_HELD[practice.evidence]} is about {technology!r}",
            remedy="coopgraph query mapping-coverage shows what the imports reach; "
            "-p among=any counts whoever takes part",
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
