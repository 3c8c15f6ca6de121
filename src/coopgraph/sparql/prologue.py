"""The text of a query as it is sent elsewhere: with the prefixes and the base that we promise.

The embedded engine takes them beside the text; a server knows its own at best. Only those that
a query uses are written before it, on its first line, so that a server's line numbers stay
right; what the query declares itself counts.
"""

from __future__ import annotations

import re
from typing import Final

from coopgraph.sparql.dataset import Dataset
from coopgraph.sparql.tokens import tokens
from coopgraph.vocabulary import ID, PREFIXES

_DECLARED: Final = re.compile(r"\bprefix\s*([^\s:]*)\s*:", re.IGNORECASE)
_ABSOLUTE: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")
_PREFIXES: Final = re.compile(r"(?i)\bprefix\s+([\w-]*)\s*:\s*<([^<>\s]*)>")
_NAMED: Final = re.compile(r"([A-Za-z][\w-]*)\s*:")


def with_prologue(text: str) -> str:
    """`text` with those of our prefixes that it uses, and our base where it needs one.

    >>> with_prologue("ASK { ?s a coop:Technology }")
    'PREFIX coop: <https://w3id.org/coopgraph/ns#> ASK { ?s a coop:Technology }'
    >>> with_prologue("ASK { <technology/quantum> ?p ?o }")
    'BASE <https://w3id.org/coopgraph/id/> ASK { <technology/quantum> ?p ?o }'
    >>> with_prologue("PREFIX coop: <urn:x:> ASK { ?s a 'skos:x', coop:Code }  # id:y")
    "PREFIX coop: <urn:x:> ASK { ?s a 'skos:x', coop:Code }  # id:y"
    """
    words, iris = [], []
    for kind, _, token in tokens(text):
        if kind == "iri":
            iris.append(token)
        words.append(" " if kind in ("blank", "iri", "string") else token)
    plain = "".join(words)
    used = set(_NAMED.findall(plain)) - set(_DECLARED.findall(plain))
    lines = []
    if any(not _ABSOLUTE.match(iri) for iri in iris) and not re.search(r"(?i)\bbase\b", plain):
        lines.append(f"BASE <{ID}>")  # first, as SPARQL 1.0 had it, and Virtuoso still has
    lines += [f"PREFIX {name}: <{PREFIXES[name]}>" for name in PREFIXES if name in used]
    return " ".join([*lines, text])


def dataset_named(text: str) -> Dataset | None:
    """The dataset that FROM and FROM NAMED give, or None where its names are not plain IRIs or
    names with a declared prefix.

    It is sent beside the query that names it, which changes nothing by the protocol (SPARQL 1.1
    Protocol, section 2.1.4), for Oxigraph with a union default graph does not heed FROM.

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
        return mark[1:-1] if _ABSOLUTE.match(mark) else None
    prefix, _, local = mark.partition(":")
    ends = len(found) == 1 or found[1][1] > at + len(mark)
    return prefixes[prefix] + local if kind == "name" and prefix in prefixes and ends else None
