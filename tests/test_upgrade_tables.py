"""Tables and scenarios of an older layout: brought to today's whole, or refused in one line."""

from __future__ import annotations

import csv
import tarfile
from pathlib import Path

import pytest
from command_line import called
from ledgers import revised

from coopgraph.errors import ScenarioInvalid
from coopgraph.scenario import load_scenario
from coopgraph.tables.codes import read_codes
from coopgraph.tables.layouts import STEPS, Step, is_older
from coopgraph.tables.rows import read_tables
from coopgraph.vocabulary import resources

RENAMED = """title_en = "a"
title_ko = "가"
assumption_en = "b"
assumption_ko = "나"

[[withdraw]]   # comments stay
table = "plans"
where = { issuers = ["msit"] }
dependents = true
reason_en = "c"
reason_ko = "다"
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The tables and scenarios of version 0.1."""
    with tarfile.open(Path(__file__).parent / "v0_1/tables.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path / "data"


def cells(folder: Path) -> dict[str, dict[str, dict[str, str]]]:
    """The filled cells by table, key and column."""
    found = {}
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        found[path.stem] = {row["key"]: {c: v for c, v in row.items() if v} for row in rows}
    return found


def everything(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_tables_of_version_0_1_become_those_that_ship(old: Path, tmp_path: Path) -> None:
    before = everything(old)
    assert called("upgrade-tables", str(old), "-o", str(tmp_path / "new")).code == 0
    upgraded, shipped = cells(tmp_path / "new"), cells(resources("data"))
    assert len(upgraded) > 35
    assert upgraded.keys() <= shipped.keys()
    mended = revised()
    for name, rows in upgraded.items():  # rows were added since or mended, and none has gone
        assert rows.keys() <= shipped[name].keys(), name
        for key, row in rows.items():
            assert row == shipped[name][key] or (name, key) in mended, key
    kept = {key for rows in cells(old).values() for key in rows}
    assert kept <= {key for rows in upgraded.values() for key in rows}
    assert everything(old) == before
    read_tables(tmp_path / "new", read_codes())


def test_the_scenarios_of_version_0_1_become_those_that_ship(old: Path) -> None:
    assert called("upgrade-tables", str(old)).code == 0
    names = [path.stem for path in (resources("data") / "scenarios").glob("*.toml")]
    assert len(names) == 7
    for name in names:
        upgraded, shipped = load_scenario(name, old / "scenarios"), load_scenario(name)
        assert (upgraded.changes, upgraded.titles) == (shipped.changes, shipped.titles), name


def test_what_is_of_today_is_left_as_it_is(tmp_path: Path, old: Path) -> None:
    called("upgrade-tables", str(old), "-o", str(tmp_path / "new"))
    before = everything(tmp_path / "new")
    ran = called("upgrade-tables", str(tmp_path / "new"))
    assert (ran.code, ran.err) == (0, b"the columns are the present ones\n")
    assert everything(tmp_path / "new") == before


def test_nothing_is_written_of_a_folder_with_a_fault(old: Path, tmp_path: Path) -> None:
    path = old / "people.csv"
    path.write_text(path.read_text("utf-8").replace("kim-jin-ha", "Kim Jin-ha"), "utf-8")
    before = everything(old)
    for more in ([], ["-o", str(tmp_path / "new")]):
        ran = called("upgrade-tables", str(old), *more)
        assert ran.code == 1
        assert "people.csv, row 2, column key" in ran.err.decode()
        assert everything(old) == before
        assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_both_names_of_a_column_are_refused(old: Path) -> None:
    path = old / "plans.csv"
    header, *rows = path.read_text("utf-8").splitlines()
    text = "\n".join([f"planners,{header}", *(f",{row}" for row in rows)])
    path.write_text(text, "utf-8")
    ran = called("upgrade-tables", str(old))
    assert (ran.code, "there is 'issuers' and 'planners'" in ran.message) == (1, True)


def test_a_build_names_the_command_in_one_line(old: Path, tmp_path: Path) -> None:
    for path in old.glob("*.csv"):
        if path.stem not in ("plans", "organisations", "countries", "sources", "people"):
            path.unlink()
    ran = called("build", "--data", str(old), "--store", str(tmp_path / "store"))
    assert ran.code == 1
    lines = [line for line in ran.err.decode().splitlines() if "upgrade-tables" in line]
    assert len(lines) == 1
    assert lines[0].startswith("coopgraph: plans.csv, row 1: unknown column 'issuers'; that is of")
    assert lines[0].endswith("run coopgraph upgrade-tables FOLDER")
    assert not (tmp_path / "store" / "current").exists()


def test_a_scenario_names_the_command_and_is_upgraded_with_its_comments(old: Path) -> None:
    mine = old / "scenarios" / "mine.toml"
    mine.write_text(RENAMED, "utf-8")
    with pytest.raises(ScenarioInvalid, match="coopgraph upgrade-tables") as caught:
        load_scenario(mine)
    assert len(str(caught.value).splitlines()) == 1
    assert called("upgrade-tables", str(old)).code == 0
    assert mine.read_text("utf-8") == RENAMED.replace("issuers", "planners")
    assert load_scenario(mine).changes[0].where == {"planners": ("msit",)}


def test_a_scenario_that_cannot_be_rewritten_is_named_and_nothing_is_written(old: Path) -> None:
    mine = old / "scenarios" / "mine.toml"
    mine.write_text(RENAMED.replace('where = { issuers = ["msit"] }', 'where.issuers = "msit"'))
    before = everything(old)
    ran = called("upgrade-tables", str(old))
    assert (ran.code, "mine.toml" in ran.message) == (1, True)
    assert everything(old) == before


@pytest.mark.parametrize(
    ("step", "given", "then"),
    [
        (Step("old", new=("t",)), {"old": [{"key": "a"}]}, {"t": [{"key": "a"}]}),
        (Step("t", "y", ("a", "b")), {"t": [{"y": "1"}]}, {"t": [{"a": "1", "b": "1"}]}),
        (
            Step("t", "x", ("a",), {"unit": "m"}),
            {"t": [{"x": "1"}, {"x": ""}]},
            {"t": [{"a": "1", "unit": "m"}, {"a": "", "unit": ""}]},
        ),
        (Step("t", beside={"c": "1"}), {"t": [{"key": "a"}]}, {"t": [{"key": "a", "c": "1"}]}),
        (Step("t", "x", change=lambda tables: tables.update(t=[])), {"t": [{"x": "1"}]}, {"t": []}),
        (
            Step("t", "x", change=lambda tables: tables.update(t=[])),
            {"t": [{"y": ""}]},
            {"t": [{"y": ""}]},
        ),
    ],
)
def test_a_step_does_what_it_says(step: Step, given: object, then: object) -> None:
    step.take(given)  # type: ignore[arg-type]
    assert given == then


def test_every_step_names_what_is_older() -> None:
    assert STEPS
    for step in STEPS:
        assert is_older(step.table, step.column) or step.beside
    assert not is_older("plans")


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    ran = called("upgrade-tables", str(tmp_path / "nowhere"))
    assert (ran.code, "no such folder" in ran.message) == (1, True)


def test_a_row_with_too_many_cells_is_named_and_nothing_is_cut(old: Path) -> None:
    path = old / "people.csv"
    header, *rows = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([header, *(f"{row},beyond" for row in rows)]), "utf-8")
    before = everything(old)
    ran = called("upgrade-tables", str(old))
    assert ran.code == 1
    assert ran.err.decode().startswith("coopgraph: people.csv, row 2: the row has ")
    assert everything(old) == before
