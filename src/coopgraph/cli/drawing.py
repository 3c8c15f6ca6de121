"""Verbs that draw and export: network, view, export."""

from __future__ import annotations

from pathlib import Path

import click

from .options import (
    emit,
    format_option,
    home,
    lang_option,
    note,
    opened,
    output_option,
    param_option,
    parameters,
    store_option,
)


@click.command(
    epilog="Examples: coopgraph network technology-partners --format graphml -o partners.graphml; "
    "coopgraph network collaboration -p technology=quantum -p year=2020 --format csv"
)
@click.argument("name", metavar="NAME|FILE")
@param_option
@format_option("graphml", "graphml, gexf, json, csv")
@lang_option
@output_option
@store_option
def network(
    name: str, pairs: tuple[str, ...], format_: str, lang: str, output: Path | None, store: str
) -> None:
    """Export a network: nodes and edges with labels, kinds, weights and sources."""
    from ..network import export

    values = parameters(pairs)
    with opened(store) as kg:
        emit(export(kg.project(_named(name), **values), format_, lang), output)


@click.command(epilog="Example: coopgraph view technology-partners --lang ko -o view.html")
@click.argument("name", metavar="NAME|FILE", required=False)
@param_option
@click.option("--list", "listed", is_flag=True, help="List the networks that can be viewed.")
@lang_option
@output_option
@store_option
def view(
    name: str | None,
    pairs: tuple[str, ...],
    listed: bool,
    lang: str,
    output: Path | None,
    store: str,
) -> None:
    """Write a network as one HTML page that opens without a network connection."""
    from ..network import load_projection, projection_names

    if listed or name is None:
        if not listed:
            raise click.UsageError("Missing argument 'NAME|FILE'")
        lines = (f"{n}  {load_projection(n).title(lang)}" for n in projection_names())
        emit("".join(f"{text}\n" for text in lines), output)
        return
    values = parameters(pairs)
    with opened(store) as kg:
        page = kg.view(_named(name), lang=lang, **values).html
    target = output or Path(f"{Path(name).stem}.html")
    emit(page, target)
    if str(target) != "-":
        note(f"wrote {home(target)}: open it in a browser")


def _named(name: str) -> str | Path:
    return Path(name) if name.endswith(".rq") or "/" in name else name


@click.command(epilog="Example: coopgraph export --format nq -o coopgraph.nq")
@format_option("nq", "ttl, nq, trig, jsonld")
@output_option
@store_option
def export(format_: str, output: Path | None, store: str) -> None:
    """Export the whole graph. Turtle has no named graphs: it holds their union."""
    from ..store.export import export_dataset

    with opened(store) as kg:
        emit(export_dataset(kg.store, format_), output)


COMMANDS = (network, view, export)
