"""The query behind a picture, cut so that the page can put a selection of edges into it.

The page writes `prologue`, then a SELECT whose group holds a VALUES block of edges and the
projection itself as a subquery (SPARQL 1.1, section 12): whatever the projection does to make an
edge, the same edge comes out again.
"""

import re
from typing import Final

from coopgraph.network import Network
from coopgraph.vocabulary import ID, PREFIXES

_LEADING: Final = re.compile(r"(?:\s+|#[^\n]*(?:\n|\Z))+")
_DECLARED: Final = re.compile(r"PREFIX\s+([^\s:]*):\s*<[^>]*>|BASE\s*<[^>]*>", re.IGNORECASE)
_RELATIVE: Final = re.compile(r"<[\w-]+/")


def query_parts(network: Network) -> dict[str, str]:
    r"""`prologue`, `body` and `ends` (`edges` or `shared`) of the query; no `body` where the
    network comes from none that can stand inside another.

    >>> query_parts(Network("n", "", "", (), ()))
    {'prologue': '', 'ends': 'edges'}
    >>> query = "SELECT ?node ?via { ?via id:x ?node }"
    >>> parts = query_parts(Network("n", "", "", (), (), query=query))
    >>> parts["prologue"], parts["ends"]
    ('PREFIX id: <https://w3id.org/coopgraph/id/>\n', 'shared')
    """
    own, declared, body = [], set(), network.query
    while match := _LEADING.match(body) or _DECLARED.match(body):
        if not match[0].isspace() and not match[0].lstrip().startswith("#"):
            own.append(match[0])
            declared.add(match[1])  # None is the base
        body = body[match.end() :]
    start = body.partition("{")[0]
    if not re.match(r"SELECT\b", body, re.IGNORECASE) or re.search(r"\bFROM\b", start):
        return {"prologue": "", "ends": "edges"}
    used = [name for name in sorted(PREFIXES) if re.search(rf"(?<![\w-]){name}:", body)]
    lines = [f"PREFIX {name}: <{PREFIXES[name]}>" for name in used if name not in declared]
    if _RELATIVE.search(body) and None not in declared:
        lines.insert(0, f"BASE <{ID}>")
    shared = re.search(r"\?node\b", start) and re.search(r"\?via\b", start)
    return {
        "prologue": "".join(f"{line}\n" for line in [*lines, *own]),
        "ends": "shared" if shared else "edges",
        "body": body.strip(),
    }
