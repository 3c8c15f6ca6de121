"""The tables of CORDIS, one generator each: rows of a known schema to N-Triples lines."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import itemgetter
from typing import Final, TypeAlias

from coopgraph.formats.ntriples import curie, string, typed
from coopgraph.formats.sheets import UnreadableRecord
from coopgraph.importers.base import Account, Fault, Input
from coopgraph.importers.cordis import values
from coopgraph.importers.cordis.doubles import Payments
from coopgraph.importers.cordis.entities import Flaw, Organisations, Participations, Projects
from coopgraph.importers.cordis.euroscivoc import Concepts, concept_term
from coopgraph.importers.cordis.schemas import Schema
from coopgraph.importers.terms import assignment_triples, read_terms

_STATUS, _SCHEME = curie("coop:status"), curie("coop:fundingScheme")
_START, _END = curie("coop:startDate"), curie("coop:endDate")
_TOTAL, _EC = curie("coop:totalCost"), curie("coop:ecContribution")
_TOPIC, _BASIS = curie("coop:callTopic"), curie("coop:legalBasis")
#: What parts several codes of one cell.
_PARTED: Final = re.compile(r"[;|]")
_PART, _FIELD = curie("coop:programmePart"), curie("coop:euroSciVoc")
_RECORD: Final = curie("coop:recordNumber")


@dataclass
class Known:
    """What has been stated so far, across all files of one import."""

    projects: Projects = field(default_factory=Projects)
    organisations: Organisations = field(default_factory=Organisations)
    participations: Participations = field(default_factory=Participations)
    concepts: Concepts = field(default_factory=Concepts)
    payments: Payments | None = None  # only where a file knows projects by number
    described: set[str] = field(default_factory=set)
    stated: set[int] = field(default_factory=set)
    rows: set[int] = field(default_factory=set)

    def once(self, line: str) -> list[str]:
        """`line`, unless it was stated before."""
        return [line] if _is_new(hash(line), self.stated) else []

    def new_row(self, *cells: str) -> bool:
        """Whether no record with these cells was read before."""
        return _is_new(hash(cells), self.rows)


def _is_new(digest: int, among: set[int]) -> bool:
    """Whether it was not among them, where it is from now on."""
    before = len(among)
    among.add(digest)
    return len(among) > before


#: What a record says in the columns that its schema reads.
Cells: TypeAlias = tuple[str, ...]


def table_triples(
    schema: Schema, source: Input, header: Sequence[str], account: Account, known: Known
) -> Iterator[str]:
    """The lines of all records of one file, each accounted for."""
    programme = values.programme(f"{source.path.parent.name}/{source.name}")
    known.participations.next_file()
    for row, cells in _columns(schema, header, account.table(source)[1]):
        try:
            lines = _TABLES[schema.name](cells, known, programme, partial(account.flaw, row))
        except Fault as fault:
            account.reject(row, fault.column, fault.reason)
            continue
        if lines is None:
            account.duplicate()
        else:
            yield from lines
            account.accept()


def same_projects(source: Input, header: Sequence[str], schema: Schema, known: Known) -> int:
    """Tell which projects of a file of participations other files know by id; how many."""
    if known.payments is None:
        return 0
    rows = source.rows()
    next(rows)
    usable = ((row, cells) for row, cells in rows if not isinstance(cells, UnreadableRecord))
    found = known.payments.same(
        (cells[0].strip(), cells[1].strip(), cells[4])
        for _, cells in _columns(schema, header, usable)
        if not known.projects.knows(cells[0].strip())
    )
    for rcn, project in found.items():
        known.projects.link(rcn, project)
    return len(found)


def _columns(
    schema: Schema, header: Sequence[str], rows: Iterator[tuple[int, list[str]]]
) -> Iterator[tuple[int, Cells]]:
    """The cells that the schema reads, in its order; one that the file lacks is empty."""
    places = [header.index(name) if name in header else -1 for name in schema.columns]
    pick: Callable[[list[str]], Cells] = itemgetter(*places)
    for row, cells in rows:
        cells.append("")
        yield row, pick(cells)


def _number(cell: str, column: str) -> str:
    """A project id, record number or PIC; raises `Fault`."""
    number = values.identifier(cell)
    if number is None:
        raise Fault(column, "is not an identifier of digits")
    return number


def _dates(node: str, start: str, end: str, flaw: Flaw) -> Iterator[str]:
    for predicate, column, cell in ((_START, "startDate", start), (_END, "endDate", end)):
        value = values.date(cell)
        if value:
            yield f"{node} {predicate} {typed(value, 'date')} ."
        elif value is None:
            flaw(column, "is not a date")


def _money(node: str, total: str, contribution: str, flaw: Flaw) -> Iterator[str]:
    """Both amounts of a project, in euro; a total of 0 means that none was declared."""
    yield f"{node} {values.IN_EURO} ."
    cells = ((_TOTAL, "totalCost", total), (_EC, "ecMaxContribution", contribution))
    for predicate, column, cell in cells:
        value = values.amount(cell)
        if value is None:
            flaw(column, "is not an amount")
        elif value and (predicate != _TOTAL or float(value) != 0):
            yield f"{node} {predicate} {typed(value, 'decimal')} ."


# --- a record of each table: its lines, None for one that repeats another; or a `Fault` --------


def _project(cells: Cells, known: Known, programme: str, flaw: Flaw) -> list[str] | None:
    projects, project = known.projects, _number(cells[0], "id")
    if project in known.described:
        return None
    known.described.add(project)
    if rcn := values.identifier(cells[12]):
        projects.link(rcn, project)
    node = projects.term(project)
    lines = projects.state(project, values.clean(cells[1]), values.clean(cells[2]))
    if rcn:
        lines.append(f"{node} {_RECORD} {string(rcn)} .")
    for predicate, cell in ((_STATUS, cells[3]), (_SCHEME, cells[11])):
        if text := values.clean(cell):
            lines.append(f"{node} {predicate} {string(text)} .")
    lines += _dates(node, cells[4], cells[5], flaw)
    lines += _money(node, cells[6], cells[7], flaw)
    lines += projects.programme(project, values.programme(cells[10]) or programme)
    for predicate, cell in ((_BASIS, cells[8]), (_TOPIC, cells[9])):
        for text in {values.clean(part): None for part in _PARTED.split(cell)}:
            if text:
                lines += known.once(f"{node} {predicate} {string(text)} .")
    # Of the text itself nothing is kept but the words that name a technology.
    said = f"{cells[13]}\n{cells[14]}" if cells[14] else cells[13]
    lines += assignment_triples(node, read_terms().of_text(cells[1], said))
    return lines


def _organization(cells: Cells, known: Known, programme: str, flaw: Flaw) -> list[str] | None:
    project, pic = _number(cells[0], "projectID"), _number(cells[1], "organisationID")
    facts = known.participations.state(project, pic, (cells[8], cells[9], cells[10]), flaw)
    if facts is None:
        return None
    if known.payments is not None:
        known.payments.add(project, pic, cells[9])
    return [
        *known.projects.state(project, acronym=values.clean(cells[11])),
        *known.projects.programme(project, programme),
        *known.organisations.state(pic, cells[2:8], flaw),
        *facts,
    ]


def _named(cells: Cells, known: Known, _programme: str, flaw: Flaw) -> list[str] | None:
    pic = _number(cells[0], "orgId")
    if not values.clean(cells[1]):
        raise Fault("name", "is empty")
    is_new = known.new_row("named", *cells)
    return known.organisations.state(pic, cells[1:7], flaw) if is_new else None


def _participation(cells: Cells, known: Known, programme: str, flaw: Flaw) -> list[str] | None:
    """Of a list without names; `NA` in it is a missing value. So a country of NA may be Namibia or
    none: it is left out."""
    rcn, pic = _number(cells[0], "rcn"), _number(cells[1], "pic")
    projects, project = known.projects, known.projects.key(rcn)
    facts = known.participations.state(project, pic, (cells[2], cells[4], ""), flaw)
    if facts is None:
        return None
    lines: list[str] = []
    if project not in known.described:
        known.described.add(project)
        node = projects.term(project)
        lines += projects.state(project)
        lines += projects.programme(project, programme)
        lines += _dates(node, cells[6], cells[7], flaw)
        lines += _money(node, cells[9], cells[8], flaw)
    country = cells[5]
    if country == values.MISSING:
        country = ""
        flaw("country", "NA may be Namibia or a missing value")
    body = ("", "", cells[3], "", country, "")
    return [*lines, *known.organisations.state(pic, body, flaw), *facts]


def _tag(
    cells: Cells, known: Known, programme: str, flaw: Flaw, columns: tuple[str, str, str]
) -> list[str] | None:
    """Of two columns: a project, and a code that it carries."""
    column, tag, predicate = columns
    projects, number = known.projects, _number(cells[0], column)
    texts = [text for part in _PARTED.split(cells[1]) if (text := values.clean(part))]
    if not texts:
        raise Fault(tag, "is empty")
    if not known.new_row(tag, number, *texts):
        return None
    project = projects.key(number) if column == "rcn" else number
    return [
        *projects.state(project),
        *projects.programme(project, values.programme(texts[0]) or programme),
        *(
            line
            for text in texts
            for line in known.once(f"{projects.term(project)} {predicate} {string(text)} .")
        ),
    ]


def _field(cells: Cells, known: Known, programme: str, flaw: Flaw) -> list[str] | None:
    projects, project = known.projects, _number(cells[0], "projectID")
    found = known.concepts.path(cells[1], cells[2])
    if found is None:
        raise Fault("euroSciVocCode", f"{cells[1][:60]!r} is not a path of codes")
    code, lines = found
    if not known.new_row("field", project, code):
        return None
    return [
        *lines,
        *known.concepts.name(code, cells[3]),
        *projects.state(project),
        *projects.programme(project, programme),
        f"{projects.term(project)} {_FIELD} {concept_term(code)} .",
    ]


_TABLES: Final[dict[str, Callable[[Cells, Known, str, Flaw], list[str] | None]]] = {
    "project": _project,
    "organization": _organization,
    "named organisations": _named,
    "participations": _participation,
    "programme parts": partial(_tag, columns=("rcn", "programme_part", _PART)),
    "topics": partial(_tag, columns=("projectID", "topic", _TOPIC)),
    "legal basis": partial(_tag, columns=("projectID", "legalBasis", _BASIS)),
    "EuroSciVoc": _field,
}
