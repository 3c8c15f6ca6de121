"""Empty tables to type into: the header of each, its columns in the order of its description."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from coopgraph.errors import FileUnwritable, UnknownTable, UsageError, nearest
from coopgraph.formats.csv import csv_text
from coopgraph.store.files import write_output, writing
from coopgraph.tables.catalogue import BY_NAME, TABLES
from coopgraph.tables.description import is_language_tag

#: What few rows fill in: whoever needs one adds it to the header.
_RARE: Final = frozenset({"alt", "start", "end", "span_sha256"})


def template(name: str, langs: Sequence[str] = ("en",)) -> str:
    """The header of the table `name` as CSV, its texts in `langs` (BCP 47). Columns that a row does
    not need may be left empty or taken out. Raises `UnknownTable`, and `UsageError` for a tag that
    is none.

    >>> template("stances", ["nb"])
    'key,label_nb,plan,broad_match,definition_nb,source,locator_nb,reading,note_nb\\n'
    """
    if name not in BY_NAME:
        raise UnknownTable(f"unknown table {name!r}", remedy=nearest(name, BY_NAME))
    for tag in langs:
        if not is_language_tag(tag):
            remedy = "write it as in en, ja or zh-Hant (BCP 47)"
            raise UsageError(f"{tag!r} is no language tag", remedy=remedy)
    table = BY_NAME[name]
    header = (each for each in table.header(*langs) if table.column(each).text not in _RARE)
    return csv_text([list(header)])


def template_files(names: Sequence[str], folder: Path, langs: Sequence[str]) -> list[Path]:
    """Write the template of each table as a new file into `folder`. Raises `UnknownTable`, and
    `FileUnwritable` where one of them is there already: then nothing is written."""
    made = {folder / f"{name}.csv": template(name, langs) for name in names}
    for path in made:
        if path.exists():
            raise FileUnwritable("is there already", place=str(path), remedy="name a new folder")
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for path, text in made.items():
        write_output(path, text.encode())
    return list(made)


def tables() -> list[tuple[str, str, str]]:
    """Each table: its name, what a row of it says, the columns that a row must fill in.

    >>> [row[2] for row in tables() if row[0] == "stances"]
    ['key, label_LANG, plan, source, locator_LANG']
    """
    rows = []
    for table in TABLES:
        needed = (column for column in table.columns if column.required)
        names = (f"{each.name}_LANG" if each.in_languages else each.name for each in needed)
        rows.append((table.name, table.doc, ", ".join(names)))
    return rows
