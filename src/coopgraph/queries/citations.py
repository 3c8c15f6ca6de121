"""Citations: the sources behind an answer; a format is a module of `queries/bibliography`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from coopgraph.formats.family import Family
from coopgraph.queries.answer import Answer, Entity
from coopgraph.store import AnyStore

#: How citations are written.
BIBLIOGRAPHY: Final = Family("coopgraph.queries.bibliography")
_FACTS: Final = """SELECT ?source ?creator ?publisher ?issued ?identifier ?page ?kind WHERE {
  VALUES ?source { %s }
  OPTIONAL { ?source dcterms:creator ?creator } OPTIONAL { ?source dcterms:publisher ?publisher }
  OPTIONAL { ?source dcterms:issued ?issued } OPTIONAL { ?source dcterms:identifier ?identifier }
  OPTIONAL { ?source foaf:page ?page } OPTIONAL { ?source coop:sourceKind ?kind }
} ORDER BY ?source ?creator"""


@dataclass(frozen=True)
class Citation:
    """One source, the rows of the answer that rest on it, and the places in it."""

    key: str
    iri: str
    title: str
    creators: tuple[str, ...]
    publisher: str
    issued: str
    identifier: str
    url: str
    kind: str
    places: tuple[tuple[int, str], ...]

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
            labels[iri],
            **facts[iri],
            places=tuple(dict.fromkeys(found)),
        )
        for iri, found in places.items()
    ]


def _facts(store: AnyStore, iris: Sequence[str], lang: str) -> dict[str, dict[str, Any]]:
    """What a citation says of each source."""
    if not iris:
        return {}
    rows = store.select(_FACTS % " ".join(f"<{iri}>" for iri in iris))
    creators: dict[str, list[str]] = {}
    for source, creator, *_ in rows:
        if creator is not None:
            creators.setdefault(source.value, []).append(creator.value)
    names = store.labels({iri for found in creators.values() for iri in found}, lang)
    found: dict[str, dict[str, Any]] = {}
    for source, _, publisher, issued, identifier, page, kind in rows:
        authors = dict.fromkeys(creators.get(source.value, ()))
        found[source.value] = {
            "creators": tuple(names.get(iri, iri) for iri in authors),
            "publisher": publisher.value if publisher else "",
            "issued": issued.value if issued else "",
            "identifier": identifier.value if identifier else "",
            "url": page.value if page else "",
            "kind": kind.value.rsplit("/", 1)[-1] if kind else "",
        }
    return found


def cite(answer: Answer, store: AnyStore, format: str = "text") -> str:
    """The sources behind an answer as `text`, `bibtex` or `csl`; raises `UnknownFormat`."""
    return str(BIBLIOGRAPHY.write(citations(answer, store), format))
