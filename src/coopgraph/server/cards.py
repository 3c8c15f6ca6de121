"""Rows of a section as cards, one for each plan, call or pair of planners, with what it names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

from coopgraph.server.cells import ShownCell
from coopgraph.server.sections import SectionTable, ShownRow

Cells: TypeAlias = tuple[ShownCell, ...]


class _CardColumns(NamedTuple):
    """Which columns of a row are what of its card: rows alike in `by` are one card, `title` its
    title (an arrow between two), `flags` what is to be known of the whole, `facts` what it names,
    each with what stands `beside` it."""

    by: tuple[str, ...]
    title: tuple[str, ...]
    flags: tuple[str, ...]
    facts: tuple[str, ...]
    beside: Mapping[str, tuple[str, ...]]


#: By the look of a section.
LOOKS: Final[Mapping[str, _CardColumns]] = {
    "cards": _CardColumns(
        ("plan", "jurisdiction"),
        ("plan",),
        ("status", "open_list"),
        ("technology", "stance", "partner"),
        {"technology": ("stance",), "partner": ("country", "condition")},
    ),
    "pairs": _CardColumns(
        ("holder", "names"), ("holder", "names"), (), ("plan", "mutual_planners"), {}
    ),
    "calls": _CardColumns(
        ("call",), ("call",), ("kind",), ("opens", "closes", "role", "body"), {}
    ),
}  # fmt: skip


@dataclass(frozen=True)
class SectionCard:
    """What one plan says, or one call: whose it is, its title, what is to be known of the whole
    (a draft, an open list), and by heading what it names, each with what stands beside it."""

    whose: Cells
    title: tuple[Cells, ...]
    flags: Cells
    facts: tuple[tuple[str, tuple[tuple[ShownCell, Cells], ...]], ...]
    sources: tuple[int, ...]
    is_own: bool
    has_stance: bool


def cards_of(part: SectionTable, about: str) -> tuple[SectionCard, ...]:
    """The rows of a section as the cards of its look: first those of the reader's own planner, and
    of these those that take a stance. What names the entity that the page is `about` (an IRI) is
    left out; of its own technology each card is of one technology."""
    look = LOOKS[part.section.look]
    is_technology = part.section.look == "cards" and "technology" in part.section.about
    if is_technology:  # what a plan says of narrower ones stands by itself
        look = look._replace(
            by=(*look.by, "technology"), beside={"partner": look.beside["partner"]}
        )
    heads = dict(zip(part.columns, part.heads, strict=True))
    groups: dict[tuple[Cells, ...], list[tuple[Mapping[str, Cells], ShownRow]]] = {}
    for row in part.rows:
        cells = part.named(row)
        groups.setdefault(tuple(cells.get(name, ()) for name in look.by), []).append((cells, row))
    # Of pairs those come first that name each other.
    found = sorted(groups, key=lambda key: key[::-1] not in groups)
    cards = (_card(groups[key], heads, look, about) for key in found)
    return tuple(sorted(cards, key=lambda card: (not card.is_own, not card.has_stance)))


def _card(
    rows: list[tuple[Mapping[str, Cells], ShownRow]],
    heads: Mapping[str, str],
    look: _CardColumns,
    about: str,
) -> SectionCard:
    def cells_of(column: str) -> Cells:
        return _once(one for cells, _ in rows for one in cells.get(column, ()))

    named: dict[str, dict[ShownCell, list[ShownCell]]] = {}
    for cells, _ in rows:
        for column in look.facts:
            names = look.beside.get(column, ())
            beside = [one for name in names for one in cells.get(name, ())]
            for one in cells.get(column, ()):
                if one.entity is None or one.entity.iri != about:
                    named.setdefault(column, {}).setdefault(one, []).extend(beside)
    has_stance = "stance" in named
    if set(named) & set(look.beside) and "stance" in look.beside.get("technology", ()):
        named.pop("stance", None)
    return SectionCard(
        cells_of("jurisdiction"),
        tuple(cells_of(column) for column in look.title),
        tuple(one for column in look.flags for one in cells_of(column)),
        tuple(
            (heads[name], tuple((one, _once(more)) for one, more in named[name].items()))
            for name in look.facts
            if name in named
        ),
        tuple(dict.fromkeys(number for _, row in rows for number in row.sources)),
        any(row.is_own for _, row in rows),
        has_stance,
    )


def _once(cells: Iterable[ShownCell]) -> Cells:
    return tuple(dict.fromkeys(cells))
