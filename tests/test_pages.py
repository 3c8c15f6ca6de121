"""The pages over HTTP: each in both languages, each IRI in each format, nothing that runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_server import Got, get, serving

from coopgraph.formats import JSON_LD, N_TRIPLES, TURTLE, Format
from coopgraph.queries import ask
from coopgraph.server.jobs.pages.facts import read_facts
from coopgraph.server.pages.entities import read_path
from coopgraph.server.visit import Visit, read_language
from coopgraph.store import Store
from coopgraph.vocabulary import GRAPH, ID, is_iri

BASE = "https://w3id.org/coopgraph/"
QUANTUM = f"{ID}technology/quantum"
PAGES = (
    "/",
    "/questions",
    "/questions/partners",
    "/questions/partners?technology=quantum",
    "/questions/facts",
    "/networks",
    "/query",
    "/search?q=%EC%96%91%EC%9E%90",
    "/id/technology/quantum",
    "/id/organisation/mit",
    "/graph/article",
    "/ns",
    "/ns/codes",
)


@pytest.fixture(scope="module")
def address(store_folder: Path) -> Iterator[str]:
    with serving(store_folder) as at:
        yield at


class Reader(HTMLParser):
    """What a page holds: its elements with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def links(self) -> list[str]:
        return [a["href"] for a in self.all("a")]


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("path", PAGES)
def test_each_page_is_whole_and_asks_no_other_host(address: str, path: str, lang: str) -> None:
    got = get(address, f"{path}{'&' if '?' in path else '?'}lang={lang}")
    assert (got.status, got.headers["content-type"]) == (200, "text/html; charset=utf-8")
    page = Reader(got.text)
    assert page.all("html")[0]["lang"] == lang
    assert len(page.all("h1")) == 1
    assert all(script["src"].startswith("/") for script in page.all("script"))
    assert all(link["href"].startswith("/") for link in page.all("link"))
    assert page.all("img") + page.all("iframe") + page.all("style") == []
    assert not [name for _, attributes in page.elements for name in attributes if name[:2] == "on"]
    for a in page.all("a"):
        if not a["href"].startswith(("/", "#")):
            assert a["href"].startswith(("http://", "https://"))
            assert a["rel"] == "noopener noreferrer"
    inside = [a for a in page.links() if a.startswith("/") and "lang=" not in a]
    assert all(
        re.match(r"/(dump|sparql|graphs|\.well-known|ns\.|id/|graph/|ns/)", a) for a in inside
    )
    policy = got.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", PAGES)
def test_the_other_language_is_one_link_away(address: str, path: str) -> None:
    page = Reader(get(address, path).text)
    (other,) = [a for a in page.all("a") if a.get("hreflang") == "ko"]
    again = Reader(get(address, other["href"]).text)
    assert again.all("html")[0]["lang"] == "ko"
    fields = {field for field in path.partition("?")[2].split("&") if field}
    assert fields <= set(other["href"].partition("?")[2].split("&"))


@pytest.mark.parametrize(
    ("header", "lang"),
    [("ko-KR,ko;q=0.9,en;q=0.8", "ko"), ("en-GB,ko;q=0.2", "en"), ("fr", "en"), ("ko;q=0", "en"),
     ("*", "en"), ("ko;q=x,,;;", "en")],
)  # fmt: skip
def test_the_browser_chooses_the_language(address: str, header: str, lang: str) -> None:
    got = get(address, "/questions", headers={"Accept-Language": header})
    assert Reader(got.text).all("html")[0]["lang"] == lang
    assert "Accept-Language" in got.headers["vary"]


@given(st.text(max_size=40))
def test_any_language_header_is_read(header: str) -> None:
    assert read_language(None, header)[0] in ("en", "ko")


@pytest.mark.parametrize(
    ("path", "accept", "media_type"),
    [
        ("/id/technology/quantum", "text/html,*/*;q=0.8", "text/html; charset=utf-8"),
        ("/id/technology/quantum", "*/*", "text/html; charset=utf-8"),
        ("/id/technology/quantum", "text/turtle", "text/turtle; charset=utf-8"),
        ("/id/technology/quantum", "application/ld+json", "application/ld+json"),
        ("/id/technology/quantum", "application/n-triples", "application/n-triples"),
        ("/id/technology/quantum", "text/turtle;q=0.5,application/ld+json", "application/ld+json"),
        ("/id/technology/quantum.ttl", "text/html", "text/turtle; charset=utf-8"),
        ("/id/technology/quantum.jsonld", "text/html", "application/ld+json"),
        ("/id/technology/quantum.nt", "text/html", "application/n-triples"),
        ("/id/technology/quantum.html", "text/turtle", "text/html; charset=utf-8"),
        ("/graph/article.ttl", "*/*", "text/turtle; charset=utf-8"),
        ("/question/partners", "text/turtle", "text/turtle; charset=utf-8"),
        ("/ns", "text/turtle", "text/turtle; charset=utf-8"),
        ("/ns.nt", "text/html", "application/n-triples"),
    ],
)
def test_an_iri_answers_in_the_format_asked_for(
    address: str, path: str, accept: str, media_type: str
) -> None:
    got = get(address, path, accept=accept)
    assert (got.status, got.headers["content-type"]) == (200, media_type)
    assert "Accept" in got.headers["vary"]


@pytest.mark.parametrize("format", [TURTLE, JSON_LD, N_TRIPLES], ids=lambda format: format.name)
def test_the_description_is_all_that_the_graph_says(
    address: str, store_folder: Path, format: Format
) -> None:
    got = get(address, "/id/technology/quantum", accept=format.media_type)
    rdf = ox.RdfFormat.from_extension(format.extension)
    assert rdf is not None
    found = {q.triple for q in ox.parse(got.body, format=rdf)}
    store = Store.open(store_folder)
    text = f"CONSTRUCT {{ ?s ?p ?o }} {{ ?s ?p ?o FILTER(<{QUANTUM}> IN (?s, ?o)) }}"
    assert found == set(store.construct(text))
    assert len(found) > 40


def test_every_iri_of_the_data_resolves(address: str, store_folder: Path) -> None:
    store = Store.open(store_folder)
    query = """SELECT DISTINCT ?iri ?kind { { ?iri ?p ?o } UNION { ?s ?p ?iri } UNION { ?s ?iri ?o }
      OPTIONAL { ?iri a ?kind } FILTER(isIRI(?iri) && STRSTARTS(STR(?iri), "%s")) }"""
    kinds = {iri.value: kind and kind.value for iri, kind in store.select(query % BASE)}
    assert len(kinds) > 2_000
    visit = Visit()
    places = {iri: visit.place(iri).partition("#")[0] for iri in kinds}
    assert all(place.startswith("/") for place in places.values())
    sample = {(kind, place.split("/")[1]): place for iri, place in places.items()
              for kind in [kinds[iri]]}  # fmt: skip
    assert len(sample) > 60
    for place in sorted({*sample.values(), *(p for p in places.values() if "/id/" not in p)}):
        got = get(address, place, accept="application/n-triples")
        assert got.status == 200, place
        assert got.body, place
    for place in sorted(sample.values()):
        page = get(address, place, accept="text/html")
        assert page.status == (303 if place.startswith("/question/") else 200), place


IRI_PATH = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")),
    min_size=1,
    max_size=30,
).filter(lambda text: is_iri(ID + text) and not set("?#%") & set(text))


@given(IRI_PATH)
def test_a_link_leads_back_to_its_iri(text: str) -> None:
    for tail in (text, f"{text}%20{text}"):
        link = Visit().place(ID + tail)
        assert link.isascii()
        assert ID + tail in [ID + way for way in read_path(link.removeprefix("/id/"))]


@given(st.text(max_size=40))
def test_only_links_of_the_web_are_followed(text: str) -> None:
    place = Visit().place(text)
    assert place == "" or place.startswith(("/", "http://", "https://"))
    assert not place.startswith("//")


def test_a_page_says_what_is_said_and_where(address: str) -> None:
    page = Reader(get(address, "/id/technology/quantum?lang=ko").text)
    assert "양자" in page.text
    assert "Quantum technology" in page.text
    assert "계획된 협력기관" in page.text
    assert "표 1, 양자 행" in page.text, "the place in the source"
    links = page.links()
    assert "/id/organisation/mit?lang=ko" in links
    assert "/id/source/twelve-technologies-2022?lang=ko" in links
    assert "/ns?lang=ko#plannedPartner" in links
    (query,) = [a for a in links if a.startswith("/query?lang=ko#query=")]
    assert "technology/quantum" in query
    assert len(page.all("svg")) == 3, "the mark, and the drawing for wide and narrow screens"


def test_a_page_links_to_where_the_source_can_be_read(address: str) -> None:
    page = Reader(get(address, "/id/organisation/mit").text)
    outside = [a for a in page.all("a") if a.get("aria-label") == "Read the source"]
    assert outside
    assert all(a["href"].startswith("https://") for a in outside)
    assert "https://ror.org/042nb2s44" in page.links()


def test_incoming_links_are_bounded_and_counted(address: str, store_folder: Path) -> None:
    query = "SELECT DISTINCT ?x { ?x coop:heldBy <organisation/msit> }"
    wanted = {Visit().place(row[0].value) for row in Store.open(store_folder).select(query)}
    assert len(wanted) > 24
    page = Reader(get(address, "/id/organisation/msit").text)
    assert f"1 to 12 of {len(wanted)}" in page.text
    (more,) = [a for a in page.links() if "of=in%3Acoop%3AheldBy" in a]
    rest = Reader(get(address, more).text)
    assert wanted <= set(rest.links())
    assert "What refers to it" not in rest.text


def test_a_long_group_has_pages(address: str, store_folder: Path) -> None:
    path = "/id/agent/coopgraph"
    assert get(address, f"{path}?of=in:coop:none").status == 400
    long = "/id/source/iso-3166"
    seen: set[str] = set()
    page, number = Reader(get(address, f"{long}?of=in:coop:source").text), 1
    while True:
        seen |= {a for a in page.links() if a.startswith("/id/country/")}
        following = [a["href"] for a in page.all("a") if a.get("rel") == "next"]
        if not following:
            break
        number += 1
        page = Reader(get(address, following[0]).text)
    assert number == 3
    rows = Store.open(store_folder).select(
        "SELECT ?c { ?c coop:source <source/iso-3166> ; a coop:Country }"
    )
    assert len(seen) == len(rows) > 200


def test_statements_of_each_graph_keep_their_own_source(store_folder: Path) -> None:
    facts = read_facts(Store.open(store_folder), f"{ID}organisation/mit", "en")
    for group in facts.groups:
        for statement in group.statements:
            assert statement.origins, (group.key, statement.text)
    homepage = next(g for g in facts.of("out") if g.key == "out:foaf:homepage")
    (origin,) = homepage.statements[0].origins
    assert origin.name.iri == f"{ID}source/ror"


@pytest.mark.parametrize(
    "path",
    [
        "/id/technology/quantun",
        "/id/technology/../../../../etc/passwd",
        "/id/..%2f..%2f..%2fetc%2fpasswd",
        "/id/technology/%00",
        "/id/technology/%ff%fe",
        "/id/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/id/technology/%22%20onmouseover%3D%22alert(1)",
        "/id/x%0d%0aSet-Cookie:%20a=b",
        "/id/",
        "/id/" + "a" * 4_000,
        "/graph/none",
        "/question/none.ttl",
        "/ns/none",
        "/questions/none",
        "/questions/..%2f..%2fpartners",
        "/networks/none",
        "/static/../settings.py",
        "/static/%2e%2e/settings.py",
        "/vendor/none.js",
        "/nothing",
    ],
)
def test_what_is_not_there_is_said_so(address: str, path: str) -> None:
    got = get(address, path)
    assert got.status == 404
    for trace in ("Traceback", "site-packages", str(Path(__file__).parent.parent), "<script>alert"):
        assert trace not in got.text
    assert "set-cookie" not in got.headers
    assert not [a for a in Reader(got.text).elements if "onmouseover" in a[1]]


def test_the_nearest_names_are_offered(address: str) -> None:
    page = Reader(get(address, "/id/technology/quantun").text)
    found = [a for a in page.links() if a.startswith("/id/") and "lang=" not in a]
    assert found[0] == "/id/technology/quantum"
    text = get(address, "/id/technology/quantun", accept="text/turtle, text/plain;q=0.1")
    assert (text.status, "did you mean id:technology/quantum or" in text.text) == (404, True)


def test_a_format_that_is_not_offered_is_406(address: str) -> None:
    got = get(address, "/id/technology/quantum", accept="image/png")
    assert got.status == 406
    assert "text/turtle" in got.text


def test_a_question_has_a_page_and_twins(address: str, store_folder: Path) -> None:
    fields = "technology=%EC%96%91%EC%9E%90&lang=ko"
    page = Reader(get(address, f"/questions/partners?{fields}").text)
    assert "2행" in page.text
    assert "매사추세츠공과대학교" in page.text
    assert "표 1, 양자 행, 협력기관" in page.text
    quantum = {"technology": QUANTUM}
    answer = ask(Store.open(store_folder), "partners", quantum, lang="ko")
    for got in (
        get(address, f"/questions/partners.json?{fields}"),
        get(address, f"/questions/partners?{fields}", accept="application/json"),
    ):
        twin = got.json
        assert got.headers["content-type"] == "application/json"
        assert twin["parameters"] == {"technology": "양자"}
        assert twin["columns"] == list(answer.header())
        assert [tuple(row.values()) for row in twin["rows"]] == [
            tuple(None if cell is None else cell for cell in row) for row in answer.records()
        ]
        assert [source["row"] for source in twin["sources"]] == [1, 2]
        assert twin["notes"] == list(answer.notes)
    csv = get(address, f"/questions/partners.csv?{fields}")
    assert csv.headers["content-type"] == "text/csv; charset=utf-8"
    assert len(csv.text.splitlines()) == 3
    assert csv.text == get(address, f"/questions/partners?{fields}", accept="text/csv").text
    query = get(address, f"/questions/partners.rq?{fields}", accept="*/*")
    assert f"<{QUANTUM}>" in query.text
    again = get(address, "/query/rows", form={"query": query.text})
    assert again.json["total"] == 2


def test_a_question_asks_for_what_it_needs(address: str) -> None:
    page = get(address, "/questions/facts")
    assert page.status == 200
    assert [i["name"] for i in Reader(page.text).all("input") if "required" in i] == ["about"]
    assert get(address, "/questions/facts.json", accept="application/json").status == 400
    wrong = get(address, "/questions/partners?technology=quantun")
    assert wrong.status == 400
    assert "did you mean" in Reader(wrong.text).text
    (field,) = [i for i in Reader(wrong.text).all("input") if i.get("name") == "technology"]
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
    assert rows(sort="none").status == 400
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
    query = "SELECT ?t ?p { ?t coop:plannedPartner ?p }"
    form = {"query": query, "source": "t", "target": "p", "lang": "ko"}
    got = get(address, "/query/network", form=form)
    assert got.status == 200
    assert "매사추세츠공과대학교" in got.text
    assert "script-src 'sha256-" in got.headers["content-security-policy"]
    for wrong in (form | {"source": "none"}, form | {"query": "ASK {}"},
                  form | {"query": "SELECT (1 AS ?t) (2 AS ?p) {}"}):  # fmt: skip
        assert get(address, "/query/network", form=wrong).status == 400


@pytest.mark.parametrize("name", ["technology-partners", "budgets"])
def test_a_network_has_a_page(address: str, name: str) -> None:
    got = get(address, f"/networks/{name}?lang=ko")
    assert got.status == 200
    assert 'lang="ko"' in got.text
    assert "frame-ancestors 'self'" in got.headers["content-security-policy"]
    assert get(address, f"/networks/{name}?planet=mars").status == 400


def test_search_finds_korean_and_english(address: str) -> None:
    found = get(address, "/search.json?q=%EC%96%91%EC%9E%90&kind=coop:Technology&lang=en").json
    (hit,) = found["results"]
    assert (hit["label"], hit["matched"]) == ("Quantum technology", "양자")
    assert hit["kind"] == "technology"
    assert (hit["iri"], hit["path"]) == (QUANTUM, "technology/quantum")
    assert hit["value"] == "Quantum technology"
    assert get(address, "/search.json?q=x&kind=planet:mars").status == 400
    assert get(address, "/search.json?q=x&limit=0").status == 400
    assert get(address, "/search.json").json == {"results": []}


def test_terms_have_labels_in_both_languages(address: str) -> None:
    terms = get(address, "/terms.json").json
    assert terms["prefixes"]["coop"] == f"{BASE}ns#"
    by_name = {term["curie"]: term for term in terms["terms"]}
    partner = by_name["coop:plannedPartner"]
    assert (partner["kind"], partner["en"], partner["ko"]) == (
        "property", "planned partner", "계획된 협력기관",
    )  # fmt: skip
    assert by_name["coop:Technology"]["kind"] == "class"
    assert by_name["skos:prefLabel"]["kind"] == "property"


def test_a_graph_leads_to_its_triples(address: str) -> None:
    page = Reader(get(address, "/graph/article").text)
    (link,) = [a for a in page.links() if a.startswith("/graphs?")]
    got = get(address, link, accept="application/n-triples")
    assert (got.status, got.body.count(b"\n") > 1_000) == (200, True)
    assert GRAPH in link.replace("%3A", ":").replace("%2F", "/")
