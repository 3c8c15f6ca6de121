"""Kills builds at random moments and fills disks, and looks each time what the store says. Linux.

    .venv/bin/python bench/kills.py 125

Each build turns a label of invented tables into another. It is killed (SIGKILL) after a random part
of the time that a whole one takes; then the store must open with the label before or the one after,
its parts must be the recorded ones, and every fifth time a build must go through. Then builds
run on disks of 17 sizes (`unshare -rm` mounts them): the old store stays, or the new one is there.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
import invented
from test_store_atomic import _FULL, LABELS

from coopgraph.compiler import build
from coopgraph.store import Folder, Store

BUILD = """import pathlib, sys
from coopgraph.compiler import build
build(pathlib.Path(sys.argv[1]), sys.argv[2])"""
SIZES_KB = (0, *range(16, 12_816, 800))


def label(store: Path) -> str:
    """The label in a store whose parts are whole."""
    folder = Folder(store)
    for part in folder.parts():
        folder.open_part(part).close()
    ((found,),) = Store.open(store).select(LABELS)
    return str(found.value)


def main(kills: int) -> None:
    """Kill that many builds and print what was there afterwards."""
    chance = random.Random(13)  # noqa: S311  no secret
    with tempfile.TemporaryDirectory() as place:
        folder, tables = Path(place), []
        for name in ("Alpha Institute", "Alpha Institute, renamed"):
            content = invented.tables()
            content["organisations"][0]["label_en"] = name
            tables.append((invented.write(folder / name[-1], content), name))
        store = folder / "store"
        start = time.monotonic()
        subprocess.run([sys.executable, "-c", BUILD, tables[0][0], store], check=True)
        whole_s = time.monotonic() - start
        found: Counter[str] = Counter()
        for number in range(kills):
            before = label(store)
            data, after = tables[0] if before == tables[1][1] else tables[1]
            started = subprocess.Popen([sys.executable, "-c", BUILD, data, store])
            time.sleep(chance.uniform(0.2, 1.05) * whole_s)
            started.kill()
            killed = started.wait() != 0
            now = label(store)
            assert now in (before, after)
            found["old" if now == before else "new" if killed else "ended before"] += 1
            if number % 5 == 4:
                build(data, store)
                assert label(store) == after
        print(f"{kills} builds killed, the store whole after each: {dict(found)}")
        print(f"{len(SIZES_KB)} disks: {dict(on_full_disks(folder, tables))}")


def on_full_disks(folder: Path, tables: list[tuple[Path, str]]) -> Counter[str]:
    """What the store said after a build on a disk with each number of free kilobytes."""
    (old, before), (new, after) = tables
    build(old, folder / "pristine")
    (folder / "disk").mkdir()
    command = ["unshare", "-rm", sys.executable, "-c", _FULL.replace("LABELS", repr(LABELS))]
    places = map(str, (new, folder / "pristine", folder / "disk", *SIZES_KB))
    done = subprocess.run([*command, *places], capture_output=True, check=True)
    found: Counter[str] = Counter()
    for code, complaint, labels, left in json.loads(done.stdout):
        assert labels == [before if code else after]
        assert (left, len(complaint.splitlines())) == ([], 1 if code else 0)
        found["refused, old store" if code else "new store"] += 1
    return found


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 125)
