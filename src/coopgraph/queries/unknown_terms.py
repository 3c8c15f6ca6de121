"""What a query names and no triple has: said where its answer is empty, with what is near; and
which of its terms are deprecated, with what replaces them.

A name that is misspelt is no error in SPARQL: it matches nothing.
"""

import contextlib
import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from functools import cached_property
from itertools import islice
from typing import Final

from coopgraph.errors import CoopgraphError
from coopgraph.formats.ntriples import iri as term
from coopgraph.i18n import choose
from coopgraph.i18n import text as text_of
from coopgraph.search import AnyIndex, index_of
from coopgraph.store import AnyStore
from coopgraph.vocabulary import COOP, GRAPH, ID, graph_iri, is_iri, shrink

#: Terms that are looked up, and those that are named with at most so many that are near.
_ASKED: Final = 200
_NAMED: Final = 5
_NEAR: Final = 3
_ALIKE: Final = 0.6
_KNOWN: Final = """SELECT ?t { VALUES ?t { %s }
  FILTER(EXISTS { ?t ?a ?b } || EXISTS { ?c ?t ?d } || EXISTS { ?e ?f ?t }
         || EXISTS { GRAPH ?t { ?g ?h ?i } }) }"""
_DEPRECATED: Final = """SELECT ?t ?by ?why { VALUES ?t { %s }
  ?t owl:deprecated true ; dcterms:isReplacedBy ?by ; skos:definition ?why } ORDER BY ?t ?by"""
#: The properties and classes of a graph: in the ontology those that it declares. Of a large graph
#: only a part is looked through.
_LABELS: Final = "SELECT ?t ?l { GRAPH graph:ontology { ?t rdfs:label ?l } }"
_USED: Final = """SELECT DISTINCT ?t { { SELECT ?t { GRAPH %s {
  { ?s ?t ?o } UNION { ?s a ?t }
} } LIMIT 100000 } }"""
#: Answers without a solution or a triple, or with one solution of zeros, in the formats of the W3C
#: (JSON and XML, CSV, TSV; Turtle and N-Triples, JSON-LD, RDF/XML), and a false one.
_EMPTY: Final = re.compile(
    rb'"bindings":\[(?:\{(?:"[^"]+":\{[^{}]*"value":"0"[^{}]*\},?)*\})?\]|"boolean":false'
    rb"|<results>(?:<result>(?:<binding[^<]*<literal[^<]*>0</literal></binding>)*</result>)?"
    rb"</results>|<boolean>false"
    rb"|\A[^\r\n]*\r\n(?:[0,]*\r\n)?\Z|\A(?:\?[^\n]*)?\n(?:[0\t]*\n)?\Z|\A(?:false|\[\])?\Z"
    rb"|<rdf:RDF[^>]*>\s*</rdf:RDF>"
)
#: No such answer is longer, but one of very many columns.
_LONGEST: Final = 1 << 12
#: Code points of a term that are shown; nothing is near one that is longer.
_SHOWN: Final = 200


def counts_something(rows: Sequence[Sequence[object]]) -> bool:
    """Whether an answer has a row, and more than one whose cells are all zero, false or empty.

    >>> counts_something([[0]]), counts_something([["0"]])
    (False, True)
    """
    return len(rows) > 1 or any(cell not in (None, 0) for row in rows for cell in row)


def is_empty(body: bytes) -> bool:
    r"""Whether an answer, in a format of the W3C, has no row, is false, or counts nothing.

    >>> is_empty(b"a,b\r\n"), is_empty(b"?n\n0\n"), is_empty(b"<s> <p> <o> .\n")
    (True, True, False)
    """
    return len(body) <= _LONGEST and _EMPTY.search(body) is not None


def notes_of_empty(
    store: AnyStore, terms: Iterable[str], index: AnyIndex | None, lang: str = "en"
) -> tuple[str, ...]:
    """A line for each of `terms` (IRIs) that no triple has; `index` is that of the store, where
    it is open."""
    lines, names = [], _Suggestions(store, index)
    with contextlib.suppress(CoopgraphError):  # the answer is there, and says what it says
        for iri in unknown_terms(store, terms)[:_NAMED]:
            shown, near = shrink(iri), ""
            if len(shown) > _SHOWN:
                shown = f"{shown[:_SHOWN]}…"
            else:
                near = ", ".join(names.near(iri))
            key = "answer.unknown-near" if near else "answer.unknown"
            lines.append(text_of(key, lang, term=shown, near=near))
    return tuple(lines)


def notes_of_values(store: AnyStore, literals: Iterable[str], lang: str = "en") -> Iterator[str]:
    """A line for each of `literals` (as SPARQL writes them) that no triple has."""
    for literal in literals:
        if not store.select(f"SELECT ?s {{ ?s ?p {literal} }} LIMIT 1"):
            shown = literal[1:].partition('"')[0]
            yield text_of("answer.unknown", lang, term=shown, near="")


def notes_of_deprecated(store: AnyStore, terms: Iterable[str], lang: str = "en") -> tuple[str, ...]:
    """A line for each of `terms` (IRIs) that is deprecated: why, and by what it is replaced."""
    new: dict[str, set[str]] = {}
    texts: dict[str, dict[str, str]] = {}
    asked = sorted({iri for iri in terms if iri.startswith(COOP) and is_iri(iri)})[:_ASKED]
    with contextlib.suppress(CoopgraphError):
        query = _DEPRECATED % " ".join(map(term, asked))
        for found, by, why in store.select(query) if asked else ():
            new.setdefault(old := shrink(found.value), set()).add(shrink(by.value))
            texts.setdefault(old, {})[why.language or ""] = why.value
    return tuple(
        text_of(
            "answer.deprecated",
            lang,
            term=old,
            why=choose(texts[old], lang),
            near=", ".join(sorted(near)),
        )
        for old, near in new.items()
    )


def unknown_terms(store: AnyStore, terms: Iterable[str]) -> list[str]:
    """Those of the first 200 `terms` that are in no triple, and the name of no graph."""
    asked = list(islice(filter(is_iri, terms), _ASKED))
    if not asked:
        return []
    known = {found.value for (found,) in store.select(_KNOWN % " ".join(map(term, asked)))}
    return [iri for iri in asked if iri not in known]


class _Suggestions:
    """What a store has that is called almost as a term."""

    def __init__(self, store: AnyStore, index: AnyIndex | None) -> None:
        self._store, self._index = store, index

    def near(self, iri: str) -> list[str]:
        """What is called almost as `iri`, as CURIEs; nothing where the store cannot say."""
        with contextlib.suppress(CoopgraphError):
            if iri.startswith(GRAPH):
                found = _alike(iri, [graph_iri(part.graph) for part in self._store.manifest.parts])
            elif iri.startswith(ID):
                found = self._entities(iri)
            else:
                name = _name(iri)
                found = [one for one, names in self._vocabulary.items() if name in names]
                found = found or _alike(iri, self._vocabulary)
            return [shrink(one) for one in islice(found, _NEAR)]
        return []

    @cached_property
    def _vocabulary(self) -> dict[str, set[str]]:
        """The terms of the ontology with their labels, and those of imported files of RDF: who
        brings them asks for them."""
        parts = self._store.manifest.parts
        graphs = [part.graph for part in parts if part.about.get("kind") == "rdf"]
        known: dict[str, set[str]] = {}
        for found, label in self._store.select(_LABELS):
            known.setdefault(found.value, {_name(found.value)}).add(_folded(label.value))
        for graph in ("ontology", *graphs):
            for (found,) in self._store.select(_USED % term(graph_iri(graph))):
                known.setdefault(found.value, {_name(found.value)})
        return known

    def _entities(self, iri: str) -> list[str]:
        if self._index is None:
            opened = index_of(self._store)
            if opened is None:
                return []
            with contextlib.closing(opened):
                return _Suggestions(self._store, opened)._entities(iri)
        path, _, key = iri.rpartition("/")
        words = key.replace("-", " ")
        return (
            [hit.iri for hit in self._index.named(key.lower()) or self._index.named(words)]
            or _alike(iri, self._index.beginning(f"{path}/{key[:1].lower()}"))
            or [hit.iri for hit in self._index.search(words, limit=_NEAR)]
        )


def _alike(iri: str, known: Iterable[str]) -> list[str]:
    """Those whose names are spelt almost as that of `iri`, the most alike first."""
    names: dict[str, list[str]] = {}
    for one in known:
        names.setdefault(_name(one), []).append(one)
    close = get_close_matches(_name(iri), names, n=_NEAR, cutoff=_ALIKE)
    return [one for name in close for one in names[name]]


def _name(iri: str) -> str:
    return _folded(re.split(r"[#/:]", iri)[-1])


def _folded(text: str) -> str:
    return re.sub(r"[ _-]", "", text).casefold()
