"""What changes from one store to another: every measure, sorted by how much, and the network."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Final, TypeAlias

from coopgraph.i18n import LanguageMap, text
from coopgraph.i18n.languages import SOURCE
from coopgraph.measures import MeasureData, measure
from coopgraph.measures.answer import Cell, columns, kind_of_row, table
from coopgraph.measures.triples import RECORDED
from coopgraph.network import Edge, Network
from coopgraph.network.elements import Named, of_cell, worded
from coopgraph.queries import Answer, Entity
from coopgraph.queries.question import SCOPE
from coopgraph.search import index_of
from coopgraph.store import AnyStore
from coopgraph.vocabulary import entity_iri

COMPARISON: Final = columns(
    "measure of entity and quantity before after change change_percent jurisdiction plan"
)
#: The measures compared, with their parameters and how many first columns say what a row is about.
_COMPARED: Final[tuple[tuple[str, Mapping[str, str], int], ...]] = (
    *((name, values, 2 if name == "overlap" else 1) for name, values in RECORDED),
    ("coverage", {}, 1),
    ("money", {}, 2),
)

#: The kind of partner that needs no mention.
_USUAL: Final = "institution"

#: Whose (code, IRI of the plan), measure, parameter, entities, quantity.
_Key: TypeAlias = tuple[tuple[str, str], str, str, tuple[str, ...], str]


def compare_measures(
    before: AnyStore,
    after: AnyStore,
    lang: str = "en",
    scope: Mapping[str, str] | None = None,
) -> Answer:
    """Every number of every measure of plans and money that differs, of each plan by itself the
    largest change first; `scope` says whose plans, those of a scenario are its `scope`.

    Columns: measure, of (its parameter, and the kind of the partners where they are no
    institutions), entity, and (the other of a pair), quantity (its column, unit in the name),
    before, after (empty where the entity has no such number), change and
    change_percent (of `before`, to a tenth). Change and percent are empty where one of the two is,
    and the percent where `before` is zero; jurisdiction, plan.
    """
    left, names = _numbers(before, lang, scope or {})
    right, more = _numbers(after, lang, scope or {})
    return _compared(left, right, {**more, **names}, lang)


def _compared(
    left: Mapping[_Key, Decimal],
    right: Mapping[_Key, Decimal],
    names: Mapping[str, Cell],
    lang: str,
) -> Answer:
    rows: list[tuple[Cell, ...]] = []
    for key in left.keys() | right.keys():
        old, new = left.get(key), right.get(key)
        if old == new:
            continue
        (whose, plan), name, of, entities, quantity = key
        change = new - old if new is not None and old is not None else None
        # To a tenth: what is compared was rounded before, to six digits.
        percent = round(float(100 * change / old), 1) if old and change is not None else None
        ends = [names[iri] for iri in (*entities, "")[:2]]
        sizes = (_plain(old), _plain(new), _plain(change), percent)
        rows.append((name, of, *ends, quantity, *sizes, whose, names[plan]))
    rows.sort(key=_size)
    notes = [] if rows else [text("scenario.no-change", lang)]
    if any(row[5] is None or row[6] is None for row in rows):
        notes.append(text("scenario.empty-cell", lang))
    title = text("scenario.compared", lang)
    return replace(table(COMPARISON, rows, lang, title, notes=notes), scope_columns=SCOPE)


def compare_networks(before: Network, after: Network) -> Network:
    """Both networks in one: each edge says whether it is added, lost, changed or unchanged. Edges
    are the same where both ends and the kind are; of several between the same ends the claim
    distinguishes them. The kind of an edge is its state, so that the legend counts them."""
    nodes = {node.iri: node for network in (after, before) for node in network.nodes}
    number = {iri: i for i, iri in enumerate(sorted(nodes))}
    old, new = _edges(before), _edges(after)
    edges = []
    for key in sorted(old.keys() | new.keys()):
        was, now = old.get(key), new.get(key)
        state = "added" if was is None else "lost" if now is None else "same"
        if was and now and (was.weight, _told(was)) != (now.weight, _told(now)):
            state = "changed"
        edge = now or was
        assert edge is not None
        kind = worded(entity_iri("edge-state", state), f"scenario.state.{state}")
        attributes = MappingProxyType({**edge.attributes, "relation": edge.kind})
        source, target = number[key[0]], number[key[1]]
        edges.append(replace(edge, source=source, target=target, kind=kind, attributes=attributes))
    said = {tag: (before.title(tag), after.title(tag)) for tag in before.titles}
    titles = {tag: f"{old} ({new})" if old != new else old for tag, (old, new) in said.items()}
    ordered = tuple(nodes[iri] for iri in sorted(nodes))
    return replace(
        before, titles=LanguageMap(titles), nodes=ordered, edges=tuple(edges), incidence=None
    )


def _edges(network: Network) -> dict[tuple[str, str, str, str], Edge]:
    iris = [node.iri for node in network.nodes]
    return {(iris[e.source], iris[e.target], e.kind.iri, e.claim): e for e in network.edges}


def _told(edge: Edge) -> str:
    return str(sorted(edge.attributes.items()))


def _numbers(
    store: AnyStore, lang: str, scope: Mapping[str, str]
) -> tuple[dict[_Key, Decimal], dict[str, Cell]]:
    """Every number of the compared measures by what it is, and the names of the entities."""
    reading = MeasureData(store, index_of(store) if scope else None, scope)
    numbers: dict[_Key, Decimal] = {}
    names: dict[str, Cell] = {"": None}
    for name, values, width in _COMPARED:
        answer = measure(reading, name, {**values, **scope}, lang=lang)
        for policy, kind, entities, quantity, value in _cells(answer, width, names):
            of = ", ".join(filter(None, (values.get("of"), kind)))
            numbers[policy, name, of, entities, quantity] = value
    return numbers, names


def _cells(
    answer: Answer, width: int, names: dict[str, Cell]
) -> Iterator[tuple[tuple[str, str], str, tuple[str, ...], str, Decimal]]:
    for row in answer.rows:
        kind = kind_of_row(answer, row).removeprefix(_USUAL)
        keys = [_key(cell, names) for cell in (*row[:width], row[-1])]
        policy = (str(row[-2] or ""), keys.pop())
        for quantity, cell in zip(answer.columns[width:], row[width:], strict=True):
            if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
                yield policy, kind, tuple(keys), quantity, Decimal(str(cell))


def _key(cell: object, names: dict[str, Cell]) -> str:
    """What tells an entity or a text from others; its name is kept in `names`."""
    iri = cell.iri if isinstance(cell, Entity) else str(cell) if cell is not None else ""
    names.setdefault(iri, of_cell(cell) if isinstance(cell, Entity) else iri)
    return iri


def _plain(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _size(row: tuple[Cell, ...]) -> tuple[object, ...]:
    """Of each plan the largest relative change first, of equals the largest change, then what
    appears or disappears."""
    percent, plan = row[8], row[10]
    policy = (str(row[9]), plan.label(SOURCE) if isinstance(plan, Named) else "")
    appears = row[5] is None or row[6] is None
    sizes = (abs(n) if isinstance(n, float | int) else 0.0 for n in (percent, row[7]))
    told = tuple(cell.label(SOURCE) if isinstance(cell, Named) else str(cell) for cell in row[:5])
    return (*policy, appears, *(-size for size in sizes), *told)
