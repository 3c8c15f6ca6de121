"""Large answers in pages: LIMIT and OFFSET over a total order.

SPARQL 1.1, section 15.4: LIMIT and OFFSET need an order. So pages are ordered by the
ORDER BY of the query and then by all selected variables: solutions that are still equal are
interchangeable. A query has these parts, of which a page replaces the end:

    prologue  SELECT …  FROM …  { … } GROUP BY … HAVING …  ORDER BY …  LIMIT n  OFFSET n  VALUES …
    head                dataset where                      order                        values
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from coopgraph.sparql.tokens import tokens

_FORMS: Final = ("select", "construct")
_MODIFIERS: Final = ("order", "limit", "offset", "values")
#: The variable of the count of an answer.
ROWS: Final = "coopgraph_rows"


@dataclass(frozen=True)
class Pages:
    """The parts of a SELECT or CONSTRUCT; `limit` and `offset` are its own."""

    prologue: str
    head: str
    dataset: str
    where: str
    order: str
    values: str
    limit: int | None
    offset: int
    variables: tuple[str, ...]

    @property
    def is_construct(self) -> bool:
        """Whether it constructs triples; `variables` are then those of its template."""
        return self.head.lower().startswith("construct")

    def solutions(self) -> str:
        """A SELECT of the solutions, within the query's own LIMIT."""
        return (
            f"{self.prologue}{self._select}\n{self.dataset}{self.where}\n{self.order}\n"
            f"{self._own_slice}\n{self.values}"
        )

    def count(self) -> str:
        """A query that counts the solutions, within the query's own LIMIT."""
        inner = f"{self._select} {self.where}\n{self._own_slice}\n{self.values}"
        return f"{self.prologue}SELECT (COUNT(*) AS ?{ROWS})\n{self.dataset}{{ {{ {inner}\n}} }}"

    def page(self, start: int, size: int, *, nested: bool = False) -> str:
        """The solutions from number `start` on, at most `size`. `nested` puts the order inside and
        the page around it, as Virtuoso requires to sort more than 10,000 solutions
        (https://vos.openlinksw.com/owiki/wiki/VOS/VirtTipsAndTricksHowToHandleBandwidthLimitExceed)."""
        order = f"{self.order or 'ORDER BY'} {' '.join(f'?{name}' for name in self.variables)}"
        cut = f"LIMIT {size}\nOFFSET {self.offset + start}"
        if not nested:
            return (
                f"{self.prologue}{self.head}\n{self.dataset}{self.where}\n{order}\n{cut}\n"
                f"{self.values}"
            )
        outer = self.head if self.is_construct else f"SELECT {self._names}"
        inner = f"{self._select} {self.where}\n{order}\n{self.values}"
        return f"{self.prologue}{outer}\n{self.dataset}{{ {{ {inner}\n}} }}\n{cut}"

    @property
    def _own_slice(self) -> str:
        limit = f"LIMIT {self.limit}\n" if self.limit is not None else ""
        return limit + (f"OFFSET {self.offset}" if self.offset else "")

    @property
    def _names(self) -> str:
        return " ".join(f"?{name}" for name in self.variables)

    @property
    def _select(self) -> str:
        return f"SELECT {self._names}\n" if self.is_construct else self.head


def pages_of(text: str, variables: Sequence[str]) -> Pages | None:
    """The pages of a SELECT of `variables`, or of a CONSTRUCT (whose variables are in its text).

    None where there are none: no variable, another form, or an end that cannot be determined.

    >>> found = pages_of("SELECT ?s { ?s ?p ?o } ORDER BY DESC(?o) LIMIT 9", ["s"])
    >>> " ".join(found.page(4, 2).split())
    'SELECT ?s { ?s ?p ?o } ORDER BY DESC(?o) ?s LIMIT 2 OFFSET 4'
    >>> found.limit, pages_of("ASK {}", []) is None
    (9, True)
    """
    shape = _query_parts(text)
    if shape is None or shape.outer[shape.form].word not in _FORMS:
        return None
    form, where = shape.outer[shape.form], shape.outer[shape.where]
    after = shape.outer[shape.where + 1 :]
    if after and after[0].word not in (*_MODIFIERS, "group", "having"):
        return None  # no blank after a keyword
    starts = {part.word: part.at for part in after if part.word in _MODIFIERS}
    pieces = _pieces(text, starts)
    numbers = {name: re.search(r"\d+", pieces[name]) for name in ("limit", "offset")}
    if any(name in starts and numbers[name] is None for name in numbers):
        return None
    head = text[form.at : shape.dataset].rstrip()
    names = tuple(variables)
    if form.word == "construct":
        template = shape.outer[shape.form + 1] if shape.has_template else where
        head = f"construct {text[template.at : template.end]}"
        marks = (token for kind, _, token in tokens(head) if kind == "variable")
        names = tuple(dict.fromkeys(mark[1:] for mark in marks))
    if not names:
        return None
    limit, offset = numbers["limit"], numbers["offset"]
    return Pages(
        prologue=text[: form.at],
        head=head,
        dataset=f"{text[shape.dataset : where.at].rstrip()}\n",
        where=text[where.at : min(starts.values(), default=len(text))].rstrip(),
        order=pieces["order"],
        values=pieces["values"],
        limit=int(limit[0]) if limit else None,
        offset=int(offset[0]) if offset else 0,
        variables=names,
    )


def with_dataset(text: str, default: Sequence[str], named: Sequence[str]) -> str | None:
    """`text` with FROM and FROM NAMED; None where their place cannot be determined.

    >>> with_dataset("ASK { ?s ?p ?o }", ["urn:x:g"], [])
    'ASK FROM <urn:x:g> { ?s ?p ?o }'
    """
    shape = _query_parts(text)
    if shape is None:
        return None
    clauses = [f"FROM <{iri}>" for iri in default] + [f"FROM NAMED <{iri}>" for iri in named]
    at = shape.dataset
    return f"{text[:at]}{' '.join(clauses)} {text[at:]}"


@dataclass(frozen=True)
class _QueryParts:
    """The parts of a query outside of brackets, the indices of its form and its WHERE in them, and
    the offset in the text of its dataset clause, or where one would be."""

    outer: list[_Segment]
    form: int
    where: int
    dataset: int
    has_template: bool


def _query_parts(text: str) -> _QueryParts | None:
    outer = list(_outer(text))
    forms = (i for i, part in enumerate(outer) if part.word in (*_FORMS, "ask", "describe"))
    form = next(forms, None)
    groups = [] if form is None else [i for i in range(form, len(outer)) if outer[i].is_group]
    if form is None or not groups:
        return None
    has_template = outer[form].word == "construct" and groups[0] == form + 1 and len(groups) > 1
    where = groups[has_template]
    between = outer[form + 1 + has_template : where]
    named = (part.at for part in between if part.word in ("from", "where"))
    return _QueryParts(outer, form, where, next(named, outer[where].at), has_template)


@dataclass(frozen=True)
class _Segment:
    """A token outside all brackets, or a whole bracketed group."""

    at: int
    end: int
    word: str
    is_group: bool


def _outer(text: str) -> Iterator[_Segment]:
    """The tokens outside of brackets, and each outermost group as one part."""
    opened: list[int] = []
    for kind, at, mark in tokens(text):
        if mark in ("{", "("):
            opened.append(at)
        elif mark in ("}", ")") and opened:
            start = opened.pop()
            if not opened:
                yield _Segment(start, at + 1, "", mark == "}")
        elif not opened and kind != "blank":
            yield _Segment(at, at + len(mark), mark.lower() if kind == "word" else "", False)


def _pieces(text: str, starts: dict[str, int]) -> dict[str, str]:
    """The text of each modifier, up to the next one; empty where there is none."""
    ends = sorted([*starts.values(), len(text)])
    return {
        name: text[starts[name] : ends[ends.index(starts[name]) + 1]].rstrip()
        if name in starts
        else ""
        for name in _MODIFIERS
    }
