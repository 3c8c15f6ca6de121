"""Citations: the sources behind an answer; a format is a module of `queries/bibliography`."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from coopgraph.formats import Family
from coopgraph.i18n import best
from coopgraph.queries.answer import Answer, Entity
from coopgraph.store import AnyStore
from coopgraph.vocabulary import shrink

#: The terms that are said of a source, by property (a CURIE).
_Values: TypeAlias = defaultdict[str, list[Any]]

#: How citations are written.
BIBLIOGRAPHY: Final = Family("coopgraph.queries.bibliography")
#: What is said of a source in one value, by the field of a citation.
_SINGLE: Final = {
    "publisher": "dcterms:publisher",
    "issued": "dcterms:issued",
    "accessed": "coop:accessed",
    "identifier": "dcterms:identifier",
    "url": "foaf:page",
    "kind": "coop:sourceKind",
}
_SEVERAL: Final = ("dcterms:title", "coop:container", "dcterms:creator", "coop:authorName")
_FACTS: Final = """SELECT ?source ?property ?value WHERE {
  VALUES ?source { %s } VALUES ?property { %s } ?source ?property ?value
} ORDER BY ?source ?property ?value"""


@dataclass(frozen=True)
class Citation:
    """One source, the rows of the answer that rest on it, and the places in it.

    The title is in the source's own language (`lang`, a tag, empty where that is not said), the
    dates as precise as they are known: `2024`, `2024-06`, `2024-06-27`.
    """

    key: str
    iri: str
    title: str
    lang: str = ""
    container: str = ""
    authors: tuple[str, ...] = ()
    publisher: str = ""
    issued: str = ""
    accessed: str = ""
    identifier: str = ""
    url: str = ""
    kind: str = ""
    places: tuple[tuple[int, str], ...] = ()

    @property
    def notes(self) -> list[str]:
        """The rows and places as lines."""
        return [f"row {row}: {place}" if place else f"row {row}" for row, place in self.places]


def citations(answer: Answer, store: AnyStore) -> list[Citation]:
    """The sources behind an answer, each once, in the order of first use."""
    places: dict[str, list[tuple[int, str]]] = {}
    labels: dict[str, str] = {}
    for row in answer.sources():
        source = row["source"]
        if isinstance(source, Entity):
            labels[source.iri] = str(source)
            places.setdefault(source.iri, []).append(
                (int(str(row["row"])), str(row["locator"] or ""))
            )
    facts = _facts(store, list(places), answer.lang)
    return [
        Citation(
            iri.rsplit("/", 1)[-1],
            iri,
            **{"title": labels[iri], **facts.get(iri, {})},
            places=tuple(dict.fromkeys(found)),
        )
        for iri, found in places.items()
    ]


def _facts(store: AnyStore, iris: Sequence[str], lang: str) -> dict[str, dict[str, Any]]:
    """What a citation says of each source."""
    if not iris:
        return {}
    sources, properties = " ".join(f"<{iri}>" for iri in iris), (*_SEVERAL, *_SINGLE.values())
    values = defaultdict[str, _Values](lambda: defaultdict(list))
    for source, name, value in store.select(_FACTS % (sources, " ".join(properties))):
        values[source.value][shrink(name.value)].append(value)
    creators = {term.value for found in values.values() for term in found["dcterms:creator"]}
    names = store.labels(creators, lang)
    return {iri: _said(found, names, lang) for iri, found in values.items()}


def _said(found: _Values, names: Mapping[str, str], lang: str) -> dict[str, Any]:
    """The fields of a citation that are filled in, from what is said of its source."""
    titles = _by_tag(found["dcterms:title"])
    title, tag = best(titles, lang)
    container, _ = best(_by_tag(found["coop:container"]), tag or lang)
    printed = (name.strip() for term in found["coop:authorName"] for name in term.value.split(";"))
    creators = (names.get(term.value, term.value) for term in found["dcterms:creator"])
    said = {field: found[name][0].value for field, name in _SINGLE.items() if found[name]}
    said["kind"] = said.get("kind", "").rsplit("/", 1)[-1]
    authors = (*creators, *filter(None, printed))
    # One in several languages is the label, which stands for a title that is not known and is ours.
    own = tag if len(titles) == 1 else ""
    said |= {"title": title, "lang": own, "container": container, "authors": authors}
    return {field: value for field, value in said.items() if value}


def _by_tag(terms: Sequence[Any]) -> dict[str, str]:
    """Texts by the tag of their language."""
    return {term.language or "": term.value for term in terms}


def cite(answer: Answer, store: AnyStore, format: str = "text") -> str:
    """The sources behind an answer as `text`, `biblatex`, `csl-json` or `ris`. Raises
    `UnknownFormat`."""
    return str(BIBLIOGRAPHY.write(citations(answer, store), format))
