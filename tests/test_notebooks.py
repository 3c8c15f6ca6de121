"""The notebooks run, and come to the figures that are committed with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from notebooks import NOTEBOOKS, code_cells, executed, figures, jupyter

LARGEST = 150_000
#: A folder of some machine, in a path of Unix or of Windows.
MACHINE_PATH = re.compile(r"(?<![\w.:/])/(?:home|root|tmp|work|usr|var|opt|mnt|Users)/|[A-Z]:\\\\")
#: The store that a notebook is run over where it is not the shipped one: those of the scenarios are
#: made once for all tests. The fourth makes its own, with the demonstration's imports.
STORES = {"05-scenarios-and-brief": "scenarios_folder"}


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    """Each notebook's file."""
    return Path(request.param)


@pytest.fixture
def notebook(path: Path) -> Any:
    """Each notebook as it is committed."""
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Folders of Jupyter that are the test's."""
    with jupyter() as variables:
        for name, folder in variables.items():
            monkeypatch.setenv(name, folder)
        yield


def test_there_are_five_studies() -> None:
    assert [path.stem[:3] for path in NOTEBOOKS] == ["01-", "02-", "03-", "04-", "05-"]


@pytest.mark.usefixtures("runtime")
def test_it_comes_to_the_committed_figures(
    path: Path, notebook: Any, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Over all that ships, as a user has it: each asks for one plan, or for what is of none."""
    store = request.getfixturevalue(STORES.get(path.stem, "store_folder"))
    committed = figures(notebook)
    assert len(committed) >= 5
    assert all(committed.values()), "a tagged cell has no output"
    fresh = executed(notebook, store, tmp_path)
    assert figures(fresh) == committed, f"see what changed, then: make notebooks ({path.stem})"
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
