"""The verb that examines a store and makes anew what is damaged."""

from pathlib import Path

import click

from coopgraph.cli.options import store_option, store_place
from coopgraph.cli.output import emit


@click.command(epilog="Examples: coopgraph doctor; coopgraph doctor --repair --files downloads")
@click.option("--repair", is_flag=True, help="Make anew what can be made anew.")
@click.option(
    "--files",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="A folder with files of publishers, to import again what is lost.",
)
@store_option
def doctor(repair: bool, files: Path | None) -> None:
    """Say what of the store is whole, damaged or missing, and from what it can be made anew.

    Each file is compared with what was recorded of it, and each version is opened and counted.
    Exit code 0 where all is whole, 1 otherwise.
    """
    from coopgraph.api import doctor as examine

    found = examine(store_place(), repair=repair, files=files)
    emit(str(found))
    if not found.is_whole:
        raise click.exceptions.Exit(1)


COMMANDS = (doctor,)
