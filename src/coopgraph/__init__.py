"""coopgraph: the open knowledge graph of international science and technology cooperation strategy.

The public API in five lines:

    import coopgraph
    kg = coopgraph.open()                                # built from the shipped data when absent
    kg.query("partners", technology="quantum")           # a named question, or any SPARQL text
    kg.network("technology-partners")                    # a networkx graph
    kg.view("technology-partners", lang="ko").save("view.html")
"""

from typing import TYPE_CHECKING

from coopgraph.vocabulary import VERSION

__version__ = VERSION

if TYPE_CHECKING:
    from coopgraph.api import KnowledgeGraph as KnowledgeGraph
    from coopgraph.api import doctor as doctor
    from coopgraph.api import open as open  # noqa: A004
    from coopgraph.api import verify as verify

__all__ = ["KnowledgeGraph", "__version__", "doctor", "open", "verify"]


def __getattr__(name: str) -> object:
    """Load the API only when it is asked for: `import coopgraph` stays light (PEP 562)."""
    if name in __all__:
        from coopgraph import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
