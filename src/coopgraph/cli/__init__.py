"""The command line: a thin reading of the Python API.

Data go to standard output, messages to standard error. Exit codes: 0 done, 1 the facts are
not as they must be, 2 the request cannot be understood.

A verb is one of the `COMMANDS` of a module here; a new one is found by being there.
"""

import io
import os
import sys
from importlib import import_module
from pkgutil import iter_modules

import click

from coopgraph import __version__
from coopgraph.cli.output import ReaderGone
from coopgraph.errors import CoopgraphError, TablesInvalid

_INTERRUPTED = 130
_SHOWN_PROBLEMS = 50


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with: coopgraph build, then: coopgraph questions",
)
@click.version_option(__version__, prog_name="coopgraph")
@click.pass_context
def cli(context: click.Context) -> None:
    """The open knowledge graph of international science and technology cooperation strategy."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


for _module in sorted(module.name for module in iter_modules(__path__)):
    for _command in getattr(import_module(f"{__name__}.{_module}"), "COMMANDS", ()):
        cli.add_command(_command)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # help and data are UTF-8, whatever the locale
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run the command line; every foreseen error becomes one line on standard error."""
    try:
        # None of our commands returns anything; a number is the exit code of --help and --version.
        result = cli.main(arguments, prog_name="coopgraph", standalone_mode=False)
        sys.stdout.flush()
    except CoopgraphError as error:
        for text in _lines(error):
            _complain(text)
        return error.exit_code
    except click.ClickException as error:
        _complain(_usage(error))
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _complain("interrupted; nothing was changed")
        return _INTERRUPTED
    except (ReaderGone, BrokenPipeError):
        _forget_output()
        return 0
    except OSError as error:
        why = error.strerror or error
        if error.filename:
            _complain(f"{error.filename}: {why}; nothing half-written was kept")
        else:
            _forget_output()
            _complain(f"standard output: {why}; output is incomplete")
        return 1
    return result if isinstance(result, int) else 0


def _forget_output() -> None:
    """Send what could not be written nowhere: Python would try it again at the very end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _lines(error: CoopgraphError) -> list[str]:
    """An error as lines: one, or one for each thing to mend in the tables."""
    if not isinstance(error, TablesInvalid):
        return [str(error)]
    shown = [str(problem) for problem in error.problems[:_SHOWN_PROBLEMS]]
    rest = len(error.problems) - len(shown)
    return [*shown, f"and {rest} more; fix these first"] if rest else shown


def _usage(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "coopgraph"
    message = " ".join(error.format_message().split())
    return f"{message.rstrip('.')}; see: {path} --help"


def _complain(text: str) -> None:
    line = f"coopgraph: {text}\n".encode("utf-8", "replace")
    stream = getattr(sys.stderr, "buffer", None)
    if stream is None:  # a test's stand-in for standard error
        sys.stderr.write(line.decode())
    else:
        sys.stderr.flush()
        stream.write(line)
        stream.flush()
