"""Verbs that make, check and mend the store: build, check, verify, sources, doctor and others."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coopgraph.cli import options
from coopgraph.cli.output import emit, note, write_answer
from coopgraph.vocabulary import GRAPH, shrink

if TYPE_CHECKING:
    from coopgraph.compiler import Report
    from coopgraph.queries import Answer
    from coopgraph.validation import ValidationReport

_SHOWN = 40
#: The plans of a user's own tables.
_OWN = f"""SELECT DISTINCT ?plan {{ GRAPH ?from {{ ?plan a coop:Plan }}
  FILTER(STRSTARTS(STR(?from), "{GRAPH}import/table")) }} ORDER BY ?plan"""
_IN_ORDER = frozenset({"consistent", "not-checkable"})


@click.command(epilog="Example: coopgraph build --data data")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder with the tables; by default those that ship with coopgraph.",
)
@click.option(
    "--fresh",
    is_flag=True,
    help="Load everything anew; leave out imports that are missing or damaged, and say which.",
)
@options.store_option
def build(data: Path | None, fresh: bool) -> None:
    """Build the store from the curated tables and print a report. Imports are kept.

    Where the store cannot say what it held, or a part of it is missing or damaged, that is named
    and nothing is changed, unless --fresh is given.
    """
    from coopgraph.compiler import build as run

    emit(report_text(run(data, options.store_place(), fresh=fresh)))


def report_text(report: Report) -> str:
    """The report of a build: rows by table, triples by graph, warnings."""
    lines = ["rows read"]
    lines += [f"  {count:>6,}  {name}" for name, count in report.rows.items()]
    lines.append("triples by graph")
    lines += [f"  {part.triples:>6,}  {part.graph} ({part.origin})" for part in report.parts]
    lines += [f"warning: {text}" for text in report.warnings]
    rows = sum(report.rows.values())
    lines.append(
        f"{rows:,} rows, {report.triples:,} triples in {len(report.parts)} graphs, "
        f"{report.entities:,} entities, {len(report.warnings)} warnings; build {report.digest[:12]}"
    )
    return "\n".join(lines) + "\n"


@click.command(epilog="Example: coopgraph check --lang ko")
@options.lang_option
@click.option(
    "--warnings/--no-warnings", default=False, help="List warnings, not only their number."
)
@options.store_option
@options.timeout_option
def check(lang: str, warnings: bool) -> None:
    """Validate the graph (SHACL) and report what the reconciliation found; writes nothing.

    Exit code 0 when there is no violation, 1 otherwise.
    """
    with options.opened() as kg:
        report = kg.check(lang)
        verdicts = kg.query("reconciliation", lang=lang, jurisdiction="all")
        differences = kg.query("disagreements", lang=lang, jurisdiction="all")
        gaps = kg.query("plan-gaps", lang=lang, jurisdiction="all")
        own = kg.query(_OWN, lang=lang)
    lines = [*_shacl(report, warnings), *_reconciled(verdicts, differences), *_lacking(gaps, own)]
    emit("\n".join(lines) + "\n")
    if not report.conforms:
        raise click.exceptions.Exit(1)


def _shacl(report: ValidationReport, warnings: bool) -> list[str]:
    """The findings wanted, a line each, and their number."""
    shown = [f for f in report.findings if warnings or f.severity == "Violation"]
    lines = [
        f"{f.severity}: {f.focus} ({shrink(f.focus_iri)}): {f.message} [{f.shape}]"
        for f in shown[:_SHOWN]
    ]
    if len(shown) > _SHOWN:
        lines.append(f"and {len(shown) - _SHOWN} more")
    violations, warned = (report.counts.get(x, 0) for x in ("Violation", "Warning"))
    if report.unchecked:
        lines.append(f"not checked here: {', '.join(report.unchecked)}")
    return [*lines, f"SHACL: {violations} violations, {warned} warnings"]


def _reconciled(verdicts: Answer, differences: Answer) -> list[str]:
    """The verdicts by number, each claim that is not in order, the disagreements by number."""
    from coopgraph.queries import Entity

    lines = [f"reconciliation: {_tally(verdicts, 'verdict')}"]
    for row in verdicts:
        verdict = row["verdict"]
        if isinstance(verdict, Entity) and verdict.iri.rpartition("/")[2] not in _IN_ORDER:
            whose, claim = row["jurisdiction"], row["claim"]
            lines.append(f"  {whose}, {verdict}: {claim} → {row['recomputed']}")
    lines.append(
        f"disagreements: {len(differences)}, "
        f"{sum(1 for row in differences if row['compatible'])} of them compatible"
    )
    names = ("reconciliation", "disagreements")
    asked = (f"coopgraph query {name} --jurisdiction all" for name in names)
    lines.append(f"in full: {', '.join(asked)}")
    return lines


def _lacking(gaps: Answer, own: Answer) -> list[str]:
    """How many plans lack what, and what each plan of imported tables does."""
    lacking: dict[str, list[str]] = {str(plan): [] for plan in own.column("plan")}
    for row in gaps:
        if str(row["title"]) in lacking:
            lacking[str(row["title"])].append(str(row["lacks"]))
    plans = len(set(gaps.column("title")))
    return [
        *(f"{plan} lacks: {', '.join(lacks) or 'nothing'}" for plan, lacks in lacking.items()),
        f"plans that lack something here: {plans} ({_tally(gaps, 'lacks')})",
        "in full: coopgraph query plan-gaps --jurisdiction all",
    ]


def _tally(answer: Answer, column: str) -> str:
    counts = Counter(str(cell) for cell in answer.column(column))
    return ", ".join(f"{n} {name}" for name, n in counts.most_common()) or "none"


@click.command(
    epilog="Examples: coopgraph sources --format csv; coopgraph sources --remove import/ror"
)
@click.option("--remove", metavar="GRAPH", help="Remove this import and what was derived from it.")
@options.answer_options()
@options.store_option
def sources(lang: str, remove: str | None) -> None:
    """List the named graphs: origin, triples, file and release; or remove an import."""
    if remove is not None:
        from coopgraph.compiler.imports import remove_import

        part = remove_import(remove, options.store_place())
        note(f"removed {part.graph}: {part.triples:,} triples")
        return
    with options.opened() as kg:
        answer = kg.sources(lang)
    write_answer(answer)
    if options.output_file():
        note(f"wrote {options.output_file()}")


@click.command(
    "upgrade-tables", epilog="Example: coopgraph upgrade-tables my-tables -o my-tables-upgraded"
)
@click.argument("folder", type=click.Path(path_type=Path))
@options.output_option
def upgrade_tables(folder: Path) -> None:
    """Bring the tables and scenarios in FOLDER, of version 0.1 or later, to the present columns.

    In place, or as the new folder that -o names. All or nothing: what cannot be brought forward is
    named, and nothing is changed.
    """
    from coopgraph.scenario.upgrade import upgrade_tables as run

    place = options.output_file()
    for name in (changed := run(folder, place)):
        note(f"changed {name}")
    note(f"wrote {place or folder}" if changed or place else "the columns are the present ones")


@click.command(epilog="Examples: coopgraph doctor; coopgraph doctor --repair --files downloads")
@click.option("--repair", is_flag=True, help="Make anew what can be made anew.")
@click.option(
    "--files",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="A folder with files of publishers, to import again what is lost.",
)
@options.store_option
def doctor(repair: bool, files: Path | None) -> None:
    """Say what of the store is whole, damaged or missing, and from what it can be made anew.

    Each file is compared with what was recorded of it, and each version is opened and counted.
    Exit code 0 where all is whole, 1 otherwise.
    """
    from coopgraph.api import doctor as examine

    found = examine(options.store_place(), repair=repair, files=files)
    emit(str(found))
    if not found.is_whole:
        raise click.exceptions.Exit(1)


@click.command(
    epilog="Examples: coopgraph verify --text article=article.txt; "
    "coopgraph verify mydata/people.csv --text texts/ --format csv"
)
@click.argument(
    "paths", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path, exists=True)
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder with the tables; by default those that the store was built from.",
)
@click.option(
    "--text",
    "texts",
    multiple=True,
    metavar="SOURCE=FILE|DIR",
    help="The text of a source, by its key, or a folder with texts, KEY.txt each.",
)
@options.answer_options()
@options.store_option
def verify(paths: tuple[Path, ...], data: Path | None, texts: tuple[str, ...], lang: str) -> None:
    """Compare every passage, hash, code and key with the texts at hand.

    Of the tables and the imports of the store, or of the tables with your own FILEs (or folders)
    beside them. Three outcomes: it holds, it does not, or there is no text at hand to compare with.
    Texts are found in texts/ beside the tables, too. Exit code 0 where all holds that can be
    compared, 1 otherwise.
    """
    from coopgraph.api import verify as look
    from coopgraph.compiler.verification import texts_of
    from coopgraph.errors import TablesInvalid

    found = look(options.store_place(), data=data, files=paths, texts=texts_of(texts))
    write_answer(found.answer(lang))
    if not found.holds:
        raise TablesInvalid(found.problems)


@click.command(
    epilog="Examples: coopgraph template; coopgraph template plans amounts -o no-outlook --text nb"
)
@click.argument("names", nargs=-1, metavar="[TABLE]...")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder in which each TABLE becomes an empty file.",
)
@click.option(
    "--text", "langs", default="en", metavar="TAGS",
    help="The languages of texts, separated by commas: de or ja,en (BCP 47).",
)  # fmt: skip
def template(names: tuple[str, ...], output: Path | None, langs: str) -> None:
    """Print the header of TABLE to type rows under; without one, list what each table is for.

    Nothing that is there already is overwritten.
    """
    from coopgraph.tables.templates import tables, template_files
    from coopgraph.tables.templates import template as header

    if not names:
        emit("\n".join(f"{name}: {doc}\n    {needed}" for name, doc, needed in tables()) + "\n")
    elif output is not None:
        for path in template_files(names, output, langs.split(",")):
            note(f"wrote {path}")
    else:
        emit("\n".join(header(name, langs.split(",")) for name in names))


COMMANDS = (build, check, verify, sources, upgrade_tables, doctor, template)
