"""What people read: pages in Korean and English, each with a twin for programs."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from coopgraph.server.pages import entity_routes as entities
from coopgraph.server.pages import query as asking
from coopgraph.server.pages import routes as reading

_SERVER: Final = Path(__file__).resolve().parent.parent

#: The vendored editor and our own scripts and styles; nothing else of the package is served.
ROUTES: Final[list[BaseRoute]] = [
    *reading.ROUTES,
    *asking.ROUTES,
    *entities.ROUTES,
    Mount("/static", StaticFiles(directory=_SERVER / "static")),
    Mount("/vendor", StaticFiles(directory=_SERVER / "vendor")),
]
