"""Plans of our own invention, of other planners, to be laid beside the shipped tables.

`add_plans(folder, count, seed)` writes them into a copy of the tables. Each plan speaks of the
same technologies, institutions and budget lines of like names as others do, in its own words.
Nothing here is a fact.
"""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from pathlib import Path

from coopgraph.tables.catalogue import BY_NAME

Row = dict[str, str]
_TECHNOLOGIES = ("quantum", "advanced-bio", "semiconductor", "artificial-intelligence", "hydrogen")
_PARTNERS = ("mit", "nasa", "eth-zurich", "stanford-university", "esa", "boeing")
#: Currencies, each with the first and the last day of a financial year.
_MONEY = (
    ("EUR", "%s", "%s"),
    ("JPY", "%s-04-01", "%s-03-31"),
    ("GBP", "%s-04", "%s-03"),
    ("KRW", "%s", "%s"),
)
_STANCES = ("catch-up", "cooperation-convergence", "leading")
#: The one language that every third plan speaks, and every other third; the rest are in two.
_ALONE = ("", "de", "ja")
_COUNTRIES = ("de", "fr", "gb", "jp", "us", "se", "nl", "ca")


def add_plans(
    folder: Path,
    count: int,
    seed: int = 1,
    *,
    first: int = 0,
    countries: tuple[str, ...] = _COUNTRIES,
) -> list[str]:
    """Append the rows of `count` plans to the tables in `folder`; their keys."""
    chosen = random.Random(seed)
    rows: dict[str, list[Row]] = defaultdict(list)
    if not first:
        rows["sources"].append(_named("made-source", "invented plans", kind="study"))
    plans = []
    for number in range(first, first + count):
        country = countries[number % len(countries)]
        made: dict[str, list[Row]] = defaultdict(list)
        plans.append(_plan(made, f"made-{number:03}", country, chosen))
        for name, added in made.items():
            rows[name] += [_in_one(row, _ALONE[number % 3]) for row in added]
    for name, added in rows.items():
        append(folder / f"{name}.csv", name, added)
    return plans


def _plan(rows: dict[str, list[Row]], key: str, country: str, chosen: random.Random) -> str:
    ministry, plan = f"{key}-ministry", f"{key}-plan"
    rows["organisations"].append(
        _named(ministry, f"Ministry {key}", kind="ministry", country=country)
    )
    rows["organisations"] += [
        _named(f"{key}-{kind}", f"The {kind} {key}", kind=kind, country="us" * (kind == "region"))
        for kind in ("network", "region")
    ]
    institute = f"{key}-institute"  # at home in the plan, no foreign partner
    rows["organisations"].append(
        _named(institute, f"Institute {key}", kind="research-institute", country=country)
    )
    rows["organisations"].append(
        _named(f"{key}-council", f"Council {key}", kind="advisory-council", country=country)
    )
    rows["plans"] += [
        _named(plan, f"Plan {key}", kind="strategy", planners=f"{ministry}|{key}-council",
               issued="2024-05-01"),
        _named(f"{key}-part", f"Plan {key}, a part", kind="support-programme", planners=ministry,
               part_of=plan),
        _named(f"{key}-version", f"Plan {key}, a version", kind="strategy", planners=ministry,
               revision_of=plan, issued="2025"),
    ]  # fmt: skip
    claim = {"plan": plan, "modality": "planned", "held_by": ministry}
    _stances(rows, key, plan)
    for technology in _TECHNOLOGIES:
        stance = {"technologies": technology, "stances": f"{key}-{chosen.choice(_STANCES)}"}
        rows["priorities"].append(_row(f"{key}-priority-{technology}", **stance, **claim))
        partners = f"{key}-partners-{technology}"
        listed = {"technologies": technology, "status": "draft", "open_list": "true"}
        rows["partner_lists"].append(
            _row(partners, priority=f"{key}-priority-{technology}", **listed, **claim)
        )
        own = [institute] if technology == "quantum" else []
        for partner in [*chosen.sample(_PARTNERS, 3), *own]:
            link = {"partner_list": partners, "partner": partner, "as_printed": partner}
            rows["partner_links"].append(
                _row(f"{partners}-{partner}", **link, modality="planned", held_by=ministry)
            )
    rows["stance_profiles"].append(
        _row(f"{key}-profile", stance=f"{key}-catch-up", missions=f"{key}-mission",
             modes=f"joint-projects|{key}-mode", open_list="true", **claim)
    )  # fmt: skip
    _partners(rows, key, {**claim, "role": "intended"})
    rows["groups"].append(
        _named(f"{key}-friends", "friendly nations", plan=plan, enumerated="false",
               stated_count="3", members="kr|european-union")
    )  # fmt: skip
    _came_of_it(rows, key, country, ministry, plan)
    _money(rows, key, ministry, plan)
    _policy(rows, key, ministry, plan)
    return plan


def _came_of_it(
    rows: dict[str, list[Row]], key: str, country: str, ministry: str, plan: str
) -> None:
    """A joint call, an agreement, a stage of each, what became of a partner, a level."""
    reported = {"modality": "reported", "held_by": ministry}
    call, link = f"{key}-call", rows["partner_links"][-1]["key"]
    rows["plans"].append(
        _named(call, f"Plan {key}, call", kind="joint-call", planners=ministry, part_of=plan,
               opens="2024-05-02", closes="2024-06", managed_by=ministry,
               eligible=f"kr|{key}-friends")
    )  # fmt: skip
    rows["agreements"].append(
        _named(f"{key}-agreement", "Memorandum on quantum", kind="memorandum", date="2024-07-01",
               parties=f"ch|{country}",
               signatories=f"msit|{ministry}", technologies="quantum", binding="false")
    )  # fmt: skip
    for of, status in ((plan, "adopted"), (call, "opened"), (link, "preferred"),
                       (f"{key}-agreement", "signed"),
                       (f"{key}-programme", "committed")):  # fmt: skip
        rows["statuses"].append(
            _row(f"{of}-{status}", of=of, status=status, date="2024-07", **reported)
        )
    rows["outcomes"] += [
        _named(f"{key}-realised", "Memorandum on quantum", link=link, outcome="realised",
               realised_by=f"{key}-agreement", date="2024-07-01", **reported),
        _named(f"{key}-not-found", "Nothing was found", link=link, outcome="not-found",
               as_of="2024-08", scope_en="here", scope_ko="here", **reported),
    ]  # fmt: skip
    rows["indicators"].append(
        _row(f"{key}-target", kind="spending-share", of=f"{key}-line", country=country, value="15",
             unit="percent", qualifier="at-least", year="2030", base_value="6", base_year="2023",
             plan=plan, modality="planned", held_by=ministry)
    )  # fmt: skip
    rows["indicators"].append(
        _row(f"{key}-level", kind="technology-level", technology="quantum", country="kr",
             value="70", unit="points", best="100", year="2024", base_value="65",
             base_year="2022", assessor=ministry, plan=plan, **reported)
    )  # fmt: skip


def _stances(rows: dict[str, list[Row]], key: str, plan: str) -> None:
    """Stances, a mission, a mode and a scope of the same names as those of other plans, and an
    entry of a list of its own."""
    for stance in _STANCES:
        rows["stances"].append(_named(f"{key}-{stance}", stance, plan=plan))
    rows["concepts"] += [
        _named(f"{key}-mission", "Close the technology gap", kind="mission", plan=plan),
        _named(f"{key}-mode", "joint research", kind="mode", plan=plan,
               broad_match="joint-research"),
        _named(f"{key}-scope", "main R&D", kind="line-scope", plan=plan, broad_match="main"),
    ]  # fmt: skip
    entry = f"{key}-quantum-things"
    rows["schemes"].append(_named(f"{key}-list", f"List {key}", document=plan))
    rows["technologies"].append(_named(entry, f"Quantum things {key}"))
    rows["scheme_members"].append(
        _row(f"{key}-member", technology=entry, scheme=f"{key}-list", as_printed="quantum things")
    )
    # every second plan writes the match from the reference technology, to a narrower entry
    ends = {"technology": entry, "close_match": "quantum"}
    if int(key.removeprefix("made-")) % 2:
        ends = {"technology": "quantum", "narrow_match": entry}
    rows["technology_matches"].append(
        _row(f"{key}-match", **ends, reason_en="so called", reason_ko="so called")
    )


def _partners(rows: dict[str, list[Row]], key: str, claim: Row) -> None:
    """Partners of a priority of two technologies jointly, of the plan's own entry, of a whole
    plan, and of a part of it: institutions, a country, a group; one on a condition, one out."""
    joint, entry, plan = f"{key}-joint-priority", f"{key}-entry-priority", claim["plan"]
    said = {name: claim[name] for name in ("plan", "modality", "held_by")}
    rows["priorities"] += [
        _row(
            joint,
            technologies="quantum|hydrogen",
            missions=f"{key}-mission",
            modes="joint-projects",
            **said,
        ),
        _row(entry, technologies=f"{key}-quantum-things", as_printed="quantum things", **said),
    ]
    plain = {name: cell for name, cell in claim.items() if name != "plan"}
    for name, partner, cells in (
        ("joint", "mit", {"priority": joint}),
        ("joint-jp", "jp", {"priority": joint}),
        ("entry-mit", "mit", {"priority": entry, "own_body": f"{key}-institute"}),
        ("whole-us", "us", {"plan": plan}),
        ("whole-friends", f"{key}-friends", {"plan": plan}),
        ("whole-nasa", "nasa", {"plan": plan, "role": "excluded", "condition": "money for people"}),
        ("whole-esa", "esa", {"plan": plan, "role": "conditional", "condition": "if it pays"}),
        ("whole-network", f"{key}-network", {"plan": plan}),
        ("whole-region", f"{key}-region", {"plan": plan}),
        ("part-programme", "horizon-europe", {"plan": f"{key}-part"}),
    ):
        link = {**plain, "partner": partner, "as_printed": partner, **cells}
        rows["partner_links"].append(_row(f"{key}-{name}", **link))


def _money(rows: dict[str, list[Row]], key: str, ministry: str, plan: str) -> None:
    """A line of the same name as a shipped one, with two years in a currency and a financial year
    of its own, a change and a share; what a project gets at the most, and the plan over years."""
    line, cycle = f"{key}-line", {"phase": "approved", "basis": "as-published"}
    currency, starts, ends = _MONEY[sum(map(ord, key)) % len(_MONEY)]
    paid = {"currency": currency}
    rows["budget_lines"].append(
        _named(line, "R&D budget for quantum technology", scope="field", owners=ministry,
               technology="quantum", purpose="international-cooperation")
    )  # fmt: skip
    rows["budget_lines"].append(
        _named(f"{line}-main", "Main R&D budget", scope=f"{key}-scope", owners=ministry)
    )
    figure = {"qualifier": "exact", "modality": "reported", "plan": plan}
    for year, amount in ((2024, "1000000"), (2025, "1500000")):
        period = {"period_from": starts % year, "period_to": ends % (year + ("-03" in ends))}
        rows["amounts"].append(
            _row(f"{key}-level-{year}", of=line, amount=amount, rounding="1", per="whole",
                 as_stated_en=amount, **period, **cycle, **figure, **paid)
        )  # fmt: skip
    rows["amounts"] += [
        _row(f"{key}-most", of=line, amount_max="9000000", rounding="1", per="per-project",
             as_stated_en="at most 9", payer=ministry, **period, **cycle, **paid,
             **{**figure, "qualifier": "at-most"}),
        _row(f"{key}-total", of=key + "-plan", amount="7000000", rounding="1", per="whole",
             as_stated_en="7", period_from="2024", period_to="2028", **cycle, **figure, **paid),
    ]  # fmt: skip
    rows["budget_changes"].append(
        _row(f"{key}-change", line=line, base_year="2024", percent="70.0",
             percent_rounding="0.1", level=f"{key}-level-2025", base_level=f"{key}-level-2024",
             as_stated_en="+70 %", **period, **cycle, **figure)
    )  # fmt: skip
    rows["budget_shares"].append(
        _row(f"{key}-share", parts=line, whole=line, period_from="2025", period_to="2025",
             percent="40.0", percent_rounding="0.1", as_stated_en="40 %",
             qualifier="exact", modality="reported")
    )  # fmt: skip
    rows["budget_shares"].append(
        _row(f"{key}-half", payer=ministry, whole=plan, per="per-project", percent="50",
             percent_rounding="1", as_stated_en="almost half", qualifier="almost",
             modality="planned")
    )  # fmt: skip


def _policy(rows: dict[str, list[Row]], key: str, ministry: str, plan: str) -> None:
    """A driver, an absence, a forecast, a recommendation with an action, an event, a designation,
    a document, a programme."""
    said = {"plan": plan, "modality": "reported", "about": "quantum", "polarity": "affirmed"}
    rows["statements"] += [
        _named(f"{key}-driver", f"{key} needs it", kind="driver", drives=plan, **said),
        _named(f"{key}-outlook", f"{key} will see", kind="outlook",
               **{**said, "modality": "forecast"}),
        _named(f"{key}-gap", f"{key} lacks it", kind="absence", **{**said, "polarity": "absent"},
               scope_en="everywhere", scope_ko="everywhere", as_of="2024"),
    ]  # fmt: skip
    advised = {"held_by": ministry, "modality": "recommended"}
    rows["recommendations"].append(
        _named(f"{key}-advice", f"Advice {key}", diagnosis=f"{key}-gap", **advised)
    )
    rows["actions"].append(
        _named(f"{key}-action", f"Action {key}", recommendation=f"{key}-advice",
               addressees=ministry, urgency="prompt", **advised)
    )  # fmt: skip
    rows["events"].append(
        _named(f"{key}-event", f"Event {key}", kind="announcement", date="2024-06-01",
               organisations=ministry, outcome=plan)
    )  # fmt: skip
    rows["follow_ups"].append(
        _row(f"{key}-follow-up", event=f"{key}-event", recommendation=f"{key}-advice",
             reason_en="invented", reason_ko="invented")
    )  # fmt: skip
    rows["designations"].append(
        _row(f"{key}-role", organisation=ministry, role="role-managing-agency", given_by=ministry,
             from_date="2024", held_by=ministry, modality="reported")
    )  # fmt: skip
    rows["documents"].append(
        _named(f"{key}-report", f"Report {key}", kind="report", issuers=ministry, issued="2024")
    )
    rows["programmes"].append(
        _named(f"{key}-programme", f"Programme {key}", kind="programme", owners=ministry,
               technologies="quantum", plan=plan)
    )  # fmt: skip


def _in_one(row: Row, tag: str) -> Row:
    """A row whose texts are in the language of this tag alone, where there is one."""
    if not tag:
        return row
    texts = {f"{name[:-3]}_{tag}": text for name, text in row.items() if name.endswith("_en")}
    return {n: c for n, c in row.items() if not n.endswith(("_en", "_ko"))} | texts


def _row(key: str, **cells: str) -> Row:
    return {
        "key": key,
        "source": "made-source",
        "locator_en": "here",
        "locator_ko": "here",
        **cells,
    }


def _named(key: str, label: str, **cells: str) -> Row:
    return _row(key, label_en=label, label_ko=label, **cells)


def append(path: Path, name: str, added: list[Row]) -> None:
    """Add rows to a table in a folder."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = [*reader, *added]
    columns = [
        *dict.fromkeys(
            (*BY_NAME[name].header("ko", "en", "de", "ja", "nb"), *(reader.fieldnames or ()))
        )
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
