"""What a scenario changes, computed in memory from the tables: quicker than a store of its own, and
the same numbers, for they are of plans and money alone."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coopgraph.compiler.compiler import curated
from coopgraph.network import Network, project
from coopgraph.queries import Answer
from coopgraph.scenario.comparison import compare_measures, compare_networks
from coopgraph.scenario.file import Scenario
from coopgraph.scenario.tables import apply_scenario
from coopgraph.search import AnyIndex, index_of
from coopgraph.store import AnyStore, Store
from coopgraph.vocabulary import graph_iri, resources

#: The network of a plan's partners and stances.
NETWORK: Final = "technology-partners"
#: Tables that neither it nor a compared measure reads, and to which no other refers.
_UNREAD: Final = (
    *("technology_mappings", "statuses", "outcomes", "follow_ups"),
    *("indicators", "identifiers", "notations", "organisation_aliases", "link_decisions"),
)


@dataclass(frozen=True)
class Effect:
    """What is lost, kept and gained of the network of a plan, as the kinds of its edges, and every
    number that differs, as `compare_measures` gives them."""

    network: Network
    numbers: Answer


def effect_of(
    scenario: Scenario,
    store: AnyStore,
    index: AnyIndex | None = None,
    data: Path | None = None,
    lang: str = "en",
) -> Effect:
    """What `scenario` changes in `store`, which was built from the tables in `data`, by default the
    shipped ones. Raises `ScenarioInvalid`, `TablesInvalid`."""
    with tempfile.TemporaryDirectory() as folder:
        tables = Path(folder) / "data"
        apply_scenario(scenario, data or resources("data"), tables)
        for name in _UNREAD:
            (tables / f"{name}.csv").unlink(missing_ok=True)
        under = _in_memory(tables)
    # The store in memory has no index: whose plans are named by their IRIs.
    find = index or index_of(store)
    named = {name: find.named(key) if find else [] for name, key in scenario.scope.items()}
    scope = {name: hits[0].iri for name, hits in named.items() if hits}
    networks = [project(each, NETWORK, scope, index=index) for each in (store, under)]
    return Effect(compare_networks(*networks), compare_measures(store, under, lang, scope))


def _in_memory(data: Path) -> Store:
    """The tables as a store: what a build writes of them, without imports and what is derived from
    all together."""
    import pyoxigraph as ox

    engine = ox.Store()
    for name, lines in curated(data)[1].items():
        graph = ox.NamedNode(graph_iri(name))
        engine.bulk_load("\n".join(lines).encode(), ox.RdfFormat.N_TRIPLES, to_graph=graph)
    return Store(engine)
