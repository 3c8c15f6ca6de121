"""What an answer about practice looked through: how many projects or papers were imported, from
where, of which years, and how many of them have participants or an institution of the planner.

Computed from the store at hand: an import that is removed is named no more.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from coopgraph.formats.ntriples import iri
from coopgraph.i18n import LanguageMap, choose, text
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


class LookedThrough(NamedTuple):
    """What was imported of a kind of practice: its text, what stands in it, and the titles of its
    sources."""

    text: str
    said: dict[str, object]
    titles: list[LanguageMap]

    def told(self, lang: str) -> str:
        """It in words."""
        sources = "; ".join(choose(title, lang) for title in self.titles) or "–"
        return text(f"coverage.{self.text}", lang, **self.said, sources=sources)


def looked_through(store: AnyStore, kinds: str, whose: str) -> Iterator[LookedThrough]:
    """Each of the kinds of practice (names, parted by spaces) that was imported; `whose` is the IRI
    of the jurisdiction that is asked about, empty for the default."""
    whose = whose or default_jurisdiction(store) or ""
    for kind in kinds.split():
        for items, part, first, last in store.select(_COVERAGE % _node(kind)):
            graphs = [graph.value for (graph,) in store.select(_GRAPHS % _MARKS[kind])]
            titles = store.texts(graphs)
            years = f"{first.value}–{last.value}" if first and last else "–"
            said: dict[str, object] = {"items": int(items.value), "years": years}
            at_home = _node(f"{kind}-{whose.rpartition('/')[2]}")
            homes = store.select(_HOME % at_home) if part is not None and whose else ()
            if part is not None:
                said["taking_part"] = int(part.value)
            for number, code in homes:
                said |= {"home": int(number.value), "whose": code.value}
            name = f"{kind}-at-home" if "home" in said else kind
            yield LookedThrough(name, said, [titles[each] for each in graphs if each in titles])


def _node(key: str) -> str:
    return iri(entity_iri("practice-coverage", key))
