"""A first map of a file, to be edited: what is known of its columns by the maps that ship, and the
names of all others. The file is read in a process of its own."""

import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from coopgraph.guard.reader import Messages, Reader, read_limits
from coopgraph.importers.base import Input, find_inputs
from coopgraph.importers.columns.column_map import FIELDS, read_map, shipped_maps
from coopgraph.importers.columns.records import SUFFIXES, names_of

_DESCRIBED: Final = "docs/files.md describes it"
_LEFT: Final = "# The other columns of the file: "


def first_map(path: Path) -> str:
    """The text of a first map of the file at `path`. Raises what an import of it raises."""
    reader = Reader(f"{__name__}:send", {"path": path}, read_limits([path]), path.name)
    with reader as messages:
        ((names, _),) = messages
    return map_text(names, path.name)


def send(messages: Messages, path: Path) -> None:
    """Say the names of the columns of a file."""
    source: Input = find_inputs([path], lambda name: name.removesuffix(".gz").endswith(SUFFIXES))[0]
    messages.send(names_of(source))


def map_text(names: Iterable[str], file: str) -> str:
    """A map of the columns called so, as TOML.

    >>> print(map_text(["Title", "Year", "Sponsor"], "a.csv"))  # doctest: +ELLIPSIS
    # A map of the columns of a.csv, to be completed; docs/files.md describes it.
    kind = "publications"  # publications, projects or awards
    name = "a"
    <BLANKLINE>
    [columns]
    title = "Title"
    # affiliations = ""
    ...
    year = "Year"
    ...
    # The other columns of the file: "Sponsor"
    ...
    """
    columns = {name.casefold(): name for name in names if name}
    known: dict[str, list[str]] = defaultdict(list)
    for name in shipped_maps():
        for field, given in read_map(name).columns.items():
            known[field] += (column.casefold() for column in (*given, field))
    kind = "publications" if columns.keys() & {*known["affiliations"]} else "projects"
    if columns.keys() & {*known["year"]}:
        kind = "publications"
    lines = [
        f"# A map of the columns of {_quoted(file)[1:-1]}, to be completed; {_DESCRIBED}.",
        f'kind = "{kind}"  # {", ".join([*FIELDS][:-1])} or {[*FIELDS][-1]}',
        f"name = {_quoted(Path(file).stem)}",
        "",
        "[columns]",
    ]
    left = dict(columns)
    for field in FIELDS[kind]:
        candidates = dict.fromkeys([field, *known[field]])
        found = [left.pop(column) for column in candidates if column in left]
        if not found:
            lines.append(f'# {field} = ""')
        elif len(found) == 1:
            lines.append(f"{field} = {_quoted(found[0])}")
        else:
            lines.append(f"{field} = [{', '.join(map(_quoted, found))}]")
    lines += [
        f"{_LEFT}{', '.join(map(_quoted, left.values()))}" if left else "",
        "",
        "[separators]  # what parts several values of one cell",
        f'{FIELDS[kind][1] if kind == "publications" else "participants"} = ";"',
        "",
        "[constants]  # what is so of every record",
        '# technology = "quantum"',
    ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A text in TOML, which is written as in JSON but for one sign."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
