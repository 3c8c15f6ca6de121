"""The verb that writes a brief."""

from pathlib import Path

import click

from coopgraph.cli.options import (
    asked_format,
    lang_option,
    opened,
    output_file,
    output_option,
    reading_options,
)
from coopgraph.cli.output import emit


@click.command(
    epilog="Examples: coopgraph brief quantum --lang ko -o quantum.html; "
    "coopgraph brief us -o us.md"
)
@click.argument("entity")
@lang_option
@output_option
@reading_options
def brief(entity: str, lang: str) -> None:
    """Write a one-page memo on ENTITY (a technology, partner, country or ministry).

    HTML that prints on one sheet of A4; Markdown where FILE ends with .md, and on standard output.
    """
    from coopgraph.brief.model import BRIEFS

    with opened() as kg:
        made = kg.brief(entity, lang=lang)
    is_file = output_file() not in (None, Path("-"))
    emit(BRIEFS.encode(made, asked_format(BRIEFS.files, "html" if is_file else "markdown")))


COMMANDS = (brief,)
