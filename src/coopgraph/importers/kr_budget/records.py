"""Records of the list of Korean R&D programmes: checked field by field, then as N-Triples lines.

What is wrong is a `Fault`. Fields that are not needed are passed over. Names are resolved exactly
as printed: ministries by `organisation_aliases.csv`, technologies by the curated labels of the
twelve national strategic technologies, the rest by `kr_budget_names.csv`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Final

from coopgraph.formats.ntriples import curie, iri, string
from coopgraph.i18n import told
from coopgraph.importers.base import Fault
from coopgraph.importers.terms import assignment_triples, read_terms
from coopgraph.tables.codes import read_codes
from coopgraph.tables.rows import read_table
from coopgraph.tables.triples import in_languages
from coopgraph.vocabulary import COOP, ID, XSD, entity_iri, resources

#: The key of the list in `sources.csv`: aliases used there count here.
SOURCE: Final = "kr-rd-budget"
_SCHEME: Final = "strategic-technologies-2022"
_A: Final = curie("rdf:type")
_LABEL: Final = curie("skos:prefLabel")
_AMOUNT: Final = f"<{COOP}amount>"
_CURRENCY: Final = f"<{COOP}currency> <{ID}currency/krw>"
_TECHNOLOGY: Final = f"<{COOP}technology>"
_TRUE: Final = f'"true"^^<{XSD}boolean>'
_SOURCE: Final = iri(entity_iri("source", SOURCE))
_KINDS: Final = tuple(f"{_A} {curie(name)} ." for name in ("coop:Programme", "prov:Entity"))
#: Amounts are stated in million won.
MILLION: Final = Decimal(1_000_000)
#: No budget of a state is larger: a thousand trillion won, in million won.
_MOST: Final = Decimal(1_000_000_000)
_FIELDS: Final = ("id", "name", "ministry", "committee", "budget", "strategic", "policy", "details")
_LINE_FIELDS: Final = ("id", "name", "budget", "strategic", "policy")
_OF_PROGRAMME: Final = re.compile(rb"[/-](kr-[0-9]{4}-[0-9a-z]+)")
_NUMBER = re.compile(r"[0-9A-Za-z]+\Z", re.ASCII)


def key(subject: bytes, _predicate: bytes, _rest: bytes) -> bytes | None:
    """The programme, with its year, that a node belongs to: a later list says all of it anew.

    >>> key(f"<{ID}technology-tag/kr-2026-101-quantum>".encode(), b"", b"")
    b'kr-2026-101'
    """
    found = _OF_PROGRAMME.search(subject)
    return found[1] if found else None


@dataclass(frozen=True)
class Names:
    """Keys and codes by the names as printed, and labels of technologies and policy areas by key.
    `cooperation` are the words in a name that say that a programme is about international
    cooperation, `others` those that hold such a word and say something else; both from the longest
    on, so that where one word holds another, it alone counts. `files` are words in the names of the
    list's files."""

    ministries: dict[str, str]
    technologies: dict[str, str]
    areas: dict[str, str]
    committees: dict[str, str]
    labels: Mapping[str, Mapping[str, str]]
    cooperation: tuple[str, ...]
    others: tuple[str, ...]
    files: tuple[str, ...]

    def cooperation_words(self, name: str) -> list[str]:
        """The words in `name` that say that it is about international cooperation, longest first.

        >>> read_names().cooperation_words("ITER, CERN")
        ['CERN', 'ITER']
        """
        found: list[str] = []
        for word in self.others:
            name = name.replace(word, " ")
        for word in self.cooperation:
            if word in name:
                found.append(word)
                name = name.replace(word, " ")
        return found


@cache
def read_names() -> Names:
    """The names that the shipped tables resolve.

    >>> names = read_names()
    >>> "motie" in names.ministries.values(), "defence" in names.areas.values()
    (True, True)
    """
    codes = read_codes()
    listed, printed, members, technologies = (
        read_table(resources("data"), name)
        for name in ("organisation_aliases", "kr_budget_names", "scheme_members", "technologies")
    )
    scheme = {row.one("technology") for row in members if row.one("scheme") == _SCHEME}
    twelve = [row for row in technologies if row.key in scheme]
    named = ((row, at) for row in twelve for at in ("label_ko", "alt_ko"))
    aliases = [row for row in listed if row.one("in_source") == SOURCE]
    areas, committees = (
        {row.one("as_printed"): code for row in printed if (code := row.one("code")) in known}
        for known in (codes.by_scheme["policy-area"], codes.by_scheme["review-committee"])
    )
    kinds = (("cooperation", "true"), ("cooperation", "false"), ("in_file_name", "true"))
    found = ([r.one("as_printed") for r in printed if r.one(name) == said] for name, said in kinds)
    words = (tuple(sorted(each, key=lambda word: (-len(word), word))) for each in found)
    labels = {row.key: row.texts("label") for row in twelve} | {
        code: codes.labels["policy-area", code] for code in areas.values()
    }
    return Names(
        {row.one("alias"): row.one("organisation") for row in aliases},
        {name: row.key for row, at in named for name in row.cells.get(at, ())},
        areas,
        committees,
        labels,
        *words,
    )


@dataclass(frozen=True)
class Programme:
    """One programme of one year, checked: amounts in won, tags by key. `number` is its id in the
    list, `key` the year and that. Ministries that run a programme jointly each list their part
    under the same id: the `key` of a further part also names its owner."""

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
    programme: Programme,
    words: list[str],
    labels: Mapping[str, Mapping[str, str]],
    parts: Iterable[tuple[str, float]] = (),
) -> Iterator[str]:
    """The lines of a programme, its tags, and the technologies by its name and those of its
    `parts`, each with its share of the money; `words` flag it as cooperation where not empty."""
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
    yield from assignment_triples(node, read_terms().of_names(programme.name, parts))


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


def read_programme(record: Any, names: Names, year: str) -> Programme:
    """A programme; raises `Fault`."""
    _require(record, _FIELDS)
    ministry, committee = _text(record, "ministry"), _text(record, "committee")
    if ministry not in names.ministries:
        raise Fault(
            "ministry",
            f"{ministry!r} is not resolved; add it to data/organisation_aliases.csv and build",
        )
    if committee not in names.committees:
        raise Fault("committee", f"unknown committee {committee!r}")
    if not isinstance(record["details"], list):
        raise Fault("details", "is not a list of sub-programmes")
    number = _number(_text(record, "id"))
    return Programme(
        number=number,
        key=f"{year}-{number}",
        name=_text(record, "name"),
        year=year,
        owner=names.ministries[ministry],
        committee=names.committees[committee],
        won=_won(record["budget"], "budget"),
        technologies=_tags(record, "strategic", names.technologies),
        areas=_tags(record, "policy", names.areas),
    )


def read_line(record: Any, programme: str, names: Names) -> SubProgramme:
    """A sub-programme of `programme`; raises `Fault`."""
    _require(record, _LINE_FIELDS)
    whole = _text(record, "id")
    owner, _, number = whole.partition(".")
    if owner != programme or not number:
        raise Fault("id", f"{whole!r} is not a sub-programme of {programme!r}")
    return SubProgramme(
        number=_number(number),
        name=_text(record, "name"),
        won=_won(record["budget"], "budget"),
        technologies=tuple(_tags(record, "strategic", names.technologies)),
    )


def _require(record: Any, fields: Sequence[str]) -> None:
    if not isinstance(record, dict):
        raise Fault("", "is not a JSON object")
    if missing := [name for name in fields if name not in record]:
        raise Fault(missing[0], f"the field {missing[0]!r} is missing")


def _text(record: dict[str, Any], column: str) -> str:
    """A text in one line, in Unicode NFC."""
    value = record[column]
    if isinstance(value, int) and not isinstance(value, bool) and column == "id":
        value = str(value)
    if not isinstance(value, str):
        raise Fault(column, "is not text")
    shown = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", value))
    if not shown.split():
        raise Fault(column, "is empty")
    return " ".join(shown.split())


def _number(text: str) -> str:
    if not _NUMBER.match(text):
        raise Fault("id", f"{text!r} is not an id of letters and digits")
    return text.lower()


def _won(value: Any, column: str) -> int:
    """An amount in million won as whole won; what is less than a won comes of binary fractions."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Fault(column, f"{str(value)[:20]!r} is not a number of million won")
    if not 0 <= value <= _MOST:
        raise Fault(column, f"{str(value)[:20]} million won is below zero or beyond any budget")
    return int((Decimal(value) * MILLION).to_integral_value())


def _tags(record: dict[str, Any], column: str, known: dict[str, str]) -> dict[str, int]:
    """Won by key of the tags that are not zero."""
    tags = record[column]
    if not isinstance(tags, dict):
        raise Fault(column, "is not an object of amounts by name")
    found: dict[str, int] = {}
    for name, value in tags.items():
        key = known.get(unicodedata.normalize("NFC", name).strip())
        if key is None:
            raise Fault(column, f"unknown name {name!r}; known: {', '.join(known)}")
        if amount := _won(value, f"{column}.{name}"):
            found[key] = found.get(key, 0) + amount
    return found
