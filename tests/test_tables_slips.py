"""Slips of who types a plan, at the command: one line with file, row, column and the mend, exit
code 1, and nothing built."""

from __future__ import annotations

from pathlib import Path

import invented
import pytest
from command_line import called

from coopgraph.tables.evidence import span_sha256, text_sha256

TEXT = "Weavers weave.\nThey dye, too."
PASSAGE = {"start": "15", "end": "23", "span_sha256": span_sha256(TEXT[15:23])}


def content() -> invented.Tables:
    """The invented tables with a second plan and its stance, a share, two currencies, a match."""
    tables = invented.tables()
    tables["sources"][0].update(sha256=text_sha256(TEXT), code_points=str(len(TEXT)))
    other = {"source": "first-source", "locator_en": "page 2"}
    planned = {"planners": "beta-agency", "kind": "strategy"}
    for key in ("dye-plan", "spare-plan"):
        tables["plans"].append({"key": key, "label_en": key, **planned, **other})
    tables["stances"] = [{"key": "their-lead", "label_en": "lead", "plan": "dye-plan", **other}]
    tables["concepts"] = [
        {"key": f"their-{kind}", "label_en": kind, "kind": kind, "plan": "dye-plan", **other}
        for kind in ("mission", "mode", "line-scope")
    ]
    tables["priorities"] = [
        {"key": "our-weaving", "technologies": "weaving", "plan": "loom-plan",
         "modality": "planned"}
    ]  # fmt: skip
    tables["people"][0].update(PASSAGE, source="first-source")
    tables["currencies"].append(tables["currencies"][0] | {"key": "xac", "code": "XAC"})
    part = {"currency": "XAC", "same_money_as": "level-2031"}
    tables["amounts"].append(invented.level("in-xac", "7", **part))
    tables["amounts"].append(invented.level("a-part", "60", part_of="level-2031"))
    tables["budget_shares"] = [
        {"key": "a-share", "parts": "cloth", "whole": "cloth", "percent": "40",
         "percent_rounding": "1", "qualifier": "exact", "as_stated_en": "40 %",
         "jurisdiction": "xb", "modality": "reported"}
    ]  # fmt: skip
    tables["statements"] = [
        {"key": "a-statement", "label_en": "Few looms", "kind": "diagnosis", "about": "weaving",
         "polarity": "affirmed", "plan": "loom-plan", "modality": "reported"}
    ]  # fmt: skip
    tables["technology_matches"] = [
        {
            "key": "a-match",
            "technology": "weaving",
            "related_match": "dyeing",
            "reason_en": "thread",
        }
    ]
    return tables


def built(folder: Path, tables: invented.Tables) -> tuple[int, str]:
    """The exit code of a build, and what it says on standard error."""
    data, store = invented.write(folder / "data", tables), folder / "store"
    (data / "texts").mkdir()
    (data / "texts" / "first-source.txt").write_bytes(TEXT.encode())
    (data / "coopgraph.toml").write_text('jurisdiction = "xb"\n', encoding="utf-8")
    ran = called("build", "--data", str(data), "--store", str(store))
    assert (ran.code == 0) == store.exists() == bool(ran.out)
    return ran.code, ran.err.decode()


def test_without_a_slip_it_is_built(tmp_path: Path) -> None:
    assert built(tmp_path, content()) == (0, "")


def test_a_part_of_a_plan_uses_the_words_of_its_whole(tmp_path: Path) -> None:
    tables = content()
    above = {"spare-plan": "dye-plan", "loom-plan": "spare-plan"}
    for row in tables["plans"]:
        row["part_of"] = above.get(row["key"], "")
    tables["priorities"][0].update(stances="their-lead", missions="their-mission")
    assert built(tmp_path, tables) == (0, "")


def test_a_part_that_is_larger_than_its_whole_is_told(tmp_path: Path) -> None:
    """It may be printed so: it is a warning. In another phase, currency or year nothing is said."""
    tables = content()
    whole = {"part_of": "level-2031"}
    for key, amount, cells in (
        ("too-much", "130", whole),
        ("rounded", "121", whole),
        ("asked-for", "130", whole | {"phase": "requested"}),
        ("before", "130", whole | {"period_from": "2030"}),
        ("in-spring", "130", whole | {"period_from": "2031-04", "period_to": "2031-05"}),
        ("less-than", "130", whole | {"qualifier": "at-most"}),
        ("of-silk", "500", {"of": "silk"}),
        ("of-silk-too", "500", {"of": "silk", "source": "second-source"}),
    ):
        tables["amounts"].append(invented.level(key, amount, **cells))
    tables["budget_lines"].append(
        {"key": "silk", "label_en": "Silk", "scope": "field", "broader": "cloth"}
    )
    rows = {row["key"]: number for number, row in enumerate(tables["amounts"], 2)}
    assert built(tmp_path, tables) == (0, "")
    again = ("--data", str(tmp_path / "data"), "--store", str(tmp_path / "again"))
    report = called("build", *again).out.decode()
    told = [f"row {rows[key]}, column amount: " for key in ("too-much", "in-spring", "of-silk")]
    said = "the part is larger than the whole, 'level-2031': correct one of them"
    assert sorted(line for line in report.splitlines() if "larger" in line) == sorted(
        f"warning: amounts.csv, {place}{said}" for place in told
    )


@pytest.mark.parametrize(
    ("place", "cells", "said"),
    [
        ("amounts 3 currency", {"currency": "XBD"},
         "'xbd' is not a key of currencies; did you mean xbc"),
        ("amounts 3 currency", {"currency": ""}, "the cell is empty; fill in its currency"),
        ("amounts 3 period_to", {"period_from": "2031-04", "period_to": "2030-03"},
         "2030-03 is before 2031-04 (period_from); correct period_to or period_from"),
        ("plans 2 period_to", {"period_from": "2031", "period_to": "2030"}, "2030 is before 2031"),
        ("priorities 2 stances", {"stances": "their-lead"},
         "'their-lead' is of the plan 'dye-plan', not of 'loom-plan'; name one of the same plan"),
        ("priorities 2 missions", {"missions": "their-mission"},
         "'their-mission' is of the plan 'dye-plan', not of 'loom-plan'; name one of the same"),
        ("partner_links 2 modes", {"modes": "joint-research|their-mode"},
         "'their-mode' is of the plan 'dye-plan', not of 'loom-plan'; name one of the same plan"),
        ("budget_lines 2 scope", {"scope": "their-line-scope", "jurisdiction": "xa"},
         "'their-line-scope' is of the plan 'dye-plan', not of 'xa'; name one of the same plan"),
        ("priorities 2 modes", {"modes": "their-mission"},
         "'their-mission' is not a code of mode; known"),
        ("concepts 2 plan", {"plan": ""},
         "a mission is the word of a plan; name the plan whose word it is"),
        ("statements 2 polarity", {"polarity": "absent"},
         "what is absent is absent within something; say within what in scope_en"),
        ("concepts 3 broad_match", {"broad_match": "main"}, "'main' is not a code of mode; known"),
        ("partner_links 2 partner", {"partner": "gamma"},
         "'gamma' is not a key of organisations or countries or groups or programmes; known"),
        ("partner_links 2 partner", {"partner": "Borland"},
         "is not a key of organisations or countries or groups or programmes; did you mean xb?"),
        ("partner_links 2 partner", {"partner": "XB"}, "or programmes; did you mean xb?"),
        ("partner_links 2 partner", {"partner": "hong"},
         "'hong' is a key of people, not of organisations or countries or groups or programmes"),
        ("budget_shares 2 percent", {"percent": "101"},
         "101 % is no share; write a percentage from 0 to 100"),
        ("plans 2 planners", {"planners": ""}, "the cell is empty; fill in whose plan it is"),
        ("plans 5 key", {"key": "loom-call"},
         "duplicate key 'loom-call'; first used in plans.csv, row 3; keys are unique"),
        ("plans 2 part_of", {"part_of": "loom-plan"},
         "'loom-plan' leads back to itself; name another"),
        ("plans 2", {"label_ko": "", "label_en": ""},
         "label_ko and label_en: nothing is filled in; fill in label, in one language"),
        ("plans 1", {"label_english": "Loom"},
         "the column 'label_english' names no language: 'english' is no language tag; end it in"),
        ("people 2 span_sha256", {"span_sha256": "0" * 64},
         f"the text has another passage there, of SHA-256 {PASSAGE['span_sha256']}; correct"),
        ("people 2 span_sha256", {"start": "14", "end": "18"}, "the text has another passage"),
        ("people 2 span_sha256", {"span_sha256": "0f"},
         "'0f' is not a SHA-256; write 64 hexadecimal digits"),
        ("people 2 end", {"end": "15"}, "a passage from 15 to 15 holds nothing; give the first"),
        ("people 2 end", {"end": "999"}, f"'first-source' has {len(TEXT)} code points"),
        ("people 2 start", {"source": "second-source"},
         "the text of 'second-source' is not recorded; fill in sha256 and code_points of"),
        ("sources 2 sha256", {"sha256": "0" * 64},
         f"texts/first-source.txt is another text: its SHA-256 is {text_sha256(TEXT)}; put"),
        ("amounts 3 qualifier", {"qualifier": "range"},
         "'range' goes with amount_max and amount_min, not with amount; correct one of them"),
        ("amounts 3 qualifier", {"amount": "", "amount_min": "5"},
         "'exact' goes with amount, not with amount_min"),
        ("amounts 4 same_money_as", {"currency": "XBC"},
         "'level-2031' is in XBC too: no other currency; name an amount in another currency"),
        ("amounts 5 part_of", {"currency": "XAC"},
         "'level-2031' is in XBC, this in XAC; name an amount in the same currency"),
        ("amounts 3 years_at_most", {"years_at_most": "3"}, "make the rate per-year, or leave it"),
        ("technology_matches 2 close_match", {"broad_match": "dyeing"},
         "2 of the match columns are filled in; fill in one of close_match, broad_match"),
        ("technology_matches 2 close_match", {"related_match": ""}, "0 of the match columns"),
        ("technology_matches 2 related_match", {"related_match": "weaving"},
         "it is the technology itself; name one of another list"),
    ],
)  # fmt: skip
def test_a_slip_is_one_line_and_nothing_is_built(
    tmp_path: Path, place: str, cells: dict[str, str], said: str
) -> None:
    tables = content()
    table, number, column = (*place.split(), "")[:3]
    tables[table][max(int(number) - 2, 0)].update(cells)
    code, err = built(tmp_path, tables)
    where = f"coopgraph: {table}.csv, row {number}{', column ' * bool(column)}{column}: "
    assert (code, err.count("\n"), err.partition(where)[0]) == (1, 1, ""), err
    assert said in err
    assert "; " in err  # the mend


def test_a_mission_of_one_technology_is_told_of_no_other_of_its_stance(tmp_path: Path) -> None:
    """Adding what a plan says of dyeing changes nothing that its brief on weaving says."""
    tables = content()
    place = {"plan": "loom-plan", "source": "first-source", "locator_en": "page 2"}
    tables["stances"] = [{"key": "our-lead", "label_en": "in front", **place}]
    said = {"stances": "our-lead", "modality": "planned", "plan": "loom-plan"}
    tables["priorities"] = []
    for technology, mission in (("weaving", "Warm cloth"), ("dyeing", "Fast colours")):
        named = {"key": f"for-{technology}", "label_en": mission, "kind": "mission", **place}
        tables["concepts"].append(named)
        tables["priorities"].append(
            {"key": f"of-{technology}", "technologies": technology, "missions": named["key"]} | said
        )
    assert built(tmp_path, tables) == (0, "")
    asked = ("brief", "weaving", "--store", str(tmp_path / "store"), "--jurisdiction", "all")
    told = called(*asked).out.decode()
    assert "Warm cloth" in told
    assert "Fast colours" not in told
