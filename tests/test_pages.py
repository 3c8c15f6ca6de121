"""The pages over HTTP: each in both languages, nothing that runs, and what is not there."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_server import BASE, QUANTUM, Reader, get
from serving import BROWSER

from coopgraph.i18n import languages
from coopgraph.server.address import read_language

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
    assert read_language(None, header)[0] in languages()


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


def test_no_link_of_a_page_fails_in_a_browser(address: str) -> None:
    """From the start page on, one link of each kind: its first part, ending and parameters."""
    todo: list[str] = ["/"]
    kinds: set[tuple[object, ...]] = set()
    for path in todo:
        got = get(address, path, accept=BROWSER)
        assert got.status < 400, (path, got.text)
        if got.headers.get("content-type") != "text/html; charset=utf-8":
            assert get(address, path, accept="text/html").status < 400, path
            continue
        page = Reader(got.text)
        for link in [*page.links(), *(link["href"] for link in page.all("link"))]:
            where, _, query = link.partition("#")[0].partition("?")
            names = [pair.partition("=")[0] for pair in query.split("&")]
            if not where.startswith("/") or "lang" in names:
                continue
            kind = (*where.split("/")[1:2], where.count("/") > 1, Path(where).suffix, *names)
            if kind not in kinds:
                kinds.add(kind)
                todo.append(link)
    reached = {path.partition("?")[0] for path in todo}
    assert {"/dump", "/.well-known/void", "/sparql", "/query", "/ns.ttl"} <= reached
    assert {part.split("/")[1] for part in reached} >= {"id", "graph", "graphs", "brief"}


def test_a_table_of_pandas_is_the_answer_whole(address: str) -> None:
    import pandas as pd

    text = "SELECT ?s ?p ?o { ?s ?p ?o }"
    url = f"{address}/sparql?{urlencode({'query': text, 'format': 'csv'})}"
    table = pd.read_csv(url)
    counted = pd.read_csv(f"{address}/sparql?format=csv&query=SELECT(COUNT(*)AS%3Fn){{?s?p?o}}")
    assert list(table.columns) == ["s", "p", "o"]
    assert len(table) == int(counted["n"][0]) > 30_000


def test_an_address_of_nothing_is_not_called_a_request_nobody_understands(address: str) -> None:
    assert "이 주소에는 페이지가 없습니다" in get(address, "/nothing?lang=ko").text
    assert "요청을 이해할 수 없습니다" not in get(address, "/nothing?lang=ko").text


@pytest.mark.parametrize(("lang", "start"), [("en", "To the start page"), ("ko", "첫 화면으로")])
@pytest.mark.parametrize(
    ("path", "headers", "form", "status"),
    [
        ("/nothing", {}, None, 404),
        ("/questions", {}, {"a": "b"}, 405),
        ("/sparql?query=ASK{}&format=nonsense", {}, None, 400),
        ("/questions?lang=fr", {}, None, 400),
        ("/brief/nobody-at-all", {}, None, 404),
        ("/dump", {"Host": "elsewhere.example"}, None, 421),
        ("/sparql", {"Content-Type": "text/plain"}, {"query": "ASK {}"}, 415),
    ],
)
def test_an_error_looks_like_the_site(
    address: str,
    path: str,
    headers: dict[str, str],
    form: dict[str, str] | None,
    status: int,
    lang: str,
    start: str,
) -> None:
    """Wherever it comes from: a page, the protocol, what stands before them all."""
    got = get(address, path, headers={**headers, "Accept-Language": lang}, form=form)
    assert got.status == status
    page = Reader(got.text)
    assert page.all("html")[0]["lang"] == lang
    assert "/static/site.css" in [link["href"] for link in page.all("link")]
    assert page.all("nav")
    assert start in page.text
    assert f"HTTP {status}" in page.text
    assert "default-src 'none'" in got.headers["content-security-policy"]


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


@pytest.mark.parametrize("name", ["technology-partners", "budgets"])
def test_a_network_has_a_page(address: str, name: str) -> None:
    got = get(address, f"/networks/{name}?lang=ko")
    assert got.status == 200
    assert 'lang="ko"' in got.text
    assert "frame-ancestors 'self'" in got.headers["content-security-policy"]
    assert get(address, f"/networks/{name}?planet=mars").status == 400


def test_search_finds_korean_and_english(address: str) -> None:
    found = get(address, "/search.json?q=%EC%96%91%EC%9E%90&kind=coop:Technology&lang=en").json
    hit = found["results"][0]
    assert (hit["label"], hit["matched"]) == ("Quantum technology", "양자")
    assert hit["kind"] == "technology"
    assert (hit["iri"], hit["path"]) == (QUANTUM, "technology/quantum")
    assert hit["value"] == "Quantum technology"
    both = "/search.json?q=Korea&kind=coop:Country|coop:Organisation&lang=en"
    kinds = {hit["kind"] for hit in get(address, both).json["results"]}
    assert kinds == {"country", "organisation"}
    assert get(address, "/search.json?q=x&kind=planet:mars").status == 400
    assert get(address, "/search.json?q=x&limit=0").status == 400
    assert get(address, "/search.json?q=x&top=5").status == 400
    one = get(address, "/search.json?q=a&limit=1").json
    assert (len(one["results"]), one["more"]) == (1, True)
    assert get(address, "/search.json").json == {"results": [], "more": False, "instead": ""}


def test_terms_have_labels_in_both_languages(address: str) -> None:
    terms = get(address, "/terms.json").json
    assert terms["prefixes"]["coop"] == f"{BASE}ns#"
    by_name = {term["curie"]: term for term in terms["terms"]}
    partner = by_name["coop:intendedPartner"]
    assert (partner["kind"], partner["en"], partner["ko"]) == (
        "property", "intended partner", "예정된 협력 대상",
    )  # fmt: skip
    assert by_name["coop:Technology"]["kind"] == "class"
    assert by_name["skos:prefLabel"]["kind"] == "property"
