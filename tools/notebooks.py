"""The notebooks executed anew: `make notebooks` writes into them what they come to over the shipped
data, after a change that they tell of; the tests take `executed` and compare."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
NOTEBOOKS: Final = sorted((ROOT / "notebooks").glob("*.ipynb"))
#: The tag of cells whose outputs must come out the same, and what of them: pictures only are shown.
KEY: Final = "key-figure"
COMPARED: Final = ("text/plain", "text/markdown")
_TIMEOUT_S: Final = 300
_FOLDERS: Final = ("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")


@contextmanager
def jupyter() -> Iterator[dict[str, str]]:
    """Variables for folders of Jupyter that are nobody's, by a short path: that of a socket must
    be."""
    with tempfile.TemporaryDirectory(prefix="nb") as folder:
        yield dict.fromkeys(_FOLDERS, folder)


def executed(notebook: Any, store: Path, folder: Path) -> Any:
    """The notebook run from top to bottom in `folder`, over `store`."""
    import nbformat
    from nbclient import NotebookClient
    from traitlets.config import Config

    fresh = nbformat.from_dict(notebook)  # type: ignore[no-untyped-call]
    for cell in code_cells(fresh):
        cell.outputs = []
    connection = str(Path(os.environ[_FOLDERS[0]]) / "kernel.json")
    client = NotebookClient(
        fresh,
        config=Config({"KernelManager": {"transport": "ipc", "connection_file": connection}}),
        timeout=_TIMEOUT_S,
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
    )
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PYTHON"))}
    ours = {"PYTHONPATH": str(ROOT / "src"), "COOPGRAPH_STORE": str(store)}
    client.execute(env={**kept, **ours})
    return fresh


def code_cells(notebook: Any) -> list[Any]:
    """The cells that are run."""
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


def main(names: list[str]) -> None:
    """Write those notebooks anew (by the beginning of their names, by default all) whose figures
    are no longer those that are committed."""
    import nbformat

    from coopgraph.compiler import build

    with jupyter() as variables, tempfile.TemporaryDirectory() as folder:
        os.environ.update(variables)
        build(store=Path(folder) / "store")
        for path in NOTEBOOKS:
            if names and not path.name.startswith(tuple(names)):
                continue
            committed = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
            fresh = executed(committed, Path(folder) / "store", Path(folder))
            changed = figures(fresh) != figures(committed)
            if changed:
                fresh.metadata = committed.metadata
                path.write_text(nbformat.writes(fresh) + "\n", encoding="utf-8")  # type: ignore[no-untyped-call]
            print(f"{path.name}: {'written anew' if changed else 'as it was'}")


if __name__ == "__main__":
    main(sys.argv[1:])
