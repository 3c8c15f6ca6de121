"""The dataset of a query (SPARQL 1.1, section 13), its clauses FROM and FROM NAMED, the prologue of
one that is sent to an endpoint, and the IRIs that it names."""

import re
from typing import Final, NamedTuple
from urllib.parse import urljoin

from coopgraph.sparql.tokens import PREFIX, tokens
from coopgraph.vocabulary import ID, PREFIXES, XSD

_FROM: Final = re.compile("from", re.IGNORECASE)
_PREFIXES: Final = re.compile(r"(?i)\bprefix\s+([\w-]*)\s*:\s*<([^<>\s]*)>")
#: The beginning of an IRI that is absolute.
ABSOLUTE: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")
_DECLARED: Final = re.compile(r"\bprefix\s*([^\s:]*)\s*:", re.IGNORECASE)
_NAMED: Final = re.compile(r"([A-Za-z][\w-]*)\s*:")
_IRI: Final = r'<([^<>"{}|^`\\\x00-\x20]*)>'
_PROLOGUES: Final = re.compile(rf"\b(?:base\s*|prefix\s*([\w.-]*)\s*:\s*){_IRI}", re.IGNORECASE)
_LOCAL: Final = r"(?:[\w:-]|\.(?=[\w.:%\\-])|%[0-9A-Fa-f]{2}|\\.)*"
#: An IRI or a name; not that of a datatype, nor of a function.
_TERM: Final = re.compile(
    rf"(\^\^\s*)?(?:{_IRI}|(?<![\w:?$])((?:[^\W\d_][\w.-]*)?):({_LOCAL}))(\s*\()?"
)
_TEMPLATE: Final = re.compile(r"\s*construct\s*\{", re.IGNORECASE)


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
    if any(not ABSOLUTE.match(iri) for iri in iris) and not re.search(r"(?i)\bbase\b", plain):
        lines.append(f"BASE <{ID}>")  # first, as SPARQL 1.0 had it, and Virtuoso still has
    lines += [f"PREFIX {name}: <{PREFIXES[name]}>" for name in PREFIXES if name in used]
    return " ".join([*lines, text])


def query_terms(text: str) -> list[str]:
    r"""The IRIs that `text` asks for, each once: what a CONSTRUCT makes is not asked for.

    Those of datatypes and functions are left out, and names of a prefix that is not declared.

    >>> query_terms("PREFIX e: <urn:e:> ASK { ?a e:b.c coop:plan, '1'^^e:f } # e:g")
    ['urn:e:b.c', 'https://w3id.org/coopgraph/ns#plan']
    >>> query_terms("CONSTRUCT { ?s a <urn:new> } { ?s a <a> FILTER(xsd:integer(?s) > 1) }")
    ['https://w3id.org/coopgraph/id/a']
    """
    plain = "".join(_plain(kind, token) for kind, _, token in tokens(text))
    prefixes, base = dict(PREFIXES), ID
    for declared in _PROLOGUES.finditer(plain):
        iri = declared[2] if ABSOLUTE.match(f"<{declared[2]}") else urljoin(base, declared[2])
        if declared[1] is None:
            base = iri
        else:
            prefixes[declared[1]] = iri
    asked = _without_template(_PROLOGUES.sub(" ", plain))
    found = []
    for typed, iri, prefix, local, called in _TERM.findall(asked):
        if typed or called or not (iri or prefix in prefixes):
            continue
        found.append(
            urljoin(base, iri) if iri else prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)
        )
    return [iri for iri in dict.fromkeys(found) if not iri.startswith(XSD)]


def _plain(kind: str, token: str) -> str:
    """A token; of a blank and a string only what divides it from its neighbours."""
    if kind == "string":
        return '""^^' if token.endswith("^^") else '""'
    return " " if kind == "blank" else token


def _without_template(text: str) -> str:
    """A query without the triples that its CONSTRUCT makes; `text` has no strings in it."""
    begin = _TEMPLATE.match(text)
    if begin is None:
        return text
    depth = 1
    for at in range(begin.end(), len(text)):
        depth += (text[at] == "{") - (text[at] == "}")
        if depth == 0:
            return text[at + 1 :]
    return text
