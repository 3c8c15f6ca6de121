"""What plans say of the entity, each plan in one statement, those whose partners were followed up
first; what statements and recommendations say of it."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import Final, TypeAlias

from coopgraph.brief.budget import amounts_of, paid
from coopgraph.brief.material import (
    Cited,
    Keep,
    Material,
    Row,
    cited_by,
    every,
    is_institution,
    newest,
)
from coopgraph.brief.model import Statement
from coopgraph.brief.progress import acts_of, progress_text, states
from coopgraph.brief.recommendation import recommended
from coopgraph.i18n import date, number
from coopgraph.queries import Entity
from coopgraph.queries.scope import policy_of
from coopgraph.vocabulary import entity_iri

_Policy: TypeAlias = tuple[str, str, str]
#: How many plans are looked up for a page; a brief of all plans tells of every one.
_PLANS: Final = 14
_ITEMS: Final = 5
_AMOUNTS: Final = 3
#: The rank of the first of what is said beside plans, and by how much that of the next is higher.
_SAID: Final = (0.3, 0.2)
_MANAGED: Final = "SELECT ?plan ?body { ?plan a coop:Plan ; coop:managedBy ?body } ORDER BY ?body"
_FINAL: Final = entity_iri("list-status", "final")
_REPORTED: Final = entity_iri("modality", "reported")


@dataclass
class _Told:
    """What one plan says: under labels, each item with where it is, with what marks, of which
    stances, from which sources."""

    parts: dict[str, dict[str, str]] = field(default_factory=dict)
    marks: dict[str, dict[str, None]] = field(default_factory=dict)
    stances: set[str] = field(default_factory=set)
    cites: set[int] = field(default_factory=set)
    is_own: bool = False
    day: str = ""
    status: str = ""

    def add(self, label: str, item: str, cites: Iterable[int] = (), where: str = "") -> None:
        self.parts.setdefault(label, {})[item] = where
        self.cites.update(cites)


#: A question that is read of plans, which of its rows, and what each adds.
_Read: TypeAlias = tuple[str, Keep, Callable[[_Told, Row], None]]


def planned(on: Material, kind: str) -> list[Statement]:
    """What plans say of the entity, what statements do, and what is recommended that concerns
    it."""
    table = _partners_table(on, kind)
    found = [*table, *plans(on, kind, 1 if table else 0)]
    if kind in ("ministry", "partner"):
        owned = on.is_entity("owner")
        found += on.listed("programmes", owned, 8, lambda row: str(row["programme"]), rank=_SAID)
    mine = on.is_one_of("claim", on.found("statements") - on.found("about"))
    found += on.listed("who-says", lambda row: mine(row) and not row["plan"], 12, _said, rank=_SAID)
    return found + recommended(on) or [on.no_plan()]


def _said(row: Row) -> str:
    is_plain = getattr(row["modality"], "iri", "") == _REPORTED
    marks = [str(each) for each in (row["stated_by"], not is_plain and row["modality"]) if each]
    return f"{row['claim']} ({', '.join(marks)})" if marks else str(row["claim"])


def plans(on: Material, kind: str, before: int) -> list[Statement]:
    """One statement for each plan that names the entity or is its own, `before` which there is
    that much."""
    found: dict[_Policy, _Told] = {}
    for name, keep, tell in _reads(on, kind):
        for row, cites in on.rows(name, keep)[0]:
            tell(found.setdefault(policy_of(row), _Told()), row)
            found[policy_of(row)].cites.update(cites)
    for row, cites in _own(on, kind):
        told = found.setdefault(policy_of(row), _Told())
        told.day = max(told.day, str(row["issued"] or row["period_from"] or ""))
        told.is_own = True
        told.cites.update(cites)
        if not on.is_entity("planner")(row) and kind != "technology":
            told.add(on.say("planner"), str(row["planner"]))
    said = Counter(
        policy_of(row) for name in ("partners", "amounts", "statuses") for row in on.of(name, every)
    )
    ranked = sorted(
        found,
        key=lambda of: (
            of[2] not in on.followed,
            kind == "technology" and not found[of].is_own,
            -sum(map(len, found[of].parts.values())) if kind == "technology" else -said[of],
            newest(found[of].day),
            of,
        ),
    )
    if not on.is_whole:
        ranked = ranked[:_PLANS]
    _add_to(on, kind, {of: found[of] for of in ranked})
    several = len({whose for whose, *_ in found}) > 1
    return [
        Statement(
            _line(on, of, found[of], several),
            tuple(sorted(found[of].cites)),
            rank=(at + before) / 10,
        )
        for at, of in enumerate(ranked)
        if found[of].cites
    ]


def _line(on: Material, of: _Policy, told: _Told, several: bool) -> str:
    whose, plan, _ = of
    head = plan or on.say("no-single-plan")
    head = f"{whose} – {head}" if several else head
    texts = [told.status] if told.status else []
    for label, items in told.parts.items():
        most = len(items) if on.is_whole else _ITEMS
        shown, left = [], len(items) - most
        for where, some in groupby([*items][:most], key=items.get):
            told_of = ", ".join(some)
            shown.append(on.say("whose", told_of, where) if where else told_of)
        shown += [on.say("more-items", left)] if left > 0 else []
        marks = told.marks.get(label)
        after = f" [{', '.join(marks)}]" if marks else ""
        listed = ", ".join(shown)
        texts.append(f"{label}{after}: {listed}" if label else f"{listed}{after}")
    return on.say("plan-line", head, "; ".join(texts))


def _reads(on: Material, kind: str) -> list[_Read]:
    """The questions that are read of plans, which of their rows, and what each adds."""
    columns = {"technology": ("technology", "reference"), "country": ("country", "partner")}

    def about(row: Row) -> bool:
        of = columns.get(kind, ("partner",))
        return any(on.is_entity(column)(row) for column in of if column in row) and not (
            kind == "country" and _is_tabled(on, row)
        )

    def stance(told: _Told, row: Row) -> None:
        told.stances.add(row["stance"].iri)
        is_own = on.is_entity("technology")(row)
        said = str(row["stance"])
        told.add(on.say("stance"), said if is_own else f"{row['technology']}: {said}")

    def partner(told: _Told, row: Row) -> None:
        label, item, where = _partnership(on, kind, row)
        told.add(label, item, where=where)
        marks = (draft(row), on.say("among-others") if row.get("open_list") else "")
        told.marks.setdefault(label, {}).update(dict.fromkeys(filter(None, marks)))

    def level(told: _Told, row: Row) -> None:
        best = [on.say("best", number(row["best"], on.lang))] if row["best"] else []
        label = on.say("whose", row["kind"], ", ".join([str(row["unit"]), *best]))
        told.add(label, f"{row['technology']} {number(row['value'], on.lang)}")

    found: list[_Read] = [("stances", about, stance)] if kind == "technology" else []
    if kind != "ministry":
        found += [("partners", about, partner), ("excluded-partners", about, partner)]
    if kind == "technology":
        assessed = on.is_one_of("technology", on.found("entries"))
        home = on.is_one_of("country", {on.own})
        found.append(("indicators", lambda row: assessed(row) and home(row), level))
    return found


def _is_tabled(on: Material, row: Row) -> bool:
    """Whether the table of partners has a planned partnership."""
    of_table = policy_of(row)[2] in on.followed and row["technology"] is not None
    return of_table and (on.entity.iri == on.own or on.is_entity("country")(row))


def _partnership(on: Material, kind: str, row: Row) -> tuple[str, str, str]:
    """The label and the item of a planned partnership or an exclusion, and of which country an
    institution is."""
    technology, told = str(row["technology"] or on.say("whole-plan")), str(row["partner"])
    if row.get("condition"):
        technology, told = (on.say("whose", each, row["condition"]) for each in (technology, told))
    if "role" not in row:
        label = on.say("excluded")
        return label, told if kind == "technology" else technology, ""
    if kind == "technology":
        where = str(row["country"] or on.say("no-country")) if is_institution(row) else ""
        if on.is_entity("technology")(row):
            return on.say("partners"), told, where
        return on.say("whose", row["technology"], row["match"]), told, where
    return ("", technology, "") if on.is_entity("partner")(row) else (told, technology, "")


def draft(row: Row) -> str:
    """The status of a list that is not final; else empty."""
    return "" if getattr(row.get("status"), "iri", _FINAL) == _FINAL else str(row["status"])


def _own(on: Material, kind: str) -> list[Cited]:
    """The plans that are about a technology, or that a body or the country itself made."""
    if kind == "technology":
        keep = on.is_one_of("title", on.found("about"))
    elif kind == "country":
        if on.entity.iri != on.own:
            return []
        keep = every
    else:
        keep = on.is_one_of("planner", on.found("circle"))
    own = on.is_entity("planner")

    def order(row: Row) -> tuple[bool, bool, bool, int]:
        is_followed = row["title"].iri in on.followed
        return not is_followed, not own(row), row["part_of"] is not None, newest(row["issued"])

    return on.rows("plans", keep, None if on.is_whole else 3 * _PLANS, by=order)[0]


def _add_to(on: Material, kind: str, found: dict[_Policy, _Told]) -> None:
    """Adds what else is known of the plans: modes, statements, partners in all, what became of
    them, amounts, and the last status."""
    by_iri = {of[2]: told for of, told in found.items() if of[2]}
    if kind == "technology":
        _add_words(on, found)
        _add_countries(on, found)
        for plan, body in on.store.select(_MANAGED):
            if (run := by_iri.get(plan.value)) and run.is_own:
                name = on.store.labels([body.value], on.lang)[body.value]
                run.add(on.say("managed-by"), on.short(Entity(name, body.value)))
    for of, told in found.items():
        if told.is_own and kind != "technology":
            _add_partners(on, of, told)
    mine = on.is_one_of("of", by_iri if kind != "country" else ())
    amounts: dict[str, list[Cited]] = {}
    for row, cites in amounts_of(on, mine):
        amounts.setdefault(row["of"].iri, []).append((row, cites))
    for iri, rows in amounts.items():
        some = rows if on.is_whole else rows[:_AMOUNTS]
        by_iri[iri].add(on.say("amount"), paid(on, (row for row, _ in some)))
        by_iri[iri].cites.update(*(cites for _, cites in some))
    for row, cites in on.rows("statuses", on.is_one_of("subject", by_iri), by=_day)[0]:
        told, day = by_iri[row["subject"].iri], _day(row)
        when = f" {date(day, on.lang, is_short=True)}" if day else ""
        told.status = f"{row['status']}{when}"
        told.cites.update(cites)


def _add_words(on: Material, found: dict[_Policy, _Told]) -> None:
    """Of a technology's plans: missions and cooperation modes, and statements, on a page those with
    figures where there are some."""
    own = on.is_entity("technology")

    def mode(row: Row) -> bool:
        """Those of the technology, and those of its stance that are of no technology."""
        told = found.get(policy_of(row))
        if told is None or row["technology"] is not None:
            return told is not None and own(row)
        return getattr(row["stance"], "iri", "") in told.stances

    for row, cites in on.rows("modes", mode)[0]:
        for name in ("mission", "mode"):
            if row[name]:
                found[policy_of(row)].add(on.say(name), str(row[name]), cites)
    mine = on.is_one_of("claim", on.found("statements"))
    rows, _ = on.rows("who-says", lambda row: mine(row) and policy_of(row) in found)
    with_figures = {policy_of(row) for row, _ in rows if _has_figure(row)}
    for row, cites in rows:
        of = policy_of(row)
        if on.is_whole or _has_figure(row) or of not in with_figures:
            found[of].add("", str(row["claim"]), cites)


def _has_figure(row: Row) -> bool:
    return any(letter.isdigit() for letter in str(row["claim"]))


def _add_countries(on: Material, found: dict[_Policy, _Told]) -> None:
    """How many partners of a technology's plan are of which country, and whether the first two are
    level."""
    mine = on.is_entity("technology")
    counted: dict[_Policy, Counter[str]] = {}
    for row in on.of("partners", lambda row: mine(row) and is_institution(row)):
        where = str(row["country"] or on.say("no-country"))
        counted.setdefault(policy_of(row), Counter())[where] += 1
    for of, countries in counted.items():
        first, second = (*(n for _, n in countries.most_common(2)), 0)[:2]
        ours = on.say("our-count") if first != second else on.say("tie")
        told = ", ".join(on.say("in-country", *each) for each in countries.most_common())
        if of in found:
            found[of].add(on.say("by-country"), on.say("whose", told, ours))


def _day(row: Row) -> str:
    return str(row["date"] or "")


def _add_partners(on: Material, of: _Policy, told: _Told) -> None:
    """How many partners a plan names for how many technologies, and what became of them."""
    links = on.of("partners", lambda row: policy_of(row) == of)
    if links:
        technologies = len({str(row["technology"]) for row in links if row["technology"]})
        pairs = len({(str(row["technology"]), row["partner"].iri) for row in links})
        count = on.say("links", pairs)
        told.add("", on.say("links-for", technologies, count) if technologies else count)
    acts = acts_of(on, lambda row: policy_of(row) == of)
    if counted := Counter(states(acts).values()):
        # On a page the last, where it was looked: the sources of all would leave little room.
        cited = acts if on.is_whole else acts[-1:]
        listed = ", ".join(f"{name} {n}" for (_, name), n in sorted(counted.items()))
        told.add(on.say("progress"), on.say("whose", listed, on.say("our-count")), cited_by(cited))


def partner_names(on: Material, rows: Iterable[Row]) -> str:
    """The partners of rows of `partners`, each once, and whether there are others."""
    links = [*rows]
    told = ", ".join(dict.fromkeys(str(row["partner"]) for row in links))
    return on.say("open-list", told) if any(row["open_list"] for row in links) else told


def _partners_table(on: Material, kind: str) -> list[Statement]:
    """Of a country, by technology: the partners that the plan names which was followed up, and
    what became of them."""
    acts = acts_of(on, every) if kind == "country" else []
    followed = on.followed if acts else set()
    by: dict[str, list[Cited]] = {}
    for row, cites in on.rows("partners", partial(_is_tabled, on))[0] if followed else ():
        by.setdefault(row["technology"].iri, []).append((row, cites))
    # A mark of every list stands above the column.
    marked = {draft(row) for of in by.values() for row, _ in of}
    on.head("planned", "technology", "partners", "progress")
    if len(marked) == 1 and any(marked):
        technology, partners, *others = on.heads["planned"]
        on.heads["planned"] = technology, on.say("whose", partners, *marked), *others
    found: list[Statement] = []
    for iri, rows in by.items():
        first = rows[0][0]
        names = {row["partner"].iri for row, _ in rows}
        key = on.is_one_of("technology", {iri})
        of = [(row, cites) for row, cites in acts if key(row) and row["partner"].iri in names]
        told = partner_names(on, (row for row, _ in rows))
        became, cites = progress_text(on, of)
        marks = dict.fromkeys(filter(None, (draft(row) for row, _ in rows)))
        cells = (
            on.say("whose", first["technology"], first["stance"] or on.say("not-stated")),
            f"{told} [{', '.join(marks)}]" if marks and len(marked) > 1 else told,
            became,
        )
        rank = (len(found) + 1) / 999
        cites = tuple(sorted({*cited_by(rows), *cites}))
        found.append(Statement(" – ".join(cells), cites, cells=cells, rank=rank))
    return found
