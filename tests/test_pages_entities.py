"""The page of every IRI over HTTP: in each format, what is said of it and where, both ways."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_server import BASE, QUANTUM, Reader, get

from coopgraph.api import KnowledgeGraph
from coopgraph.errors import ReplyTooLarge, UsageError
from coopgraph.formats import JSON_LD, N_TRIPLES, TURTLE, Format
from coopgraph.i18n import text
from coopgraph.server.address import Fields, PageRequest
from coopgraph.server.facts import read_facts
from coopgraph.server.pages import entity
from coopgraph.server.pages.entity import read_path
from coopgraph.store import Store
from coopgraph.vocabulary import GRAPH, ID, is_iri


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
    visit = PageRequest()
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
        link = PageRequest().place(ID + tail)
        assert link.isascii()
        assert ID + tail in [ID + way for way in read_path(link.removeprefix("/id/"))]


@given(st.text(max_size=40))
def test_only_links_of_the_web_are_followed(text: str) -> None:
    place = PageRequest().place(text)
    assert place == "" or place.startswith(("/", "http://", "https://"))
    assert not place.startswith("//")


def test_a_page_says_what_is_said_and_where(address: str) -> None:
    page = Reader(get(address, "/id/technology/quantum?lang=ko").text)
    assert "양자" in page.text
    assert "Quantum technology" in page.text
    assert "예정된 협력 대상" in page.text
    assert "표 1, 양자 행" in page.text, "the place in the source"
    links = page.links()
    assert "/id/organisation/mit?lang=ko" in links
    assert "/id/source/twelve-technologies-2022?lang=ko" in links
    assert "/ns?lang=ko#intendedPartner" in links
    (query,) = [a for a in links if a.startswith("/query?lang=ko#query=")]
    assert "technology/quantum" in query
    drawn = [svg for svg in page.all("svg") if svg["viewbox"] != "0 0 100 1"]
    assert len(drawn) == 4, "beside bars two marks, and the drawing for wide and narrow"


def test_a_page_links_to_where_the_source_can_be_read(address: str) -> None:
    page = Reader(get(address, "/id/organisation/mit").text)
    outside = [a for a in page.all("a") if a.get("aria-label") == "Read the source"]
    assert outside
    assert all(a["href"].startswith("https://") for a in outside)
    assert "https://ror.org/042nb2s44" in page.links()


def test_incoming_links_are_bounded_and_counted(address: str, store_folder: Path) -> None:
    query = "SELECT DISTINCT ?x { ?x coop:heldBy <organisation/msit> }"
    wanted = {PageRequest().place(row[0].value) for row in Store.open(store_folder).select(query)}
    assert len(wanted) > 24
    page = Reader(get(address, "/id/organisation/msit").text)
    assert f"1 to 12 of {len(wanted)}" in page.text
    (more,) = [a for a in page.links() if "of=in%3Acoop%3AheldBy" in a]
    rest = Reader(get(address, more).text)
    assert wanted <= set(rest.links())
    assert "Referenced by" not in rest.text


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


def test_a_graph_leads_to_its_triples(address: str) -> None:
    page = Reader(get(address, "/graph/article").text)
    (link,) = [a for a in page.links() if a.startswith("/graphs?")]
    got = get(address, link, accept="application/n-triples")
    assert (got.status, got.body.count(b"\n") > 1_000) == (200, True)
    assert GRAPH in link.replace("%3A", ":").replace("%2F", "/")


@pytest.mark.parametrize(
    ("lang", "link"),
    [
        ("en", "Brief for a meeting"),
        ("ko", "1쪽 보고서(국제협력 현황)"),
    ],
)
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("technology/quantum", "technology"),
        ("organisation/mit", "partner"),
        ("organisation/msit", "ministry"),
        ("country/us", "country"),
    ],
)
def test_what_has_a_brief_leads_to_it(
    address: str, path: str, kind: str, lang: str, link: str
) -> None:
    page = Reader(get(address, f"/id/{path}?lang={lang}").text)
    (to,) = [a for a in page.links() if a.startswith("/brief/")]
    assert link in page.text
    name = page.text.partition(" · coopgraph")[0]
    brief = get(address, to)
    assert brief.status == 200
    assert text(f"brief.title-{kind}", lang, name) in Reader(brief.text).text


@pytest.mark.parametrize("path", ["/id/source/article", "/graph/article", "/ns/Technology", "/ns"])
def test_what_has_no_brief_leads_to_none(address: str, path: str) -> None:
    assert "/brief/" not in get(address, path).text


def test_a_description_is_cut_only_where_that_is_asked_for(
    store_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kg, article = KnowledgeGraph(Store.open(store_folder)), f"{ID}source/article"
    ((count,),) = kg.store.select(f"SELECT (COUNT(*) AS ?n) {{ ?s ?p <{article}> }}")
    every = int(count.value)
    assert every > 500

    def references(**fields: str) -> int:
        given = Fields((("format", "nt"), *fields.items()))
        reply = entity.entity(kg, PageRequest(path="/id/source/article", fields=given))
        assert reply.headers["Content-Type"] == N_TRIPLES.media_type
        return reply.body.count(f" <{article}> .\n".encode())

    assert references() == references(references="9999") == every
    assert (references(references="7"), references(references="0")) == (7, 0)
    monkeypatch.setattr(entity, "COUNTED", every)
    assert references() == every
    monkeypatch.setattr(entity, "COUNTED", every - 1)
    with pytest.raises(ReplyTooLarge, match=r"statements name id:source/article; .*references="):
        references()
    with pytest.raises(UsageError, match="no parameter 'reference'; known: references, format"):
        references(reference="7")


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("/id/technology/quantum?format=ttl", "text/turtle"),
        ("/id/technology/quantum?format=text/html", "text/html"),
        ("/ns?output=json", "application/ld+json"),
        ("/questions/partners?format=csv", "text/csv"),
        ("/questions/partners.csv?format=csv", "text/csv"),
        ("/networks/technology-partners?format=graphml", "application/graphml+xml"),
        ("/id/technology/quantum?format=csv", ""),
        ("/id/technology/quantum.nt?format=ttl", ""),
        ("/networks/technology-partners?format=ttl", ""),
    ],
)
def test_a_page_heeds_the_format_that_its_address_names(
    address: str, target: str, kind: str
) -> None:
    got = get(address, target)
    assert got.status == (200 if kind else 400)
    assert got.headers["content-type"].partition(";")[0] == (kind or "text/html")


def test_what_is_said_twice_is_shown_once(store_folder: Path) -> None:
    """A label, a title, a date and a year are said again in shorthand."""
    facts = read_facts(Store.open(store_folder), f"{ID}plan/strategic-technology-plan", "en")
    names = [group.name.iri.rpartition("/")[2].rpartition("#")[2] for group in facts.of("out")]
    assert {"prefLabel", "issued", "planner"} < set(names)
    assert not {"label", "title", "date", "year"} & set(names)


def test_a_technology_shows_each_plan_on_its_own(address: str, store_folder: Path) -> None:
    """Every partner that a plan names stands in that plan's card, those of the default planner
    first, and the answer at the head counts the planner's own."""
    asked = KnowledgeGraph(Store.open(store_folder)).query("partners", jurisdiction="all")
    rows: list[dict[str, Any]] = [
        row
        for row in asked
        if QUANTUM in (getattr(row[of], "iri", "") for of in ("technology", "reference"))
    ]
    html = get(address, "/id/technology/quantum?lang=en").text
    cards = [card.partition("</article>")[0] for card in html.split('<article class="plan')[1:]]
    assert {(row["plan"].iri, getattr(row["technology"], "iri", "")) for row in rows}
    for row in rows:
        place = row["plan"].iri.removeprefix(ID)
        partner = row["partner"].iri.removeprefix(ID)
        assert any(f"/id/{place}" in card and f"/id/{partner}" in card for card in cards), row
    own = [card.startswith(" plan--own") for card in cards]
    assert any(own)
    assert own == sorted(own, reverse=True)
    partners = {row["partner"].iri for row in rows if "KR" in row["jurisdiction"].split("|")}
    head = html.partition('<p class="answer">')[2].partition("</p>")[0]
    assert f"names {len(partners)} partners for it" in head
    assert f"{len([r for r in rows if 'KR' not in r['jurisdiction'].split('|')])} entries" in head


def test_a_planner_asked_for_is_told_first(address: str) -> None:
    head = get(address, "/id/technology/quantum?lang=en&whose=AU").text
    head = head.partition('<p class="answer">')[2].partition("</p>")[0]
    assert head.partition(" names ")[0].endswith("Australia")


def test_a_country_says_what_came_of_its_institutions(address: str) -> None:
    head = get(address, "/id/country/ch?lang=en").text
    assert "ETH Zurich – not found" in head.partition('<p class="answer">')[2].partition("</p>")[0]


@pytest.mark.parametrize(("lang", "word"), [("en", "other act: realised"), ("ko", "그 밖의 일:")])
def test_an_act_that_decides_nothing_is_not_shown_as_the_state_of_a_partner(
    address: str, lang: str, word: str
) -> None:
    """A school of MIT in quantum was held, which realises no plan."""
    page = get(address, f"/id/technology/quantum?lang={lang}").text
    (rows,) = re.findall(r'<div class="became">\n(.*?)\n</div>\n<p class="more">', page, re.DOTALL)
    beside = [row for row in rows.split("\n") if "outcome/outcome-mit-quantum-school" in row]
    assert len(beside) == 1
    assert word in re.sub(r"<[^>]*>", "", beside[0])
    assert "state--confirmed" not in rows
    assert rows.count('class="state state--') == 3  # not found; two other technologies


def test_a_line_tells_each_amount_as_exact_as_its_source_does(address: str) -> None:
    """In tables and bars: what one source calls about half a trillion, another gives exactly."""
    page = get(address, "/id/budget-line/global-rd-all-government?lang=en").text
    told = re.sub(r"<[^>]*>", " ", page)
    assert len(re.findall(r"about KRW 500 billion", told)) >= 4
    assert len(re.findall(r"about KRW 1\.8167 trillion", told)) >= 4
    assert not re.findall(r"(?<!about )KRW 1\.8167 trillion", told)
    assert re.search(r"(?<!about )KRW 507\.5 billion", told)
    wrong = re.sub(r"<[^>]*>", " ", get(address, "/id/budget-line/rd-quantum?lang=en").text)
    assert "our reading of a misprint" in wrong
