"""What a layout yields: the place of each node, headings, and labels broken into lines; each text
in every one of `languages`, in their order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from coopgraph.i18n import by_language, choose, find, in_each, languages
from coopgraph.network import Named, Node
from coopgraph.vocabulary import shrink

#: A text in each of `languages`; empty where it is not there in one.
Texts: TypeAlias = tuple[str, ...]
#: A label is drawn in no more lines than this; the panel and the table hold all of it.
LINES: Final = 4


def each(key: str, *values: object) -> Texts:
    """One of our texts.

    >>> each("view.nodes")[0]
    'Nodes'
    """
    return tuple(in_each(key, *values).values())


def in_order(texts: Mapping[str, str], key: str = "") -> Texts:
    """A text of the data, or as the file of a language has it (`key`). Where it is in no language
    of the page, its tag is shown in each.

    >>> in_order({"de": "Plan"})[0]
    'Plan [de]'
    """
    found = tuple(texts.get(tag) or (key and find(key, tag)) or "" for tag in languages())
    return found if any(found) else tuple(choose(texts, tag) for tag in languages())


def labels_of(nodes: Sequence[Node]) -> list[list[str]]:
    """The labels of many nodes, as `labels` has them one by one: those in each language."""
    columns = by_language((node.texts for node in nodes), languages())
    for at, found in enumerate(zip(*columns, strict=True)):
        if not any(found):
            for column, said in zip(columns, in_order(nodes[at].texts), strict=True):
                column[at] = said
    return columns


def labels(named: Named) -> Texts:
    """What data calls it; a class or a kind of edge, where data has no label in a language, as
    the file of that language does (table `term`)."""
    return in_order(named.texts, "" if isinstance(named, Node) else f"term.{shrink(named.iri)}")


@dataclass(frozen=True)
class NodeBox:
    """Centre, size and label (in each language, broken into lines) of one node."""

    x: float
    y: float
    width: float
    height: float
    label: Texts


@dataclass(frozen=True)
class Heading:
    """A heading of a column or a group: its left end, base line, text in each language, and
    whether it is of a column."""

    x: float
    y: float
    text: Texts
    column: bool


@dataclass(frozen=True)
class Picture:
    """Places in the order of the nodes, and headings. `cards`: the label is inside. `ends`: where
    each edge leaves and arrives (x, y, x, y); empty where it runs from centre to centre."""

    places: tuple[NodeBox, ...]
    ends: tuple[tuple[float, float, float, float], ...] = ()
    headings: tuple[Heading, ...] = ()
    cards: bool = False
    font: int = 14


@lru_cache(65536)
def text_width(text: str, font: int) -> float:
    """The width of a line in pixels, estimated on the safe side for a sans-serif font.

    >>> text_width("ill", 10) < text_width("WWW", 10)
    True
    """
    return font * sum(_em(character) for character in text)


def wrap(text: str, width: float, font: int, most: int = LINES) -> str:
    r"""The text in as few lines as fit, of even length: broken at blanks, after hyphens and
    middle dots, else anywhere. What is longer than `most` lines ends in an ellipsis.

    >>> wrap("cooperation-convergence", 90, 12)
    'cooperation-\nconvergence'
    >>> wrap("a " * 5000, 20, 12, most=2)
    'a a\na…'
    """
    text = " ".join(text.split())
    lines = _lines(text[: int(most * width / font * 6)], width, font)
    if len(lines) > most:
        return "\n".join([*lines[: most - 1], f"{lines[most - 1][:-1].rstrip()}…"])
    narrower = width
    while len(lines) > 1 and narrower > font:
        narrower -= font / 2
        shorter = _lines(text, narrower, font)
        if len(shorter) > len(lines) or _breaks_words(text, shorter) > _breaks_words(text, lines):
            break
        lines = shorter
    return "\n".join(lines)


def _lines(text: str, width: float, font: int) -> list[str]:
    lines, used = [""], 0.0
    for piece in _pieces(" ".join(text.split())):
        if used + text_width(piece.rstrip(), font) <= width or not lines[-1]:
            lines[-1] += piece
        else:
            lines.append(piece)
            used = 0.0
        used += text_width(piece, font)
        while used > width and text_width(lines[-1].rstrip(), font) > width and lines[-1][1:]:
            cut = _fitting(lines[-1], width, font)
            lines[-1:] = [lines[-1][:cut], lines[-1][cut:]]
            used = text_width(lines[-1], font)
    return [line.strip() for line in lines]


def _breaks_words(text: str, lines: list[str]) -> int:
    """How many lines end inside a word."""
    words = set(text.split())
    return sum(
        line[-1:] not in "-·/" and not any(word.endswith(line.split()[-1]) for word in words)
        for line in lines[:-1]
        if line
    )


def _em(character: str) -> float:
    if ord(character) >= 0x1100:
        return 1.0
    if character in " .,:;'|il!()[]-·ijft":
        return 0.34
    return 0.72 if character.isupper() or character in "mw@%&" else 0.58


def _pieces(text: str) -> Iterable[str]:
    """The text in pieces after which a line may end."""
    piece = ""
    for character in text:
        piece += character
        if character in " -·/":
            yield piece
            piece = ""
    if piece:
        yield piece


def _fitting(line: str, width: float, font: int) -> int:
    """How many characters fit, at least one."""
    count = 1
    while count < len(line) and text_width(line[: count + 1], font) <= width:
        count += 1
    return count
