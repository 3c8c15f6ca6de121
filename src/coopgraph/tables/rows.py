"""CSV files to rows: every cell is checked against its description before it is used.

All that is wrong is collected, so that one run shows the whole repair list.
"""

import csv
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from pathlib import Path

from coopgraph.errors import (
    CellInvalid,
    ColumnMissing,
    ColumnUnknown,
    EncodingWrong,
    KeyDuplicate,
    ReferenceDangling,
    TableError,
    TablesInvalid,
    nearest,
)
from coopgraph.formats.csv import restored
from coopgraph.i18n import languages
from coopgraph.tables.catalogue import BY_NAME, TABLES
from coopgraph.tables.cells import fault, shown
from coopgraph.tables.codes import Codes
from coopgraph.tables.consistency import contradictions
from coopgraph.tables.description import SEPARATOR, Column, Table
from coopgraph.tables.evidence import is_shipped, looks, texts_in
from coopgraph.tables.layouts import REMEDY, is_older
from coopgraph.tables.row import Row, Rows

LINE_END = b"\n"

#: The folder in a folder of tables that holds one folder a plan.
PLANS = "plans"
#: The folder beside tables that holds the texts of sources at hand, `KEY.txt` each.
TEXTS = "texts"


def read_tables(folder: Path, codes: Codes) -> Rows:
    """The checked rows of every `*.csv` in `folder` and in its folders of plans.

    Raises `TablesInvalid`, which holds every problem found: a file that no description
    knows, a wrong encoding, a missing or unknown column, an unreadable cell, a duplicate
    key, a dangling reference. References into a table of which a row could not be read are
    not judged. A described table that has no file has no rows; a folder without any table
    is a `TableError`.
    """
    return read_beside(all_files(folder), codes, no_rows())[0]


def no_rows() -> Rows:
    """The tables in their order, without rows."""
    return Rows({table.name: [] for table in TABLES})


def all_files(folder: Path) -> list[Path]:
    """The files of a folder of tables and of its plans, table by table; raises `TableError` where
    there is none."""
    order = {table.name: place for place, table in enumerate(TABLES)}
    paths = [*table_files(folder), *plan_files(folder)]
    return sorted(paths, key=lambda path: (order.get(path.stem, -1), file_name(path)))


def table_files(folder: Path) -> list[Path]:
    """The files of a folder of tables, by name; raises `TableError` where there is none."""
    if found := sorted(folder.glob("*.csv")):
        return found
    fact = "no tables (*.csv) in this folder" if folder.is_dir() else "no such folder"
    raise TableError(fact, place=str(folder), remedy="name the folder with the tables")


def plan_files(folder: Path) -> list[Path]:
    """The files of a folder's plans, `plans/KEY/TABLE.csv` each: further rows of these tables."""
    return sorted(folder.glob(f"{PLANS}/*/*.csv"))


def file_name(path: Path) -> str:
    """The name of a file as messages have it: with its folder, where that is one of a plan.

    >>> file_name(Path("data/amounts.csv")), file_name(Path("data/plans/uk-fund/amounts.csv"))
    ('amounts.csv', 'plans/uk-fund/amounts.csv')
    """
    *_, plans, plan, name = (*("",) * 2, *path.parts)
    return f"{plans}/{plan}/{name}" if plans == PLANS else name


def read_table(folder: Path, name: str) -> list[Row]:
    """The rows of one table in `folder`, their cells checked, their references not followed.

    Raises `TablesInvalid`.

    >>> from coopgraph.vocabulary import resources
    >>> read_table(resources("data"), "countries")[0].key
    'ad'
    """
    problems: list[TableError] = []
    found = [row for row in _read_table(folder / f"{name}.csv", BY_NAME[name], problems) if row]
    if problems:
        raise TablesInvalid(problems)
    return found


def read_beside(
    paths: Sequence[Path], codes: Codes, base: Rows, folder: Path | None = None
) -> tuple[Rows, list[Row]]:
    """The rows of further files, checked like any, and `base` with them, the rows of `folder`. They
    may refer to keys of `base` and of each other, and must not take a key that exists. Raises
    `TablesInvalid`, which holds every problem found."""
    rows, own, problems = read_all(paths, codes, base)
    if not problems:  # every reference can be followed
        problems.extend(contradictions(own, rows))
        for row, outcome, problem in looks(own, rows, texts_beside(paths, folder)):
            if problem:
                problems.append(problem)
            elif outcome == "holds" or (
                row.one("start") and is_shipped(row, rows.by_key[row.one("source")])
            ):
                rows.verified.add(row.key)
    if problems:
        raise TablesInvalid(problems)
    return rows, own


def texts_beside(paths: Iterable[Path], folder: Path | None = None) -> dict[str, Path]:
    """The texts at hand beside these files, and in `folder`, by the key of the source."""
    places = {path.parent for path in paths} | ({folder} if folder else set())
    return texts_in(place / TEXTS for place in sorted(places))


def read_all(
    paths: Sequence[Path], codes: Codes, base: Rows
) -> tuple[Rows, list[Row], list[TableError]]:
    """As `read_beside`: the rows as far as they can be read, and what is wrong with their cells,
    keys and references. Passages are not looked at."""
    problems: list[TableError] = []
    rows = base.copy()
    own: list[Row] = []
    incomplete: set[str] = set()
    for path in paths:
        table = BY_NAME.get(path.stem)
        if table is None:
            remedy = REMEDY if is_older(path.stem) else nearest(path.stem, BY_NAME)
            problems.append(
                TableError("no table has this name", place=file_name(path), remedy=remedy)
            )
            continue
        found = list(_read_table(path, table, problems))
        own += (read := [row for row in found if row])
        rows.tables.setdefault(table.name, []).extend(read)
        if len(read) < len(found):
            incomplete.add(table.name)
    for row in own:
        _index(row, rows, codes, problems)
    known = {name: {row.key for row in found} for name, found in rows.tables.items()}
    for row in own:
        problems.extend(_unresolved(row, rows, known, codes.by_scheme, incomplete))
    return rows, own, problems


def _read_table(path: Path, table: Table, problems: list[TableError]) -> Iterator[Row | None]:
    """The rows of a file; None for each that could not be read, or for them all."""
    try:
        found = list(records(path))
        columns = _header(path, table, found)
    except TableError as problem:
        problems.append(problem)
        yield None
        return
    names, file = [column.name for column in columns], file_name(path)
    for number, cells in found[1:]:
        if uneven := _uneven(path, number, cells, len(columns)):
            problems.append(uneven)
            yield None
            continue
        values = map(_values, columns, cells)
        row = Row(table, number, dict(zip(names, values, strict=True)), file)
        faults = list(_faults(row))
        problems.extend(faults)
        has_key = row.cells.get("key") and not any(f.place == row.place("key") for f in faults)
        yield row if has_key else None


def _uneven(path: Path, number: int, cells: list[str], columns: int) -> CellInvalid | None:
    """That a row has more or fewer cells than the header, if it has."""
    if len(cells) == columns:
        return None
    fact = f"the row has {len(cells)} cells, the header {columns}"
    remedy = "quote cells that hold a comma, and leave no cell out"
    return CellInvalid(fact, place=f"{file_name(path)}, row {number}", remedy=remedy)


def written_rows(path: Path) -> list[dict[str, str]]:
    """The cells of each row of a CSV file as they are written, by the names in its header. Raises
    `TableError` where it cannot be read, or a row has more or fewer cells."""
    (_, header), *rows = [*records(path)] or [(1, [])]
    names = [name.strip() for name in header]
    for number, cells in rows:
        if uneven := _uneven(path, number, cells, len(names)):
            raise uneven
    return [dict(zip(names, cells, strict=True)) for _, cells in rows]


def written_tables(folder: Path) -> dict[str, list[dict[str, str]]]:
    """The cells of each row of a folder of tables and of its plans, by table. Raises `TableError`
    as `written_rows` does, and where there is no table."""
    tables: dict[str, list[dict[str, str]]] = {}
    for path in (*table_files(folder), *plan_files(folder)):
        tables.setdefault(path.stem, []).extend(written_rows(path))
    return tables


def records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) of each record of a CSV file that is not blank, the header among them.
    Raises `TableError` where it cannot be read as one."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TableError(
            f"the file cannot be read: {error.strerror}",
            place=file_name(path),
            remedy="make it a file that you may read",
        ) from None
    try:
        text = data.decode("utf-8-sig")  # spreadsheets write a byte order mark
    except UnicodeDecodeError as error:
        raise EncodingWrong(
            "the file is not UTF-8",
            place=f"{file_name(path)}, row {data.count(LINE_END, 0, error.start) + 1}",
            remedy="save it as CSV UTF-8",
        ) from None
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [restored(cell) for cell in cells]
    except csv.Error as error:
        raise CellInvalid(
            f"the file is not CSV: {error}",
            place=f"{file_name(path)}, row {reader.line_num}",
            remedy="close the quotation marks, double those inside a cell, and keep cells short",
        ) from None


def _header(path: Path, table: Table, records: list[tuple[int, list[str]]]) -> list[Column]:
    names = [name.strip() for name in records[0][1]] if records else []
    place = f"{file_name(path)}, row 1"
    columns: list[Column] = []
    known: set[str] = set()
    for name in names:
        try:
            column = table.column(name)
        except KeyError:
            fact = f"unknown column {name!r}"
            raise ColumnUnknown(fact, place=place, remedy=_remedy(name, table)) from None
        except ValueError as error:
            raise ColumnUnknown(
                f"the column {name!r} names no language: {str(error)!r} is no language tag",
                place=place,
                remedy="end it in a tag such as en, ja or zh-Hant (BCP 47)",
            ) from None
        if column.name in known:
            raise ColumnUnknown(f"duplicate column {name!r}", place=place, remedy="remove one")
        columns.append(column)
        known.add(column.name)
    for column in table.columns:
        if column.required and column.name not in (each.text for each in columns):
            named = f"{column.name}_en" if column.in_languages else column.name
            which = ", or that of another language" if column.in_languages else ""
            raise ColumnMissing(
                f"column {named!r} is missing", place=place, remedy=f"add it: {column.doc}{which}"
            )
    return columns


def _remedy(name: str, table: Table) -> str:
    """What to do about a name in the header that no column has."""
    if is_older(table.name, name):
        return REMEDY
    if name.startswith(f"{table.key.name};"):  # as spreadsheets save where the comma is decimal
        return "separate the cells by commas, not by semicolons"
    return nearest(name, table.header(*languages()))


def _values(column: Column, cell: str) -> tuple[str, ...]:
    """The values of a cell: trimmed, in Unicode NFC, split where the column says so; the code of a
    currency, which ISO 4217 has in capitals, as the key that it is."""
    if not cell:  # most are
        return ()
    text = cell if cell.isascii() else unicodedata.normalize("NFC", cell)
    if column.of == ("currencies",):
        text = text.lower()
    parts = text.split(SEPARATOR) if column.many else [text]
    return tuple(part.strip() for part in parts if part.strip())


def _faults(row: Row) -> Iterator[CellInvalid]:
    for column in row.table.columns:
        names = row.names(column)
        filled = [(name, value) for name in names for value in row.cells[name]]
        if column.required and not filled:
            fact, place = "the cell is empty", row.place(column.name)
            if column.in_languages:
                fact, place = f"{' and '.join(names)}: nothing is filled in", row.place()
            remedy = f"fill in {column.doc}" + ", in one language" * column.in_languages
            yield CellInvalid(fact, place=place, remedy=remedy)
        for cell, value in filled:
            if found := fault(column.kind, value):
                yield CellInvalid(found[0], place=row.place(cell), remedy=found[1])
    given = [name for name in ("start", "end", "span_sha256") if row.cells.get(name)]
    if given and len(given) < 3:
        yield CellInvalid(
            "a position needs start, end and span_sha256 together",
            place=row.place(given[0]),
            remedy="fill in all three or none",
        )


def _index(row: Row, rows: Rows, codes: Codes, problems: list[TableError]) -> None:
    first = rows.by_key.setdefault(row.key, row)
    if first is not row:
        fact = f"duplicate key {row.key!r}; first used in {first.place()}"
        remedy = "keys are unique across all tables: choose another"
    elif scheme := codes.scheme_of(row.key):
        fact = f"the key {row.key!r} is a code of the code list {scheme!r}"
        remedy = "choose another key"
    else:
        return
    problems.append(KeyDuplicate(fact, place=row.place("key"), remedy=remedy))


def _unresolved(
    row: Row,
    rows: Rows,
    keys: dict[str, set[str]],
    codes: dict[str, set[str]],
    incomplete: set[str],
) -> Iterator[ReferenceDangling]:
    for column in row.table.references:
        values = row.cells.get(column.name)
        if not values or not incomplete.isdisjoint(column.of):
            continue
        lists, what = (keys, "key") if column.kind == "ref" else (codes, "code")
        # of the generic words of several kinds only those of the row's own
        names = [name for name in column.of if name == row.one("kind")] or column.of
        known = [lists[name] for name in names if name in lists]
        for value in values:
            if any(value in each for each in known):
                continue
            of, other = " or ".join(names), rows.by_key.get(value)
            if column.words and other and other.one("kind") in column.of:
                continue
            fact = f"{shown(value)} is not a {what} of {of}"
            remedy = _called(value, column, rows) or nearest(value, set[str]().union(*known))
            if other and what == "key":
                fact = f"{value!r} is a key of {other.table.name}, not of {of}"
            yield ReferenceDangling(fact, place=row.place(column.name), remedy=remedy)


def _called(value: str, column: Column, rows: Rows) -> str:
    """A remedy where `value` is not the key but a name of rows, as Japan is of jp; else empty."""
    name = value.replace("-", " ").casefold()
    found = [
        row.key
        for table in column.of
        for row in rows.tables.get(table, ())
        for text in ("label", "alt")
        if name in (row.key, *(each.casefold() for each in row.texts(text).values()))
    ]
    return f"did you mean {' or '.join(dict.fromkeys(found))}?" if found else ""
