"""Charts: pictures of figures where a network is not the best one, from named questions.

Each chart draws the answer to one question, which is its table and its citation. matplotlib
draws; text stays text in SVG, so that the reader's own font shows it. A chart is one SVG, one PNG,
or one HTML page in all languages with the figures and their sources, which needs nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coopgraph.errors import UnknownChart, UnknownFormat, known_language, nearest
from coopgraph.formats import format_of
from coopgraph.formats.family import Family
from coopgraph.i18n import languages, text
from coopgraph.queries import Answer, ask
from coopgraph.search import AnyIndex
from coopgraph.store import AnyStore
from coopgraph.store.files import write_output
from coopgraph.view.charts import kinds
from coopgraph.view.charts.flow import flow

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: What a chart is saved as.
FILES: Final = Family("coopgraph.view.charts.formats")


@dataclass(frozen=True)
class Kind:
    """A kind of chart: the question it draws, and how. Its title, what a reader must know, and
    what it says where the question finds nothing are texts of `chart.NAME`."""

    question: str
    draw: Callable[[Answer], Figure]


CHARTS: Final[Mapping[str, Kind]] = {
    "technology-country": Kind("country-concentration", kinds.matrix),
    "budgets-over-time": Kind("budget-series", kinds.series),
    "ministry-technology": Kind("ministry-technology-budgets", flow),
}


@dataclass(frozen=True)
class Chart:
    """A chart in each language; shows itself in a notebook."""

    name: str
    kind: Kind
    answers: Mapping[str, Answer]
    lang: str = "en"

    @property
    def title(self) -> str:
        """The title in the language of the chart."""
        return text(f"chart.{self.name}.title", self.lang)

    def svg(self, lang: str | None = None) -> str:
        """The picture as SVG; where there is nothing to draw, a line that says so."""
        from coopgraph.view.charts.figure import svg_of

        return svg_of(lambda: self._figure(lang or self.lang))

    def png(self) -> bytes:
        """The picture as PNG. Raises `FontMissing` where no font has the letters it needs."""
        from coopgraph.view.charts.figure import png_of

        return png_of(lambda: self._figure(self.lang))

    def html(self) -> str:
        """The page: the picture, its figures and their sources, in each language."""
        from coopgraph.view.charts.page import page_of

        return page_of(self)

    def save(self, path: str | Path) -> Path:
        """Write an HTML page, an SVG or a PNG, as the name ends; whole or not at all.

        Raises `UnknownFormat`, `FileUnwritable`.
        """
        path = Path(path)
        name = format_of("", path, FILES.files, "")
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
        empty = f"chart.{self.name}.empty"
        return self.kind.draw(answer) if answer.rows else blank(text(empty, lang))

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

    Raises `UnknownChart` with the nearest names, `UnknownLanguage`.
    """
    if name not in CHARTS:
        raise UnknownChart(f"unknown chart {name!r}", remedy=nearest(name, CHARTS))
    known_language(lang)
    kind = CHARTS[name]
    answers = {each: ask(store, kind.question, lang=each, index=index) for each in languages()}
    return Chart(name, kind, answers, lang)
