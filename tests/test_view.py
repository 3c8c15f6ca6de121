from __future__ import annotations

import hashlib
import html
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest
from network_stores import HOSTILE, OVER_IMPORTS, article_store, hostile_network, shipped_store

import coopgraph.view
from coopgraph.errors import FileUnwritable, UsageError
from coopgraph.i18n import find, languages, words
from coopgraph.network import Edge, Named, Network, Node, project, projection_names
from coopgraph.queries.question import pair
from coopgraph.view import render, view
from coopgraph.view.layout import pictures
from coopgraph.view.overview import is_large
from coopgraph.view.picture import Picture, labels, text_width
from coopgraph.view.style import NEUTRAL, TONES, style_of
from coopgraph.vocabulary import COOP, ID

HERE = Path(coopgraph.view.__file__).parent
EN, KO = (languages().index(tag) for tag in ("en", "ko"))
MODULES = HERE.parent / "web"
EMPTY = Network("empty", pair("Nothing", "없음"), (), ())


def partners() -> Network:
    return project(article_store(), "technology-partners")


def data_of(page: str) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def ring(size: int) -> Network:
    kind = Named("urn:k", pair("k", "k"))
    nodes = tuple(Node(f"urn:{i:05}", pair(f"node {i}", f"노드 {i}"), kind) for i in range(size))
    edges = tuple(Edge(i, (i + 1) % size, kind) for i in range(size))
    return Network("ring", pair("A ring", "고리"), nodes, edges)


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_projection_has_a_page_with_all_its_edges(lang: str) -> None:
    for name in set(projection_names()) - OVER_IMPORTS:  # an empty network has a page of its own
        network = project(shipped_store(), name)
        if is_large(network):  # it opens as communities: test_layout_overview.py
            continue
        page = render(network, lang)
        data = data_of(page)
        assert len(data["nodes"]) == len(network.nodes)
        assert len(data["edges"]) == len(network.edges)
        assert f'<html lang="{lang}">' in page
        assert html.escape(network.title(lang), quote=False) in html.unescape(page)


def test_hostile_text_is_escaped_everywhere() -> None:
    page = render(hostile_network())
    shown = page.partition("<script>")[0]  # all but the scripts, which hold no data
    assert "<img" not in shown
    assert "<script>window" not in shown
    assert "{{ 7*7 }}" in html.unescape(shown), "a template in a label is not run"
    assert page.partition("<script>")[2] == render(partners()).partition("<script>")[2]
    assert data_of(page)["nodes"][1]["name"] == list(
        labels(Named("", pair(HOSTILE[1], HOSTILE[1])))
    )
    block = shown.partition('id="data">')[2].partition("</script>")[0]
    assert not set("<>&\u2028\u2029") & set(block)
    assert "onmouseover='" not in shown.replace(block, "")


def test_the_page_names_no_other_file() -> None:
    page = render(partners())
    start = page.partition("<script>/**")[0]
    assert not re.search(r"<(link|img|iframe|object|embed|base)\b", start)
    assert not re.search(r"\ssrc=", start)
    assert "default-src 'none'" in html.unescape(start)
    assert "sourceMappingURL" not in page
    assert page.count("<script") == 3


def test_the_policy_lets_these_scripts_run_and_no_other() -> None:
    page = render(partners())
    allowed = set(re.findall(r"'sha256-([^']+)'", html.unescape(page.partition("<style>")[0])))
    assert len(allowed) == 2
    policy = html.unescape(page.partition("<style>")[0])
    assert "'unsafe-inline'; img-src" in policy.partition("style-src")[2]
    assert "unsafe" not in policy.partition("script-src")[2].partition(";")[0]


def test_scripts_cannot_end_their_own_element() -> None:
    scripts = [*HERE.glob("static/*.js"), *HERE.glob("vendor/*.js")]
    for script in scripts:
        assert "</script" not in script.read_text(encoding="utf-8").lower()


def test_the_vendored_file_is_the_one_that_its_note_describes() -> None:
    note = (HERE / "vendor" / "README.md").read_text(encoding="utf-8")
    file = HERE / "vendor" / "vis-network.min.js"
    assert hashlib.sha256(file.read_bytes()).hexdigest() in note
    version = re.search(r"@version (\S+)", file.read_text(encoding="utf-8"))
    assert version
    assert f"vis-network@{version[1]}" in note
    assert (HERE / "vendor" / "LICENSE-MIT").is_file()
    assert (HERE / "vendor" / "LICENSE-APACHE-2.0").is_file()


def test_the_same_network_has_the_same_page_in_any_process(tmp_path: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[2])\n"
        "from network_stores import article_store\n"
        "from coopgraph.network import project\n"
        "from coopgraph.view import view\n"
        "view(project(article_store(), 'policy'), lang='ko').save(sys.argv[1])\n"
    )
    pages = []
    for seed in ("1", "2"):
        target = tmp_path / f"{seed}.html"
        environment = os.environ | {
            "PYTHONHASHSEED": seed, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0",
            "PYTHONPATH": str(HERE.parent.parent),
        }  # fmt: skip
        subprocess.run([sys.executable, "-c", code, str(target), str(Path(__file__).parent)],
                       check=True, env=environment)  # fmt: skip
        pages.append(target.read_bytes())
    assert pages[0] == pages[1]
    assert "한국어" in pages[0].decode("utf-8")


def overlaps(picture: Picture, slack: float = 0.0) -> list[tuple[str, str]]:
    return [
        (a.label[0], b.label[0])
        for a, b in combinations(picture.places, 2)
        if abs(a.x - b.x) + slack < (a.width + b.width) / 2
        and abs(a.y - b.y) + slack < (a.height + b.height) / 2
    ]


@pytest.mark.parametrize("name", ["wide", "narrow"])
def test_cards_do_not_overlap_and_hold_their_labels(name: str) -> None:
    picture = pictures(partners())[name]
    assert picture.cards
    assert overlaps(picture) == []
    for place in picture.places:
        for label in filter(None, place.label):
            lines = label.split("\n")
            assert max(text_width(line, picture.font) for line in lines) <= place.width
            assert len(lines) * picture.font * 1.2 <= place.height
    for heading in picture.headings:
        for place in picture.places:
            inside = abs(place.x - heading.x) < place.width / 2
            assert not (inside and abs(place.y - heading.y) < place.height / 2), heading


def test_columns_read_like_the_table() -> None:
    network = partners()
    places = pictures(network)["wide"].places
    by_kind: dict[str, list[tuple[float, Node]]] = {}
    for node, place in zip(network.nodes, places, strict=True):
        by_kind.setdefault(node.kind.label("en"), []).append((place.y, node))
    order = {kind: [n.key for _, n in sorted(found, key=lambda f: f[0])]
             for kind, found in by_kind.items()}  # fmt: skip
    assert order["stance"] == ["catch-up", "cooperation-convergence", "leading"]
    assert order["technology"] == [
        "artificial-intelligence", "quantum", "space-aeronautics", "advanced-bio", "nuclear",
        "semiconductor", "secondary-battery", "next-generation-communication",
    ]  # fmt: skip
    countries = [n.country.key if n.country else "" for _, n in
                 sorted(by_kind["organisation"], key=lambda f: f[0])]  # fmt: skip
    changes = sum(a != b for a, b in pairwise(countries))
    assert changes == len(set(countries)) - 1, "a country stands in one group"
    columns = {kind: {places[network.nodes.index(n)].x for _, n in found}
               for kind, found in by_kind.items()}  # fmt: skip
    assert all(len(xs) == 1 for xs in columns.values())
    assert max(columns["stance"]) < max(columns["technology"]) < max(columns["organisation"])


def test_edges_of_cards_end_at_the_sides_that_face_each_other() -> None:
    network = partners()
    picture = pictures(network)["wide"]
    for edge, (ax, ay, bx, by) in zip(network.edges, picture.ends, strict=True):
        for end, x, y in ((edge.source, ax, ay), (edge.target, bx, by)):
            place = picture.places[end]
            assert abs(abs(x - place.x) - place.width / 2) < 0.2
            assert abs(y - place.y) < place.height / 2
        assert (ax < bx) == (picture.places[edge.source].x < picture.places[edge.target].x)
    assert len(set(picture.ends)) == len(picture.ends), "no two edges lie on each other"


def test_forces_keep_labels_apart() -> None:
    picture = pictures(project(shipped_store(), "partner-overlap"))["wide"]
    assert overlaps(picture, slack=1.0) == []
    assert pictures(ring(30)) == pictures(ring(30))


def test_parallel_edges_are_drawn_apart() -> None:
    kind = Named("urn:k", pair("k", "k"))
    nodes = (Node("urn:a", pair("a", "a"), kind), Node("urn:b", pair("b", "b"), kind))
    edges = (Edge(0, 1, kind), Edge(0, 1, kind), Edge(1, 0, kind), Edge(0, 0, kind))
    data = data_of(render(Network("n", pair("n", "n"), nodes, edges)))
    assert [edge.get("curve", 0) for edge in data["edges"]] == [1, 2, 3, 0]


def test_colour_is_the_stance_and_dash_the_status() -> None:
    network = partners()
    style = style_of(network)
    tone = {node.key: style.node_tones[i] for i, node in enumerate(network.nodes)}
    assert tone["quantum"] == tone["catch-up"] != tone["leading"] == tone["semiconductor"]
    assert all(style.dashed)
    assert len({node.key for node, _ in style.stances}) == 3


def test_a_stance_called_the_same_looks_the_same_and_two_are_no_colour() -> None:
    """Where several plans speak, a technology that one wants to lead and another to catch up in
    has the colour of neither."""
    stance, takes = (Named(f"{COOP}{name}", pair(name, name)) for name in ("Stance", "takesStance"))
    technology = Named(f"{COOP}Technology", pair("technology", "technology"))
    named = {"catch-up": "catch up", "leading": "lead", "other-catch-up": "catch up"}
    nodes = [Node(f"{ID}stance/{key}", pair(said, said), stance) for key, said in named.items()]
    nodes += [Node(f"{ID}technology/{key}", pair(key, key), technology) for key in "abc"]
    ends = [(3, 0), (4, 2), (5, 1), (5, 2), (3, 2)]
    edges = tuple(Edge(source, target, takes) for source, target in ends)
    tones = style_of(Network("n", pair("n", "n"), tuple(nodes), edges)).node_tones
    catch_up, lead, other, one, two, both = tones
    assert catch_up == other == one == two != lead
    assert both == NEUTRAL not in (catch_up, lead)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_text_on_each_tone_can_be_read() -> None:
    pairs: Iterable[tuple[str, str]] = (p for t in TONES for p in (t[:2], t[2:]))
    assert all(contrast(*pair) >= 4.5 for pair in pairs)


def test_the_page_says_each_word_in_each_language() -> None:
    known = words("view", languages())
    assert all(text for texts in known.values() for text in texts)
    page = render(partners(), "ko")
    used = set(re.findall(r'data-label="([^"]+)"', page))
    assert used
    assert used <= set(known)
    own = "".join(path.read_text(encoding="utf-8") for path in MODULES.rglob("*.js"))
    asked = set(re.findall(r'\bword\(\s*"([a-z-]+)"', own)) | set(
        re.findall(r'data-(?:word|hint|label)="([^"]+)"', page)
    )
    assert len(asked) > 60
    assert asked <= set(known), "the scripts ask for no word that is not there"


def test_what_is_known_of_an_edge_is_in_the_page() -> None:
    network = project(shipped_store(), "budgets")
    data = data_of(render(network))
    page = data["page"]
    for edge, told in zip(network.edges, data["edges"], strict=True):
        facts = {page["attributes"][int(i)][0]: v for i, v in told.get("facts", {}).items()}
        assert set(facts) == set(edge.attributes)
        for name, value in edge.attributes.items():
            if isinstance(value, Named):
                assert page["values"][facts[name][0]] == [value.key, *labels(value), value.iri]
            else:
                assert facts[name] == value
        evidence = [page["evidence"][i] for i in told.get("evidence", [])]
        assert [(e[1 + EN], e[1 + KO]) for e in evidence] == [
            (e.place.get("en", ""), e.place.get("ko", "")) for e in edge.evidence
        ]  # where one is empty, the script shows the other with its tag
        passages = [e.passage for e in edge.evidence if e.passage]
        many = 1 + len(languages())
        assert [e[many:] for e in evidence if len(e) > many] == [
            [p.start, p.end, p.span_sha256] for p in passages
        ]
        assert {page["sources"][e[0]][many + 1] for e in evidence if len(e) > many} == {
            p.text_sha256 for p in passages
        }


def test_drawing_leaves_the_network_and_its_graph_as_they_are() -> None:
    network = partners()
    graph = network.to_networkx()
    before = (repr(network.nodes), repr(network.edges), repr(sorted(graph.edges(data=True))))
    render(network)
    render(network, "ko")
    assert before == (repr(network.nodes), repr(network.edges),
                      repr(sorted(network.to_networkx().edges(data=True))))  # fmt: skip
    assert repr(sorted(graph.edges(data=True))) == before[2]


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "returned no results"), ("ko", "표시할 내용이 없습니다")]
)
def test_an_empty_network_says_so(lang: str, said: str) -> None:
    page = render(EMPTY, lang)
    assert said in page
    assert "<table>" not in page


def test_a_large_network_is_there_in_columns() -> None:
    data = data_of(render(ring(1501)))
    assert data["nodes"] == []
    counts = data["overview"]["counts"]
    assert (counts["nodes"], counts["edges"]) == (1501, 1501)
    assert 1 < counts["communities"] < 1501
    assert "overview" not in data_of(render(ring(1500)))


def test_scripts_are_small_and_strict() -> None:
    modules = list(MODULES.rglob("*.js"))
    assert len(modules) > 30
    for path in modules:
        assert len(path.read_text(encoding="utf-8").splitlines()) < 300, path.name
    assert '"use strict";' in render(EMPTY)


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(UsageError, match="known: en, ja, ko"):
        render(EMPTY, "fr")


def test_a_notebook_gets_a_frame_with_the_whole_page() -> None:
    shown = view(hostile_network())
    frame = shown._repr_html_()
    assert frame.startswith("<iframe")
    assert frame.count("<") == 2
    source = re.search(r'srcdoc="([^"]*)"', frame)
    assert source
    assert html.unescape(source[1]) == shown.html
    assert "allow-same-origin" not in frame


def test_saving_writes_utf8_or_nothing(tmp_path: Path) -> None:
    shown = view(partners(), lang="ko")
    path = shown.save(tmp_path / "view.html")
    assert path.read_bytes() == shown.html.encode("utf-8")
    with pytest.raises(FileUnwritable):
        shown.save(tmp_path / "none" / "view.html")
    assert [path.name for path in tmp_path.iterdir()] == ["view.html"]


@pytest.mark.parametrize("name", projection_names())
def test_each_attribute_that_is_shown_has_words(name: str) -> None:
    """In each language that has all words; a further one falls back, and says so."""
    shown = {key for edge in project(shipped_store(), name).edges for key in edge.attributes}
    assert {key for key in shown - {"position"} if not find(f"attribute.{key}", "en")} == set()
    assert {key for key in shown - {"position"} if not find(f"attribute.{key}", "ko")} == set()
