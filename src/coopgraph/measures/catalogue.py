"""The measures by name: what each asks, what can be asked of it, and how it is computed.

A measure is asked of a store as a question is; its parameters are described like those of a
question and its answer is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from coopgraph.errors import UnknownMeasure, UnknownParameter, UsageError, nearest
from coopgraph.measures import computation as computing
from coopgraph.measures.computation import Ground, Reading
from coopgraph.queries import Answer, Column

Compute: TypeAlias = Callable[[Ground], Answer]


@dataclass(frozen=True)
class Measure:
    """A name, a question in both languages, what it can be asked for, and its function."""

    name: str
    en: str
    ko: str
    parameters: tuple[Column, ...]
    compute: Compute

    def title(self, lang: str) -> str:
        """The question in plain words."""
        return self.ko if lang == "ko" else self.en


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
        (each.name, each.title(lang), ", ".join(column.name for column in each.parameters))
        for _, each in sorted(MEASURES.items())
    )
    return Answer(("name", "question", "parameters"), rows, (), lang)


def measure(
    reading: Reading, name: str, values: Mapping[str, str] | None = None, *, lang: str = "en"
) -> Answer:
    """The answer that a measure gives; its columns stand in the function that computes it.

    Raises `UnknownMeasure`, `UnknownParameter`, `UnknownEntity`, `UsageError`.
    """
    asked = load_measure(name)
    if lang not in ("en", "ko"):
        raise UsageError(f"unknown language {lang!r}", remedy="known: en, ko")
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
    return asked.compute(Ground(reading, lang, values or {}))


_TECHNOLOGY: Final = Column(
    "technology",
    "coop:Technology",
    "only projects or papers of this one",
    "이 기술의 과제나 논문만",
)
_YEAR: Final = Column(
    "year",
    "xsd:gYear",
    "only projects that began then, or papers that appeared then",
    "이 해에 시작한 과제나 이 해에 나온 논문만",
)
_EVIDENCE: Final = Column(
    "evidence",
    "xsd:string",
    "projects or publications; projects, unless publications alone were imported",
    "과제(projects) 또는 논문(publications). 논문만 가져왔을 때를 빼고는 과제",
)
_SEED: Final = Column("seed", "xsd:integer", "fixes the draw", "난수 고정", default="1")
_TOP: Final = Column("top", "xsd:integer", "at most so many rows", "최대 행 수", default="20")
_OF: Final = Column(
    "of",
    "xsd:string",
    "country, partner or ministry",
    "국가(country)·기관(partner)·부처(ministry)",
    default="country",
)
_WITHOUT: Final = Column(
    "without", "any", "a country, an institution or a ministry", "국가·기관·부처"
)
_NETWORK: Final = (_TECHNOLOGY, _YEAR, _EVIDENCE)

MEASURES: Final[Mapping[str, Measure]] = {
    each.name: each
    for each in (
        Measure(
            "concentration",
            "How concentrated is each technology on few countries, partners or ministries?",
            "기술별 협력·예산은 소수의 국가·기관·부처에 얼마나 집중되어 있는가?",
            (_OF,),
            computing.concentration,
        ),
        Measure(
            "dependence",
            "Who is depended on, and which technologies would be left without a partner?",
            "누구에게 의존하며, 그가 빠지면 어떤 기술이 협력 대상을 잃는가?",
            (_OF,),
            computing.dependence,
        ),
        Measure(
            "withdrawal",
            "What does each technology lose when a country, institution or ministry withdraws?",
            "어느 국가·기관·부처가 빠지면 기술별로 무엇을 잃는가?",
            (replace(_WITHOUT, required=True),),
            computing.withdrawal,
        ),
        Measure(
            "single-points",
            "Without which partner or link do the planned partnerships fall apart?",
            "어떤 기관이나 연결이 빠지면 계획된 협력망이 끊어지는가?",
            (),
            computing.single_points,
        ),
        Measure(
            "overlap",
            "Which technologies count on the same partners?",
            "어떤 기술들이 같은 협력 대상에 기대는가?",
            (),
            computing.overlapping,
        ),
        Measure(
            "coordination",
            "How many ministries fund one technology, and how alike are their partners?",
            "한 기술에 몇 개 부처가 투자하며, 그 부처들의 협력 대상은 얼마나 비슷한가?",
            (),
            computing.coordination,
        ),
        Measure(
            "coverage",
            "What stands behind each technology, and what is missing?",
            "기술별로 무엇이 갖추어져 있고 무엇이 빠져 있는가?",
            (),
            computing.covered,
        ),
        Measure(
            "money",
            "Between which amounts do the sources put each budget line in each year?",
            "출처들은 예산 항목별로 연도마다 얼마에서 얼마까지를 제시하는가?",
            (),
            computing.spent,
        ),
        Measure(
            "suggestions",
            "Which institutions could be partners in a technology, judged by practice?",
            "실제 협력에 비추어 어떤 기관이 그 기술의 협력 후보인가?",
            (
                replace(_TECHNOLOGY, required=True),
                Column("country", "coop:Country", "only in this country", "이 국가만"),
                _WITHOUT,
                _EVIDENCE,
                _TOP,
            ),
            computing.suggestions,
        ),
        Measure(
            "suggestion-quality",
            "How well do suggestions find observed links that were hidden?",
            "추천은 가려 둔 실제 협력 관계를 얼마나 잘 찾아내는가?",
            (_EVIDENCE, _SEED),
            computing.quality,
        ),
        Measure(
            "position",
            "Who brokers the observed cooperation?",
            "실제 협력을 이어 주는 기관은 어디인가?",
            (*_NETWORK, _TOP, _SEED),
            computing.position,
        ),
        Measure(
            "robustness",
            "How much of the observed network holds as institutions leave?",
            "기관이 빠져나갈 때 실제 협력망은 얼마나 유지되는가?",
            (*_NETWORK, _SEED),
            computing.removal,
        ),
        Measure(
            "communities",
            "Into which communities does the observed network fall?",
            "실제 협력망은 어떤 무리로 나뉘는가?",
            (*_NETWORK, _TOP),
            computing.communities,
        ),
    )
}
