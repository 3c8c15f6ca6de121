"""Queries that would never end, given to the pool: each is stopped, quick ones are answered."""

from __future__ import annotations

import asyncio
import runpy
import time
from pathlib import Path

import pytest

from coopgraph.errors import MemoryExceeded, QueryTimeout
from coopgraph.guard import Limits, Pool


@pytest.fixture(scope="module")
def runaways(root: Path) -> dict[str, str]:
    texts: dict[str, str] = runpy.run_path(str(root / "bench" / "runaways.py"))["RUNAWAYS"]
    assert len(texts) == 5
    return texts


def test_five_at_once_are_stopped_and_small_ones_are_answered(
    store_folder: Path, runaways: dict[str, str]
) -> None:
    limits = Limits(timeout_s=2, memory_mb=512)

    async def run() -> None:
        async with Pool(store_folder, "guard_jobs", limits, free=("ask",)) as pool:

            async def stopped(text: str) -> float:
                start = time.monotonic()
                with pytest.raises((QueryTimeout, MemoryExceeded)):
                    await pool.run("ask", text=text)
                return time.monotonic() - start

            running = asyncio.gather(*map(stopped, runaways.values()))
            small = 0
            while not running.done():
                reply = await pool.run("ask", text="SELECT ?x { ?x a coop:Technology } LIMIT 1")
                assert b'"bindings":[{' in reply.body
                small += 1
            # The queue may hold one back for a moment; figures are in `make bench-serving`.
            assert all(took_s < limits.timeout_s + 8 for took_s in await running)
            assert small >= 5

    asyncio.run(run())


def test_more_than_there_are_workers_for(store_folder: Path, runaways: dict[str, str]) -> None:
    """Whoever has to wait is told, and quick queries are answered in between."""
    limits = Limits(timeout_s=2, memory_mb=512, long_jobs=2, queue=40)

    async def run() -> None:
        async with Pool(store_folder, "guard_jobs", limits, free=("ask",)) as pool:
            text = runaways["cross product"]
            running = [asyncio.create_task(pool.run("ask", text=text)) for _ in range(6)]
            await asyncio.sleep(0.1)
            assert (await pool.run("ask", text="ASK {}")).body
            ended = await asyncio.gather(*running, return_exceptions=True)
            kinds = {type(error).__name__ for error in ended}
            assert kinds <= {"QueryTimeout", "MemoryExceeded", "ServerBusy"}
            assert "QueryTimeout" in kinds

    asyncio.run(run())
