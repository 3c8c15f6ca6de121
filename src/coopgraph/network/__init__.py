"""Networks: a network is a question, and a question is a file (`ontology/projections/*.rq`).

A projection selects either edges, `?source ?target ?kind` and further variables, or two-mode
rows, `?node ?via` and further variables, which are folded by a sparse matrix product. Either
way it yields one `Network`, of which the networkx graph, the picture, the measures and the
exports are views. See `coopgraph.network.model` for what nodes and edges carry, and
`coopgraph.network.projection` for what a projection may select.
"""

from coopgraph.network.elements import Edge, Evidence, Named, Node
from coopgraph.network.model import NETWORKS, Network
from coopgraph.network.projection import load_projection, project, projection_names

__all__ = [
    "NETWORKS", "Edge", "Evidence", "Named", "Network", "Node", "load_projection", "project",
    "projection_names",
]  # fmt: skip
