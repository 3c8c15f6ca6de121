"""Projects that one file knows by their id and another by the number of their record (rcn).

Where no file has both, the participants tell: a body and the euro that it was paid. Two are one
project where most of what was paid in either was paid in both, at least one sum is no round one,
and neither has that much in common with a third.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final

from coopgraph.importers.cordis import values

_ENOUGH: Final = 0.6  # of the sums paid in the one that has more
_ROUND: Final = 1_000  # euro: lump sums are multiples


class Payments:
    """What was paid to whom in projects that are known by id."""

    def __init__(self) -> None:
        self._projects: dict[tuple[str, int], set[str]] = defaultdict(set)
        self._number: Counter[str] = Counter()

    def add(self, project: str, pic: str, cell: str) -> None:
        """What a body was paid in a project, as printed."""
        if euro := _euro(cell):
            self._projects[pic, euro].add(project)
            self._number[project] += 1

    def same(self, rows: Iterable[tuple[str, str, str]]) -> dict[str, str]:
        """The id of each project that `rows` know by its number: (number, PIC, euro as printed).

        >>> paid = Payments()
        >>> paid.add("741487", "999997930", "1788682.5")
        >>> paid.same([("210052", "999997930", "1788682.5"), ("7", "999997930", "50000")])
        {'210052': '741487'}
        """
        shared: dict[str, Counter[str]] = defaultdict(Counter)
        number: Counter[str] = Counter()
        telling: set[tuple[str, str]] = set()
        for rcn, pic, cell in rows:
            if euro := _euro(cell):
                number[rcn] += 1
                for project in self._projects.get((pic, euro), ()):
                    shared[rcn][project] += 1
                    telling |= {(rcn, project)} if euro % _ROUND else set()
        pairs = [
            (rcn, project)
            for rcn, common in shared.items()
            for project, count in common.items()
            if (rcn, project) in telling
            and count >= _ENOUGH * max(number[rcn], self._number[project])
        ]
        rcns, projects = (Counter(pair[side] for pair in pairs) for side in (0, 1))
        return {rcn: project for rcn, project in pairs if rcns[rcn] == projects[project] == 1}


def _euro(cell: str) -> int:
    amount = values.amount(cell)
    return round(float(amount)) if amount else 0
