"""Processes in which modules are absent, as on another system or after a plain install."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from command_line import SRC

#: What only extras install.
EXTRAS = (
    *("docx", "duckdb", "hwpx", "ibis", "jupyterlab", "matplotlib", "pandas", "pyarrow", "pyspark"),
    "typst",
)
#: What Windows has not; `os.fork` and `socket.send_fds` go with them.
POSIX = ("fcntl", "resource", "uvloop")


def without(folder: Path, modules: Iterable[str], *, fork: bool = True) -> dict[str, str]:
    """The environment of a process that cannot import `modules`, nor can what it starts.

    `folder` is for a `sitecustomize.py`, which Python runs first. Without `fork` there is no
    `os.fork` either, and no way to pass a socket on.
    """
    lines = ["import os, socket, sys", f"sys.modules.update(dict.fromkeys({sorted(modules)!r}))"]
    if not fork:
        lines.append("del os.fork, socket.send_fds, socket.recv_fds")
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {"PYTHONPATH": os.pathsep.join([str(folder), str(SRC)])}
