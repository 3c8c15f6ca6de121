"""What version 0.1 left behind is still read: a store, tables, answers, saved addresses."""

from __future__ import annotations

import json
import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest
from conftest import made_once
from ledgers import without_revisions
from view_pages import Opened, a_browser, opening  # noqa: F401

from coopgraph import open as open_graph
from coopgraph.compiler import build
from coopgraph.compiler.compiler import counted_by_pairs
from coopgraph.errors import StoreOutdated
from coopgraph.i18n import unmarked
from coopgraph.network import Network
from coopgraph.queries import load_question
from coopgraph.queries.answer import ANSWERS
from coopgraph.store import Folder
from coopgraph.tables.catalogue import TABLES
from coopgraph.tables.rows import plan_files, written_rows
from coopgraph.vocabulary import ID, resources

Row = dict[str, Any]

LEFT = Path(__file__).parent / "v0_1"
ADDRESSES: list[dict[str, Any]] = json.loads((LEFT / "addresses.json").read_text())
#: What a page tells of itself; its wording apart.
STATE = """() => ({
  chosen: document.querySelector('#details h2')?.innerText ?? null,
  lang: document.documentElement.lang,
  theme: document.documentElement.dataset.theme ?? '',
  layout: [...document.querySelectorAll('#layout')].map((select) => select.value),
  search: document.querySelector('#search').value,
  moved: Object.values(network.getPositions())
    .filter(({ x, y }) => location.hash.includes(`at=${x}+${y}+`)).length,
  drawn: ['nodes', 'edges'].map(kind => network.body.data[kind].get()
    .filter(item => typeof item.id === 'number' && !item.hidden).length),
})"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("v0_1")
    for name in ("store", "tables", "answers"):
        with tarfile.open(LEFT / f"{name}.tar.xz") as archive:
            archive.extractall(folder, filter="data")
    return folder


def test_a_store_of_the_old_model_is_refused_by_the_command_that_upgrades_it(
    unpacked: Path,
) -> None:
    with pytest.raises(StoreOutdated, match="coopgraph build") as caught:
        open_graph(unpacked / "store").query("partners")
    assert len(str(caught.value).splitlines()) == 1


def test_works_that_it_counted_by_pairs_are_to_be_imported_again(upgraded_folder: Path) -> None:
    parts = Folder(upgraded_folder).parts()
    (told,) = counted_by_pairs(parts)
    assert told.startswith("import/openalex: ")
    assert "--replace" in told
    assert not list(counted_by_pairs([part for part in parts if part.graph != "import/openalex"]))


@pytest.fixture(scope="module")
def unmended(unpacked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped tables without what was mended since; for reading only."""

    def make(folder: Path) -> None:
        without_revisions(shutil.copytree(unpacked / "data", folder / "old"), folder / "data")

    return made_once(tmp_path_factory, "unmended", make) / "data"


@pytest.mark.parametrize("which", ["shipped", "demo"])
def test_every_question_gives_the_rows_it_gave(
    unpacked: Path, unmended: Path, tmp_path: Path, which: str
) -> None:
    """In the columns that remain, in the same order; of tables in which nothing was mended."""
    if which == "demo":
        shutil.copytree(unpacked / "store", tmp_path / "store")
    build(unmended, tmp_path / "store")
    graph = open_graph(tmp_path / "store")
    files = sorted((unpacked / "answers" / which).glob("*.json"))
    assert len(files) == 98
    for file in files:
        name, lang = file.stem.split(".")
        left = json.loads(file.read_text())
        answer = graph.query(name, lang=lang, **ASKED.get(name, {}))
        given = json.loads(ANSWERS.write(answer, "json"))
        assert rows_of_old(name, given, left) == rows_of_old(name, left, left), file.name
    if which == "demo":
        found = graph.query("observed-partners", technology=NUCLEAR, among="any")
        links = {row["partner"].iri: row["links"] for row in found}  # type: ignore[union-attr]
        assert {body: links.get(body) for body in BROADLY} == BROADLY
        partners = {row["partner"].iri for row in graph.query("observed-partners", among="any")}  # type: ignore[union-attr]
        assert partners & {OFFICE, UNIVERSITY} == {UNIVERSITY}


#: Nodes and edges of networks that have others since: two drafts have a planner, and the framework
#: programmes of the EU are the EU's (decision 0027); a joint call with its planners, and the claims
#: and sources of what came of the plans (0033); further agreements, with what is claimed of them;
#: a body that a register had is curated (0042); a ministry has its name of the time (0044); two
#: institutions are of nuclear energy by a broad match alone (0049); an act that decides no state
#: (0070); acts that decide none, with their sources (0077); stages that agreements came to; the
#: office of a university is the university (0082).
DRAWN = {
    "lang=en&node=action/build-governance": [99, 174],
    "lang=ko&q=%EA%B3%BC%EA%B8%B0&hide-kind=c": [83, 118],
    "lang=en&node=source/article": [536, 516],
    "lang=en&hide-layer=declared": [66, 169],
    "lang=ko&node=organisation/esa&theme=dark": [69, 185],
    "lang=ko&edge=budget-line/boston-bio-budg": [64, 111],
}
#: What has another value, or is new, in the tables since (decision 0027).
CHANGED = {
    "graph-sizes": {"triples"},
    "policy-timeline": {"organisation", "organisation_iri"},
    "who-says": {"claim_iri"},  # what was a stance assignment is a priority (decision 0032)
    # A difference is told of every dimension, what a source leaves out is taken from others, and
    # what is like for like is an interval.
    "disagreements": {"reason", "reason_iri"},
    "growth-disagreements": {"reason", "reason_iri"},
    "reconciliation": {"verdict", "verdict_iri", "recomputed"},
    "check-explanations": {"verdict", "verdict_iri", "explanation"},
    "like-for-like": {"percent"},
    # A field switches no call off (decision 0049).
    "mapping-coverage": {"mapped", "by_close", "by_narrow", "by_broad", "unmapped"},
    # Equals are ranked by IRI, and some bodies are curated since; one alone is told apart.
    "plan-vs-practice": {"rank", "verdict", "verdict_iri"},
}
#: Practice was that of whoever takes part; by default it is the planner's own (decision 0051).
OF_PRACTICE = (
    "plan-vs-practice plan-and-practice observed-partners alternatives collaboration "
    "country-collaboration co-publications"
)
ASKED = {name: {"among": "any"} for name in OF_PRACTICE.split()}
#: What institutions of the demonstration have in nuclear energy since a project that is of it by a
#: broad match alone does not count (decision 0049): one project, or none.
NUCLEAR = "https://w3id.org/coopgraph/id/technology/next-generation-nuclear"
BROADLY = {
    "https://w3id.org/coopgraph/id/organisation/cnrs": 1,
    "https://w3id.org/coopgraph/id/organisation/eth-zurich": None,
    "https://w3id.org/coopgraph/id/organisation/ror-026vcq606": None,
}
#: In the order of IRIs that changed, all of them or those of equals.
REORDERED = {
    "graph-sizes", "who-says", "alternatives", "co-publications", "observed-partners",
    "plan-vs-practice", "like-for-like", "posts",
}  # fmt: skip
#: Lists of everything that is claimed, or for which money is counted.
WHOLE = {"who-says", "budget-lines", "budget-series"}
OF_THE_EU = {
    f"https://w3id.org/coopgraph/id/programme/{name}" for name in ("fp7", "h2020", "horizon-europe")
}


#: The plans whose rows stand in folders: rows about them are no rows of version 0.1.
FURTHER = {
    f"https://w3id.org/coopgraph/id/plan/{row.get('plan') or row['key']}"
    for path in plan_files(resources("data"))
    for row in written_rows(path)
    if row.get("plan") or path.stem == "plans"
}


#: Bodies that were records of a register and are curated since: the IRI that they have now.
CURATED = {
    f"https://w3id.org/coopgraph/id/organisation/ror-{row['exact_match'].rpartition('/')[2]}": (
        f"https://w3id.org/coopgraph/id/organisation/{row['organisation']}"
    )
    for row in written_rows(resources("data") / "identifiers.csv")
    if row["exact_match"]
}


#: What has no label of its own is called by what its cells say, since in other words (decision
#: 0048): such cells are compared by their keys.
MADE = {
    table.path
    for table in TABLES
    if table.classes and not any(c.name == "label" for c in table.columns)
} | {"check", "disagreement", "like-for-like", "stance-assignment"}


#: The office by which a university takes part is the university since (decision 0082).
OFFICE = "https://w3id.org/coopgraph/id/organisation/pic-996513205"
UNIVERSITY = "https://w3id.org/coopgraph/id/organisation/hanyang-university"


def of_university(row: Row) -> Row:
    """A row about the university or its office, as one about the university without its name."""
    if row.get("partner_iri") not in (OFFICE, UNIVERSITY):
        return row
    return {**row, "partner": "", "partner_iri": UNIVERSITY}


def untagged(cell: Any) -> Any:
    """A cell without the tag of a label that is not there in the language asked for: version 0.1
    showed none (decision 34). The IRI of a body that is curated since is that of now."""
    return unmarked(CURATED.get(cell, cell))[0] if isinstance(cell, str) else cell


def rows_of_old(name: str, rows: list[Row], left: list[Row]) -> list[Row]:
    """The rows with the columns that version 0.1 had; without what is known to be otherwise.

    Answers about the world or the store, and `who-says`, which lists every claim, grow with the
    tables: of those, the rows that were there.
    """
    columns = (left[0].keys() if left else set()) - CHANGED.get(name, set())
    apart = OF_THE_EU if name == "programmes" else set()
    rows, left = [*map(of_university, rows)], [*map(of_university, left)]
    before = [{name: untagged(of_old(row, name)) for name in columns} for row in left]
    whole = name in WHOLE or load_question(name).scope in ("world", "store")
    told = [
        ({name: untagged(of_old(row, name)) for name in columns}, row.get("plan_iri") in FURTHER)
        for row in rows
        if apart.isdisjoint(map(str, row.values()))
    ]
    of_then = [old for old, further in told if not further]
    kept = [
        old
        for old, further in told
        if (old in before and old not in of_then if further else not whole or old in before)
    ]
    kept = [
        row
        for row in kept
        if row.get("technology_iri") != NUCLEAR
        or not str(row.get("evidence_iri")).endswith("/projects")
        or row.get("partner_iri") not in BROADLY
    ]
    if name == "like-for-like":  # each source has a row of its own since
        kept = [row for n, row in enumerate(kept) if row not in kept[:n]]
    if name in REORDERED:
        kept.sort(key=lambda row: str(sorted(row.items())))
    return kept


#: Columns that had their currency in their name, and what they are called (decision 0031).
RENAMED = {
    **dict.fromkeys(("amount_krw", "amount_eur"), "amount"),
    "contribution_eur": "contribution",
    **{f"{phase}_krw": phase for phase in ("allocation", "proposal", "approved", "executed")},
}


def of_old(row: Row, name: str) -> object:
    """A cell of a row by the name that its column had."""
    path, _, key = str(row.get(f"{name}_iri")).removeprefix(ID).rpartition("/")
    if path in MADE:
        return key
    if name in row:
        return row[name]
    amount = row[RENAMED[name]]
    assert amount is None or row["currency"] == name[-3:].upper()
    return amount


def test_saved_addresses_are_twenty_over_the_networks() -> None:
    assert len(ADDRESSES) == 20
    assert len({saved["network"] for saved in ADDRESSES}) == 7


@pytest.fixture(scope="module")
def networks(
    unpacked: Path, unmended: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Network]:
    """Those of the demonstration without what was mended and the folders of plans: an address
    restores a view of what there was, and further plans of the country add to its networks."""
    folder = tmp_path_factory.mktemp("networks")
    shutil.copytree(unmended, folder / "data", ignore=shutil.ignore_patterns("plans"))
    shutil.copytree(unpacked / "store", folder / "store")
    build(folder / "data", folder / "store")
    old_graph = open_graph(folder / "store")
    return {
        saved["network"]: old_graph.project(
            saved["network"], **saved["parameters"] | ASKED.get(saved["network"], {})
        )
        for saved in ADDRESSES
    }


@pytest.mark.browser
@pytest.mark.parametrize("saved", ADDRESSES, ids=lambda saved: saved["address"][:40])
def test_a_saved_address_restores_what_it_did(
    opened: Opened, networks: dict[str, Network], saved: dict[str, Any]
) -> None:
    page = opened(networks[saved["network"]], at=saved["address"])
    drawn = DRAWN.get(saved["address"][:40], saved["restored"]["drawn"])
    assert page.evaluate(STATE) == saved["restored"] | {"drawn": drawn}
