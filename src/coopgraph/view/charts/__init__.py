"""Charts: pictures of figures where a network is not the best one, from named questions.

Each chart draws the answer to one question, which is its table, its citation and its scope: each
plan is a picture of its own, with a scale of its own, one below the other. Text stays text in SVG,
so that the reader's own font shows it; only a PNG needs matplotlib. A chart is one SVG, one PNG, or
one HTML page in all languages with the figures and their sources, which has no script and fetches
nothing.
"""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from coopgraph.errors import UnknownChart, UnknownFormat, known_language, nearest
from coopgraph.formats import Family, format_of
from coopgraph.formats.templates import header_bar, style_sheet, templates_of
from coopgraph.i18n import language_name, languages, text
from coopgraph.queries import Answer, ask, load_question
from coopgraph.queries.answer import shown
from coopgraph.queries.scope import by_policy
from coopgraph.search import AnyIndex
from coopgraph.store import AnyStore
from coopgraph.store.files import write_output
from coopgraph.view.charts import kinds
from coopgraph.view.charts.figure import Plot, blank, png_of, svg_of

#: What a chart is saved as.
FILES: Final = Family("coopgraph.view.charts.formats")
_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)


@dataclass(frozen=True)
class Kind:
    """A kind of chart: the question it draws, and how. Its title, what a reader must know, and
    what it says where the question finds nothing are texts of `chart.NAME`."""

    question: str
    draw: Callable[[Answer], Plot]

    @property
    def scope(self) -> str:
        """That of its question."""
        return load_question(self.question).scope


CHARTS: Final[Mapping[str, Kind]] = {
    "technology-country": Kind("country-concentration", kinds.matrix),
    "budgets-over-time": Kind("budget-series", kinds.series),
    "ministry-technology": Kind("ministry-technology-budgets", kinds.flow),
    "technology-lists": Kind("shared-technologies", kinds.matches),
}


@dataclass(frozen=True)
class Chart:
    """A chart in each language, of what `values` asked its question for; shows itself in a
    notebook."""

    name: str
    kind: Kind
    answers: Mapping[str, Answer]
    lang: str = "en"
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The title in the language of the chart."""
        return text(f"chart.{self.name}.title", self.lang)

    def svg(self, lang: str | None = None) -> str:
        """The picture as SVG; where there is nothing to draw, a line that says so."""
        return svg_of(self.plots(lang or self.lang))

    def png(self) -> bytes:
        """The picture as PNG. Raises `ExtraMissing`, and `FontMissing` where no font has the
        letters it needs."""
        return png_of(self.plots(self.lang))

    def html(self, place: Callable[[str], str] | None = None, table: str = "") -> str:
        """The page: the picture, its figures and their sources, in each language. On a server
        `place` gives the address of an entity's page, empty where it has none, and `table` is that
        of the question."""
        return page_of(self, place or (lambda _: ""), table)

    def save(self, path: str | Path) -> Path:
        """Write an HTML page, an SVG or a PNG, as the name ends; whole or not at all. Raises
        `UnknownFormat`, `FileUnwritable`."""
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

    def plots(self, lang: str) -> list[Plot]:
        """Its pictures: one for each plan, headed by whose it is if several, and in it one for each
        kind of partner."""
        if not self.answers[lang].rows:
            return [blank(text(f"chart.{self.name}.empty", lang))]
        found: list[Plot] = []
        for heading, answer in by_policy(self.answers[lang]):
            found += [blank(heading, 36)] if heading else []
            for kind, rows in _by_kind(answer):
                found += [blank(kind, 29)] if kind else []
                found.append(self.kind.draw(rows))
        return found

    def _repr_html_(self) -> str:
        return self.svg().partition("?>")[2]


def _by_kind(answer: Answer) -> list[tuple[str, Answer]]:
    """The rows of each kind by themselves, where an answer has several: a country is not counted
    beside institutions."""
    kinds = dict.fromkeys(answer.column("kind")) if "kind" in answer.columns else {}
    if len(kinds) < 2:
        return [("", answer)]
    at = answer.columns.index("kind")
    return [
        (str(kind), replace(answer, rows=tuple(row for row in answer.rows if row[at] == kind)))
        for kind in sorted(kinds, key=str)
    ]


def chart_names() -> list[str]:
    """The names of all charts, sorted.

    >>> chart_names()
    ['budgets-over-time', 'ministry-technology', 'technology-country', 'technology-lists']
    """
    return sorted(CHARTS)


def chart(
    store: AnyStore,
    name: str,
    values: Mapping[str, str] | None = None,
    *,
    lang: str = "en",
    index: AnyIndex | None = None,
    alone: bool = False,
) -> Chart:
    """The chart with this name over a store; `values` are for the parameters of its question. With
    `alone` its page is in `lang` alone, as a server has one address for each language.
    Raises `UnknownChart` with the nearest names, `UnknownLanguage`, and what `ask` raises."""
    if name not in CHARTS:
        raise UnknownChart(f"unknown chart {name!r}", remedy=nearest(name, CHARTS))
    known_language(lang)
    kind, values = CHARTS[name], values or {}
    answers = {
        each: ask(store, kind.question, values, lang=each, index=index)
        for each in ((lang,) if alone else languages())
    }
    return Chart(name, kind, answers, lang, values)


def page_of(chart: Chart, place: Callable[[str], str], table: str) -> str:
    """The page as HTML text, to be written in UTF-8; the same chart gives the same bytes."""
    from markupsafe import Markup

    parts = [_part(chart, lang, Markup) for lang in chart.answers]
    said = {
        "lang": chart.lang,
        "title": chart.title,
        "policy": _POLICY,
        "parts": parts,
        "place": place,
        "table": table,
        "bar": Markup(header_bar(text("server.theme", chart.lang))),  # noqa: S704 (our own)
        "style_sheet": Markup(style_sheet()),  # noqa: S704
    }
    template = templates_of("coopgraph.view").get_template("chart.html")
    return template.render(said, language_name=language_name, say=text)


def _part(chart: Chart, lang: str, markup: Any) -> dict[str, Any]:
    """What the page shows in one language."""
    answer = chart.answers[lang]
    columns = {column.name: column for column in load_question(chart.kind.question).columns}
    described: dict[tuple[str, str], dict[str, None]] = {}
    for row in answer.sources():
        if row["source"]:
            places = described.setdefault((str(row["source"]), str(row["url"] or "")), {})
            places |= {str(row["locator"]): None} if row["locator"] else {}
    return {
        "lang": lang,
        "title": text(f"chart.{chart.name}.title", lang),
        "question": answer.title,
        "notes": [text(f"chart.{chart.name}.note", lang), *answer.notes],
        # Our own, which escapes the texts in it.
        "picture": markup(svg_of(chart.plots(lang), is_page=True).partition("?>")[2]),
        "columns": [columns[name].meaning(lang) for name in answer.columns],
        "rows": _rows(answer),
        "sources": [
            (name, url if url.startswith(("http://", "https://")) else "", "; ".join(places))
            for (name, url), places in described.items()
        ],
        "command": shlex.join(
            [
                *("coopgraph", "query", chart.kind.question),
                *(word for each in chart.values.items() for word in ("-p", "=".join(each))),
                *(("--lang", lang) if lang != "en" else ()),
            ]
        ),
    }


def _rows(answer: Answer) -> list[list[tuple[str, bool, str]]]:
    """Each cell as text, whether it is a number, and its IRI."""
    return [
        [
            (
                shown(cell, column),
                not isinstance(cell, str) and cell is not None,
                getattr(cell, "iri", ""),
            )
            for column, cell in zip(answer.columns, row, strict=True)
        ]
        for row in answer.rows
    ]
