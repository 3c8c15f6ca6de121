"""The IRIs that a query names, in full."""

import re
from typing import Final
from urllib.parse import urljoin

from coopgraph.sparql.dataset import ABSOLUTE
from coopgraph.sparql.tokens import tokens
from coopgraph.vocabulary import ID, PREFIXES, XSD

_IRI: Final = r'<([^<>"{}|^`\\\x00-\x20]*)>'
_DECLARED: Final = re.compile(rf"\b(?:base\s*|prefix\s*([\w.-]*)\s*:\s*){_IRI}", re.IGNORECASE)
_LOCAL: Final = r"(?:[\w:-]|\.(?=[\w.:%\\-])|%[0-9A-Fa-f]{2}|\\.)*"
#: An IRI or a name; not that of a datatype, nor of a function.
_TERM: Final = re.compile(
    rf"(\^\^\s*)?(?:{_IRI}|(?<![\w:?$])((?:[^\W\d_][\w.-]*)?):({_LOCAL}))(\s*\()?"
)
_TEMPLATE: Final = re.compile(r"\s*construct\s*\{", re.IGNORECASE)


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
    for declared in _DECLARED.finditer(plain):
        iri = _absolute(base, declared[2])
        if declared[1] is None:
            base = iri
        else:
            prefixes[declared[1]] = iri
    asked = _without_template(_DECLARED.sub(" ", plain))
    found = []
    for typed, iri, prefix, local, called in _TERM.findall(asked):
        if typed or called or not (iri or prefix in prefixes):
            continue
        found.append(
            urljoin(base, iri) if iri else prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)
        )
    return [iri for iri in dict.fromkeys(found) if not iri.startswith(XSD)]


def _absolute(base: str, iri: str) -> str:
    return iri if ABSOLUTE.match(f"<{iri}") else urljoin(base, iri)


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
