"""The objects of a JSON file, one at a time, however long it is: of an array, one a line, or one
after the other.

https://www.rfc-editor.org/rfc/rfc8259 and https://jsonlines.org. The text is read in blocks and
each object is parsed by the standard library's scanner in C, so no more than one block and one
object are held. An object that is too long, and one that is not JSON, is passed over: in lines to
the end of the line, else by its brackets.
"""

import codecs
import io
import json
import re
from collections.abc import Iterator
from typing import IO, Any, Final, cast

from coopgraph.importers.base import Input, Ledger

#: The longest object that is read, in characters: the longest ROR record seen has 125,000.
LIMIT: Final = 4_000_000
_BLOCK: Final = 1 << 20
_LOOKED_AT: Final = 20  # lines
_DECODER: Final = json.JSONDecoder()
_BLANK: Final = re.compile(r"[ \t\r\n]*")
#: What may stand inside a string, and outside of one between signs that count. Possessive: text
#: that was passed is not looked at again.
_QUOTED: Final = re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_OUTSIDE: Final = re.compile(r'[^"{}\[\],\\]*+(?:\\.[^"{}\[\],\\]*+)*+', re.DOTALL)


def json_records(
    source: Input, ledger: Ledger, limit: int = LIMIT
) -> Iterator[tuple[int, dict[str, Any]]]:
    """(number from 1, object) of each object in a JSON file: of an array, or one after the other;
    where the first line is one, each line is, and the number is that of the line. What is no
    object, is not JSON or has more than `limit` characters is rejected. Raises `InputUnreadable`
    for what begins as no JSON, breaks off, or, if it has no lines, is not UTF-8."""
    account = ledger.account(source)
    with source.utf8(ledger, guess=False) as plain:
        stream = io.BufferedReader(cast("Any", plain), _BLOCK)
        found: Iterator[tuple[int, dict[str, Any] | str]]
        if has_lines(stream.peek(_BLOCK)):
            found = ((number, _parsed(line, limit)) for number, line in json_lines(stream, limit))
        else:
            found = enumerate(_elements(_Text(source, stream), limit), 1)
        for number, record in found:
            if isinstance(record, dict):
                yield number, record
            else:
                account.reject(number, "", record)


def has_lines(head: bytes) -> bool:
    """Whether a file that begins so has one object a line, some of them broken.

    >>> has_lines(b'{"id": 1}'), has_lines(b'{"id": \\n{"id": 2}\\n'), has_lines(b'{\\n"id": 1}')
    (False, True, False)
    """
    if head.lstrip()[:1] == b"[":
        return False
    first, *lines = head.lstrip().split(b"\n", _LOOKED_AT)
    if not lines:
        return len(head) >= _BLOCK
    return first.strip() != b"{" and any(
        isinstance(_parsed(line, len(line)), dict) for line in (first, *lines[:-1])
    )


def json_lines(stream: IO[bytes], limit: int) -> Iterator[tuple[int, bytes | None]]:
    """(number, line) of the lines that are not blank; None for one of more than `limit` bytes."""
    number = 0
    while line := stream.readline(limit + 1):
        number += 1
        if len(line) > limit:
            while line and not line.endswith(b"\n"):
                line = stream.readline(_BLOCK)
            yield number, None
        elif line.strip():
            yield number, line


def _parsed(line: bytes | None, limit: int) -> dict[str, Any] | str:
    """The object of a line, or why there is none."""
    if line is None:
        return _too_long(limit, "bytes")
    try:
        value = json.loads(line)
    except UnicodeDecodeError:
        return "is not UTF-8"
    except (ValueError, RecursionError):
        return "is not JSON"
    return value if isinstance(value, dict) else "is not an object"


def _elements(text: "_Text", limit: int) -> Iterator[dict[str, Any] | str]:
    """The objects of an array, or one after the other; why one cannot be used in its place."""
    first = text.sign()
    if first not in ("[", "{"):
        raise text.source.unreadable(
            "is neither a JSON array of records nor objects one after the other",
            "name the file as its publisher ships it",
        )
    end = "]" if first == "[" else ""
    text.at += first == "["
    number = 0
    while text.sign(end) != end:
        number += 1
        yield text.element(limit)
        if end and text.sign() == ",":
            text.at += 1
        elif text.sign(end) not in (end, "" if end else "{"):
            raise text.source.unreadable(f"is not JSON after record {number}")


class _Text:
    """The text of a file from a position on: `text[at:]`, then what is not yet read."""

    def __init__(self, source: Input, stream: IO[bytes]) -> None:
        self.source, self.stream = source, stream
        self.text, self.at, self.ended = "", 0, False
        self.decoder = codecs.getincrementaldecoder("utf-8-sig")()

    def more(self, least: int = 0) -> bool:
        """Read a block or more and forget what is before `at`; False at the end."""
        block = self.stream.read(max(_BLOCK, least))
        self.ended = not block
        try:
            self.text = self.text[self.at :] + self.decoder.decode(block, final=self.ended)
        except UnicodeDecodeError as error:
            raise self.source.unreadable(f"is not UTF-8: {error.reason}") from None
        self.at = 0
        return not self.ended

    def sign(self, end: str = "]") -> str:
        """The next character that is not blank; `at` moves to it. Empty at the end of the file,
        where that may be the `end`."""
        while True:
            match = _BLANK.match(self.text, self.at)
            self.at = match.end() if match else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                if end:
                    raise self.source.unreadable("breaks off before the end of the array")
                return ""

    def element(self, limit: int) -> dict[str, Any] | str:
        """The object at `at`, or why it cannot be used; `at` moves behind it."""
        if self.sign() != "{":
            self.skip()
            return "is not an object"
        while True:
            try:
                value, end = _DECODER.raw_decode(self.text, self.at)
            except (ValueError, RecursionError):  # cut off by the block, or no JSON
                # As much again: what is long is not parsed more often than needed.
                held = len(self.text) - self.at
                if held <= limit and self.more(held):
                    continue
                size = self.skip()
                return _too_long(limit) if size > limit else "is not JSON"
            size, self.at = end - self.at, end
            return _too_long(limit) if size > limit else value

    def skip(self) -> int:
        """Move behind the element at `at` without keeping it; returns its length."""
        depth, quoted, length = 0, False, 0
        while True:
            pattern = _QUOTED if quoted else _OUTSIDE
            end = pattern.match(self.text, self.at).end()  # type: ignore[union-attr]
            length, self.at = length + end - self.at, end
            sign = self.text[end : end + 1]
            if sign in ("", "\\"):  # of a backslash at the very end the rest is still to come
                if not self.more():
                    raise self.source.unreadable("breaks off inside a record")
                continue
            if sign == '"':
                quoted = not quoted
            elif depth == 0 and sign in ",]}":
                return length
            else:
                depth += (sign in "{[") - (sign in "}]")
            length, self.at = length + 1, end + 1
            if depth == 0 and sign in "}]":
                return length


def _too_long(limit: int, unit: str = "characters") -> str:
    return f"is longer than {limit:,} {unit}"
