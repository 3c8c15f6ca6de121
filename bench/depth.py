"""How many of each construct end a process: what the limits of coopgraph.sparql.tokens are from.

.venv/bin/python bench/depth.py            # some minutes
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from test_sparql_depth import QUICK

MOST, LIMIT_S = 40_000, 60
ASK = """
import sys
sys.path.insert(0, {tests!r})
from test_sparql_depth import KINDS
import pyoxigraph
try:
    pyoxigraph.Store().query(KINDS[{kind!r}]({many}))
except (SyntaxError, ValueError):
    pass
"""


def ends_well(kind: str, many: int) -> bool | None:
    """Whether a process that asks the engine itself ends with 0; None where it takes too long."""
    code = ASK.format(tests=sys.path[0], kind=kind, many=many)
    try:
        return not subprocess.run(
            [sys.executable, "-c", code], check=False, timeout=LIMIT_S
        ).returncode
    except subprocess.TimeoutExpired:
        return None


for kind in QUICK:
    low, high, slow = 1, MOST, False
    while high - low > max(20, low // 20):
        middle = (low + high) // 2
        answer = ends_well(kind, middle)
        slow = slow or answer is None
        low, high = (middle, high) if answer else (low, middle)
    print(f"{kind:26} {high:>7,}{'  (or too slow to tell)' if slow else ''}", flush=True)
