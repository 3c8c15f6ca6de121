"""How many rows of each group an answer shows, and the notes that say what it leaves off.

    # param top: xsd:integer, 50 per technology; rows for each technology; the same in Korean

shows the first 50 rows of each technology, in the order of the answer. What is left off is
known for certain: either every row was counted, or one more was asked for than is shown. Where
that one has as many links as the last that is shown, or what else the rows are ordered by from the
most, a note says that the cut parts equals.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from coopgraph.i18n import text
from coopgraph.queries.question import Question

_NAMED = 5
_FALLING: Final = re.compile(r"DESC\(\?(\w+)\)")
#: More rows than any group has.
_EVERY = "999999999"


@dataclass(frozen=True)
class Limit:
    """At most `size` rows for each group: the rows with the same values in `per`. `by` is the
    column with what those shown have most of, empty where that is none."""

    name: str
    size: int
    per: tuple[str, ...]
    by: str = ""


def limit_of(question: Question, values: Mapping[str, str]) -> Limit | None:
    """The limit that holds for a question asked with `values` (checked before), if any."""
    for column in question.extra:
        size = values.get(column.name, column.default)
        if column.per and size:
            names = {column.name for column in question.columns} - {*column.per}
            falling = _FALLING.findall(question.text.rpartition("ORDER BY")[2])
            by = next((name for name in falling if name in names), "")
            return Limit(column.name, int(size), column.per, by)
    return None


def unlimited(question: Question) -> dict[str, str]:
    """Values for the parameters of `question` that limit rows, with which they limit none."""
    return {column.name: _EVERY for column in question.extra if column.per}


@dataclass
class TruncatedRows:
    """The rows that are shown, how many rows each group has, whether all were counted, and how
    many groups are cut between equals."""

    limit: Limit
    rows: list[tuple[int, ...]]
    sizes: Counter[tuple[Any, ...]]
    counted: bool
    tied: int = 0

    def notes(self, lang: str, label: Mapping[str, str]) -> tuple[str, ...]:
        """What a reader must know; nothing where every row is shown. `label` gives the labels of
        IRIs in groups."""
        large = [(n, group) for group, n in self.sizes.items() if n > self.limit.size]
        if not large:
            return ()
        words = {
            "name": self.limit.name,
            "size": self.limit.size,
            "more": str(self.limit.size * 10),
            "per": ", ".join(self.limit.per),
            "kept": len(self.rows),
            "rows": self.sizes.total(),
            "largest": str(max(large)[0] if self.counted else 0),
        }
        kind = "counted" if self.counted else "bounded"
        lines = [text(f"answer.cut-{kind}", lang, **words)]
        if self.tied:
            lines.append(text("answer.cut-tied", lang, self.tied, by=self.limit.by))
        if self.counted and len(large) <= _NAMED:
            large.sort(key=lambda item: (-item[0], _shown(item[1], label)))
            for size, group in large:
                lines.append(text("answer.group", lang, group=_shown(group, label), rows=size))
        return tuple("".join(c if c.isprintable() else "·" for c in line) for line in lines)


@dataclass(frozen=True)
class Truncation:
    """How to cut: `is_counted` where the rows are all there are, `sizes` of the groups where
    they were counted beforehand."""

    limit: Limit
    is_counted: bool = True
    sizes: Mapping[tuple[Any, ...], int] | None = None

    def apply(
        self, rows: Iterable[tuple[int, ...]], columns: Sequence[str], terms: Sequence[Any]
    ) -> TruncatedRows:
        """The first rows of each group, in their order; their cells are the places of `terms`."""
        places = [columns.index(name) for name in self.limit.per]
        seen: dict[tuple[int, ...], int] = {}
        by = columns.index(self.limit.by) if self.limit.by else None
        kept, last, tied = [], {}, 0
        for row in rows:
            group = tuple([row[i] for i in places])
            seen[group] = count = seen.get(group, 0) + 1
            if count <= self.limit.size:
                kept.append(row)
                last[group] = row
            elif by is not None and group in last and count == self.limit.size + 1:
                tied += terms[row[by]] is not None and row[by] == last[group][by]
        named = {tuple(terms[i] for i in group): count for group, count in seen.items()}
        sizes = Counter(self.sizes or named)
        return TruncatedRows(self.limit, kept, sizes, self.is_counted, tied)


def _shown(group: tuple[Any, ...], label: Mapping[str, str]) -> str:
    values = (getattr(term, "value", "") for term in group)
    return ", ".join(label.get(value, value) for value in values)
