"""What one ROR record says of its organisation, as predicates and objects.

https://ror.readme.io/docs/ror-data-structure. Optional parts that cannot be read are left out
and counted in `remarks`.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeAlias

from coopgraph.formats.ntriples import curie, string
from coopgraph.importers.organisations import ROR_ID, TYPES, country_key
from coopgraph.tables.cells import is_web_iri
from coopgraph.vocabulary import ID

#: Half a triple: predicate and object.
Fact: TypeAlias = str

STATUSES: Final = frozenset({"active", "inactive", "withdrawn"})
#: ROR type → code of `organisation-kind`.
KINDS: Final = {
    "archive": "archive",
    "company": "company",
    "education": "education",
    "facility": "facility",
    "funder": "research-funder",
    "government": "government-body",
    "healthcare": "healthcare",
    "nonprofit": "nonprofit",
    "other": "other-kind",
}
_LANG: Final = re.compile(r"[a-z]{2,3}\Z")
_WIKIDATA: Final = re.compile(r"Q[1-9][0-9]*\Z")
#: What a label must not hold: line ends and other controls, halves of characters, and
#: characters that reorder what is around them.
_UNWANTED: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")
_RELATIONS: Final = {
    "parent": curie("org:subOrganizationOf"),
    "child": curie("org:hasSubOrganization"),
    "related": curie("coop:relatedOrganisation"),
    "predecessor": curie("dcterms:replaces"),
    "successor": curie("dcterms:isReplacedBy"),
}
_IDENTIFIERS: Final = {
    "grid": curie("coop:gridIdentifier"),
    "isni": curie("coop:isniIdentifier"),
    "fundref": curie("coop:fundrefIdentifier"),
}
_LINKS: Final = {"website": curie("foaf:homepage"), "wikipedia": curie("foaf:page")}
_PREF: Final = curie("skos:prefLabel")
_ALT: Final = curie("skos:altLabel")
_ACRONYM: Final = curie("coop:acronym")
_SAME: Final = curie("schema:sameAs")
_KIND: Final = f"{curie('coop:organisationKind')} <{ID}organisation-kind/"
_STATUS: Final = curie("coop:status")
_COUNTRY_OF: Final = f"{curie('coop:country')} <{ID}country/"
_CITY: Final = curie("coop:city")
_RECORD_OF: Final = f"{curie('coop:recordOf')} <{ID}source/ror>"
_EXACT: Final = f"{curie('skos:exactMatch')} <https://ror.org/"


def text_of(value: object) -> str:
    """A value as one line of text in Unicode NFC, without control characters."""
    if not isinstance(value, str):
        return ""
    if not value.isprintable():
        value = " ".join(_UNWANTED.sub(" ", value).split())
    elif "  " in value:
        value = " ".join(value.split())
    value = value.strip()
    return value if value.isascii() else unicodedata.normalize("NFC", value)


def _items(record: dict[str, Any], name: str, remarks: Counter[str]) -> Iterator[dict[str, Any]]:
    """The objects of a list field; anything else there is counted."""
    value = record.get(name)
    for item in value if isinstance(value, list) else ():
        if isinstance(item, dict):
            yield item
        else:
            remarks[f"entries of {name} are not objects and were left out"] += 1
    if not isinstance(value, list | None):
        remarks[f"records have {name} that is not a list; it was left out"] += 1


def _strings(value: object) -> list[str]:
    """The usable strings of a list, or of a single value."""
    values = value if isinstance(value, list) else [value]
    return [text for item in values if (text := text_of(item))]


def head(key: str) -> tuple[Fact, ...]:
    """What is said of every record: its classes, its ROR IRI, its register."""
    return (*TYPES, f"{_EXACT}{key}>", _RECORD_OF)


def names(record: dict[str, Any], remarks: Counter[str]) -> Iterator[Fact]:
    """Labels: one preferred in each language, the display name before others; acronyms."""
    found: list[tuple[int, str, str]] = []
    acronyms: dict[str, None] = {}
    for item in _items(record, "names", remarks):
        text, types, lang = text_of(item.get("value")), item.get("types"), item.get("lang")
        types = types if isinstance(types, list) else ()
        if not text:
            remarks["names are empty and were left out"] += 1
            continue
        if lang is not None and not (isinstance(lang, str) and _LANG.match(lang)):
            remarks["names have an unreadable language and are kept without it"] += 1
            lang = None
        literal = string(text, lang or "")
        rank = 0 if "ror_display" in types else 1 if "label" in types else 2
        if "acronym" in types:
            acronyms[literal] = None
        if rank < 2 or "acronym" not in types:
            found.append((rank, lang or "", literal))
    found.sort(key=lambda name: name[0])  # stable: the register's own order within a rank
    preferred: dict[str, str] = {}
    for rank, lang, literal in found:
        if rank < 2:
            preferred.setdefault(lang, literal)
    if not preferred and (found or acronyms):
        preferred[""] = found[0][2] if found else next(iter(acronyms))
    chosen = set(preferred.values())
    yield from (f"{_PREF} {literal}" for literal in preferred.values())
    others = dict.fromkeys(literal for _, _, literal in found if literal not in chosen)
    yield from (f"{_ALT} {literal}" for literal in others)
    yield from (f"{_ACRONYM} {literal}" for literal in acronyms)


def facts(record: dict[str, Any], remarks: Counter[str]) -> Iterator[Fact]:
    """All that a record says of its organisation alone, its names left out."""
    kinds = {KINDS.get(kind, "") for kind in _strings(record.get("types"))}
    if "" in kinds or not kinds:
        remarks["records have no type or an unknown one"] += 1
    yield from (f"{_KIND}{kind}>" for kind in sorted(kinds - {""}))
    status = text_of(record.get("status"))
    if status in STATUSES:
        yield f'{_STATUS} "{status}"'
    else:
        remarks["records have no status or an unknown one"] += 1
    yield from _places(record, remarks)
    yield from _identifiers(record, remarks)
    links = dict.fromkeys(
        (text_of(item.get("type")), text_of(item.get("value")))
        for item in _items(record, "links", remarks)
    )
    for kind, link in links:
        if kind in _LINKS and is_web_iri(link):
            yield f"{_LINKS[kind]} <{link}>"
        else:
            remarks["links are of an unknown type or no web address and were left out"] += 1


def _places(record: dict[str, Any], remarks: Counter[str]) -> Iterator[Fact]:
    """The country of the first location, which is the seat, and the cities of all."""
    country = ""
    cities: dict[str, None] = {}
    for item in _items(record, "locations", remarks):
        details = item.get("geonames_details")
        details = details if isinstance(details, dict) else {}
        code = text_of(details.get("country_code"))
        country = country or country_key(code) or "-"
        if city := text_of(details.get("name")):
            cities[city] = None
    if country.strip("-"):
        yield f"{_COUNTRY_OF}{country}>"
    else:
        remarks["records have no country that can be read"] += 1
    yield from (f"{_CITY} {string(city)}" for city in cities)


def _identifiers(record: dict[str, Any], remarks: Counter[str]) -> Iterator[Fact]:
    """External identifiers: all of each kind; of Wikidata's the preferred, where there is one."""
    found: dict[Fact, None] = {}
    for item in _items(record, "external_ids", remarks):
        kind, everything = text_of(item.get("type")), _strings(item.get("all"))
        preferred = _strings(item.get("preferred"))
        if kind == "wikidata":
            for value in preferred or everything:
                if _WIKIDATA.match(value):
                    found[f"{_SAME} <http://www.wikidata.org/entity/{value}>"] = None
                else:
                    remarks["Wikidata identifiers are malformed and were left out"] += 1
        elif kind in _IDENTIFIERS:
            for value in (*preferred, *everything):
                text = value.replace(" ", "") if kind == "isni" else value
                found[f"{_IDENTIFIERS[kind]} {string(text)}"] = None
        else:
            remarks["external identifiers are of an unknown type and were left out"] += 1
    return iter(found)


def relations(record: dict[str, Any], remarks: Counter[str]) -> Iterable[tuple[Fact, str]]:
    """(fact, ROR id) of each relationship."""
    found: dict[tuple[Fact, str], None] = {}
    for item in _items(record, "relationships", remarks):
        predicate = _RELATIONS.get(text_of(item.get("type")))
        match = ROR_ID.match(text_of(item.get("id")))
        if predicate and match:
            found[f"{predicate} <{ID}organisation/ror-{match[1]}>", match[1]] = None
        else:
            remarks["relationships are of an unknown type or lead nowhere and were left out"] += 1
    return found
