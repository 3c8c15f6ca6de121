"""Lists in `data/` and ../shared of what was curated, and of what was done with each row."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

from command_line import called

from coopgraph.tables.rows import plan_files
from coopgraph.vocabulary import resources


def tsv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t"))


def revised() -> set[tuple[str, str]]:
    """Table and key of each row that was mended or added since version 0.1, as
    `data/revisions.tsv` tells."""
    return {
        (table, key)
        for row in tsv(resources("data") / "revisions.tsv")
        if row["done"] in ("entered", "corrected")
        for table, key in (where.split("/") for where in row["rows"].split("|"))
    }


def without_revisions(old: Path, folder: Path) -> Path:
    """The shipped tables in `folder`, but what was revised since version 0.1 as its tables in `old`
    have it, or not at all."""
    shutil.copytree(resources("data"), folder)
    assert called("upgrade-tables", str(old)).code == 0
    undone = revised()
    for path in [*folder.glob("*.csv"), *plan_files(folder)]:
        if not any(table == path.stem for table, _ in undone):
            continue
        before = old / path.name
        was = _rows(before) if path.parent == folder and before.is_file() else {}
        rows = [
            was.get(key, {}) if (path.stem, key) in undone else row
            for key, row in _rows(path).items()
        ]
        header = list(dict.fromkeys(column for row in rows for column in row))
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, header, lineterminator="\n")
            writer.writeheader()
            writer.writerows(row for row in rows if row)
        if not any(rows):
            path.unlink()
    return folder


def _rows(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return {row["key"]: row for row in csv.DictReader(stream)}
