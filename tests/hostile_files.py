"""Files made to do harm, each with what is said of it, and functions that a `Reader` runs."""

from __future__ import annotations

import gzip
import io
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from coopgraph.errors import InputUnreadable, TableError, TablesInvalid
from coopgraph.guard.reader import Messages

MANY = 100_000
LITERAL = 16 << 20
_RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:">'
    '<rdf:Description rdf:about="urn:a">{}</rdf:Description></rdf:RDF>'
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET = f'<worksheet xmlns="{_MAIN}"><sheetData>{{}}</sheetData></worksheet>'
_CELL = '<row r="{0}"><c r="{1}{0}" t="inlineStr"><is><t>id</t></is></c></row>'
_STRINGS = f'<sst xmlns="{_MAIN}">{{}}</sst>'
_TEXTS = "".join(f'{name}_{lang} = "a"\n' for name in ("title", "assumption") for lang in "ko en")


def xml(entities: str, content: str) -> str:
    """RDF/XML with entities of its own."""
    return f"<!DOCTYPE rdf:RDF [{entities}]>" + _RDF.format(content)


def laughs() -> str:
    """A billion laughs, a thousand times."""
    levels = (f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 13))
    return xml(f'<!ENTITY l0 "lol">{"".join(levels)}', "<e:p>&l12;</e:p>")


def quadratic() -> str:
    """One long entity, again and again in one literal."""
    return xml(f'<!ENTITY a "{"x" * 200_000}">', f"<e:p>{'&a;' * 100_000}</e:p>")


def multiplied() -> str:
    """One long entity in many literals."""
    values = (f"<e:p{n}>&a;</e:p{n}>" for n in range(10_000))
    return xml(f'<!ENTITY a "{"x" * 1_000_000}">', "".join(values))


def external(address: str) -> str:
    """An entity and a document type that are elsewhere."""
    return f'<!DOCTYPE rdf:RDF SYSTEM "{address}" [<!ENTITY a SYSTEM "{address}">]>' + _RDF.format(
        "<e:p>&a;</e:p>"
    )


def chain() -> str:
    """Blank nodes in each other: valid, and slow to name."""
    return "<urn:a> <urn:p> " + "[ <urn:p> " * MANY + "1" + "]" * MANY + " ."


def workbook(sheet: str, strings: str = "") -> bytes:
    """An XLSX file of one sheet."""
    link = f'<Relationship Id="r{{0}}" Type="{_OFFICE}/{{1}}" Target="{{2}}"/>'
    book = [
        link.format(1, "worksheet", "s.xml"),
        link.format(2, "sharedStrings", "sharedStrings.xml"),
    ]
    links = f'<Relationships xmlns="{_PACKAGE}/relationships">{{}}</Relationships>'
    names = f'<sheets><sheet name="s" sheetId="1" r:id="r1" xmlns:r="{_OFFICE}"/></sheets>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": links.format(link.format(1, "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}">{names}</workbook>',
        "xl/_rels/workbook.xml.rels": links.format("".join(book)),
        "xl/s.xml": sheet,
        "xl/sharedStrings.xml": strings,
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in parts.items():
            if text:
                archive.writestr(name, text)
    return file.getvalue()


def packed(start: bytes, repeated: bytes, count: int) -> bytes:
    """A gzip file that is a thousand times larger than it looks."""
    return gzip.compress(start + repeated * count, 1)


class Hostile(NamedTuple):
    """A file: who reads it, what it holds, and what is said of it under small limits; by which map
    it is read, if by any."""

    kind: str
    make: Callable[[], str | bytes]
    said: str
    columns: str = ""


_MEMORY = "takes more than 128 MiB of memory to read"
_OUTPUT = "becomes more than 16 MiB"
FILES = {
    "laughs.rdf": Hostile("rdf", laughs, _MEMORY),
    "quadratic.rdf": Hostile("rdf", quadratic, _MEMORY),
    "multiplied.rdf": Hostile("rdf", multiplied, _OUTPUT),
    "entity.rdf": Hostile("rdf", lambda: external("file:" + "///etc/passwd"), "is not RDF/XML"),
    "deep.jsonld": Hostile("rdf", lambda: '{"urn:p":' * MANY, "Max stack size of 65536"),
    "terms.nt": Hostile(
        "rdf",
        lambda: (
            "<urn:a> <urn:p> " + "<<( <urn:a> <urn:p> " * MANY + "<urn:a>" + ")>>" * MANY + " ."
        ),
        r"the process that read it ended \(signal 11\)",
    ),
    "literal.nt": Hostile(
        "rdf", lambda: f'<urn:a> <urn:p> "{"x" * LITERAL}" .', "longer than 16 MiB"
    ),
    "literal.jsonld": Hostile("rdf", lambda: f'{{"urn:p": "{"x" * LITERAL}"}}', "than 16 MiB"),
    "line.nt.gz": Hostile(
        "rdf", lambda: packed(b'<urn:a> <urn:p> "', b"x" * 1024, 1 << 16), "longer than 16 MiB"
    ),
    "lines.nt": Hostile(
        "rdf",
        lambda: "".join(f"<urn:{n:01000}> <urn:p> <urn:o> .\n" for n in range(20_000)),
        _OUTPUT,
    ),
    "nul.nt": Hostile("rdf", lambda: b"\0" * 1000, "is not N-Triples"),
    "utf16.ttl": Hostile("rdf", lambda: "<urn:a> <urn:p> 1 ,".encode("utf-16"), "is not Turtle"),
    "latin.nt": Hostile("rdf", lambda: b'<urn:a> <urn:p> "\xed\x95\x9c\xe9" .\n', "Invalid UTF-8"),
    "corners.xlsx": Hostile(
        "cordis",
        lambda: workbook(_SHEET.format(_CELL.format(1, "A") + _CELL.format(1048576, "XFD"))),
        _MEMORY,
    ),
    "rows.xlsx": Hostile(
        "cordis", lambda: workbook(_SHEET.format("<row><c><v>1</v></c></row>" * 2_000_000)), _MEMORY
    ),
    "blank.xlsx": Hostile("cordis", lambda: workbook(_SHEET.format(" " * (160 << 20))), _MEMORY),
    "strings.xlsx": Hostile(
        "cordis",
        lambda: workbook(
            _SHEET.format(""), _STRINGS.format(f"<si><t>{'a' * 50}</t></si>" * 1_500_000)
        ),
        _MEMORY,
    ),
    "entity.xlsx": Hostile(
        "cordis",
        lambda: workbook(_SHEET.format(_CELL.format(1, "A").replace("id", "&l;"))),
        "entity",
    ),
    "columns.csv": Hostile(
        "cordis", lambda: ";".join(map(str, range(1_000_000))), "first line is too long"
    ),
    "nul.csv": Hostile("cordis", lambda: b"\0" * 1_000_000, "first line is too long"),
    "utf16.csv": Hostile("cordis", lambda: b"\xff\xfe\x00\xd8" * 9, "is not UTF-16"),
    "packed.csv.gz": Hostile(
        "cordis", lambda: packed(b"", b"x" * 1024, 1 << 16), "first line is too long"
    ),
    "budget-2026.json": Hostile("kr-budget", lambda: "[" + "[]," * 2_000_000 + "1]", _MEMORY),
    "budget-2027.json": Hostile("kr-budget", lambda: "[" * MANY, "is not JSON: maximum recursion"),
    "ror.json": Hostile("ror", lambda: '[{"id":' * MANY, "breaks off inside a record"),
    "bomb.ris.gz": Hostile(
        "map", lambda: packed(b"TY  - JOUR\nTI  - ", b"x" * 1024, 1 << 18), _MEMORY, "ris"
    ),
    "wide.jsonl": Hostile("map", lambda: '{"Title":' * MANY, "breaks off|not JSON", "scopus"),
    "none.parquet": Hostile("map", lambda: b"PAR1" + bytes(1 << 20) + b"PAR1", "thrift", "scopus"),
    "ror-data.csv": Hostile("ror", lambda: "id," + "x" * 1_000_000, "not a ROR dump|too long"),
    "organisations.csv": Hostile("table", lambda: "key," + "x" * 1_000_000, "is not CSV"),
}


def speak(messages: Messages) -> None:
    """Say something of every kind, also where a library would."""
    sys.stdout.write("to standard output\n")
    sys.stderr.write("to standard error\n")
    messages.send({"got": messages.receive()}, b"data")


def fail(messages: Messages, how: str) -> None:
    """Raise something of every kind."""
    messages.read_now("second.ttl")
    raise {
        "ours": TablesInvalid([TableError(f"no {n}", place="a.csv", remedy="r") for n in range(3)]),
        "a subclass": _Special("is special", place="b"),
        "the system's": PermissionError(13, "Permission denied", "a.ttl"),
        "a fault": ZeroDivisionError("by zero"),
        "too deep": RecursionError("maximum recursion depth exceeded"),
    }[how]


def write(messages: Messages, path: Path, size: int) -> None:
    """Write a file."""
    path.write_bytes(b"x" * size)
    messages.send(size)


def too_much(messages: Messages) -> None:
    """Hand over more at once than one message may hold."""
    messages.send(None, bytes(65 << 20))


class _Special(InputUnreadable):
    """An error that only its own module knows."""


def scenario(extra: str) -> str:
    """A scenario with something that it should not hold."""
    return _TEXTS + extra


_DEEP = "nested too deeply"
#: TOML that is nested too deeply: its text, and what is said of it.
TOML: dict[str, tuple[Callable[[], str], str]] = {
    "arrays": (lambda: f"x = {'[' * MANY}{']' * MANY}", _DEEP),
    "inline tables": (lambda: f"x = {'{a=' * MANY}1{'}' * MANY}", _DEEP),
    "keys": (lambda: f"{'.'.join('a' * 2_000)} = 1", _DEEP),
    "tables": (lambda: "[" * MANY, "not TOML"),
    "many keys": (lambda: f"{'.'.join('a' * MANY)} = 1", "takes longer than 1 s to read"),
}
