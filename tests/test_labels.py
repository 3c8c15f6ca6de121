"""Labels: each tells a reader who sees nothing else what the thing is, in each language."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from pathlib import Path

from coopgraph.store import Store
from coopgraph.tables.catalogue import TABLES

LABELS = """SELECT DISTINCT ?entity ?class ?label {
  ?entity a ?class ; skos:prefLabel ?label FILTER(STRSTARTS(STR(?class), STR(coop:)))
}"""
#: Where each entity is said: the place, or the sources of what it was derived from.
PLACES = """SELECT ?entity ?place { { ?entity coop:evidence ?place } UNION
  { ?entity prov:wasDerivedFrom ?claim OPTIONAL { ?claim coop:evidence ?at }
    BIND(COALESCE(?at, ?claim) AS ?place) } }"""
LANGUAGES = {"en", "ko"}
#: A place in a source is called by its words (decision 4): it is never shown without the source.
PLACE = "Evidence"
#: What several sources, or several places of one, say in the same words: one figure, one partner or
#: priority of a plan, one word of plans for their stance; and what follows from such.
SAID_AGAIN = {
    "Amount", "BudgetChange", "BudgetShare", "Indicator", "Outcome", "PartnerLink", "PartnerList",
    "Priority", "Stance", "Check", "Disagreement", "ChangeDisagreement",
}  # fmt: skip
#: One label of each class that was a name and a number, a key or half of what it says.
EXPECTED = """
share of United States in planned links, by the partner's country (institution), \
Plan to widen international joint research by strategic technology: 13 of 16
계획상 연결 중 미국 비중, 협력 대상 국가별(기관), 전략기술별 국제공동연구 확대 방안: 16개 중 13개
Artificial intelligence: narrow match with OpenAlex topic T11574 \
(Artificial intelligence that plays and makes games)
인공지능의 하위 대응: OpenAlex 주제 T11574(게임을 하고 만드는 인공지능)
Semiconductors: part of Semiconductors and displays
반도체의 상위 대응: 반도체·디스플레이
R&D budget for quantum technology 2024, allocation: change from 2023: +20.1%
check of “share of Global R&D budget, all government in National R&D budget, total 2024: \
about 6.8%”: consistent
Platform between top-tier institutes 2024–, announced: about KRW 2.5 billion, \
for each year, per project
톱티어 연구기관 간 협력플랫폼 2024– 공고·발표: 약 25억 원, 연간, 과제별
International Science Partnerships Fund: institutional support (ODA), Wales, \
partner: China (excluded)
전략기술별 국제공동연구 확대 방안 중점 대상: 양자, 추격형
reading of “스탠포드”: Stanford University
US–Korea Technology Prosperity Deal: signed, 29 October 2025
한-미 기술번영 양해각서: 서명, 2025. 10. 29.
""".strip().splitlines()


@cache
def labels(folder: Path) -> dict[str, dict[tuple[str, str], str]]:
    """By class, the labels of its members, by entity and language."""
    found: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
    for entity, cls, label in Store.open(folder).select(LABELS):
        name = cls.value.rpartition("#")[2]
        found[name][entity.value.rpartition("/id/")[2], label.language or ""] = label.value
    assert len(found) > 80
    return found


@cache
def every(folder: Path) -> frozenset[str]:
    return frozenset(label for of_class in labels(folder).values() for label in of_class.values())


def test_what_is_made_of_cells_or_derived_has_a_label_in_each_language(store_folder: Path) -> None:
    without = [t for t in TABLES if t.classes and not any(c.name == "label" for c in t.columns)]
    made = {table.classes[0] for table in without}
    made |= {"coop:Check", "coop:Disagreement", "coop:Measurement", "coop:LikeForLikeChange"}
    assert len(made) > 20
    for cls in made:
        tags = defaultdict(set)
        for entity, lang in labels(store_folder)[cls.removeprefix("coop:")]:
            tags[entity].add(lang)
        assert tags
        assert [entity for entity, has in tags.items() if has != LANGUAGES] == [], cls


def test_no_two_of_a_class_have_one_label(store_folder: Path) -> None:
    """But where several sources, or places in one, say the same."""
    places = defaultdict(set)
    for entity, place in Store.open(store_folder).select(PLACES):
        places[entity.value.rpartition("/id/")[2]].add(place.value)
    again = set()
    for cls, found in labels(store_folder).items():
        alike = defaultdict(list)
        for (entity, lang), label in found.items():
            alike[lang, label].append(entity)
        several = [each for each in alike.values() if len(each) > 1]
        if cls in (PLACE, "Claim"):
            continue
        if several:
            again.add(cls)
        for entities in several:
            assert len({frozenset(places[each]) for each in entities}) == len(entities), entities
    assert again <= SAID_AGAIN


def test_no_label_is_that_of_another_thing_and_a_code(store_folder: Path) -> None:
    """`Quantum technology: 1207` tells nobody what it is; nor does a number, a key, a term."""
    known = every(store_folder)
    for cls, found in labels(store_folder).items():
        if cls in (PLACE, "Claim"):
            continue
        for label in found.values():
            head, _, tail = label.rpartition(": ")
            words = re.findall(r"[a-z]{2,}|[가-힣]{2,}", tail)
            assert not (head in known and not words), label
            assert re.search(r"[^\W\d_]|%", label), label
            assert "≠" not in label
            assert not re.search(r"\b(None|coop:|hhi|link_share|effective_number)\b", label), label


def test_a_label_says_what_it_is_of(store_folder: Path) -> None:
    assert [label for label in EXPECTED if label not in every(store_folder)] == []
