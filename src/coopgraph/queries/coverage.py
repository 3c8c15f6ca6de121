"""What an answer about practice looked through: how many projects or papers were imported, from
where, of which years, and how many of them have participants or an institution of the planner; and
why nothing was found.

Computed from the store at hand: an import that is removed is named no more.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final, NamedTuple

from coopgraph.formats.ntriples import iri
from coopgraph.i18n import LanguageMap, choose, text
from coopgraph.queries.absence import Absence
from coopgraph.queries.parameters import AMONG
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
_TAGGED: Final = "SELECT ?tag { ?tag a coop:TechnologyTag } LIMIT 1"
#: A country, or that of a body, which no programme of the imported projects names as eligible
#: where all of them name some.
_BARRED: Final = """
SELECT DISTINCT ?asked ?programme { VALUES ?asked { %s }
  OPTIONAL { ?asked coop:country ?home } BIND(COALESCE(?home, ?asked) AS ?country)
  ?country a coop:Country . ?programme coop:eligible ?some .
  FILTER EXISTS { ?project a coop:Project ; coop:inProgramme ?programme }
  FILTER NOT EXISTS { ?programme coop:eligible ?country }
  FILTER NOT EXISTS { ?in org:member ?country ; org:organization ?bloc .
    ?programme coop:eligible ?bloc }
  FILTER NOT EXISTS { ?other a coop:Project ; coop:inProgramme ?open
    MINUS { ?open coop:eligible ?those } }
} ORDER BY ?asked ?programme LIMIT 1"""


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
    for kind in filter(_MARKS.get, kinds.split()):
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


def notes_of_practice(
    store: AnyStore, kinds: str, asked: Mapping[str, str]
) -> Iterator[Callable[[str], str]]:
    """What a reader of an answer that counts practice must know, each to be told in a language:
    that it is not the planner's own, where whoever takes part is asked for, and what was looked
    through. `asked` are terms by the names of parameters."""
    if AMONG in asked:  # the planner's own practice is what nothing is asked for
        yield partial(text, "answer.among-any")
    whose = asked.get("jurisdiction", "")[1:-1]
    yield from (each.told for each in looked_through(store, kinds, whose))


def absences(
    store: AnyStore, kinds: str, asked: Mapping[str, str], lang: str = "en"
) -> Iterator[Absence]:
    """Why nothing of the kinds of data (names, parted by spaces) is found: of each kind the first
    of the four reasons that holds. `asked` are terms by the names of parameters, as SPARQL writes
    them: those of technology, evidence, country, partner and year say what was looked for."""
    evidence = asked.get("evidence", "")[1:-1].rpartition("/")[2]
    for kind in kinds.split():
        if kind == "programmes":
            if not store.select(_TAGGED):
                yield Absence("not-imported", kind)
        elif evidence in ("", kind):
            yield _absence(store, kind, asked, lang)


def _absence(store: AnyStore, kind: str, asked: Mapping[str, str], lang: str) -> Absence:
    held = store.select(_COVERAGE % _node(kind))
    if not held:
        return Absence("not-imported", kind)
    items, part, first, last = held[0]
    years = f"{first.value}–{last.value}" if first and last else "–"
    said = {"items": int(items.value), "years": years}
    if part is not None and not int(part.value):
        return Absence("not-covered", kind, {**said, "outside": "participants"})
    if technology := asked.get("technology", "")[1:-1].rpartition("/")[2]:
        for of_it, known, *_ in store.select(_COVERAGE % _node(f"{kind}-of-{technology}")):
            if int(of_it.value) and not int(known.value):
                outside = {"outside": "technology", "of_it": int(of_it.value)}
                return Absence("not-covered", kind, {**said, **outside})
    for name in ("year", "first_year", "last_year"):
        year = asked.get(name, "").strip('"').partition('"')[0]
        if year and first and last and not first.value <= year <= last.value:
            return Absence("not-covered", kind, {**said, "outside": "year", "year": year})
    about = " ".join(term for name in ("country", "partner") if (term := asked.get(name)))
    for body, programme in store.select(_BARRED % about) if about and kind == "projects" else ():
        names = store.labels([body.value, programme.value], lang)
        told = {"body": names.get(body.value, ""), "programme": names.get(programme.value, "")}
        return Absence("not-eligible", kind, told)
    return Absence("none", kind, said)


def _node(key: str) -> str:
    return iri(entity_iri("practice-coverage", key))
