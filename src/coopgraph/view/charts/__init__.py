"""Charts: pictures of figures where a network is not the best one, from named questions.

Each chart draws the answer to one question, which is its table and its citation. matplotlib
draws; text stays text in SVG, so that the reader's own font shows it. A chart is one SVG, one PNG,
or one HTML page in both languages with the figures and their sources, which needs nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from coopgraph.errors import UnknownChart, UnknownFormat, UsageError, nearest
from coopgraph.formats.family import Family
from coopgraph.queries import Answer, ask
from coopgraph.search import AnyIndex
from coopgraph.store import AnyStore
from coopgraph.store.files import write_output
from coopgraph.view.charts import kinds as figures
from coopgraph.view.charts.flow import flow

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Pair: TypeAlias = tuple[str, str]
#: What a chart is saved as.
FILES: Final = Family("coopgraph.view.charts.formats")
LANGUAGES: Final = ("en", "ko")


@dataclass(frozen=True)
class Kind:
    """A kind of chart: its title, the question it draws, what a reader must know, and what it
    says where the question finds nothing."""

    title: Pair
    question: str
    note: Pair
    empty: Pair
    draw: Callable[[Answer], Figure]


CHARTS: Final[Mapping[str, Kind]] = {
    "technology-country": Kind(
        ("Intended partners by technology and country", "기술별·국가별 협력 대상 기관"),
        "country-concentration",
        (
            (
                "Each cell counts the institutions that a plan names as intended partners. Several "
                "lists end in “and others”, and a plan is not a collaboration that took place."
            ),
            (
                "칸의 수는 계획이 협력 대상으로 꼽은 기관의 수이다. ‘등’으로 끝나는 목록이 많으며, "
                "계획은 협력이 실제로 이루어졌다는 뜻이 아니다."
            ),
        ),
        ("No plan names a partner in this store.", "이 저장소에는 협력 대상이 없다."),
        figures.matrix,
    ),
    "budgets-over-time": Kind(
        ("Budgets over the years, by phase and basis", "단계·분류 기준별 연도별 예산"),
        "budget-series",
        (
            (
                "Lines with figures of two years or more; each mark is one figure of one source. "
                "Figures of different phases, or before and after the reclassification, must not "
                "be compared as if they were alike."
            ),
            (
                "두 해 이상의 수치가 있는 항목만 나타냈으며, 표식 하나가 한 출처의 수치 하나이다. "
                "단계가 다르거나 분류 기준이 다른 수치는 서로 바로 비교할 수 없다."
            ),
        ),
        (
            "No budget line has figures of two years in this store.",
            "이 저장소에는 두 해 이상의 수치가 있는 예산 항목이 없다.",
        ),
        figures.series,
    ),
    "ministry-technology": Kind(
        (
            "R&D budget from ministries to strategic technologies",
            "부처에서 전략기술로 가는 연구개발 예산",
        ),
        "ministry-technology-budgets",
        (
            (
                "Widths are amounts tagged with a technology. Tags overlap: money that carries "
                "several technologies is drawn under each, so the widths at a ministry add up to "
                "more than its budget."
            ),
            (
                "너비는 기술 태그가 붙은 금액이다. 한 사업에 여러 기술 태그가 붙을 수 있어 "
                "같은 금액이 기술마다 그려지므로, 부처별 합계는 실제 예산보다 크다."
            ),
        ),
        (
            "There is no programme list in this store: coopgraph import kr-budget brings one in.",
            "사업 목록이 없는 저장소이다. coopgraph import kr-budget 명령으로 가져온다.",
        ),
        flow,
    ),
}


@dataclass(frozen=True)
class Chart:
    """A chart in both languages; shows itself in a notebook."""

    name: str
    kind: Kind
    answers: Mapping[str, Answer]
    lang: str = "en"

    @property
    def title(self) -> str:
        """The title in the language of the chart."""
        return self.kind.title[self.lang == "ko"]

    def svg(self, lang: str | None = None) -> str:
        """The picture as SVG; where there is nothing to draw, a line that says so."""
        from coopgraph.view.charts.figure import svg_of

        return svg_of(lambda: self._figure(lang or self.lang))

    def png(self) -> bytes:
        """The picture as PNG. Raises `FontMissing` where no font has the letters it needs."""
        from coopgraph.view.charts.figure import png_of

        return png_of(lambda: self._figure(self.lang))

    def html(self) -> str:
        """The page: the picture, its figures and their sources, in both languages."""
        from coopgraph.view.charts.page import page_of

        return page_of(self)

    def save(self, path: str | Path) -> Path:
        """Write an HTML page, an SVG or a PNG, as the name ends; whole or not at all.

        Raises `UnknownFormat`, `FileUnwritable`.
        """
        path = Path(path)
        name = FILES.choose("", path, "")
        if not name:
            *others, last = (f".{format.extension}" for format in FILES.formats)
            raise UnknownFormat(
                f"a chart cannot be written as {path.name}",
                remedy=f"end the name in {', '.join(others)} or {last}",
            )
        write_output(path, FILES.encode(self, name))
        return path

    def _figure(self, lang: str) -> Figure:
        from coopgraph.view.charts.figure import blank

        answer = self.answers[lang]
        return self.kind.draw(answer) if answer.rows else blank(self.kind.empty[lang == "ko"])

    def _repr_html_(self) -> str:
        return self.svg().partition("?>")[2]


def chart_names() -> list[str]:
    """The names of all charts, sorted.

    >>> chart_names()
    ['budgets-over-time', 'ministry-technology', 'technology-country']
    """
    return sorted(CHARTS)


def chart(store: AnyStore, name: str, *, lang: str = "en", index: AnyIndex | None = None) -> Chart:
    """The chart with this name over a store.

    Raises `UnknownChart` with the nearest names, `UsageError` for a language but `en` and `ko`.
    """
    if name not in CHARTS:
        raise UnknownChart(f"unknown chart {name!r}", remedy=nearest(name, CHARTS))
    if lang not in LANGUAGES:
        raise UsageError(f"unknown language {lang!r}", remedy="known: en, ko")
    kind = CHARTS[name]
    answers = {each: ask(store, kind.question, lang=each, index=index) for each in LANGUAGES}
    return Chart(name, kind, answers, lang)
