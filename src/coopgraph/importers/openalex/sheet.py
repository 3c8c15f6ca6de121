"""Works, institutions and topics as OpenAlex exports them in CSV, as records of the snapshot.

A column is called after its field (`primary_topic.id`, in other exports `primary_topic_id`), and
has of several values, such as the institutions of all authors, one after the other, parted by `|`.
Columns that are lists of values side by side are taken together where they are equally long.
"""

import contextlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from coopgraph.importers.base import Account, Input

#: The fields of an institution, by the columns that may hold them.
_INSTITUTION: Final = {
    "id": ("authorships_institutions_id", "author_institution_ids", "institution_ids"),
    "ror": ("authorships_institutions_ror", "author_institution_rors"),
    "country_code": ("authorships_institutions_country_code", "author_institution_country_codes"),
    "display_name": ("authorships_institutions_display_name", "author_institution_names"),
    "type": ("authorships_institutions_type", "author_institution_types"),
}
_ABOVE: Final = ("subfield", "field", "domain")
_SIGN: Final = "|"


def header_of(source: Input) -> list[str]:
    """The names of the columns, with `_` for points."""
    return _plain(source.header())


def sheet_rows(source: Input, account: Account) -> Iterator[tuple[int, dict[str, str]]]:
    """(row, cells by the names of their columns); what cannot be read is rejected."""
    header, rows = account.table(source)
    names = _plain(header)
    for row, cells in rows:
        yield row, dict(zip(names, cells, strict=True))


def has_institutions(header: list[str]) -> bool:
    """Whether works with these columns say of which institutions they are."""
    return "authorships" in header or any(name in header for name in _INSTITUTION["id"])


def record_of(row: Mapping[str, str]) -> dict[str, Any]:
    """A record as the snapshot has it.

    >>> row = {"id": "https://openalex.org/W1", "publication_year": "2024",
    ...     "author_institution_ids": "https://openalex.org/I1|https://openalex.org/I2"}
    >>> record = record_of(row)
    >>> record["publication_year"], len(record["authorships"][0]["institutions"])
    (2024, 2)
    """
    record: dict[str, Any] = {name: value for name, value in row.items() if value}
    year = row.get("publication_year", "")
    record["publication_year"] = int(year) if year.isascii() and year.isdigit() else None
    record["primary_topic"] = _json(row, "primary_topic") or _topic(row, "primary_topic_")
    for level in _ABOVE:
        if f"{level}_id" in row:
            record[level] = _named(row, f"{level}_")
    record["authorships"] = _json(row, "authorships") or [{"institutions": _institutions(row)}]
    for name in ("display_name_alternatives", "display_name_acronyms"):
        record[name] = [each for each in row.get(name, "").split(_SIGN) if each]
    record["is_authors_truncated"] = row.get("is_authors_truncated", "").lower() == "true"
    return record


def _plain(header: list[str]) -> list[str]:
    return [name.casefold().replace(".", "_") for name in header]


def _json(row: Mapping[str, str], name: str) -> Any:
    """What a cell of JSON holds; None for any other."""
    with contextlib.suppress(ValueError, RecursionError):
        return json.loads(row.get(name, ""))
    return None


def _named(row: Mapping[str, str], prefix: str) -> dict[str, str | None]:
    return {name: row.get(prefix + name) or None for name in ("id", "display_name")}


def _topic(row: Mapping[str, str], prefix: str) -> dict[str, Any] | None:
    found: dict[str, Any] = _named(row, prefix)
    above = {level: _named(row, f"{prefix}{level}_") for level in _ABOVE}
    return found | above if found["id"] else None


def _institutions(row: Mapping[str, str]) -> list[dict[str, str | None]]:
    columns = {
        field: next((row[name] for name in names if row.get(name)), "").split(_SIGN)
        for field, names in _INSTITUTION.items()
    }
    ids = columns["id"]
    return [
        {
            field: (held[place] or None) if len(held) == len(ids) else None
            for field, held in columns.items()
        }
        for place in range(len(ids))
        if ids[place]
    ]
