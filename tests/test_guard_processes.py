"""The processes of the guard: replaced when they die, gone when nobody needs them."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import processes
import pytest
from command_line import environment

from coopgraph.errors import QueryTimeout, WorkerLost
from coopgraph.guard import Limits, Pool

JOBS = "guard_jobs"


@pytest.fixture(autouse=True)
def _proc() -> None:
    processes.needed()


def pooled(folder: Path, limits: Limits, story: Callable[[Pool, int], Awaitable[None]]) -> None:
    """Run a story with a pool and the process that starts its workers; see all of it end."""
    before = processes.children(os.getpid())
    started: list[int] = []

    async def run() -> None:
        async with Pool(folder, JOBS, limits) as pool:
            (server,) = set(processes.children(os.getpid())) - set(before)
            await story(pool, server)
            started.extend([server, *processes.children(server)])

    asyncio.run(run())
    assert [each for each in started if processes.state(each)] == []
    assert processes.children(os.getpid()) == before


async def settled(server: int, count: int) -> list[int]:
    """The workers, once there are `count` and nothing else."""
    while len(found := processes.children(server)) != count:
        await asyncio.sleep(0.01)
    return found


async def busy(gate: Path) -> None:
    while not gate.with_name(f"{gate.name}.reached").exists():
        await asyncio.sleep(0.005)


def test_a_worker_killed_in_the_middle_of_a_job(store_folder: Path, tmp_path: Path) -> None:
    async def story(pool: Pool, server: int) -> None:
        workers = await settled(server, 2)
        gates = [tmp_path / "a", tmp_path / "b"]
        jobs = [asyncio.create_task(pool.run("wait", gate=str(gate))) for gate in gates]
        for gate in gates:
            await busy(gate)
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
        for job in jobs:
            with pytest.raises(WorkerLost):
                await job
        assert (await pool.run("echo")).body == b"[]"
        assert not set(workers) & set(await settled(server, 2))

    pooled(store_folder, Limits(timeout_s=60), story)


def test_the_process_that_starts_workers_is_killed(store_folder: Path, tmp_path: Path) -> None:
    async def story(pool: Pool, server: int) -> None:
        workers = await settled(server, 2)
        gate = tmp_path / "gate"
        job = asyncio.create_task(pool.run("wait", gate=str(gate)))
        await busy(gate)
        os.kill(server, signal.SIGKILL)
        with pytest.raises(WorkerLost):
            await job
        assert (await pool.run("echo")).body == b"[]"
        ended = {"", "Z"}  # who is left for the system's first process to reap
        processes.until(lambda: {processes.state(p) for p in (server, *workers)} <= ended)

    pooled(store_folder, Limits(timeout_s=60), story)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_no_worker_outlives_the_server(store_folder: Path, end: signal.Signals) -> None:
    """Not even one that computes, and cannot look whether anybody is still there."""
    program = f"""
import asyncio, pathlib
from coopgraph.guard import Limits, Pool
async def run():
    async with Pool(pathlib.Path({str(store_folder)!r}), {JOBS!r}, Limits(timeout_s=600)) as pool:
        endless = "SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }}"
        jobs = [asyncio.create_task(pool.run("ask", text=endless)) for _ in range(4)]
        await asyncio.sleep(1)
        print("ready", flush=True)
        await asyncio.gather(*jobs)
asyncio.run(run())
"""
    path = os.pathsep.join([environment()["PYTHONPATH"], str(Path(__file__).parent)])
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        env=environment({"PYTHONPATH": path}),
    ) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == b"ready\n"
        (forks,) = processes.children(server.pid)
        workers = processes.children(forks)
        assert len(workers) >= 2
        server.send_signal(end)
    for process in (forks, *workers):
        processes.until(lambda process=process: not processes.state(process))  # type: ignore[misc]


def test_many_timeouts_leave_nothing_behind(store_folder: Path) -> None:
    async def story(pool: Pool, server: int) -> None:
        await settled(server, 4)
        before = processes.handles()
        for _ in range(25):
            ended = await asyncio.gather(
                *(pool.run("nap", seconds=60) for _ in range(8)), return_exceptions=True
            )
            assert {type(error) for error in ended} == {QueryTimeout}
        assert (await pool.run("echo")).body == b"[]"
        while "Z" in map(processes.state, await settled(server, 4)):
            await asyncio.sleep(0.01)
        assert len(processes.handles()) == len(before)
        assert len(processes.handles(server)) < 10

    pooled(store_folder, Limits(timeout_s=0.02, workers=4, queue_s=600), story)


def test_a_worker_has_nothing_of_the_server_open(store_folder: Path) -> None:
    async def story(pool: Pool, _: int) -> None:
        opened = (await pool.run("handles")).body.decode().split("\n")
        kinds = sorted(name.partition(":")[0] for name in opened)
        assert [kind for kind in kinds if kind not in {"pipe", "socket", "/dev/null"}] == []
        assert kinds.count("socket") == 1
        assert kinds.count("pipe") == 1

    with tempfile.TemporaryFile() as secret:
        os.set_inheritable(secret.fileno(), True)
        pooled(store_folder, Limits(), story)


def test_signals_of_the_terminal_are_the_servers_affair(store_folder: Path) -> None:
    async def story(pool: Pool, server: int) -> None:
        workers = await settled(server, 2)
        assert (await pool.run("signals")).body == b"alive"
        for process in (server, *workers):
            os.kill(process, signal.SIGINT)
        assert (await pool.run("echo")).body == b"[]"
        assert processes.children(server) == workers

    pooled(store_folder, Limits(), story)


def test_a_pool_opens_and_closes_again_and_again_in_silence(store_folder: Path) -> None:
    program = f"""
import asyncio, pathlib
from coopgraph.guard import Limits, Pool
async def run():
    for _ in range(3):
        async with Pool(pathlib.Path({str(store_folder)!r}), {JOBS!r}, Limits()) as pool:
            job = asyncio.create_task(pool.run("nap", seconds=60))
            assert (await pool.run("echo")).body == b"[]"
        await asyncio.wait([job])
        job.exception()
asyncio.run(run())
"""
    path = os.pathsep.join([environment()["PYTHONPATH"], str(Path(__file__).parent)])
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env=environment({"PYTHONPATH": path}),
        capture_output=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")
