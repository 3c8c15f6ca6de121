"""Strategy: measures of concentration, dependence, overlap, position and practice.

Every function is plain: it takes shares, a projection, a networkx graph or a sparse matrix,
changes none of them, and gives an answer with labels, IRIs and sources. `measure` computes one
by name on a store.
"""

from coopgraph.measures.catalogue import (
    Measure,
    list_measures,
    load_measure,
    measure,
    measure_names,
)
from coopgraph.measures.computation import MeasureData

__all__ = ["Measure", "MeasureData", "list_measures", "load_measure", "measure", "measure_names"]
