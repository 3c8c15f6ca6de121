"""The pages over HTTP: each in both languages, nothing that runs, and what is not there."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import write
from page_server import BASE, QUANTUM, Got, Reader, get, serving
from serving import BROWSER

from coopgraph.compiler import build
from coopgraph.i18n import languages
from coopgraph.i18n.languages import entries
from coopgraph.server.address import read_language
from coopgraph.server.template import PLACES

PAGE_TYPE = "text/html; charset=utf-8"
PAGES = (
    "/",
    "/plans",
    "/technologies",
    "/partners",
    "/money",
    "/practice",
    "/compare",
    "/scenarios",
    "/documents",
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
    assert (got.status, got.headers["content-type"]) == (200, PAGE_TYPE)
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


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over a store that holds the plans of another country only."""
    folder = tmp_path_factory.mktemp("elsewhere")
    build(write(folder / "data"), folder / "store")
    with serving(folder / "store", "--timeout-s", "60") as at:
        yield at


@pytest.fixture(scope="module")
def without_plans(article_folder: Path) -> Iterator[str]:
    """A server over the tables without the folders of plans."""
    with serving(article_folder, "--timeout-s", "60") as at:
        yield at


@pytest.fixture(scope="module")
def demonstration(practice_folder: Path) -> Iterator[str]:
    """A server over the shipped store with the imports of the demonstration."""
    with serving(practice_folder, "--timeout-s", "60") as at:
        yield at


@cache
def assert_answers(address: str, path: str) -> Got:
    """What a browser gets there, once for the crawls of both languages; others get it too."""
    got = get(address, path, accept=BROWSER)
    assert got.status < 400, (path, got.text)
    if got.headers.get("content-type") != PAGE_TYPE:
        assert get(address, path, accept="text/html").status < 400, path
        return Got(got.status, got.headers, b"")
    return got


def links_of_each_kind(address: str, lang: str) -> set[str]:
    """The addresses that were read: from the start page and the places on, one link of each kind:
    its first parts, ending and parameters. Each of them answers."""
    todo = [f"/?lang={lang}", *(f"{path}?lang={lang}" for path, _ in PLACES)]
    kinds: set[tuple[object, ...]] = set()
    for path in todo:
        got = assert_answers(address, path)
        if got.headers.get("content-type") != PAGE_TYPE:
            continue
        page = Reader(got.text)
        anchors = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
        for link in [*page.links(), *(link["href"] for link in page.all("link"))]:
            where, _, query = link.partition("#")[0].partition("?")
            if link.startswith("#"):
                assert link[1:] in anchors, (path, link)
            names = [pair.partition("=")[0] for pair in query.split("&")]
            if not where.startswith("/") or (f"lang={lang}" not in query and "lang" in names):
                continue
            first, second, *rest = [*where.split("/")[1:], ""]
            own = second if first == "id" else ""
            kind = (first, own, bool(rest), Path(where).suffix, *names)
            if kind not in kinds:
                kinds.add(kind)
                todo.append(link)
    return {path.partition("?")[0] for path in todo}


@pytest.mark.parametrize(("server", "lang"), [("address", "en"), ("without_plans", "ko")])
def test_no_link_of_a_page_is_dead(request: pytest.FixtureRequest, server: str, lang: str) -> None:
    """In Korean over fewer plans: over all of them, and over imports, it is asked below."""
    reached = links_of_each_kind(request.getfixturevalue(server), lang)
    assert {"/dump", "/.well-known/void", "/sparql", "/query", "/ns.ttl"} <= reached
    assert {part.split("/")[1] for part in reached} >= {"id", "graph", "graphs", "brief", "chart"}


def test_no_link_is_dead_where_practice_was_imported(demonstration: str) -> None:
    reached = links_of_each_kind(demonstration, "ko")
    assert {part.split("/")[1] for part in reached} >= {"id", "graph", "brief"}


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_no_link_is_dead_where_the_plans_are_those_of_another_country(
    elsewhere: str, lang: str
) -> None:
    """No page tells of a country that the store does not know."""
    reached = links_of_each_kind(elsewhere, lang)
    assert {part.split("/")[1] for part in reached} >= {"id", "brief"}
    for path, _ in PLACES:
        text = Reader(get(elsewhere, f"{path}?lang=en").text).text
        assert not re.search(
            r"Korea(?!n (or|and) English)", text.replace("Korean or English", "")
        ), path


PLACE_PATHS = [path for path, _ in PLACES]


@pytest.mark.parametrize("path", PLACE_PATHS)
def test_one_header_is_on_every_page(address: str, path: str) -> None:
    page = Reader(get(address, f"{path}?lang=ko").text)
    names = [entries("ko")[f"server.place-{name}"] for _, name in PLACES]
    head = page.text[: page.text.index("EnglishEnglish") if "EnglishEnglish" in page.text else 900]
    assert all(name in head for name in names), names
    here = [a["href"] for a in page.all("a") if a.get("aria-current") == "page"]
    assert here == [f"{path}?lang=ko"] * 2, "in the bar and in the menu"


def test_a_saved_page_has_the_bar_without_places_and_the_server_adds_them(address: str) -> None:
    for path in ("/networks/technology-partners", "/brief/quantum", "/chart/technology-lists"):
        page = Reader(get(address, f"{path}?lang=en").text)
        assert "/partners?lang=en" in page.links(), path


def test_the_scope_stays_in_the_address(address: str) -> None:
    page = Reader(get(address, "/plans?whose=GB&years=2022-2026&lang=en").text)
    inside = [a for a in page.links() if a.startswith("/partners?")]
    assert inside
    assert all("whose=GB" in a and "years=2022-2026" in a for a in inside)
    assert "International Science Partnerships Fund" in page.text
    rows = get(address, "/questions/partners?whose=GB&lang=en").text
    asked = get(address, "/questions/partners?jurisdiction=GB&lang=en").text
    assert Reader(rows).text.count("GB") >= Reader(asked).text.count("GB") > 3
    assert get(address, "/plans?whose=atlantis").status == 404
    assert get(address, "/plans?years=soon").status == 400


def test_years_leave_out_what_is_of_others(address: str) -> None:
    every, one = (
        Reader(get(address, f"/money?lang=en{more}").text).text for more in ("", "&years=2019")
    )
    assert "2024" in every
    assert len(one) < len(every)


@pytest.mark.parametrize(
    ("path", "anchors"),
    [
        ("/id/technology/quantum", ["declared", "became", "money", "practice", "agreements"]),
        ("/id/organisation/mit", ["declared", "became", "money", "practice"]),
        ("/id/country/ch", ["declared", "mutual", "became", "practice", "agreements"]),
        ("/id/organisation/msit", ["plans", "money", "programmes", "practice", "events"]),
        ("/id/plan/strategic-joint-research-plan", ["declared", "stances", "became"]),
        ("/id/source/article", ["stated"]),
    ],
)
def test_an_entity_is_one_page_of_sections(address: str, path: str, anchors: list[str]) -> None:
    """In one order, the raw statements last but for the sources; what was not imported is said."""
    page = Reader(get(address, f"{path}?lang=en").text)
    ids = [attributes.get("id", "") for _, attributes in page.elements]
    at = [ids.index(name) for name in [*anchors, "statements", "sources"]]
    assert at == sorted(at)
    tabs = [link[1:] for link in page.links() if link.startswith("#")]
    assert set(anchors) <= set(tabs)
    if "practice" in anchors:
        assert "No projects or papers" in page.text


def test_an_empty_list_says_which_reason_holds(address: str) -> None:
    """What imports could give is not imported, which is no list that was looked through."""
    page = Reader(get(address, "/practice?lang=en").text)
    states = [
        a["class"] for a in page.all("span") if a.get("class", "").startswith("state state--")
    ]
    assert "state state--unimported" in states
    assert "state state--unfound" not in states
    assert page.text.count("No projects have been imported yet") >= 3
    assert "No programmes have been imported yet" in page.text.replace(
        "programme lists", "programmes"
    )


def test_one_plan_is_enough_for_the_page_of_an_institution_to_tell(address: str) -> None:
    text = Reader(get(address, "/id/organisation/eth-zurich?lang=en").text).text
    assert "No plan in this store names it" not in text
    assert "Republic of Korea names it for Quantum technology (catch-up)." in text


def test_the_start_page_asks_only_of_what_the_store_holds(elsewhere: str, address: str) -> None:
    """Of another country's plan alone: nothing of Korea, and its own partner."""
    page = Reader(get(elsewhere, "/?lang=en").text)
    assert not re.search(r"Korea(?!n (or|and) English)", page.text)
    assert 4 <= sum(a.get("class") == "q" for a in page.all("a")) <= 10
    begun = time.monotonic()
    assert get(address, "/?lang=en").status == 200
    first = time.monotonic()
    assert get(address, "/?lang=en").status == 200
    assert time.monotonic() - first < max(1.0, first - begun), "kept, once it was computed"


def test_the_answer_of_a_technology_comes_first(address: str) -> None:
    text = Reader(get(address, "/id/technology/quantum?lang=ko").text).text
    answer = text[: text.index("1쪽 보고서")]
    assert "과제·논문 자료 미수집으로 실적은 확인할 수 없습니다." in answer
    assert "협력 결과: 취리히연방공과대학교 – 미확인; " in answer
    assert "취리히연방공과대학교" in text
    assert "1,080억 원" in text, "money is told in its currency"


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
