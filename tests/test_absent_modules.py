"""The main job after a plain install, and on a system without the modules of POSIX."""

from __future__ import annotations

import csv
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from absent import EXTRAS, POSIX, without
from command_line import Ran, environment, process
from network_stores import copy_tables
from serving import listening
from starlette.requests import Request

from coopgraph.errors import ExtraMissing
from coopgraph.server.problems import answer_error

ORGANISATION = {
    "key": "my-institute",
    "label_ko": "내 연구소",
    "label_en": "My Institute",
    "kind": "research-institute",
    "country": "kr",
    "source": "coopgraph-reading",
    "locator_en": "note 1",
    "locator_ko": "메모 1",
}


@pytest.fixture
def plain(tmp_path: Path) -> dict[str, str]:
    return without(tmp_path / "site", EXTRAS)


def python(*arguments: str, env: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        env=environment(env),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout.strip()


def test_the_modules_are_absent(tmp_path: Path) -> None:
    env = without(tmp_path / "site", (*EXTRAS, *POSIX), fork=False)
    code = f"""
import importlib, os
for name in {(*EXTRAS, *POSIX)!r}:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        continue
    raise SystemExit(name)
print(hasattr(os, "fork"))"""
    assert python("-c", code, env=env) == "False"


def test_the_main_job(tmp_path: Path) -> None:
    env = without(tmp_path / "site", (*EXTRAS, *POSIX), fork=False)
    table, store = tmp_path / "organisations.csv", str(tmp_path / "store")
    data = copy_tables(tmp_path / "data")
    with table.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(ORGANISATION))
        writer.writeheader()
        writer.writerow(ORGANISATION)

    network, view = tmp_path / "network.graphml", tmp_path / "view.html"
    verbs = [
        ["build", "--data", str(data)],
        ["check"],
        ["query", "partners", "-p", "technology=quantum"],
        ["import", "table", str(table)],
        ["show", "my-institute", "--lang", "en"],
        ["network", "technology-partners", "-o", str(network)],
        ["view", "technology-partners", "-o", str(view)],
        ["serve", "--timeout-s", "100", "--get", "/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D"],
        ["serve", "--timeout-s", "100", "--get", "/"],
        ["serve", "--timeout-s", "100", "--get", "/networks/technology-partners"],
    ]
    code = f"""
from coopgraph.cli import run
if __name__ == "__main__":
    for verb in {verbs!r}:
        print(verb, flush=True)
        assert run([*verb, "--store", {store!r}]) == 0
"""
    program = tmp_path / "program.py"  # a new process imports it again, and must not run it
    program.write_text(code, encoding="utf-8")
    said = python(str(program), env=env)
    assert "0 warnings" in said
    assert "Massachusetts Institute" in said
    assert "My Institute" in said
    assert network.stat().st_size > 1000
    assert "vis" in view.read_text(encoding="utf-8")
    assert '"boolean":true' in said
    assert said.count("</html>") == 2


def test_a_server_on_a_socket(store_folder: Path, tmp_path: Path) -> None:
    env = without(tmp_path / "site", POSIX, fork=False)
    endless = (
        "/sparql?query=SELECT%20(COUNT(*)%20AS%20%3Fn)%7B%3Fa%20%3Fb%20%3Fc.%3Fd%20%3Fe%20%3Ff%7D"
    )
    with listening(store_folder, "--timeout-s", "1", env=env) as server:
        assert any("cannot limit memory" in line for line in server.said)
        with urllib.request.urlopen(f"{server.address}/sparql?query=ASK%7B%7D") as answer:
            assert answer.status == 200
        with pytest.raises(urllib.error.HTTPError) as stopped:
            urllib.request.urlopen(server.address + endless)
        stopped.value.close()
        assert stopped.value.status == 503
        with urllib.request.urlopen(f"{server.address}/sparql?query=ASK%7B%7D") as answer:
            assert answer.status == 200
    assert server.process.returncode == 0


def refused(ran: Ran) -> str:
    assert ran.code == 2
    assert not ran.out
    return ran.message


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("chart", "technology-country", "-o", "{}/chart.png", "--store", "{store}"),
            "matplotlib is not installed; pip install 'coopgraph[charts]'",
        ),
        (
            ("brief", "quantum", "-o", "{}/brief.pdf", "--store", "{store}"),
            "typst is not installed; pip install 'coopgraph[office]'",
        ),
        (
            ("import", "openalex", "{root}/data/demo/openalex", "--store", "{store}"),
            "ibis-framework[duckdb] is not installed; pip install 'coopgraph[openalex]'",
        ),
    ],
)
def test_a_missing_extra_is_one_line(
    arguments: tuple[str, ...],
    said: str,
    plain: dict[str, str],
    root: Path,
    store_folder: Path,
    tmp_path: Path,
) -> None:
    filled = [text.format(tmp_path, root=root, store=store_folder) for text in arguments]
    assert refused(process(*filled, env=plain)) == said
    assert not [*tmp_path.glob("*.p*")]
    assert not [*store_folder.rglob("openalex.nt")]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            "kg.query('partners').to_pandas()",
            "pandas is not installed; pip install 'coopgraph[notebook]'",
        ),
        (
            "kg.chart('technology-country').png()",
            "matplotlib is not installed; pip install 'coopgraph[charts]'",
        ),
    ],
)
def test_a_missing_extra_in_python(
    call: str, said: str, plain: dict[str, str], store_folder: Path
) -> None:
    code = f"""
import coopgraph
from coopgraph.errors import ExtraMissing
kg = coopgraph.open({str(store_folder)!r})
try:
    {call}
except ExtraMissing as error:
    print(error)
"""
    assert python("-c", code, env=plain) == said


def test_a_page_names_the_missing_extra() -> None:
    error = ExtraMissing("matplotlib is not installed", remedy="pip install 'coopgraph[charts]'")
    scope = {"type": "http", "method": "GET", "path": "/", "raw_path": b"/", "query_string": b""}
    page = answer_error(error, Request({**scope, "headers": [(b"accept", b"text/html")]}))
    assert page.status_code == 501
    assert "pip install &#39;coopgraph[charts]&#39;" in bytes(page.body).decode()
