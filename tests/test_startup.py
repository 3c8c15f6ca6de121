"""Start-up is light: a verb loads what it needs and no more."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import environment

from coopgraph.store import Folder

HEAVY = {
    "jinja2",
    "networkx",
    "numpy",
    "oxrdflib",
    "pandas",
    "pyoxigraph",
    "pyparsing",
    "pyvis",
    "rdflib",
    "scipy",
    "shacl",
    "starlette",
    "uvicorn",
    "uvloop",
    "sqlite3",
    "urllib3",
    "wcwidth",
}
#: Runs the command line, or only imports, and prints the top names of all loaded modules.
LOADED = """
import sys
import coopgraph
if sys.argv[1:]:
    from coopgraph.cli import run
    code = run(sys.argv[1:])
    assert code == 0, code
print("\\n@", *sorted({name.split(".")[0] for name in sys.modules}))
"""


def loaded(*arguments: str, cwd: Path) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments],
        env=environment(),
        cwd=cwd,
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    names = set(done.stdout.rpartition("\n@ ")[2].split())
    assert "coopgraph" in names
    return names


@pytest.mark.parametrize(
    "arguments",
    [[], ["--help"], ["--version"], ["query", "--help"], ["view", "--help"], ["serve", "--help"]],
)
def test_nothing_heavy_is_loaded_before_a_verb_needs_it(
    arguments: list[str], tmp_path: Path
) -> None:
    assert loaded(*arguments, cwd=tmp_path).isdisjoint(HEAVY)


def test_the_list_of_questions_opens_no_store(tmp_path: Path) -> None:
    assert loaded("questions", cwd=tmp_path).isdisjoint(HEAVY - {"sqlite3", "wcwidth"})


def test_a_question_loads_the_engine_and_the_table_and_nothing_else(
    store_folder: Path, tmp_path: Path
) -> None:
    names = loaded("query", "partners", "--store", str(store_folder), cwd=tmp_path)
    assert "pyoxigraph" in names
    assert names.isdisjoint(HEAVY - {"pyoxigraph", "sqlite3", "wcwidth"})


def test_a_question_with_the_word_service_loads_no_second_parser(
    store_folder: Path, tmp_path: Path
) -> None:
    asked = tmp_path / "service.rq"
    asked.write_text('SELECT ("SERVICE" AS ?x) {}', encoding="utf-8")
    names = loaded("query", str(asked), "--store", str(store_folder), cwd=tmp_path)
    assert names.isdisjoint({"rdflib", "pyparsing"})


SERVED = """
import asyncio, json, sys, threading
from coopgraph.server.application import create_app
from coopgraph.server.application import ask

async def main():
    app = create_app(sys.argv[1])
    async with app.started():
        for target in json.loads(sys.argv[2]):
            answered = await ask(app, target)
            assert answered.status == 200, (target, answered.status)
    print("\\n@", threading.active_count(), *sys.modules)

asyncio.run(main())
"""


def test_the_process_that_answers_http_loads_no_engine_and_starts_no_thread(
    store_folder: Path, tmp_path: Path
) -> None:
    """Pages are one module each, route and work: what is heavy stays inside the work."""
    asked = [
        "/",
        "/questions/partners",
        "/networks/budgets",
        "/search?q=mit",
        "/sparql?query=ASK{}",
    ]
    done = subprocess.run(
        [sys.executable, "-c", SERVED, str(store_folder), json.dumps(asked)],
        env=environment(),
        cwd=tmp_path,
        stdout=subprocess.PIPE,  # what it complains of is shown
        check=True,
        encoding="utf-8",
    )
    threads, *names = done.stdout.rpartition("\n@ ")[2].split()
    assert threads == "1"
    assert "coopgraph.server.pages.network" in names
    assert set(names).isdisjoint(
        {"matplotlib", "networkx", "numpy", "pandas", "pyoxigraph", "scipy"}
    )


def test_a_worker_is_a_copy_of_a_process_without_engine_and_threads(tmp_path: Path) -> None:
    loads = "import coopgraph.server.jobs, sys, threading"
    jobs = f"{loads}; print(threading.active_count(), *sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", jobs],
        env=environment(), cwd=tmp_path, capture_output=True, check=True, encoding="utf-8",
    )  # fmt: skip
    threads, *names = done.stdout.split()
    assert threads == "1"
    assert set(names).isdisjoint({"networkx", "numpy", "pyoxigraph", "scipy"})


PREPARED = """
import coopgraph.server.jobs as jobs, pathlib, sys
from coopgraph.server.address import PageRequest
assert set(jobs.prepare()) == {0}
print(len([*pathlib.Path("/proc/self/task").glob("*")]))
before = set(sys.modules)
kg = jobs.open_graph(pathlib.Path(sys.argv[1]))
name = "technology-partners"
request = PageRequest(path=f"/networks/{name}", names={"name": name})
page = jobs.JOBS["coopgraph.server.pages.network.network"](kg, request)
assert len(page.body) > 100_000
print(*{name.partition(".")[0] for name in set(sys.modules) - before})
"""


def test_what_pages_of_networks_load_is_loaded_before_workers_are_forked(
    store_folder: Path, tmp_path: Path
) -> None:
    if not Path("/proc/self/task").exists():
        pytest.skip("this system does not list the threads of a process")
    done = subprocess.run(
        [sys.executable, "-c", PREPARED, Folder(store_folder).current()],
        env=environment(), cwd=tmp_path, capture_output=True, check=True, encoding="utf-8",
    )  # fmt: skip
    threads, *loaded = done.stdout.split()
    assert threads == "1"
    assert "pyoxigraph" in loaded
    assert set(loaded).isdisjoint(HEAVY - {"pyoxigraph", "sqlite3"} | {"IPython"})
