"""The CSV file of a ROR dump of schema 2 as records of the JSON file.

https://ror.readme.io/docs/data-dump: columns are called after the fields; several values of one are
parted by semicolons, names come after their language (`en: Harbour University`).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from coopgraph.importers.base import Input, Ledger

_NAME: Final = re.compile(r"(no_lang_code|[a-z]{2,3}): *(.+)")
_KINDS_OF_NAMES: Final = ("ror_display", "label", "alias", "acronym")
_RELATION: Final = re.compile(r"([a-z]+): *((?:https://ror\.org/\w+[,; ]*)+)", re.IGNORECASE)
_ID: Final = re.compile(r"https://ror\.org/\w+")
_PLACE: Final = "locations.geonames_details."


def sheet_records(source: Input, ledger: Ledger) -> Iterator[tuple[int, dict[str, Any]]]:
    """(row, record) of each row of a CSV file; what cannot be read is rejected. Raises
    `InputUnreadable` for a file of schema 1, or of no dump."""
    header, rows = ledger.account(source).table(source)
    names = [name.casefold() for name in header]
    if "country.country_code" in names:
        raise source.unreadable(
            "is a ROR dump of schema version 1",
            "import the file of schema version 2 that is published with it",
        )
    if not {"id", "names.types.ror_display"} <= {*names}:
        raise source.unreadable(
            "is not a ROR dump: it has no columns id and names.types.ror_display",
            "name the dump of the Research Organization Registry",
        )
    for row, cells in rows:
        yield row, record_of(dict(zip(names, cells, strict=True)))


def record_of(row: Mapping[str, str]) -> dict[str, Any]:
    """A record of schema 2 from a row of the CSV file.

    >>> row = {"id": "https://ror.org/0abcde123", "names.types.label": "en: Harbour; de: Hafen"}
    >>> [(name["value"], name["lang"]) for name in record_of(row)["names"]]
    [('Harbour', 'en'), ('Hafen', 'de')]
    """
    return {
        "id": row.get("id", "").strip(),
        "status": row.get("status", "").strip(),
        "types": _several(row, "types"),
        "names": list(_names(row)),
        "locations": [
            {"geonames_details": {"name": name, "country_code": code}}
            for name, code in _pairs(_several(row, f"{_PLACE}name"),
                                     _several(row, f"{_PLACE}country_code"))
        ],
        "external_ids": [
            {
                "type": kind,
                "all": _several(row, f"external_ids.type.{kind}.all"),
                "preferred": next(iter(_several(row, f"external_ids.type.{kind}.preferred")), None),
            }
            for kind in ("fundref", "grid", "isni", "wikidata")
            if row.get(f"external_ids.type.{kind}.all")
        ],
        "links": [
            {"type": kind, "value": value}
            for kind in ("website", "wikipedia")
            for value in _several(row, f"links.type.{kind}")
        ],
        "relationships": [
            {"type": match[1].lower(), "id": found}
            for match in _RELATION.finditer(row.get("relationships", ""))
            for found in _ID.findall(match[2])
        ],
    }  # fmt: skip


def _several(row: Mapping[str, str], column: str) -> list[str]:
    return [text for part in row.get(column, "").split(";") if (text := part.strip())]


def _pairs(names: list[str], codes: list[str]) -> Iterator[tuple[str, str]]:
    """Cities with their countries: one country may be that of all."""
    for place, code in enumerate(codes):
        yield (names[place] if place < len(names) else "", code)
    for name in names[len(codes) :]:
        yield name, codes[0] if codes else ""


def _names(row: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Each name once, with all its kinds."""
    found: dict[str, dict[str, Any]] = {}
    for kind in _KINDS_OF_NAMES:
        for text in _several(row, f"names.types.{kind}"):
            match = _NAME.fullmatch(text)
            lang = match[1] if match and match[1] != "no_lang_code" else None
            value = match[2] if match else text
            name = found.setdefault(value, {"value": value, "types": [], "lang": lang})
            name["types"].append(kind)
            name["lang"] = name["lang"] or lang
    yield from found.values()
