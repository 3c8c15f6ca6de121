"""The table that a measure gives: an answer like any other, with labels, IRIs and sources."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from coopgraph.i18n import text
from coopgraph.network import Evidence
from coopgraph.network.elements import Named
from coopgraph.queries import Answer, Entity
from coopgraph.queries.answer import SOURCES

Cell: TypeAlias = Named | str | int | float | bool | None

_DIGITS = 6


def columns(names: str) -> tuple[str, ...]:
    """The columns of an answer, parted by blanks."""
    return tuple(names.split())


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    lang: str,
    title: str,
    *,
    evidence: Sequence[Sequence[Evidence]] = (),
    notes: Iterable[str] = (),
) -> Answer:
    """Rows as an answer in `lang`; a `Named` cell becomes an entity, a fraction has six digits.

    `evidence` holds what each row rests on, in the order of the rows.
    """
    filled = tuple(tuple(_cell(cell, lang) for cell in row) for row in rows)
    entities = {i for row in filled for i, cell in enumerate(row) if isinstance(cell, Entity)}
    return Answer(
        tuple(columns),
        filled,
        tuple(columns[i] for i in sorted(entities)),
        lang,
        title,
        tuple(notes),
        _sources=lambda answer: _listed(evidence, answer.lang),
    )


def _cell(cell: Cell, lang: str) -> str | int | float | bool | None:
    if isinstance(cell, Named):
        return Entity(cell.label(lang), cell.iri)
    return round(cell, _DIGITS) if isinstance(cell, float) else cell


def _listed(evidence: Sequence[Sequence[Evidence]], lang: str) -> Answer:
    """The sources of each row, numbered from 1."""
    rows = tuple(
        (number, Entity(e.source.label(lang), e.source.iri), e.locator(lang), None, e.url or None)
        for number, each in enumerate(evidence, 1)
        for e in each
    )
    return Answer(SOURCES, rows, ("source",), lang)


def counted(is_open: object, lang: str) -> str:
    """What figures count: the partners that an open list names, or those of the whole list."""
    return text("measure.any.named" if is_open else "measure.any.whole", lang)


def listed(named: Iterable[Named], lang: str) -> str:
    """Labels in one cell.

    >>> from coopgraph.i18n import LanguageMap
    >>> listed([Named(name, LanguageMap({"en": name})) for name in "AB"], "en")
    'A; B'
    """
    return "; ".join(each.label(lang) for each in named)
