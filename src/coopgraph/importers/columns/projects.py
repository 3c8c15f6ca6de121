"""Projects and awards of a mapped file, in the terms of the other imports: a row is a project, or
one of its participants; an award is a project, and its amount that of whoever receives it."""

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from itertools import zip_longest
from typing import Final

from coopgraph.formats.ntriples import curie, string, typed
from coopgraph.importers.base import Input, Ledger
from coopgraph.importers.columns.bodies import Bodies
from coopgraph.importers.columns.column_map import ColumnMap, Record, technology_names
from coopgraph.importers.columns.records import records
from coopgraph.importers.cordis import values
from coopgraph.importers.terms import ENOUGH, Assignment, assignment_triples, read_terms
from coopgraph.vocabulary import ID, entity_iri

_TYPE, _LABEL = curie("rdf:type"), curie("skos:prefLabel")
_DATES: Final = {"start": curie("coop:startDate"), "end": curie("coop:endDate")}
_TEXTS: Final = {
    "acronym": curie("coop:acronym"),
    "status": curie("coop:status"),
    "scheme": curie("coop:fundingScheme"),
}
_CURRENCY: Final = curie("coop:currency")


def project_lines(columns: ColumnMap, inputs: list[Input], ledger: Ledger) -> Iterator[str]:
    """The N-Triples lines of the projects or awards of all files, and of who takes part."""
    bodies, described, rows = Bodies(columns), set[str](), set[str]()
    taking_part: dict[tuple[str, str], int] = {}
    for source in inputs:
        account = ledger.account(source)
        for row, record in records(columns, source, ledger):
            key, title = columns.value(record, "id"), columns.value(record, "title")
            row_digest = _digest("\n".join(f"{k}:{v}" for k, v in sorted(record.items())))
            if not key or not title:
                account.reject(row, "id" if not key else "title", "is empty")
                continue
            if row_digest in rows:
                account.duplicate()
                continue
            rows.add(row_digest)
            account.accept()
            node, flaw = f"<{ID}project/map-{_digest(key)}>", partial(account.flaw, row)
            if key not in described:
                described.add(key)
                yield from _project(columns, record, node, title, flaw)
            yield from _participants(columns, record, node, bodies, taking_part, flaw)
        account.note_flaws()
    ledger.note(f"{len(described):,} {columns.kind}; {len(bodies):,} institutions as printed")
    yield from bodies.lines()


def _project(
    columns: ColumnMap, record: Record, node: str, title: str, flaw: Callable[[str, str], object]
) -> Iterator[str]:
    yield f"{node} {_TYPE} {curie('coop:Project')} ."
    yield f"{node} {_LABEL} {string(title)} ."
    yield f"{node} {curie('skos:notation')} {string(columns.value(record, 'id'))} ."
    for name, predicate in _TEXTS.items():
        if text := columns.value(record, name):
            yield f"{node} {predicate} {string(text)} ."
    for name, predicate in _DATES.items():
        if date := values.date(columns.value(record, name).replace("/", "-").replace(".", "-")):
            yield f"{node} {predicate} {typed(date, 'date')} ."
        elif date is None:
            flaw(name, "is not a date (2024-05-01)")
    if columns.kind == "projects":
        for line in _amount(columns, record, flaw):
            yield f"{node} {line.replace(curie('coop:amount'), curie('coop:totalCost'))}"
    text = "\n".join(columns.values(record, "text"))
    found = read_terms().of_text(title, text)
    said = columns.value(record, "technology")
    if said in technology_names():
        found = [Assignment(said, ENOUGH, "the map says so"), *(f for f in found if f[0] != said)]
    yield from assignment_triples(node, found)


def _amount(
    columns: ColumnMap, record: Record, flaw: Callable[[str, str], object]
) -> Iterator[str]:
    """Amount and currency; one without the other is left out."""
    amount = values.amount(columns.value(record, "amount"))
    currency = columns.value(record, "currency").lower()
    if amount is None:
        flaw("amount", "is not an amount")
    elif amount and not (currency.isascii() and currency.isalpha() and len(currency) == 3):
        flaw("currency", "is no code of three letters, so the amount is left out")
    elif amount:
        yield f"{curie('coop:amount')} {typed(amount, 'decimal')} ."
        yield f"{_CURRENCY} <{entity_iri('currency', currency)}> ."


def _participants(
    columns: ColumnMap,
    record: Record,
    node: str,
    bodies: Bodies,
    taking_part: dict[tuple[str, str], int],
    flaw: Callable[[str, str], object],
) -> Iterator[str]:
    names = ("participants", "countries", "roles")
    lists = [columns.values(record, name, empty=True) for name in names]
    if not lists[0]:
        flaw("participants", "nobody is named")
    of_first = [*_amount(columns, record, flaw)] if columns.kind == "awards" else []
    for name, country, role in zip_longest(*lists, fillvalue=""):
        body = bodies.add(name, country)
        if not body:
            if country or role:
                flaw("participants", "one has no name")
            continue
        number = taking_part[node, body] = taking_part.get((node, body), 0) + 1
        digest = _digest(f"{node}{body}{number}")
        part = f"<{ID}participation/map-{digest}>"
        yield f"{part} {_TYPE} {curie('coop:Participation')} ."
        yield f"{part} {curie('coop:ofProject')} {node} ."
        yield f"{part} {curie('coop:participant')} {body} ."
        yield f"{node} {curie('coop:projectParticipant')} {body} ."
        if role:
            yield f"{part} {curie('coop:participationRole')} {string(role)} ."
        yield from (f"{part} {line}" for line in of_first)
        of_first = []


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
