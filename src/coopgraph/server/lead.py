"""The answer at the head of an entity's page: what is declared, first by the reader's own planner,
what came of it, what is observed, each in a sentence that leads to its section and its sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from coopgraph.i18n import text
from coopgraph.server.address import PageRequest
from coopgraph.server.scope import choices
from coopgraph.server.sections import SectionTable, ShownRow
from coopgraph.server.subjects import NAMED, codes_of, joined
from coopgraph.tables.description import SEPARATOR

#: Sections that the answer tells of, and the columns whose names it gives.
_TOLD: Final[Mapping[str, tuple[str, ...]]] = {
    "declared": ("partner", "technology"),
    "mutual": ("holder", "names"),
    "became": ("outcome",),
    "practice": (),
    "calls": ("call", "closes"),
    "agreements": ("agreement", "date"),
    "stated": (),
}
#: By the column in which the page's entity stands: what its own planner's plans name beside it.
_BESIDE: Final = {"technology": "partner", "partner": "technology", "country": "technology"}
#: Sources of a sentence.
_CITED: Final = 2


class Sentence(NamedTuple):
    """A sentence, the section that it tells of, and the numbers of its first sources."""

    anchor: str
    said: str
    sources: tuple[int, ...] = ()


def sentences(
    parts: Iterable[SectionTable], about: str, own: str, request: PageRequest
) -> list[Sentence]:
    """What the sections of the page of an entity (an IRI) say. `own` is the code of the planner
    whose plans are told first, empty for nobody's."""
    writer = _SentenceWriter(about, own, request)
    return [one for part in parts if part.name in _TOLD for one in writer.told(part)]


class _SentenceWriter:
    """Writes the sentences of one page."""

    def __init__(self, about: str, own: str, request: PageRequest) -> None:
        self._about, self._own, self._request, self._lang = about, own, request, request.lang
        self._known = choices(request).whose

    def told(self, part: SectionTable) -> Iterator[Sentence]:
        """One section, in a sentence or two."""
        if not part.total:
            yield self._none(part.name)
        elif part.name == "declared" and (own := self._own_rows(part)):
            yield from self._own_first(part, own)
        elif part.name == "became":
            yield self._became(part)
        elif part.name in ("agreements", "calls"):
            yield self._last(part)
        else:
            yield self._counted(part)

    def _say(self, way: str, anchor: str, rows: Iterable[ShownRow], /, **said: object) -> Sentence:
        numbers = dict.fromkeys(number for row in rows for number in row.sources)
        return Sentence(
            anchor, text(f"server.said-{way}", self._lang, **said), tuple(numbers)[:_CITED]
        )

    def _none(self, name: str) -> Sentence:
        is_looked = name == "practice" and choices(self._request).looked_through
        return self._say(f"{'none' if is_looked else 'no'}-{name}", name, ())

    def _own_rows(self, part: SectionTable) -> list[Mapping[str, Any]]:
        """The rows of the reader's own planner that name something beside the entity: first those
        that say how."""
        beside = _BESIDE.get(part.section.about[0])
        if beside is None or "jurisdiction" not in part.answer.columns or not self._own:
            return []
        rows = [r for r in part.answer if self._own in codes_of(r) and r[beside] is not None]
        return sorted(rows, key=lambda row: row["stance"] is None)

    def _own_first(self, part: SectionTable, rows: list[Mapping[str, Any]]) -> Iterator[Sentence]:
        """What the plans of the reader's own planner say, then how many entries others have."""
        beside, whose = _BESIDE[part.section.about[0]], self._known.get(self._own, self._own)
        stances: dict[str, dict[str, None]] = {}
        for row in rows:
            stances.setdefault(str(row[beside]), {})
            if row["stance"] is not None:
                stances[str(row[beside])][str(row["stance"])] = None
        own = [row for row in part.rows if row.is_own]
        if "stance" in part.columns:
            how = part.columns.index("stance")
            own.sort(key=lambda row: not row.cells[how])
        if beside == "partner":
            names = self._joined(stances)
            yield self._say(
                "own-partners", part.name, own, whose=whose, rows=len(stances), names=names
            )
            if as_ := dict.fromkeys(stance for of in stances.values() for stance in of):
                yield self._say("own-stance", part.name, (), names=self._joined(as_))
        else:
            names = self._joined(
                f"{name} ({', '.join(of)})" if of else name for name, of in stances.items()
            )
            yield self._say("own-for", part.name, own, whose=whose, names=names)
        others = [row for row in part.answer if self._own not in codes_of(row)]
        if others:
            rest = [row for row in part.rows if not row.is_own]
            codes = {code for row in others for code in codes_of(row)}
            planners = self._joined(sorted(self._known.get(code, code) for code in codes))
            yield self._say("others", part.name, rest, whose=planners, rows=len(others))

    def _became(self, part: SectionTable) -> Sentence:
        """Each by name where they are few, else how many there are of each kind."""
        found: dict[tuple[str, str], dict[str, None]] = {}
        for row in part.answer:
            if row["decides"] is False:
                continue
            key = (self._name(row["technology"]), self._name(row["partner"]))
            found.setdefault(key, {})[str(row["outcome"])] = None
        if len(found) <= NAMED:
            named = (
                f"{' · '.join(filter(None, key))} – {', '.join(of)}" for key, of in found.items()
            )
            told = "; ".join(named)
        else:
            counts = Counter(outcome for of in found.values() for outcome in of)
            told = ", ".join(f"{outcome} {count}" for outcome, count in counts.most_common())
        return self._say("became", part.name, part.rows, names=told)

    def _last(self, part: SectionTable) -> Sentence:
        """How many there are, and the one that is shown first, which is the last of them."""
        what, when = _TOLD[part.name]
        cells = dict(zip(part.columns, part.rows[0].cells, strict=True))
        told = ", ".join(one.text for one in cells.get(what, ()))
        if dated := ", ".join(one.text for one in cells.get(when, ())):
            told = text("server.said-last", self._lang, when=dated, name=told) if told else dated
        count = len(set(part.answer.column(what)))
        return self._say(part.name, part.name, part.rows[:1], rows=count, names=told)

    def _counted(self, part: SectionTable) -> Sentence:
        """How much was found, of whom."""
        own = str(labels[0]) if (labels := part.own(self._about)) else ""
        columns = [name for name in _TOLD[part.name] if name not in part.section.about[:1]]
        names = _names(part, columns, own) or _names(part, _TOLD[part.name], own)
        codes = {code for row in part.names("jurisdiction") for code in row.split(SEPARATOR)}
        whose = {self._known.get(code, code) for code in codes} | {*part.names("holder")} - {own}
        said = {"rows": part.total, "names": self._joined(names), "whose": ", ".join(sorted(whose))}
        return self._say(part.name, part.name, (), **said)

    def _name(self, entity: Any) -> str:
        """What something is called, but for what the page is of."""
        return "" if entity is None or entity.iri == self._about else str(entity)

    def _joined(self, names: Iterable[object]) -> str:
        return joined(names, self._lang)


def _names(part: SectionTable, columns: Iterable[str], own: str) -> list[str]:
    """What stands in columns of a section, each once, but for what the page is of."""
    found = dict.fromkeys(name for column in columns for name in part.names(column))
    return [name for name in found if name != own]
