"""The made-up programmes of the benchmarks: the same seed, the same bytes, and the importer reads
every row of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from coopgraph.importers import Ledger, importer


@pytest.fixture(scope="module")
def made(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("generate")


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_same_seed_makes_the_same_bytes(made: ModuleType, tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        made.generate(tmp_path / name, 20_000, seed)
    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert files(tmp_path / "a") != files(tmp_path / "c")
    assert set(files(tmp_path / "a")) == {
        "project.csv", "organization.csv", "topics.csv", "legalBasis.csv", "euroSciVoc.csv",
    }  # fmt: skip


def test_the_importer_reads_every_row_of_it(made: ModuleType, tmp_path: Path) -> None:
    size = 60_000
    report = made.generate(tmp_path, size)
    ledger = Ledger()
    chosen = importer("cordis")
    lines = sum(1 for _ in chosen.triples(chosen.find([tmp_path]), ledger))
    assert {
        name.removesuffix(".csv"): account.read for name, account in ledger.accounts.items()
    } == report.rows
    assert all(account.balanced for account in ledger.accounts.values())
    assert sum(account.rejected for account in ledger.accounts.values()) == 0
    assert 0.8 * size < lines < 1.2 * size
