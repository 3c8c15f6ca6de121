"""What people type: words in any order, initial consonants, misspellings.

Words are compared decomposed (NFD), so that one wrong vowel of a Korean syllable is one wrong
letter.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

#: The 19 consonants that a syllable can begin with, in the order of Unicode, as they are typed
#: (https://www.unicode.org/versions/latest/core-spec/chapter-3/#G24646).
_CONSONANTS: Final = "".join(
    unicodedata.lookup(unicodedata.name(chr(first)).replace("CHOSEONG", "LETTER"))
    for first in range(0x1100, 0x1100 + 19)
)
_FIRST, _LAST, _VOWELS_AND_ENDS = 0xAC00, 0xD7A3, 588
_SYLLABLE: Final = re.compile(f"[{chr(_FIRST)}-{chr(_LAST)}]")
_WORD: Final = re.compile(r"\w+")
#: Letters that a text must have to be looked up in the table of three letters each.
TRIGRAM: Final = 3
#: Shorter words are too near to too many others, longer ones are none.
SHORTEST, LONGEST = 4, 40
#: How alike a word must be to be meant (difflib's ratio), and how many letters longer or shorter.
_ALIKE: Final = 0.8
_LONGER: Final = 2


def words(folded: str) -> list[str]:
    """The words of a text, each once.

    >>> words("mit: quantum, mit")
    ['mit', 'quantum']
    """
    return list(dict.fromkeys(_WORD.findall(folded)))


def decomposed(text: str) -> str:
    """A text in single letters (NFD).

    >>> len(decomposed("é"))
    2
    """
    return unicodedata.normalize("NFD", text)


def composed(text: str) -> str:
    """A text in syllables (NFC).

    >>> composed(decomposed("é"))
    'é'
    """
    return unicodedata.normalize("NFC", text)


def are_initials(text: str) -> bool:
    """Whether a text is initial consonants alone.

    >>> are_initials("\\u3147\\u3148"), are_initials("a\\u3148"), are_initials("")
    (True, False, False)
    """
    return bool(text) and all(sign in _CONSONANTS for sign in text.replace(" ", ""))


def initials(folded: str) -> Iterator[str]:
    """The initial consonants of a Korean label, from each of its words on; nothing for others.

    >>> word = unicodedata.lookup("HANGUL SYLLABLE YANG") + unicodedata.lookup("HANGUL SYLLABLE JA")
    >>> [list(map(unicodedata.name, begun)) for begun in initials(word)]
    [['HANGUL LETTER IEUNG', 'HANGUL LETTER CIEUC']]
    >>> list(initials("quantum"))
    []
    """
    if not _SYLLABLE.search(folded):
        return
    each = _WORD.findall(folded.translate(_begun()))
    for at in range(len(each)):
        if each[at][0] in _CONSONANTS:
            yield "".join(each[at:])[:LONGEST]


@cache
def _begun() -> dict[int, str]:
    """The initial consonant of each syllable."""
    return {at: _CONSONANTS[(at - _FIRST) // _VOWELS_AND_ENDS] for at in range(_FIRST, _LAST + 1)}


def halves(word: str) -> tuple[str, str]:
    """The two halves of a word, the second backwards: with one letter wrong the other half is as
    it should be.

    >>> halves("fraunhoffer")
    ('fraun', 'reffoh')
    """
    middle = len(word) // 2
    return word[:middle], word[middle:][::-1]


def likely(word: str, known: Iterable[str]) -> list[str]:
    """Those of `known` words that are meant by a misspelt one, most alike first, at most three.

    >>> likely("fraunhoffer", ["fraunhofer", "fraud", "unhoffer"])
    ['fraunhofer']
    """
    near = [each for each in known if abs(len(each) - len(word)) <= _LONGER and each != word]
    return difflib.get_close_matches(word, sorted(near), n=3, cutoff=_ALIKE)
