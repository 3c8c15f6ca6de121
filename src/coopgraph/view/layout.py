"""Where things are: computed beforehand, so that a page is readable at once and always alike.

In columns where the projection reads like a table, else as a map. A map can be kept in a file
(`coopgraph view --layout FILE`), so that what a reader knows stays in its place when the network
changes:

    {"coopgraph-layout": 1, "network": "policy",
     "positions": {"https://w3id.org/coopgraph/id/plan/rd-strategy-2023": [120.5, -33.0], …}}

A node that is no longer there keeps its line in the file: it may come back.
"""

import json
import math
from pathlib import Path
from typing import Any, Final

from coopgraph.errors import InputUnreadable, UsageError
from coopgraph.formats.files import read_text
from coopgraph.network import Network
from coopgraph.store.files import write_output
from coopgraph.view.columns import column_pictures
from coopgraph.view.force import Positions, force_places
from coopgraph.view.overview import is_large
from coopgraph.view.picture import Picture

_VERSION: Final = 1
_KIND: Final = "coopgraph-layout"
#: No coordinate of a picture is farther out.
_FARTHEST: Final = 1e7


def pictures(network: Network, kept: Positions | None = None) -> dict[str, Picture]:
    """The pictures of a network: `wide` is what opens, `narrow` is for narrow screens where they
    need another, `force` is the map where the network opens in columns. Nodes of `kept` stand where
    they stood, in the map."""
    in_columns = column_pictures(network)
    mapped = Picture(force_places(network, kept))
    return {**in_columns, "force": mapped} if in_columns else {"wide": mapped}


def settled(network: Network, kept: Positions) -> dict[str, tuple[float, float]]:
    """The positions of all nodes of the map, those of `kept` unchanged, also of nodes that the
    network does not have; by IRI. Raises `UsageError` for a network so large that it opens as
    communities."""
    if is_large(network):
        raise UsageError(
            f"{network.name} has {len(network.nodes):,} nodes and opens as communities, whose "
            "places follow from the network alone",
            remedy="leave --layout out",
        )
    places = force_places(network, kept)
    found = {n.iri: (p.x, p.y) for n, p in zip(network.nodes, places, strict=True)}
    return {**found, **kept}


def read_layout(path: Path) -> dict[str, tuple[float, float]]:
    """The positions in a layout file, by IRI; none where there is no such file yet. Raises
    `InputUnreadable` for one that cannot be read or is no layout."""
    if not path.exists():
        return {}
    try:
        data = json.loads(read_text(path), parse_constant=_no_number)
    except (OSError, ValueError, RecursionError) as error:
        raise _unreadable(path, f"is no layout file: {error}") from error
    if not isinstance(data, dict) or data.get(_KIND) != _VERSION:
        raise _unreadable(path, f"is no layout file: it has no {_KIND!r} of {_VERSION}")
    positions = data.get("positions")
    if not isinstance(positions, dict):
        raise _unreadable(path, "is no layout file: it has no positions")
    return {iri: _position(path, iri, value) for iri, value in positions.items()}


def write_layout(path: Path, name: str, positions: Positions) -> None:
    """Write the positions, whole or not at all. Raises `FileUnwritable`."""
    rows = ",\n".join(
        f"  {json.dumps(iri, ensure_ascii=False)}: [{x!r}, {y!r}]"
        for iri, (x, y) in sorted(positions.items())
    )
    head = f'"{_KIND}": {_VERSION},\n "network": {json.dumps(name, ensure_ascii=False)}'
    write_output(path, f'{{{head},\n "positions": {{\n{rows}\n }}}}\n'.encode())


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number")


def _position(path: Path, iri: str, value: Any) -> tuple[float, float]:
    numbers = value if isinstance(value, list) else []
    good = all(
        isinstance(n, int | float)
        and not isinstance(n, bool)
        and math.isfinite(n)
        and abs(n) <= _FARTHEST
        for n in numbers
    )
    if len(numbers) != 2 or not good:
        raise _unreadable(path, f"the position of {iri} is not two finite numbers")
    return float(numbers[0]), float(numbers[1])


def _unreadable(path: Path, fact: str) -> InputUnreadable:
    return InputUnreadable(
        fact, place=str(path), remedy="name another file, or remove it to begin a new layout"
    )
