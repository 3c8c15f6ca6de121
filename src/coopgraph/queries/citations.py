"""Citations: the sources behind an answer; a format is a module of `queries/bibliography`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from coopgraph.formats import Family
from coopgraph.i18n import best
from coopgraph.queries.answer import Answer, Entity
from coopgraph.store import AnyStore
from coopgraph.vocabulary import expand

#: How citations are written.
BIBLIOGRAPHY: Final = Family("coopgraph.queries.bibliography")
_PROPERTIES: Final = (
    "dcterms:title", "coop:container", "dcterms:creator", "coop:authorName", "dcterms:publisher",
    "dcterms:issued", "coop:accessed", "dcterms:identifier", "foaf:page", "coop:sourceKind",
)  # fmt: skip
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
    values: dict[str, dict[str, list[Any]]] = {}
    sources = " ".join(f"<{iri}>" for iri in iris)
    for source, property_, value in store.select(_FACTS % (sources, " ".join(_PROPERTIES))):
        values.setdefault(source.value, {}).setdefault(property_.value, []).append(value)
    properties = [expand(name) for name in _PROPERTIES]
    told = {iri: [found.get(each, []) for each in properties] for iri, found in values.items()}
    creators = {term.value for found in told.values() for term in found[2]}
    names = store.labels(creators, lang)
    return {iri: _said(found, names, lang) for iri, found in told.items()}


def _said(found: Sequence[list[Any]], names: Mapping[str, str], lang: str) -> dict[str, Any]:
    """The facts among the values of `_PROPERTIES` of one source."""
    titles, containers, creators, authors, *others = found
    title, tag = best({term.language or "": term.value for term in titles}, lang)
    container, _ = best({term.language or "": term.value for term in containers}, tag or lang)
    publisher, issued, accessed, identifier, url, kind = (
        others_[0].value if others_ else "" for others_ in others
    )
    said = {
        "title": title,
        "lang": tag,
        "container": container,
        "authors": (
            *(names.get(term.value, term.value) for term in creators),
            *(name.strip() for term in authors for name in term.value.split(";") if name.strip()),
        ),
        "publisher": publisher,
        "issued": issued,
        "accessed": accessed,
        "identifier": identifier,
        "url": url,
        "kind": kind.rsplit("/", 1)[-1],
    }
    return {name: value for name, value in said.items() if value}


def cite(answer: Answer, store: AnyStore, format: str = "text") -> str:
    """The sources behind an answer as `text`, `bibtex`, `csl` or `ris`; raises `UnknownFormat`."""
    return str(BIBLIOGRAPHY.write(citations(answer, store), format))
