"""CORDIS: the projects of FP7, Horizon 2020 and Horizon Europe, as their publisher ships them
(https://cordis.europa.eu/data, https://data.europa.eu/data/datasets?keywords=cordis).

Files are known by their columns (`schemas`), not by their names, in CSV or XLSX, in folders or zip
archives; EuroSciVoc itself comes in Turtle. They may come in any order and in any selection; what
several files say of one thing is stated once. Amounts are in euro. A total cost of 0 was not
declared and is left out; a blank contribution is that of an associated partner. Two PICs of one
legal entity stay two records: which are one body is decided by linking, never here.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from coopgraph.errors import InputUnreadable
from coopgraph.formats.ntriples import curie
from coopgraph.formats.sheets import SUFFIXES, UnreadableRecord
from coopgraph.importers.base import Importer, Input, Ledger, find_inputs, single
from coopgraph.importers.cordis.doubles import Payments
from coopgraph.importers.cordis.euroscivoc import read_concepts
from coopgraph.importers.cordis.schemas import IGNORED, SCHEMAS, Schema, recognise
from coopgraph.importers.cordis.tables import Known, same_projects, table_triples

LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
_VOCABULARY: Final = ".ttl"
_BY_NUMBER: Final = "participations"  # the table that knows projects by their number alone


def find(paths: Sequence[Path]) -> list[Input]:
    """The tables and vocabularies among files, folders and archives, each under a name of its
    own: where two files are called alike, their folders tell them apart."""
    found = find_inputs(
        paths, lambda name: name.removesuffix(".gz").endswith((*SUFFIXES, _VOCABULARY))
    )
    names = Counter(source.name for source in found)
    return [
        replace(source, folder=source.path.parent.name) if names[source.name] > 1 else source
        for source in found
    ]


def triples(inputs: list[Input], ledger: Ledger) -> Iterator[str]:
    """The lines of all files, what names a thing before what refers to it. Raises `InputUnreadable`
    where a file is broken, where a column of it is missing or renamed, and where none of the files
    is one of CORDIS."""
    known = Known()
    vocabularies = [source for source in inputs if source.suffix == _VOCABULARY]
    tables = _tables([source for source in inputs if source.suffix != _VOCABULARY], ledger)
    if not vocabularies and not tables:
        raise InputUnreadable(
            "none of the files has the columns of CORDIS",
            place=", ".join(source.name for source in inputs[:5]),
            remedy="name project, organization, topics, legalBasis or euroSciVoc files",
        )
    for source in vocabularies:
        account = ledger.account(source)
        yield from read_concepts(source, account, known.concepts)
        account.note_flaws()
    if any(schema.name == _BY_NUMBER for schema, _, _ in tables):
        known.payments = Payments()
    for schema, source, header in tables:
        account = ledger.account(source)
        if schema.name == _BY_NUMBER and (same := same_projects(source, header, schema, known)):
            ledger.note(
                f"{source.name}: {same:,} projects are those that other files know by id: the "
                "participants and what they were paid agree"
            )
        yield from table_triples(schema, source, header, account, known)
        account.note_flaws()
    yield from known.organisations.unnamed()
    yield from known.projects.unnamed()


def _tables(inputs: list[Input], ledger: Ledger) -> list[tuple[Schema, Input, list[str]]]:
    """(schema, file, header) of each table of CORDIS, in the order of reading; the others are
    named in a note."""
    found: list[tuple[Schema, Input, list[str]]] = []
    for source in inputs:
        header = _header(source)
        schema = recognise(source, header)
        if schema is None:
            ledger.note(f"{source.name}: passed over: its columns are not those of CORDIS")
        elif schema in IGNORED:
            ledger.note(f"{source.name}: passed over: {schema.name} are not imported")
        else:
            found.append((schema, source, schema.renamed(header)))
    return sorted(found, key=lambda table: SCHEMAS.index(table[0]))


def _header(source: Input) -> list[str]:
    """The names of the columns; empty for an empty file. Raises `InputUnreadable`."""
    _, cells = next(source.rows(), (0, []))
    if isinstance(cells, UnreadableRecord):
        raise source.unreadable(f"the header: {cells.reason}", "")
    return cells


IMPORTER: Final = Importer(
    kind="cordis",
    licence=LICENCE,
    find=find,
    triples=triples,
    key=single(
        *("skos:prefLabel", "skos:notation", "coop:acronym", "coop:status", "coop:fundingScheme"),
        *("coop:startDate", "coop:endDate", "coop:totalCost", "coop:ecContribution"),
        *("coop:amount", "coop:currency", "coop:participationRole", "coop:ended"),
        *("coop:country", "coop:city", "coop:organisationKind", "foaf:homepage"),
        *("coop:inProgramme", "coop:strength", "coop:matchedTerms"),
    ),
    numbers=(curie("coop:recordNumber").encode(), re.compile(rb"cordis-rcn-(\d+)")),
)
