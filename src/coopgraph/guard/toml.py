"""TOML files: those that ship are read here, those of a user in a process of their own.

TOML 1.0 (https://toml.io/en/v1.0.0).
"""

import json
import tomllib
from pathlib import Path
from typing import Any

from coopgraph.errors import InputUnreadable
from coopgraph.formats.files import read_text
from coopgraph.guard.reader import Messages, Reader, read_limits


def read_toml(path: Path) -> dict[str, Any]:
    """What a file that ships holds; raises `InputUnreadable`."""
    try:
        return tomllib.loads(read_text(path))
    except UnicodeDecodeError:
        fact, remedy = "not UTF-8", "save it as UTF-8"
    except tomllib.TOMLDecodeError as error:
        fact, remedy = f"not TOML: {error}", "correct it"
    except RecursionError:
        fact, remedy = "nested too deeply", "correct it"
    except OSError as error:
        fact, remedy = f"cannot be read: {error.strerror}", ""
    raise InputUnreadable(fact, place=path.name, remedy=remedy)


def read_user_toml(path: Path) -> dict[str, Any]:
    """What a user's file holds, dates and times as None. Raises also `ReadLimitExceeded`."""
    with Reader(f"{__name__}:send", {"path": path}, read_limits([path]), path.name) as reader:
        (found,) = reader
    return dict(found[0])


def send(messages: Messages, path: Path) -> None:
    """Say what `read_user_toml` gives."""
    found = read_toml(path)
    try:
        plain = json.loads(json.dumps(found, default=lambda _: None))
    except RecursionError:
        raise InputUnreadable("nested too deeply", place=path.name, remedy="correct it") from None
    messages.send(plain)
