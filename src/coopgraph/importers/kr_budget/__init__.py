"""The list of Korea's national R&D programmes, one JSON file a year.

https://github.com/msitsti2025/rnd-budget-2026: an array of programmes (`id`, `name`, `ministry`,
`committee`, `budget`, `strategic`, `policy`), each with its sub-programmes in `details`; amounts in
million won, which become won. The fiscal year is in the name of the file or its folder; files of
several years give programmes of each. Tags by technology and by policy area overlap: they are kept
as tags and never split. An id may occur twice in a year where two ministries run a programme
jointly; each part is a programme.
"""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, Final

from coopgraph.importers.base import Account, Fault, Importer, Input, Ledger, find_inputs
from coopgraph.importers.kr_budget import records

#: Programmes and their lines are stated in million won: a smaller difference is rounding.
_ROUNDING_WON: Final = 1_000_000
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_NAMED: Final = 5
#: Records of a year read so far, by id and by ministry.
_Seen = dict[str, dict[str, Any]]


@dataclass
class _Findings:
    """What the report says of the accepted programmes of a year as a whole; `of` begins it."""

    of: str = ""
    overlapping: list[str] = field(default_factory=list)
    above_total: list[str] = field(default_factory=list)
    rounded: list[str] = field(default_factory=list)
    joint: list[str] = field(default_factory=list)
    programmes: int = 0
    won: int = 0
    cooperation: Counter[str] = field(default_factory=Counter)


def accepts(name: str) -> bool:
    """Whether a file name is that of a programme list: `data.json`, as published, or one that
    says budget.

    >>> accepts("rnd-budget-2026.json"), accepts("kr_12fields_2023.json")
    (True, False)
    """
    name = unicodedata.normalize("NFC", name).removesuffix(".gz")
    said = name == "data.json" or "budget" in name
    return name.endswith(".json") and (
        said or any(word in name for word in records.read_names().files)
    )


def fiscal_year(source: Input) -> str:
    """The year in the name of the file, else of its folder; raises `InputUnreadable`.

    >>> fiscal_year(Input(Path("rnd-budget-2026/data.json")))
    '2026'
    """
    names = (Path(source.member).name, source.path.name, source.path.absolute().parent.name)
    for name in names:
        if found := _YEAR.findall(name):
            return str(found[-1])
    raise source.unreadable(
        "the name does not say the fiscal year", "call it as published, like rnd-budget-2026.json"
    )


def triples(inputs: list[Input], ledger: Ledger) -> Iterator[str]:
    """The N-Triples lines of the programmes of each year. Each file, read whole, has two accounts:
    its programmes, and its sub-programmes under `{name}!details`. A programme that repeats an
    earlier one of its year to the letter is a duplicate; one that differs is rejected, unless it is
    another ministry's part. Raises `InputUnreadable` for a file that is not a JSON array."""
    names = records.read_names()
    years: dict[str, list[Input]] = {}
    for source in inputs:
        years.setdefault(fiscal_year(source), []).append(source)
    for year, sources in sorted(years.items()):
        findings, seen = _Findings(f"{year}: " if len(years) > 1 else ""), _Seen()
        for source in sources:
            for row, record in enumerate(_records(source, ledger), 1):
                yield from _record(source, row, record, names, year, seen, ledger, findings)
        findings.joint = [number for number, parts in seen.items() if len(parts) > 1]
        _conclude(findings, ledger)


def _records(source: Input, ledger: Ledger) -> list[Any]:
    with source.utf8(ledger, guess=False) as stream:
        try:
            found = json.loads(stream.read(), parse_float=Decimal, parse_constant=str)
        except UnicodeDecodeError:
            raise
        except (ValueError, RecursionError) as error:
            raise source.unreadable(f"is not JSON: {error}") from None
    if not isinstance(found, list):
        raise source.unreadable(
            "is not a JSON array of programmes",
            "name the publisher's file, such as rnd-budget-2026.json",
        )
    return found


def _record(
    source: Input, row: int, record: Any, names: records.Names, year: str, seen: _Seen,
    ledger: Ledger, findings: _Findings,
) -> Iterator[str]:  # fmt: skip
    """One programme with its sub-programmes, accounted for."""
    account = ledger.account(source)
    member = f"{source.member}/details" if source.member else "details"
    details = ledger.account(replace(source, member=member))
    raw_lines = record.get("details") if isinstance(record, dict) else None
    raw_lines = raw_lines if isinstance(raw_lines, list) else []
    try:
        programme = _distinct(records.read_programme(record, names, year), record, seen)
    except Fault as fault:
        account.reject(row, fault.column, fault.reason)
        for at in range(len(raw_lines)):
            details.reject(row, f"details[{at + 1}]", "its programme was rejected")
        return
    if programme is None:
        account.duplicate()
        for _ in raw_lines:
            details.duplicate()
        return
    account.accept()
    lines = list(_lines(programme, details, row, raw_lines, names))
    words = names.cooperation_words(programme.name)
    _remark(programme, lines, words, ledger, findings)
    won = sum(line.won for line in lines)
    parts = [(line.name, line.won / won) for line in lines] if won else ()
    yield from records.programme_triples(programme, words, names.labels, parts)
    for line in lines:
        # A line of a flagged programme is part of it: flagged too, it would count twice.
        own = [] if words else names.cooperation_words(line.name)
        yield from records.sub_programme_triples(programme, line, own)


def _distinct(programme: records.Programme, record: Any, seen: _Seen) -> records.Programme | None:
    """The programme with a key of its own; None for one that repeats an earlier to the letter."""
    parts = seen.setdefault(programme.number, {})
    earlier = parts.setdefault(programme.owner, record)
    if earlier == record and earlier is not record:
        return None
    if earlier is not record:
        raise Fault("id", f"the id {programme.number!r} is already used by another programme")
    joint = len(parts) > 1
    return replace(programme, key=f"{programme.key}-{programme.owner}") if joint else programme


def _lines(
    programme: records.Programme, details: Account, row: int, raw: list[Any], names: records.Names
) -> Iterator[records.SubProgramme]:
    """The sub-programmes of a programme that can be used."""
    taken: dict[str, Any] = {}
    for at, record in enumerate(raw, 1):
        try:
            line = records.read_line(record, programme.number, names)
            earlier = taken.setdefault(line.number, record)
            if earlier is not record:
                if earlier != record:
                    raise Fault(
                        "id", f"the id {line.number!r} is already used by another sub-programme"
                    )
                details.duplicate()
                continue
        except Fault as fault:
            details.reject(row, f"details[{at}].{fault.column}".strip("."), fault.reason)
            continue
        details.accept()
        yield line


def _remark(
    programme: records.Programme,
    lines: list[records.SubProgramme],
    words: list[str],
    ledger: Ledger,
    findings: _Findings,
) -> None:
    """What is odd about an accepted programme, for the report."""
    findings.programmes += 1
    findings.won += programme.won
    if programme.overlapping:
        findings.overlapping.append(programme.number)
    if any(amount > programme.won for amount in programme.technologies.values()):
        findings.above_total.append(programme.number)
    findings.cooperation.update(words)
    if not lines:
        ledger.note(f"programme {programme.number} ({programme.name}) has no sub-programme")
        return
    missing = programme.won - sum(line.won for line in lines)
    if 0 < abs(missing) < _ROUNDING_WON:
        findings.rounded.append(programme.number)
    elif missing:
        ledger.note(
            f"programme {programme.number} ({programme.name}): its {len(lines)} sub-programme(s) "
            f"add up to {_millions(programme.won - missing)} million won, its total is "
            f"{_millions(programme.won)}: a difference of {_millions(abs(missing))}"
        )


def _conclude(findings: _Findings, ledger: Ledger) -> None:
    """The remarks on the list as a whole."""
    ledger.note(
        f"{findings.of}{findings.programmes:,} programmes, {_millions(findings.won)} million won"
    )
    if findings.overlapping:
        ledger.note(
            f"the technology tags of {len(findings.overlapping)} programmes add up to more than "
            "their totals: tags overlap, and sums over technologies count some money twice"
        )
    if findings.joint:
        ledger.note(
            "several ministries list their parts of one programme under one id, kept apart: "
            + _some(findings.joint)
        )
    if findings.above_total:
        ledger.note(f"a single tag exceeds the total of: {_some(findings.above_total)}")
    if findings.rounded:
        ledger.note(
            "the sub-programmes differ from the total by less than a million won (rounding) in: "
            + _some(findings.rounded)
        )
    if findings.cooperation:
        words = ", ".join(f"{word} {n}" for word, n in findings.cooperation.most_common())
        ledger.note(f"names of programmes that speak of international cooperation: {words}")


def _millions(won: int) -> str:
    return f"{Decimal(won) / records.MILLION:,}"


def _some(numbers: list[str]) -> str:
    rest = len(numbers) - _NAMED
    return ", ".join(numbers[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")


IMPORTER: Final = Importer(
    kind="kr-budget",
    licence="https://www.data.go.kr/ugs/selectPortalPolicyView.do",
    find=partial(find_inputs, accept=accepts),
    triples=triples,
    key=records.key,
)
