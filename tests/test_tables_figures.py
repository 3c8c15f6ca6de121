"""Figures in English labels: what the numbers of a row say, exactly."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from coopgraph.i18n import money
from coopgraph.store import Store

HANGUL = re.compile("[\uac00-\ud7a3]")
UNITS = {"": 0, "million": 6, "billion": 9, "trillion": 12}


@given(st.decimals(-(10**15), 10**15, places=2))
def test_an_amount_is_written_exactly(amount: Decimal) -> None:
    told = money(amount, "KRW", "en")
    found = re.fullmatch(r"(-?)KRW ([0-9,.]+) ?(million|billion|trillion|)", told)
    assert found is not None
    assert Decimal(found[1] + found[2].replace(",", "")).scaleb(UNITS[found[3]]) == amount


def labels(store: Store, lang: str) -> dict[str, str]:
    rows = store.select(
        "SELECT ?figure ?label { ?figure coop:asStated ?stated ; skos:prefLabel ?label "
        f"FILTER(LANG(?label) = '{lang}') }}"
    )
    return {figure.value.rpartition("/id/")[2]: label.value for figure, label in rows}


def test_english_labels_of_figures_are_english(store_folder: Path) -> None:
    store = Store.open(store_folder)
    english = labels(store, "en")
    assert len(english) > 100
    assert not [label for label in english.values() if HANGUL.search(label)]
    assert english.keys() == labels(store, "ko").keys()


def test_what_is_stated_is_kept_beside_the_label(store_folder: Path) -> None:
    store = Store.open(store_folder)
    rows = store.select(
        "SELECT ?label ?stated { ?x coop:asStated ?stated ; skos:prefLabel ?label }"
    )
    shown = {(label.value, stated.value) for label, stated in rows if label.language == "en"}
    named = "National R&D budget, total 2024, proposal"
    assert (f"{named}: KRW 25.9 trillion", "25조 9,000억 원") in shown
    assert (
        f"{named}: change from 2023: -KRW 5.2 trillion (-16.7%)",
        "16.7%(5조 2,000억 원) 감소",
    ) in shown
    assert {
        stated for label, stated in shown if label.endswith(": change from 2023: about ×3")
    } == {"약 3배 증가"}
    assert "전년 대비 3배" in {
        stated for label, stated in shown if label.endswith(": change from 2023: ×3")
    }
    assert {
        stated for label, stated in shown if "KRW 9.8 trillion to KRW 8.8 trillion" in label
    } == {"9조8000억원 → 8조8000억원"}
    assert {stated for label, stated in shown if label.endswith("(+18.0%)")} == {
        "18.0%(3조 6,867억 원) 증가"
    }
