"""Numbers in place of IRIs, so that what is counted fits into arrays."""

from __future__ import annotations


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
