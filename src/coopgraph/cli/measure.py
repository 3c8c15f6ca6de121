"""The verb that measures."""

import click

from coopgraph.cli.options import answer_options, opened, param_option, reading_options
from coopgraph.cli.output import write_answer
from coopgraph.errors import UsageError


@click.command(
    epilog="Examples: coopgraph measure dependence --lang ko; "
    "coopgraph measure withdrawal -p without=us; coopgraph measure --list"
)
@click.argument("name", required=False)
@click.option("--list", "is_list", is_flag=True, help="List the measures and their parameters.")
@param_option
@answer_options()
@reading_options
def measure(name: str | None, is_list: bool, values: dict[str, str], lang: str) -> None:
    """Compute the measure NAME: concentration, dependence, overlap, coverage, suggestions, …"""
    from coopgraph.measures import list_measures

    if is_list:
        write_answer(list_measures(lang))
        return
    if not name:
        raise UsageError("no measure is named", remedy="coopgraph measure --list names them")
    with opened() as kg:
        answer = kg.measure(name, lang=lang, **values)
    write_answer(answer)


COMMANDS = (measure,)
