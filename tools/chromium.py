"""Finds a Chromium for the browser tests, or installs one.

`make test` runs this as a script before the tests; the tests take `find` from it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

NAMES: Final = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
#: What a test passes when it starts the browser: no sandbox (tests may run as root), and no
#: traffic of the browser's own.
ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
MISSING: Final = (
    f"no Chromium that starts ({', '.join(NAMES)} on PATH, or Playwright's own), or Playwright "
    "itself does not start; `make test` installs what is missing where it can"
)
#: libatomic1 is what Playwright's own Node.js needs and a small Debian lacks.
_DEBIAN: Final = ("fonts-noto-cjk", "libatomic1")
_INSTALL_TIMEOUT_S: Final = 900
_START_TIMEOUT_S: Final = 60
_COMPLAINT: Final = re.compile(r"^E: |\b(?:error|failed|refused|denied)\b", re.IGNORECASE)
_OWN: Final = """\
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


@cache
def find() -> Path | None:
    """The executable of a Chromium that starts and that Playwright can drive, or None."""
    # In a process of its own: a test may have Playwright running in this one.
    playwright = _run(sys.executable, "-c", _OWN, timeout_s=_START_TIMEOUT_S)
    if playwright.trouble:
        return None
    installed = filter(None, map(shutil.which, NAMES))
    return next((Path(p) for p in (*installed, playwright.said.strip()) if _starts(p)), None)


def _starts(executable: str) -> bool:
    """Whether it can say its version: a stub of a package that is not installed, or a binary
    whose libraries are missing, cannot."""
    return not _run(executable, "--version", timeout_s=_START_TIMEOUT_S).trouble


class _Done(NamedTuple):
    said: str
    trouble: str  # the line that tells why the command failed; empty where it did not


def _run(*command: str, timeout_s: float) -> _Done:
    try:
        done = subprocess.run(
            command,
            check=False,
            timeout=timeout_s,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return _Done("", str(error))
    if done.returncode == 0:
        return _Done(done.stdout, "")
    lines = done.stdout.strip().splitlines() or [f"exit {done.returncode}"]
    return _Done("", next((x for x in lines if _COMPLAINT.search(x)), lines[-1]).strip())


def _ways() -> Iterator[tuple[tuple[str, ...], ...]]:
    """Each way of installing one, as commands that follow one another."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        install = ("apt-get", "install", "--yes", "--no-install-recommends")
        for browser in NAMES[:2]:  # not each archive has the smaller one
            yield ("apt-get", "update"), (*install, browser, *_DEBIAN)
    yield ((sys.executable, "-m", "playwright", "install", "chromium"),)


def _install() -> Path | None:
    for commands in _ways():
        for command in commands:
            print(f"For the browser tests: {' '.join(command)} ...", flush=True)
            if trouble := _run(*command, timeout_s=_INSTALL_TIMEOUT_S).trouble:
                print(f"  did not work: {trouble}")
                break
        else:
            find.cache_clear()
            if found := find():
                return found
            print("  was installed, but does not start")
    return None


def main() -> None:
    """Say which Chromium the browser tests use, installing one where there is none."""
    found = find() or _install()
    if found:
        print(f"Browser tests use {found}")
    else:
        print(f"BROWSER TESTS WILL BE SKIPPED: {MISSING}")


if __name__ == "__main__":
    main()
