"""Processes of our own: how a module is run in a fresh one, and what that may take."""

import contextlib
import json
import sys
from types import ModuleType
from typing import Final

resource: ModuleType | None
try:
    import resource
except ModuleNotFoundError:  # Windows
    resource = None

#: The modules are found as here, however this process found them.
_PROGRAM: Final = """import json, sys
sys.path[:] = json.loads(sys.argv.pop())
from {} import main
main()"""


def command(module: str, *arguments: str) -> list[str]:
    """The command that runs `main` of a module in a fresh interpreter; it finds the `arguments` in
    `sys.argv`, after the first.

    >>> command("coopgraph.cli", "--version")[1], command("coopgraph.cli", "--version")[3]
    ('-c', '--version')
    """
    return [sys.executable, "-c", _PROGRAM.format(module), *arguments, json.dumps(sys.path)]


def limit(**most: int | None) -> None:
    """Limit this process, where the system can: names of `resource` without RLIMIT_, as in
    `limit(DATA=1 << 30)`, in the units of the system; None is no limit."""
    if resource is None:
        return
    for name, value in most.items():
        both = (resource.RLIM_INFINITY if value is None else value,) * 2
        with contextlib.suppress(ValueError, OSError):  # a stricter limit of the system stays
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), both)
