"""What networks are made of: nodes, edges, names, and the evidence of each edge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from coopgraph.i18n import LanguageMap, told
from coopgraph.i18n.languages import SOURCE
from coopgraph.queries.answer import Entity
from coopgraph.vocabulary import ID


@dataclass(frozen=True, slots=True)
class Named:
    """An IRI with its labels: a class, a kind of edge, a code, a country."""

    iri: str
    texts: LanguageMap

    @property
    def key(self) -> str:
        """The last part of one of our IRIs, else the IRI.

        >>> Named("https://w3id.org/coopgraph/id/country/us", LanguageMap({})).key
        'us'
        """
        return key_of(self.iri)

    @property
    def order(self) -> tuple[str, str]:
        """What it is sorted by: the label that a reader of English sees, then the IRI."""
        return self.label(SOURCE), self.iri

    def label(self, lang: str) -> str:
        """The label as a reader of `lang` sees it."""
        return self.texts.label(lang)


Value: TypeAlias = str | int | float | bool | Named


@dataclass(frozen=True, slots=True)
class Passage:
    """Where a passage is: `text[start:end]` in code points of the source text whose SHA-256
    is `text_sha256`; `span_sha256` is that of the passage without white space."""

    start: int
    end: int
    span_sha256: str
    text_sha256: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a source says so: the source, the place in it, where it can be read, and the passage
    as far as the store holds its position."""

    source: Named
    place: LanguageMap
    url: str = ""
    passage: Passage | None = None

    def locator(self, lang: str) -> str:
        """The place as a reader of `lang` sees it."""
        return self.place.label(lang)


@dataclass(frozen=True, slots=True)
class Node(Named):
    """An entity: IRI, labels, class, kind within the class, country, identifiers."""

    kind: Named
    subkind: Named | None = None
    country: Named | None = None
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """One row of the projection: two ends (numbers of nodes), its kind, and why it is there."""

    source: int
    target: int
    kind: Named
    weight: float = 1.0
    claim: str = ""
    attributes: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    evidence: tuple[Evidence, ...] = ()
    via: tuple[Named, ...] = ()

    @property
    def status(self) -> str:
        """The key of the edge's status, such as `draft` or `planned`; empty where unknown."""
        status = self.attributes.get("status", "")
        return status.key if isinstance(status, Named) else str(status)


def worded(iri: str, key: str, **values: object) -> Named:
    """An IRI called by a text of `coopgraph.i18n`.

    >>> worded("", "network-label.unclassed").label("en")
    'other'
    """
    return Named(iri, LanguageMap(told(key, **values)))


def located(source: Named, key: str) -> Evidence:
    """Evidence whose place is a text of `coopgraph.i18n`."""
    return Evidence(source, LanguageMap(told(key)))


def of_cell(entity: Entity, names: Mapping[str, Named] | None = None) -> Named:
    """The entity of a cell of an answer, with the labels that `names` has of it, by IRI."""
    return (names or {}).get(entity.iri) or Named(entity.iri, LanguageMap({"": str(entity)}))


def key_of(iri: str) -> str:
    """The last part of one of our IRIs, else the whole IRI."""
    return iri.rsplit("/", 1)[-1] if iri.startswith(ID) else iri
