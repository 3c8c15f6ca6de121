"""The languages there are, and what the file of each says."""

import os
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

#: Where more languages may be, besides those that ship.
FOLDER: Final = "COOPGRAPH_LOCALE"
_OURS: Final = Path(__file__).resolve().parent / "locale"
#: The language that has every text.
SOURCE: Final = "en"
#: The plural forms of Unicode (CLDR); a table with these names is one text.
FORMS: Final = frozenset({"zero", "one", "two", "few", "many", "other"})
#: Tables that say how a language writes, not what: they hold patterns, not texts.
MANNERS: Final = frozenset({"language", "plural", "number", "date", "money"})


def languages() -> tuple[str, ...]:
    """The tags of the languages there are: English, then the others by tag.

    >>> languages()[0], "ko" in languages()
    ('en', True)
    """
    return tuple(_files(os.environ.get(FOLDER, "")))


def language_name(lang: str) -> str:
    """What the language calls itself.

    >>> language_name("en")
    'English'
    """
    name: str = manners(lang, "language")["name"]
    return name


def fallbacks(lang: str) -> tuple[str, ...]:
    """Where a text is looked for: in the language, in those that its file names, in English.

    Raises `KeyError` for a language that is not there.

    >>> fallbacks("ko")
    ('ko', 'en')
    """
    named = _read(_file(lang)).get("language", {}).get("fallback", ())
    return tuple(dict.fromkeys((lang, *named, SOURCE)))


def manners(lang: str, table: str) -> dict[str, Any]:
    """How the language writes numbers, dates or money: that table of its file, and what it
    lacks from those that it falls back to."""
    return _merged(tuple(_file(tag) for tag in reversed(fallbacks(lang))), table)


def manner(lang: str, table: str, name: str) -> Any:
    """One pattern of such a table; None where there is none."""
    return manners(lang, table).get(name)


def entries(lang: str) -> dict[str, Any]:
    """The texts of one language by key (`view.legend`): a string, or a table of plural forms."""
    return _flattened(_file(lang))


def _file(lang: str) -> Path:
    return _files(os.environ.get(FOLDER, ""))[lang]


@cache
def _files(further: str) -> dict[str, Path]:
    folders = [_OURS, *([Path(further)] if further else [])]
    found = {path.stem: path for folder in folders for path in sorted(folder.glob("*.toml"))}
    return {tag: found[tag] for tag in sorted(found, key=lambda tag: (tag != SOURCE, tag))}


@cache
def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _merged(files: tuple[Path, ...], table: str) -> dict[str, Any]:
    return {name: value for file in files for name, value in _read(file).get(table, {}).items()}


@cache
def _flattened(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}

    def flatten(table: dict[str, Any], place: str) -> None:
        for name, value in table.items():
            is_plural = isinstance(value, dict) and "other" in value and value.keys() <= FORMS
            if isinstance(value, dict) and not is_plural:
                flatten(value, f"{place}{name}.")
            else:
                found[f"{place}{name}"] = value

    flatten({name: table for name, table in _read(path).items() if name not in MANNERS}, "")
    return found
