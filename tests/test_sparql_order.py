"""ORDER BY: any mixture of terms is sorted as SPARQL 1.1, section 15.1, says."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from coopgraph.errors import QuerySyntax
from coopgraph.sparql.order import with_total_order
from coopgraph.store import Store
from coopgraph.vocabulary import XSD

_TYPES = """integer int decimal double float boolean dateTime date time gYear gYearMonth gMonth gDay
gMonthDay duration yearMonthDuration dayTimeDuration string anyURI hexBinary"""
_FORMS = """abc 1 10 9 -5 1.5 NaN INF true false 9007199254740993 9007199254740992 2020 2020Z
99999999999999999999 2020-01-01 2020-01-01Z 2020-01-01-05:00 2020-01-01A 2020-01-01+14:00
2020-01-01T00:00:00 2020-01-01T00:00:00Z 2020-01-01T05:00:00-14:00 10:00:00 10:00:00Z
10:00:00-14:00 P1M P30D P31D P1Y PT5H -P1M 2019-12 2020-01 --05 ---05 --05-05"""
TYPES, FORMS = _TYPES.split(), _FORMS.split()


def literal(text: str, kind: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + kind))


def mixture(chance: random.Random) -> list[Any]:
    """Terms of all kinds, well-formed and not, with numbers that lie close together."""
    near = [str(2**53 + chance.randrange(-4, 5)) for _ in range(6)]
    return [
        *(literal(form, kind) for kind in TYPES for form in FORMS),
        *(literal(text, "integer") for text in near),
        *(literal(repr(float(text)), "double") for text in near),
        *(literal(str(chance.randrange(-999, 999) / 10), "decimal") for _ in range(20)),
        *(literal(repr(chance.random() * 10 ** chance.randrange(20)), "double") for _ in range(20)),
        *(ox.Literal(text, language=lang) for text in "xyz" for lang in ("en", "ko", "en-gb")),
        *(ox.Literal(text, datatype=ox.NamedNode("urn:t")) for text in ("z", "zz", "9", "10")),
        ox.NamedNode("http://a.example/"), ox.NamedNode("urn:x"), ox.BlankNode("a"),
    ]  # fmt: skip


def store_of_objects(terms: list[Any]) -> Store:
    engine = ox.Store()
    name = ox.NamedNode
    engine.bulk_extend(
        ox.Quad(name(f"urn:s:{i}"), name("urn:p"), term, name("urn:g"))
        for i, term in enumerate(terms)
    )
    return Store(engine)


def kind_of(term: Any) -> int:
    """Unbound, blank node, IRI, literal: the order of section 15.1."""
    kinds = (type(None), ox.BlankNode, ox.NamedNode, ox.Literal)
    return kinds.index(type(term))


def value(store: Store, term: Any) -> tuple[str, Any] | None:
    """What the operator < compares, with the name of what it goes with; None for the rest."""
    if not isinstance(term, ox.Literal) or term.language:
        return None
    kind = term.datatype.value.removeprefix(XSD)
    if kind == "string":
        return kind, term.value
    if kind == "boolean" and term.value in ("true", "false"):
        return kind, term.value == "true"
    number = f"SELECT (<{XSD}double>({term}) AS ?n) {{ FILTER(isNUMERIC({term})) }}"
    for row in store.select(number):
        return None if row[0].value == "NaN" else ("number", float(row[0].value))
    return None


@pytest.mark.parametrize("seed", range(60))
def test_any_mixture_is_sorted(seed: int) -> None:
    chance = random.Random(seed)
    terms = chance.choices(mixture(chance), k=chance.choice([20, 60, 200, 1000]))
    store = store_of_objects(terms)
    sorted_up = [row[0] for row in store.select("SELECT ?o { ?s ?p ?o } ORDER BY ?o")]
    assert Counter(map(str, sorted_up)) == Counter(
        str(row[0]) for row in store.select("SELECT ?o { ?s ?p ?o }")
    )
    kinds = [kind_of(term) for term in sorted_up]
    assert kinds == sorted(kinds)
    by_class: dict[str, list[Any]] = {}
    for term in sorted_up:
        if found := value(store, term):
            by_class.setdefault(found[0], []).append(found[1])
    assert by_class
    for values in by_class.values():
        assert values == sorted(values)
    sorted_down = store.select("SELECT ?o { ?s ?p ?o } ORDER BY DESC(?o)")
    assert [kind_of(row[0]) for row in sorted_down] == kinds[::-1]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("SELECT ?o { ?s ?p ?o } ORDER BY ?o LIMIT 2", ["1", "2"]),
        ("SELECT ?o { ?s ?p ?o } ORDER BY DESC(?o) LIMIT 2", ["10", "9"]),
        ("SELECT ?o{?s ?p ?o}order by desc ( ?o )limit 1", ["10"]),
        ("SELECT ?o { { SELECT ?o { ?s ?p ?o } ORDER BY ?o LIMIT 2 } } ORDER BY DESC(?o)", ["2", "1"]),  # noqa: E501
        ("SELECT ?o { ?s ?p ?o } ORDER BY (0 - ?o) LIMIT 1", ["10"]),
        ("SELECT ?o { ?s ?p ?o } ORDER BY STRLEN(STR(?o)) DESC(?o) LIMIT 2", ["9", "2"]),
        ("SELECT ?o { ?s ?p ?o } ORDER BY (EXISTS { ?s ?p 9 }) ?o LIMIT 1", ["1"]),
        ("SELECT ?o { ?s ?p ?o } ORDER BY NOT EXISTS { ?s ?p 9 } LIMIT 1", ["9"]),
        ("SELECT ?o (COUNT(?s) AS ?n) { ?s ?p ?o } GROUP BY ?o ORDER BY DESC(COUNT(?s)) ?o LIMIT 1", ["2"]),  # noqa: E501
        ("SELECT ?o { ?s ?p ?o } GROUP BY ?o HAVING (COUNT(*) > 1) ORDER BY ?o", ["2"]),
        ("SELECT ?o { ?s ?p ?o } ORDER BY DESC(?o) LIMIT 3 VALUES (?o) { (2) (9) }", ["9", "2", "2"]),  # noqa: E501
        ("SELECT ?o { ?s ?p ?o } ORDER BY STR(?o) VALUES (?o) { (2) (10) }", ["10", "2", "2"]),
        ("SELECT ?o { VALUES ?o { 2 1 } } ORDER BY ?o # ORDER BY none", ["1", "2"]),
        ("SELECT ?o { BIND('ORDER BY' AS ?o) } ORDER BY ?o", ["ORDER BY"]),
        ("SELECT ?o { ?s ?p ?o } ORDER BY <http://www.w3.org/2001/XMLSchema#string>(?o) LIMIT 1", ["1"]),  # noqa: E501
    ],
)  # fmt: skip
def test_keys_of_every_form(query: str, rows: list[str]) -> None:
    numbers = [literal(text, "integer") for text in ("10", "9", "2", "2", "1")]
    assert [row[0].value for row in store_of_objects(numbers).select(query)] == rows


def test_unbound_comes_first() -> None:
    store = store_of_objects([literal("1", "integer"), ox.NamedNode("urn:x")])
    text = "SELECT ?o ?n { ?s ?p ?o OPTIONAL { ?s <urn:none> ?n } } ORDER BY ?n DESC(?o)"
    assert [kind_of(row[0]) for row in store.select(text)] == [3, 2]


@pytest.mark.parametrize("name", ["RAND", "UUID", "STRUUID", "BNODE"])
def test_a_key_that_is_never_the_same_is_refused_with_the_way_round_it(name: str) -> None:
    with pytest.raises(QuerySyntax, match=rf"BIND\({name}\(\) AS \?key\)"):
        with_total_order(f"SELECT * {{ ?s ?p ?o }} ORDER BY {name}()")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?o { ?s ?p ?o } ORDERBY ?o",
        "SELECT ?o { ?s ?p ?o } GROUP BY ?o HAVING(?o<?b)ORDER#>\nBY ?o",
        "SELECT ?o { ?s ?p ?o } ORDER BYex:f(?o)",
    ],
)
def test_nothing_hides_an_order(text: str) -> None:
    with pytest.raises(QuerySyntax):
        store_of_objects([]).query(text)


def test_the_command_answers_where_the_engine_would_end_the_process(
    article_folder: Path,
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "coopgraph", "query", "-", "--store", str(article_folder)],
        input="SELECT ?o { ?s ?p ?o } ORDER BY ?o LIMIT 5",
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "(5 rows)" in done.stdout


def test_pairs_of_the_same_value_keep_one_order() -> None:
    """A double between two whole numbers that it equals both: equality is not transitive."""
    terms = [literal("9007199254740993", "integer"), literal("9007199254740992.0", "double"),
             literal("9007199254740992", "integer")]  # fmt: skip
    found = store_of_objects(terms).select("SELECT ?o { ?s ?p ?o } ORDER BY ?o")
    whole = [int(row[0].value) for row in found if row[0].datatype.value == XSD + "integer"]
    assert all(one <= other for one, other in combinations(whole, 2))
