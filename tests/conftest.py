"""What tests share: where things are, and why a test is skipped when they are not."""

from __future__ import annotations

from pathlib import Path

import pytest

import chromium as chromium_finder

ROOT = Path(__file__).resolve().parent.parent


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
def shared() -> Path:
    """The folder beside the project that holds source texts and samples, which the
    repository itself must not hold."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder ../shared (source texts and samples) is not here")
    return folder


@pytest.fixture(scope="session")
def store_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store built once from the shipped tables; for reading only."""
    from coopgraph.build import build

    folder = tmp_path_factory.mktemp("shipped") / "store"
    build(store=folder)
    return folder


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The executable of a Chromium; start it with `chromium.ARGUMENTS` of tools/."""
    found = chromium_finder.find()
    if found is None:
        pytest.skip(chromium_finder.MISSING)
    return found
