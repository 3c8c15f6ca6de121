"""Fonts with the letters of Korean, Japanese and Chinese, which not every machine has."""

from collections.abc import Collection, Iterable
from typing import Final
from unicodedata import east_asian_width

from coopgraph.errors import FontMissing

#: What browsers and systems call them.
WIDE: Final = (
    "Noto Sans KR",
    "Noto Sans CJK KR",
    "Noto Sans CJK JP",
    "NanumGothic",
    "Malgun Gothic",
    "Apple SD Gothic Neo",
)


def check_letters(texts: Iterable[str], installed: Collection[str], instead: str) -> None:
    """Whether fonts called `installed` have the letters of texts. Raises `FontMissing`, which names
    a package and what to do `instead`.

    >>> check_letters(["量子"], ["DejaVu Sans"], "write .html")
    Traceback (most recent call last):
    coopgraph.errors.FontMissing: no font with Korean, Japanese or Chinese letters is installed \
here; install one, such as the package fonts-noto-cjk, or write .html
    """
    is_wide = any(east_asian_width(letter) in "WF" for text in texts for letter in text)
    if is_wide and not set(WIDE) & set(installed):
        raise FontMissing(
            "no font with Korean, Japanese or Chinese letters is installed here",
            remedy=f"install one, such as the package fonts-noto-cjk, or {instead}",
        )
