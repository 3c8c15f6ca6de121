"""What plans say of the entity, each plan in one statement, those whose partners were followed up
first; what statements and recommendations say of it."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import Final, TypeAlias

from coopgraph.brief.budget import paid
from coopgraph.brief.material import (
    Cited,
    Material,
    Row,
    cited_by,
    every,
    has,
    is_institution,
    newest,
)
from coopgraph.brief.model import Statement
from coopgraph.brief.progress import act_text, acts_of, states
from coopgraph.i18n import date, number
from coopgraph.queries.scope import policy_of
from coopgraph.vocabulary import entity_iri

_Policy: TypeAlias = tuple[str, str, str]
#: How many plans are looked up for a page; a brief of all plans tells of every one.
_PLANS: Final = 14
_ITEMS: Final = 5
_AMOUNTS: Final = 2
_ACTS: Final = 2
#: The rank of the first of what is said beside plans, and by how much that of the next is higher.
_SAID: Final = (0.3, 0.2)
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


def planned(on: Material, kind: str) -> list[Statement]:
    """What plans say of the entity, what statements do, and what is recommended that concerns
    it."""
    table = _partners_table(on, kind)
    found = [*table, *plans(on, kind, 1 if table else 0)]
    if kind in ("ministry", "partner"):
        owned = on.is_entity("owner")
        found += on.listed("programmes", owned, 8, _programme, rank=_SAID)
    statements = on.found("statements") - on.found("about")
    mine = on.is_one_of("claim", statements)

    def of_none(row: Row) -> bool:
        return mine(row) and not row["plan"]

    found += on.listed("who-says", of_none, 12, _said, rank=_SAID)
    found += recommended(on)
    return found or [on.no_plan()]


def _programme(row: Row) -> str:
    return str(row["programme"])


def _said(row: Row) -> str:
    is_plain = getattr(row["modality"], "iri", "") == _REPORTED
    marks = [str(row["stated_by"])] if row["stated_by"] else []
    marks += [] if is_plain else [str(row["modality"])]
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


def _reads(
    on: Material, kind: str
) -> list[tuple[str, Callable[[Row], bool], Callable[[_Told, Row], None]]]:
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
        told.add(on.say("stance"), str(row["stance"]) if is_own else _named(row, row["stance"]))

    def partner(told: _Told, row: Row) -> None:
        label, item, where = _partnership(on, kind, row)
        told.add(label, item, where=where)
        told.marks.setdefault(label, {}).update(dict.fromkeys(_marks(on, row)))

    def level(told: _Told, row: Row) -> None:
        best = [on.say("best", number(row["best"], on.lang))] if row["best"] else []
        label = on.say("whose", row["kind"], ", ".join([str(row["unit"]), *best]))
        told.add(label, f"{row['technology']} {number(row['value'], on.lang)}")

    found: list[tuple[str, Callable[[Row], bool], Callable[[_Told, Row], None]]] = []
    if kind == "technology":
        found += [("stances", about, stance)]
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


def _named(row: Row, what: object) -> str:
    return f"{row['technology']}: {what}"


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


def _is_draft(row: Row) -> bool:
    return getattr(row.get("status"), "iri", _FINAL) != _FINAL


def _marks(on: Material, row: Row) -> list[str]:
    marks = [str(row["status"])] if _is_draft(row) else []
    return [*marks, on.say("among-others")] if row.get("open_list") else marks


def _own(on: Material, kind: str) -> list[tuple[Row, tuple[int, ...]]]:
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
    for of, told in found.items():
        if told.is_own and kind != "technology":
            _add_partners(on, of, told)
    mine = on.is_one_of("of", by_iri if kind != "country" else ())
    amounts: dict[str, list[Cited]] = {}
    for row, cites in on.rows("amounts", mine)[0]:
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
        told = found.get(policy_of(row))
        return told is not None and (getattr(row["stance"], "iri", "") in told.stances or own(row))

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
    counted = Counter(states(acts_of(on, lambda row: policy_of(row) == of)).values())
    if counted:
        listed = ", ".join(f"{name} {n}" for (_, name), n in sorted(counted.items()))
        told.add(on.say("progress"), on.say("whose", listed, on.say("our-count")))


def _partners_table(on: Material, kind: str) -> list[Statement]:
    """Of a country, by technology: the partners that the plan names which was followed up, and
    what became of them."""
    acts = acts_of(on, every) if kind == "country" else []
    followed = on.followed if acts else set()
    by: dict[str, list[tuple[Row, tuple[int, ...]]]] = {}
    for row, cites in on.rows("partners", partial(_is_tabled, on))[0] if followed else ():
        by.setdefault(row["technology"].iri, []).append((row, cites))
    # A mark of every list stands above the column.
    marked = {str(row["status"]) if _is_draft(row) else "" for of in by.values() for row, _ in of}
    is_one = len(marked) == 1
    on.head("planned", "technology", "partners", "progress")
    if is_one and any(marked):
        technology, partners, *others = on.heads["planned"]
        on.heads["planned"] = technology, on.say("whose", partners, *marked), *others
    found: list[Statement] = []
    for iri, rows in by.items():
        first = rows[0][0]
        names = dict.fromkeys(row["partner"].iri for row, _ in rows)
        of = [(r, c) for r, c in acts if getattr(r["technology"], "iri", "") == iri]
        of = [(r, c) for r, c in of if r["partner"].iri in names]
        told = ", ".join(dict.fromkeys(str(row["partner"]) for row, _ in rows))
        if any(row["open_list"] for row, _ in rows):
            told = on.say("open-list", told)
        marks = dict.fromkeys(
            str(row["status"]) for row, _ in rows if _is_draft(row) and not is_one
        )
        cells = (
            on.say("whose", first["technology"], first["stance"] or on.say("not-stated")),
            f"{told} [{', '.join(marks)}]" if marks else told,
            progress_text(on, of),
        )
        text = " – ".join(cells)
        found.append(
            Statement(text, cited_by((*rows, *of)), cells=cells, rank=(len(found) + 1) / 999)
        )
    return found


def progress_text(on: Material, acts: list[tuple[Row, tuple[int, ...]]]) -> str:
    """What became of partners, in words: of each partner the first state and its acts."""
    told: dict[str, list[str]] = {}
    state = states(acts)
    for row, _ in acts:
        if state[row["technology"].iri, row["partner"].iri][1] == str(row["outcome"]):
            who = f"{on.short(row['partner'])} " if len(state) > 1 else ""
            who += str(row["outcome"])
            told.setdefault(who, []).append(act_text(on, row, is_short=True))
    joined = []
    for who, of in told.items():
        shown, most = [*filter(None, dict.fromkeys(of))], 1 if len(state) > 1 else _ACTS
        left = [on.say("more-items", len(shown) - most)] if len(shown) > most else []
        joined.append(f"{who}: {', '.join(shown[:most] + left)}" if shown else who)
    return "; ".join(joined) or on.say("not-searched")


def actions(on: Material) -> list[Row]:
    """The recommended actions that concern the entity: it is to act, or states them, or an event of
    its own carried one out."""
    circle, authored = on.found("circle"), on.found("authored")
    is_home = on.entity.iri == on.own
    events = on.found("events") if on.entity.iri.partition("/id/")[2].startswith("tech") else set()

    def concerns(row: Row) -> bool:
        is_authored = row["recommendation"].iri in authored
        done = getattr(row["done_by"], "iri", "")
        return is_home or is_authored or row["addressee"].iri in circle or done in events

    return on.of("actions", concerns)


def recommended(on: Material) -> list[Statement]:
    """The recommendations of which an action concerns the entity; each with these actions, and what
    carried them out."""
    told_of: dict[str, dict[str, list[str]]] = {}
    concerned: set[str] = set()
    days = {row["event"].iri: str(row["date"] or "") for row in on.of("follow-ups", has("event"))}
    for row in actions(on):
        of = row["recommendation"].iri
        done = getattr(row["done_by"], "iri", "")
        concerned |= {of, done}
        who = f"{row['action']} ({row['addressee']}, {row['urgency']})"
        by = told_of.setdefault(of, {}).setdefault(who, [])
        if done:
            when = date(days.get(done, ""), on.lang, is_short=True)
            by.append(f"{row['done_by']} {when}".strip())
    mine = on.is_one_of("recommendation", concerned)
    rows, _ = on.rows("recommendations", mine, same=lambda row: row["recommendation"].iri)
    done_by = on.is_one_of("event", concerned)
    followed, _ = on.rows("follow-ups", lambda row: mine(row) and done_by(row) and row["action"])
    sources: dict[str, set[int]] = {}
    for row, cites in followed:
        sources.setdefault(row["recommendation"].iri, set()).update(cites)
    found: list[Statement] = []
    for row, cites in rows:
        of = row["recommendation"].iri
        told = "; ".join(
            f"{what} → {', '.join(by)}" if by else what for what, by in told_of.get(of, {}).items()
        )
        cited = tuple(sorted({*cites, *sources.get(of, ())}))
        text = on.say("recommended", row["recommendation"], told)
        found.append(Statement(text, cited, rank=0.1 + len(found) / 40))
    return found
