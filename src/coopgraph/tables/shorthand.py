"""Shorthand: what one asks for without knowing the ontology, beside what says it exactly.

    skos:prefLabel                      rdfs:label
    coop:fiscalYear "2024"^^xsd:gYear   coop:year 2024
    coop:date "2024-06"^^xsd:gYearMonth dcterms:date, the same; coop:year 2024

A year is a number there, because SPARQL compares no two values of `xsd:gYear`. Each is a property
of its own, and no thing has two years or two dates.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from coopgraph.formats.ntriples import curie, typed

_BY_DATE: Final = ("coop:date", "dcterms:issued", "coop:startDate", "coop:fromDate")
_BY_YEAR: Final = (
    "coop:fiscalYear", "coop:budgetYear", "coop:publicationYear", "coop:assessedYear"
)  # fmt: skip
#: What says it exactly, by what says it again; a page shows it once.
EXACT: Final = {
    "rdfs:label": ("skos:prefLabel",),
    "dcterms:title": ("skos:prefLabel",),
    "dcterms:date": _BY_DATE,
    "coop:year": (*_BY_DATE, *_BY_YEAR),
}
_LABEL: Final = curie("skos:prefLabel")
_SAID_LABEL, _SAID_DATE, _SAID_YEAR = map(curie, ("rdfs:label", "dcterms:date", "coop:year"))
_DATES, _YEARS = (tuple(map(curie, names)) for names in (_BY_DATE, _BY_YEAR))
_KNOWN: Final = frozenset((_LABEL, *_DATES, *_YEARS))
_YEAR: Final = re.compile(r'"(\d{4})')


def shorthand(lines: Iterable[str]) -> Iterator[str]:
    """N-Triples lines, each followed by what it says in shorthand.

    >>> label = '<urn:a> <http://www.w3.org/2004/02/skos/core#prefLabel> "A"@en .'
    >>> [line.split("#")[1] for line in shorthand([label])]
    ['prefLabel> "A"@en .', 'label> "A"@en .']
    """
    for line in lines:
        yield line
        parts = line.split(" ", 2)
        if len(parts) < 3 or parts[1] not in _KNOWN:
            continue
        subject, predicate, value = parts
        if predicate == _LABEL:
            yield f"{subject} {_SAID_LABEL} {value}"
            continue
        if predicate in _DATES:
            yield f"{subject} {_SAID_DATE} {value}"
        if year := _YEAR.match(value):
            yield f"{subject} {_SAID_YEAR} {_number(year[1])} ."


@cache
def _number(year: str) -> str:
    return typed(year, "integer")
