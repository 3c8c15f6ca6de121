"""The encoding of a text: that of its byte order mark, else UTF-8, else CP949, where all of it is
that, else what charset-normalizer (https://charset-normalizer.readthedocs.io) finds.

What is read here comes out as UTF-8 without a mark, so that no reader need know of any other.
"""

import codecs
import io
from collections.abc import Iterable
from typing import IO, Any, Final, cast

UTF_8: Final = "utf-8"
_MARKS: Final = (
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BLOCK: Final = 1 << 20
#: Bytes that are shown to charset-normalizer, of the lines that are not ASCII.
_SHOWN: Final = 1 << 16
_WESTERN: Final = "cp1252"
#: What no text is taken for without a guess.
GUESSED: Final = (
    _WESTERN, "cp1250", "cp1251", "cp1253", "cp1254", "shift_jis", "gb18030", "big5",
)  # fmt: skip


def encoding_of(blocks: Iterable[bytes]) -> str:
    """The encoding of a text that comes in blocks, by Python's name. UTF-8 too for what is damaged,
    or no text at all: to decode it fails.

    >>> texts = "a".encode("utf-16"), bytes.fromhex("c7d1b1b9"), "é".encode("cp1252")
    >>> [encoding_of([text]) for text in texts]
    ['utf-16', 'cp949', 'cp1252']
    """
    strict = {name: codecs.getincrementaldecoder(name)() for name in (UTF_8, "cp949")}
    sample, is_first = bytearray(), True
    for block in blocks:
        if is_first and (marked := next((e for m, e in _MARKS if block.startswith(m)), "")):
            return marked
        is_first = False
        if len(sample) < _SHOWN and not block.isascii():
            lines = (line for line in block.splitlines(keepends=True) if not line.isascii())
            sample += b"".join(lines)[:_SHOWN]
        _advance(strict, block)
        if not strict:
            break
    _advance(strict, b"", final=True)
    return next(iter(strict), None) or _guessed(bytes(sample[:_SHOWN]))


def _advance(
    strict: dict[str, codecs.IncrementalDecoder], block: bytes, final: bool = False
) -> None:
    """Leave out those that cannot decode a block."""
    for name, decoder in list(strict.items()):
        if block.isascii() and not final and not decoder.getstate()[0]:
            continue
        try:
            decoder.decode(block, final)
        except UnicodeDecodeError:
            del strict[name]


def _guessed(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    as_utf_8 = sample.decode(errors="replace")
    bad = as_utf_8.count("\ufffd")
    if sum(not c.isascii() for c in as_utf_8) >= 2 * bad:  # UTF-8 with a few wrong bytes
        return UTF_8
    found = from_bytes(sample, cp_isolation=[*GUESSED])
    # Several fit names of Western Europe: of those that may be, its own is the likeliest.
    if any(_WESTERN in (each.encoding, *each.could_be_from_charset) for each in found):
        return _WESTERN
    best = found.best()
    return best.encoding if best else UTF_8


class _Recoded(io.RawIOBase):
    """A text as UTF-8."""

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self._stream, self._left = stream, b""
        self._decoder = codecs.getincrementaldecoder(encoding)()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            block = self._stream.read(_BLOCK)
            self._left = self._decoder.decode(block, final=not block).encode()
            if not block:
                break
        size = min(len(buffer), len(self._left))
        buffer[:size], self._left = self._left[:size], self._left[size:]
        return size


def recoded(stream: IO[bytes], encoding: str) -> IO[bytes]:
    """The buffered stream of a text as one in UTF-8, without a byte order mark. Raises
    `UnicodeDecodeError` while it is read, where it is no such text."""
    if encoding != UTF_8:
        return io.BufferedReader(_Recoded(stream, encoding), _BLOCK)
    mark = len(codecs.BOM_UTF8)
    if cast("Any", stream).peek(mark)[:mark] == codecs.BOM_UTF8:
        stream.read(mark)
    return stream
