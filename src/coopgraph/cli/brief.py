"""The verb that writes a brief."""

import click

from coopgraph.cli.options import (
    asked_format,
    is_file,
    lang_option,
    opened,
    output_option,
    reading_options,
)
from coopgraph.cli.output import emit_as


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
    emit_as(BRIEFS, made, asked_format(BRIEFS.files, "html" if is_file() else "markdown"))


COMMANDS = (brief,)
