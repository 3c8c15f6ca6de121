"""The verbs of scenarios: list, compare."""

from pathlib import Path

import click

from coopgraph.cli.options import answer_options, opened, store_option, timeout_option
from coopgraph.cli.output import note, write_answer

_BASE = "base"


@click.group(
    epilog="Examples: coopgraph scenario list; coopgraph scenario compare base mit-withdraws "
    "--store FOLDER"
)
def scenario() -> None:
    """Ask what changes if the plan changes: list the scenarios, compare two of them."""


@scenario.command("list", epilog="Example: coopgraph scenario list --lang ko")
@answer_options()
def list_(lang: str) -> None:
    """List the scenarios that ship, and what each assumes; a `.toml` file of yours is one too."""
    from coopgraph.scenario import list_scenarios

    write_answer(list_scenarios(lang))


@scenario.command(
    epilog="Examples: coopgraph scenario compare base us-restricts-semiconductors; "
    "coopgraph scenario compare base mine.toml --view changes.html"
)
@click.argument("before")
@click.argument("after")
@click.option(
    "--view",
    "page",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the network with added, lost and changed edges as a page, too.",
)
@click.option(
    "--network",
    "name",
    default="technology-partners",
    show_default=True,
    metavar="NAME",
    help="Which network the page shows.",
)
@answer_options()
@timeout_option
@store_option
def compare(before: str, after: str, page: Path | None, name: str, lang: str) -> None:
    """Show what changes from scenario BEFORE to AFTER; `base` is the unchanged graph."""
    from coopgraph.scenario import load_scenario
    from coopgraph.scenario.comparison import compare_measures, compare_networks

    assumed = ["" if told == _BASE else told for told in (before, after)]
    with opened(assumed[0]) as one, opened(assumed[1]) as other:
        answer = compare_measures(one.store, other.store, lang)
        if page is not None:
            from coopgraph.view import view

            view(compare_networks(one.project(name), other.project(name)), lang=lang).save(page)
            note(f"wrote {page}")
    write_answer(answer)
    for told in filter(None, assumed):
        found = load_scenario(told)
        note(f"{found.title(lang)}: {found.assumption(lang)}")


COMMANDS = (scenario,)
