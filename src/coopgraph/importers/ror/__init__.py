"""ROR: the data dump of the Research Organization Registry, schema 2.0 and 2.1.

https://ror.readme.io/docs/ror-data-structure. JSON, JSON lines or CSV, plain, gzipped or in the zip
archive as published. Kept are the id, names, types, status, places, external identifiers, web
links and relationships; left out are coordinates, domains and the year of founding.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

from coopgraph.errors import InputMissing
from coopgraph.importers.base import Importer, Input, Ledger, find_inputs
from coopgraph.importers.json_records import json_records
from coopgraph.importers.organisations import ROR_ID
from coopgraph.importers.ror.record import facts, head, names, relations, text_of
from coopgraph.importers.ror.sheet import sheet_records
from coopgraph.vocabulary import ID

#: As the records say it: one that was not touched since schema 1 still says 1.0.
VERSIONS: Final = frozenset({"1.0", "2.0", "2.1"})
#: A record and its number in its file, from 1.
Numbered: TypeAlias = tuple[int, dict[str, Any]]
_FORMS: Final = r"\.(json|jsonl|ndjson|csv)(\.gz)?\Z"
_FILE: Final = re.compile(_FORMS)
_DUMP: Final = re.compile(rf"ror[-_](data|records).*{_FORMS}")
_SHEET: Final = ".csv"


def find(paths: Sequence[Path]) -> list[Input]:
    """The dumps at `paths`; in a folder only files that bear the publisher's names. An archive that
    holds the dump in schema 1 and in schema 2 gives the latter, of JSON and CSV the former, which
    says more. Raises `InputMissing`."""
    folders = [path for path in paths if path.is_dir()]
    files = [path for path in paths if not path.is_dir()]
    found: list[Input] = []
    if files:
        found += find_inputs(files, lambda name: _FILE.search(name) is not None)
    if folders:
        found += find_inputs(folders, lambda name: _DUMP.search(name) is not None)
    newer = {i.path for i in found if i.member and "schema_v2" in i.member}
    found = [i for i in found if i.path not in newer or "schema_v2" in i.member]
    whole = {_dump(i) for i in found if i.suffix != _SHEET}
    found = [i for i in found if i.suffix != _SHEET or _dump(i) not in whole]
    if not found:
        raise InputMissing("no file was named", remedy="name a ROR dump")
    return sorted(set(found), key=lambda source: (str(source.path), source.member))


def _dump(source: Input) -> tuple[Path, str]:
    """Which dump a file is of, in whatever form."""
    return source.path.parent, _FILE.sub("", (source.member or source.path.name).lower())


def triples(inputs: list[Input], ledger: Ledger) -> Iterator[str]:
    """The N-Triples lines of all records; each record has one fate in the ledger. Optional parts
    that cannot be read are left out and counted in a note. Raises `InputUnreadable` for a file that
    is no ROR dump and for an unknown schema version."""
    remarks: Counter[str] = Counter()
    targets: Counter[str] = Counter()
    seen: set[str] = set()
    for source in inputs:
        account = ledger.account(source)
        for number, record in _of_ror(source, ledger):
            match = ROR_ID.match(text_of(record.get("id")))
            found = list(names(record, remarks)) if match else []
            if match is None:
                shown = text_of(record.get("id"))[:60]
                account.reject(number, "id", f"{shown!r} is not a ROR id")
            elif match[1] in seen:
                account.duplicate()
            elif not found:
                account.reject(number, "names", "no name can be read")
            else:
                seen.add(match[1])
                account.accept()
                subject = f"<{ID}organisation/ror-{match[1]}>"
                for fact in (*head(match[1]), *found, *facts(record, remarks)):
                    yield f"{subject} {fact} ."
                for fact, target in relations(record, remarks):
                    targets[target] += 1
                    yield f"{subject} {fact} ."
    outside = sum(count for target, count in targets.items() if target not in seen)
    if outside:
        remarks["relationships lead to records outside the file; they are kept"] = outside
    for text, count in sorted(remarks.items()):
        ledger.note(f"{count:,} {text}")


def _of_ror(source: Input, ledger: Ledger) -> Iterator[Numbered]:
    """The records of a file; raises `InputUnreadable` where it is no dump of a known schema."""
    read = sheet_records if source.suffix == _SHEET else json_records
    for place, (number, record) in enumerate(read(source, ledger)):
        if place == 0:
            _check_dump(record, source)
        _check_version(record, source, number)
        yield number, record
    if not ledger.account(source).read:
        raise source.unreadable("holds no record", "download the dump again")


def _check_dump(record: dict[str, Any], source: Input) -> None:
    """The first record shows whether the file is a ROR dump of schema 2."""
    if isinstance(record.get("name"), str) and "names" not in record and "id" in record:
        raise source.unreadable(
            "is a ROR dump of schema version 1",
            "import the file of schema version 2 that is published with it",
        )
    if "names" not in record and "ror.org" not in text_of(record.get("id")):
        raise source.unreadable(
            "is not a ROR dump: the first record has neither a ROR id nor names",
            "name the JSON dump of the Research Organization Registry",
        )


def _check_version(record: dict[str, Any], source: Input, number: int) -> None:
    admin = record.get("admin")
    change = admin.get("last_modified") if isinstance(admin, dict) else None
    version = change.get("schema_version") if isinstance(change, dict) else None
    if version is not None and version not in VERSIONS:
        raise source.unreadable(
            f"record {number} has the unknown schema version {str(version)[:20]!r}",
            "schema versions 2.0 and 2.1 can be read",
        )


IMPORTER: Final = Importer(
    kind="ror",
    licence="https://creativecommons.org/publicdomain/zero/1.0/",
    find=find,
    triples=triples,
    key=lambda subject, _predicate, _rest: subject,  # a record is all that a dump says of a body
)
