"""The pool: what a job gives back, what it may take, how many may wait."""

from __future__ import annotations

import asyncio
import errno
import io
import logging
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from coopgraph.errors import (
    CoopgraphError,
    MemoryExceeded,
    QuerySyntax,
    QueryTimeout,
    ReplyTooLarge,
    ServerBusy,
    StoreDamaged,
    StoreMissing,
    WorkerLost,
)
from coopgraph.guard import ClientGone, JobFailed, Limits, Pool, Reply, Spool
from coopgraph.guard.lanes import Lanes, Task
from coopgraph.guard.limits import BLOCK
from coopgraph.guard.process import WorkerProcess
from coopgraph.store import Folder

JOBS = "guard_jobs"
MIB = 1 << 20
FEW = Limits(timeout_s=20, memory_mb=256, reply_mb=2)


def pooled(folder: Path, limits: Limits, story: Callable[[Pool], Awaitable[None]]) -> None:
    """Run a story with a pool over `folder`."""

    async def run() -> None:
        async with Pool(folder, JOBS, limits) as pool:
            await story(pool)

    asyncio.run(run())


async def reached(gate: Path) -> None:
    while not gate.with_name(f"{gate.name}.reached").exists():
        await asyncio.sleep(0.005)


def test_a_job_gets_its_arguments_and_its_reply_comes_back(store_folder: Path) -> None:
    async def story(pool: Pool) -> None:
        reply = await pool.run("echo", job="x", text="한국\n\x00", number=1, missing=None)
        assert reply.body.decode() == repr(
            [("job", "x"), ("missing", None), ("number", 1), ("text", "한국\n\x00")]
        )
        assert reply.headers == {"한": "글"}
        assert whole(await pool.run("big", size=2 * MIB)) == bytes(2 * MIB)
        long = "x" * MIB  # more than a socket takes at once
        assert whole(await pool.run("echo", text=long)).count(b"x") > MIB

    pooled(store_folder, FEW, story)


def whole(reply: Reply) -> bytes:
    """The bytes of a reply, wherever they are kept."""
    if reply.spool is None:
        return reply.body
    with reply.spool as spool:
        assert spool.size > BLOCK
        return b"".join(spool.blocks()) + reply.body


def test_a_long_answer_is_kept_out_of_memory_and_at_most_so_many(store_folder: Path) -> None:
    async def story(pool: Pool) -> None:
        before = Spool.held
        kept = [await pool.run("written", blocks=4, size=BLOCK) for _ in range(3)]
        assert Spool.held - before == 3 * 4 * BLOCK
        assert [whole(reply) for reply in kept] == [b"x" * 4 * BLOCK] * 3
        assert Spool.held == before
        with pytest.raises(ReplyTooLarge, match="2 MiB"):
            await pool.run("written", blocks=9, size=BLOCK)
        held = [await pool.run("written", blocks=8, size=BLOCK) for _ in range(8)]
        with pytest.raises(ServerBusy, match="no room for the answer"):
            await pool.run("written", blocks=8, size=BLOCK)
        assert whole(held.pop()) == whole(await pool.run("written", blocks=8, size=BLOCK))
        for reply in held:
            whole(reply)
        assert Spool.held == before

    pooled(store_folder, FEW, story)


def test_a_full_disk_refuses_the_answer_and_not_the_next(
    store_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(pool: Pool) -> None:
        with monkeypatch.context() as patch:
            patch.setattr("tempfile.SpooledTemporaryFile", FullDisk)
            with pytest.raises(ServerBusy, match="no room for the answer"):
                await pool.run("big", size=MIB)
        assert (await pool.run("echo")).body == b"[]"
        assert whole(await pool.run("big", size=MIB)) == bytes(MIB)

    pooled(store_folder, FEW, story)


class FullDisk(io.BytesIO):
    """A file on a disk that is full."""

    def __init__(self, _: int) -> None:
        super().__init__()

    def write(self, _: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_many_at_once_get_each_their_own_answer(store_folder: Path) -> None:
    async def story(pool: Pool) -> None:
        async def client(number: int) -> None:
            for turn in range(40):
                size = 100_000 if (number + turn) % 7 == 0 else 10
                reply = await pool.run("echo", text=f"{number}.{turn} " + "y" * size)
                assert f"'{number}.{turn} ".encode() in reply.body

        await asyncio.gather(*map(client, range(16)))

    pooled(store_folder, FEW, story)


def test_what_a_job_raises_comes_back_as_it_was(
    store_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(pool: Pool) -> None:
        with pytest.raises(QuerySyntax) as caught:
            await pool.run("syntax")
        error = caught.value
        assert (error.fact, error.place, error.remedy) == (
            "not SPARQL",
            "query, line 3, column 5",
            "mend it",
        )
        assert str(error) == "query, line 3, column 5: not SPARQL; mend it"
        for job in ("mistake", "no-such-job", "__class__"):
            with pytest.raises(JobFailed) as failed:
                await pool.run(job)
            assert "KeyError" not in str(failed.value)
        assert (await pool.run("echo")).body == b"[]"

    with caplog.at_level(logging.ERROR):
        pooled(store_folder, FEW, story)
    assert "a mistake of ours" in caplog.text


def test_a_job_is_stopped_at_its_time_and_others_go_on(store_folder: Path) -> None:
    async def story(pool: Pool) -> None:
        start = time.monotonic()
        slow = asyncio.gather(
            *(pool.run("nap", seconds=60) for _ in range(3)), return_exceptions=True
        )
        answered = 0
        while not slow.done():
            await pool.run("echo")
            answered += 1
            await asyncio.sleep(0.01)
        took_s = time.monotonic() - start
        for error in await slow:
            assert isinstance(error, QueryTimeout)
            assert "1.5 s" in str(error)
        assert 1.5 <= took_s < 15
        assert answered > 10

    pooled(store_folder, Limits(timeout_s=1.5), story)


def test_a_time_counts_from_the_start_of_the_job(store_folder: Path) -> None:
    async def story(pool: Pool) -> None:
        replies = await asyncio.gather(*(pool.run("nap", seconds=0.15) for _ in range(16)))
        assert len({reply.body for reply in replies}) == 1  # one after the other

    pooled(store_folder, Limits(timeout_s=2, workers=1, long_jobs=0, queue_s=60), story)


@pytest.mark.parametrize("free", [(), ("nap",)])
def test_a_busy_machine_stops_what_a_client_wrote_and_no_page(
    store_folder: Path, monkeypatch: pytest.MonkeyPatch, free: tuple[str, ...]
) -> None:
    """As if others had the processor for nine tenths of the time."""
    monkeypatch.setattr(WorkerProcess, "delay_s", lambda _: 0.9 * time.monotonic())

    async def run() -> Reply:
        limits = Limits(timeout_s=0.5, workers=1)
        async with Pool(store_folder, JOBS, limits, free=free) as pool:
            with pytest.raises(QueryTimeout, match=r"0\.5 s"):  # a tenth of it is too much, too
                await pool.run("nap", seconds=60)
            return await pool.run("nap", seconds=1.5)

    if free:
        with pytest.raises(QueryTimeout, match=r"0\.5 s"):
            asyncio.run(run())
    else:
        assert asyncio.run(run()).body


def test_how_long_a_process_has_waited_for_a_processor() -> None:
    """What the system tells of a process, in seconds; nothing of one that has ended."""
    if not Path("/proc/self/schedstat").exists():
        pytest.skip("this system does not tell how long a process waits for a processor")
    lasts = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    held = WorkerProcess.__new__(WorkerProcess)
    held.pid = lasts.pid
    assert 0 <= held.delay_s() < 60
    lasts.communicate(b"\n")
    assert held.delay_s() == 0


def test_a_job_that_takes_too_much_memory(store_folder: Path) -> None:
    async def story(pool: Pool) -> None:
        with pytest.raises(MemoryExceeded, match="256 MiB"):
            await pool.run("hoard")  # Python has none left
        product = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY STR(?f) STR(?a)"
        with pytest.raises(MemoryExceeded, match="256 MiB"):
            await pool.run("ask", text=product)  # the engine has none left, and aborts
        assert (await pool.run("ask", text="ASK {}")).body

    # Sorted until memory is out: on a busy machine that takes longer than FEW gives a job.
    pooled(store_folder, replace(FEW, timeout_s=300), story)


def test_a_worker_that_has_swollen_makes_room_for_a_fresh_one(store_folder: Path) -> None:
    async def story(pool: Pool) -> None:
        seen = set()
        for _ in range(4):
            length, process = (await pool.run("swell", size=160 * MIB)).body.split()
            assert int(length) == 160 * MIB
            seen.add(process)
        assert len(seen) == 4

    pooled(store_folder, Limits(memory_mb=256, workers=1), story)


def test_a_reply_that_is_too_long(store_folder: Path) -> None:
    async def story(pool: Pool) -> None:
        with pytest.raises(ReplyTooLarge, match="2 MiB"):
            await pool.run("big", size=2 * MIB + 1)
        assert (await pool.run("echo")).body == b"[]"

    pooled(store_folder, FEW, story)


def test_a_worker_that_dies_is_replaced_and_its_client_told(store_folder: Path) -> None:
    async def story(pool: Pool) -> None:
        first = (await pool.run("whoami")).body
        for status in (0, 1, 3):
            with pytest.raises(WorkerLost, match="died"):
                await pool.run("die", status=status)
        with pytest.raises(WorkerLost, match="died"):
            await pool.run("panic")
        with pytest.raises(WorkerLost, match="died"):
            await pool.run("overflow")
        assert (await pool.run("whoami")).body != first

    pooled(store_folder, Limits(workers=1), story)


def test_only_the_job_that_ran_is_lost_with_its_worker(store_folder: Path) -> None:
    """Jobs are sent ahead to a busy worker: those are done by another."""

    async def story(pool: Pool) -> None:
        await asyncio.gather(*(pool.run("echo") for _ in range(40)))  # jobs are quick
        asked = ["die" if number % 10 == 5 else "echo" for number in range(60)]
        done = await asyncio.gather(*map(pool.run, asked), return_exceptions=True)
        for job, answer in zip(asked, done, strict=True):
            assert isinstance(answer, WorkerLost) == (job == "die"), (job, answer)

    pooled(store_folder, Limits(), story)


def test_a_queue_that_is_full(store_folder: Path, tmp_path: Path) -> None:
    async def story(pool: Pool) -> None:
        gate = tmp_path / "gate"
        running = asyncio.create_task(pool.run("wait", gate=str(gate)))
        await reached(gate)
        waiting = [asyncio.create_task(pool.run("echo")) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(ServerBusy) as caught:
            await pool.run("echo")
        assert caught.value.retry_after_s >= 1
        gate.touch()
        assert (await running).body == b"through"
        assert [(await each).body for each in waiting] == [b"[]"] * 3

    pooled(store_folder, Limits(workers=1, long_jobs=0, queue=3), story)


def test_a_job_that_waits_too_long_for_its_turn(store_folder: Path, tmp_path: Path) -> None:
    async def story(pool: Pool) -> None:
        gate = tmp_path / "gate"
        running = asyncio.create_task(pool.run("wait", gate=str(gate)))
        await reached(gate)
        with pytest.raises(ServerBusy, match="waited too long"):
            await pool.run("echo")
        gate.touch()
        await running

    pooled(store_folder, Limits(timeout_s=60, workers=1, long_jobs=0, queue_s=0.3), story)


def test_one_long_job_too_many_is_asked_again(store_folder: Path, tmp_path: Path) -> None:
    async def story(pool: Pool) -> None:
        gates = [tmp_path / str(number) for number in range(2)]
        running = [asyncio.create_task(pool.run("wait", gate=str(gate))) for gate in gates]
        for gate in gates:
            await reached(gate)
        assert (await pool.run("echo")).body == b"[]"
        (tmp_path / "1.reached").unlink()
        gates[0].touch()
        assert (await running[0]).body == b"through"
        await reached(gates[1])
        gates[1].touch()
        assert (await running[1]).body == b"through"

    pooled(store_folder, Limits(timeout_s=60, workers=1, long_jobs=1, queue_s=60), story)


def test_long_jobs_that_may_not_wait_are_told_when_to_come_again(
    store_folder: Path, tmp_path: Path
) -> None:
    async def story(pool: Pool) -> None:
        gates = [tmp_path / str(number) for number in range(3)]
        running = [asyncio.create_task(pool.run("wait", gate=str(gate))) for gate in gates]
        with pytest.raises(ServerBusy, match="too many queries are waiting") as caught:
            await running[2]
        assert 1 < caught.value.retry_after_s <= 60
        assert (await pool.run("echo")).body == b"[]"
        gates[0].touch()
        gates[1].touch()
        assert [(await each).body for each in running[:2]] == [b"through"] * 2

    limits = Limits(timeout_s=60, workers=1, long_jobs=1, long_queue=1, queue_s=60)
    pooled(store_folder, limits, story)


def test_clients_take_turns(store_folder: Path, tmp_path: Path) -> None:
    async def story(pool: Pool) -> None:
        gate, order = tmp_path / "gate", []

        async def ask(client: str, number: int) -> None:
            never = asyncio.Event()
            await pool.run_while(never.wait, "echo", client=client, number=number)
            order.append((client, number))

        running = asyncio.create_task(pool.run("wait", gate=str(gate)))
        await reached(gate)
        asked = [(client, number) for client in ("a", "b") for number in range(3)]
        waiting = [asyncio.create_task(ask(*each)) for each in asked]
        with pytest.raises(ServerBusy):  # of the client with the most, not of the last
            await asyncio.gather(*waiting, ask("a", 3))
        assert not waiting[-1].done()
        waiting.append(asyncio.create_task(ask("c", 0)))
        gate.touch()
        await running
        ended = await asyncio.gather(*waiting, return_exceptions=True)
        assert [type(error) for error in ended if error] == [ServerBusy]
        assert order == [("a", 0), ("b", 0), ("c", 0), ("a", 1), ("b", 1), ("b", 2)]

    pooled(store_folder, Limits(workers=1, long_jobs=0, queue=6, queue_s=60), story)


def test_many_that_wait_leave_a_worker_to_those_that_come(
    store_folder: Path, tmp_path: Path
) -> None:
    async def story(pool: Pool) -> None:
        gates = [tmp_path / str(number) for number in range(8)]
        running = [asyncio.create_task(pool.run("wait", gate=str(gate))) for gate in gates]
        await asyncio.sleep(0.5)
        assert (await pool.run("echo")).body == b"[]"
        assert len([*tmp_path.glob("*.reached")]) < len(gates)
        for gate in gates:
            gate.touch()
        assert {reply.body for reply in await asyncio.gather(*running)} == {b"through"}

    pooled(store_folder, Limits(timeout_s=60, workers=2, long_jobs=1, queue_s=60), story)


def test_a_text_that_was_a_long_job_does_not_hold_up_the_quick_ones_again() -> None:
    lanes = Lanes(Limits(), {"sparql"}, {})
    loop = asyncio.new_event_loop()

    def task(job: str) -> Task:
        call = job.encode()
        return Task(call, loop.create_future(), 0, "", *lanes.of(job, call))

    first, second, page = task("sparql"), task("sparql"), task("page")
    assert first.lane is second.lane is page.lane is lanes.fresh
    for each in (first, page):
        lanes.note(each)
    assert lanes.later(second, 0) is lanes.free
    assert task("sparql").lane is lanes.free
    assert task("page").lane is lanes.later(page, 0) is lanes.fresh
    loop.close()


def test_stale_jobs_get_half_of_the_workers() -> None:
    busy: dict[int, list[Task]] = {}
    lanes, loop = Lanes(Limits(workers=4), (), busy), asyncio.new_event_loop()

    def task() -> Task:
        return Task(b"", loop.create_future(), 0, "", *lanes.of("echo", b""))

    for worker in range(3):
        late = task()
        assert lanes.later(late, 0.9) is lanes.fresh
        late.lane = lanes.later(late, 1.1)
        lanes.stale.add(late)
        assert lanes.quick_turn(4) is (lanes.stale if worker < 2 else None)
        busy[worker] = [late]
    lanes.fresh.add(task())
    assert lanes.quick_turn(4) is lanes.fresh
    loop.close()


def test_all_jobs_together_take_no_more_memory_than_they_may(
    store_folder: Path, tmp_path: Path
) -> None:
    if not Path("/proc/self/statm").exists():
        pytest.skip("this system does not tell what memory a process takes")

    async def story(pool: Pool) -> None:
        gates = [tmp_path / str(number) for number in range(3)]
        held = []
        for gate, size in zip(gates, (50, 150, 120), strict=True):
            held.append(asyncio.create_task(pool.run("hold", gate=str(gate), size=size * MIB)))
            if gate is not gates[-1]:  # the largest has all its memory before the last comes
                await reached(gate)
        with pytest.raises(MemoryExceeded, match="together took more than 256 MiB"):
            await held[1]
        for gate in gates:
            gate.touch()
        assert [(await held[i]).body for i in (0, 2)] == [b"through"] * 2

    limits = Limits(timeout_s=60, memory_mb=256, total_memory_mb=1, workers=3, queue_s=60)
    pooled(store_folder, limits, story)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="here each worker imports all by itself")
def test_workers_that_replace_others_have_what_long_jobs_load(store_folder: Path) -> None:
    async def story(pool: Pool) -> None:
        assert (await pool.run("prepared")).body == b"[]"  # the first are not kept waiting
        for _ in range(1000):
            with pytest.raises(WorkerLost):
                await pool.run("die")
            if (await pool.run("prepared")).body == b"[1, 2]":
                return
        raise AssertionError

    pooled(store_folder, Limits(timeout_s=60, workers=1), story)


def test_a_long_job_lets_others_go_first(store_folder: Path) -> None:
    async def story(pool: Pool) -> None:
        assert int((await pool.run("niceness", seconds=0.0)).body) == 0
        assert int((await pool.run("niceness", seconds=1.0)).body) > 0

    pooled(store_folder, Limits(), story)


def test_a_client_that_leaves_takes_its_job_along(store_folder: Path, tmp_path: Path) -> None:
    async def story(pool: Pool) -> None:
        process = (await pool.run("whoami")).body
        gate, left = tmp_path / "gate", asyncio.Event()
        job = asyncio.create_task(pool.run_while(left.wait, "wait", gate=str(gate)))
        await reached(gate)
        queued = asyncio.create_task(pool.run_while(left.wait, "echo"))
        await asyncio.sleep(0)
        left.set()
        for each in (job, queued):
            with pytest.raises(ClientGone):
                await each
        assert (await pool.run("whoami")).body != process

    pooled(store_folder, Limits(timeout_s=60, workers=1, long_jobs=0), story)


def test_a_caller_that_is_cancelled_takes_its_job_along(store_folder: Path, tmp_path: Path) -> None:
    async def story(pool: Pool) -> None:
        gate = tmp_path / "gate"
        job = asyncio.create_task(pool.run("wait", gate=str(gate)))
        await reached(gate)
        queued = asyncio.create_task(pool.run("echo"))
        await asyncio.sleep(0)
        for each in (job, queued):
            each.cancel()
            with pytest.raises(asyncio.CancelledError):
                await each
        assert (await pool.run("whoami")).body

    pooled(store_folder, Limits(timeout_s=60, workers=1, long_jobs=0), story)


def test_a_client_that_stays_is_not_watched_for_a_quick_job(store_folder: Path) -> None:
    async def story(pool: Pool) -> None:
        async def gone() -> None:
            raise AssertionError("nobody asked")

        for _ in range(20):
            assert (await pool.run_while(gone, "echo")).body == b"[]"

    pooled(store_folder, FEW, story)


@pytest.mark.parametrize(("folder", "error"), [("nowhere", StoreMissing), ("broken", StoreDamaged)])
def test_a_store_that_cannot_be_opened(
    store_folder: Path, tmp_path: Path, folder: str, error: type[CoopgraphError]
) -> None:
    shutil.copytree(store_folder, tmp_path / "broken")
    (Folder(tmp_path / "broken").current() / "refuse").touch()

    async def story(pool: Pool) -> None:
        raise AssertionError(pool)

    with pytest.raises(error, match="build"):
        pooled(tmp_path / folder, Limits(), story)


def test_workers_that_die_before_they_are_ready(store_folder: Path, tmp_path: Path) -> None:
    store = shutil.copytree(store_folder, tmp_path / "store")
    (Folder(store).current() / "die").touch()

    async def story(pool: Pool) -> None:
        raise AssertionError(pool)

    with pytest.raises(WorkerLost):
        pooled(store, Limits(), story)


def test_jobs_that_are_not_there(store_folder: Path) -> None:
    async def run() -> None:
        async with Pool(store_folder, "no_such_jobs"):
            raise AssertionError

    with pytest.raises(JobFailed, match="no_such_jobs"):
        asyncio.run(run())


def test_a_pool_that_closes_lets_nobody_wait(store_folder: Path, tmp_path: Path) -> None:
    async def run() -> None:
        gate = tmp_path / "gate"
        async with Pool(store_folder, JOBS, Limits(workers=1, long_jobs=0)) as pool:
            jobs = [asyncio.create_task(pool.run("wait", gate=str(gate))) for _ in range(3)]
            await reached(gate)
        for job in jobs:
            with pytest.raises(ServerBusy, match="stopping"):
                await job
        with pytest.raises(ServerBusy, match="stopping"):
            await pool.run("echo")

    asyncio.run(run())


@pytest.mark.parametrize(
    "wrong",
    [{"timeout_s": 0}, {"timeout_s": float("nan")}, {"workers": 0}, {"queue": -1}, {"reply_mb": 0}],
)
def test_limits_that_make_no_sense(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Limits(**wrong)  # type: ignore[arg-type]
