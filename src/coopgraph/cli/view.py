"""Verbs that draw, write and export: network, view, chart, brief, export."""

from collections.abc import Iterable
from pathlib import Path

import click

from coopgraph.cli import options
from coopgraph.cli.output import emit, emit_as, home, note
from coopgraph.formats import DATASET
from coopgraph.i18n import choose


@click.command(
    epilog="Examples: coopgraph network technology-partners --format graphml -o partners.graphml; "
    "coopgraph network collaboration -p technology=quantum -p year=2020 --format csv"
)
@click.argument("name", metavar="NAME|FILE")
@options.param_option
@options.answer_options("graphml", "coopgraph.network.model:NETWORKS")
@options.reading_options
def network(name: str, values: dict[str, str], lang: str) -> None:
    """Export a network: nodes and edges with labels, kinds, weights and sources."""
    from coopgraph.network import NETWORKS

    with options.opened() as kg:
        drawn = kg.project(_named(name), **values)
        emit_as(NETWORKS, drawn, options.asked_format(NETWORKS.files, "graphml"), lang=lang)
    for line in drawn.notes:
        note(choose(line, lang))


@click.command(
    epilog="Examples: coopgraph view technology-partners --lang ko -o view.html; "
    "coopgraph view budgets -p year=2024; coopgraph view policy --layout policy.json"
)
@click.argument("name", metavar="NAME|FILE", required=False)
@options.param_option
@click.option("--list", "listed", is_flag=True, help="List the networks that can be viewed.")
@click.option(
    "--layout",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Store node positions in FILE: read if it exists, then updated.",
)
@options.lang_option
@options.output_option
@options.reading_options
def view(
    name: str | None, values: dict[str, str], listed: bool, layout: Path | None, lang: str
) -> None:
    """Write a network as one HTML page that opens without a network connection."""
    from coopgraph.network import load_projection, projection_names

    if listed or name is None:
        if not listed:
            raise click.UsageError("Missing argument 'NAME|FILE'")
        _list((n, load_projection(n).title(lang)) for n in projection_names())
        return
    from coopgraph.view import view as view_of
    from coopgraph.view.layout import read_layout, settled, write_layout

    kept = read_layout(layout) if layout else None
    with options.opened() as kg:
        network = kg.project(_named(name), **values)
        positions = settled(network, kept) if kept is not None else None
        page = view_of(network, lang=lang, layout=positions).html
    target = options.output_file() or Path(f"{Path(name).stem}.html")
    emit(page, target)
    if layout and positions is not None:
        write_layout(layout, network.name, positions)
    if str(target) != "-":
        note(f"wrote {home(target)}: open it in a browser")


@click.command(epilog="Example: coopgraph chart budgets-over-time --lang ko -o budgets.html")
@click.argument("name", required=False)
@click.option("--list", "listed", is_flag=True, help="List the charts.")
@options.param_option
@options.lang_option
@options.output_option
@options.reading_options
def chart(name: str | None, listed: bool, values: dict[str, str], lang: str) -> None:
    """Write a chart as an HTML page, SVG or PNG, by the extension of FILE."""
    from coopgraph.i18n import text
    from coopgraph.view.charts import chart_names

    if listed or name is None:
        if not listed:
            raise click.UsageError("Missing argument 'NAME'")
        _list((n, text(f"chart.{n}.title", lang)) for n in chart_names())
        return
    with options.opened() as kg:
        made = kg.chart(name, lang=lang, **values)
        target = options.output_file() or Path(f"{name}.html")
        if str(target) == "-":
            emit(made.html(), target)
        else:
            options.lift_limit()
            made.save(target)
            note(f"wrote {home(target)}")
    for line in made.answers[lang].notes:
        note(line)


def _list(named: Iterable[tuple[str, str]]) -> None:
    """Names and what each shows, in columns."""
    entries = list(named)
    width = max((len(name) for name, _ in entries), default=0)
    emit("".join(f"{name:<{width}}  {title}\n" for name, title in entries))


def _named(name: str) -> str | Path:
    return Path(name) if name.endswith(".rq") or "/" in name else name


@click.command(
    epilog="Examples: coopgraph brief quantum --lang ko -o quantum.hwpx; "
    "coopgraph brief us -o us.pdf; coopgraph brief us --format docx > us.docx"
)
@click.argument("entity")
@options.param_option
@options.answer_options("markdown", "coopgraph.brief.model:BRIEFS")
@options.reading_options
def brief(entity: str, values: dict[str, str], lang: str) -> None:
    """Write a one-page memo on ENTITY (a technology, partner, country or ministry).

    HTML that prints on one sheet of A4, Markdown, PDF, DOCX (Word) or HWPX (Hancom Office).
    """
    from coopgraph.brief.model import BRIEFS

    with options.opened() as kg:
        made = kg.brief(entity, lang=lang, **values)
    default = "html" if options.is_file() else "markdown"
    emit_as(BRIEFS, made, options.asked_format(BRIEFS.files, default))


@click.command(epilog="Example: coopgraph export --format nq -o coopgraph.nq")
@options.format_option("nq", lambda: [format.name for format in DATASET])
@options.output_option
@options.reading_options
def export() -> None:
    """Export the whole graph. Turtle has no named graphs: it holds their union."""
    from coopgraph.store.export import export_dataset

    with options.opened() as kg:
        emit(export_dataset(kg.store, options.asked_format(DATASET, "nq")))


COMMANDS = (network, view, chart, brief, export)
