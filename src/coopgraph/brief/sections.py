"""The sections of a brief and its summary. Every statement comes from a row of a question or a
measure; what no row gives is said in a sentence."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any, Final, NamedTuple

from coopgraph.brief.budget import differences, lines_of, money, series
from coopgraph.brief.material import Keep, Material, Row, cited_by, has, is_institution, newest
from coopgraph.brief.model import Statement
from coopgraph.brief.plan import draft, partner_names, planned
from coopgraph.brief.progress import STATES, acts_of, link_of, practice, states
from coopgraph.brief.recommendation import actions
from coopgraph.i18n import date, percent, text
from coopgraph.measures.practice import kinds_of_practice
from coopgraph.queries.absence import Absence
from coopgraph.queries.coverage import absences, floor_notes, looked_through
from coopgraph.queries.scope import policy_of
from coopgraph.vocabulary import entity_iri

_EVENTS: Final = 24
#: Of more parties an agreement is not about one of them.
_MANY: Final = 4
#: The technologies of events.
_OF_EVENTS: Final = """SELECT DISTINCT ?event ?of {
  ?event a coop:Event ; coop:technology|(prov:generated/schema:about) ?of .
  ?of a coop:Technology }"""
#: Events by which a plan came to a status, which is told with the plan.
_OF_STATUSES: Final = """SELECT DISTINCT ?event {
  ?event a coop:Event ; prov:generated ?plan ; coop:date ?day .
  ?status coop:statusOf ?plan ; coop:date ?day }"""
_PARTNERS: Final = "SELECT ?link ?partner { ?link a coop:PartnerLink ; coop:partner ?partner }"
#: Kinds of agreements that say or discuss something, but settle nothing.
_TALKS: Final = {
    entity_iri("agreement-kind", name)
    for name in ("joint-statement", "statement-of-intent", "joint-committee", "dialogue")
}


def since(on: Material, kind: str) -> list[Statement]:
    """What has happened: first what is about it alone, then what was agreed on with others too,
    stages of partnerships and what recommendations tell of, talks with others, documents; of a
    country the latest, what the table of partners and what many parties did after the rest; in
    the order of their days."""
    party = "technology" if kind == "technology" else "party"
    sizes = Counter((row["agreement"].iri, row[party]) for row in on.of("agreements", has("date")))
    shared = Counter(agreement for agreement, _ in sizes)
    done = {row["done_by"].iri for row in actions(on) if row["done_by"]}
    if kind == "technology":
        shared.update(event.value for event, _ in on.store.select(_OF_EVENTS))
        done |= {event.value for (event,) in on.store.select(_OF_STATUSES)}

    became = {r["realised_by"].iri for r in on.of("outcomes", has("realised_by")) if r["decides"]}

    def narrow(row: Row) -> tuple[Any, ...]:
        if kind == "country":
            act = row.get("agreement")
            is_told = act is not None and act.iri in became
            return is_told, act is not None and shared[act.iri] > _MANY, newest(row["date"])
        of = shared[row["agreement"].iri] - (party == "party") if "agreement" in row else 1
        title = getattr(row.get("title"), "iri", "/event/")
        of = max(of, shared[title])
        shared_by = 3 if getattr(row.get("kind"), "iri", "") in _TALKS else 1
        is_told = "subject" in row or title in done
        place = 4 if "/event/" not in title else 2 if is_told else shared_by if of > 1 else 0
        return (place, of > 2, of > 4, newest(row["date"]))

    looked: dict[str, tuple[str, Keep]] = {"agreements": ("agreement", on.is_entity(party))}
    if kind in ("partner", "ministry"):
        looked["policy-timeline"] = ("title", on.is_entity("organisation"))
    elif kind == "technology":
        looked["policy-timeline"] = ("title", on.is_one_of("title", on.found("events")))
    if kind in ("technology", "country"):
        looked["statuses"] = ("subject", on.is_one_of("subject", on.found("links")))
    if kind == "partner":  # an agreement is told of once
        agreed = {row["agreement"].iri for row in on.of("agreements", on.is_entity(party))}
        mine, by_agreement = on.is_entity(kind), on.is_one_of("realised_by", agreed)
        looked["outcomes"] = ("act", lambda row: mine(row) and not by_agreement(row))
    found = [
        each
        for name, (what, mine) in looked.items()
        for each in _events(on, name, what, mine, narrow)
    ]
    if not found:
        at_large = _events(on, "follow-ups", "event", has("date"), lambda row: newest(row["date"]))
        named = "no-event" if at_large else "no-follow-up"
        return [on.none_of(named, *looked), *(each for _, each in at_large)]
    found.sort(key=lambda each: each[0])
    return [replace(each, rank=at / 20) for at, (_, each) in enumerate(found)]


def _events(
    on: Material, name: str, what: str, mine: Keep, by: Callable[[Row], Any]
) -> list[tuple[Any, Statement]]:
    """The acts that a question tells of, each with its place by `by`."""

    def keep(row: Row) -> bool:
        return mine(row) and row["date"] is not None and row[what] is not None

    together = _together(on, on.of(name, keep)) if name == "statuses" else {}

    def told(row: Row) -> str:
        status = f" – {row['status']}" if "status" in row else ""
        of = together.get(_stage(row), row[what]) if together else row[what]
        if row.get("binding") is False:
            of = on.say("whose", of, on.say("not-binding"))
        return f"{date(str(row['date']), on.lang, is_short=True)} {of}{status}"

    most = 10**6 if on.is_whole else _EVENTS
    rows, _ = on.rows(name, keep, most, same=told, by=by)
    return [
        (by(row), Statement(told(row), cites, group=str(row["date"]), rank=at / 12))
        for at, (row, cites) in enumerate(rows)
    ]


def _stage(row: Row) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in ("plan", "date", "status"))


def _together(on: Material, rows: list[Row]) -> dict[tuple[str, ...], str]:
    """The partners of one plan that came to one stage on one day, where they are several."""
    partner_of = {link.value: partner.value for link, partner in on.store.select(_PARTNERS)}
    labels = on.store.labels({*partner_of.values()}, on.lang)
    found: dict[tuple[str, ...], dict[str, None]] = {}
    for row in rows:
        if (partner := partner_of.get(row["subject"].iri)) and row["plan"]:
            found.setdefault(_stage(row), {})[labels[partner]] = None
    return {
        stage: on.say("plan-line", stage[0], ", ".join(names))
        for stage, names in found.items()
        if len(names) > 1
    }


def cautions(on: Material, kind: str) -> list[Statement]:
    """What hangs on the entity, or on what it hangs, and how we read what names it."""

    def reading(row: Row) -> str:
        return on.say("reading", row["as_printed"], row["read_as"])

    found: list[Statement] = []
    hung = on.measured("dependence", on.is_entity("withdrawn"), {"of": kind})
    for row, cites in sorted(hung, key=lambda each: policy_of(each[0])[2] not in on.followed)[:4]:
        hit, alone = row["technologies_hit"], row["technologies_left_alone"]
        name = "funds" if kind == "ministry" else "leaves-none" if alone else "leaves"
        whose = str(row.get("plan") or "")
        told = on.say(name, hit=hit, alone=alone, which=row["which"])
        text = on.say("plan-line", whose, told) if whose else told
        if all(each.text != text for each in found):  # alike for countries and institutions
            found.append(Statement(text, cites, rank=0.3 + len(found) / 5 if found else 0))
    lines = lines_of(on, kind)
    found += differences(on, lines) if lines else []
    found += on.listed("interpretations", on.is_entity("entity"), 3, reading, rank=(0, 0))
    names = ("disagreements", "growth-disagreements")
    return found or [on.none_of("no-disagreement", *names)]


def coverage(on: Material, kind: str) -> list[Statement]:
    """What was looked through and what not: each kind of "none" apart."""
    kinds, missing = kinds_of_practice(on.store)
    found = [Statement(told(on.lang), is_gap=True) for told in _of_practice(on, kind, kinds)]
    lacking = [*absences(on.store, " ".join(missing), {}, on.lang)]
    if not kinds and {each.code for each in lacking} == {"not-imported"}:
        lacking = [Absence("not-imported", "practice")]
    found += map(on.absent, lacking)
    lines = on.is_one_of("line", lines_of(on, kind))
    years = {str(row["year"]) for row in on.of("budget-levels", lines) if row["year"]}
    if years:
        found.append(on.gap("not-covered", ", ".join(sorted(years))))
    searched = {(str(r["as_of"]), str(r["search_scope"])) for r in on.of("outcomes", has("as_of"))}
    if searched and kind != "ministry":
        day, scope = max(searched)
        found.append(on.gap("searched-in", date(day, on.lang, is_short=True), scope))
    names = {"amounts", "agreements", "disagreements", "excluded-partners"}
    empty = [name for name in sorted(names) if len(on.answer(name)) and not _has(on, kind, name)]
    if empty:
        told = ", ".join(on.say(f"looked-{name}", len(on.answer(name))) for name in empty)
        found.append(on.gap("none-found", told, day=on.read_until))
    mine = [*map(on.is_entity, ("technology", "partner", "country", "reference"))]
    named = on.of("partners", is_institution)
    links = [r for r in named if any(is_mine(r) for is_mine in mine)]
    if kind == "ministry":
        tags = on.count("coop:TechnologyTag")
        if not tags:
            found.append(on.absent(Absence("not-imported", "programmes")))
        elif not on.measured("dependence", on.is_entity("withdrawn"), {"of": kind}):
            found.append(on.gap("no-funding", tags))
    elif not links:
        found.append(on.gap("no-dependence", len(named), day=on.read_until))
    elif drafts := {str(r["plan"]) for r in links if draft(r) or r["open_list"]}:
        found.append(on.gap("draft-lists", len(drafts)))
    return found


def _of_practice(on: Material, kind: str, kinds: list[str]) -> Iterator[Callable[[str], str]]:
    """Whose practice it is, what was looked through, and which technologies have too few joint
    items to rank anybody."""
    if on.is_any and kinds:
        yield partial(text, "answer.among-any")
    of_money = ["programmes"] if kind in ("technology", "ministry") else []
    looked = looked_through(on.store, " ".join([*kinds, *of_money]), on.own)
    yield from (each.told for each in looked)
    if kind in ("technology", "partner", "country"):
        ranked = on.found("same") if kind == "technology" else None
        yield from floor_notes(on.store, " ".join(kinds), None if on.is_any else on.own, ranked)


def _has(on: Material, kind: str, name: str) -> bool:
    """Whether a row of a question has the entity in any cell, or in its circle of plans' money."""
    iris = {on.entity.iri} | on.found("lines") | on.found("paid")
    if name == "disagreements":
        iris |= lines_of(on, kind)

    def keep(row: Row) -> bool:
        return any(getattr(cell, "iri", None) in iris for cell in row.values())

    return bool(on.of(name, keep))


def summary(on: Material, kind: str, sections: Mapping[str, list[Statement]]) -> list[Statement]:
    """The answer in two or three lines: what is planned, how much, what came of it."""
    found = []
    if kind == "country":
        found += _shares(on)
    first = next((each for each in sections["planned"] if not each.cells and each.cites), None)
    if first and not found:
        found.append(Statement(_lead(on, kind) or first.text, first.cites))
    beyond = on.beyond_plan()
    if rows := series(beyond, lines_of(beyond, kind)):
        told = " → ".join(
            on.say("summary-year", beyond.amount(row), _year(on, row), row["phase"])
            for row, _ in rows
        )
        told = on.say("summary-money", rows[0][0]["line"], told)
        found.append(Statement(told, cited_by(rows)))
    if kind in ("technology", "country", "partner"):
        found += _progress(on, kind)
    return found[:3]


def _year(on: Material, row: Row) -> str:
    return date(str(row["year"]), on.lang, is_short=True)


def _lead(on: Material, kind: str) -> str:
    """Of a technology: the stance and the partners of the plan that was followed up."""
    mine = on.is_entity("technology")

    def keep(row: Row) -> bool:
        return policy_of(row)[2] in on.followed and mine(row)

    if kind != "technology":
        return ""
    stances = [str(row["stance"]) for row in on.of("stances", keep)]
    links = on.of("partners", keep)
    if not stances or not links:
        return ""
    return on.say("lead", stances[0], partner_names(on, links))


def _shares(on: Material) -> list[Statement]:
    """Of a country: its part of the links of the plan that was followed up."""
    links = {
        (policy_of(row)[2], row["technology"].iri, row["partner"].iri): row
        for row in on.of("partners", is_institution)
        if policy_of(row)[2] in on.followed and row["technology"]
    }
    mine = {key for key, row in links.items() if on.is_entity("country")(row)}
    if not mine or len(mine) == len(links):
        return []
    partners = {key[2] for key in links}
    ours = {key[2] for key in mine}
    part = Decimal(100 * len(mine)) / len(links)
    share = percent(part.quantize(Decimal("0.1"), ROUND_HALF_UP), on.lang)
    _, cites = on.rows("partners", lambda row: policy_of(row)[2] in on.followed, 1)[0][0]
    hit = {key[1] for key in mine}
    alone = hit - {key[1] for key in links if key not in mine}
    told = on.say("share", len(links), len(mine), len(partners), len(ours), share=share)
    told = f"{told}; {on.say('share-technologies', len(hit), len(alone))}"
    return [Statement(told, cites)]


def _progress(on: Material, kind: str) -> list[Statement]:
    column = {"country": "partner"}.get(kind, kind)
    mine: set[str] = {on.entity.iri}
    if kind == "country":
        home = on.is_entity("country")
        is_own = on.entity.iri == on.own
        mine = {r["partner"].iri for r in on.of("partners", lambda r: is_own or home(r))}
    acts = acts_of(on, on.is_one_of(column, mine))
    other = "technology" if kind == "partner" else "partner"
    found: dict[tuple[int, str], dict[str, None]] = {}
    names = {(r["technology"].iri, r["partner"].iri): r for r, _ in acts if r["technology"]}
    for key, state in states(acts).items():
        who = names[key][other]
        # They are named beside.
        found.setdefault(state, {})[str(who) if kind == "partner" else on.short(who)] = None
    told = "; ".join(
        f"{name}: {', '.join(who)}"
        if place in (0, len(STATES) - 1) or kind != "country"
        else f"{name} {len(who)}"
        for (place, name), who in sorted(found.items())
    )
    of = states(acts)
    last = {  # the sections tell of it too
        link_of(row): (row, cites)
        for row, cites in acts
        if str(row["outcome"]) == of[link_of(row)][1]
    }
    return [Statement(on.say("summary-progress", told), cited_by(last.values()))] if found else []


class SectionKind(NamedTuple):
    """A section: of what it speaks (a scope of questions), what tells it, and whether it is only of
    what is a plan's own."""

    scope: str
    tell: Callable[[Material, str], list[Statement]]
    is_owned: bool = True

    def statements(self, on: Material, kind: str) -> list[Statement]:
        """What it says."""
        return self.tell(on if self.is_owned else on.beyond_plan(), kind)


SECTIONS: Final[Mapping[str, SectionKind]] = {
    "planned": SectionKind("plan", planned),
    "money": SectionKind("plan", money, is_owned=False),
    "practice": SectionKind("plan", practice),
    "since": SectionKind("plan", since, is_owned=False),
    "cautions": SectionKind("plan", cautions, is_owned=False),
    "coverage": SectionKind("plan", coverage, is_owned=False),
}
#: The sections of each kind of entity, in their order.
ORDER: Final[Mapping[str, tuple[str, ...]]] = {
    "technology": ("planned", "money", "since", "practice", "coverage"),
    "country": ("planned", "money", "since", "practice", "cautions", "coverage"),
    "partner": ("planned", "practice", "money", "since", "cautions", "coverage"),
    "ministry": ("money", "planned", "since", "cautions", "coverage"),
}
