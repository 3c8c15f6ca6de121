"""The notebooks run, and come to the figures that are committed with them."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from command_line import environment

from coopgraph.compiler import build

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
#: Cells whose outputs must come out the same. Pictures are shown, not compared.
KEY = "key-figure"
COMPARED = ("text/plain", "text/markdown")
TIMEOUT_S = 300
LARGEST = 150_000
#: A folder of some machine, in a path of Unix or of Windows.
MACHINE_PATH = re.compile(r"(?<![\w.:/])/(?:home|root|tmp|work|usr|var|opt|mnt|Users)/|[A-Z]:\\\\")


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> Any:
    """Each notebook as it is committed."""
    return nbformat.read(request.param, as_version=4)  # type: ignore[no-untyped-call]


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where Jupyter keeps its sockets: a short path, since that of a socket must be."""
    with tempfile.TemporaryDirectory(prefix="nb") as folder:
        for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR"):
            monkeypatch.setenv(name, folder)
        yield Path(folder)


def run(notebook: Any, folder: Path) -> Any:
    """The notebook executed anew in `folder`, over the store that is there."""
    from nbclient import NotebookClient
    from traitlets.config import Config

    fresh = nbformat.from_dict(notebook)  # type: ignore[no-untyped-call]
    for cell in code_cells(fresh):
        cell.outputs = []
    connection = str(Path(os.environ["JUPYTER_RUNTIME_DIR"]) / "kernel.json")
    client = NotebookClient(
        fresh,
        config=Config({"KernelManager": {"transport": "ipc", "connection_file": connection}}),
        timeout=TIMEOUT_S,
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute(env=environment({"COOPGRAPH_STORE": str(folder / "store")}))
    return fresh


def code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def figures(notebook: Any) -> dict[str, list[str]]:
    """What the tagged cells show, by the id of the cell, as words: their spacing does not count."""
    found: dict[str, list[str]] = {}
    for cell in code_cells(notebook):
        if KEY in cell.metadata.get("tags", ()):
            data = [output.get("data", {}) for output in cell.outputs]
            found[cell.id] = [
                " ".join(d[kind].split()) for d in data for kind in COMPARED if kind in d
            ]
    return found


def test_there_are_five_studies() -> None:
    assert [path.stem[:3] for path in NOTEBOOKS] == ["01-", "02-", "03-", "04-", "05-"]


def test_it_comes_to_the_committed_figures(notebook: Any, tmp_path: Path, runtime: Path) -> None:
    """Over the tables without the folders of plans: the studies are of the article's plan."""
    shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("plans"))
    build(tmp_path / "data", tmp_path / "store")
    committed = figures(notebook)
    assert len(committed) >= 5
    assert all(committed.values()), "a tagged cell has no output"
    fresh = run(notebook, tmp_path)
    assert figures(fresh) == committed
    wrong = [
        o for c in code_cells(fresh) for o in c.outputs if o.output_type in {"error", "stream"}
    ]
    assert wrong == []


def test_what_is_committed_is_small_whole_and_of_no_machine(notebook: Any) -> None:
    nbformat.validate(notebook)
    text = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    assert len(text.encode()) < LARGEST
    assert MACHINE_PATH.search(text) is None
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"
    numbers = []
    for cell in code_cells(notebook):
        numbers.append(cell.execution_count)
        assert "execution" not in cell.metadata, "it says when it ran"
        assert {output.output_type for output in cell.outputs} <= {"execute_result", "display_data"}
        for output in cell.outputs:
            assert "<script" not in output.data.get("text/html", "")
    assert numbers == list(range(1, len(numbers) + 1)), "not run from top to bottom"


def test_it_reads_as_a_study(notebook: Any) -> None:
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    for part in ("**Question.**", "**Method.**", "## Result", "## Limits"):
        assert part in prose
    assert re.search("[가-힣]", prose)


def test_it_imports_only_what_a_reader_has(notebook: Any) -> None:
    source = "\n".join(cell.source for cell in code_cells(notebook))
    imported = set(re.findall(r"^(?:from|import) (\w+)", source, re.MULTILINE))
    known = {"coopgraph", "matplotlib", "networkx", "numpy", "pandas", "IPython"}
    assert imported <= known | {"re", "tempfile"}


def test_invented_data_are_called_so_before_anything_else() -> None:
    practice = nbformat.read(NOTEBOOKS[3], as_version=4)  # type: ignore[no-untyped-call]
    opening = practice.cells[0].source
    assert "invented" in opening
    assert "make demo" in opening


@pytest.mark.parametrize(
    "text", ["/" + "tmp/x", "in '/" + "home/someone/store'", "C:\\\\Users\\\\x", "/" + "work/main"]
)
def test_a_path_of_a_machine_is_seen(text: str) -> None:
    assert MACHINE_PATH.search(text)


@pytest.mark.parametrize(
    "text", ["https://example.org/home/x", "id/work/5", "1/2", "../shared/tmp"]
)
def test_an_address_is_no_path_of_a_machine(text: str) -> None:
    assert MACHINE_PATH.search(text) is None
