"""What people read: pages in Korean and English, each with a twin for programs.

Each module of this package is a page, with the template of its name; a new one is found by
being here. `coopgraph.server.page` says what it holds.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from coopgraph.server.page import Page


def find_pages(package: str = __name__) -> list[Page]:
    """The pages of the modules of a package."""
    names = (module.name for module in iter_modules(import_module(package).__path__))
    modules = (import_module(f"{package}.{name}") for name in sorted(names))
    return [value for module in modules for value in vars(module).values()
            if isinstance(value, Page) and value.work.__module__ == module.__name__]  # fmt: skip


PAGES: Final = find_pages()
