"""The records of any file, each as texts by the names of its columns in lower case.

Sheets have one text a column; what is nested in JSON or Parquet has a name with points
(`authors.name`) and as many texts as there are; RIS (https://en.wikipedia.org/wiki/RIS_(file_format))
has one for each time that a tag occurs.
"""

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from coopgraph.formats.sheets import SUFFIXES as SHEETS
from coopgraph.importers.base import Account, Input, Ledger
from coopgraph.importers.columns.column_map import ColumnMap, Record
from coopgraph.importers.json_records import LIMIT, json_records
from coopgraph.importers.parquet import parquet_columns, parquet_rows

_JSON: Final = (".json", ".jsonl", ".ndjson")
_PARQUET, _RIS = ".parquet", ".ris"
_TEXT: Final = ".txt"  # as the Web of Science calls its sheets
SUFFIXES: Final = (*SHEETS, *_JSON, _PARQUET, _RIS, _TEXT)
_DEEPEST: Final = 8
_FIRST: Final = 9
_TAG: Final = re.compile(r"([A-Z][A-Z0-9])  ?-(?: (.*)|\s*)\Z")


def records(columns: ColumnMap, source: Input, ledger: Ledger) -> Iterator[tuple[int, Record]]:
    """(row, record) of each record of a file; what cannot be read is rejected. Raises
    `InputUnreadable` where the file has no column for what a record must have."""
    account = ledger.account(source)
    found: Iterator[tuple[int, Record]]
    if source.suffix in _JSON:
        found = ((row, _flat(record)) for row, record in json_records(source, ledger))
    elif source.suffix == _PARQUET:
        found = ((row, _flat(record)) for row, record in enumerate(parquet_rows(source), 1))
    elif source.suffix == _RIS:
        found = _of_ris(source, account)
    else:
        found = _of_sheet(columns, source, account)
    yield from found


def names_of(source: Input) -> list[str]:
    """The names of the columns of a file, of nested ones those of its first records."""
    if source.suffix in (*SHEETS, _TEXT):
        return source.header()
    if source.suffix == _PARQUET:
        return parquet_columns(source)
    ledger = Ledger()
    found = (
        _of_ris(source, ledger.account(source))
        if source.suffix == _RIS
        else ((row, _flat(record)) for row, record in json_records(source, ledger))
    )
    return [*dict.fromkeys(name for _, record in islice(found, _FIRST) for name in record)]


def _of_sheet(columns: ColumnMap, source: Input, account: Account) -> Iterator[tuple[int, Record]]:
    names, rows = account.table(source)
    if lacking := columns.missing(names):
        wanted = " or ".join(map(repr, columns.columns.get(lacking, ()))) or "no column"
        raise source.unreadable(
            f"has no column for {lacking}: the map names {wanted}",
            f"the file has {', '.join(names[:30])}: correct the map",
        )
    keys = [name.casefold() for name in names]
    for row, cells in rows:
        yield row, {key: [cell] for key, cell in zip(keys, cells, strict=True) if cell}


def _flat(record: dict[str, Any]) -> Record:
    found: dict[str, list[str]] = defaultdict(list)

    def add(name: str, value: Any, depth: int) -> None:
        if isinstance(value, dict) and depth < _DEEPEST:
            for key, part in value.items():
                add(f"{name}.{key}" if name else str(key), part, depth + 1)
        elif isinstance(value, list) and depth < _DEEPEST:
            for part in value:
                add(name, part, depth + 1)
        elif value is not None and not isinstance(value, dict | list):
            found[name.casefold()].append(str(value))

    add("", record, 0)
    return found


def _of_ris(source: Input, account: Account) -> Iterator[tuple[int, Record]]:
    held, outside = _RisRecord(), 0
    with source.utf8(account.ledger) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8", newline=None)
        for number, line in enumerate(text, 1):
            tag = _TAG.match(line.rstrip())
            if tag and tag[1] == "TY" and not held.start:
                held = _RisRecord(number)
            if not held.start:
                outside += bool(line.strip())
            elif not (tag and tag[1] == "ER"):
                held.add(tag, line)
            elif held.size > LIMIT:
                account.reject(held.start, "", f"is longer than {LIMIT:,} characters")
                held = _RisRecord()
            else:
                yield held.start, held.texts
                held = _RisRecord()
        text.detach()
    if held.start:
        account.reject(held.start, "ER", "the record breaks off before its end")
    if outside:
        account.ledger.note(f"{source.name}: {outside:,} lines outside of records were passed over")


@dataclass
class _RisRecord:
    """A record of RIS while it is read: from which line on (0: none), its texts by tag."""

    start: int = 0
    size: int = 0
    texts: dict[str, list[str]] = field(default_factory=dict)
    last: list[str] = field(default_factory=list)

    def add(self, tag: re.Match[str] | None, line: str) -> None:
        """One more line: of a tag, or more of the last; nothing more of a record too long."""
        self.size += len(line)
        if self.size > LIMIT:
            return
        if tag:
            self.last = self.texts.setdefault(tag[1].casefold(), [])
            self.last.append(tag[2] or "")
        elif self.last:
            self.last[-1] += f" {line.strip()}"
