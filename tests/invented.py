"""A small set of tables of our own invention, for tests that write, break and build them.

`tables()` gives fresh rows, `write` makes a data folder of them. Nothing here is a fact.
"""

from __future__ import annotations

import csv
from pathlib import Path

from coopgraph.tables.catalogue import BY_NAME

Row = dict[str, str]
Tables = dict[str, list[Row]]

#: What fills the evidence columns of a row that does not say otherwise.
_PLACE = {"source": "first-source", "locator_en": "page 1", "locator_ko": "1쪽"}
_FIGURE = {
    "period_from": "2031",
    "period_to": "2031",
    "phase": "approved",
    "basis": "as-published",
    "qualifier": "exact",
    "jurisdiction": "xb",
    "modality": "reported",
}


def tables() -> Tables:
    """Rows of some tables, consistent with each other and with the code lists."""
    return {
        "sources": [
            _named("first-source", "첫째 자료", "First source", kind="study", issued="2031-02"),
            _named("second-source", "둘째 자료", "Second source", kind="news"),
        ],
        "countries": [
            _named("xa", "가나라", "Aland", iso_alpha2="XA", iso_alpha3="XAA"),
            _named("xb", "나나라", "Borland", iso_alpha2="XB", iso_alpha3="XBB"),
        ],
        "organisations": [
            _named("alpha-institute", "알파연구원", "Alpha Institute", kind="university"),
            _named("beta-agency", "베타청", "Beta Agency", kind="agency", country="xb"),
        ],
        "groups": [_named("weavers", "직조 그룹", "Weavers", enumerated="true", members="xa|xb")],
        "people": [_named("hong", "홍아무개", "Hong", source="second-source")],
        "technologies": [_named("weaving", "직조", "Weaving"), _named("dyeing", "염색", "Dyeing")],
        "plans": [
            _named(
                "loom-plan",
                "베틀 계획",
                "Loom plan",
                kind="technology-plan",
                planners="beta-agency",
            ),
            _named(
                "loom-call",
                "베틀 공모",
                "Loom call",
                kind="call",
                planners="beta-agency",
                jurisdiction="xb",
                opens="2031-01",
                closes="2031-02",
                part_of="loom-plan",
                eligible="xb",
            ),
        ],
        "agreements": [
            _named(
                "loom-memorandum",
                "베틀 각서",
                "Loom memorandum",
                kind="memorandum",
                parties="xb",
                signatories="beta-agency",
                technologies="weaving",
            )
        ],
        "statuses": [
            {
                "key": "call-opened",
                "of": "loom-call",
                "status": "opened",
                "date": "2031-01",
                "modality": "reported",
            }
        ],
        "outcomes": [
            _named(
                "nothing-woven",
                "미확인",
                "Nothing was found",
                link="weaving-alpha",
                outcome="not-found",
                as_of="2031",
                scope_en="here",
                modality="reported",
            )
        ],
        "indicators": [
            {
                "key": "weaving-level",
                "kind": "technology-level",
                "technology": "weaving",
                "country": "xb",
                "value": "81.5",
                "unit": "points",
                "best": "100",
                "year": "2031",
                "base_value": "80.1",
                "base_year": "2029",
                "modality": "reported",
                "held_by": "beta-agency",
            }
        ],
        "partner_lists": [
            {
                "key": "weaving-partners",
                "technologies": "weaving",
                "status": "draft",
                "open_list": "true",
                "plan": "loom-plan",
                "modality": "planned",
            }
        ],
        "partner_links": [
            {
                "key": "weaving-alpha",
                "partner_list": "weaving-partners",
                "partner": "alpha-institute",
                "as_printed": "알파(연)",
                "modality": "planned",
            }
        ],
        "budget_lines": [_named("cloth", "직물 예산", "Cloth", scope="total")],
        "amounts": [
            level("level-2030", "100", period_from="2030", period_to="2030"),
            level("level-2031", "120"),
        ],
        "currencies": [_named("xbc", "나나라 원", "Borlar", code="XBC", minor_unit="0")],
        "budget_changes": [
            {
                "key": "cloth-change",
                "line": "cloth",
                "base_year": "2030",
                "level": "level-2031",
                "base_level": "level-2030",
                "percent": "20.0",
                "percent_rounding": "0.1",
                "as_stated_ko": "20% 증가",
                **_FIGURE,
            }
        ],
    }


def level(key: str, amount: str, **more: str) -> Row:
    """An amount of the line `cloth`, rounded to one unit of its currency."""
    return {
        "key": key,
        "of": "cloth",
        "amount": amount,
        "currency": "XBC",
        "per": "whole",
        "rounding": "1",
        "as_stated_ko": f"{amount}원",
        **_FIGURE,
        **more,
    }


def write(folder: Path, content: Tables | None = None) -> Path:
    """A data folder with one CSV file a table; every described column stands in it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (tables() if content is None else content).items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            columns = BY_NAME[name].header("ko", "en")
            given = (column for row in rows for column in row)
            columns = [*dict.fromkeys((*columns, *given))]
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            place = _PLACE if "source" in columns else {}
            writer.writerows({**place, **row} for row in rows)
    return folder


def _named(key: str, ko: str, en: str, **more: str) -> Row:
    return {"key": key, "label_ko": ko, "label_en": en, **more}
