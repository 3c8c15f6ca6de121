"""Columns: a large network as a few short texts that a page unpacks quickly.

Each column is bytes, compressed (gzip, RFC 1952, without a time) and written in base64. Whole
numbers have a variable length (LEB128); texts are UTF-8 lines.
"""

import base64
import gzip
import json
from collections.abc import Iterable
from typing import Any

from coopgraph.libraries import np


def packed(data: bytes) -> str:
    """Bytes as the page gets them; the same bytes give the same text."""
    return base64.b64encode(gzip.compress(data, compresslevel=6, mtime=0)).decode()


def numbers(values: Any) -> str:
    """Whole numbers, each 0 or more.

    >>> list(unpacked(numbers([1, 300])))
    [1, 172, 2]
    """
    rest = np.asarray(values, dtype=np.uint64)
    length = np.ones(len(rest), dtype=np.int64)
    for bits in range(7, 64, 7):
        length += rest >= np.uint64(1) << np.uint64(bits)
    place = np.cumsum(length) - length
    data = np.zeros(int(length.sum()), dtype=np.uint8)
    for turn in range(int(length.max(initial=0))):
        there = length > turn
        low = (rest[there] >> np.uint64(7 * turn)) & np.uint64(127)
        more = np.where(length[there] > turn + 1, 128, 0)
        data[place[there] + turn] = low.astype(np.uint8) | more.astype(np.uint8)
    return packed(data.tobytes())


def signed(values: Any) -> str:
    """Whole numbers of either sign: 0, -1, 1, -2, … as 0, 1, 2, 3, …"""
    whole = np.asarray(values, dtype=np.int64)
    return numbers(((whole << 1) ^ (whole >> 63)).astype(np.uint64))


def differences(values: Any) -> str:
    """Whole numbers, each as the difference from the one before."""
    return signed(np.diff(np.asarray(values, dtype=np.int64), prepend=0))


def floats(values: Any) -> str:
    """Numbers, as 64 bits each, the lowest byte first."""
    return packed(np.asarray(values, dtype="<f8").tobytes())


def strings(texts: Iterable[str]) -> str:
    """Texts, one a line; white space within them becomes single blanks."""
    return packed("\n".join(" ".join(text.split()) for text in texts).encode())


def entries(values: Iterable[Any]) -> str:
    """Values of JSON, one a line."""
    return packed(
        "\n".join(
            json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
            for value in values
        ).encode()
    )


def unpacked(column: str) -> bytes:
    """The bytes of a column."""
    return gzip.decompress(base64.b64decode(column))
