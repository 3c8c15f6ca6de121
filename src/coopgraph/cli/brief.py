"""The verb that writes a brief."""

from __future__ import annotations

from pathlib import Path

import click

from coopgraph.cli.options import emit, lang_option, opened, output_option, reading_options


@click.command(
    epilog="Examples: coopgraph brief quantum --lang ko -o quantum.html; "
    "coopgraph brief us -o us.md"
)
@click.argument("entity")
@lang_option
@output_option
@reading_options
def brief(entity: str, lang: str, output: Path | None, store: str) -> None:
    """Write a one-page memo on ENTITY (a technology, partner, country or ministry).

    HTML that prints on one sheet of A4; Markdown where FILE ends with .md, and on standard output.
    """
    from coopgraph.brief.model import BRIEFS

    with opened(store) as kg:
        made = kg.brief(entity, lang=lang)
    is_file = output is not None and str(output) != "-"
    name = BRIEFS.choose("", output, "html" if is_file else "markdown")
    emit(BRIEFS.encode(made, name), output)


COMMANDS = (brief,)
