"""A process that dies, or waits, when Python is about to take a step on the disk.

Audit events (https://docs.python.org/3/library/audit_events.html) need no hook in the engine.
"""

from __future__ import annotations

#: The arguments of the process: two of its own, an event, a part of the event's arguments, and a
#: gate: a file to wait for, or nothing, to be killed.
STOP = """
import os, pathlib, signal, sys, time
first, store, event, fragment, gate = sys.argv[1:]
def stop(name, arguments):
    if name == event and fragment in " ".join(map(str, arguments)):
        if not gate:
            os.kill(os.getpid(), signal.SIGKILL)
        pathlib.Path(gate + ".reached").touch()
        while not os.path.exists(gate):
            time.sleep(0.005)
sys.addaudithook(stop)
"""
