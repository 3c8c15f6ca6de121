"""The page of a chart: the picture, its figures as a table and their sources, in each language.

It needs no script and fetches nothing; the switch of languages is made of radio buttons.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, Final

from coopgraph.formats.templates import templates_of
from coopgraph.i18n import language_name, languages, text
from coopgraph.queries import Answer
from coopgraph.queries.cells import shown
from coopgraph.queries.question import load_question

if TYPE_CHECKING:
    from coopgraph.view.charts import Chart

_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)


def page_of(chart: Chart) -> str:
    """The page as HTML text, to be written in UTF-8; the same chart gives the same bytes."""
    from markupsafe import Markup

    parts = [_part(chart, lang, Markup) for lang in languages()]
    said = {"lang": chart.lang, "title": chart.title, "policy": _POLICY, "parts": parts}
    template = templates_of("coopgraph.view").get_template("chart.html")
    return template.render(said, language_name=language_name, say=text)


def _part(chart: Chart, lang: str, markup: Any) -> dict[str, Any]:
    """What the page shows in one language."""
    answer = chart.answers[lang]
    columns = {column.name: column for column in load_question(chart.kind.question).columns}
    sources = answer.sources()
    described = dict.fromkeys(
        (str(row["source"]), str(row["url"] or "")) for row in sources if row["source"]
    )
    return {
        "lang": lang,
        "title": text(f"chart.{chart.name}.title", lang),
        "question": answer.title,
        "notes": [text(f"chart.{chart.name}.note", lang), *answer.notes],
        # Made by matplotlib, which escapes the texts in it.
        "picture": markup("<svg" + chart.svg(lang).partition("<svg")[2]),
        "columns": [columns[name].meaning(lang) for name in answer.columns],
        "rows": _rows(answer),
        "sources": [
            (name, url if url.startswith(("http://", "https://")) else "")
            for name, url in described
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
            (shown(cell), not isinstance(cell, str) and cell is not None, getattr(cell, "iri", ""))
            for cell in row
        ]
        for row in answer.rows
    ]
