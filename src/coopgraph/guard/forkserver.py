"""The process that forks workers: small, without threads, without a store.

    python -m coopgraph.guard.forkserver CONTROL JOBS

It imports the jobs once; a worker is then a fork of it, ready in the time that it takes to open
the store. CONTROL is a socket; the pool sends five bytes at a time: `s` and a number, with two
file descriptors (the worker's channel and its standard error), starts a worker; `k` and its
number kills it. Only this process reaps its children, so that a number always names the same
process. When the pool's end of CONTROL closes, all workers are killed.

Once a worker has ended, which most do after a long job, what such jobs load is loaded here, step
by step (`Jobs.prepare`), so that later workers have it: else each would load it anew, and be too
slow for the quick lane by that alone.
"""

import contextlib
import ctypes
import importlib
import os
import select
import signal
import socket
import sys
from typing import cast

from coopgraph.guard.worker import Jobs, serve

#: Bytes of a message: a letter and a number.
MESSAGE = 5
_PR_SET_PDEATHSIG = 1


def run(control: socket.socket, jobs: Jobs) -> None:
    """Start, kill and reap workers until the pool closes `control`."""
    wake_reader, wake = os.pipe()
    os.set_blocking(wake_reader, False)
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    children: dict[int, int] = {}  # process by number
    steps, wait_s = iter(jobs.prepare()), None
    while True:
        ready, _, _ = select.select([control.fileno(), wake_reader], [], [], wait_s)
        if wake_reader in ready:
            os.read(wake_reader, 4096)
            _reap(children, os.WNOHANG)
            wait_s = 0
            continue
        if not ready:
            wait_s = next(steps, None)
            continue
        message, handles, _, _ = socket.recv_fds(control, MESSAGE, 2)
        if not message:
            break
        number = int.from_bytes(message[1:])
        if message[:1] == b"s":
            children[number] = _fork(jobs, handles, (control.fileno(), wake_reader, wake))
        elif number in children:
            os.kill(children[number], signal.SIGKILL)
    for process in children.values():
        os.kill(process, signal.SIGKILL)
    _reap(children, 0)


def _fork(jobs: Jobs, handles: list[int], own: tuple[int, ...]) -> int:
    """Start a worker with `handles` and without `own`; returns its process."""
    server, process = os.getpid(), os.fork()
    if not process:
        for handle in own:
            os.close(handle)
        _become_worker(handles, jobs, server)
    for handle in handles:
        os.close(handle)
    return process


def _reap(children: dict[int, int], options: int) -> None:
    """Forget the children that have ended; waits for all of them where `options` is 0."""
    while children:
        process, _ = os.waitpid(-1, options)
        if not process:
            return
        del children[next(number for number, child in children.items() if child == process)]


def _become_worker(handles: list[int], jobs: Jobs, server: int) -> None:
    """Serve, then end without the clean-up of the process that this is a copy of."""
    status = 1
    try:
        die_with_parent()
        if os.getppid() != server:  # it ended before the request
            return
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        channel, stderr = handles
        os.dup2(stderr, 2)
        os.close(stderr)
        with socket.socket(fileno=channel) as connection, contextlib.suppress(OSError):
            serve(connection, jobs)
        status = 0
    finally:
        os._exit(status)


def die_with_parent() -> None:
    """Have Linux send SIGKILL when the server ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def main() -> None:
    """Run the fork server as the pool starts it."""
    control = socket.socket(fileno=int(sys.argv[1]))
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)  # the pool decides when its workers end
    jobs = importlib.import_module(sys.argv[2])
    run(control, cast("Jobs", jobs))


if __name__ == "__main__":
    main()
