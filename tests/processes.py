"""What the system tells of processes, where it has /proc."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

PROC = Path("/proc")


def needed() -> None:
    """Skip a test where the system has no /proc."""
    if not (PROC / "self" / "stat").exists():
        pytest.skip("this system has no /proc to look at processes in")


def state(process: int) -> str:
    """R, S, D, Z …; empty for a process that is not there."""
    try:
        return (PROC / str(process) / "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def children(parent: int) -> list[int]:
    """The processes that a process has started, ended ones that nobody has reaped too."""
    found = []
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == parent:
                found.append(int(folder.name))
    return sorted(found)


def handles(process: int | str = "self") -> list[str]:
    """What a process has open."""
    names = []
    for link in (PROC / str(process) / "fd").iterdir():
        try:
            names.append(str(link.readlink()))
        except OSError:  # closed meanwhile
            continue
    return sorted(names)


def resident_mb(process: int) -> int:
    """MiB of resident memory; 0 for a process that is not there."""
    try:
        text = (PROC / str(process) / "status").read_text()
    except OSError:
        return 0
    return int(text.partition("VmRSS:")[2].split()[0]) // 1024 if "VmRSS:" in text else 0


def until(happened: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for what must happen; fails where it does not."""
    ends = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.01)
