"""The prologue of a query that is sent to an endpoint: our prefixes and our base.

The embedded engine gets them as parameters; a server has its own at best. Only those that a
query uses are added, on its first line, so that a server's line numbers stay right; the
query's own declarations have precedence.
"""

import re
from typing import Final

from coopgraph.sparql.dataset import ABSOLUTE
from coopgraph.sparql.tokens import tokens
from coopgraph.vocabulary import ID, PREFIXES

_DECLARED: Final = re.compile(r"\bprefix\s*([^\s:]*)\s*:", re.IGNORECASE)
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
    if any(not ABSOLUTE.match(iri) for iri in iris) and not re.search(r"(?i)\bbase\b", plain):
        lines.append(f"BASE <{ID}>")  # first, as SPARQL 1.0 had it, and Virtuoso still has
    lines += [f"PREFIX {name}: <{PREFIXES[name]}>" for name in PREFIXES if name in used]
    return " ".join([*lines, text])
