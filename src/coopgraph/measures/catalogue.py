"""The measures by name: what each asks, what can be asked of it, and how it is computed.

A measure is asked of a store as a question is; its parameters are described like those of a
question and its answer is one.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from coopgraph.errors import UnknownMeasure, UnknownParameter, UsageError, known_language, nearest
from coopgraph.i18n import LanguageMap, text, told
from coopgraph.measures import computation
from coopgraph.measures.computation import MeasureData, MeasureInput
from coopgraph.network.projection import load_projection
from coopgraph.queries import Answer, Variable
from coopgraph.queries.coverage import absences, floor_notes, looked_through
from coopgraph.queries.parameters import AMONG
from coopgraph.queries.question import SCOPES, lens, scope_parameters
from coopgraph.queries.scope import jurisdiction_of, notes_of_scope, scope_of

Compute: TypeAlias = Callable[[MeasureInput], Answer]


@dataclass(frozen=True)
class Measure:
    """A name, its scope (or the network whose scope it has), what it can be asked for, and its
    function. One of scope `plan` has the columns and parameters `jurisdiction` and `plan`; one that
    counts practice can be asked whose (`among`). It says what was looked through of its `coverage`,
    the kinds of what imports bring, or of the evidence asked for."""

    name: str
    declared: str
    own_parameters: tuple[Variable, ...]
    compute: Compute
    coverage: str = ""

    @property
    def scope(self) -> str:
        """One of `SCOPES`."""
        known = self.declared in SCOPES
        return self.declared if known else load_projection(self.declared).scope

    @property
    def parameters(self) -> tuple[Variable, ...]:
        """What it can be asked for."""
        return (*self.own_parameters, *(scope_parameters() if self.scope == "plan" else ()))

    def title(self, lang: str) -> str:
        """What it is called."""
        return text(f"measure.{self.name}.title", lang)

    def question(self, lang: str) -> str:
        """The question in plain words."""
        return text(f"measure.{self.name}.question", lang)


def measure_names() -> list[str]:
    """The names of all measures.

    >>> "dependence" in measure_names()
    True
    """
    return sorted(MEASURES)


def load_measure(name: str) -> Measure:
    """The measure of that name; raises `UnknownMeasure` with the nearest names."""
    if name not in MEASURES:
        raise UnknownMeasure(f"unknown measure {name!r}", remedy=nearest(name, MEASURES))
    return MEASURES[name]


def list_measures(lang: str = "en") -> Answer:
    """All measures: name, question, parameters.

    >>> "dependence" in list_measures().column("name")
    True
    """
    rows = tuple(
        (each.name, each.question(lang), ", ".join(column.name for column in each.parameters))
        for _, each in sorted(MEASURES.items())
    )
    return Answer(("name", "question", "parameters"), rows, (), lang)


def measure(
    reading: MeasureData, name: str, values: Mapping[str, str] | None = None, *, lang: str = "en"
) -> Answer:
    """The answer that a measure gives; its columns stand in the function that computes it. Raises
    `UnknownMeasure`, `UnknownParameter`, `UnknownEntity`, `UsageError`."""
    asked = load_measure(name)
    known_language(lang)
    known = [column.name for column in asked.parameters]
    for given in values or {}:
        if given not in known:
            raise UnknownParameter(
                f"measure {name!r} has no parameter {given!r}", remedy=nearest(given, known)
            )
    for column in asked.parameters:
        if column.required and column.name not in (values or {}):
            raise UsageError(
                f"measure {name!r} needs the parameter {column.name!r}",
                remedy=f"add -p {column.name}=…",
            )
    scope = scope_of(values or {}) if asked.scope == "plan" else {}
    on = MeasureInput(reading.within(scope), lang, values or {})
    answer = asked.compute(on)
    if kinds := on.evidence if "evidence" in known else asked.coverage:
        answer = replace(answer, notes=(*answer.notes, *_notes_of_coverage(on, answer, kinds)))
    if asked.scope != "plan":
        return answer
    whose = jurisdiction_of(reading.store, scope, reading.index)
    notes = notes_of_scope(reading.store, whose, lang, is_empty=not answer.rows)
    return replace(answer, notes=(*answer.notes, *notes))


def _notes_of_coverage(on: MeasureInput, answer: Answer, kinds: str) -> Iterator[str]:
    """What a measure looked through of the kinds of what imports bring, and why there is
    nothing."""
    store = on.reading.store
    if not on.among and kinds != "programmes":
        yield text("answer.among-any", on.lang)
    if technology := on.iri("technology", "coop:Technology"):
        whose = on.among if on.is_own else None
        yield from (told(on.lang) for told in floor_notes(store, kinds, whose, {technology}))
    for looked in looked_through(store, kinds, on.among):
        yield looked.told(on.lang)
    for absence in absences(store, kinds, {}, on.lang):
        if not answer.rows or absence.code == "not-imported":
            yield absence.told(on.lang)


def _parameter(name: str, holds: str, default: str = "") -> Variable:
    key = f"measure.parameter.{name}"
    return Variable(name, holds, LanguageMap(told(key)), default=default, key=key)


_TECHNOLOGY: Final = _parameter("technology", "coop:Technology")
_EVIDENCE: Final = _parameter("evidence", "xsd:string")
_AMONG: Final = _parameter(AMONG, "coop:PracticeScope", default="own")
_SEED: Final = _parameter("seed", "xsd:integer", default="1")
_TOP: Final = _parameter("top", "xsd:integer", default="20")
_OF: Final = _parameter("of", "xsd:string", default="country")
_WITHOUT: Final = _parameter("without", "any")
_SCHEME: Final = _parameter("scheme", "skos:ConceptScheme")
_SUGGESTED: Final = (
    replace(_TECHNOLOGY, required=True),
    _parameter("country", "coop:Country"),
    *(_WITHOUT, _EVIDENCE, _AMONG, _TOP),
)
_JUDGED: Final = (_EVIDENCE, _AMONG, _SEED, lens())
_PRACTICE: Final = "projects publications"
_NETWORK: Final = (_TECHNOLOGY, _parameter("year", "xsd:gYear"), _EVIDENCE, _AMONG, lens())

MEASURES: Final[Mapping[str, Measure]] = {
    each.name: each
    for each in (
        Measure("concentration", "plan", (_OF,), computation.concentration_of),
        Measure("dependence", "plan", (_OF,), computation.dependence_of),
        Measure("withdrawal", "plan", (replace(_WITHOUT, required=True),), computation.withdrawal),
        Measure("single-points", "plan", (), computation.single_points),
        Measure("overlap", "plan", (), computation.overlapping),
        Measure("coordination", "plan", (), computation.coordination, "programmes"),
        Measure("coverage", "plan", (_SCHEME, _AMONG), computation.covered, _PRACTICE),
        Measure("money", "plan", (), computation.amounts),
        Measure("suggestions", "plan", _SUGGESTED, computation.suggestions_for),
        Measure("suggestion-quality", "lens", _JUDGED, computation.quality),
        Measure("position", "collaboration", (*_NETWORK, _TOP, _SEED), computation.position),
        Measure("robustness", "collaboration", (*_NETWORK, _SEED), computation.removal),
        Measure("communities", "collaboration", (*_NETWORK, _TOP), computation.communities),
    )
}
