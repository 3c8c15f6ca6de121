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
    """The acts that show what became of partners, firmest first, and by date; one in several other
    technologies is told once."""
    others: dict[str, dict[str, None]] = {}
    for row in on.of("outcomes", has("other_technology")):
        others.setdefault(row["act"].iri, {})[on.short(row["other_technology"], 2)] = None
    acts = on.rows(
        "outcomes",
        keep,
        same=lambda row: row["act"].iri,
        by=lambda row: (place_in(STATES, row["outcome"].iri), str(row["date"] or "")),
    )[0]
    return [
        ({**row, "other_technology": ", ".join(others.get(row["act"].iri, ()))}, cites)
        for row, cites in acts
    ]


def states(acts: Iterable[Cited]) -> dict[tuple[str, str], tuple[int, str]]:
    """The state of each technology and partner: its place in the order, and its name."""
    found: dict[tuple[str, str], tuple[int, str]] = {}
    for row, _ in acts:
        key = (getattr(row["technology"], "iri", ""), row["partner"].iri)
        found[key] = min(
            found.get(key, (len(STATES) + 1, "")),
            (place_in(STATES, row["outcome"].iri), str(row["outcome"])),
        )
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


def progress_text(on: Material, acts: list[Cited]) -> str:
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


def practice(on: Material, kind: str) -> list[Statement]:
    """Partner by partner what became of it: each state apart; then what imports show."""
    found: list[Statement] = []
    if kind in ("technology", "partner"):
        acts = acts_of(on, on.is_entity(kind))
        other = "partner" if kind == "technology" else "technology"
        groups: dict[tuple[str, str], list[Cited]] = {}
        for row, cites in acts:
            who = on.short(row[other]) if kind == "technology" else str(row[other])
            groups.setdefault((who, str(row["outcome"])), []).append((row, cites))
        for (who, outcome), of in groups.items():
            told = ", ".join(dict.fromkeys(act_text(on, row) for row, _ in of))
            told = on.say("became", who, outcome, told)
            found.append(Statement(told, cited_by(of), rank=len(found) / 40))
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
