"""Plans side by side: what each says of a technology, in its own words, as a card of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from coopgraph.server.cells import ShownCell
from coopgraph.server.sections import SectionTable, ShownRow

Cells: TypeAlias = tuple[ShownCell, ...]
#: Columns of a card's facts; of the partners the country stands beside each.
_FACTS: Final = ("technology", "stance", "partner")
_FLAGS: Final = ("status", "open_list")


@dataclass(frozen=True)
class DeclaredCard:
    """What one plan says of one technology: whose plan, the plan, what is to be known of the
    whole (a draft, an open list), and by heading what it names, each with what stands beside it."""

    whose: Cells
    plan: Cells
    flags: Cells
    facts: tuple[tuple[str, tuple[tuple[ShownCell, Cells], ...]], ...]
    sources: tuple[int, ...]
    is_own: bool
    has_stance: bool


def declared_cards(part: SectionTable, about: str) -> tuple[DeclaredCard, ...]:
    """The rows of a section as cards, one for each plan and technology: first those of the reader's
    own planner, and of these those that take a stance. The technology is left out where it is the
    one that the page is `about` (an IRI)."""
    heads = dict(zip(part.columns, part.heads, strict=True))
    groups: dict[tuple[Cells, Cells], list[tuple[Mapping[str, Cells], ShownRow]]] = {}
    for row in part.rows:
        cells = dict(zip(part.columns, row.cells, strict=True))
        key = (cells.get("plan", ()), cells.get("technology", ()))
        groups.setdefault(key, []).append((cells, row))
    cards = (_card(rows, heads, about) for rows in groups.values())
    return tuple(sorted(cards, key=lambda card: (not card.is_own, not card.has_stance)))


def _card(
    rows: list[tuple[Mapping[str, Cells], ShownRow]], heads: Mapping[str, str], about: str
) -> DeclaredCard:
    def cells_of(column: str) -> Cells:
        return tuple(dict.fromkeys(one for cells, _ in rows for one in cells.get(column, ())))

    named: dict[str, dict[ShownCell, Cells]] = {}
    for cells, _ in rows:
        for column in _FACTS:
            beside = cells.get("country", ()) if column == "partner" else ()
            for one in cells.get(column, ()):
                if one.entity is None or one.entity.iri != about:
                    named.setdefault(column, {}).setdefault(one, beside)
    return DeclaredCard(
        cells_of("jurisdiction"),
        cells_of("plan"),
        tuple(one for column in _FLAGS for one in cells_of(column)),
        tuple((heads[name], tuple(named[name].items())) for name in _FACTS if name in named),
        tuple(dict.fromkeys(number for _, row in rows for number in row.sources)),
        any(row.is_own for _, row in rows),
        "stance" in named,
    )
