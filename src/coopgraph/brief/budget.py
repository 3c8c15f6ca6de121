"""Money: one table of amounts and changes by year and phase, and what must be known of them."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from typing import Final, TypeAlias

from coopgraph.brief.material import Cited, Keep, Material, Row, cited_by, every, has, place_in
from coopgraph.brief.model import Statement
from coopgraph.i18n import date, figure, percent
from coopgraph.i18n import money as written
from coopgraph.queries.scope import policy_of
from coopgraph.vocabulary import entity_iri

#: The phases of one budget, in their order.
PHASES: Final = ("requested", "allocation", "proposal", "approved", "revised", "executed")
#: How many rows the table has where not all plans are asked for.
_TABLE_ROWS: Final = 8
_WHOLE: Final = entity_iri("unit", "whole")
_PER_YEAR: Final = entity_iri("rate", "per-year")
#: What stands in parentheses behind a dimension, the values of the two figures.
_VALUES: Final = re.compile(r"\s?\((?:[^()]|\([^()]*\))*\)")
#: The misprinted share of a part in a whole.
_SHARE: Final = """SELECT ?share { ?share a coop:BudgetShare ; coop:correctedAmount ?read ;
  coop:partLine <%(part)s> ; coop:wholeLine <%(whole)s> }"""
#: Amounts that several pay jointly, each of them.
_JOINT: Final = """SELECT ?claim ?of ?source ?stated ?payer {
  ?claim coop:payer ?payer, ?other ; coop:amountOf ?of ; coop:source ?source ;
    coop:asStated ?stated . FILTER(?payer != ?other) }"""
#: Budget lines that plans are about.
_LINES: Final = """SELECT ?plan ?line {
  ?plan a coop:Plan ; schema:about ?line . ?line a coop:BudgetLine }"""
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
    if kind == "country" and on.entity.iri == on.own and not found:
        found += _payments(on, every)
    if kind == "ministry":
        tagged = on.is_entity("ministry")
        found += on.listed("ministry-technology-budgets", tagged, 3, partial(_tagged, on))
    return found or [on.none_of("no-amount", "amounts", "budget-changes")]


def _payments(on: Material, mine: Keep) -> list[Statement]:
    """The amounts of each plan, with those of the line that it is about, of each programme and
    agreement."""
    by: dict[str, list[Cited]] = {}
    plan_of = {line.value: plan.value for plan, line in on.store.select(_LINES)}
    for row, cites in amounts_of(on, mine, by=lambda row: not row["plan"]):
        of = row["of"].iri
        by.setdefault(plan_of[of] if plan_of.get(of) in by else of, []).append((row, cites))
    found: list[tuple[int, int, Statement]] = []
    breadth = _breadth(on)
    for of, rows in by.items():
        told = f"{rows[0][0]['of']}: {paid(on, (row for row, _ in rows))}"
        found.append((breadth.get(of, 1), len(told), Statement(told, cited_by(rows))))
    found.sort(key=lambda each: each[:2])
    # What is paid for several countries together gives way to the first plans of this one.
    return [
        replace(each, rank=at / 100 + 0.2 * (wide > 1)) for at, (wide, _, each) in enumerate(found)
    ]


def _breadth(on: Material) -> dict[str, int]:
    """Of how many countries, groups and bodies of none each plan names partners: what is paid for
    one of them alone comes first."""
    found: dict[str, set[str]] = {}
    for row in on.of("partners", every):
        where = (row["country"] or row["partner"]).iri
        found.setdefault(policy_of(row)[2], set()).add(where)
    return {plan: len(where) for plan, where in found.items()}


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
            year = row["to_year"]
            cell = _cell(cells, row, _period(row) if year is None else str(year))
            cell.changes.setdefault(told, set()).update(cites)
    order = _order(on, levels)
    by_line: dict[str, list[_Cell]] = {}
    for key in sorted(cells, key=lambda key: (order(key[0]), key[1], place_in(PHASES, key[2]))):
        by_line.setdefault(key[0], []).append(cells[key])
    found, beside = list[Statement](), list[Statement]()
    best = min((order(line)[0] for line in by_line), default=0)
    for line, of in by_line.items():
        rows = [row for cell in of for row in _rows(on, cell, len(by_line) > 1)]
        is_first = order(line)[0] == best and len(found) + len(rows) <= _TABLE_ROWS
        in_table = on.is_whole or is_first
        found += rows if in_table else []
        beside += _beside(on, line, [] if in_table else of)
    named = ("line",) if len(by_line) > 1 else ()
    missing = on.say("not-stated")
    has_changes = any(row.cells[-1] != missing for row in found)
    if not has_changes:  # an empty column
        found = [replace(row, cells=row.cells[:-1]) for row in found]
    on.head("money", *named, "year", "phase", "amount", *(("change",) if has_changes else ()))
    return [replace(each, rank=at / 40) for at, each in enumerate((*found, *beside))]


def _beside(on: Material, line: str, cells: list[_Cell]) -> list[Statement]:
    """The figures of a line that has no room in the table, and the shares that plans aim at."""
    told, cited = list[str](), set[int]()
    for cell in cells:
        year = date(cell.year, on.lang, is_short=True) if cell.year.isdigit() else cell.year
        for amount in cell.amounts or {"": set[int]()}:
            changes = ", ".join(filter(None, (cell.phase, *cell.changes)))
            of = " ".join(filter(None, (year, changes)))
            told.append(on.say("whose", amount or on.say("not-stated"), of))
        cited = cited.union(*cell.amounts.values(), *cell.changes.values())
    mine = on.is_one_of("part", {line})
    aims, _ = on.rows("budget-shares", lambda row: mine(row) and row["plan"] and not row["year"])
    for row, cites in aims:
        bounds = tuple(row[n] for n in ("percent", "percent_min", "percent_max") if row[n])
        aim = on.say("share-of", row["whole"], on.printed(row, "whole", bounds))
        if aim not in told or on.is_whole:  # one of the plans that say so is enough for a page
            told.append(aim)
            cited.update(cites)
    if not told:
        return []
    name = cells[0].line if cells else str(aims[0][0]["part"])
    text = on.say("summary-money", name, ", ".join(dict.fromkeys(told)))
    return [Statement(text, tuple(sorted(cited)))]


def _order(on: Material, levels: Iterable[Cited]) -> Callable[[str], tuple[int, Decimal, str]]:
    """What puts lines for international cooperation first, a body's own before those of which
    they are a part, and the largest of each."""
    first, largest = on.found("cooperation"), dict[str, Decimal]()
    is_field = bool(on.found("lines"))  # a technology has no budget of its own as bodies have
    own = {row["line"].iri for row, _ in levels if row["organisation"] and not is_field}
    for row, _ in levels:
        line = row["line"].iri
        largest[line] = max(largest.get(line, Decimal(0)), row["amount"] or Decimal(0))

    def order(line: str) -> tuple[int, Decimal, str]:
        is_own = line in own or not own
        return 2 - (line in first) * (1 + is_own), -largest.get(line, Decimal(0)), line

    return order


def _cell(cells: dict[_Key, _Cell], row: Row, year: str) -> _Cell:
    key = (row["line"].iri, year, row["phase"].iri)
    return cells.setdefault(key, _Cell(str(row["line"]), year, str(row["phase"])))


def _rows(on: Material, cell: _Cell, named: bool) -> list[Statement]:
    """The rows of a line, year and phase: one for each amount that sources give, the changes in the
    first."""
    missing = on.say("not-stated")
    amounts = cell.amounts or {missing: set()}
    found = []
    for at, (amount, cites) in enumerate(amounts.items()):
        changes = {} if at else cell.changes
        cited = cites.union(*changes.values())
        told = (cell.year or missing, cell.phase, amount, ", ".join(changes) or missing)
        cells = (cell.line, *told) if named else told
        text = f"{cell.line} {' – '.join(told)}"
        found.append(Statement(text, tuple(sorted(cited)), cells=cells))
    return found


def _change(on: Material, row: Row) -> str:
    """A change as stated: in percent or money, and on which year where not the one before."""
    told = [] if row["percent"] is None else [on.percent(row)]
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
    """What amount or share is misprinted, what we read instead, and why."""
    mine = on.is_one_of("line", lines)
    wrong: list[tuple[str, str, tuple[int, ...]]] = []
    for row, cites in on.rows("budget-levels", lambda row: mine(row) and _is_wrong(row))[0]:
        named = f"{row['line']} {_period(row)} {row['phase']}: {on.amount(row)}"
        wrong.append((on.stated(row).claim, named, cites))
    part, whole = on.is_one_of("part", lines), on.is_one_of("whole", lines)
    shares = on.rows("budget-shares", lambda row: _is_wrong(row) and (part(row) or whole(row)))[0]
    for row, cites in shares:
        query = _SHARE % {name: row[name].iri for name in ("part", "whole")}
        claim = on.store.select(query)[0][0].value
        wrong.append((claim, on.store.labels([claim], on.lang)[claim], cites))
    found = []
    for claim, named, cites in wrong:
        why = on.of("interpretations", on.is_one_of("entity", {claim}))
        reason = next((str(each["reason"]) for each in why), "")
        found.append(Statement(on.say("misprint", named, reason), cites, is_note=True))
    return found


#: Whether a figure is misprinted.
_is_wrong: Final = has("corrected")


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

    first = on.found("cooperation") if lines & on.found("cooperation") else lines
    found = []
    for name, what in (("growth-disagreements", "percent"), ("disagreements", "amount")):
        said = on.rows(name, differ, 6, same=partial(_pair, on, what=what))[0]
        for at, (row, cites) in enumerate(said):
            told = on.say("disagreement", _pair(on, row, what))
            rank = 0 if row["line"].iri in first else (at + 1) / 5
            found.append(Statement(told, cites, is_note=True, rank=rank))
    one: dict[str, list[Cited]] = {}
    for row, cites in on.rows("disagreements", rounded)[0]:
        one.setdefault(str(row["figure_a"]), []).append((row, cites))
    for figure_a, rows in one.items():
        told = on.say("rounded", " / ".join([figure_a, *(_second(row) for row, _ in rows)]))
        rank = 0 if rows[0][0]["line"].iri in first else 0.5
        found.append(Statement(told, cited_by(rows), is_note=True, rank=rank))
    return found


def _once(dimensions: list[str]) -> str:
    """What figures differ in, with a word that all begin or end with once."""
    words = [each.split() for each in dimensions]
    if len(words) > 1 and min(map(len, words)) > 1:
        if len({each[0] for each in words}) == 1:
            return ", ".join([dimensions[0], *(" ".join(each[1:]) for each in words[1:])])
        if len({each[-1] for each in words}) == 1:
            return ", ".join([*(" ".join(each[:-1]) for each in words[:-1]), dimensions[-1]])
    return "; ".join(dimensions)


def _second(row: Row) -> str:
    """The second of two figures, without what the first says it is of too."""
    first, second = str(row["figure_a"]), str(row["figure_b"])
    both, _, figure = second.rpartition(": ")
    line = f"{row['line']} "
    if first.rpartition(": ")[0] == both:
        return figure
    return second.removeprefix(line) if first.startswith(line) else second


def _pair(on: Material, row: Row, what: str) -> str:
    """Two figures that differ, and in what, without what each is of."""
    values = _once(_VALUES.sub("", str(row["differs_in"])).split("; "))
    if what == "amount":
        return f"{row['figure_a']} / {_second(row)} – {values}"
    given = (row[f"percent_{n}"] for n in "ab" if row[f"percent_{n}"] is not None)
    pair = [percent(each, on.lang, is_change=True) for each in sorted(given)]
    return f"{row['line']} {row['year']}: {' / '.join(pair)} – {values}"


def amounts_of(on: Material, mine: Keep, by: Callable[[Row], object] | None = None) -> list[Cited]:
    """Rows of `amounts`, where it has one for each who pays: one that several pay jointly is one,
    with all of them."""
    joint = {
        (of.value, source.value, stated.value, payer.value): claim.value
        for claim, of, source, stated, payer in on.store.select(_JOINT)
    }
    found: dict[object, Cited] = {}
    payers: dict[object, dict[str, None]] = {}
    for n, (row, cites) in enumerate(on.rows("amounts", mine, by=by)[0]):
        iris = (getattr(row[name], "iri", "") for name in ("of", "source", "payer"))
        of, source, payer = iris
        claim = joint.get((of, source, str(row["as_stated"]), payer), n)
        payers.setdefault(claim, {})[str(row["payer"] or "")] = None
        found.setdefault(claim, (row, cites))
    return [
        ({**row, "payer": on.say("jointly", ", ".join(payers[of]))}, cites)
        if len(payers[of]) > 1
        else (row, cites)
        for of, (row, cites) in found.items()
    ]


def paid(on: Material, rows: Iterable[Row]) -> str:
    """The amounts of one plan, programme or agreement; what all of several are of stands behind
    them, once."""
    every = dict.fromkeys((told, tuple(marks)) for told, marks in (_paid(on, row) for row in rows))
    common = [each for each in next(iter(every))[1] if all(each in marks for _, marks in every)]
    common = common if len(every) > 1 else []
    told = ", ".join(
        on.say("whose", amount, ", ".join(own)) if own else amount
        for amount, marks in every
        for own in [[each for each in marks if each not in common]]
    )
    return f"{told} – {', '.join(common)}" if common else told


def _paid(on: Material, row: Row) -> tuple[str, list[str]]:
    """How much; for when, by whom, per what, in which phase."""
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
    return told or str(row["as_stated"]), [*filter(None, marks)]


def _period(row: Row, lang: str = "") -> str:
    """The year of an amount, or from when to when it is, of which one may not be said (`–2028`);
    empty where no source says so."""
    if row.get("year") is not None:
        return str(row["year"])
    ends = [str(row[name] or "") for name in ("period_from", "period_to")]
    told = [date(each, lang, is_short=True) if lang and each else each for each in ends]
    return "–".join(dict.fromkeys(told)) if any(told) else ""


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
    place = place_in(PHASES, row["phase"].iri)
    return place if place < len(PHASES) else -1
