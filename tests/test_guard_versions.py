"""A store that is built anew is served without a restart, and no request fails meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import invented
import pytest

from coopgraph.compiler import build
from coopgraph.errors import CoopgraphError, StoreDamaged, WorkerLost
from coopgraph.guard import Limits, Pool
from coopgraph.store import Folder

LABEL = """SELECT ?l { <https://w3id.org/coopgraph/id/organisation/alpha-institute>
skos:prefLabel ?l FILTER(LANG(?l) = "en") }"""


def tables(folder: Path, label: str) -> Path:
    content = invented.tables()
    content["organisations"][0]["label_en"] = label
    return invented.write(folder / label, content)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    build(tables(tmp_path, "One"), tmp_path / "store")
    return tmp_path / "store"


def pooled(folder: Path, limits: Limits, story: Callable[[Pool], Awaitable[None]]) -> None:
    async def run() -> None:
        async with Pool(folder, "guard_jobs", limits) as pool:
            await story(pool)

    asyncio.run(run())


async def label(pool: Pool) -> str:
    body = (await pool.run("ask", text=LABEL)).body
    return str(json.loads(body)["results"]["bindings"][0]["l"]["value"])


async def until(pool: Pool, wanted: str) -> None:
    while await label(pool) != wanted:
        await asyncio.sleep(0.02)


def test_a_new_version_is_picked_up_under_load(store: Path, tmp_path: Path) -> None:
    async def story(pool: Pool) -> None:
        seen: list[list[str]] = [[] for _ in range(8)]
        ended = asyncio.Event()

        async def client(labels: list[str]) -> None:
            while not ended.is_set():
                labels.append(await label(pool))

        clients = [asyncio.create_task(client(labels)) for labels in seen]
        for number in ("Two", "Three", "Four"):  # the files of One and Two are removed
            folder = tables(tmp_path, number)
            await asyncio.to_thread(build, folder, store)
            await until(pool, number)
        ended.set()
        await asyncio.gather(*clients)
        order = ["One", "Two", "Three", "Four"]
        assert {labels[0] for labels in seen} == {"One"}
        assert {each for labels in seen for each in labels} == set(order)
        await asyncio.sleep(1)  # none of the old workers is left to answer
        assert {await label(pool) for _ in range(50)} == {"Four"}

    pooled(store, Limits(timeout_s=60), story)


def test_a_job_that_runs_keeps_its_version(store: Path, tmp_path: Path) -> None:
    async def story(pool: Pool) -> None:
        gate = tmp_path / "gate"
        running = asyncio.create_task(pool.run("wait", gate=str(gate)))
        while not (tmp_path / "gate.reached").exists():
            await asyncio.sleep(0.005)
        for number in ("Two", "Three", "Four"):
            await asyncio.to_thread(build, tables(tmp_path, number), store)
            await until(pool, number)
        assert not (store / "versions" / "000001" / "engine").exists()
        gate.touch()
        assert (await running).body == b"through"

    pooled(store, Limits(timeout_s=60), story)


def test_a_new_version_that_cannot_be_opened_leaves_the_old_one(
    store: Path, tmp_path: Path
) -> None:
    async def story(pool: Pool) -> None:
        broken = store / "versions" / "000002"
        broken.mkdir()
        shutil.copy(store / "versions" / "000001" / "manifest.json", broken)
        (broken / "refuse").touch()
        Folder(store).switch(broken)
        for _ in range(20):
            assert await label(pool) == "One"
            await asyncio.sleep(0.05)
        await asyncio.to_thread(build, tables(tmp_path, "Three"), store)
        await until(pool, "Three")

    pooled(store, Limits(), story)


def test_no_version_is_current_for_a_while(store: Path, tmp_path: Path) -> None:
    async def story(pool: Pool) -> None:
        (store / "current").rename(tmp_path / "current")
        for _ in range(10):
            assert await label(pool) == "One"
            await asyncio.sleep(0.05)
        (tmp_path / "current").rename(store / "current")
        await asyncio.to_thread(build, tables(tmp_path, "Two"), store)
        await until(pool, "Two")

    pooled(store, Limits(), story)


@pytest.mark.parametrize(("mark", "error"), [("refuse", StoreDamaged), ("die", WorkerLost)])
def test_nobody_waits_for_a_version_that_never_opens(
    store: Path, mark: str, error: type[CoopgraphError]
) -> None:
    """Where the last worker that could answer has died."""

    async def story(pool: Pool) -> None:
        (store / "versions" / "000001" / mark).touch()
        with pytest.raises(WorkerLost):
            await pool.run("die")
        with pytest.raises(error):
            await pool.run("echo")
        (store / "versions" / "000001" / mark).unlink()
        with contextlib.suppress(error):
            await pool.run("echo")
        await asyncio.sleep(1)
        assert (await pool.run("echo")).body == b"[]"

    pooled(store, Limits(workers=1, queue_s=60), story)
