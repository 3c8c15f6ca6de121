"""What tests share: where things are, and why a test is skipped when they are not."""

from __future__ import annotations

import gc
import importlib.util
import os
import shutil
import sys
import tarfile
from collections.abc import Callable, Generator
from pathlib import Path
from types import ModuleType

import pytest
from filelock import FileLock
from hypothesis import settings
from page_server import an_address  # noqa: F401
from serving import a_server  # noqa: F401

import chromium as chromium_finder

#: The same cases in every run, so that a run says something about the change and not about luck;
#: HYPOTHESIS_PROFILE=explore looks for new ones.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))

ROOT = Path(__file__).resolve().parent.parent


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collected without looking for garbage, and what is collected stays: else each full round of
    the collector would walk through ten thousand tests."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(20_000, 20)  # stores and pages are many objects, little of it garbage
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for a Chromium is a browser test: `-m "not browser"` leaves it out."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def root() -> Path:
    """The top folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def script() -> Callable[[str], ModuleType]:
    """A script of `bench`, which is in no package, by its name."""

    def load(name: str) -> ModuleType:
        path = ROOT / "bench" / f"{name}.py"
        spec = importlib.util.spec_from_file_location(f"bench_{name}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder beside the project that holds source texts and samples, which the
    repository itself must not hold."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder ../shared (source texts and samples) is not here")
    return folder


@pytest.fixture(scope="session")
def article(shared: Path) -> str:
    """The text of the article, of which the repository holds positions only."""
    path = shared / "seed" / "article.txt"
    if not path.is_file():
        pytest.skip("the text of the article (../shared/seed/article.txt) is not here")
    return path.read_bytes().decode("utf-8")


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder that `make` fills: by one of the test processes, for all of them to read."""
    base = factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = root / name
    with FileLock(root / f"{name}.lock"):
        if not folder.exists():
            unfinished = root / f"{name}-unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)  # of a process where `make` failed
            make(unfinished)
            unfinished.rename(folder)
    return folder


@pytest.fixture(scope="session")
def store_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store built once from the shipped tables; for reading only."""
    from coopgraph.compiler import build

    def make(folder: Path) -> None:
        build(store=folder)

    return made_once(tmp_path_factory, "shipped", make)


@pytest.fixture(scope="session")
def article_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the tables without the folders of plans, which stand beside it in `data`, for
    what any store shows; for reading only."""
    from network_stores import copy_tables

    from coopgraph.compiler import build

    def make(folder: Path) -> None:
        build(copy_tables(folder / "data"), folder / "store")

    return made_once(tmp_path_factory, "article", make) / "store"


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of invented tables, which stand beside it in `data`, for what imports do to any
    store: a build of it costs a tenth of one of the article's. For reading only."""
    import invented

    from coopgraph.compiler import build

    def make(folder: Path) -> None:
        build(invented.write(folder / "data"), folder / "store")

    return made_once(tmp_path_factory, "small", make) / "store"


@pytest.fixture(scope="session")
def imported_once(small_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the demonstration's list of programmes. For reading only."""
    from import_runs import LIST, run

    def make(folder: Path) -> None:
        shutil.copytree(small_folder.parent, folder)
        command = ("import", "kr-budget", LIST, "--release", "demonstration")
        assert run(folder / "store", *command).code == 0

    return made_once(tmp_path_factory, "imported", make) / "store"


@pytest.fixture(scope="session")
def scenarios_folder(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped store with the stores of the scenarios that ship; for reading only."""
    from coopgraph.scenario import scenario_names, scenario_store

    def make(folder: Path) -> None:
        shutil.copytree(store_folder, folder, symlinks=True)
        for name in scenario_names():
            scenario_store(name, folder)

    return made_once(tmp_path_factory, "scenarios", make)


@pytest.fixture(scope="session")
def projects_folder(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped store with the demonstration's organisations and projects; for reading only."""
    from coopgraph.compiler.imports import import_files

    def make(folder: Path) -> None:
        shutil.copytree(store_folder, folder)
        for kind in ("ror", "cordis"):
            import_files(kind, [ROOT / "data/demo" / kind], folder)

    return made_once(tmp_path_factory, "projects", make)


@pytest.fixture(scope="session")
def practice_folder(projects_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the demonstration's programmes; for reading only."""
    from coopgraph.compiler.imports import import_files

    def make(folder: Path) -> None:
        shutil.copytree(projects_folder, folder)
        import_files("kr-budget", [ROOT / "data/demo/korea"], folder)

    return made_once(tmp_path_factory, "practice", make)


@pytest.fixture(scope="session")
def upgraded_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of the demonstration that version 0.1 left, built anew; for reading only."""
    from coopgraph.compiler import build

    def make(folder: Path) -> None:
        with tarfile.open(Path(__file__).parent / "v0_1/store.tar.xz") as archive:
            archive.extractall(folder.parent / "v0_1", filter="data")
        shutil.move(folder.parent / "v0_1/store", folder)
        build(store=folder)

    return made_once(tmp_path_factory, "upgraded", make)


@pytest.fixture
def imported(imported_once: Path, tmp_path: Path) -> Path:
    """A copy of that store, with its tables beside it."""
    return Path(shutil.copytree(imported_once.parent, tmp_path / "imported")) / "store"


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The executable of a Chromium; start it with `chromium.ARGUMENTS` of tools/."""
    found = chromium_finder.find()
    if found is None:
        pytest.skip(chromium_finder.MISSING)
    return found
