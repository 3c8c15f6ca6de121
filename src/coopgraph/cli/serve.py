"""The verb that serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from coopgraph.cli.options import output_option, store_option, store_place, whole_option
from coopgraph.cli.output import emit, note
from coopgraph.errors import FactError, UsageError

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from coopgraph.server.application import Application
    from coopgraph.server.security import Settings

_LOOPBACK: Final = ("127.", "::1", "localhost")
_MOST_REDIRECTS: Final = 5
_REFUSED, _BROKEN = 400, 500


@click.command(
    epilog="Examples: coopgraph serve; coopgraph serve --port 0; "
    "coopgraph serve --get '/sparql?query=ASK{}'"
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@whole_option("--port", 8765, "The port; 0 is any free one.", least=0, most=65535)
@click.option(
    "--allow-host",
    "hosts",
    multiple=True,
    metavar="NAME",
    help="A name by which others reach this server, such as graph.example.org; '*' is any.",
)
@click.option(
    "--cors",
    "origins",
    multiple=True,
    metavar="ORIGIN",
    help="A site whose scripts may read answers, such as https://example.org; '*' is any.",
)
@click.option(
    "--timeout-s",
    type=click.FloatRange(0, 3600, min_open=True),
    default=10.0,
    show_default=True,
    help="Seconds that a query may take.",
)
@whole_option(
    "--workers", 4, "Processes that evaluate quick queries; long ones have 4 more.", most=64
)
@whole_option("--memory-mb", 1024, "Memory that a query may take.", least=64)
@whole_option("--total-memory-mb", 2048, "Memory that all queries together may take.", least=64)
@whole_option("--rows", 100_000, "Rows that the query page counts and sorts.")
@click.option("--access-log", is_flag=True, help="Log each request to standard error.")
@click.option(
    "--get",
    "target",
    metavar="PATH",
    help="Print the answer to one GET and end, without listening.",
)
@output_option
@store_option
def serve(  # noqa: PLR0913, PLR0917 (its options)
    host: str,
    port: int,
    hosts: tuple[str, ...],
    origins: tuple[str, ...],
    timeout_s: float,
    workers: int,
    memory_mb: int,
    total_memory_mb: int,
    rows: int,
    access_log: bool,
    target: str | None,
) -> None:
    """Serve the graph over HTTP: SPARQL, pages, every IRI; read-only."""
    from coopgraph.guard import Limits
    from coopgraph.server.application import create_app
    from coopgraph.server.security import LOOPBACK, Settings

    settings = Settings(
        hosts=(*LOOPBACK, host.lower(), *(name.lower() for name in hosts)),
        origins=origins,
        rows=rows,
        access_log=access_log,
        limits=Limits(
            timeout_s=timeout_s,
            memory_mb=memory_mb,
            total_memory_mb=total_memory_mb,
            workers=workers,
        ),
    )
    app = create_app(store_place(), settings)
    if target is None:
        _listen(app, settings, host, port)
    else:
        emit(_get(app, target))


def _listen(app: Application, settings: Settings, host: str, port: int) -> None:
    """Serve until a signal; the address goes to standard error."""
    import asyncio
    import logging

    from coopgraph.server.process import listen, serve

    logging.basicConfig(format="coopgraph: %(message)s", level=logging.INFO)
    with listen(host, port) as listener:
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{listener.getsockname()[1]}/"
        if not host.startswith(_LOOPBACK):
            note(
                f"coopgraph: {host} can be reached from other machines; "
                f"answered are requests for {', '.join(settings.hosts)} (see --allow-host)"
            )
        with asyncio.Runner(loop_factory=_event_loop) as runner:
            runner.run(serve(app, listener, lambda: note(f"Serving at {address} (Ctrl-C ends it)")))


def _get(app: Application, target: str) -> bytes:
    """The body of the answer to a GET, redirects followed. Raises `UsageError` for a request that
    is refused, `FactError` where the server fails."""
    import asyncio

    from coopgraph.server.application import ask

    if not target.startswith("/"):
        raise UsageError(f"{target!r} is not a path", remedy="write it as /sparql?query=ASK{}")

    async def run(target: str) -> bytes:
        async with app.started():
            for _ in range(_MOST_REDIRECTS):
                answered = await ask(app, target)
                if answered.status >= _REFUSED:
                    kind = FactError if answered.status >= _BROKEN else UsageError
                    raise kind(answered.text, place=target)
                target = answered.headers.get("location", "")
                if not target.startswith("/"):
                    return answered.body
        raise FactError("the redirects do not end", place=target)

    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(run(target))


def _event_loop() -> AbstractEventLoop:
    """uvloop's, where there is one; else one that watches sockets, as Windows has it too."""
    try:
        import uvloop
    except ModuleNotFoundError:
        import asyncio

        return asyncio.SelectorEventLoop()
    return uvloop.new_event_loop()


COMMANDS = (serve,)
