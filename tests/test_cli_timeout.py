"""--timeout-s of the verbs that read: one line, exit code 1, nothing half-written."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from command_line import process

from coopgraph.cli import cli

ENDLESS = b"SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
ROWS = b"SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STRLEN(CONCAT(STR(?a), STR(?d))) = 7) }"
READING = ("query", "search", "show", "network", "view", "chart", "measure", "review", "check")


@pytest.mark.parametrize("text", [ENDLESS, ROWS])
@pytest.mark.parametrize("raw", [(), ("--raw", "--format", "json")])
def test_a_query_that_does_not_end_is_ended(
    store_folder: Path, tmp_path: Path, text: bytes, raw: tuple[str, ...]
) -> None:
    output = tmp_path / "answer"
    output.write_text("what was there")
    ran = process(
        *("query", "-", "--timeout-s", "0.7", "-o", str(output), "--store", str(store_folder)),
        *raw,
        stdin=text,
    )
    assert (ran.code, ran.out) == (1, b"")
    assert ran.message.startswith("stopped after 0.7 s, and nothing was written; ")
    assert "--timeout-s" in ran.message
    assert output.read_text() == "what was there"
    assert list(tmp_path.iterdir()) == [output]


def test_a_network_that_does_not_end_is_ended(store_folder: Path, tmp_path: Path) -> None:
    projection = tmp_path / "endless.rq"
    projection.write_text(
        "# en: Everything with everything\n# ko: 모든 것\n# directed: true\n"
        "SELECT ?source (COUNT(*) AS ?target) "
        "{ ?source ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } GROUP BY ?source"
    )
    ran = process(
        *("network", str(projection), "--store", str(store_folder)),
        env={"COOPGRAPH_TIMEOUT_S": "0.7"},
    )
    assert (ran.code, ran.out) == (1, b"")
    assert "stopped after 0.7 s" in ran.message


def test_the_limit_is_told_by_the_environment_and_the_option_goes_before(
    store_folder: Path,
) -> None:
    given = ("query", "-", "--store", str(store_folder))
    short = {"COOPGRAPH_TIMEOUT_S": "0.5"}
    assert "after 0.5 s" in process(*given, stdin=ENDLESS, env=short).message
    for longer in ("60", "0"):
        ran = process(*given, "--timeout-s", longer, stdin=b"ASK {}", env=short)
        assert (ran.code, ran.err) == (0, b"")


@pytest.mark.parametrize("wrong", ["-1", "soon", "nan", "inf", "1e9", ""])
def test_a_limit_that_is_none(store_folder: Path, wrong: str) -> None:
    ran = process(
        *("query", "-", "--store", str(store_folder), "--timeout-s", wrong), stdin=b"ASK {}"
    )
    assert (ran.code, ran.out) == (2, b"")
    assert "timeout-s" in ran.message


@pytest.mark.parametrize("verb", READING)
def test_every_verb_that_reads_has_a_limit(verb: str) -> None:
    shown = CliRunner().invoke(cli, [verb, "--help"])
    assert "--timeout-s" in shown.output
    assert "COOPGRAPH_TIMEOUT_S" in shown.output
