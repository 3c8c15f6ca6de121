"""The code lists of `ontology/codes.ttl`: which codes a scheme has, and their labels."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from coopgraph.errors import ResourceMissing
from coopgraph.libraries import ox
from coopgraph.vocabulary import ID, PREF_LABEL, resources


@dataclass(frozen=True)
class Codes:
    """Codes by scheme, and labels by (scheme, code), each by language."""

    by_scheme: dict[str, set[str]] = field(default_factory=dict)
    labels: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)

    def scheme_of(self, code: str) -> str | None:
        """A scheme that holds `code`, if any does."""
        return self._schemes.get(code)

    @cached_property
    def _schemes(self) -> dict[str, str]:
        """The first scheme that holds each code."""
        return {code: s for s, codes in reversed(self.by_scheme.items()) for code in codes}


def read_codes(path: Path | None = None) -> Codes:
    """The code lists of a Turtle file (the shipped one by default).

    A code is any subject `id:{scheme}/{code}` that has a `skos:prefLabel`.

    >>> sorted(read_codes().by_scheme["partner-role"])
    ['conditional', 'excluded', 'intended']
    """
    path = path or resources("ontology") / "codes.ttl"
    if not path.is_file():
        raise ResourceMissing("the code lists are missing", place=path.name)
    schemes: dict[str, set[str]] = defaultdict(set)
    labels: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
        if not (isinstance(quad.subject, ox.NamedNode) and quad.predicate.value == PREF_LABEL):
            continue
        scheme, _, code = quad.subject.value.removeprefix(ID).partition("/")
        if (
            quad.subject.value.startswith(ID)
            and scheme != "codelist"
            and isinstance(quad.object, ox.Literal)
        ):
            schemes[scheme].add(code)
            labels[scheme, code][quad.object.language or ""] = quad.object.value
    return Codes(dict(schemes), dict(labels))
