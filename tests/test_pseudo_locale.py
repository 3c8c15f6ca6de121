"""A language that is only a file: no page says anything in another one, but for what comes from
data, which is known by its IRI."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pseudo_locale
import pytest
from page_server import BASE, get, serving

from coopgraph.brief.model import BRIEFS
from coopgraph.i18n.languages import FOLDER
from coopgraph.measures.dependence import WITHDRAWAL
from coopgraph.network.model import NETWORKS
from coopgraph.network.projection import projection_names
from coopgraph.queries import question_names
from coopgraph.queries.answer import ANSWERS
from coopgraph.store import Store
from coopgraph.view.charts import chart_names
from coopgraph.vocabulary import shrink

LANG = pseudo_locale.LANG
SHOWN = ("title", "aria-label", "placeholder", "alt", "value")
#: Elements whose text is code, or no text.
CODE = {"code", "pre", "script", "style", "textarea"}
VOID = {"input", "link", "meta", "br", "img", "path", "rect", "circle", "line", "hr"}
ROOTS = (("/id/", f"{BASE}id/"), ("/graph/", f"{BASE}graph/"), ("/ns#", f"{BASE}ns#"))
#: A word: letters that stand together.
WORD = re.compile(r"[^\W\d_]{2,}")
ADDRESS = re.compile(r"(?:https?:/|\b[\w-]+(?:\.[\w-]+)+)?/\S+")
#: What formats are called.
FORMATS = {"VoID", "Turtle", "Triples", "Quads", "LD", "GraphML"} | {
    word
    for family in (NETWORKS, ANSWERS, BRIEFS)
    for each in family.files
    for word in (each.name, each.name.upper(), each.title, each.extension.upper())
}
OURS = re.compile(r"⟦[^⟦⟧]*(?:⟧|$)")


class Page(HTMLParser):
    """Each text that people read on a page, with the IRIs of the elements that it stands in."""

    def __init__(self, text: str) -> None:
        super().__init__()
        #: with the IRIs of each element and of those around it
        self.open: list[tuple[str, dict[str, str], frozenset[str]]] = []
        self.texts: list[tuple[str, frozenset[str]]] = []
        self.literals: set[str] = set()  #: what the page marks as a value of the data
        self.drawn: set[str] = set()
        self.iris: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        own = frozenset(iris_of(given))
        self.open.append((tag, given, own | (self.open[-1][2] if self.open else own)))
        self.iris |= own
        if "lang" not in given or given["lang"] == LANG:
            for name in SHOWN:
                if given.get(name) and not (name == "value" and tag != "button"):
                    self.add(given[name])
        if tag in VOID:
            self.open.pop()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(tag in CODE for tag, *_ in self.open):
            self.add(data)

    def add(self, text: str) -> None:
        tongues = [given["lang"] for _, given, _ in self.open if "lang" in given]
        if any(tag == "metadata" for tag, *_ in self.open):
            return
        iris: frozenset[str] = self.open[-1][2] if self.open else frozenset()
        if any(tag == "svg" for tag, *_ in self.open) and not iris:
            self.drawn.add(" ".join(text.split()))  # a label may be drawn in several lines
        elif " ".join(text.split()) and (not tongues or tongues[-1] == LANG):
            self.texts.append((" ".join(text.split()), iris))
            if self.open[-1][1].get("class") == "literal":
                self.literals.add(text)


def iris_of(given: dict[str, str]) -> Iterator[str]:
    """The IRIs that an element is about: where it leads, its title, its mark."""
    for name in ("href", "title", "data-iri"):
        value = given.get(name, "")
        path = urlsplit(value)
        for root, base in ROOTS:
            address = path.path + (f"#{path.fragment}" if path.fragment else "")
            if address.startswith(root):
                yield base + unquote(address.removeprefix(root))
        yield from (iri for iri in value.split() if iri.startswith(("http://", "https://")))


@pytest.fixture(scope="module")
def served(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("locale")
    pseudo_locale.write(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDER, str(folder))
        with serving(store_folder, "--timeout-s", "600") as address:
            yield address


@pytest.fixture(scope="module")
def store(store_folder: Path) -> Store:
    return Store.open(store_folder)


def said_of(store: Store, iris: set[str]) -> dict[str, set[str]]:
    """Every literal that the store says of each of these, and its short form."""
    said = {iri: {shrink(iri)} for iri in iris}
    values = " ".join(f"<{iri}>" for iri in iris if not re.search(r'[<>"{}|^`\\\s]', iri))
    for iri, literal in store.select(
        f"SELECT ?s ?o {{ VALUES ?s {{ {values} }} ?s ?p ?o FILTER(isLiteral(?o)) }}"
    ):
        said[iri.value].add(" ".join(literal.value.split()))
    return said


@cache
def literals(store: Store) -> set[str]:
    rows = store.select("SELECT DISTINCT ?o { ?s ?p ?o FILTER(isLiteral(?o)) }")
    return {row[0].value for row in rows}


def said_by(store: Store, texts: set[str]) -> set[str]:
    """Those of these that are a literal of the store."""
    return {" ".join(text.split()) for text in texts & literals(store)}


def foreign(store: Store, html: str, given: str = "") -> list[str]:
    """The texts of a page that are neither of the language nor said in data of an IRI there."""
    page = Page(html)
    names = {"coopgraph", "SPARQL", "HTTP", "en", "ko", "[en]", "[ko]", *given.split(), *FORMATS}
    names |= {
        word for column in WITHDRAWAL for word in column.split("_")
    }  # names, without [heading]
    said = said_of(store, page.iris)
    shown = [(text.replace(" [en]", ""), iris) for text, iris in page.texts]
    joined = {part for text, _ in shown for mark in ("; ", " – ") for part in runs(text, mark)}
    told = set().union(*said.values()) | said_by(store, page.literals | joined)
    known = dict.fromkeys(sorted(told, key=len, reverse=True))
    drawn = [text for text in page.drawn if not is_piece(store, text)]
    return drawn + [text for text, iris in shown if not is_known(text, iris, said, known, names)]


def is_piece(store: Store, text: str) -> bool:
    """Whether what is drawn is of the language, or a piece of what the data say."""
    text = text.replace("\u2011", "-").replace("[en]", " ")
    rest = re.sub(r"^[^⟦⟧]*⟧", " ", OURS.sub(" ", text))
    rest = re.sub(r"\S*[^\x00-\x7f–…]\S*", " ", rest)  # a word of the language
    parts = [part.strip(" …") for part in re.split(r" – |:|\(|\)", rest) if WORD.search(part)]
    unsaid = [part for part in parts if not any(part in each for each in literals(store))]
    return not unsaid


def runs(text: str, mark: str) -> Iterator[str]:
    """What may have been joined by a mark that stands in a part, too."""
    parts = text.split(mark)
    for first in range(len(parts)):
        yield from (mark.join(parts[first : last + 1]) for last in range(first, len(parts)))


def is_known(
    text: str,
    iris: frozenset[str],
    said: dict[str, set[str]],
    known: dict[str, None],
    names: set[str],
) -> bool:
    """Whether a text says nothing but what the language does, or data of the IRIs."""
    rest = text
    while OURS.search(rest):
        rest = OURS.sub(" ", rest)
    rest = ADDRESS.sub(" ", rest).replace("- ", "-")  # a line may end in a hyphen
    if not WORD.search(rest) or text in known:
        return True
    own = set().union(*(said[iri] for iri in iris))
    parts = filter(str.strip, re.split(r"[:;,…\[\]()–]", rest))
    if own and all(p.strip() in known or any(p.strip() in each for each in own) for p in parts):
        return True  # a label, or a line of one
    for each in known:
        rest = rest.replace(each, " ")
    return all(word in names for word in WORD.findall(rest))


PAGES = (
    *("/", "/questions", "/networks", "/query", "/ns", "/search?q=quantum", "/search?q=zzzz"),
    *("/id/technology/quantum", "/id/organisation/mit", "/id/country/us", "/id/source/article"),
    *("/id/event/strategy-2024", "/graph/article", "/id/nothing/here", "/nosuch"),
    *("/questions/nosuch", "/questions/partners?technology=zzz", "/networks/nosuch"),
    *("/brief/quantum", "/brief/us", "/brief/mit", "/brief/msit"),
    *(f"/chart/{name}" for name in chart_names()),
    *(f"/questions/{name}" for name in question_names()),
)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_nothing_in_another_language(served: str, store: Store, path: str) -> None:
    got = get(served, f"{path}{'&' if '?' in path else '?'}lang={LANG}")
    assert "⟦" in got.text
    assert foreign(store, got.text, " ".join(re.split(r"[/?=]", path))) == []


@pytest.mark.parametrize("name", projection_names())
def test_a_network_says_nothing_in_another_language(served: str, store: Store, name: str) -> None:
    """What the page itself says, and in its data each text of ours."""
    html = get(served, f"/networks/{name}?lang={LANG}").text
    assert foreign(store, html, name) == []
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert found
    page = json.loads(found[1])["page"]
    at, many = page["languages"].index(LANG), len(page["languages"])
    ours = {name: texts[at] for name, texts in page["words"].items()}
    ours |= {"title": page["titles"][at]}
    ours |= {str(texts): texts[at] for texts in page["notes"]}
    ours |= {row[0]: row[1 + at] for row in page["charts"]}
    named = {row[0]: row[1 + at] for row in page["attributes"] if not row[1 + many]}
    ours |= {name: text for name, text in named.items() if text != name}
    assert {name: text for name, text in ours.items() if "⟦" not in text} == {}
    for picture in page["pictures"].values():
        for _, _, *texts, _is_column in picture["headings"]:
            # A country's heading is data, which has no label in the language.
            countries = {row[1] for row in page["values"] if "/country/" in row[1 + many]}
            assert "⟦" in texts[at] or (not texts[at] and texts[0] in countries)
