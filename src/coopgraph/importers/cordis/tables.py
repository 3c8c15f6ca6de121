"""The tables of CORDIS, one generator each: rows of a known schema to N-Triples lines."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import itemgetter
from typing import Final

from coopgraph.formats.ntriples import curie, string, typed
from coopgraph.formats.sheets import UnreadableRecord, read_sheet
from coopgraph.importers.base import Account, Input
from coopgraph.importers.cordis import values
from coopgraph.importers.cordis.entities import Organisations, Participations, Projects
from coopgraph.importers.cordis.euroscivoc import Concepts, concept_term
from coopgraph.importers.cordis.schemas import Schema

_STATUS, _SCHEME = curie("coop:status"), curie("coop:fundingScheme")
_START, _END = curie("coop:startDate"), curie("coop:endDate")
_TOTAL, _EC = curie("coop:totalCostEur"), curie("coop:ecContributionEur")
_TOPIC, _BASIS = curie("coop:callTopic"), curie("coop:legalBasis")
_PART, _FIELD = curie("coop:programmePart"), curie("coop:euroSciVoc")
_NO_ID: Final = "is not an identifier of digits"


@dataclass
class Known:
    """What has been stated so far, across all files of one import."""

    projects: Projects = field(default_factory=Projects)
    organisations: Organisations = field(default_factory=Organisations)
    participations: Participations = field(default_factory=Participations)
    concepts: Concepts = field(default_factory=Concepts)
    described: set[str] = field(default_factory=set)
    stated: set[int] = field(default_factory=set)
    rows: set[int] = field(default_factory=set)

    def once(self, line: str) -> list[str]:
        """`line`, unless it was stated before."""
        digest = hash(line)
        if digest in self.stated:
            return []
        self.stated.add(digest)
        return [line]

    def new_row(self, *cells: str) -> bool:
        """Whether no record with these cells was read before."""
        digest = hash(cells)
        if digest in self.rows:
            return False
        self.rows.add(digest)
        return True


Rows = Iterable[tuple[int, tuple[str, ...]]]


def table_triples(
    schema: Schema, source: Input, header: Sequence[str], account: Account, known: Known
) -> Iterator[str]:
    """The lines of all records of one file."""
    rows = _columns(schema, header, _records(source, account))
    programme = values.programme(f"{source.path.parent.name}/{source.name}")
    return _TABLES[schema.name](rows, account, known, programme)


def _records(source: Input, account: Account) -> Iterator[tuple[int, list[str]]]:
    """The records below the header; those that cannot be read are rejected."""
    with source.open() as stream:
        rows = read_sheet(stream, source.name, source.suffix)
        next(rows)
        for row, cells in rows:
            if isinstance(cells, UnreadableRecord):
                account.reject(row, "", cells.reason)
            else:
                yield row, cells


def _columns(schema: Schema, header: Sequence[str], rows: Iterator[tuple[int, list[str]]]) -> Rows:
    """The cells that the schema reads, in its order; one that the file lacks is empty."""
    places = [header.index(name) if name in header else -1 for name in schema.columns]
    pick: Callable[[list[str]], tuple[str, ...]] = itemgetter(*places)
    for row, cells in rows:
        cells.append("")
        yield row, pick(cells)


def _flaw(account: Account, row: int) -> Callable[[str, str], object]:
    return lambda column, reason: account.flaw(row, column, reason)


def _dates(node: str, start: str, end: str, account: Account, row: int) -> Iterator[str]:
    for predicate, column, cell in ((_START, "startDate", start), (_END, "endDate", end)):
        value = values.date(cell)
        if value:
            yield f"{node} {predicate} {typed(value, 'date')} ."
        elif value is None:
            account.flaw(row, column, "is not a date")


def _money(node: str, total: str, contribution: str, account: Account, row: int) -> Iterator[str]:
    """Both amounts of a project; a total of 0 means that none was declared."""
    for predicate, column, cell in (
        (_TOTAL, "totalCost", total),
        (_EC, "ecMaxContribution", contribution),
    ):
        value = values.amount(cell)
        if value is None:
            account.flaw(row, column, "is not an amount")
        elif value and (predicate != _TOTAL or float(value) != 0):
            yield f"{node} {predicate} {typed(value, 'decimal')} ."


# --- the tables, in the order in which they are read ----------------------------------------


def _projects(rows: Rows, account: Account, known: Known, programme: str) -> Iterator[str]:
    projects = known.projects
    for row, cells in rows:
        project = values.identifier(cells[0])
        if project is None:
            account.reject(row, "id", _NO_ID)
            continue
        if project in known.described:
            account.duplicate()
            continue
        known.described.add(project)
        if rcn := values.identifier(cells[12]):
            projects.link(rcn, project)
        yield from projects.state(project, values.clean(cells[1]), values.clean(cells[2]))
        node = projects.term(project)
        for predicate, cell in ((_STATUS, cells[3]), (_SCHEME, cells[11])):
            if text := values.clean(cell):
                yield f"{node} {predicate} {string(text)} ."
        yield from _dates(node, cells[4], cells[5], account, row)
        yield from _money(node, cells[6], cells[7], account, row)
        code = values.programme(cells[10]) or programme
        yield from projects.programme(project, code)
        for predicate, cell in ((_BASIS, cells[8]), (_TOPIC, cells[9])):
            for text in {values.clean(part): None for part in cell.split(";")}:
                if text:
                    yield from known.once(f"{node} {predicate} {string(text)} .")
        account.accept()


def _organizations(rows: Rows, account: Account, known: Known, programme: str) -> Iterator[str]:
    projects = known.projects
    known.participations.next_file()
    for row, cells in rows:
        project, pic = values.identifier(cells[0]), values.identifier(cells[1])
        if project is None or pic is None:
            column = "projectID" if project is None else "organisationID"
            account.reject(row, column, _NO_ID)
            continue
        flaw = _flaw(account, row)
        facts = known.participations.state(project, pic, (cells[8], cells[9], cells[10]), flaw)
        if facts is None:
            account.duplicate()
            continue
        if project not in projects.stated:
            yield from projects.state(project, acronym=values.clean(cells[11]))
        yield from projects.programme(project, programme)
        yield from known.organisations.state(pic, cells[2:8], flaw)
        yield from facts
        account.accept()


def _named(rows: Rows, account: Account, known: Known, _programme: str) -> Iterator[str]:
    for row, cells in rows:
        pic = values.identifier(cells[0])
        if pic is None:
            account.reject(row, "orgId", _NO_ID)
        elif not values.clean(cells[1]):
            account.reject(row, "name", "is empty")
        elif known.new_row("named", *cells):
            yield from known.organisations.state(pic, cells[1:7], _flaw(account, row))
            account.accept()
        else:
            account.duplicate()


def _participations(rows: Rows, account: Account, known: Known, programme: str) -> Iterator[str]:
    """A list of participations without names; `NA` in it is a missing value. So a country of
    NA may be Namibia or none: it is left out."""
    projects = known.projects
    known.participations.next_file()
    for row, cells in rows:
        rcn, pic = values.identifier(cells[0]), values.identifier(cells[1])
        if rcn is None or pic is None:
            account.reject(row, "rcn" if rcn is None else "pic", _NO_ID)
            continue
        project, flaw = projects.key(rcn), _flaw(account, row)
        facts = known.participations.state(project, pic, (cells[2], cells[4], ""), flaw)
        if facts is None:
            account.duplicate()
            continue
        if project not in known.described:
            known.described.add(project)
            node = projects.term(project)
            yield from projects.state(project)
            yield from projects.programme(project, programme)
            yield from _dates(node, cells[6], cells[7], account, row)
            yield from _money(node, cells[9], cells[8], account, row)
        country = cells[5]
        if country == values.MISSING:
            country = ""
            account.flaw(row, "country", "NA may be Namibia or a missing value")
        body = ("", "", cells[3], "", country, "")
        yield from known.organisations.state(pic, body, flaw)
        yield from facts
        account.accept()


def _tags(
    rows: Rows, account: Account, known: Known, programme: str, columns: tuple[str, str, str]
) -> Iterator[str]:
    """Files of two columns: a project, and a code that it carries."""
    projects = known.projects
    column, tag, predicate = columns
    for row, cells in rows:
        number, text = values.identifier(cells[0]), values.clean(cells[1])
        if number is None or not text:
            fate = (column, _NO_ID) if number is None else (tag, "is empty")
            account.reject(row, *fate)
        elif not known.new_row(tag, number, text):
            account.duplicate()
        else:
            project = projects.key(number) if column == "rcn" else number
            if project not in projects.stated:
                yield from projects.state(project)
            yield from projects.programme(project, values.programme(text) or programme)
            line = f"{projects.term(project)} {predicate} {string(text)} ."
            yield from known.once(line)
            account.accept()


def _fields(rows: Rows, account: Account, known: Known, programme: str) -> Iterator[str]:
    projects, concepts = known.projects, known.concepts
    for row, cells in rows:
        project = values.identifier(cells[0])
        found = concepts.path(cells[1], cells[2]) if project else None
        if project is None:
            account.reject(row, "projectID", _NO_ID)
        elif found is None:
            account.reject(row, "euroSciVocCode", f"{cells[1][:60]!r} is not a path of codes")
        elif not known.new_row("field", project, found[0]):
            account.duplicate()
        else:
            code, lines = found
            yield from lines
            yield from concepts.name(code, cells[3])
            if project not in projects.stated:
                yield from projects.state(project)
            yield from projects.programme(project, programme)
            yield f"{projects.term(project)} {_FIELD} {concept_term(code)} ."
            account.accept()


_TABLES: Final[dict[str, Callable[[Rows, Account, Known, str], Iterator[str]]]] = {
    "project": _projects,
    "organization": _organizations,
    "named organisations": _named,
    "participations": _participations,
    "programme parts": partial(_tags, columns=("rcn", "programme_part", _PART)),
    "topics": partial(_tags, columns=("projectID", "topic", _TOPIC)),
    "legal basis": partial(_tags, columns=("projectID", "legalBasis", _BASIS)),
    "EuroSciVoc": _fields,
}
