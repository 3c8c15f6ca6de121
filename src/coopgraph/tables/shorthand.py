"""Shorthand: what one asks for without knowing the ontology, beside what says it exactly.

    skos:prefLabel                      rdfs:label
    coop:fiscalYear "2024"^^xsd:gYear   coop:year 2024
    coop:date "2024-06"^^xsd:gYearMonth dcterms:date, the same; coop:year 2024

A year is a number there, because SPARQL compares no two values of `xsd:gYear`. Each is a property
of its own, and no thing has two years or two dates.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from coopgraph.formats.ntriples import curie, typed

_LABEL: Final = curie("skos:prefLabel")
_DATES: Final = tuple(
    map(curie, ("coop:date", "dcterms:issued", "coop:startDate", "coop:fromDate"))
)
_YEARS: Final = tuple(
    map(curie, ("coop:fiscalYear", "coop:budgetYear", "coop:publicationYear", "coop:assessedYear"))
)
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
        subject, _, rest = line.partition(" ")
        predicate, _, value = rest.partition(" ")
        if predicate not in _KNOWN:
            continue
        if predicate == _LABEL:
            yield f"{subject} {curie('rdfs:label')} {value}"
        if predicate in _DATES:
            yield f"{subject} {curie('dcterms:date')} {value}"
        if predicate != _LABEL and (year := _YEAR.match(value)):
            yield f"{subject} {curie('coop:year')} {typed(year[1], 'integer')} ."
