"""Numbers for IRIs, so that what is counted fits into arrays, and joins of arrays."""

from array import array
from collections.abc import Callable
from typing import Final

from coopgraph.libraries import Booleans, Ints, np

#: Longer than any count of works or projects; sums of millions of them fit into 64 bits.
_MOST_DIGITS: Final = 9
_YEAR_DIGITS: Final = 4
NO_YEAR: Final = 0
_HUNDRED: Final = 100
MILLION: Final = 1_000_000
_MOST_HUNDREDTHS: Final = 1 << 53


class Numbers:
    """Numbers of terms, in the order in which they are first met.

    >>> numbers = Numbers()
    >>> numbers.add(b"<urn:a>"), numbers.add(b"<urn:b>"), numbers.add(b"<urn:a>")
    (0, 1, 0)
    """

    def __init__(self) -> None:
        self.of: dict[bytes, int] = {}

    def add(self, term: bytes) -> int:
        """The number of a term, a new one where it is new."""
        return self.of.setdefault(term, len(self.of))


class Lookup:
    """Values by the hash of a term: subjects are many, and met in any order."""

    def __init__(self) -> None:
        self._terms, self._values = array("q"), array("q")

    def add(self, term: bytes, value: int) -> None:
        """One value of a term."""
        self._terms.append(hash(term))
        self._values.append(value)

    def sorted(self) -> tuple[Ints, Ints]:
        """Hashes in order, and the values in the same order; each pair once."""
        pairs = np.array([self._terms, self._values], dtype=np.int64)
        pairs = pairs[:, np.lexsort(pairs[::-1])]
        pairs = pairs[:, changes(*pairs)]
        return pairs[0], pairs[1]

    def at(self, wanted: Ints, missing: int = -1) -> Ints:
        """The value of each wanted hash, `missing` where it has none."""
        keys, values = self.sorted()
        if not len(keys):
            return np.full(len(wanted), missing, dtype=np.int64)
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.where(keys[place] == wanted, values[place], missing)

    def reader(self, numbers: Numbers, but: bytes = b"_") -> Callable[[bytes, bytes], None]:
        """What reads IRIs as their `numbers`, of subjects that do not begin as `but`."""

        def read(subject: bytes, term: bytes) -> None:
            if term[:1] == b"<" and not subject.startswith(but):
                self.add(subject, numbers.add(term))

        return read


def spread(keys: Ints, wanted: Ints) -> tuple[Ints, Ints]:
    """Each of `wanted` with each row of sorted `keys` that equals it: places in `wanted` and
    in `keys`.

    >>> import numpy as np
    >>> [places.tolist() for places in spread(np.array([1, 1, 2]), np.array([2, 0, 1]))]
    [[0, 2, 2], [2, 0, 1]]
    """
    start = np.searchsorted(keys, wanted)
    counts = np.searchsorted(keys, wanted, side="right") - start
    first = np.cumsum(counts) - counts
    within = np.arange(counts.sum()) - np.repeat(first, counts)
    return np.repeat(np.arange(len(wanted)), counts), within + np.repeat(start, counts)


def changes(*columns: Ints) -> Booleans:
    """Whether a row differs from the one before it."""
    changed = np.ones(len(columns[0]), dtype=bool)
    if len(changed):
        changed[1:] = False
        for column in columns:
            changed[1:] |= column[1:] != column[:-1]
    return changed


def whole(term: bytes) -> int:
    """The whole number of a literal, 0 for what is none or beyond all counting.

    >>> whole(b'"12"^^<http://www.w3.org/2001/XMLSchema#integer>'), whole(b'"-1"'), whole(b"<a>")
    (12, 0, 0)
    """
    text = term[1:].partition(b'"')[0]
    return int(text) if text.isdigit() and len(text) <= _MOST_DIGITS else 0


def year(term: bytes) -> int:
    """The year of a date or a year, `NO_YEAR` for what is neither.

    >>> year(b'"2021-05-01"^^<urn:d>'), year(b'"unknown"')
    (2021, 0)
    """
    text = term[1 : _YEAR_DIGITS + 1]
    return int(text) if text.isdigit() else NO_YEAR


def hundredths(term: bytes, parts: int = _HUNDRED) -> int:
    """Hundredths of a number, or other `parts`; 0 for what is none or beyond all counting.

    >>> hundredths(b'"1.25"^^<http://www.w3.org/2001/XMLSchema#decimal>'), hundredths(b'"a lot"')
    (125, 0)
    """
    try:
        found = round(float(term.split(b'"', 2)[1]) * parts)
    except (IndexError, ValueError, OverflowError):
        return 0
    return found if abs(found) < _MOST_HUNDREDTHS else 0
