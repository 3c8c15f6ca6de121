"""Questions and queries over HTTP: a page, its twins, rows in pages, errors as data."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from page_server import QUANTUM, Got, Reader, get, serving

from coopgraph.api import KnowledgeGraph
from coopgraph.errors import UsageError
from coopgraph.queries import ask, load_question
from coopgraph.server.address import Fields, PageRequest
from coopgraph.server.pages import question as pages
from coopgraph.server.pages.query import query
from coopgraph.server.pages.search import search
from coopgraph.server.pages.start import start
from coopgraph.store import Store
from coopgraph.vocabulary import GRAPH, ID

PLAN = "strategic-joint-research-plan"


def test_a_question_has_a_page_and_twins(address: str, store_folder: Path) -> None:
    fields = f"technology=%EC%96%91%EC%9E%90&plan={PLAN}&lang=ko"
    page = Reader(get(address, f"/questions/partners?{fields}").text)
    assert "2건" in page.text
    assert "매사추세츠공과대학교" in page.text
    assert "표 1, 양자 행, 협력기관" in page.text
    quantum = {"technology": QUANTUM, "plan": f"{ID}plan/{PLAN}"}
    answer = ask(Store.open(store_folder), "partners", quantum, lang="ko")
    for got in (
        get(address, f"/questions/partners.json?{fields}"),
        get(address, f"/questions/partners?{fields}", accept="application/json"),
    ):
        twin = got.json
        assert got.headers["content-type"] == "application/json"
        assert twin["parameters"] == {"technology": "양자", "plan": PLAN}
        assert twin["columns"] == list(answer.header())
        assert [tuple(row.values()) for row in twin["rows"]] == [
            tuple(None if cell is None else cell for cell in row) for row in answer.records()
        ]
        assert [source["row"] for source in twin["sources"]] == [1, 2]
        assert twin["notes"] == list(answer.notes)
    csv = get(address, f"/questions/partners.csv?{fields}")
    assert csv.headers["content-type"] == "text/csv; charset=utf-8"
    assert csv.text.startswith("\ufeff")
    assert len(csv.text.splitlines()) == 3
    assert csv.text == get(address, f"/questions/partners?{fields}", accept="text/csv").text
    query = get(address, f"/questions/partners.rq?{fields}", accept="*/*")
    assert f"<{QUANTUM}>" in query.text
    again = get(address, "/query/rows", form={"query": query.text})
    assert again.json["total"] == 2


def test_a_page_that_takes_no_such_field_says_so(store_folder: Path) -> None:
    kg = KnowledgeGraph(Store.open(store_folder))
    asked = PageRequest(fields=Fields((("queri", "SELECT"),)))
    for page in (start, search, query):
        with pytest.raises(UsageError, match="no parameter 'queri'; known: "):
            page(kg, asked)


def test_a_file_is_cut_only_where_that_is_asked_for(
    store_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its page shows some rows of each property, and says so; a table has no place for that."""
    kg, about = KnowledgeGraph(Store.open(store_folder)), f"{GRAPH}derived/measures"
    facts = load_question("facts")
    few = [replace(column, default="5") if column.per else column for column in facts.extra]
    monkeypatch.setattr(pages, "load_question", lambda _: replace(facts, extra=tuple(few)))

    def rows(name: str, **fields: str) -> bytes:
        given = Fields((("about", about), *fields.items()))
        reply = pages.question(kg, PageRequest(names={"name": name}, fields=given))
        assert ("Coopgraph-Notes" in reply.headers) == ("top" in fields and name[-3:] == "csv")
        return reply.body

    assert b"showing at most 5 rows per property" in rows("facts")
    whole = rows("facts.csv")
    assert whole.count(b"wasDerivedFrom") > 40
    assert rows("facts", format="csv") == whole
    assert rows("facts.csv", top="7").count(b"wasDerivedFrom") == 7
    twin = json.loads(rows("facts.json"))
    assert (twin["parameters"], twin["notes"]) == ({"about": about}, [])
    assert len(twin["rows"]) == whole.count(b"\n") - 1


def test_a_column_without_words_in_a_language_has_its_name_above_it(address: str) -> None:
    page = Reader(get(address, "/questions/partners?technology=quantum&lang=ja").text).text
    assert "技術" in page
    assert "open list [en]" in page


def test_a_question_asks_for_what_it_needs(address: str) -> None:
    page = get(address, "/questions/facts")
    assert page.status == 200
    assert [i["name"] for i in Reader(page.text).all("input") if "required" in i] == ["about"]
    assert get(address, "/questions/facts.json", accept="application/json").status == 400
    wrong = get(address, "/questions/partners?technology=quantun")
    assert wrong.status == 400
    assert "did you mean" in Reader(wrong.text).text
    (field,) = [i for i in Reader(wrong.text).all("input") if i.get("id") == "p-technology"]
    assert field["value"] == "quantun", "what was typed stays"
    for fields in ("planet=mars", "technology=quantum&technology=nuclear", "page=0", "page=99",
                   "lang=fr", "page=x"):  # fmt: skip
        assert get(address, f"/questions/partners?{fields}").status == 400


def test_rows_come_in_pages_and_in_order(address: str) -> None:
    query = (
        "SELECT ?c ?label { ?c a coop:Country ; skos:prefLabel ?label FILTER(LANG(?label) = 'en') }"
    )

    def rows(**fields: object) -> Got:
        form = {"query": query, **{name: str(value) for name, value in fields.items()}}
        return get(address, "/query/rows", accept="application/json", form=form)

    seen: list[str] = []
    for offset in range(0, 300, 60):
        part = rows(offset=offset, limit=60).json
        assert (part["total"], part["is_total_exact"], part["offset"]) == (250, True, offset)
        assert part["entities"] == ["c"]
        seen += [row[0]["iri"] for row in part["rows"]]
    assert len(seen) == len(set(seen)) == 250
    up = [row[1]["text"] for row in rows(sort="label", limit=250).json["rows"]]
    down = [row[1]["text"] for row in rows(sort="label", order="desc", limit=250).json["rows"]]
    assert up == sorted(up, key=str.casefold) == down[::-1]
    assert rows(sort="none").status == rows(sort="label", order="descending").status == 400
    wrong = rows(limt=60)
    assert (wrong.status, wrong.json["detail"].partition(";")[0]) == (
        400,
        "there is no parameter 'limt'",
    )
    cut = get(address, "/query.csv", form={"query": query, "limit": "5"}, accept="text/plain")
    assert (cut.status, cut.text) == (400, "there is no parameter 'limit'; known: query, lang\n")
    assert rows(limit=100_000).status == 400
    assert rows(offset=-1).status == 400


def test_numbers_sort_as_numbers_and_blanks_last(address: str) -> None:
    query = "SELECT * { VALUES (?a ?b) { (9 1) (10 2) (UNDEF 3) (-1.5 4) ('x' 5) } }"
    form = {"query": query, "sort": "a"}
    ordered = get(address, "/query/rows", form=form).json
    assert [row[1]["text"] for row in ordered["rows"]] == ["4", "1", "2", "5", "3"]
    down = get(address, "/query/rows", form=form | {"order": "desc"}).json
    assert [row[1]["text"] for row in down["rows"]] == ["5", "2", "1", "4", "3"]
    assert ordered["numeric"] == ["b"]


def test_what_is_not_counted_whole_says_so(store_folder: Path) -> None:
    with serving(store_folder, "--rows", "500") as address:
        form = {"query": "SELECT ?s { ?s ?p ?o }"}
        part = get(address, "/query/rows", form=form).json
        assert (part["total"], part["is_total_exact"], len(part["rows"])) == (500, False, 100)
        got = get(address, "/query/rows", form=form | {"sort": "s"})
        assert (got.status, "ORDER BY" in got.json["remedy"]) == (400, True)


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [("SELECT ?s {\n  ?s ?p\n}", 3, 1), ("SELECT ?s { ?s kop:x ?o }", 1, 16),
     ("SELECT * { ?s ?p '양자 }", 1, 18)],
)  # fmt: skip
def test_a_syntax_error_names_its_place(address: str, query: str, line: int, column: int) -> None:
    got = get(address, "/query/rows", form={"query": query})
    assert (got.status, got.headers["content-type"]) == (400, "application/problem+json")
    assert (got.json["line"], got.json["column"]) == (line, column)
    assert got.json["fact"]
    assert "line" not in got.json["message"], "the page says the line beside it"


def test_other_errors_are_data_too(address: str) -> None:
    assert get(address, "/query/rows").status == 400
    service = get(
        address, "/query/rows", form={"query": "SELECT * { SERVICE <http://a.example/> {} }"}
    )
    assert service.status == 403
    update = get(address, "/query/rows", form={"query": "DROP ALL"})
    assert update.status == 400
    assert "refused" in update.json["fact"]


@pytest.mark.parametrize("format", ["csv", "tsv", "json"])
def test_downloads_hold_every_row(address: str, format: str) -> None:
    query = "# column ?c: text\n# param p: any, required; x; x\nSELECT ?c { ?c a coop:Country }"
    got = get(address, f"/query.{format}", form={"query": query, "lang": "ko"})
    assert got.status == 200
    assert got.headers["content-disposition"].endswith(f'.{format}"')
    rows = got.json if format == "json" else got.text.splitlines()[1:]
    assert len(rows) == 250
    assert got.text.startswith("\ufeff") == (format == "csv")
    assert "대한민국" in got.text
    assert f"{ID}country/kr" in got.text


@pytest.mark.parametrize(
    ("form", "total", "columns"),
    [("ASK { ?s ?p ?o }", 1, ["answer"]),
     ("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 3", 3, ["subject", "predicate", "object"])],
)  # fmt: skip
def test_every_form_of_query_has_rows(
    address: str, form: str, total: int, columns: list[str]
) -> None:
    got = get(address, "/query/rows", form={"query": form}).json
    assert (got["total"], got["columns"]) == (total, columns)


def test_rows_become_a_network(address: str) -> None:
    query = "SELECT ?t ?p { ?t coop:intendedPartner ?p }"
    form = {"query": query, "source": "t", "target": "p", "lang": "ko"}
    got = get(address, "/query/network", form=form)
    assert got.status == 200
    assert "매사추세츠공과대학교" in got.text
    assert "script-src 'sha256-" in got.headers["content-security-policy"]
    for wrong in (form | {"source": "none"}, form | {"query": "ASK {}"},
                  form | {"query": "SELECT (1 AS ?t) (2 AS ?p) {}"}):  # fmt: skip
        assert get(address, "/query/network", form=wrong).status == 400


@pytest.mark.parametrize(
    "path", ["/questions/plan-vs-practice", "/questions/home-participation",
             "/questions/co-publications", "/networks/collaboration", "/networks/plan-and-practice"]
)  # fmt: skip
@pytest.mark.parametrize(("lang", "label", "back"), [
    ("en", "Count whoever takes part", "Back to the planner's own practice"),
    ("ko", "모든 기관의 협력 보기", "계획 주체의 협력만 보기"),
])  # fmt: skip
def test_whoever_takes_part_is_one_link_away_and_back(
    address: str, path: str, lang: str, label: str, back: str
) -> None:
    def links(at: str, word: str) -> list[str]:
        found = re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)</a>', get(address, at).text)
        return [unescape(href) for href, said in found if unescape(said) == word]

    start = f"{path}?lang={lang}"
    (other,) = links(start, label)
    assert "among=any" in other
    assert links(start, back) == []
    (again,) = links(other, back)
    assert "among" not in again
    assert links(other, label) == []
