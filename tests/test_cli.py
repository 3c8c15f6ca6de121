"""The command line as a user meets it: verbs, help, formats, messages and exit codes."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from command_line import Ran, process
from network_stores import ARTICLE

from coopgraph import __version__
from coopgraph.cli import cli, run
from coopgraph.formats.csv import BYTE_ORDER_MARK
from coopgraph.queries import load_question, question_names

VERBS = sorted(cli.commands)
CONTRACT = [
    "build",
    "check",
    "sources",
    "questions",
    "query",
    "search",
    "show",
    "network",
    "view",
    "export",
]
Command = Callable[..., Ran]


@pytest.fixture
def coopgraph(
    store_folder: Path, capsysbinary: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Command:
    """The command in this process, over the shipped data, in a folder of its own."""
    monkeypatch.setenv("COOPGRAPH_STORE", str(store_folder))
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsysbinary.readouterr()
        code = run(list(arguments))
        out, err = capsysbinary.readouterr()
        return Ran(code, out, err)

    return command


def table(ran: Ran) -> list[list[str]]:
    assert (ran.code, ran.err) == (0, b"")
    return list(csv.reader(io.StringIO(ran.out.decode(), newline="")))


def test_the_verbs_are_those_of_the_contract() -> None:
    assert set(CONTRACT) <= set(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example_and_takes_a_store(
    coopgraph: Command, verb: str
) -> None:
    for option in ("--help", "-h"):
        ran = coopgraph(verb, option)
        assert (ran.code, ran.err) == (0, b"")
        assert re.search(rf"Examples?:\s+.*coopgraph\s+{verb}\b", ran.out.decode(), re.DOTALL)
        assert (b"--store" in ran.out) is (verb not in {"template", "upgrade-tables"})
    assert all(len(line) <= 80 for line in ran.out.decode().splitlines())


@pytest.mark.parametrize("verb", VERBS)
def test_every_option_is_explained(verb: str) -> None:
    for parameter in cli.commands[verb].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


def test_verbs_that_ask_share_their_options() -> None:
    reading = {"scenario", "store", "timeout_s"}
    for verb in ("query", "search", "show", "cite", "measure", "network", "brief", "export"):
        names = {parameter.name for parameter in cli.commands[verb].params}
        assert reading <= names, verb
    for verb in ("questions", "query", "search", "show", "cite", "measure", "network", "sources"):
        names = {parameter.name for parameter in cli.commands[verb].params}
        assert {"lang", "format_", "output"} <= names, verb


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_documented(root: Path, verb: str) -> None:
    readme = (root / "README.md").read_text(encoding="utf-8")
    assert re.search(rf"^\| `{verb}\b", readme.partition("## Verbs")[2], re.MULTILINE)


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_the_help_lists_every_verb(coopgraph: Command, arguments: list[str]) -> None:
    ran = coopgraph(*arguments)
    assert (ran.code, ran.err) == (0, b"")
    assert [v for v in VERBS if f"\n  {v} " not in ran.out.decode()] == []
    assert b"Start with: coopgraph build" in ran.out


def test_version(coopgraph: Command) -> None:
    assert coopgraph("--version") == Ran(0, f"coopgraph, version {__version__}\n".encode(), b"")


@pytest.mark.parametrize("name", ["partners", "partner-load", "modes"])
def test_a_named_question_in_both_languages(coopgraph: Command, name: str) -> None:
    english = table(coopgraph("query", name, "--plan", ARTICLE, "--format", "csv"))
    korean = table(coopgraph("query", name, "--plan", ARTICLE, "--format", "csv", "--lang", "ko"))
    question = load_question(name)
    named = [column.name for column in question.columns]
    entities = [f"{column.name}_iri" for column in question.columns if column.is_entity]
    assert english[0] == korean[0] == named + entities
    assert len(english) == len(korean) >= question.rows + 1
    assert re.search("[가-힣]", str(korean[1]))
    assert not re.search("[가-힣]", str(english[1]))


def test_a_file_and_standard_input(coopgraph: Command, tmp_path: Path) -> None:
    text = "SELECT ?t { ?t a coop:Technology } ORDER BY ?t LIMIT 3"
    (tmp_path / "my.rq").write_text(text, encoding="utf-8")
    (tmp_path / "my.sparql").write_text("\ufeff" + text, encoding="utf-8")
    ran = coopgraph("query", "my.rq")
    assert (ran.code, ran.err) == (0, b"")
    assert b"(3 rows)" in ran.out
    assert coopgraph("query", "my.sparql") == ran
    assert coopgraph("query", str(tmp_path / "my.sparql")) == ran
    assert coopgraph("query", "-", stdin=text.encode()) == ran
    assert coopgraph("query", "-", stdin=b"\xef\xbb\xbf" + text.encode()) == ran


def test_a_file_may_declare_columns_and_parameters(coopgraph: Command, tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_text(
        "# en: Who?\n# column who: coop:Organisation; who; 누구\n"
        "SELECT ?who { ?who a coop:Organisation ; coop:country ?c } ORDER BY ?who",
        encoding="utf-8",
    )
    asked = coopgraph("query", "q.rq", "-p", "who=매사추세츠공과대학교", "--format", "tsv")
    assert asked.out.decode() == (
        "who\twho_iri\nMassachusetts Institute of Technology\t"
        "https://w3id.org/coopgraph/id/organisation/mit\n"
    )


@pytest.mark.parametrize("name", question_names())
def test_numbers_and_truth_values_stay_what_they_are(coopgraph: Command, name: str) -> None:
    question = load_question(name)
    given = [f"-p{n}=quantum" for n, c in question.parameters.items() if c.required]
    rows = json.loads(coopgraph("query", name, *given, "--format", "json").out)
    kinds = {"xsd:boolean": bool, "xsd:integer": int, "xsd:gYear": int}
    for column in question.columns:
        values = [row[column.name] for row in rows if row[column.name] is not None]
        if column.type in kinds:
            assert {type(v) for v in values} <= {kinds[column.type]}, column.name
        elif column.type == "xsd:decimal":
            assert {type(v) for v in values} <= {int, float}, column.name
        elif column.type == "xsd:date":  # as precise as the source: a year is a number
            assert {type(v) for v in values} <= {str, int}, column.name
        else:
            assert {type(v) for v in values} <= {str}, column.name
    assert len(rows) >= question.rows


@pytest.mark.parametrize("format_", ["json", "xml", "csv", "tsv"])
def test_raw_is_written_as_it_comes(
    coopgraph: Command, store_folder: Path, tmp_path: Path, format_: str
) -> None:
    from coopgraph.queries import raw
    from coopgraph.store import Store

    ran = coopgraph("query", "partners", "--raw", "--format", format_, "--lang", "ko")
    assert ran == Ran(0, raw(Store.open(store_folder), load_question("partners"), {}, format_), b"")
    asked = coopgraph("query", "partners", "--raw", "--format", format_, "-p", "country=us")
    assert 0 < len(asked.out) < len(ran.out)
    file = tmp_path / f"raw.{format_}"
    coopgraph("query", "partners", "--raw", "--format", format_, "-o", str(file))
    assert file.read_bytes() == ran.out


def test_a_format_has_the_names_that_the_server_takes(coopgraph: Command) -> None:
    asked = (*("query", "-", "--raw", "--format"), b"CONSTRUCT WHERE { ?s a coop:Stance ; ?p ?o }")
    short, long = (coopgraph(*asked[:4], each, stdin=asked[4]) for each in ("ttl", "turtle"))
    assert short == long
    assert short.code == 0


@pytest.mark.parametrize(
    "verb", [("query", "partners"), ("network", "technology-partners"), ("sources",)]
)
def test_a_csv_file_has_a_byte_order_mark_and_standard_output_none(
    coopgraph: Command, tmp_path: Path, verb: tuple[str, ...]
) -> None:
    file = tmp_path / "made.csv"
    shown = coopgraph(*verb, "--format", "csv").out
    assert shown == coopgraph(*verb, "--format", "csv", "-o", "-").out
    assert coopgraph(*verb, "-o", str(file)).code == 0
    assert file.read_bytes() == BYTE_ORDER_MARK + shown
    assert not shown.startswith(BYTE_ORDER_MARK)


def test_what_a_format_cannot_hold_is_one_line(coopgraph: Command, tmp_path: Path) -> None:
    file = tmp_path / "made"
    for format_, text, told in (
        ("jsonld", "CONSTRUCT { <e:s> <e:p> <<( <e:a> <e:b> 1 )>> } {}", b"JSON-LD cannot hold a "),
        ("xml", 'SELECT ("a\\u0001" AS ?a) {}', b"XML cannot hold 'a\\x01'; choose json"),
    ):
        ran = coopgraph(
            *("query", "-", "--raw", "--format", format_, "-o", str(file)), stdin=text.encode()
        )
        assert (ran.code, ran.out, ran.err.count(b"\n")) == (2, b"", 1)
        assert ran.err.startswith(b"coopgraph: " + told)
        assert not file.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["frob"], "No such command 'frob'; see: coopgraph --help"),
        (["qurey"], "No such command 'qurey'.*query.*; see: coopgraph --help"),
        (["--frob"], "No such option '?--frob'?; see: coopgraph --help"),
        (["query"], "Missing argument .*; see: coopgraph query --help"),
        (["query", "modes", "--frmat", "csv"], "No such option '?--frmat'?.*--format"),
        (["query", "modes", "--format", "jsn"], "unknown format 'jsn'; did you mean json"),
        (["query", "modes", "--format", "xml"], "unknown format 'xml'; known: csv, json, table"),
        (["query", "modes", "--raw", "--format", "tabl"], "unknown format 'tabl'; known: csv"),
        (["query", "modes", "--lang", "fr"], "'fr' is not one of 'en', 'ja', 'ko'"),
        (["query", "mods"], "unknown question 'mods'; did you mean .*modes"),
        (
            ["query", "예산"],
            r"did you mean budget-changes .* or budget-lines \(예산 항목",
        ),
        (["query", "SELECT * { ?s ?p ?o }"], "standard input: coopgraph query -"),
        (["query", "partners", "-p", "technology"], "'technology' is not name=value; write -p"),
        (["query", "partners", "-p", "=quantum"], "is not name=value"),
        (["query", "partners", "-p", "technology= "], "is not name=value"),
        (["query", "partners", "-p", "partner=mit", "-p", "partner=nasa"], "'partner' is given tw"),
        (["query", "partners", "-p", "technolgy=quantum"], "no parameter 'technolgy'; did you m"),
        (["query", "partners", "-p", "technology=quantm"], "mean Quantum .quantum."),
        (["query", "evidence"], "needs the parameter 'about'; add -p about="),
        (["query", "partners", "--store", "https://a:b@example.org/"], "credentials do not belong"),
        (["search"], "Missing argument 'TEXT'"),
        (["search", "a", "b"], "unexpected extra argument"),
        (["search", "a", "--limit", "0"], "0 is not in the range"),
        (["show", "quantun"], "no entity is called 'quantun'; did you mean Quantum .quantum."),
        (["show", "xyzxyzxyz"], "'xyzxyzxyz'; find it with: coopgraph search"),
        (["show", "id:technology/quantun"], "nothing is known of 'id:technology/quantun'"),
        (["export", "--format", "trg"], "unknown format 'trg'; did you mean trig"),
        (["sources", "--format", "x"], "unknown format 'x'; known: "),
        (["questions", "--format", "cvs"], "unknown format 'cvs'; did you mean csv"),
    ],
)
def test_a_request_that_cannot_be_understood(
    coopgraph: Command, arguments: list[str], message: str
) -> None:
    ran = coopgraph(*arguments)
    assert (ran.code, ran.out) == (2, b"")
    assert re.search(message, ran.message), ran.message


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["query", "missing.rq"], "missing.rq: the query cannot be read: No such file"),
        (["query", "./"], "the query cannot be read: Is a directory"),
        (["query", "modes", "--store", "nowhere"], "nowhere: there is no store here; run: "),
        (["show", "mit", "--store", "/dev/null"], "/dev/null: "),
    ],
)
def test_facts_that_are_not_as_they_must_be(
    coopgraph: Command, arguments: list[str], message: str
) -> None:
    ran = coopgraph(*arguments)
    assert (ran.code, ran.out) == (1, b"")
    assert message in ran.message


def test_a_query_in_another_encoding(coopgraph: Command, tmp_path: Path) -> None:
    text = 'SELECT ("한국" AS ?x) {}'.encode("euc-kr")
    (tmp_path / "old.rq").write_bytes(text)
    assert (
        "old.rq: the query cannot be read: it is not UTF-8" in coopgraph("query", "old.rq").message
    )
    ran = coopgraph("query", "-", stdin=text)
    assert (ran.code, ran.out) == (1, b"")
    assert "standard input: the query is not UTF-8" in ran.message


def test_search_and_show(coopgraph: Command) -> None:
    found = table(coopgraph("search", "매사추세츠", "--format", "csv", "--lang", "ko"))
    assert found[0] == ["entity", "kind", "key", "matched", "why", "entity_iri", "kind_iri"]
    assert found[1][:3:2] == ["매사추세츠공과대학교", "mit"]
    shown = coopgraph("show", "mit", "--lang", "ko")
    assert "매사추세츠공과대학교" in shown.out.decode()
    assert coopgraph("show", "매사추세츠공과대학교", "--lang", "ko") == shown
    once = coopgraph("show", "rank-2022-secondary-battery-kr").out.decode()
    assert "2,022" not in once
    assert [once.count(text) for text in ("rank 2022: 1 (place)", "2022 순위")] == [1, 1]
    title = "National Strategic Technology Nurture Plan "  # the source's own label is another
    dated = coopgraph("show", "strategic-technology-plan").out.decode().splitlines()
    assert len([line for line in dated if line.startswith("out") and title in line]) == 1
    assert len([line for line in dated if "  2022  " in line]) == 1
    nothing = coopgraph("search", "zzzz")
    assert (nothing.code, nothing.err) == (0, b"")
    assert nothing.out.endswith(b"(0 rows)\n")


def test_what_is_left_off_is_said_beside_the_data(coopgraph: Command) -> None:
    whole = coopgraph("show", "quantum", "-p", "top=1000", "--format", "json")
    assert (whole.code, whole.err) == (0, b"")
    ran = coopgraph("show", "quantum", "-p", "top=1", "--format", "json")
    rows, everything = json.loads(ran.out), json.loads(whole.out)
    assert 0 < len(rows) < len(everything)
    said = ran.err.decode().splitlines()
    assert said[0].startswith(
        f"showing at most 1 rows per property: {len(rows)} of {len(everything)}; top="
    )
    assert "Quantum" in coopgraph("show", "quantum", "-p", "top=1").out.decode()
    missing = coopgraph("show", "quantum", "-p", "about=mit")
    assert missing.code == 2


def test_lists(coopgraph: Command) -> None:
    assert [row[0] for row in table(coopgraph("questions", "--format", "csv"))[1:]] == (
        question_names()
    )
    graphs = table(coopgraph("sources", "--format", "csv"))
    assert {"article", "ontology", "derived/reconciliation"} <= {row[0] for row in graphs}


def test_check_reports_and_writes_nothing(coopgraph: Command, store_folder: Path) -> None:
    before = sorted(p.stat().st_mtime_ns for p in store_folder.rglob("*") if p.is_file())
    ran = coopgraph("check")
    assert (ran.code, ran.err) == (0, b"")
    assert b"SHACL: 0 violations" in ran.out
    assert b"reconciliation: " in ran.out
    assert sorted(p.stat().st_mtime_ns for p in store_folder.rglob("*") if p.is_file()) == before


def test_networks_and_views(coopgraph: Command, tmp_path: Path) -> None:
    graphml = coopgraph("network", "technology-partners", "--plan", ARTICLE)
    assert (graphml.code, graphml.err) == (0, b"")
    assert b"<graphml" in graphml.out
    assert json.loads(coopgraph("network", "technology-partners", "--format", "json").out)
    limited = coopgraph("network", "plan-and-practice", "--plan", ARTICLE, "--format", "csv")
    assert limited.code == 0
    assert limited.err.startswith(b"Limited by top=10, for each technology")
    view = coopgraph(
        "view", "technology-partners", "--plan", ARTICLE, "--lang", "ko", "-o", "view.html"
    )
    assert (view.code, view.out) == (0, b"")
    assert "view.html" in view.err.decode()
    assert "양자" in (tmp_path / "view.html").read_text(encoding="utf-8")
    listed = coopgraph("view", "--list")
    assert b"technology-partners" in listed.out
    for verb in ("network", "view"):
        ran = coopgraph(verb, "technology-partner")
        assert (ran.code, ran.out) == (2, b"")
        assert "did you mean technology-partners" in ran.message


def test_the_main_path_as_a_process(tmp_path: Path) -> None:
    built = process("build", cwd=tmp_path)
    assert (built.code, built.err) == (0, b"")
    assert b" triples in " in built.out
    ask = ("query", "partners", "--plan", ARTICLE, "-p", "technology=양자", "--lang", "ko")
    asked = process(*ask, cwd=tmp_path)
    assert (asked.code, asked.err) == (0, b"")
    assert "취리히연방공과대학교" in asked.out.decode()
    assert process("export", cwd=tmp_path).out.count(b"\n") > 10_000
    failed = process("query", "partners", "-p", "technology=양자역학", cwd=tmp_path)
    assert (failed.code, failed.out) == (2, b"")
    assert "'양자역학'" in failed.message
