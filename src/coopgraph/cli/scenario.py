"""The verbs of scenarios: list, compare."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from coopgraph.cli import options
from coopgraph.cli.output import note, write_answer
from coopgraph.errors import UsageError

if TYPE_CHECKING:
    from coopgraph.scenario import Scenario

_BASE = "base"


@click.group(
    epilog="Examples: coopgraph scenario list; coopgraph scenario compare base mit-withdraws "
    "--store FOLDER"
)
def scenario() -> None:
    """Ask what changes if the plan changes: list the scenarios, compare two of them."""


@scenario.command("list", epilog="Example: coopgraph scenario list --lang ko")
@options.answer_options()
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
@options.scope_options
@options.answer_options()
@options.timeout_option
@options.store_option
def compare(
    before: str, after: str, page: Path | None, name: str, lang: str, values: dict[str, str]
) -> None:
    """Show what changes from scenario BEFORE to AFTER; `base` is the unchanged graph.

    It compares within the jurisdiction or plan that they name, unless another is asked for.
    """
    from coopgraph.network import load_projection
    from coopgraph.scenario import load_scenario
    from coopgraph.scenario.comparison import compare_measures, compare_networks

    assumed = ["" if told == _BASE else told for told in (before, after)]
    scenarios = [load_scenario(told) for told in filter(None, assumed)]
    scope = values or _scope_of(scenarios)
    with options.opened(assumed[0]) as one, options.opened(assumed[1]) as other:
        answer = compare_measures(one.store, other.store, lang, scope)
        if page is not None:
            from coopgraph.view import view

            asked = scope if load_projection(name).scope == "plan" else {}
            networks = (graph.project(name, **asked) for graph in (one, other))
            view(compare_networks(*networks), lang=lang).save(page)
            note(f"wrote {page}")
    write_answer(answer)
    for found in scenarios:
        note(f"{found.title(lang)}: {found.assumption(lang)}")


def _scope_of(scenarios: list[Scenario]) -> dict[str, str]:
    """Whose plans the scenarios are about; raises `UsageError` where it is not one jurisdiction."""
    scopes = [scenario.scope for scenario in scenarios]
    whose = sorted({scope["jurisdiction"] for scope in scopes if "jurisdiction" in scope})
    if len(whose) > 1:
        raise UsageError(
            f"the scenarios are of two jurisdictions: {', '.join(whose)}",
            remedy="name one with --jurisdiction, or --plan all",
        )
    plans = {scope.get("plan", "") for scope in scopes}
    found = {"jurisdiction": "".join(whose), "plan": plans.pop() if len(plans) == 1 else ""}
    return {name: value for name, value in found.items() if value}


COMMANDS = (scenario,)
