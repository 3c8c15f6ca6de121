"""The verb that imports, with its progress and its report."""

from __future__ import annotations

import sys
import time
from dataclasses import Field, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from coopgraph.cli.options import store_option, store_place
from coopgraph.cli.output import emit, home, note
from coopgraph.errors import UsageError
from coopgraph.i18n import percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coopgraph.compiler.imports import ImportReport, Progress
    from coopgraph.compiler.trial import Trial
    from coopgraph.importers.base import Account

_EVERY_S: Final = 0.2
_EVERY_RECORDS: Final = 100_000
#: The parameters of the verb that come before those of the kinds.
_OWN: Final = 8


class _Import(click.Command):
    """Takes the options of every kind of import, looked up where the verb is used."""

    def get_params(self, context: click.Context) -> list[click.Parameter]:
        """Those of the verb, of each kind behind them."""
        params = super().get_params(context)
        return [*params[:_OWN], *_options(), *params[_OWN:]]

    def format_help_text(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """The text with the names of the kinds."""
        from coopgraph.importers import importers

        *kinds, last = importers()
        template = self.help or ""
        self.help = template.replace("{kinds}", f"{', '.join(kinds)} or {last}")
        super().format_help_text(context, formatter)
        self.help = template


@cache
def _options() -> tuple[click.Option, ...]:
    from coopgraph.importers import importers

    return tuple(
        _option(kind, field)
        for kind, chosen in importers().items()
        for field in (fields(chosen.options) if chosen.options else ())
    )


def _option(kind: str, field: Field[Any]) -> click.Option:
    said = field.metadata
    shape: Any = int if "int" in str(field.type) else str
    if "choices" in said:
        shape = click.Choice(said["choices"])
    elif "least" in said:
        shape = click.IntRange(min=said["least"])
    return click.Option(
        [f"--{field.name.replace('_', '-')}"],
        type=None if field.default is False else shape,
        is_flag=field.default is False,
        default=None,
        metavar=said["metavar"] or None,
        help=f"{kind}: {said['about']}",
    )


@click.command(
    "import",
    cls=_Import,
    epilog="Examples: coopgraph import kr-budget rnd-budget-2026.json; "
    "coopgraph import ror v1.70-ror-data.zip --release v1.70; coopgraph import table mydata/",
)
@click.argument("kind", metavar="KIND")
@click.argument(
    "paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option("--release", default="", metavar="TEXT", help="The publisher's name of the release.")
@click.option(
    "--write-map",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="map: only write a first map of the columns of PATH, to be completed.",
)
@click.option(
    "--as", "name", default="", metavar="NAME", help="Beside others of its kind, by this name."
)
@click.option("--append", is_flag=True, help="A next delivery: add it to what is there.")
@click.option("--replace", is_flag=True, help="In the place of what is there.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@store_option
def import_(
    kind: str,
    paths: tuple[Path, ...],
    release: str,
    write_map: Path | None,
    name: str,
    append: bool,
    replace: bool,
    dry_run: bool,
    **options: Any,
) -> None:
    """Import files of a publisher, or your own, as a named graph that later builds keep.

    KIND is {kinds}; PATH a file, a folder or a zip archive.
    What is there of the kind is not replaced unless you say so (--replace): a further import stands
    beside it (--as NAME) or is added to it (--append). The same files again change nothing; your
    own file (map, rdf, table) replaces what it was. All or nothing is written. Exit code 0 where
    records were accepted, even if others were rejected (the report says how many and where they are
    listed); 1 where none was.
    """
    from coopgraph.compiler.held import ImportPlace
    from coopgraph.compiler.imports import import_files
    from coopgraph.compiler.trial import try_import

    if write_map:
        _write_map(kind, paths, write_map)
        return
    meter = ImportProgress(sys.stderr.isatty())
    asked: dict[str, Any] = {
        "release": " ".join(release.split()),
        "options": {name: value for name, value in options.items() if value is not None},
        "progress": meter,
        "place": ImportPlace(name, append, replace),
    }
    try:
        if dry_run:
            trial = try_import(kind, paths, store_place(), **asked)
        else:
            report = import_files(kind, paths, store_place(), **asked)
    finally:
        meter.clear()
    emit(trial_text(trial) if dry_run else report_text(report))


def _write_map(kind: str, paths: tuple[Path, ...], to: Path) -> None:
    """Write a first map of a file; what is there already stays."""
    from coopgraph.importers.columns.first_map import first_map

    if kind != "map" or len(paths) != 1:
        raise UsageError(
            "a map is written of one file",
            place="--write-map",
            remedy="import map FILE --write-map",
        )
    if to.exists():
        raise UsageError("is there already", place=str(to), remedy="name another, or remove it")
    emit(first_map(paths[0]), to)
    note(f"{to}: a first map; complete it, then: coopgraph import map {paths[0]} --map {to}")


class ImportProgress:
    """Progress on standard error: on a terminal one line that is written over, with the rate and,
    while files are read, the time left; elsewhere a plain line now and then."""

    def __init__(self, terminal: bool) -> None:
        self._terminal = terminal
        self._start = self._last = time.monotonic()
        self._shown = 0
        self._step = ""

    def __call__(self, state: Progress) -> None:
        """Show `state`, if it is time to."""
        now = time.monotonic()
        new_step = state.step != self._step
        self._step = state.step
        if self._terminal:
            if new_step or now - self._last >= _EVERY_S:
                self._last = now
                self._write(f"\r\x1b[K{progress_text(state, now - self._start)}")
        elif state.records // _EVERY_RECORDS > self._shown:
            self._shown = state.records // _EVERY_RECORDS
            note(f"{state.step}: {state.records:,} records")
        elif new_step and state.step != "reading":
            note(f"{state.step}: {state.records:,} records")

    def clear(self) -> None:
        """Leave the terminal as it was."""
        if self._terminal and self._step:
            self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()


def progress_text(state: Progress, elapsed_s: float) -> str:
    """One line of progress. The time left is known while the files are read for the first time.

    >>> from coopgraph.compiler.imports import Progress
    >>> progress_text(Progress("reading", 5_000, 250, 1_000), 2.0)
    'reading: 5,000 records, 2,500 a second, 25%, 0:06 left'
    >>> progress_text(Progress("compiling", 20_000, 1_000, 1_000), 8.0)
    'compiling: 20,000 records read'
    """
    if state.step != "reading":
        return f"{state.step}: {state.records:,} records read"
    text = f"{state.step}: {state.records:,} records, {state.records / max(elapsed_s, 1e-9):,.0f}"
    text += " a second"
    if 0 < state.bytes_read <= state.bytes_total:
        left_s = round(elapsed_s * (state.bytes_total - state.bytes_read) / state.bytes_read)
        read = percent(100 * state.bytes_read // state.bytes_total, "en")
        text += f", {read}, {left_s // 60}:{left_s % 60:02} left"
    return text


def report_text(report: ImportReport) -> str:
    """The report of an import: the account of each file, remarks, the graph, the rejects file."""
    lines = _told(report.accounts, report.notes)
    if report.rejects:
        lines.append(f"rejected records: {home(report.rejects)}")
    part = report.part
    done = f"{part.triples:,} triples in {part.graph}; part {part.sha256[:12]}"
    return "\n".join([*lines, report.unchanged or done]) + "\n"


def trial_text(trial: Trial) -> str:
    """What an import would do: the accounts, and the first of what would be read, linked, refused.

    >>> from coopgraph.compiler.trial import Trial
    >>> print(trial_text(Trial("import/ror", linked=2, first={"linked": ["A → B"]})), end="")
    dry run of import/ror: nothing was written
    would be read: none
    would be linked: 2
      A → B
    would be refused: 0
    """
    lines = _told(trial.accounts, trial.notes)
    lines.append(f"dry run of {trial.graph}: nothing was written")
    if trial.remark:
        lines.append(f"note: {trial.remark}")
    read = ", ".join(f"{count:,} {name}" for name, count in trial.read.most_common()) or "none"
    for name, said in (
        ("read", read),
        ("linked", f"{trial.linked:,}"),
        ("refused", f"{trial.refused:,}"),
    ):
        lines.append(f"would be {name}: {said}")
        lines += [f"  {text}" for text in trial.first.get(name, ())]
    return "\n".join(lines) + "\n"


def _told(accounts: Mapping[str, Account], notes: Iterable[str]) -> list[str]:
    """The account of each file, and the remarks."""
    lines = [f"{'read':>11} {'accepted':>11} {'rejected':>11} {'duplicates':>11}  file"]
    for name, account in accounts.items():
        numbers = (account.read, account.accepted, account.rejected, account.duplicates)
        lines.append(" ".join(f"{number:>11,}" for number in numbers) + f"  {name}")
    return [*(lines if accounts else ()), *(f"note: {text}" for text in notes)]


COMMANDS = (import_,)
