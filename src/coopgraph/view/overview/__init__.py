"""Large networks on one page: all nodes and edges, drawn as communities that open on a click.

The page holds everything in columns; its script (`overview.js`) makes objects of what is drawn, at
most `NODES` and `EDGES` at a time, and says how much is in closed communities. Each column is
bytes, compressed (gzip, RFC 1952, without a time), in base64: whole numbers of variable length
(LEB128), texts as UTF-8 lines.
"""

import base64
import gzip
import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Final

from coopgraph.libraries import np
from coopgraph.network import Edge, Named, Network
from coopgraph.network.communities import find_communities
from coopgraph.network.evidence import EdgeEvidence, evidence_of
from coopgraph.network.incidence import Incidence
from coopgraph.view.data import Tables, number, page_data
from coopgraph.view.force import ends_of, linked
from coopgraph.view.overview.places import names_of_communities, nested_places
from coopgraph.view.picture import Picture, labels_of
from coopgraph.view.style import NEUTRAL, Style, kind_tones, style_of, unit_of, widths
from coopgraph.vocabulary import shrink

#: A page moves freely with this many nodes and edges: up to them a network is drawn as it is.
NODES: Final = 1500
EDGES: Final = 6000
#: A community without parts shows this many of its nodes at a time.
_AT_ONCE: Final = 300
#: Widths of edges are in parts of a pixel.
_STEPS: Final = 8


def packed(data: bytes) -> str:
    """Bytes as the page gets them; the same bytes give the same text."""
    return base64.b64encode(gzip.compress(data, compresslevel=6, mtime=0)).decode()


def numbers(values: Any) -> str:
    """Whole numbers, each 0 or more.

    >>> list(unpacked(numbers([1, 300])))
    [1, 172, 2]
    """
    rest = np.asarray(values, dtype=np.uint64)
    length = np.ones(len(rest), dtype=np.int64)
    for bits in range(7, 64, 7):
        length += rest >= np.uint64(1) << np.uint64(bits)
    place = np.cumsum(length) - length
    data = np.zeros(int(length.sum()), dtype=np.uint8)
    for turn in range(int(length.max(initial=0))):
        there = length > turn
        low = (rest[there] >> np.uint64(7 * turn)) & np.uint64(127)
        more = np.where(length[there] > turn + 1, 128, 0)
        data[place[there] + turn] = low.astype(np.uint8) | more.astype(np.uint8)
    return packed(data.tobytes())


def signed(values: Any) -> str:
    """Whole numbers of either sign: 0, -1, 1, -2, … as 0, 1, 2, 3, …"""
    whole = np.asarray(values, dtype=np.int64)
    return numbers(((whole << 1) ^ (whole >> 63)).astype(np.uint64))


def differences(values: Any) -> str:
    """Whole numbers, each as the difference from the one before."""
    return signed(np.diff(np.asarray(values, dtype=np.int64), prepend=0))


def floats(values: Any) -> str:
    """Numbers, as 64 bits each, the lowest byte first."""
    return packed(np.asarray(values, dtype="<f8").tobytes())


def strings(texts: Iterable[str]) -> str:
    """Texts, one a line; white space within them becomes single blanks.

    >>> unpacked(strings(["a\\nb ", "c"]))
    b'a b\\nc'
    """
    known = list(texts)
    # All texts at once: only where that changes one are they looked at one by one.
    filled = " ".join(text for text in known if text)
    if " ".join(filled.split()) != filled:
        known = [" ".join(text.split()) for text in known]
    return packed("\n".join(known).encode())


def entries(values: Iterable[Any]) -> str:
    """Values of JSON, one a line."""
    return packed(
        "\n".join(
            json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
            for value in values
        ).encode()
    )


def unpacked(column: str) -> bytes:
    """The bytes of a column."""
    return gzip.decompress(base64.b64decode(column))


def is_large(network: Network) -> bool:
    """Whether a network opens as communities.

    >>> is_large(Network("n", "", "", (), ()))
    False
    """
    return len(network.nodes) > NODES or len(network.edges) > EDGES


def overview_data(network: Network) -> dict[str, Any]:
    """What the page holds of a large network: `nodes` and `edges`, empty; `page`, the tables as
    of a small one; `overview`, the columns. The same network gives the same data."""
    tables = Tables()
    bare = replace(network, edges=(), incidence=None)
    ends = ends_of(network)
    links = linked(*ends, len(network.nodes))
    # Communities are found by compiled code that lets the columns be written meanwhile.
    with ThreadPoolExecutor(1) as aside:
        strength = links if network.incidence is None else network.incidence.strength
        finding = aside.submit(find_communities, strength)
        style = style_of(bare if network.incidence is not None else network)
        nodes = _nodes(network, style, tables)
        edges, weighted = _edges(network, ends, style, tables)
        page = page_data(bare, style, {"wide": Picture(())}, tables) | {"weighted": weighted}
        found = finding.result()
    places = nested_places(links, found)
    names = names_of_communities(network, links, found)
    nodes |= {"x": signed(places.nodes[:, 0].round()), "y": signed(places.nodes[:, 1].round())}
    communities = {
        "order": numbers(found.order),
        "parent": numbers(found.parent + 1),
        "start": differences(found.start),
        "size": numbers(found.sizes()),
        "x": signed(places.centres[:, 0].round()),
        "y": signed(places.centres[:, 1].round()),
        "radius": numbers(places.radii.round()),
        "name": _columns([*zip(*(name for name, _ in names), strict=True)]),
        "about": _columns([*zip(*(about for _, about in names), strict=True)]),
    }
    counts = {"nodes": len(network.nodes), "edges": len(network.edges), "communities": len(found)}
    limits = {"nodes": NODES, "edges": EDGES, "atOnce": _AT_ONCE, "steps": _STEPS}
    overview = {
        "counts": counts,
        "limits": limits | {"neutral": NEUTRAL},
        "nodes": nodes,
        "edges": edges,
        "communities": communities,
    }
    return {"nodes": [], "edges": [], "page": page, "overview": overview}


def _columns(texts: Sequence[Sequence[str]]) -> list[str]:
    """One column for each language: of the first all, of the others what differs from it."""
    first, *others = texts or [()]
    return [
        strings(first),
        *(
            strings("" if t == f else t for f, t in zip(first, other, strict=True))
            for other in others
        ),
    ]


def _nodes(network: Network, style: Style, tables: Tables) -> dict[str, Any]:
    """The columns of the nodes, but for their places."""
    nodes = network.nodes
    return {
        "iri": strings(node.iri for node in nodes),
        "name": _columns(labels_of(nodes)),
        "kind": numbers(_numbered(tables.classes, (node.kind for node in nodes))),
        "subkind": numbers(_numbered(tables.values, (node.subkind for node in nodes)) + 1),
        "country": numbers(_numbered(tables.values, (node.country for node in nodes)) + 1),
        "identifiers": strings(" ".join(node.identifiers) for node in nodes),
        "tone": numbers(style.node_tones),
    }


def _numbered(table: dict[Named, int], entries: Iterable[Named | None]) -> Any:
    """The number of each entry in a table, -1 of none; each entry is looked up once, for its texts
    take long to hash."""
    known: dict[str, int] = {"": -1}
    found = []
    for entry in entries:
        iri = entry.iri if entry else ""
        if entry and iri not in known:
            known[iri] = number(table, entry)
        found.append(known[iri])
    return np.array(found, dtype=np.int64)


def _edges(
    network: Network, ends: tuple[Any, Any], style: Style, tables: Tables
) -> tuple[dict[str, Any], bool]:
    """The columns of the edges, and whether weights differ."""
    if network.incidence is not None:
        return _folded(network, tables)
    edges = network.edges
    weights = np.array([edge.weight for edge in edges], dtype=np.float64)
    details: dict[str, int] = {}
    detail = [number(details, _detail(edge, tables)) for edge in edges]
    flags = np.array(style.dashed, dtype=np.int64) + 2 * np.array(style.pale or 0, dtype=np.int64)
    source, target = ends
    return {
        "from": differences(source),
        "to": differences(target),
        "kind": numbers(_numbered(tables.kinds, (edge.kind for edge in edges))),
        "weight": _weights(weights),
        "width": numbers(np.round(np.array(style.edge_widths) * _STEPS)),
        "tone": numbers(style.edge_tones),
        "flags": numbers(flags),
        "claim": strings(edge.claim for edge in edges),
        "detail": numbers(detail),
        "details": entries(json.loads(text) for text in details),
    }, len(set(weights.tolist())) > 1


def _folded(network: Network, tables: Tables) -> tuple[dict[str, Any], bool]:
    """The columns of edges that were folded in bulk; none of them is made as an object."""
    found = network.incidence
    assert found is not None
    ends, evidence = found.ends, evidence_of(found)
    kinds = np.array([number(tables.kinds, each.kind) for each in found.ties], dtype=np.int64)
    by_kind = kind_tones(network)
    tones = np.array([by_kind.get(shrink(each.kind.iri), NEUTRAL) for each in found.ties], np.int64)
    details: dict[str, int] = {}
    detail = [number(details, _detail(each, tables)) for each in evidence.distinct]
    return {
        "from": differences(ends.source),
        "to": differences(ends.target),
        "kind": numbers(kinds[ends.ties]),
        "weight": _weights(ends.weight),
        "width": numbers(_widths(network, found)),
        "tone": numbers(tones[ends.ties]),
        "flags": numbers(np.zeros(len(ends.weight))),
        "claim": "",
        "detail": numbers(np.array(detail, dtype=np.int64)[evidence.of_edge]),
        "details": entries(json.loads(text) for text in details),
    }, len(np.unique(ends.weight)) > 1


def _widths(network: Network, found: Incidence) -> Any:
    """The width of each edge in `_STEPS`, on the scale of its unit."""
    units = [unit_of(network, each.kind) for each in found.ties]
    steps = np.zeros(len(found.ends.weight))
    for unit in set(units):
        here = np.isin(found.ends.ties, [i for i, each in enumerate(units) if each == unit])
        values, place = np.unique(found.ends.weight[here], return_inverse=True)
        steps[here] = np.round(np.array(widths(values.tolist())) * _STEPS)[place]
    return steps


def _detail(edge: Edge | EdgeEvidence, tables: Tables) -> str:
    """What the panel says of an edge beyond its columns, as JSON; alike for many edges."""
    if not (edge.attributes or edge.evidence or edge.via):
        return "{}"
    return json.dumps({name: value for name, value in tables.reasons(edge).items() if value})


def _weights(weights: Any) -> dict[str, str]:
    """Whole weights as whole numbers, others as they are."""
    whole = bool((np.abs(weights) < 2**53).all() and (weights == np.floor(weights)).all())
    return {"whole": signed(weights)} if whole else {"real": floats(weights)}
