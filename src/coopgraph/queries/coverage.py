"""What an answer about practice looked through: how many projects or papers were imported, from
where, of which years, and how many of them have participants or an institution of the planner;
where they are too few to rank anybody; and why nothing was found.

Computed from the store at hand: an import that is removed is named no more.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import Any, Final, NamedTuple

from coopgraph.formats.ntriples import iri
from coopgraph.i18n import LanguageMap, choose, text
from coopgraph.queries.absence import Absence
from coopgraph.queries.parameters import AMONG
from coopgraph.queries.scope import default_jurisdiction
from coopgraph.store import AnyStore
from coopgraph.vocabulary import GRAPH, entity_iri

#: The node by name: where it is a variable, the engine reads every first year that there is.
_COVERAGE: Final = """
SELECT ?items ?part ?first ?last { %(node)s coop:itemsImported ?items .
  OPTIONAL { %(node)s coop:itemsWithParticipants ?part }
  OPTIONAL { %(node)s coop:firstYear ?first ; coop:lastYear ?last } }"""
#: Programmes of imported lists, and those that their ministries tag with a technology.
_PROGRAMMES: Final = """
SELECT (COUNT(DISTINCT ?programme) AS ?items) (COUNT(DISTINCT ?tagged) AS ?part)
  (MIN(STR(?year)) AS ?first) (MAX(STR(?year)) AS ?last) {
  ?programme coop:reviewCommittee ?committee ; coop:budgetYear ?year .
  OPTIONAL { ?tag coop:ofProgramme ?programme ; a coop:TechnologyTag BIND(?programme AS ?tagged) }
}"""
_OWNED: Final = """
SELECT ?programme { ?programme coop:reviewCommittee ?committee ; coop:owner/coop:country %s }
LIMIT 1"""
_HOME: Final = """
SELECT ?items ?code { VALUES ?node { %s }
  ?node coop:itemsAtHome ?items ; coop:among ?whose . ?whose coop:jurisdictionCode ?code }"""
#: Graphs of imports in which something stands that makes a kind of practice.
_GRAPHS: Final = """
SELECT DISTINCT ?graph { ?account coop:accountOf ?graph
  FILTER EXISTS { GRAPH ?graph { ?of_it %s ?thing } } } ORDER BY ?graph"""
_MARKS: Final = {
    "projects": "coop:participant",
    "publications": "coop:institution",
    "programmes": "coop:reviewCommittee",
}
#: Technologies of which there are some joint projects or papers, but fewer than a rank needs: with
#: institutions of jurisdictions, or with whomever. The numbers below it are named: so the engine
#: looks those few up, where it would read every first partner that there is.
_FEW: Final = """
SELECT DISTINCT ?technology ?evidence ?items ?code {
  { SELECT DISTINCT ?tie ?items { VALUES ?items { %s } ?tie coop:jointItemsOfAll ?items } }
  ?tie coop:jointRank 1 ; coop:among ?whose ; coop:technology ?technology ;
    coop:evidenceKind ?evidence . ?whose coop:jurisdictionCode ?code
} ORDER BY ?technology ?evidence ?code"""
_FEW_OF_ANY: Final = """
SELECT ?technology ?evidence ?items ?code { ?store coop:rankFloor ?floor .
  ?all a coop:PracticeCoverage ; coop:technology ?technology ; coop:evidenceKind ?evidence ;
    coop:itemsWithParticipants ?items FILTER(0 < ?items && ?items < ?floor)
} ORDER BY ?technology ?evidence"""
#: How many partners were counted of each technology, and how many there are.
_KEPT: Final = """
SELECT ?technology ?evidence ?code (COUNT(DISTINCT ?tie) AS ?kept) (MAX(?number) AS ?every) {
  ?tie coop:among ?whose ; coop:technology ?technology ; coop:evidenceKind ?evidence ;
    coop:jointPartners ?number . ?whose coop:jurisdictionCode ?code
} GROUP BY ?technology ?evidence ?code ORDER BY ?technology ?evidence ?code"""
#: How many pairs of institutions are shown by themselves, and how many there are.
_PAIRS: Final = f"""
SELECT (COUNT(?pair) AS ?shown) (MAX(?every) AS ?all) {{ %s coop:institutionPairs ?every .
  ?pair coop:foremostPairAmong %s ; coop:pairedOn {iri(entity_iri("evidence-kind", "publications"))}
}}"""
_FLOOR: Final = "SELECT ?floor { ?store coop:rankFloor ?floor }"
_NAMED: Final = 6
#: How many joint partners of each technology and kind of evidence the build keeps at least.
SHOWN: Final = 120
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
    """What was imported of a kind of practice: its text, what stands in it, the titles of its
    sources, and whether they may hold the same and are added up all the same."""

    text: str
    said: dict[str, object]
    titles: list[LanguageMap]
    is_repeated: bool = False

    def told(self, lang: str) -> str:
        """It in words."""
        sources = "; ".join(choose(title, lang) for title in self.titles) or "–"
        told = text(f"coverage.{self.text}", lang, **self.said, sources=sources)
        return f"{told}; {text('coverage.repeated', lang)}" if self.is_repeated else told


def looked_through(store: AnyStore, kinds: str, whose: str) -> Iterator[LookedThrough]:
    """Each of the kinds of practice (names, parted by spaces) that was imported; `whose` is the IRI
    of the jurisdiction that is asked about, empty for the default."""
    whose = whose or default_jurisdiction(store) or ""
    for kind in filter(_MARKS.get, kinds.split()):
        for items, part, first, last in _held(store, kind):
            graphs = [graph.value for (graph,) in store.select(_GRAPHS % _MARKS[kind])]
            titles = store.texts(graphs)
            years = f"{first.value}–{last.value}" if first and last else "–"
            said: dict[str, object] = {"items": int(items.value), "years": years}
            said["taking_part"] = int(part.value) if part is not None else "–"
            at_home = _node(f"{kind}-{whose.rpartition('/')[2]}")
            homes = store.select(_HOME % at_home) if part is not None and whose else ()
            for number, code in homes:
                said |= {"home": int(number.value), "whose": code.value}
            name = f"{kind}-at-home" if "home" in said else kind
            known = [titles[each] for each in graphs if each in titles]
            # Papers by a map of columns are known to no other import.
            mapped = any(each.startswith(f"{GRAPH}import/map/") for each in graphs)
            is_repeated = kind == "publications" and mapped and len(graphs) > 1
            yield LookedThrough(name, said, known, is_repeated)


def _held(store: AnyStore, kind: str) -> list[tuple[Any, ...]]:
    """One row of what was imported of a kind: items, how many of them have participants (of
    programmes, a technology), the first and the last year; no row where nothing was."""
    if kind != "programmes":
        return store.select(_COVERAGE % {"node": _node(kind)})
    return [row for row in store.select(_PROGRAMMES) if int(row[0].value)]


def notes_of_practice(
    store: AnyStore,
    kinds: str,
    asked: Mapping[str, str],
    ranked: Collection[str] | None = (),
    size: int = 0,
) -> Iterator[Callable[[str], str]]:
    """What a reader of an answer that counts practice must know, each to be told in a language:
    that it is not the planner's own, where whoever takes part is asked for; which of the
    technologies whose partners it ranks (`ranked`, None: any) have too few joint items, or more
    partners than are kept where so many (`size`) or certain ones are asked for; and what was looked
    through. `asked` are terms by the names of parameters."""
    if AMONG in asked:  # the planner's own practice is what nothing is asked for
        yield partial(text, "answer.among-any")
    whose = asked.get("jurisdiction", "")[1:-1]
    if ranked is None or ranked or size:
        own = whose if "jurisdiction" in asked else default_jurisdiction(store) or ""
        yield from floor_notes(store, kinds, None if AMONG in asked else own, ranked)
        if AMONG not in asked:
            some = asked.get("technology", "")[1:-1]
            certain = bool(asked.keys() & {"country", "partner"})
            if certain or size > SHOWN:
                yield from _kept_notes(store, kinds, own, 10**9 if certain else size, some)
    yield from (each.told for each in looked_through(store, kinds, whose))


def floor_notes(
    store: AnyStore, kinds: str, whose: str | None, ranked: Collection[str] | None = None
) -> Iterator[Callable[[str], str]]:
    """That partners in some of the technologies `ranked` (None: all) have no rank, for there are
    fewer joint items of the kinds than the floor of the store; nothing where there are none.
    `whose` is the IRI of a jurisdiction, empty for all, None for whoever takes part."""
    floor = rank_floor(store)
    below = " ".join(map(str, range(1, floor)))
    found = store.select(_FEW_OF_ANY if whose is None else _among(_FEW % below, whose))
    few = [
        (technology.value, kind, code.value if code and not whose else "", int(items.value))
        for technology, evidence, items, code in found
        if (kind := evidence.value.rpartition("/")[2]) in kinds.split()
        and (ranked is None or technology.value in ranked)
    ]
    if few:
        yield partial(_told_of, store, "floor", few, floor=floor)


def _kept_notes(
    store: AnyStore, kinds: str, whose: str, size: int, technology: str
) -> Iterator[Callable[[str], str]]:
    """That there are more partners than those that the build counted, where `size` of each
    technology are asked for."""
    left_out = [
        (of.value, kind, code.value if not whose else "", int(kept.value), int(every.value))
        for of, evidence, code, kept, every in store.select(_among(_KEPT, whose))
        if (kind := evidence.value.rpartition("/")[2]) in kinds.split()
        and technology in ("", of.value)
        and int(kept.value) < min(size, int(every.value))
    ]
    if left_out:
        yield partial(_told_of, store, "kept", left_out)


def pair_notes(store: AnyStore, asked: Mapping[str, str], lang: str) -> Iterator[str]:
    """Which pairs of institutions are known where the build counted them and kept some."""
    if asked.keys() & {AMONG, "topic", "year", "match"}:
        return
    whose = asked.get("jurisdiction", "")[1:-1] or default_jurisdiction(store) or ""
    at_home = _node(f"publications-{whose.rpartition('/')[2]}")
    for shown, every in store.select(_PAIRS % (at_home, iri(whose))) if whose else ():
        if every is not None and int(shown.value) < int(every.value):
            yield text("coverage.pairs", lang, int(shown.value), int(every.value))


def _among(query: str, whose: str) -> str:
    """A query about the practice of one jurisdiction, if it is named: by a variable the engine
    reads that of all."""
    return query.replace("?whose", iri(whose)) if whose else query


def _told_of(
    store: AnyStore, what: str, found: list[tuple[Any, ...]], lang: str, **said: object
) -> str:
    """What is said of technologies, each with its numbers: rows of technology, kind of evidence,
    code of a jurisdiction (empty: that which is asked for), numbers."""
    labels = store.labels([technology for technology, *_ in found], lang)
    which = []
    for technology, kind, code, *numbers in found[:_NAMED]:
        named = " ".join(filter(None, (code, labels.get(technology, technology))))
        which.append(text(f"coverage.{what}-{kind}", lang, *numbers, technology=named))
    if len(found) > _NAMED:
        which.append(text("coverage.more", lang, len(found) - _NAMED))
    return text(f"coverage.{what}", lang, which=", ".join(which), **said)


def rank_floor(store: AnyStore) -> int:
    """From how many joint items of a technology on its partners are ranked; 1 where a store says
    nothing."""
    return max((int(floor.value) for (floor,) in store.select(_FLOOR)), default=1)


def absences(
    store: AnyStore, kinds: str, asked: Mapping[str, str], lang: str = "en"
) -> Iterator[Absence]:
    """Why nothing of the kinds of data (names, parted by spaces) is found: of each kind the first
    of the four reasons that holds. `asked` are terms by the names of parameters, as SPARQL writes
    them: those of technology, evidence, country, partner and year say what was looked for."""
    evidence = asked.get("evidence", "")[1:-1].rpartition("/")[2]
    for kind in kinds.split():
        if kind == "programmes" or evidence in ("", kind):
            yield _absence(store, kind, asked, lang)


def _absence(store: AnyStore, kind: str, asked: Mapping[str, str], lang: str) -> Absence:
    held = _held(store, kind)
    if not held:
        return Absence("not-imported", kind)
    items, _, first, last = held[0]
    years = f"{first.value}–{last.value}" if first and last else "–"
    said = {"items": int(items.value), "years": years}
    for outside in _outside(store, kind, asked, held[0], lang):
        return Absence("not-covered", kind, {**said, **outside})
    about = " ".join(term for name in ("country", "partner") if (term := asked.get(name)))
    for body, programme in store.select(_BARRED % about) if about and kind == "projects" else ():
        names = store.labels([body.value, programme.value], lang)
        told = {"body": names.get(body.value, ""), "programme": names.get(programme.value, "")}
        return Absence("not-eligible", kind, told)
    return Absence("none", kind, said)


def _outside(
    store: AnyStore, kind: str, asked: Mapping[str, str], held: tuple[Any, ...], lang: str
) -> Iterator[dict[str, object]]:
    """What is asked for and outside what was imported (a row of `_held`), as words of it say."""
    _, part, first, last = held
    if kind == "projects" and not int(part.value):
        yield {"outside": "participants"}
    technology = asked.get("technology", "")[1:-1].rpartition("/")[2]
    if technology and kind == "projects":
        node = _node(f"{kind}-of-{technology}")
        for of_it, known, *_ in store.select(_COVERAGE % {"node": node}):
            if int(of_it.value) and not int(known.value):
                yield {"outside": "technology", "of_it": int(of_it.value)}
    for name in ("year", "first_year", "last_year"):
        year = asked.get(name, "").strip('"').partition('"')[0]
        if year and first and last and not first.value <= year <= last.value:
            yield {"outside": "year", "year": year}
    whose = asked.get("jurisdiction")
    if whose and kind == "programmes" and not store.select(_OWNED % whose):
        names = store.labels([whose[1:-1]], lang)
        yield {"outside": "owner", "whose": names.get(whose[1:-1], "")}


def _node(key: str) -> str:
    return iri(entity_iri("practice-coverage", key))
