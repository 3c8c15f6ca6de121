"""Publications of a mapped file, counted in the terms of OpenAlex (`openalex.counts`): by
institution, topic and year, and by all the institutions of a work, whole and fractional.

The topic of a work is the technologies that the words of its title and text name, or that the map
says; it is one of its own for each set of them.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from coopgraph.formats.ntriples import curie, iri, string, typed
from coopgraph.i18n import told
from coopgraph.importers.base import Input, Ledger
from coopgraph.importers.columns.bodies import Bodies
from coopgraph.importers.columns.column_map import ColumnMap, Record, technology_names
from coopgraph.importers.columns.records import records
from coopgraph.importers.openalex.counts import MOST_INSTITUTIONS, WHOLE
from coopgraph.importers.openalex.ntriples import fraction
from coopgraph.importers.terms import ENOUGH, read_terms
from coopgraph.importers.works import count_node, doi_of
from coopgraph.tables.triples import in_languages
from coopgraph.vocabulary import ID, entity_iri

_TYPE, _LABEL, _SAME = curie("rdf:type"), curie("skos:prefLabel"), curie("schema:sameAs")
_INSTITUTION, _TOPIC = curie("coop:institution"), curie("coop:topic")
_YEAR, _WORKS = curie("coop:publicationYear"), curie("coop:works")
_PARTS, _CO = curie("coop:fractionalWorks"), curie("coop:coPublishedWorks")
_CLOSE = curie("coop:technologyClose")
_SHARED, _ALONE = curie("coop:CoPublication"), curie("coop:PublicationCount")
_YEARS: Final = re.compile(r"(?:^|[^0-9])((?:1[0-9]|20|21)[0-9]{2})(?:[^0-9]|$)")
#: Institutions, topic and year of what is counted together.
_Key = tuple[tuple[str, ...], str, str]


@dataclass
class _Counts:
    """Works, billionths of works, and works with another institution, by what they are of."""

    works: Counter[_Key] = field(default_factory=Counter)
    parts: Counter[_Key] = field(default_factory=Counter)
    shared: Counter[_Key] = field(default_factory=Counter)
    topics: Counter[str] = field(default_factory=Counter)
    totals: Counter[str] = field(default_factory=Counter)

    def add(self, bodies: list[str], topic: str, year: str) -> None:
        """A work of these institutions."""
        size = len(bodies)
        self.topics[topic] += 1
        self.totals["coop:works"] += 1
        self.totals["coop:coPublishedWorks"] += size > 1
        self.totals["coop:worksWithoutInstitution"] += size == 0
        self.totals["coop:worksWithoutTopic"] += not topic
        self.totals["coop:worksOfConsortia"] += size > MOST_INSTITUTIONS
        for body in bodies:
            key = ((body,), topic, year)
            self.works[key] += 1
            self.parts[key] += WHOLE // size
            self.shared[key] += size > 1
        if 1 < size <= MOST_INSTITUTIONS:
            everyone = (tuple(bodies), topic, year)
            self.works[everyone] += 1
            self.parts[everyone] += WHOLE // (size - 1)


def publication_lines(columns: ColumnMap, inputs: list[Input], ledger: Ledger) -> Iterator[str]:
    """The N-Triples lines of the publications of all files: works, bodies, topics, counts."""
    bodies, counts, seen = Bodies(columns), _Counts(), set[str]()
    # Two imports may hold works of the same bodies: a count is of one import.
    digest = hashlib.sha256("".join(source.sha256() for source in inputs).encode()).hexdigest()[:12]
    for source in inputs:
        account = ledger.account(source)
        for row, record in records(columns, source, ledger):
            title, doi = columns.value(record, "title"), doi_of(columns.value(record, "doi"))
            year = _year(columns.value(record, "year"))
            key = doi or columns.value(record, "id") or f"{title}\n{year}".casefold()
            if not title:
                account.reject(row, "title", "is empty")
            elif key in seen:
                account.duplicate()
            else:
                seen.add(key)
                account.accept()
                if not year:
                    account.flaw(row, "year", "no year can be read")
                found = {bodies.add(each): None for each in columns.values(record, "affiliations")}
                held = sorted(term for term in found if term)
                if "" in found:
                    account.flaw(row, "affiliations", "names nobody")
                topic = _topic(columns, record, title)
                counts.add(held, topic, year)
                yield from _work(key, title, doi, year, topic, held)
        account.note_flaws()
    _note(counts, len(bodies), ledger)
    yield from bodies.lines()
    yield from _topics(counts.topics)
    yield from _counted(counts, digest)
    node = f"<{ID}publication-total/map-{digest}>"
    yield f"{node} {_TYPE} {curie('coop:PublicationTotal')} ."
    yield from in_languages(node, "skos:prefLabel", told("import.mapped-works", columns.name))
    for name, count in counts.totals.items():
        yield f"{node} {curie(name)} {_whole(count)} ."


def _year(text: str) -> str:
    match = _YEARS.search(text)
    return match[1] if match else ""


def _topic(columns: ColumnMap, record: Record, title: str) -> str:
    """The keys of the technologies of a work, joined; empty for none."""
    said = columns.value(record, "technology")
    if said in technology_names():
        return said
    text = "\n".join(columns.values(record, "text"))
    found = read_terms().of_text(title, text)
    return "+".join(sorted(each.technology for each in found if each.strength >= ENOUGH))


def _topic_term(topic: str) -> str:
    return f"<{ID}topic-of-words/{topic.replace('+', '-and-')}>"


def _topics(works: Counter[str]) -> Iterator[str]:
    for topic, count in sorted(works.items()):
        if not topic:
            continue
        node, keys = _topic_term(topic), topic.split("+")
        names = [technology_names()[key] for key in keys]
        yield f"{node} {_TYPE} {curie('skos:Concept')} ."
        for lang, said in told("import.topic-of-words", "{}").items():
            of = ", ".join(each.get(lang) or next(iter(each.values())) for each in names)
            text = said.replace("{}", of)
            yield f"{node} {_LABEL} {string(text, lang)} ."
        yield from (f"{node} {_CLOSE} {iri(entity_iri('technology', key))} ." for key in keys)
        yield f"{node} {curie('coop:topicWorks')} {_whole(count)} ."


def _work(
    key: str, title: str, doi: str, year: str, topic: str, bodies: list[str]
) -> Iterator[str]:
    node = f"<{ID}work/map-{hashlib.sha256(key.encode()).hexdigest()[:16]}>"
    yield f"{node} {_TYPE} {curie('coop:Work')} ."
    yield f"{node} {_LABEL} {string(title)} ."
    if doi:
        yield f"{node} {_SAME} <https://doi.org/{doi}> ."
    yield from _about(node, topic, year)
    yield from (f"{node} {_INSTITUTION} {body} ." for body in bodies)


def _about(node: str, topic: str, year: str) -> Iterator[str]:
    if topic:
        yield f"{node} {_TOPIC} {_topic_term(topic)} ."
    if year:
        yield f"{node} {_YEAR} {typed(year, 'gYear')} ."


def _counted(counts: _Counts, digest: str) -> Iterator[str]:
    for key, works in sorted(counts.works.items()):
        bodies, topic, year = key
        names = [body[1:-1].rpartition("/printed-")[2] for body in bodies]
        node = count_node(f"map-{digest}", names, topic.replace("+", "-and-"), year)
        yield f"{node} {_TYPE} {_SHARED if len(bodies) > 1 else _ALONE} ."
        yield from (f"{node} {_INSTITUTION} {body} ." for body in bodies)
        yield from _about(node, topic, year)
        yield f"{node} {_WORKS} {_whole(works)} ."
        yield f"{node} {_PARTS} {typed(fraction(counts.parts[key]), 'decimal')} ."
        if counts.shared[key]:
            yield f"{node} {_CO} {_whole(counts.shared[key])} ."


def _note(counts: _Counts, bodies: int, ledger: Ledger) -> None:
    total = counts.totals
    ledger.note(
        f"{total['coop:works']:,} works, {total['coop:coPublishedWorks']:,} of them of several "
        f"institutions; {bodies:,} institutions as printed"
    )
    for name, text in (
        ("coop:worksWithoutInstitution", "have no affiliation: they count in the total only"),
        ("coop:worksWithoutTopic", "name no technology: they count for none"),
        ("coop:worksOfConsortia", f"are of more than {MOST_INSTITUTIONS} institutions: no pairs"),
    ):
        if total[name]:
            ledger.note(f"{total[name]:,} works {text}")


def _whole(number: int) -> str:
    return typed(str(number), "integer")
