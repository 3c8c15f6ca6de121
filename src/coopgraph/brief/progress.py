"""What became of the partners that plans name, and what imported projects and papers show."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from coopgraph.brief.material import Cited, Keep, Material, Row, cited_by, every, has, place_in
from coopgraph.brief.model import Statement
from coopgraph.formats.ntriples import iri
from coopgraph.i18n import date, percent
from coopgraph.measures.practice import kinds_of_practice
from coopgraph.observation.technologies import METHODS, PROJECTS, PUBLICATIONS
from coopgraph.queries.coverage import absences
from coopgraph.queries.parameters import ALL
from coopgraph.vocabulary import entity_iri

#: What an act may show, the firmest first: the state of a partner is the first that has an act.
STATES: Final = (
    "realised",
    "realised-before-the-plan",
    "agreed-to-sign",
    "preferred-for-negotiation",
    "in-talks",
    "other-technology",
    "not-found",
)
_MOST: Final = 5
#: How many acts of one partner a table tells of.
_ACTS: Final = 2
_COUNTED: Final = {PROJECTS: "projects", PUBLICATIONS: "papers"}


def acts_of(on: Material, keep: Keep) -> list[Cited]:
    """The acts that decide what became of partners, firmest first, and by date; one in several
    other technologies is told once."""
    return _acts(on, lambda row: row["decides"] is not False and keep(row))


def _acts(on: Material, keep: Keep) -> list[Cited]:
    others: dict[str, dict[str, None]] = {}
    for row in on.of("outcomes", has("other_technology")):
        others.setdefault(row["act"].iri, {})[on.short(row["other_technology"], 2)] = None
    acts = on.rows("outcomes", keep, same=lambda row: row["act"].iri, by=_place)[0]
    return [
        ({**row, "other_technology": ", ".join(others.get(row["act"].iri, ()))}, cites)
        for row, cites in acts
    ]


def _place(row: Row) -> tuple[int, str]:
    return place_in(STATES, row["outcome"].iri), str(row["date"] or "")


def link_of(row: Row) -> tuple[str, str]:
    """The technology and the partner of an act."""
    return getattr(row["technology"], "iri", ""), row["partner"].iri


def states(acts: Iterable[Cited]) -> dict[tuple[str, str], tuple[int, str]]:
    """The state of each technology and partner: its place in the order, and its name."""
    found: dict[tuple[str, str], tuple[int, str]] = {}
    for row, _ in acts:
        state = (place_in(STATES, row["outcome"].iri), str(row["outcome"]))
        found[link_of(row)] = min(found.get(link_of(row), state), state)
    return found


def act_text(on: Material, row: Row, *, is_short: bool = False) -> str:
    """An act in words, with its day and another technology, of which in short that alone is told;
    where nothing was found until when it was looked, in short nothing."""
    if row["date"] is None:
        looked = date(str(row["as_of"] or ""), on.lang, is_short=True)
        return "" if is_short else on.say("searched", looked)
    day, other = date(str(row["date"]), on.lang, is_short=True), row["other_technology"]
    if other and is_short:
        return on.say("whose", other, day)
    return on.say("whose", row["act"], f"{day}, {other}" if other else day)


def progress_text(on: Material, acts: list[Cited]) -> tuple[str, tuple[int, ...]]:
    """What became of partners, in words, and its sources: of each the state and the last acts."""
    told: dict[str, dict[str, list[Cited]]] = {}
    state = states(acts)
    for row, cites in acts:
        if state[link_of(row)][1] == str(row["outcome"]):
            who = f"{on.short(row['partner'])} " if len(state) > 1 else ""
            act = act_text(on, row, is_short=True)
            told.setdefault(f"{who}{row['outcome']}", {}).setdefault(act, []).append((row, cites))
    joined, used = [], list[Cited]()
    for who, of in told.items():
        shown, most = [*filter(None, of)], 1 if len(state) > 1 else _ACTS
        last = shown[-most:]
        used += [each for act, rows in of.items() if act in ("", *last) for each in rows]
        left = [on.say("more-items", len(shown) - most)] if len(shown) > most else []
        joined.append(f"{who}: {', '.join(last + left)}" if shown else who)
    return "; ".join(joined) or on.say("not-searched"), cited_by(used)


def practice(on: Material, kind: str) -> list[Statement]:
    """Partner by partner what became of it: each state apart; then what imports show."""
    found: list[Statement] = []
    if kind in ("technology", "partner"):
        acts = acts_of(on, on.is_entity(kind))
        other = "partner" if kind == "technology" else "technology"
        state, groups = states(acts), dict[tuple[str, str, bool], list[Cited]]()
        for row, cites in _acts(on, on.is_entity(kind)):
            link = link_of(row)
            is_beside = link in state and state[link][1] != str(row["outcome"])
            if row["date"] or not is_beside:  # nor is it told twice that nothing was found
                groups.setdefault((*link, is_beside), []).append((row, cites))
        for (*_, is_beside), of in sorted(groups.items(), key=lambda each: each[0][2]):
            first = of[0][0]
            who = on.short(first[other]) if kind == "technology" else str(first[other])
            told = ", ".join(dict.fromkeys(act_text(on, row) for row, _ in of))
            told = on.say("beside" if is_beside else "became", who, first["outcome"], told)
            rank = is_beside + len(found) / 40
            found.append(Statement(told, cited_by(of), rank=rank))
    kinds, _ = kinds_of_practice(on.store)
    if kind == "country" and not kinds:
        return []
    for evidence in kinds:
        found += _observed(on, kind, evidence)
    if found:
        return found
    about = {kind: iri(on.entity.iri)}
    missing = absences(on.store, " ".join(kinds), about, on.lang)
    return [on.absent(each) for each in missing] or [on.gap("not-searched")]


def _standing(on: Material, row: Row) -> list[str]:
    """In which years a tie was, and where it stands among those of the planner; nothing where that
    is not told."""
    years = dict.fromkeys(str(row[name]) for name in ("first_year", "last_year") if row[name])
    found = ["–".join(years)] if years else []
    if row["rank"] is not None and row["share"] is not None:
        part = (Decimal(str(row["share"])) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
        found.append(on.say("placed", row["rank"], share=percent(part.normalize(), on.lang)))
    return found


def _observed(on: Material, kind: str, evidence: str) -> list[Statement]:
    """What one kind of evidence shows: rows of a technology, a partner or a country."""
    asked = {"evidence": entity_iri("evidence-kind", evidence)}
    methods = {name: entity_iri("assignment-method", name) for name in METHODS}
    labels = on.store.labels([*methods.values()], on.lang)

    def link(row: Row) -> str:
        other = row["partner" if kind == "technology" else "technology"]
        count = on.say(_COUNTED[evidence], row["observed_links"] or 0)
        by = {name: row[f"by_{name}"] for name in METHODS}
        told = [f"{labels.get(methods[name], name)} {n}" for name, n in by.items() if n]
        if told := [*_standing(on, row), *told]:
            count = f"{count} ({', '.join(told)})"
        match = f" [{row['match']}]" if row["match"] else ""
        return f"{other}: {row['verdict']}, {count}{match}"

    def partner(row: Row) -> str:
        count = on.say(_COUNTED[evidence], row["links"] or 0)
        return f"{row['partner']} – {row['technology']}: {count}"

    if kind in ("technology", "partner"):
        wanted = on.found("same") if kind == "technology" else {on.entity.iri}
        return on.listed("plan-vs-practice", on.is_one_of(kind, wanted), _MOST, link, values=asked)
    if kind == "country":
        asked["jurisdiction"] = on.own or ALL
        if on.entity.iri != on.own:
            asked["country"] = on.entity.iri
        return on.listed("observed-partners", every, _MOST, partner, values=asked)
    return []
