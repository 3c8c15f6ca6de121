"""The organisations of a store as records that can be compared."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

from ..store import Store
from ..vocabulary import ID

if TYPE_CHECKING:
    import pyoxigraph as ox

#: The register of what is curated, and of tables of a user's own.
CURATED: Final = ""
#: Which record stands for an organisation where several do: the first in this order.
PRECEDENCE: Final = (CURATED, "ror", "cordis")

_FAMILIES: Final = {
    "university": "education",
    "university-system": "education",
    "education": "education",
    "company": "company",
    "ministry": "public",
    "government": "public",
    "government-body": "public",
}
_IDENTIFIERS: Final = {
    "skos:exactMatch": "ROR",
    "coop:pic": "PIC",
    "schema:sameAs": "Wikidata",
    "coop:gridIdentifier": "GRID",
    "coop:isniIdentifier": "ISNI",
}
_SPACES: Final = {"ROR": "https://ror.org/", "Wikidata": "http://www.wikidata.org/entity/"}
_VERIFIED: Final = """
SELECT ?organisation ?value WHERE {
  ?row coop:identifies ?organisation ; coop:confidence <%sconfidence/verified> ; %s ?value
}
"""
_ORGANISATIONS: Final = "SELECT DISTINCT ?o WHERE { ?o a coop:Organisation }"
_PAIRS: Final = "SELECT ?o ?v WHERE { %s ?o %s ?v }"
_STATUS: Final = 'SELECT DISTINCT ?o WHERE { ?o coop:status "%s" }'
_NAMES: Final = {
    "labels": "skos:prefLabel",
    "aliases": "skos:altLabel",
    "acronyms": "coop:acronym",
    "cities": "coop:city",
}
_COUNTRIES: Final = """
SELECT ?label WHERE {
  ?country a coop:Country ; skos:prefLabel|skos:altLabel ?label
}
"""
#: Above this share of all records, one walk over all names is cheaper than one by country.
_MOST = 0.4


@dataclass(slots=True)
class Record:
    """One organisation as one register knows it.

    `families` are broad kinds of which two that differ speak against a match; `identifiers` are
    pairs such as ("Wikidata", "http://www.wikidata.org/entity/Q49108"). `gone` is what its
    register calls inactive or withdrawn.
    """

    iri: str
    register: str = CURATED
    labels: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    acronyms: list[str] = field(default_factory=list)
    country: str = ""
    cities: list[str] = field(default_factory=list)
    families: set[str] = field(default_factory=set)
    identifiers: set[tuple[str, str]] = field(default_factory=set)
    gone: bool = False
    forms: dict[str, int] = field(default_factory=dict)  # filled by `matching.forms`


def rank(register: str) -> tuple[int, str]:
    """The place of a register in the order of precedence; others follow by name.

    >>> sorted(["openalex", "cordis", "", "ror"], key=rank)
    ['', 'ror', 'cordis', 'openalex']
    """
    known = register in PRECEDENCE
    return (PRECEDENCE.index(register) if known else len(PRECEDENCE), register)


def read_records(store: Store) -> dict[str, Record]:
    """Every coop:Organisation of the store, by IRI in sorted order, as yet without names."""
    iris = sorted(row[0].value for row in store.select(_ORGANISATIONS))
    records = {iri: Record(iri) for iri in iris}
    for record, value in _values(store, records, "coop:recordOf"):
        record.register = value.rpartition("/")[2]
    for name in ("coop:seatCountry", "coop:country"):
        for record, value in _values(store, records, name):
            record.country = value.rpartition("/")[2]
    for status in ("inactive", "withdrawn"):
        for (node,) in store.select(_STATUS % status):
            if node.value in records and records[node.value].register == "ror":
                records[node.value].gone = True
    _read_identifiers(store, records)
    return records


def read_names(
    store: Store, records: Mapping[str, Record], countries: Collection[str] | None = None
) -> None:
    """Give the records their names, cities and kinds: all, or those of some countries."""
    wanted = {i: r for i, r in records.items() if countries is None or r.country in countries}
    within = ""
    if countries is not None and len(wanted) < _MOST * len(records):
        values = " ".join(f"<{ID}country/{country}>" for country in sorted(countries))
        within = f"VALUES ?c {{ {values} }} ?o coop:country|coop:seatCountry ?c . "
    named = frozenset(row[0].value.casefold() for row in store.select(_COUNTRIES))
    for attribute, name in _NAMES.items():
        for record, value in _values(store, wanted, name, within):
            getattr(record, attribute).append(_without_country(value, named))
    for record, value in _values(store, wanted, "coop:organisationKind", within):
        record.families.add(_FAMILIES.get(value.rpartition("/")[2], ""))


def _read_identifiers(store: Store, records: dict[str, Record]) -> None:
    """Identifiers: of curated organisations the verified; of registers what can be compared.

    With one register beside what is curated, only what is verified can meet a fellow.
    """
    verified: list[tuple[str, str]] = []
    for kind, name in (("ROR", "coop:rorIdentifier"), ("Wikidata", "coop:wikidataIdentifier")):
        for node, value in store.select(_VERIFIED % (ID, name)):
            if node.value in records:
                records[node.value].identifiers.add((kind, value.value))
                verified.append((kind, value.value))
    alone = len({record.register for record in records.values()} - {CURATED}) < 2
    for name, kind in _IDENTIFIERS.items():
        within = ""
        if alone:
            values = " ".join(f"<{value}>" for k, value in sorted(set(verified)) if k == kind)
            within = f"VALUES ?v {{ {values} }} "
        for record, value in _values(store, records, name, within):
            if record.register and value.startswith(_SPACES.get(kind, "")):
                record.identifiers.add((kind, value.replace(" ", "")))


def _without_country(name: str, countries: frozenset[str]) -> str:
    """A name without the country in brackets that registers put behind names of companies."""
    if not name.endswith(")"):
        return name
    head, _, tail = name[:-1].rpartition(" (")
    return head if head and tail.casefold() in countries else name


def _values(
    store: Store, records: Mapping[str, Record], name: str, within: str = ""
) -> Iterator[tuple[Record, str]]:
    """(record, value) of a property, in a fixed order for each record."""
    found = cast("ox.QuerySolutions", store.query(_PAIRS % (within, name)))
    held = {
        (iri, value.value)
        for node, value in cast("Iterator[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]]", found)
        if (iri := node.value) in records
    }
    for iri, value in sorted(held):
        yield records[iri], value
