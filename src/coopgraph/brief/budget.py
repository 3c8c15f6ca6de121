"""Money: one table of amounts and changes by year and phase, and what must be known of them."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Final, TypeAlias

from coopgraph.brief.material import Cited, Keep, Material, Row, newest
from coopgraph.brief.model import Statement
from coopgraph.i18n import date, figure, percent
from coopgraph.i18n import money as written
from coopgraph.vocabulary import entity_iri

#: The phases of one budget, in their order.
PHASES: Final = ("requested", "allocation", "proposal", "approved", "revised", "executed")
_WHOLE: Final = entity_iri("unit", "whole")
_PER_YEAR: Final = entity_iri("rate", "per-year")
#: What stands in parentheses behind a dimension, the values of the two figures.
_VALUES: Final = re.compile(r"\s?\((?:[^()]|\([^()]*\))*\)")
_Key: TypeAlias = tuple[str, str, str]


@dataclass
class _Cell:
    """The figures of one line, year and phase, each with its sources."""

    line: str
    year: str
    phase: str
    amounts: dict[str, set[int]] = field(default_factory=dict)
    changes: dict[str, set[int]] = field(default_factory=dict)


def money(on: Material, kind: str) -> list[Statement]:
    """A table where budget lines are the entity's; else amounts of what involves it."""
    lines = lines_of(on, kind)
    found = _table(on, lines) + misprints(on, lines) if lines else []
    if kind == "technology":
        found += differences(on, lines)
    if kind == "partner" or (kind == "country" and on.entity.iri != on.own):
        mine = on.is_one_of("of", on.found("paid") - lines)
        found += _payments(on, mine)
    if kind == "ministry":
        tagged = on.is_entity("ministry")
        found += on.listed("ministry-technology-budgets", tagged, 3, lambda row: _tagged(on, row))
    return found or [on.none_of("no-amount", "amounts", "budget-changes")]


def _payments(on: Material, mine: Keep) -> list[Statement]:
    """The amounts of each plan, programme or agreement, of plans first."""
    by: dict[str, list[Cited]] = {}
    for row, cites in on.rows("amounts", mine, by=lambda row: not row["plan"])[0]:
        by.setdefault(str(row["of"]), []).append((row, cites))
    found: list[Statement] = []
    for of, rows in by.items():
        told = ", ".join(dict.fromkeys(paid(on, row) for row, _ in rows))
        cites = tuple(sorted({n for _, cited in rows for n in cited}))
        found.append(Statement(f"{of}: {told}", cites, rank=len(found) / 8))
    return found


def lines_of(on: Material, kind: str) -> set[str]:
    """The budget lines of a technology, of a body, or of the country whose plans are told of."""
    if kind == "technology":
        return on.found("lines")
    if kind == "country" and on.entity.iri != on.own:
        return set()
    home = kind == "country"
    mine = on.is_one_of("organisation", on.found("circle") if home else {on.entity.iri})
    parents = on.found("parents") if kind == "ministry" else set()

    def keep(row: Row) -> bool:
        return mine(row) or (home and row["organisation"] is None)

    found = {getattr(row["line"], "iri", "") for row in on.of("budget-levels", keep)}
    return found & on.found("cooperation") if home else found | parents


def _table(on: Material, lines: set[str]) -> list[Statement]:
    cells: dict[_Key, _Cell] = {}
    mine = on.is_one_of("line", lines)
    levels, _ = on.rows("budget-levels", lambda row: mine(row) and not _is_wrong(row))
    changes, _ = on.rows("budget-changes", mine)
    for row, cites in levels:
        per = "" if getattr(row["per"], "iri", _WHOLE) == _WHOLE else f" ({row['per']})"
        cell = _cell(cells, row, _period(row))
        cell.amounts.setdefault(f"{on.amount(row)}{per}", set()).update(cites)
    for row, cites in sorted(changes, key=lambda each: each[0]["percent"] is None):
        if told := _change(on, row):
            cell = _cell(cells, row, str(row["to_year"]))
            cell.changes.setdefault(told, set()).update(cites)
    order = _order(on, levels)
    ranked = sorted(cells, key=lambda key: (order(key[0]), newest(key[1])))
    rank = {key: at / 22 for at, key in enumerate(ranked)}
    found = []
    for key in sorted(cells, key=lambda key: (order(key[0]), key[1], _phase(key))):
        found += _rows(on, cells[key], rank[key], len({each[0] for each in cells}) > 1)
    return found


def _order(on: Material, levels: Iterable[Cited]) -> Callable[[str], tuple[bool, Decimal, str]]:
    """What puts lines for international cooperation first, the entity's own before those of which
    they are a part, and the largest of each."""
    first, largest = on.found("cooperation"), dict[str, Decimal]()
    own = {row["line"].iri for row, _ in levels if row["organisation"]}
    for row, _ in levels:
        line = row["line"].iri
        largest[line] = max(largest.get(line, Decimal(0)), row["amount"] or Decimal(0))

    def order(line: str) -> tuple[bool, Decimal, str]:
        is_first = line in first and (line in own or not own)
        return not is_first, -largest.get(line, Decimal(0)), line

    return order


def _cell(cells: dict[_Key, _Cell], row: Row, year: str) -> _Cell:
    key = (row["line"].iri, year, row["phase"].iri)
    return cells.setdefault(key, _Cell(str(row["line"]), year, str(row["phase"])))


def _phase(key: _Key) -> int:
    name = key[2].rpartition("/")[2]
    return PHASES.index(name) if name in PHASES else len(PHASES)


def _rows(on: Material, cell: _Cell, rank: float, named: bool) -> list[Statement]:
    """The rows of a line, year and phase: one for each amount that sources give, the changes in the
    first."""
    missing = on.say("not-stated")
    amounts = cell.amounts or {missing: set()}
    found = []
    for at, (amount, cites) in enumerate(amounts.items()):
        changes = {} if at else cell.changes
        cited = cites.union(*changes.values())
        told = (cell.year, cell.phase, amount, ", ".join(changes) or missing)
        cells = (cell.line, *told) if named else told
        text = f"{cell.line} {' – '.join(told)}"
        found.append(Statement(text, tuple(sorted(cited)), cells=cells, rank=rank + at / 99))
    return found


def _change(on: Material, row: Row) -> str:
    """A change as stated: in percent or money, and on which year where not the one before."""
    told = [] if row["percent"] is None else [percent(row["percent"], on.lang, is_change=True)]
    if row["amount"] is not None:
        told.append(written(row["amount"], row["currency"], on.lang, is_change=True))
    if not told:
        return ""
    year, base = str(row["to_year"] or ""), str(row["from_year"] or "")
    if not base:
        return f"{told[0]} ({on.say('no-base-year')})"
    is_next = year.isdigit() and base.isdigit() and int(year) == int(base) + 1
    return told[0] if is_next else f"{told[0]} ({on.say('base-year', base)})"


def misprints(on: Material, lines: set[str]) -> list[Statement]:
    """What is misprinted, what we read instead, and why."""
    mine = on.is_one_of("line", lines)
    found = []
    for row, cites in on.rows("budget-levels", lambda row: mine(row) and _is_wrong(row))[0]:
        why = on.of("interpretations", on.is_one_of("entity", {on.stated(row)[2]}))
        named = f"{row['line']} {_period(row)} {row['phase']}: {on.amount(row)}"
        reason = next((str(each["reason"]) for each in why), "")
        found.append(Statement(on.say("misprint", named, reason), cites, is_note=True))
    return found


def _is_wrong(row: Row) -> bool:
    return row["corrected"] is not None


def differences(on: Material, lines: set[str]) -> list[Statement]:
    """Figures that no one number can be, and those of one line that one may."""
    mine = on.is_one_of("line", lines)
    wrong = {row["amount"] for row in on.of("budget-levels", _is_wrong)}

    def differ(row: Row) -> bool:
        is_wrong = {row.get("amount_a"), row.get("amount_b")} & wrong
        return mine(row) and not row["compatible"] and not is_wrong

    def rounded(row: Row) -> bool:
        is_one = str(row["figure_b"]).startswith(str(row["line"]) + " ")
        return mine(row) and row["compatible"] and is_one and row["phase_a"] != row["phase_b"]

    found = []
    for name, what in (("growth-disagreements", "percent"), ("disagreements", "amount")):
        said = on.rows(name, differ, 6, same=partial(_pair, on, what=what))[0]
        for at, (row, cites) in enumerate(said):
            told = on.say("disagreement", _pair(on, row, what))
            found.append(Statement(told, cites, is_note=True, rank=at / 5))
    said = on.rows("disagreements", rounded, 3)[0]
    for at, (row, cites) in enumerate(said):
        told = on.say("rounded", row["figure_a"], row["figure_b"])
        found.append(Statement(told, cites, is_note=True, rank=(at + 0.5) / 5))
    return found


def _pair(on: Material, row: Row, what: str) -> str:
    """Two figures that differ, and in what, without what each is of."""
    values = _VALUES.sub("", str(row["differs_in"]))
    if what == "amount":
        return f"{row['figure_a']} / {row['figure_b']} – {values}"
    given = (row[f"percent_{n}"] for n in "ab" if row[f"percent_{n}"] is not None)
    pair = [percent(each, on.lang, is_change=True) for each in sorted(given)]
    return f"{row['line']} {row['year']}: {' / '.join(pair)} – {values}"


def paid(on: Material, row: Row) -> str:
    """An amount of a plan, a programme or an agreement: how much, for when, by whom, in which
    phase, per what."""
    bounds = (
        (row["amount"],) if row["amount"] is not None else (row["amount_min"], row["amount_max"])
    )
    amounts = tuple(each for each in bounds if each is not None)
    qualifier = getattr(row["qualifier"], "iri", "").rpartition("/")[2]
    told = figure(on.lang, str(row["currency"]), amounts=amounts, qualifier=qualifier)
    marks = [_period(row, on.lang)]
    marks += [str(row[name]) for name in ("payer", "contribution") if row[name]]
    marks += [str(row["rate"])] if getattr(row["rate"], "iri", "") == _PER_YEAR else []
    marks += [str(row["per"])] if getattr(row["per"], "iri", "") not in ("", _WHOLE) else []
    marks.append(str(row["phase"]))
    return f"{told or row['as_stated']} ({', '.join(filter(None, marks))})"


def _period(row: Row, lang: str = "") -> str:
    """The year of an amount, or from when to when it is; empty where no source says so."""
    if row.get("year") is not None:
        return str(row["year"])
    ends = dict.fromkeys(str(row[n]) for n in ("period_from", "period_to") if row[n])
    return "–".join(date(each, lang, is_short=True) if lang else each for each in ends)


def _tagged(on: Material, row: Row) -> str:
    return (
        f"{row['technology']}: {written(row['amount'], row['currency'], on.lang)} ({row['year']})"
    )


def series(on: Material, lines: Iterable[str]) -> list[Cited]:
    """Of the first line (one of no plan where there is one) the firmest amount of each year,
    without misprints; of one year alone, each phase."""
    mine = on.is_one_of("line", lines)

    def keep(row: Row) -> bool:
        is_plain = not _is_wrong(row) and row["amount"] is not None
        return mine(row) and is_plain and row["year"] is not None

    rows, _ = on.rows("budget-levels", keep)
    if not rows:
        return []
    order = _order(on, rows)
    _, first = min(
        ((bool(row["plan"]), row["line"].iri) for row, _ in rows),
        key=lambda of: (of[0], order(of[1])),
    )
    of = [each for each in rows if each[0]["line"].iri == first]
    of.sort(key=lambda each: (str(each[0]["year"]), _known(each[0])))
    if len({str(row["year"]) for row, _ in of}) == 1:
        return [each for each in of if _known(each[0]) >= 0] or of
    return [*{str(row["year"]): (row, cites) for row, cites in of}.values()]


def _known(row: Row) -> int:
    """The place of a phase in the order of a budget, those of none before."""
    place = _phase(("", "", row["phase"].iri))
    return place if place < len(PHASES) else -1
