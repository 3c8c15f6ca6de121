"""What an answer about practice looked through: how many projects or papers were imported, from
where, of which years, and how many of them have participants or an institution of the planner.

Computed from the store at hand: an import that is removed is named no more.
"""

from collections.abc import Iterator
from typing import Final

from coopgraph.formats.ntriples import iri
from coopgraph.i18n import choose, text
from coopgraph.queries.scope import default_jurisdiction
from coopgraph.store import AnyStore
from coopgraph.vocabulary import entity_iri

_COVERAGE: Final = """
SELECT ?items ?part ?first ?last { VALUES ?node { %s }
  ?node coop:itemsImported ?items .
  OPTIONAL { ?node coop:itemsWithParticipants ?part }
  OPTIONAL { ?node coop:firstYear ?first ; coop:lastYear ?last } }"""
_HOME: Final = """
SELECT ?items ?code { VALUES ?node { %s }
  ?node coop:itemsAtHome ?items ; coop:among ?whose . ?whose coop:jurisdictionCode ?code }"""
#: Graphs of imports in which something stands that makes a kind of practice.
_GRAPHS: Final = """
SELECT DISTINCT ?graph { ?account coop:accountOf ?graph
  FILTER EXISTS { GRAPH ?graph { ?of_it %s ?thing } } } ORDER BY ?graph"""
_MARKS: Final = {"projects": "coop:participant", "publications": "coop:institution"}


def notes_of_coverage(store: AnyStore, kinds: str, whose: str, lang: str) -> Iterator[str]:
    """A line for each of the kinds of practice (names, parted by spaces) that was imported; `whose`
    is the IRI of the jurisdiction that is asked about, empty for the default."""
    whose = whose or default_jurisdiction(store) or ""
    for kind in kinds.split():
        for items, part, first, last in store.select(_COVERAGE % _node(kind)):
            graphs = [graph.value for (graph,) in store.select(_GRAPHS % _MARKS[kind])]
            titles = store.texts(graphs)
            sources = "; ".join(choose(titles[each], lang) for each in graphs if each in titles)
            years = f"{first.value}–{last.value}" if first and last else "–"
            said = {"items": int(items.value), "years": years, "sources": sources or "–"}
            if part is None:
                yield text(f"coverage.{kind}", lang, **said)
                continue
            said["taking_part"] = int(part.value)
            at_home = _node(f"{kind}-{whose.rpartition('/')[2]}")
            home = next(iter(store.select(_HOME % at_home)), None) if whose else None
            if home is None:
                yield text(f"coverage.{kind}", lang, **said)
            else:
                number, code = int(home[0].value), home[1].value
                yield text(f"coverage.{kind}-at-home", lang, **said, home=number, whose=code)


def _node(key: str) -> str:
    return iri(entity_iri("practice-coverage", key))
