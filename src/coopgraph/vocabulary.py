"""The names: prefixes, IRIs, and the files that give them their meaning.

Prefix names and namespaces are those of https://prefix.cc where it has them.
"""

import re
from pathlib import Path
from typing import Final

from coopgraph.errors import ResourceMissing

VERSION: Final = "0.1.0"
COOP: Final = "https://w3id.org/coopgraph/ns#"
ID: Final = "https://w3id.org/coopgraph/id/"
GRAPH: Final = "https://w3id.org/coopgraph/graph/"
QUESTION: Final = "https://w3id.org/coopgraph/question/"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
PREF_LABEL: Final = "http://www.w3.org/2004/02/skos/core#prefLabel"

PREFIXES: Final[dict[str, str]] = {
    "coop": COOP,
    "id": ID,
    "graph": GRAPH,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": XSD,
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "void": "http://rdfs.org/ns/void#",
    "prov": "http://www.w3.org/ns/prov#",
    "org": "http://www.w3.org/ns/org#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "schema": "http://schema.org/",
    "oa": "http://www.w3.org/ns/oa#",
    "qb": "http://purl.org/linked-data/cube#",
    "sh": "http://www.w3.org/ns/shacl#",
    "eurio": "http://data.europa.eu/s66#",
    "frapo": "http://purl.org/cerif/frapo/",
    "obeu": "http://data.openbudgets.eu/ontology/dsd/dimension/",
    "unit": "http://qudt.org/vocab/unit/",
}

_CURIE = re.compile(r"([a-z][a-z0-9]*):([^\s/?#<>\"{}|\\^`][^\s<>\"{}|\\^`]*)?\Z")
#: A scheme, and the characters that RDF 1.1 allows inside an IRI (N-Triples, production IRIREF).
_IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]+\Z')
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


def expand(curie: str) -> str:
    """The IRI of a compact IRI with one of `PREFIXES`.

    Raises `KeyError` where the prefix is unknown: callers pass CURIEs of their own making.

    >>> expand("coop:Technology")
    'https://w3id.org/coopgraph/ns#Technology'
    """
    prefix, _, local = curie.partition(":")
    return PREFIXES[prefix] + local


def expand_or_none(text: str) -> str | None:
    """The IRI that `text` writes as a CURIE, or None where it is not one.

    >>> expand_or_none("id:technology/quantum")
    'https://w3id.org/coopgraph/id/technology/quantum'
    >>> expand_or_none("quantum") is None
    True
    """
    match = _CURIE.match(text)
    if match is None or match[1] not in PREFIXES:
        return None
    iri = PREFIXES[match[1]] + (match[2] or "")
    return iri if is_iri(iri) else None


def shrink(iri: str) -> str:
    """The shortest CURIE of `iri`, or `iri` itself where no prefix fits.

    >>> shrink("https://w3id.org/coopgraph/id/technology/quantum")
    'id:technology/quantum'
    >>> shrink("https://example.org/")
    'https://example.org/'
    """
    best = max(
        ((name, base) for name, base in PREFIXES.items() if iri.startswith(base)),
        key=lambda pair: len(pair[1]),
        default=None,
    )
    return f"{best[0]}:{iri[len(best[1]) :]}" if best else iri


def is_iri(text: str) -> bool:
    """Whether `text` is an absolute IRI that can stand between `<` and `>` in N-Triples.

    >>> is_iri("https://ror.org/042nb2s44"), is_iri("https://ex.org/a b"), is_iri("mit")
    (True, False, False)
    """
    return _IRI.match(text) is not None


def is_key(text: str) -> bool:
    """Whether `text` can be a key: lower-case ASCII words and digits joined by hyphens.

    >>> is_key("eth-zurich"), is_key("ETH Zürich")
    (True, False)
    """
    return _KEY.match(text) is not None


def is_any_key(text: str) -> bool:
    """Whether `text` can be the key of an entity; those of imports keep their capitals.

    >>> is_any_key("openalex-I27837315"), is_any_key("T10020"), is_any_key("ETH Zürich")
    (True, True, False)
    """
    return is_key(text.lower()) and text.isascii()


def entity_iri(kind: str, key: str) -> str:
    """The IRI of the entity `key` of class path `kind`.

    >>> entity_iri("technology", "quantum")
    'https://w3id.org/coopgraph/id/technology/quantum'
    """
    return f"{ID}{kind}/{key}"


def graph_iri(name: str) -> str:
    """The IRI of the named graph of a source.

    >>> graph_iri("derived/reconciliation")
    'https://w3id.org/coopgraph/graph/derived/reconciliation'
    """
    return GRAPH + name


def resources(folder: str) -> Path:
    """The folder `ontology` or `data` that ships with coopgraph.

    A wheel carries both inside the package; in a checkout (and an editable install) they
    stand at its top level. Raises `ResourceMissing` where neither is there.

    >>> (resources("ontology") / "coop.ttl").name
    'coop.ttl'
    """
    package = Path(__file__).resolve().parent
    for place in (package / folder, package.parent.parent / folder):
        if place.is_dir():
            return place
    raise ResourceMissing(
        f"the folder {folder!r} that ships with coopgraph is missing",
        remedy="install coopgraph again",
    )
