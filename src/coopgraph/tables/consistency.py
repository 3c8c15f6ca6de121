"""What rows must not say together, each cell by itself being right."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from coopgraph.errors import CellInvalid
from coopgraph.tables.description import JURISDICTION
from coopgraph.tables.jurisdictions import (
    has_jurisdiction,
    is_jurisdiction,
    jurisdictions,
    must_have_jurisdiction,
    plan_of,
)
from coopgraph.tables.row import Row, Rows

_AMOUNTS: Final = ("amount", "amount_min", "amount_max")
_PERCENTS: Final = ("percent", "percent_min", "percent_max")
#: The cells in which the figure of each qualifier stands.
_BOUNDS: Final = {
    **dict.fromkeys(("exact", "about", "almost"), ({"amount"},)),
    "range": ({"amount_min", "amount_max"},),
    "at-least": ({"amount_min"}, {"amount"}),
    "at-most": ({"amount_max"}, {"amount"}),
}
#: Columns that say what a row is part of, or comes after.
_ORDER: Final = ("part_of", "broader", "revision_of", "replaces", "follows", "condition")

#: Columns of which the second must not be before the first.
_SPANS: Final = (
    ("period_from", "period_to"),
    ("from_date", "to_date"),
    ("opens", "closes"),
    ("date", "date_to"),
    ("base_year", "year"),
)


def contradictions(chosen: Sequence[Row], rows: Rows) -> Iterator[CellInvalid]:
    """What is wrong with the `chosen` among `rows`, whose references can all be followed: a part
    of itself; a period that ends before it starts; fewer counted than named; what a table says of
    its own rows; words or technologies of another plan; a plan or claim of nobody's policy."""
    circles = [
        (row, column)
        for row in chosen
        for column in _ORDER
        if row.cells.get(column) and _comes_back(row, column, rows)
    ]
    for row, column in circles:
        fact = f"{row.key!r} leads back to itself"
        yield _fault(row, column, fact, "name another")
    for row in chosen:
        yield from _ends_early(row)
        yield from _no_money(row)
        yield from _miscounted(row)
        if further := _FURTHER.get(row.table.name):
            yield from further(row, rows)
    whose = [row for row in chosen if has_jurisdiction(row.table) and not circles]
    for row in whose:
        yield from _of_another_plan(row, rows)
    of_plans = [f for row in whose if row.table.name == "plans" for f in _nobodys(row, rows)]
    yield from of_plans
    for row in whose if not of_plans else ():  # what follows from a plan is not said of each claim
        if row.table.name != "plans":
            yield from _nobodys(row, rows)


def _fault(row: Row, column: str, fact: str, remedy: str) -> CellInvalid:
    return CellInvalid(fact, place=row.place(column), remedy=remedy)


def _comes_back(row: Row, column: str, rows: Rows) -> bool:
    """Whether what `column` names leads back to the row, by that column."""
    seen: set[str] = set()
    if row.table.by_name[column].kind != "ref":
        return False
    above = list(row.cells[column])
    while above:
        key = above.pop()
        if key == row.key:
            return True
        if key not in seen:
            seen.add(key)
            above += rows.by_key[key].cells.get(column, ())
    return False


def _ends_early(row: Row) -> Iterator[CellInvalid]:
    for start, end in _SPANS:
        if not (row.cells.get(start) and row.cells.get(end)):
            continue
        first, last = row.one(start), row.one(end)
        if last < first[: len(last)]:
            yield _fault(
                row, end, f"{last} is before {first} ({start})", f"correct {end} or {start}"
            )


def _miscounted(row: Row) -> Iterator[CellInvalid]:
    named, counted = len(set(row.cells.get("members", ()))), row.one("stated_count")
    if counted and named > int(counted):
        yield _fault(
            row,
            "members",
            f"{named} are named, and the source counts {counted}",
            "name only those that the source names, or correct stated_count",
        )


def _no_money(row: Row) -> Iterator[CellInvalid]:
    """What is wrong with the amounts of a row."""
    if len(stated := [f"as_stated_{tag}" for tag in row.texts("as_stated")]) > 1:
        yield _fault(
            row,
            stated[1],
            "a figure is stated in one language",
            "leave one of them, or give the other source a row of its own",
        )
    columns = row.table.by_name
    amounts = {name: row.one(name) for name in _AMOUNTS if name in columns and row.one(name)}
    if amounts and not row.one("currency"):
        yield _fault(
            row, "currency", "an amount without a currency", "name it by its ISO 4217 code, as EUR"
        )
    if "amount_min" in columns and not amounts:
        yield _fault(row, "amount", "there is no amount", "give it, or amount_min, amount_max")
    signed = "multiplier" in columns  # a change
    for name, value in amounts.items():
        if Decimal(value) < 0 and not signed:
            fact = f"{value} is negative"
            yield _fault(row, name, fact, "give the amount without a sign")
    low, high = amounts.get("amount_min"), amounts.get("amount_max")
    if low and high and Decimal(low) > Decimal(high):
        fact = f"{high} is less than amount_min, {low}"
        yield _fault(row, "amount_max", fact, "correct one of them")
    elif amounts and "amount_min" in columns and {*amounts} not in _BOUNDS[row.one("qualifier")]:
        fits = " or ".join(" and ".join(sorted(each)) for each in _BOUNDS[row.one("qualifier")])
        fact = f"{row.one('qualifier')!r} goes with {fits}, not with {' and '.join(amounts)}"
        yield _fault(row, "qualifier", fact, "correct one of them")


#: Columns that name words of a plan: it must be that of the row, or one that it is part of.
_WORDS: Final = ("stances", "stance", "missions", "modes", "scope")
#: Columns that name what belongs to a plan: it must be that of the row.
_OF_PLANS: Final = (*_WORDS, "priority", "partner_list")
#: The kinds of notions that are words of a plan.
_KINDS_OF_PLANS: Final = ("mission", "mode", "line-scope")


def _of_another_plan(row: Row, rows: Rows) -> Iterator[CellInvalid]:
    """Words, priorities and lists of another plan, or, where the row is of none, of one of another
    jurisdiction."""
    plan = plan_of(row, rows)
    wholes = _wholes(plan, rows) if plan else set()
    named = [(column, key) for column in _OF_PLANS for key in row.cells.get(column, ())]
    for column, key in named:
        other = plan_of(rows.by_key[key], rows) if key in rows.by_key else None
        if other is None or other == plan or (column in _WORDS and other in wholes):
            continue
        own = jurisdictions(row, rows)
        theirs = jurisdictions(rows.by_key[other], rows)
        if plan or (own and not {*own} & {*theirs}):
            yield _fault(
                row,
                column,
                f"{key!r} is of the plan {other!r}, not of {plan or ' and '.join(own)!r}",
                "name one of the same plan, or a word of what it is part of",
            )


def _wholes(plan: str, rows: Rows) -> set[str]:
    """What a plan is part of, however far up."""
    found, above = set[str](), [plan]
    while above:
        further = rows.by_key[above.pop()].cells.get("part_of", ())
        above += [key for key in further if key not in found and key in rows.by_key]
        found.update(further)
    return found


def _of_concept(row: Row, _rows: Rows) -> Iterator[CellInvalid]:
    """A word of no plan: what is general is a code."""
    kind = row.one("kind")
    if kind in _KINDS_OF_PLANS and not row.one("plan"):
        fact = f"a {kind} is the word of a plan"
        yield _fault(row, "plan", fact, "name the plan whose word it is")


def _of_statement(row: Row, _rows: Rows) -> Iterator[CellInvalid]:
    """Something that is absent from nowhere in particular."""
    if row.one("polarity") == "absent" and not row.texts("scope"):
        fact = "what is absent is absent within something"
        yield _fault(row, "polarity", fact, "say within what in scope_en, or another language")


def _of_partner(row: Row, rows: Rows) -> Iterator[CellInvalid]:
    """A partner that no plan names, or without the condition; a technology that the priority or
    list above has not."""
    if plan_of(row, rows) is None:
        fact, remedy = "no plan names this partner", "name the plan, its priority or its list"
        yield _fault(row, "plan", fact, remedy)
    if row.values("role") == ("conditional",) and not row.one("condition"):
        remedy = "say it in a few words, or write intended"
        yield _fault(row, "condition", "the condition is missing", remedy)
    yield from _of_other_technologies(row, rows)


def _of_other_technologies(row: Row, rows: Rows) -> Iterator[CellInvalid]:
    """Technologies of a list that its priority has not, or of a priority that its list has not."""
    above = rows.by_key.get(
        row.one("priority" if row.table.name == "partner_lists" else "partner_list")
    )
    below = rows.by_key.get(row.one("priority")) if row.table.name == "partner_links" else row
    if above is None or below is None:
        return
    known = above.cells.get("technologies", ())
    for key in below.cells.get("technologies", ()):
        if known and key not in known:
            column = "technologies" if below is row else "priority"
            yield _fault(
                row,
                column,
                f"{key!r} is no technology of {above.key!r}",
                f"name one of {', '.join(known)}",
            )


def disputed_plans(rows: Rows) -> Iterator[str]:
    """A line for each plan of a jurisdiction that is none of its planners'."""
    for row in rows.tables.get("plans", ()):
        named = set(row.cells.get(JURISDICTION.name, ()))
        own = {
            key
            for planner in row.cells.get("planners", ())
            for key in jurisdictions(rows.by_key[planner], rows)
        }
        if named and own and not named & own:
            of, whose = (" and ".join(sorted(keys)) for keys in (named, own))
            place = row.place(JURISDICTION.name)
            yield f"{place}: the plan is of {of}, its planners are of {whose}: correct one of them"


def larger_parts(rows: Rows) -> Iterator[str]:
    """A line for each amount that is larger than the one it is a part of, or than one that the
    same source states of what its own subject is a part of: in one phase and currency, within the
    period of the whole."""
    amounts = rows.tables.get("amounts", ())
    of = defaultdict(list)
    for row in amounts:
        if not row.one("part_of"):
            of[row.one("source"), row.one("of")].append(row)
    for row in amounts:
        subject, above = rows.by_key[row.one("of")], [row.one("part_of")]
        for key in (k for name in ("part_of", "broader") for k in subject.cells.get(name, ())):
            above += (whole.key for whole in of[row.one("source"), key])
        for whole in (rows.by_key[key] for key in dict.fromkeys(above) if key):
            if _is_within(row, whole) and _least(row) > _most(whole):
                place, said = row.place("amount"), f"{whole.key!r}"
                yield f"{place}: the part is larger than the whole, {said}: correct one of them"


#: What a part and its whole have alike.
_ALIKE: Final = ("phase", "basis", "currency", "per", "rate")


def _is_within(part: Row, whole: Row) -> bool:
    """Whether two amounts can be compared as part and whole."""
    first, last = whole.one("period_from"), whole.one("period_to")
    return (
        all(part.one(name) == whole.one(name) for name in _ALIKE)
        and first <= part.one("period_from")[: len(first)]
        and bool(last) == bool(part.one("period_to"))
        and part.one("period_to")[: len(last)] <= last
    )


def _least(row: Row) -> Decimal:
    """What an amount is at the least, a unit of its rounding allowed."""
    low = row.one("amount_min") or (row.one("qualifier") != "at-most" and row.one("amount"))
    return Decimal(low or 0) - Decimal(row.one("rounding"))


def _most(row: Row) -> Decimal:
    """What it is at the most."""
    high = row.one("amount_max") or (row.one("qualifier") != "at-least" and row.one("amount"))
    return Decimal(high or "Infinity") + Decimal(row.one("rounding"))


def _nobodys(row: Row, rows: Rows) -> Iterator[CellInvalid]:
    for value in row.cells.get(JURISDICTION.name, ()):
        if not is_jurisdiction(rows.by_key[value]):
            fact = f"{value!r} is no country and no bloc"
            remedy = "name a country, or an organisation that has a bloc_code"
            yield _fault(row, JURISDICTION.name, fact, remedy)
    if must_have_jurisdiction(row.table) and not jurisdictions(row, rows):
        fact = "nothing says whose policy this is about"
        remedy = "name the country or bloc there, its plan, or the country of its holder"
        yield _fault(row, JURISDICTION.name, fact, remedy)


def _of_plan(row: Row, _rows: Rows) -> Iterator[CellInvalid]:
    if row.one("kind") in row.table.by_kind:
        return
    for column in ("opens", "closes", "eligible"):
        if row.one(column):
            calls = " or ".join(row.table.by_kind)
            fact = f"only a call has this, and the kind is {row.one('kind')!r}"
            yield _fault(row, column, fact, f"leave it empty, or make the kind {calls}")


def _of_share(row: Row, _rows: Rows) -> Iterator[CellInvalid]:
    if not (row.one("parts") or row.one("payer")):
        remedy = "name what makes it up, or who pays it"
        yield _fault(row, "parts", "nothing says what has this share", remedy)
    shares = {name: row.one(name) for name in _PERCENTS if row.one(name)}
    for name, value in shares.items():
        if not 0 <= Decimal(value) <= 100:
            yield _fault(row, name, f"{value} % is no share", "write a percentage from 0 to 100")
    bounds = set(_PERCENTS[1:]) if row.one("qualifier") == "range" else {"percent"}
    if {*shares} != bounds:
        remedy = "give percent, or with the qualifier range both percent_min and percent_max"
        given = " and ".join(shares) or "no share"
        yield _fault(row, "percent", f"{row.one('qualifier')!r} has {given}", remedy)
    elif len(bounds) > 1 and Decimal(shares["percent_min"]) > Decimal(shares["percent_max"]):
        fact = f"{shares['percent_max']} is less than percent_min, {shares['percent_min']}"
        yield _fault(row, "percent_max", fact, "correct one of them")


def _of_agreement(row: Row, rows: Rows) -> Iterator[CellInvalid]:
    if not (row.one("parties") or row.one("signatories")):
        remedy = "name its parties, or the bodies that signed it"
        yield _fault(row, "parties", "nobody concludes this agreement", remedy)
    for party in row.cells.get("parties", ()):
        found = rows.by_key[party]
        if found.table.name == "organisations" and not is_jurisdiction(found):
            fact = f"{party!r} is a body, and no country, bloc or group"
            yield _fault(row, "parties", fact, "name it among the signatories")


def _of_outcome(row: Row, rows: Rows) -> Iterator[CellInvalid]:
    link, kind = rows.by_key[row.one("link")], row.one("outcome")
    if link.one("role") == "excluded":
        fact = f"the plan excludes this partner ({link.key!r})"
        yield _fault(row, "link", fact, "name a partner that the plan intends")
    if kind == "not-found":
        for column, what in (("as_of", "when"), ("scope", "where")):
            if not (row.one(column) or row.texts(column)):
                yield _fault(row, column, f"nothing says {what} it was looked", f"say {what}")
    if kind == "other-technology" and not row.one("technology"):
        yield _fault(row, "technology", "nothing says in which other technology", "name it")


def _of_indicator(row: Row, rows: Rows) -> Iterator[CellInvalid]:
    assessed = rows.by_key[row.one("country")]
    if not is_jurisdiction(assessed):
        fact = f"{assessed.key!r} is no country and no bloc"
        remedy = "name a country, or an organisation that has a bloc_code"
        yield _fault(row, "country", fact, remedy)
    if row.one("base_value") and not row.one("base_year"):
        yield _fault(row, "base_year", "the earlier value has no year", "name its year")


def _of_amount(row: Row, rows: Rows) -> Iterator[CellInvalid]:
    """The same money is in another currency, a part of it in the same."""
    currency = row.one("currency")
    for column, same in (("same_money_as", False), ("part_of", True)):
        other = rows.by_key.get(row.one(column))
        if other and (other.one("currency") == currency) != same:
            theirs = other.one("currency").upper()
            fact = f"{other.key!r} is in {theirs}, this in {currency.upper()}"
            if not same:
                fact = f"{other.key!r} is in {theirs} too: no other currency"
            remedy = f"name an amount in {'the same' if same else 'another'} currency"
            yield _fault(row, column, fact, remedy)
    if row.one("years_at_most") and row.one("rate") != "per-year":
        fact = "a number of years goes with a yearly amount"
        yield _fault(row, "years_at_most", fact, "make the rate per-year, or leave it empty")


def _of_match(row: Row, _rows: Rows) -> Iterator[CellInvalid]:
    columns = [name for name in row.table.by_name if name.endswith("_match")]
    filled = [name for name in columns if row.one(name)]
    if len(filled) != 1:
        fact = f"{len(filled)} of the match columns are filled in"
        yield _fault(row, columns[0], fact, f"fill in one of {', '.join(columns)}")
    for name in filled:
        if row.one(name) == row.one("technology"):
            yield _fault(row, name, "it is the technology itself", "name one of another list")


#: What a table says of its own rows.
_FURTHER: Final = {
    "concepts": _of_concept,
    "statements": _of_statement,
    "amounts": _of_amount,
    "technology_matches": _of_match,
    "plans": _of_plan,
    "agreements": _of_agreement,
    "budget_shares": _of_share,
    "outcomes": _of_outcome,
    "indicators": _of_indicator,
    "partner_lists": _of_other_technologies,
    "partner_links": _of_partner,
}
