"""The files of OpenAlex: which entity each holds, in which form, and what a manifest promises.

https://developers.openalex.org/download/snapshot-format. Known are the snapshot as it was
(`works/updated_date=…/part_000.gz` with `works/manifest`), as it is since 2026
(`jsonl/works/updated_date=…/part_0000.gz` under one `manifest.json`), its Parquet files, its lists
of merged ids (`merged_ids/works/…csv.gz`), and exports of the API: JSON lines, an array of records,
pages with `results`, or CSV.
"""

import contextlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from coopgraph.errors import InputMissing, InputUnreadable
from coopgraph.importers.base import Input, Ledger, find_inputs
from coopgraph.importers.json_records import has_lines, json_lines, json_records
from coopgraph.importers.openalex.sheet import (
    has_institutions,
    header_of,
    record_of,
    sheet_rows,
)
from coopgraph.importers.parquet import parquet_rows

#: The longest record that is read, in bytes: with 5,103 authors one has about 5 million.
LONGEST: Final = 64 << 20
#: The longest file that holds one document: a page of the API has some hundred records.
_LONGEST_PAGE: Final = 256 << 20
_HEAD: Final = 1 << 20
_LETTERS: Final = {"W": "works", "I": "institutions", "T": "topics"}
ENTITIES: Final = tuple(_LETTERS.values())
_OTHERS: Final = frozenset(
    {"authors", "sources", "venues", "concepts", "publishers", "funders", "awards", "keywords"}
    | {"subfields", "fields", "domains", "merged_ids", "continents", "countries", "languages"}
    | {"institution-types", "source-types", "work-types", "licenses", "sdgs", "parquet"}
)
_SHEET, _PARQUET = ".csv", ".parquet"
_SUFFIXES: Final = (".gz", ".json", ".jsonl", _SHEET, _PARQUET)
#: The columns of a list of ids of which each was merged into another.
_OLD, _NEW = "id", "merge_into_id"
MERGED: Final = "merged ids"
#: What is read of Parquet besides what every entity has.
_FIELDS: Final = frozenset(
    {"id", "doi", "display_name", "publication_year", "updated_date", "primary_topic"}
    | {"authorships", "is_authors_truncated", "ror", "country_code", "type", "subfield", "field"}
    | {"domain", "display_name_alternatives", "display_name_acronyms"}
)
_MANIFESTS: Final = frozenset({"manifest", "manifest.json"})
_PARTITION: Final = re.compile(r"updated_date=(.*)")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_ID: Final = re.compile(rb'"id"\s*:\s*"https://openalex\.org/([A-Z])[0-9]+"')
_NUMBER: Final = re.compile(r"[A-Z][0-9]{1,15}\Z")
_KEY: Final = re.compile(r"https://openalex\.org/[A-Z][0-9]{1,15}\Z")


@dataclass(frozen=True)
class Source:
    """A file of records: its entity, its form (`lines`, which engines read, `document`, `sheet` or
    `parquet`), and the date of the partition it is in, empty where it is in none."""

    input: Input
    entity: str
    form: str
    date: str

    @property
    def name(self) -> str:
        """How messages and the ledger name it."""
        return self.input.name


def find(paths: Sequence[Path]) -> list[Input]:
    """The files of records among files and folders, each under a name of its own: part files are
    called alike in every partition."""
    found = find_inputs(paths, lambda name: name.endswith(_SUFFIXES) or name in _MANIFESTS)
    return [
        replace(source, folder=source.path.parent.name)
        if _PARTITION.match(source.path.parent.name)
        or source.path.name in _MANIFESTS
        or "merged_ids" in source.path.parts
        else source
        for source in found
    ]


def _other(source: Input) -> str:
    """The entity that is not imported, where the folder of a file names one: a snapshot may lie
    there whole."""
    folders = [part for part in source.path.parent.parts if not _PARTITION.match(part)]
    if source.suffix == _SHEET and "merged_ids" in folders:
        return "" if folders[-1] in ENTITIES else folders[-1]
    return folders[-1] if folders and folders[-1] in _OTHERS else ""


def classify(inputs: Sequence[Input], ledger: Ledger) -> list[Source]:
    """The files of works, institutions and topics; the others are named in a note. Raises
    `InputUnreadable` for a file that is none of OpenAlex, or of an unknown schema, and
    `InputMissing` where a manifest names a file that is not there."""
    found = []
    others = Counter(_other(source) for source in inputs)
    for source in inputs:
        if _other(source) or (source.path.name in _MANIFESTS and not source.member):
            continue
        partition = _PARTITION.match(source.path.parent.name)
        date = partition[1] if partition and _DATE.match(partition[1]) else ""
        form, entity = _look(source)
        if entity:
            found.append(Source(source, entity, form, date))
        else:
            ledger.note(f"{source.name}: passed over: no works, institutions or topics")
    for entity in sorted(others.keys() - {""}):
        ledger.note(f"{entity}: passed over: {others[entity]:,} files, which are not imported")
    if not found:
        raise InputUnreadable(
            "none of the files holds works, institutions or topics of OpenAlex",
            place=", ".join(source.name for source in inputs[:5]),
            remedy="name a snapshot folder, or an export of the API",
        )
    _check_manifests(inputs)
    return found


def _look(source: Input) -> tuple[str, str]:
    """Form and entity of a file, by its first record; the entity is empty for what is not
    imported."""
    if source.suffix == _SHEET:
        return "sheet", _entity_of_sheet(source)
    if source.suffix == _PARQUET:
        return "parquet", _entity_of(next(parquet_rows(source, {"id"}), {}))
    with source.open() as stream:
        head = stream.read(_HEAD).lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head:
        raise source.unreadable("holds no record")
    first: Any = None
    with contextlib.suppress(ValueError, RecursionError):
        first = json.loads(head.partition(b"\n")[0])
    form = "lines" if has_lines(head) or head[:1] not in (b"{", b"[") else "document"
    if isinstance(first, dict) and isinstance(first.get("results"), list):
        form, first = "document", next(iter(first["results"]), None)
    letter = _ID.search(head)
    if isinstance(first, dict) and isinstance(first.get("id"), str):
        entity = _entity_of(first)
    else:
        entity = _LETTERS.get(letter[1].decode(), "") if letter else ""
    if not letter and head[:1] not in b"{[":
        entity = ENTITIES[0] if source.folder else ""  # its first line is broken: say which
    if entity == "works" and form == "lines" and isinstance(first, dict):
        _check_schema(first, source)
    return form, entity


def _entity_of(record: Mapping[str, Any]) -> str:
    return _LETTERS.get(str(record.get("id")).rpartition("/")[2][:1], "")


def _entity_of_sheet(source: Input) -> str:
    header = header_of(source)
    if _NEW in header and _OLD in header:
        return MERGED
    account = Ledger().account(source)
    _, first = next(sheet_rows(source, account), (0, {}))
    entity = _entity_of(first)
    if entity == "works" and not has_institutions(header):
        raise source.unreadable(
            "the works have no column of institutions",
            "export them with authorships.institutions.id, or as JSON",
        )
    return entity


def _check_schema(record: dict[str, Any], source: Input) -> None:
    """Works without authorships cannot say who published with whom."""
    if not isinstance(record.get("authorships"), list):
        raise source.unreadable(
            "the works are of an unknown schema: the first has no list of authorships",
            "name works with their authorships: the snapshot, or an API export that selects them",
        )


# --- manifests ------------------------------------------------------------------------------


def _check_manifests(inputs: Sequence[Input]) -> None:
    """Every file of an imported entity that a manifest lists must be there."""
    there = {source.path.resolve() for source in inputs}
    for source in inputs:
        if source.path.name not in _MANIFESTS or source.member:
            continue
        for url in _urls(source):
            entity, place = _place(source, url)
            if entity in ENTITIES and place.resolve() not in there:
                raise InputMissing(
                    f"the manifest lists {'/'.join(Path(url).parts[-2:])}, which is not there",
                    place=source.name,
                    remedy="download it, or remove the manifest to import what is there",
                )


def _place(manifest: Input, url: str) -> tuple[str, Path]:
    """The entity of a file that a manifest lists, and where it should be: next to the manifest,
    below the folder of its entity."""
    parts = url.split("/")
    known = [i for i, part in enumerate(parts) if part in ENTITIES or part in _OTHERS - {"parquet"}]
    if not known:
        return "", manifest.path
    entity, folder = parts[known[-1]], manifest.path.parent
    below = [part for part in parts[known[-1] + 1 :] if part not in ("", ".", "..")]
    return entity, (folder if folder.name == entity else folder / entity).joinpath(*below)


def _urls(source: Input) -> Iterator[str]:
    """The addresses in a manifest, wherever they stand in it."""
    with source.open() as stream:
        try:
            document = json.loads(stream.read(_LONGEST_PAGE))
        except (ValueError, RecursionError):
            raise source.unreadable(
                "the manifest is not JSON", "download it again, or remove it"
            ) from None
    rest: list[Any] = [document]
    while rest:
        value = rest.pop()
        if isinstance(value, dict):
            url = next((value[key] for key in ("url", "path", "key") if key in value), None)
            if isinstance(url, str) and url.endswith(".gz"):
                yield url
            rest += value.values()
        elif isinstance(value, list):
            rest += value


# --- records --------------------------------------------------------------------------------


def usable_records(source: Source, ledger: Ledger) -> Iterator[tuple[int, dict[str, Any]]]:
    """(row, record) of each record with an identifier of its entity; the others are rejected. The
    row is the line in a file of lines, the number of the record elsewhere."""
    letter, account = source.entity[0].upper(), ledger.account(source.input)
    for row, record in _records(source, ledger):
        key = record.get("id")
        if isinstance(key, str) and _KEY.match(key) and key.rpartition("/")[2][0] == letter:
            yield row, record
        else:
            shown = str(key)[:60]
            account.reject(row, "id", f"{shown!r} is no id of {source.entity}")


def _records(source: Source, ledger: Ledger) -> Iterator[tuple[int, dict[str, Any]]]:
    """The records of a file; those of pages of the API are numbered on."""
    account, number = ledger.account(source.input), 0
    if source.form == "sheet":
        yield from ((row, record_of(cells)) for row, cells in sheet_rows(source.input, account))
        return
    if source.form == "parquet":
        yield from enumerate(parquet_rows(source.input, _FIELDS), 1)
        return
    limit = LONGEST if source.form == "lines" else _LONGEST_PAGE
    for row, record in json_records(source.input, ledger, limit):
        page = record.get("results")
        if not isinstance(page, list):
            yield row, record
            continue
        for each in page:
            number += 1
            if isinstance(each, dict):
                yield number, each
            else:
                account.reject(number, "", "is not an object")


def write_lines(source: Source, ledger: Ledger, to: Path) -> None:
    """Write the usable records of a file as JSON lines, which every engine reads alike."""
    with to.open("w", encoding="utf-8") as stream:
        for _, record in usable_records(source, ledger):
            stream.write(json.dumps(record, default=str))
            stream.write("\n")


def merged_ids(sources: Iterable[Source], ledger: Ledger) -> dict[str, dict[int, int]]:
    """By entity, the number of each id that was merged, and into which at last."""
    found: dict[str, dict[int, int]] = {entity: {} for entity in ENTITIES}
    for source in sources:
        if source.entity != MERGED:
            continue
        account = ledger.account(source.input)
        for row, cells in sheet_rows(source.input, account):
            old, new = (cells[name].strip().rpartition("/")[2] for name in (_OLD, _NEW))
            entity = _LETTERS.get(old[:1], "")
            if _NUMBER.match(old) and _NUMBER.match(new) and old[0] == new[0] and entity:
                account.accept()
                found[entity][int(old[1:])] = int(new[1:])
            else:
                account.reject(
                    row, _OLD, f"{old[:30]!r} into {new[:30]!r}: no ids that are imported"
                )
    return {entity: {old: _last(pairs, old) for old in pairs} for entity, pairs in found.items()}


def _last(merged: Mapping[int, int], number: int) -> int:
    """Into which one was merged at last."""
    seen = {number}
    while (number := merged[number]) in merged and number not in seen:
        seen.add(number)
    return number


def has_long_line(source: Source) -> bool:
    """Whether a line of a file is longer than `LONGEST`."""
    with source.input.open() as stream:
        return any(line is None for _, line in json_lines(stream, LONGEST))


def newest(sources: Iterable[Source]) -> list[Source]:
    """Files in the order in which a later one overrules an earlier: by partition, then name."""
    return sorted(sources, key=lambda s: (s.date, str(s.input.path), s.input.member))
