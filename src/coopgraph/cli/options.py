"""Options that verbs share.

What `--store`, `--scenario`, `--timeout-s`, `--format` and `-o` say is kept for the helpers here
(`opened`, `asked_format`, …); the function of a verb gets its own parameters, `lang` and `values`.
"""

from __future__ import annotations

import contextlib
import functools
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click
from click.core import ParameterSource

from coopgraph.errors import QueryTimeout, UsageError
from coopgraph.formats import Format, format_of
from coopgraph.i18n import languages

if TYPE_CHECKING:
    from coopgraph.api import KnowledgeGraph

F = TypeVar("F", bound=Callable[..., Any])
#: Where the formats of answers are; looked up when they are needed.
ANSWER_FORMATS = "coopgraph.queries.answer:ANSWERS"
#: Seconds that a reading verb may take by default, and the most that can be set.
_TIMEOUT_S, _MOST_S = 300.0, 1e6
_WATCHDOG, _REQUEST_S = "coopgraph.watchdog", "coopgraph.request_s"


class Watchdog:
    """Ends this process, with one line on standard error and exit code 1, after `limit_s`; `stop`
    calls it off: before data are written, so that they are written whole or not at all. The engine
    lets other threads run while it evaluates, so that a thread is enough."""

    def __init__(self, limit_s: float) -> None:
        self._ending = threading.Lock()
        self._timer = threading.Timer(limit_s, self._end, [limit_s])
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        """Call it off; does not return once the process is being ended."""
        with self._ending:
            self._timer.cancel()

    def _end(self, limit_s: float) -> None:
        error = QueryTimeout(
            f"stopped after {limit_s:g} s, and nothing was written",
            remedy="ask for less, or give more time: --timeout-s (0 is no limit)",
        )
        with self._ending:
            if self._timer.finished.is_set():  # it was called off meanwhile
                return
            try:
                os.write(2, f"coopgraph: {error}\n".encode())
            finally:
                os._exit(error.exit_code)


def _keep(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    context.meta[f"coopgraph.{parameter.name}"] = value


def _kept(name: str) -> Any:
    return click.get_current_context().meta.get(f"coopgraph.{name}")


#: `--store FOLDER` or `--store URL`, or the environment variable COOPGRAPH_STORE.
store_option = click.option(
    "--store",
    envvar="COOPGRAPH_STORE",
    default=".coopgraph",
    show_default=True,
    metavar="FOLDER|URL",
    expose_value=False,
    callback=_keep,
    help="Store folder, or URL of a SPARQL endpoint. [env: COOPGRAPH_STORE]",
)
#: `--lang`: a language that has a file in `coopgraph.i18n`.
lang_option = click.option(
    "--lang",
    type=click.Choice(languages()),
    default="en",
    show_default=True,
    help="Language of labels.",
)
#: `-o FILE`.
output_option = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    expose_value=False,
    callback=_keep,
    help="Write to FILE instead of standard output.",
)
#: `--scenario NAME`: the verb reads the store of the scenario, made where it is missing.
scenario_option = click.option(
    "--scenario",
    metavar="NAME|FILE",
    expose_value=False,
    callback=_keep,
    help="Ask under a scenario: see coopgraph scenario list.",
)


def store_place() -> str:
    """What `--store` says."""
    return str(_kept("store"))


def output_file() -> Path | None:
    """What `-o` says; `-` is standard output."""
    return cast("Path | None", _kept("output"))


def is_file() -> bool:
    """Whether `-o` names a file."""
    return output_file() not in (None, Path("-"))


def answer_options(default: str = "table", family: str = ANSWER_FORMATS) -> Callable[[F], F]:
    """`--lang`, `--format` and `-o`: how an answer is written."""
    formats = format_option(default, lambda: resolve_name(family).names)
    return lambda function: lang_option(formats(output_option(function)))


def reading_options(function: F) -> F:
    """`--scenario`, `--store` and `--timeout-s`: what a verb that reads the graph takes."""
    return scenario_option(store_option(timeout_option(function)))


def whole_option(
    name: str, default: int, text: str, *, least: int = 1, most: int | None = None
) -> Callable[[F], F]:
    """An option that takes a whole number from `least` to `most`; `text` is its help."""
    range_ = click.IntRange(least, most)
    return click.option(name, type=range_, default=default, show_default=True, help=text)


def scope_options(function: F) -> F:
    """`--plan` and `--jurisdiction`, among `values`: whose plans are asked about."""

    @functools.wraps(function)
    def run(*args: Any, **named: Any) -> Any:
        values = named.setdefault("values", {})
        for name in ("plan", "jurisdiction"):
            if value := named.pop(name):
                _once(values, name, value)
        return function(*args, **named)

    plan = click.option("--plan", metavar="KEY|all", help="Ask about this plan, or all plans.")
    whose = click.option(
        "--jurisdiction", metavar="CODE|all", help="Ask about the plans of a country or bloc."
    )
    return cast(F, plan(whose(run)))


def param_option(function: F) -> F:
    """`-p NAME=VALUE`, as often as there are parameters, with a name for those of everything that
    speaks of plans."""
    return click.option(
        "-p",
        "--param",
        "values",
        multiple=True,
        callback=_parameters,
        metavar="NAME=VALUE",
        help="A parameter: a key, a Korean or English label, a CURIE or an IRI.",
    )(scope_options(function))


def _once(found: dict[str, str], name: str, value: str) -> None:
    if name in found:
        raise UsageError(f"the parameter {name!r} is given twice", remedy="give it once")
    found[name] = value


def _parameters(
    _context: click.Context, _parameter: click.Parameter, pairs: tuple[str, ...]
) -> dict[str, str]:
    """`-p name=value` pairs as a dictionary; raises `UsageError` for what is not a pair."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (equals and name.strip() and value.strip()):
            raise UsageError(f"{pair!r} is not name=value", remedy="write -p technology=quantum")
        _once(found, name.strip(), value)
    return found


class _FormatOption(click.Option):
    """Looks up the formats only when the help is read."""

    def __init__(self, *args: Any, names: Callable[[], Iterable[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._names, self._pattern = names, self.help or ""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option and its help."""
        self.help = self._pattern.replace("NAMES", ", ".join(self._names()))
        return super().get_help_record(ctx)


def format_option(
    default: str, names: Callable[[], Iterable[str]], more: str = ""
) -> Callable[[F], F]:
    """`--format NAME`, empty where it is not given: then what FILE ends like counts. Names are
    checked by the family of formats, which suggests the nearest."""
    return click.option(
        "--format",
        "format_",
        cls=_FormatOption,
        names=names,
        default="",
        metavar="NAME",
        expose_value=False,
        callback=_keep,
        help=f"One of NAMES{more}; by default from FILE's ending, else {default}.",
    )


def asked_format(formats: Iterable[Format] = (), default: str = "") -> str:
    """What `--format` says, else how the file of `-o` ends, else `default`."""
    return format_of(_kept("format_") or "", output_file(), formats, default)


def _limit_time(context: click.Context, parameter: click.Parameter, limit_s: float) -> None:
    if limit_s != limit_s:
        raise click.BadParameter("nan is no number of seconds")
    asked = context.get_parameter_source("timeout_s") is not ParameterSource.DEFAULT
    context.meta[_REQUEST_S] = (limit_s or _MOST_S) if asked else None
    _keep(context, parameter, limit_s)


#: `--timeout-s SECONDS`: the verb ends by then, see `Watchdog`; `emit` calls that off.
timeout_option = click.option(
    "--timeout-s",
    type=click.FloatRange(0, _MOST_S),
    default=_TIMEOUT_S,
    show_default=True,
    envvar="COOPGRAPH_TIMEOUT_S",
    metavar="SECONDS",
    expose_value=False,
    callback=_limit_time,
    help="Time limit in seconds; 0 means none. [env: COOPGRAPH_TIMEOUT_S]",
)


@contextlib.contextmanager
def _limited(meta: dict[str, Any]) -> Iterator[None]:
    """Within the time limit of the verb. It starts with the work and not with the options: a
    mistake in a later one would leave nothing to stop it."""
    limit_s = _kept("timeout_s")
    if not limit_s or _WATCHDOG in meta:
        yield
        return
    watchdog = meta[_WATCHDOG] = Watchdog(limit_s)
    try:
        yield
    finally:
        watchdog.stop()


def lift_limit() -> None:
    """From here on no time limit holds: data are about to be written."""
    context = click.get_current_context(silent=True)
    if context is not None and _WATCHDOG in context.meta:
        context.meta[_WATCHDOG].stop()


@contextlib.contextmanager
def opened(scenario: str | None = None) -> Iterator[KnowledgeGraph]:
    """The knowledge graph of the existing store that `--store` names, in a folder or behind an
    address, or that of a scenario (by default what `--scenario` says) over it.

    An endpoint may take as long over one request as `--timeout-s` says, where it is given.
    Raises `StoreMissing` where there is none, and what `coopgraph.open` raises of endpoints.
    """
    from coopgraph.api import open_existing

    meta, store = click.get_current_context().meta, store_place()
    with _limited(meta):
        if assumed := _kept("scenario") if scenario is None else scenario:
            from coopgraph.scenario import scenario_store

            store = str(scenario_store(assumed, store))
        kg = open_existing(store, timeout_s=meta.get(_REQUEST_S))
        if kg.store.warning:
            click.echo(f"coopgraph: {kg.store.warning}", err=True)
        try:
            yield kg
        finally:
            kg.close()
