"""The table that a measure gives: an answer like any other, with labels, IRIs and sources.

A measure of scope `plan` is computed on each policy (whose a share or a row is) by itself, so that
those of two plans are never counted together; its rows then stand one after another with the
columns `jurisdiction` and `plan`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Final, NamedTuple, TypeAlias, TypeVar

from coopgraph.formats.ntriples import iri
from coopgraph.i18n import text
from coopgraph.network import Evidence
from coopgraph.network.elements import Named, of_cell
from coopgraph.queries import Answer, Entity
from coopgraph.queries.answer import SOURCES
from coopgraph.queries.question import SCOPE
from coopgraph.store import AnyStore
from coopgraph.tables.description import SEPARATOR

Cell: TypeAlias = Named | str | int | float | bool | None

_DIGITS = 6
T = TypeVar("T")
K = TypeVar("K")

_CODES: Final = """SELECT DISTINCT ?of ?code {
  VALUES ?of { %s } ?of coop:jurisdiction/coop:jurisdictionCode ?code }"""


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
    `evidence` holds what each row rests on, in the order of the rows."""
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
        (number, _cell(e.source, lang), e.locator(lang), None, e.url or None, None)
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


class Policy(NamedTuple):
    """A plan, and the codes of the countries or blocs whose it is, joined; without a plan what
    its jurisdiction says at large. `kind` is that of the partners which are counted: those of two
    kinds never are together."""

    whose: str = ""
    plan: Named | None = None
    kind: Named | None = None

    @property
    def codes(self) -> list[str]:
        """The codes, one by one."""
        return self.whose.split(SEPARATOR)

    @classmethod
    def of_row(
        cls, row: Mapping[str, object], names: Mapping[str, Named] | None = None
    ) -> "Policy":
        """That of a row of an answer of scope `plan`; `names` has labels, by IRI."""
        plan = row["plan"]
        named = of_cell(plan, names) if isinstance(plan, Entity) else None
        return cls(str(row["jurisdiction"] or ""), named)


#: That of what is nobody's in particular.
NOBODY: Final = Policy()


def by_key(items: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    """The items by what `key` says of each, in their order."""
    found: dict[K, list[T]] = {}
    for item in items:
        found.setdefault(key(item), []).append(item)
    return found


def parted(items: Iterable[T], policy: Callable[[T], Policy]) -> dict[Policy, list[T]]:
    """The items of each policy, by jurisdiction and plan; of none where there are no items."""
    found = by_key(items, policy)
    order = sorted(
        found, key=lambda each: (each.whose, *(n.order if n else ("", "") for n in each[1:]))
    )
    return {each: found[each] for each in order} or {NOBODY: []}


def together(parts: Sequence[tuple[Policy, Answer]], *, has_kind: bool = False) -> Answer:
    """The rows of all answers, each with whose they are, and, where it `has_kind`, of which kind
    the partners; the sources are numbered as the rows."""
    first = parts[0][1]
    taken = "kind" in first.columns  # a measure of points has a kind of its own
    more = ("partner_kind" if taken else "kind",) if has_kind else ()
    rows = tuple(
        (
            *row,
            *(_entity(policy.kind, answer.lang) for _ in more),
            policy.whose or None,
            _entity(policy.plan, answer.lang),
        )
        for policy, answer in parts
        for row in answer.rows
    )
    named = {name for _, answer in parts for name in answer.entity_columns}
    entities = (*(name for name in first.columns if name in named), *more, "plan")
    starts = [0, *accumulate(len(answer) for _, answer in parts)]

    def sources(whole: Answer) -> Answer:
        each = (replace(answer, lang=whole.lang).sources() for _, answer in parts)
        numbered = tuple(
            (int(str(number)) + start, *rest)
            for start, found in zip(starts, each, strict=False)
            for number, *rest in found.rows
        )
        return Answer(SOURCES, numbered, ("source",), whole.lang)

    return replace(
        first,
        columns=(*first.columns, *more, *SCOPE),
        rows=rows,
        entity_columns=entities,
        notes=tuple(dict.fromkeys(note for _, answer in parts for note in answer.notes)),
        scope_columns=SCOPE,
        _sources=sources,
    )


def of_unit(answer: Answer, columns: Sequence[str], unit: Sequence[Cell]) -> Answer:
    """An answer that also says, where it does not, what its weights count: `unit`, by column."""
    said = dict(zip(columns, unit, strict=False))
    more = [name for name in columns if name not in answer.columns]
    cells = [
        each.label(answer.lang) if isinstance(each, Named) else each for each in map(said.get, more)
    ]
    rows = tuple((*row, *cells) for row in answer.rows)
    return replace(answer, columns=(*answer.columns, *more), rows=rows)


def _entity(named: Named | None, lang: str) -> Entity | None:
    return Entity(named.label(lang), named.iri) if named else None


def kind_of_row(answer: Answer, row: Sequence[object]) -> str:
    """The key of the kind of the partners that a row counts; empty where it is not said."""
    name = next((n for n in ("partner_kind", "kind") if n in answer.columns), "")
    at = answer.columns.index(name) if name else -1
    return getattr(row[at], "iri", "").rpartition("/")[2] if at >= 0 else ""


def codes_of(store: AnyStore, iris: Iterable[str]) -> dict[str, list[str]]:
    """The codes of the jurisdictions of plans and claims, sorted."""
    found: dict[str, list[str]] = {}
    for subject, code in store.select(_CODES % " ".join(map(iri, sorted(set(iris))))):
        found.setdefault(subject.value, []).append(code.value)
    return {subject: sorted(codes) for subject, codes in found.items()}
