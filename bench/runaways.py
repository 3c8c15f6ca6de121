"""Five queries that would never end, and what the server does about them.

Shared by `make bench-serving` and the tests; the texts suit any graph of some size.
"""

from __future__ import annotations

from typing import Final

#: By what is without bound in them.
RUNAWAYS: Final = {
    "cross product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "path": (
        "SELECT (COUNT(*) AS ?n) { ?a (!<x:none>|^!<x:none>)* ?b . ?b (!<x:none>|^!<x:none>)* ?c }"
    ),
    "regex": (
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . "
        'FILTER(REGEX(CONCAT(STR(?c), STR(?f)), "((a|b|c|.)*){1,30}(x+x+)+y$", "i")) }'
    ),
    "ORDER BY": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY DESC(?f) ?c ?a",
    "CONSTRUCT": "CONSTRUCT { ?a ?e ?f } { ?a ?b ?c . ?d ?e ?f }",
}
