"""Programmes of the Korean R&D budget as N-Triples lines."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from coopgraph.formats.ntriples import curie, iri, string
from coopgraph.i18n import told
from coopgraph.importers.kr_budget.names import SOURCE
from coopgraph.tables.triples import in_languages
from coopgraph.vocabulary import COOP, ID, XSD, entity_iri

_A: Final = curie("rdf:type")
_LABEL: Final = curie("skos:prefLabel")
_AMOUNT: Final = f"<{COOP}amount>"
_CURRENCY: Final = f"<{COOP}currency> <{ID}currency/krw>"
_TECHNOLOGY: Final = f"<{COOP}technology>"
_TRUE: Final = f'"true"^^<{XSD}boolean>'
_SOURCE: Final = iri(entity_iri("source", SOURCE))
_KINDS: Final = tuple(f"{_A} {curie(name)} ." for name in ("coop:Programme", "prov:Entity"))


@dataclass(frozen=True)
class Programme:
    """One programme, checked: amounts in won, tags by key.

    `number` is its id in the list. Ministries that run a programme jointly each list their part
    under the same id: the `key` of a further part also names its owner.
    """

    number: str
    key: str
    name: str
    year: str
    owner: str
    committee: str
    won: int
    technologies: dict[str, int]
    areas: dict[str, int]

    @property
    def overlapping(self) -> bool:
        """Whether the technology tags add up to more than the total."""
        return sum(self.technologies.values()) > self.won


@dataclass(frozen=True)
class SubProgramme:
    """One sub-programme, checked; of its tags only the technologies are kept."""

    number: str
    name: str
    won: int
    technologies: tuple[str, ...]


def programme_triples(
    programme: Programme, words: list[str], labels: Mapping[str, Mapping[str, str]]
) -> Iterator[str]:
    """The lines of a programme and its tags; `words` flag it as cooperation where not empty."""
    node = f"<{ID}programme/kr-{programme.key}>"
    yield from _common(node, programme, programme.name, programme.won, words)
    yield from _place(programme)
    yield f"{node} <{COOP}reviewCommittee> <{ID}review-committee/{programme.committee}> ."
    if programme.overlapping:
        yield f"{node} <{COOP}tagsOverlap> {_TRUE} ."
    for key, won in programme.technologies.items():
        yield f"{node} {_TECHNOLOGY} <{ID}technology/{key}> ."
        tag = f"<{ID}technology-tag/kr-{programme.key}-{key}>"
        yield f"{tag} {_A} <{COOP}TechnologyTag> ."
        yield f"{tag} {_TECHNOLOGY} <{ID}technology/{key}> ."
        yield from _tag(tag, programme, won, labels[key])
    for key, won in programme.areas.items():
        tag = f"<{ID}policy-tag/kr-{programme.key}-{key}>"
        yield f"{tag} {_A} <{COOP}PolicyTag> ."
        yield f"{tag} <{COOP}policyArea> <{ID}policy-area/{key}> ."
        yield from _tag(tag, programme, won, labels[key])


def sub_programme_triples(
    programme: Programme, line: SubProgramme, words: list[str]
) -> Iterator[str]:
    """The lines of a sub-programme."""
    node = f"<{ID}programme/kr-{programme.key}-{line.number}>"
    yield from _common(node, programme, line.name, line.won, words)
    yield f"{node} {curie('dcterms:isPartOf')} <{ID}programme/kr-{programme.key}> ."
    for key in line.technologies:
        yield f"{node} {_TECHNOLOGY} <{ID}technology/{key}> ."


def _common(
    node: str, programme: Programme, name: str, won: int, words: list[str]
) -> Iterator[str]:
    for kind in _KINDS:
        yield f"{node} {kind}"
    yield f"{node} {_LABEL} {string(name, 'ko')} ."
    for name in ("owner", "ministry"):
        yield f"{node} <{COOP}{name}> <{ID}organisation/{programme.owner}> ."
    yield f'{node} <{COOP}budgetYear> "{programme.year}"^^<{XSD}gYear> .'
    yield f"{node} <{COOP}phase> <{ID}phase/allocation> ."
    yield f'{node} {_AMOUNT} "{won}"^^<{XSD}decimal> .'
    yield f"{node} {_CURRENCY} ."
    yield from _sourced(node, programme)
    if words:
        yield f"{node} <{COOP}aboutCooperation> {_TRUE} ."
        yield f"{node} <{COOP}cooperationReason> {string(', '.join(words))} ."


def _tag(tag: str, programme: Programme, won: int, label: Mapping[str, str]) -> Iterator[str]:
    named = {lang: f"{programme.name}: {text}" for lang, text in label.items()}
    yield from in_languages(tag, "skos:prefLabel", named)
    yield f"{tag} <{COOP}ministry> <{ID}organisation/{programme.owner}> ."
    yield f"{tag} <{COOP}ofProgramme> <{ID}programme/kr-{programme.key}> ."
    yield f'{tag} {_AMOUNT} "{won}"^^<{XSD}decimal> .'
    yield f"{tag} {_CURRENCY} ."
    yield from _sourced(tag, programme)


def _sourced(node: str, programme: Programme) -> Iterator[str]:
    yield f"{node} <{COOP}source> {_SOURCE} ."
    yield f"{node} <{COOP}evidence> <{ID}evidence/kr-{programme.key}> ."


def _place(programme: Programme) -> Iterator[str]:
    """The place of a programme in the list, with its tags and sub-programmes."""
    node = f"<{ID}evidence/kr-{programme.key}>"
    yield f"{node} {_A} <{COOP}Evidence> ."
    yield f"{node} {_A} {curie('oa:SpecificResource')} ."
    yield f"{node} {curie('oa:hasSource')} {_SOURCE} ."
    at = {"year": str(programme.year), "id": programme.number}
    yield from in_languages(node, "skos:prefLabel", told("import.programme-list", **at))
