"""The dataset of a query (SPARQL 1.1, section 13), and its clauses FROM and FROM NAMED."""

import re
from typing import Final, NamedTuple

from coopgraph.sparql.tokens import PREFIX, tokens
from coopgraph.vocabulary import PREFIXES

_FROM: Final = re.compile("from", re.IGNORECASE)
_PREFIXES: Final = re.compile(r"(?i)\bprefix\s+([\w-]*)\s*:\s*<([^<>\s]*)>")
#: The beginning of an IRI that is absolute.
ABSOLUTE: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")


class Dataset(NamedTuple):
    """The dataset of a query, by the IRIs of its graphs; a graph that the store does not hold
    is empty."""

    default: tuple[str, ...]
    named: tuple[str, ...]


def names_dataset(text: str) -> bool:
    """Whether a query names its dataset with FROM or FROM NAMED.

    As with SERVICE, the engine needs no blank around the keyword.

    >>> names_dataset("ASK FROM <http://a.example/> { ?from ?p 'from' }")
    True
    >>> names_dataset("ASK { ?from ?p 'FROM' }  # from")
    False
    """
    if not _FROM.search(text):
        return False
    known = {*PREFIXES, *PREFIX.findall(text)}
    for kind, _, token in tokens(text):
        if kind == "word" and _FROM.search(token):
            return True
        prefix = token.partition(":")[0]
        if kind == "name" and prefix not in known and _FROM.match(prefix):
            return True
    return False


def dataset_named(text: str) -> Dataset | None:
    """The dataset that FROM and FROM NAMED give, or None where its names are not plain IRIs or
    names with a declared prefix.

    It is sent along with the query that names it, which changes nothing by the protocol (SPARQL 1.1
    Protocol, section 2.1.4), for Oxigraph with a union default graph ignores FROM.

    >>> dataset_named("ASK FROM graph:article FROM NAMED <http://a.example/g> { ?s ?p ?o }")
    Dataset(default=('https://w3id.org/coopgraph/graph/article',), named=('http://a.example/g',))
    """
    prefixes = {**PREFIXES, **dict(_PREFIXES.findall(text))}
    real = [token for token in tokens(text) if token[0] != "blank"]
    default: list[str] = []
    named: list[str] = []
    depth = 0
    for i, (kind, _, mark) in enumerate(real):
        depth += (mark == "{") - (mark == "}")
        if kind != "word" or depth or mark.lower() != "from":
            continue
        is_named = real[i + 1][2].lower() == "named"
        iri = _absolute(real[i + 1 + is_named : i + 3 + is_named], prefixes)
        if iri is None:
            return None
        (named if is_named else default).append(iri)
    return Dataset(tuple(default), tuple(named)) if default or named else None


def _absolute(found: list[tuple[str, int, str]], prefixes: dict[str, str]) -> str | None:
    """The IRI of the first of two tokens, unless the second may belong to it."""
    if not found:
        return None
    kind, at, mark = found[0]
    if kind == "iri":
        return mark[1:-1] if ABSOLUTE.match(mark) else None
    prefix, _, local = mark.partition(":")
    ends = len(found) == 1 or found[1][1] > at + len(mark)
    return prefixes[prefix] + local if kind == "name" and prefix in prefixes and ends else None
