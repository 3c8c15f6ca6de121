"""The objects of a JSON array, one at a time, however long the file is.

https://www.rfc-editor.org/rfc/rfc8259. The text is read in blocks and each object is parsed by
the standard library's scanner in C, so no more than one block and one object are held. An
object that is too long, and one that is not JSON, is passed over by its brackets.
"""

import codecs
import json
import re
from collections.abc import Iterator
from typing import IO, Any, Final

from coopgraph.errors import InputUnreadable
from coopgraph.importers.base import Input, Ledger

#: The longest object that is read, in characters: the longest ROR record seen has 125,000.
LIMIT: Final = 4_000_000
_BLOCK: Final = 1 << 20
_DECODER: Final = json.JSONDecoder()
_BLANK: Final = re.compile(r"[ \t\r\n]*")
#: What may stand inside a string, and outside of one between signs that count. Possessive: text
#: that was passed is not looked at again.
_QUOTED: Final = re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_OUTSIDE: Final = re.compile(r'[^"{}\[\],\\]*+(?:\\.[^"{}\[\],\\]*+)*+', re.DOTALL)


def json_records(
    source: Input, ledger: Ledger, limit: int = LIMIT
) -> Iterator[tuple[int, dict[str, Any]]]:
    """(number from 1, object) of each object in the JSON array of a file. Elements that are no
    object, are not JSON or have more than `limit` characters are rejected. Raises `InputUnreadable`
    for what is no JSON array, breaks off, or is not UTF-8."""
    account = ledger.account(source)
    with source.open() as stream:
        text = _Text(source.name, stream)
        if text.sign() != "[":
            raise source.unreadable(
                "is not a JSON array of records", "name the dump as its publisher ships it"
            )
        text.at += 1
        number = 0
        while text.sign() != "]":
            number += 1
            found = text.element(limit)
            if isinstance(found, dict):
                yield number, found
            else:
                account.reject(number, "", found)
            if text.sign() == ",":
                text.at += 1
            elif text.sign() != "]":
                raise text.broken(f"is not JSON after record {number}")


class _Text:
    """The text of a file from a position on: `text[at:]`, then what is not yet read."""

    def __init__(self, name: str, stream: IO[bytes]) -> None:
        self.name, self.stream = name, stream
        self.text, self.at, self.ended = "", 0, False
        self.decoder = codecs.getincrementaldecoder("utf-8-sig")()

    def broken(self, fact: str) -> InputUnreadable:
        """The error for a file that cannot be read on."""
        return InputUnreadable(fact, place=self.name, remedy="download the file again")

    def more(self) -> bool:
        """Read a block and forget what is before `at`; False at the end."""
        block = self.stream.read(_BLOCK)
        self.ended = not block
        try:
            self.text = self.text[self.at :] + self.decoder.decode(block, final=self.ended)
        except UnicodeDecodeError as error:
            raise self.broken(f"is not UTF-8: {error.reason}") from None
        self.at = 0
        return not self.ended

    def sign(self) -> str:
        """The next character that is not blank; `at` moves to it."""
        while True:
            match = _BLANK.match(self.text, self.at)
            self.at = match.end() if match else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                raise self.broken("breaks off before the end of the array")

    def element(self, limit: int) -> dict[str, Any] | str:
        """The object at `at`, or why it cannot be used; `at` moves behind it."""
        if self.sign() != "{":
            self.skip()
            return "is not an object"
        while True:
            try:
                value, end = _DECODER.raw_decode(self.text, self.at)
            except (ValueError, RecursionError):  # cut off by the block, or no JSON
                if len(self.text) - self.at <= limit and self.more():
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
                    raise self.broken("breaks off inside a record")
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


def _too_long(limit: int) -> str:
    return f"is longer than {limit:,} characters"
