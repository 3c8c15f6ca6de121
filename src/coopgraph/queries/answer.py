"""An answer: one small table of Python values, entities with label and IRI; its cells as text, for
programs and for people.

Columns keep the order of the question. In csv, tsv and json the IRIs of entity columns follow as
`{column}_iri` after all the named columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cache
from typing import Any, Final, TypeAlias

from coopgraph.errors import needs_extra
from coopgraph.formats import Family
from coopgraph.i18n.languages import SOURCE, manner
from coopgraph.libraries import ox
from coopgraph.queries.absence import Absence
from coopgraph.queries.each import EachPlan, TermNumbers
from coopgraph.queries.question import Question
from coopgraph.queries.truncation import Truncation
from coopgraph.sparql.order import SortKey, sorted_rows
from coopgraph.store import AnyStore
from coopgraph.store.base import is_named
from coopgraph.tables.description import SEPARATOR
from coopgraph.vocabulary import XSD, shrink

#: The columns of what an answer rests on.
SOURCES: Final = ("row", "source", "locator", "date", "url", "reading")
#: How answers are written; a format is a module of this package.
ANSWERS: Final = Family("coopgraph.queries.formats")
#: Between these a floating-point number is written out.
_SMALL: Final = 1e-3
_LARGE: Final = 1e15


class Entity(str):
    """A label that knows its IRI: prints, sorts and compares as the label."""

    __slots__ = ("iri",)
    iri: str

    def __new__(cls, label: str, iri: str) -> Entity:
        """The label `label` of the entity `iri`."""
        made = super().__new__(cls, label)
        made.iri = iri
        return made

    def __reduce__(self) -> tuple[type[Entity], tuple[str, str]]:
        return Entity, (str(self), self.iri)


class Year(int):
    """A calendar year: a number that is never shown with a thousands separator."""


_INTEGERS = (
    "integer int long short byte nonNegativeInteger positiveInteger unsignedInt unsignedLong"
)
#: The lexical forms of XML Schema 1.1; Python's own readers also take 1_000, ١٢ and 1e3.
_INTEGER = r"[+-]?[0-9]+"
_DECIMAL = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_DOUBLE = rf"{_DECIMAL}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN"
_CONVERT: dict[str, tuple[str, Callable[[str], bool | int | float | Decimal]]] = {
    **{XSD + name: (_INTEGER, int) for name in _INTEGERS.split()},
    XSD + "boolean": ("true|false|1|0", lambda text: text in ("true", "1")),
    XSD + "decimal": (_DECIMAL, Decimal),
    XSD + "double": (_DOUBLE, float),
    XSD + "float": (_DOUBLE, float),
    XSD + "gYear": ("-?[0-9]{4,}", Year),
}

Cell: TypeAlias = bool | int | float | Decimal | str | None


@dataclass(frozen=True)
class Answer:
    """Columns and rows; `entity_columns` are those whose cells are `Entity` (or empty).
    `scope_columns` say whose policy a row is about. `headings` is what stands above columns where
    people read them in another language than English. `notes` are lines, in the language of the
    answer, that a reader must know: that rows were left off, how many there are, and how to see the
    rest. `absences` say why there are no rows, where imports could give some; they are among the
    notes, in the words of the command line."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    entity_columns: tuple[str, ...] = ()
    lang: str = "en"
    title: str = ""
    notes: tuple[str, ...] = ()
    scope_columns: tuple[str, ...] = ()
    headings: Mapping[str, str] = field(default_factory=dict, compare=False)
    _sources: Callable[[Answer], Answer] | None = field(default=None, repr=False, compare=False)
    absences: tuple[Absence, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Cell]]:
        """The rows as dictionaries by column."""
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)

    def column(self, name: str) -> list[Cell]:
        """The cells of one column; raises `KeyError` where there is no such column."""
        if name not in self.columns:
            raise KeyError(name)
        at = self.columns.index(name)
        return [row[at] for row in self.rows]

    def heading(self, name: str) -> str:
        """What stands above a column for people."""
        called = self.headings.get(name) or manner(self.lang, "heading", name)
        return str(called or name)

    def header(self) -> tuple[str, ...]:
        """The columns of the flat form: all named ones, then the IRIs of entity columns."""
        return self.columns + tuple(f"{name}_iri" for name in self.entity_columns)

    def records(self) -> Iterator[tuple[Cell, ...]]:
        """The rows of the flat form, in the order of `header`."""
        places = [self.columns.index(name) for name in self.entity_columns]
        for row in self.rows:
            yield row + tuple(getattr(row[i], "iri", None) for i in places)

    def sources(self) -> Answer:
        """The sources behind each row: row (from 1), source, locator, date, url, reading (how often
        the row of the table was read against its source, where that is recorded). A row rests on
        the claims that the question's evidence pattern finds for it; where a question has none, on
        the sources of the entities in the row."""
        if self._sources is None:
            return Answer(SOURCES, (), ("source", "locator"), self.lang)
        return self._sources(self)

    def to_pandas(self) -> Any:
        """The flat form as a `pandas.DataFrame`, with the notes in its `attrs`. Raises
        `ExtraMissing` without the extra `notebook`."""
        with needs_extra("notebook", "pandas"):
            import pandas as pd
        frame = pd.DataFrame(
            [list(record) for record in self.records()], columns=list(self.header())
        )
        frame.attrs["notes"] = list(self.notes)
        return frame

    def _repr_html_(self) -> str:
        return str(ANSWERS.write(self, "html"))

    def __str__(self) -> str:
        return str(ANSWERS.write(self, "table")) + "".join(f"{note}\n" for note in self.notes)


def answer_of(
    solutions: ox.QuerySolutions,
    store: AnyStore,
    lang: str,
    question: Question,
    *,
    truncation: Truncation | None = None,
    joined: str = "",
    order: Sequence[SortKey] = (),
    each: EachPlan | None = None,
) -> Answer:
    """The labelled answer of a SELECT, cut as `truncation` says. Columns hold entities as the
    `question` declares; where it declares none, those that hold IRIs. A column of dates holds them
    as precise as the source: text throughout, a year alone too. Rows that differ only in the column
    `joined` are one, with its values joined. They come in the `order`, whose variables that are no
    columns are the last ones and are left out. Rows without a plan are those of `each` of them."""
    columns = tuple(variable.value for variable in solutions.variables)
    terms = TermNumbers()
    every: Iterable[tuple[int, ...]] = list(map(terms.of, solutions))
    if order:
        hidden = {key.name for key in order} - {column.name for column in question.columns}
        every = sorted_rows(every, columns, order, list(terms).__getitem__)
        if hidden:
            columns = columns[: -len(hidden)]
            every = (row[: len(columns)] for row in every)
    if each:
        every = each.rows(list(every), columns, terms)
    if joined:
        every = joined_rows(every, columns.index(joined), terms)
    every = list(every)
    listed = list(terms)
    cut = truncation.apply(every, columns, listed) if truncation else None
    kept = cut.rows if cut else every
    by_column = dict(zip(columns, zip(*kept, strict=True), strict=False))
    used = {i: listed[i] for i in set().union(*by_column.values())}
    iris = {i: term.value for i, term in used.items() if is_named(term)}
    labels = store.labels(iris.values(), lang)
    cells = {i: cell(term, labels) for i, term in used.items()}
    declared = {column.name: column for column in question.columns}
    dates = {column.name for column in question.columns if column.type == "xsd:date"}
    texts = {i: getattr(term, "value", None) for i, term in used.items()} if dates else cells
    held = [
        [(texts if c in dates else cells)[i] for i in numbers] for c, numbers in by_column.items()
    ]
    rows = tuple(zip(*held, strict=True)) if columns else tuple(() for _ in kept)
    entities = tuple(
        name
        for name in columns
        if (
            name in declared and declared[name].is_entity
            if declared
            else not iris.keys().isdisjoint(by_column.get(name, ()))
        )
    )
    notes = cut.notes(lang, labels) if cut else ()
    scope = tuple(column.name for column in question.columns if column.key)
    headings = {c.name: c.heading(lang) for c in question.columns if lang != SOURCE}
    title = question.title(lang)
    return Answer(columns, rows, entities, lang, title, notes, scope, headings)


def joined_rows(
    rows: Iterable[tuple[int, ...]], at: int, terms: TermNumbers
) -> list[tuple[int, ...]]:
    """The rows, those that differ only in place `at` as one: there their texts, sorted."""
    found: dict[tuple[int, ...], set[int]] = {}
    for row in rows:
        found.setdefault((*row[:at], *row[at + 1 :]), set()).add(row[at])
    named = list(terms)

    @cache
    def together(numbers: frozenset[int]) -> int:
        values = sorted({named[number].value for number in numbers})
        return terms[ox.Literal(SEPARATOR.join(values))]

    return [(*row[:at], together(frozenset(n)), *row[at:]) for row, n in found.items()]


def cell(term: Any, labels: dict[str, str]) -> Cell:
    """A term of the engine as a Python value: an entity, a number, a boolean or text."""
    if term is None:
        return None
    if is_named(term):
        return Entity(labels.get(term.value) or shrink(term.value), term.value)
    if type(term).__name__ != "Literal":
        return str(term)
    pattern, convert = _CONVERT.get(term.datatype.value, ("", str))
    if not re.fullmatch(pattern, term.value):  # ill-typed, or text: shown as it is
        return str(term.value)
    try:
        return convert(term.value)
    except ValueError:  # more digits than Python reads
        return str(term.value)


def plain(cell: Cell) -> str:
    """A cell for csv and tsv: numbers as digits, booleans as true and false."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return _digits(cell) if isinstance(cell, Decimal) else str(cell)


def shown(cell: Cell, column: str = "") -> str:
    """A cell for people: thousands separators, at most three decimals, rounded as by
    hand, no control characters. In a column of shares it is in percent, with one decimal.

    >>> shown(Decimal("1234567.5")), shown(0.0625), shown(13 / 16, "top_share")
    ('1,234,567.5', '0.063', '81.3%')
    """
    if is_share(column) and not isinstance(cell, bool) and isinstance(cell, int | float | Decimal):
        hundredfold = Decimal(str(cell)) * 100
        return f"{shown(hundredfold.quantize(Decimal('0.1'), ROUND_HALF_UP))}%"
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        return "".join(c if c.isprintable() else "·" for c in plain(cell))
    if isinstance(cell, Year):
        return str(int(cell))
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float) and not _SMALL <= abs(cell) < _LARGE:
        return f"{cell or 0:g}"
    with localcontext(rounding=ROUND_HALF_UP):
        whole, dot, part = _digits(Decimal(f"{Decimal(str(cell)):.3f}")).partition(".")
    return (whole if whole == "-0" else f"{int(whole):,}") + dot + part


def is_share(column: str) -> bool:
    """Whether a column holds parts of one, which people read in percent.

    >>> is_share("top_share"), is_share("shared")
    (True, False)
    """
    return column == "share" or column.endswith("_share")


def is_number(cell: Cell) -> bool:
    """Whether a cell is a number, which a truth value is not."""
    return isinstance(cell, int | float | Decimal) and not isinstance(cell, bool)


def is_quantity(cell: Cell) -> bool:
    """Whether a cell is a number and not a year."""
    return is_number(cell) and not isinstance(cell, Year)


def _digits(number: Decimal) -> str:
    """`number` without trailing zeros and without an exponent, exactly; minus zero is zero."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
