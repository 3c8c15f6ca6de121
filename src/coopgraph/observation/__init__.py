"""Observation: what institutions really do together, by technology, as derived graphs.

Projects are assigned to technologies by the curated mappings (`technologies`); the bodies that
take part in them are counted per technology (`partners`). Both are computed once, at build and
import, so that no question has to join projects with their participants.
"""

from coopgraph.observation.partners import OBSERVED_GRAPH, Observed
from coopgraph.observation.technologies import TECHNOLOGIES_GRAPH, Technologies

__all__ = ["OBSERVED_GRAPH", "TECHNOLOGIES_GRAPH", "Observed", "Technologies"]
