"""What OpenAlex says, as N-Triples: institutions, topics, counts and works.

Numbers become IRIs here, and nowhere else. What is counted comes as rows in order, so that the same
rows give the same bytes, by either engine.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from coopgraph.formats.ntriples import curie, string, typed
from coopgraph.i18n import told
from coopgraph.importers.openalex.counts import WHOLE, Totals
from coopgraph.importers.organisations import ROR_ID, TYPES, country_key
from coopgraph.importers.ror.record import KINDS, text_of
from coopgraph.importers.works import Work, count_node, doi_of
from coopgraph.tables.triples import in_languages
from coopgraph.vocabulary import ID, XSD

_TYPE, _LABEL, _ALT = curie("rdf:type"), curie("skos:prefLabel"), curie("skos:altLabel")
_NOTATION, _EXACT = curie("skos:notation"), curie("skos:exactMatch")
_SAME, _RECORD_OF = curie("schema:sameAs"), curie("coop:recordOf")
_COUNTRY, _KIND = curie("coop:country"), curie("coop:organisationKind")
_ACRONYM = curie("coop:acronym")
_BROADER, _WITHIN = curie("skos:broader"), curie("coop:withinField")
_INSTITUTION, _TOPIC = curie("coop:institution"), curie("coop:topic")
_YEAR, _WORKS = curie("coop:publicationYear"), curie("coop:works")
_PARTS, _CO = curie("coop:fractionalWorks"), curie("coop:coPublishedWorks")
_TOPIC_WORKS = curie("coop:topicWorks")
_OPENALEX: Final = f"<{ID}source/openalex>"
_ADDRESS: Final = "https://openalex.org/"
#: What tells its counts from those of other imports.
WHOSE: Final = "openalex"
_COUNT_TYPE, _SHARED_TYPE = curie("coop:PublicationCount"), curie("coop:CoPublication")
_BODY: Final = f"{ID}organisation/openalex-I"
_CONCEPT: Final = f"{ID}openalex-topic/"
_INTEGER, _DECIMAL, _G_YEAR = (f"^^<{XSD}{name}>" for name in ("integer", "decimal", "gYear"))
_MILLION: Final = 1_000_000
_BILLIONTHS: Final = WHOLE // _MILLION
_LEVELS: Final = ("subfield", "field", "domain")
#: What works say of an institution, in this order.
ABOUT: Final = ("ror", "country", "name", "kind")


# --- counts ---------------------------------------------------------------------------------


def institution_texts(rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    """The lines of each row (institution, topic, year, works, parts, co_published), one text each;
    see `counts.of_institutions`."""
    for institution, topic, year, works, parts, shared in rows:
        node = count_node(WHOSE, [f"I{institution}"], *_key(topic, year))
        text = (
            f"{node} {_TYPE} {_COUNT_TYPE} .\n"
            f"{node} {_INSTITUTION} <{_BODY}{institution}> .\n"
            f"{_counted(node, topic, year, works, parts)}"
        )
        yield f'{text}\n{node} {_CO} "{shared}"{_INTEGER} .' if shared else text


def shared_texts(rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    """The lines of each row (institutions, topic, year, works), one text each; see
    `counts.of_several`. More than two are named by a hash of them."""
    for bodies, topic, year, works in rows:
        node = count_node(WHOSE, [f"I{body}" for body in bodies], *_key(topic, year))
        of = "".join(f"{node} {_INSTITUTION} <{_BODY}{body}> .\n" for body in bodies)
        parts = works * (WHOLE // (len(bodies) - 1))
        yield f"{node} {_TYPE} {_SHARED_TYPE} .\n{of}{_counted(node, topic, year, works, parts)}"


def known_works(rows: Iterable[tuple[Any, ...]]) -> Iterator[Work]:
    """Each row (DOI, topic, year, institutions) that has a DOI, as texts."""
    for doi, topic, year, bodies in rows:
        if found := doi_of(doi):
            yield found, *_key(topic, year), tuple(f"I{body}" for body in bodies)


def _key(topic: int | None, year: int | None) -> tuple[str, str]:
    return ("" if topic is None else f"T{topic}"), ("" if year is None else str(year))


def _counted(node: str, topic: int | None, year: int | None, works: int, parts: int) -> str:
    """What both kinds of counts say, without the last line end."""
    about = "" if topic is None else f"{node} {_TOPIC} <{_CONCEPT}T{topic}> .\n"
    when = "" if year is None else f'{node} {_YEAR} "{year}"{_G_YEAR} .\n'
    return (
        f'{about}{when}{node} {_WORKS} "{works}"{_INTEGER} .\n'
        f'{node} {_PARTS} "{fraction(parts)}"{_DECIMAL} .'
    )


def fraction(parts: int) -> str:
    """Billionths of a work as a decimal of six places at most, in canonical form.

    >>> fraction(333_333_333), fraction(2_000_000_000), fraction(1)
    ('0.333333', '2', '0')
    """
    whole, rest = divmod((parts + _BILLIONTHS // 2) // _BILLIONTHS, _MILLION)
    return f"{whole}.{rest:06}".rstrip("0").rstrip(".") if rest else str(whole)


# --- institutions ---------------------------------------------------------------------------


def institution_triples(number: int, about: Mapping[str, Any]) -> Iterator[str]:
    """The lines of one institution; `about` has ror, country, name and kind, and of a record of its
    own also its other names, acronyms, Wikidata address and home page."""
    node = f"<{_BODY}{number}>"
    yield from (f"{node} {fact} ." for fact in TYPES)
    yield f"{node} {_SAME} <{_ADDRESS}I{number}> ."
    yield f"{node} {_RECORD_OF} {_OPENALEX} ."
    name = text_of(about.get("name")) or f"OpenAlex I{number}"
    yield f"{node} {_LABEL} {string(name)} ."
    if match := ROR_ID.match(text_of(about.get("ror"))):
        yield f"{node} {_EXACT} <https://ror.org/{match[1]}> ."
    if country := country_key(text_of(about.get("country"))):
        yield f"{node} {_COUNTRY} <{ID}country/{country}> ."
    if kind := KINDS.get(text_of(about.get("kind"))):
        yield f"{node} {_KIND} <{ID}organisation-kind/{kind}> ."
    for predicate, names in ((_ALT, about.get("names")), (_ACRONYM, about.get("acronyms"))):
        for other in dict.fromkeys(text_of(each) for each in names or ()):
            if other and other != name:
                yield f"{node} {predicate} {string(other)} ."


def institution_facts(record: Mapping[str, Any]) -> dict[str, Any]:
    """What `institution_triples` takes, from a record of the entity institutions."""

    def listed(name: str) -> list[Any]:
        value = record.get(name)
        return value if isinstance(value, list) else []

    return {
        "ror": record.get("ror"),
        "country": record.get("country_code"),
        "name": record.get("display_name"),
        "kind": record.get("type"),
        "names": listed("display_name_alternatives"),
        "acronyms": listed("display_name_acronyms"),
    }


# --- topics ---------------------------------------------------------------------------------


@dataclass
class Topic:
    """A topic: its name, and number and name of its subfield, field and domain."""

    name: str = ""
    above: dict[str, tuple[int, str]] = field(default_factory=dict)
    works: int = 0


def named_topic(name: str | None, above: Sequence[str | None]) -> Topic:
    """A topic as works name it; `above` are number and name of each level as one text.

    >>> named_topic("Qubits", ["1702 Artificial Intelligence", None, None]).above
    {'subfield': (1702, 'Artificial Intelligence')}
    """
    found = {}
    for level, text in zip(_LEVELS, above, strict=True):
        if text:
            number, _, wide = text.partition(" ")
            found[level] = (int(number), wide)
    return Topic(name or "", found)


def topic_of(record: Mapping[str, Any]) -> Topic:
    """A topic, from a record of the entity topics."""
    above = {}
    for level in _LEVELS:
        value = record.get(level)
        value = value if isinstance(value, dict) else {}
        number = text_of(str(value.get("id", ""))).rpartition("/")[2]
        if number.isascii() and number.isdigit():
            above[level] = (int(number), text_of(value.get("display_name")))
    return Topic(text_of(record.get("display_name")), above)


def topic_triples(topics: Mapping[int, Topic]) -> Iterator[str]:
    """The lines of topics and of the subfields, fields and domains above them: names, what is
    broader, and the closure of containment."""
    said: set[str] = set()
    for number, topic in sorted(topics.items()):
        chain = [(f"T{number}", topic.name)]
        for level in _LEVELS:
            if level in topic.above:
                above, name = topic.above[level]
                chain.append((f"{level}-{above}", name))
        yield f"{_concept(chain[0][0])} {_TOPIC_WORKS} {_whole(topic.works)} ."
        for place, (key, name) in enumerate(chain):
            if key in said:
                break  # and so was all above it
            said.add(key)
            yield from _described(key, name)
            yield from (
                f"{_concept(key)} {_WITHIN} {_concept(wide)} ." for wide, _ in chain[place:]
            )
            if place + 1 < len(chain):
                yield f"{_concept(key)} {_BROADER} {_concept(chain[place + 1][0])} ."


def _described(key: str, name: str) -> Iterator[str]:
    node, number = _concept(key), key.rpartition("-")[2]
    yield f"{node} {_TYPE} {curie('skos:Concept')} ."
    yield f"{node} {_NOTATION} {string(number)} ."
    yield f"{node} {_LABEL} {string(text_of(name) or f'OpenAlex {key}', 'en')} ."


def _concept(key: str) -> str:
    return f"<{_CONCEPT}{key}>"


# --- works and totals -----------------------------------------------------------------------


def work_triples(row: tuple[Any, ...]) -> Iterator[str]:
    """The lines of one work: (number, title, DOI, year, topic, institutions)."""
    number, title, doi, year, topic, institutions = row
    node = f"<{ID}work/openalex-W{number}>"
    yield f"{node} {_TYPE} {curie('coop:Work')} ."
    yield f"{node} {_LABEL} {string(text_of(title) or f'OpenAlex W{number}')} ."
    yield f"{node} {_SAME} <{_ADDRESS}W{number}> ."
    yield f"{node} {_RECORD_OF} {_OPENALEX} ."
    if known := doi_of(text_of(doi)):
        yield f"{node} {_SAME} <https://doi.org/{known}> ."
    if year is not None:
        yield f"{node} {_YEAR} {typed(f'{year:04}', 'gYear')} ."
    if topic is not None:
        yield f"{node} {_TOPIC} {_concept(f'T{topic}')} ."
    for institution in institutions or ():
        yield f"{node} {_INSTITUTION} <{_BODY}{institution}> ."


def total_triples(totals: Totals) -> Iterator[str]:
    """The lines of what an import holds altogether."""
    node = f"<{ID}publication-total/openalex>"
    yield f"{node} {_TYPE} {curie('coop:PublicationTotal')} ."
    yield from in_languages(node, "skos:prefLabel", told("import.works"))
    for predicate, count in (
        (_WORKS, totals.works),
        (_CO, totals.co_published),
        (curie("coop:worksWithoutInstitution"), totals.without_institution),
        (curie("coop:worksWithoutTopic"), totals.without_topic),
        (curie("coop:worksOfConsortia"), totals.of_consortia),
    ):
        yield f"{node} {predicate} {_whole(count)} ."


def _whole(number: int) -> str:
    return typed(str(number), "integer")
