"""The time limit of a verb that reads: the engine cannot be interrupted, a process can end."""

import os
import threading

from coopgraph.errors import QueryTimeout


class Watchdog:
    """Ends this process, with one line on standard error and exit code 1, after `limit_s`.

    `stop` calls it off: before data are written, so that they are written whole or not at all.
    The engine lets other threads run while it evaluates, so that a thread is enough.
    """

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._stopped = threading.Event()
        self._ending = threading.Lock()
        threading.Thread(target=self._wait, name="time limit", daemon=True).start()

    def stop(self) -> None:
        """Call it off; does not return once the process is being ended."""
        with self._ending:
            self._stopped.set()

    def _wait(self) -> None:
        if self._stopped.wait(self._limit_s):
            return
        with self._ending:
            if not self._stopped.is_set():
                self._end()

    def _end(self) -> None:
        error = QueryTimeout(
            f"stopped after {self._limit_s:g} s, and nothing was written",
            remedy="ask for less, or give more time: --timeout-s (0 is no limit)",
        )
        try:
            os.write(2, f"coopgraph: {error}\n".encode())
        finally:
            os._exit(error.exit_code)
