"""Files of our own making in the schemas of CORDIS, for the tests of its importer."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from coopgraph.importers import Ledger
from coopgraph.importers.base import Account
from coopgraph.importers.cordis import IMPORTER, find
from coopgraph.vocabulary import COOP, ID

PROJECT = (
    "id,acronym,status,title,startDate,endDate,totalCost,ecMaxContribution,legalBasis,topics,"
    "frameworkProgramme,fundingScheme,rcn"
)
ORGANIZATION = (
    "projectID,projectAcronym,organisationID,vatNumber,name,shortName,activityType,city,country,"
    "nutsCode,organizationURL,role,ecContribution,totalCost,endOfParticipation"
)
PARTICIPATION = (
    "rcn,role,pic,type,contribution,country,start_date,end_date,max_contribution,total_cost"
)
FIELD = "projectID,euroSciVocCode,euroSciVocPath,euroSciVocTitle,euroSciVocDescription"
NAMES = {
    "project": PROJECT,
    "organization": ORGANIZATION,
    "participations": PARTICIPATION,
    "euroSciVoc": FIELD,
    "topics": "projectID,topic,title",
    "legalBasis": "projectID,legalBasis,title,uniqueProgrammePart",
    "parts": "rcn,programme_part",
}


def as_csv(header: str, rows: Iterable[Sequence[str]], delimiter: str = ";") -> str:
    """Every cell quoted, as the publisher does."""
    table = [header.split(","), *rows]
    return "".join(
        delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in table
    )


def record(table: str, /, **cells: str) -> list[str]:
    """A row of a table: the cells given, the others empty."""
    columns = NAMES[table].split(",")
    assert cells.keys() <= set(columns), cells.keys() - set(columns)
    return [cells.get(column, "") for column in columns]


def write(folder: Path, name: str, rows: Iterable[Sequence[str]], suffix: str = ".csv") -> Path:
    """A CSV file of one of the tables of `NAMES`."""
    path = folder / f"{name}{suffix}"
    path.write_text(as_csv(NAMES[name], rows), encoding="utf-8")
    return path


def write_xlsx(path: Path, header: str, rows: Iterable[Sequence[str]], stated: str = "A1") -> Path:
    """A workbook that states the wrong dimension, as the publisher's do."""
    lines = []
    for number, row in enumerate([header.split(","), *rows], 1):
        cells = "".join(
            f'<c r="{chr(65 + place)}{number}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
            for place, cell in enumerate(row)
        )
        lines.append(f'<row r="{number}">{cells}</row>')
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kinds}.worksheet+xml"/>'
        "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{rels}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{rels}"><sheets>'
        '<sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{rels}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><dimension ref="{stated}"/>'
        f"<sheetData>{''.join(lines)}</sheetData></worksheet>",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return path


class Read:
    """What an import of some files comes to: lines, ledger, rejects."""

    def __init__(self, *paths: Path) -> None:
        self.rejects: list[tuple[object, ...]] = []
        self.ledger = Ledger(lambda row: self.rejects.append(tuple(row)))
        self.lines = list(IMPORTER.triples(find(paths), self.ledger))
        assert all(account.balanced for account in self.ledger.accounts.values())

    def account(self, name: str) -> Account:
        return self.ledger.accounts[name]

    def values(self, subject: str, predicate: str) -> list[str]:
        """Objects of the lines about `id:{subject}` with a predicate of ours or a full IRI."""
        iri = predicate if ":" in predicate else COOP + predicate
        start = f"<{ID}{subject}> <{iri}> "
        return [line[len(start) : -2] for line in self.lines if line.startswith(start)]
