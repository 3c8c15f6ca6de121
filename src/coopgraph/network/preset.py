"""Presets: how a projection is drawn, as the header of its file says.

    # layout: columns
    # lane coop:Stance: Stance; the same in Korean
    # lane coop:Technology: Technology; …
    # lane coop:Organisation by country: Planned partner; …
    # background: coop:source prov:hadPrimarySource
    # weight coop:CoPublication: works; …
    # note: Projects and works are never added up.; …

`layout: columns` sets the nodes in lanes, from left to right; without it the network is a map. A
lane takes the nodes of a class, in its short form, and may be narrower: with
`coop:Organisation/ministry` those whose own kind has this key, with `coop:Organisation with
coop:intendedPartner` those that have an edge of this kind. A node goes into the first lane that
takes it, one that no lane takes into a last one. `by country` groups a lane. `background` names
kinds of edges drawn faintly. `weight` says what the weight of a kind of edges counts: kinds
that count the same are drawn on one scale, and every kind named after the first has a colour of
its own. Each `note` is shown next to the picture.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from coopgraph.errors import FactError
from coopgraph.i18n import LanguageMap, told
from coopgraph.network.elements import Node
from coopgraph.queries.question import pair

_HEADER: Final = re.compile(r"#\s*(layout\b|lane\b|background\b|weight(?=\s+\w+:\S)|note(?=:))(.*)")
_PAIR: Final = re.compile(r"(?P<name>\w+:[\w-]+)?:\s(?P<en>[^;]+);(?P<ko>.+)")
_LANE: Final = re.compile(
    r"(?P<cls>\w+:[\w-]+)(?:/(?P<subkind>[\w-]+))?(?:\s+with\s+(?P<kind>\w+:[\w-]+))?"
    r"(?P<country>\s+by\s+country)?\s*:\s(?P<en>[^;]+);(?P<ko>.+)"
)
LAYOUTS: Final = ("columns", "map")


@dataclass(frozen=True)
class Lane:
    """One column of a picture: which nodes it takes, and its heading."""

    cls: str
    texts: LanguageMap
    subkind: str = ""
    kind: str = ""
    by_country: bool = False

    def takes(self, node: Node, cls: str, kinds: frozenset[str]) -> bool:
        """Whether a node goes here, given the short form of its class and the kinds of its
        edges."""
        subkind = node.subkind.key if node.subkind else ""
        fits = cls == self.cls and self.subkind in ("", subkind)
        return fits and (not self.kind or self.kind in kinds)


@dataclass(frozen=True)
class Preset:
    """The style of a projection. `background`: kinds of edges, in their short form; `units`: of
    kinds, also in short form, what their weight counts; `notes`: texts by language."""

    layout: str = "map"
    lanes: tuple[Lane, ...] = ()
    background: frozenset[str] = frozenset()
    units: tuple[tuple[str, LanguageMap], ...] = ()
    notes: tuple[Mapping[str, str], ...] = ()


def parse_preset(name: str, text: str) -> Preset:
    """The preset in the header of a projection.

    Raises `FactError`, which names the file, for a line that cannot be read.

    >>> parse_preset("p", "# layout: columns\\n# lane coop:Plan by country: Plan; …").lanes
    (Lane(cls='coop:Plan', texts={'en': 'Plan', 'ko': '…'}, subkind='', kind='', by_country=True),)
    """
    layout, lanes, background = "map", [], set[str]()
    units: dict[str, LanguageMap] = {}
    notes: list[Mapping[str, str]] = []
    for field, value in _header(text):
        if field == "lane":
            lanes.append(_lane(name, value))
        elif field == "background":
            background.update(value.lstrip(":").split())
        elif field == "weight":
            kind, unit = _pair(name, value, "weight coop:CoPublication: works; in Korean")
            units[kind] = unit
        elif field == "note":
            said = _pair(name, value, "note: In English.; In Korean.")[1]
            notes.append(told(f"network.{name}.note-{len(notes) + 1}") | dict(said))
        else:
            layout = value.lstrip(":").strip()
    if layout not in LAYOUTS:
        raise FactError(
            f"unknown layout {layout!r}", place=f"{name}.rq", remedy="write columns or map"
        )
    if layout == "columns" and not lanes:
        raise FactError(
            "a layout of columns has no lane",
            place=f"{name}.rq",
            remedy="add a line such as: # lane coop:Technology: Technology; in Korean",
        )
    return Preset(layout, tuple(lanes), frozenset(background), tuple(units.items()), tuple(notes))


def _header(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            return
        if match := _HEADER.match(line.strip()):
            yield match[1], match[2].strip()


def _pair(name: str, value: str, example: str) -> tuple[str, LanguageMap]:
    """The short form before the colon, and what follows it in the languages of a header."""
    match = _PAIR.fullmatch(value)
    if match is None:
        raise FactError(
            f"a line of the header cannot be read: {value}",
            place=f"{name}.rq",
            remedy=f"write, for instance: # {example}",
        )
    return match["name"] or "", pair(match["en"].strip(), match["ko"].strip())


def _lane(name: str, value: str) -> Lane:
    match = _LANE.fullmatch(value)
    if match is None:
        raise FactError(
            f"a lane cannot be read: {value}",
            place=f"{name}.rq",
            remedy="write, for instance: # lane coop:Organisation/ministry: Ministry; in Korean",
        )
    return Lane(
        match["cls"],
        pair(match["en"].strip(), match["ko"].strip()),
        match["subkind"] or "",
        match["kind"] or "",
        bool(match["country"]),
    )
