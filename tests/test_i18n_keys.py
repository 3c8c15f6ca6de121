"""Keys of texts: each is asked for somewhere, and none is asked for that is not there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from coopgraph.i18n.languages import entries

SOURCE = Path("src/coopgraph")
#: Where templates and scripts ask for a text by its name alone, by the table that holds it.
BARE = {
    "server": ("server", "web"),
    "view": ("view", "web"),
    "chart": ("view",),
    "brief": ("brief",),
}
#: Tables whose names are names of columns, questions, networks, measures: of `ontology/`.
NAMED_BY_DATA = ("attribute", "column", "question", "network")
#: Functions that take a key first.
ASKING = {"text", "text_of", "say", "pattern", "find", "in_each"}


def patterns(tree: ast.AST) -> Iterator[str]:
    """Every text of a module as a regular expression; what an f-string fills in is anything."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.escape(node.value)
        elif isinstance(node, ast.JoinedStr):
            yield "".join(
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+"
                for part in node.values
            )


@cache
def python(root: Path) -> tuple[tuple[Path, ast.AST], ...]:
    files = sorted((root / SOURCE).rglob("*.py"))
    return tuple((p, ast.parse(p.read_text(encoding="utf-8"))) for p in files)


@cache
def quoted(root: Path, suffix: str) -> dict[str, set[str]]:
    """By room, every text in quotes of its templates or scripts, as a regular expression; what
    is joined to it (`"count-" ~ name`, `facet-${name}`) is anything."""
    found: dict[str, set[str]] = {}
    for path in (root / SOURCE).rglob(f"*{suffix}"):
        if "vendor" in path.parts or path.name.endswith(".min.js"):
            continue
        text = path.read_text(encoding="utf-8")
        here = found.setdefault(path.relative_to(root / SOURCE).parts[0], set())
        here |= {re.escape(name) for name in re.findall(r"[\"']([\w:.?/-]+)[\"']", text)}
        here |= {re.escape(name) + ".+" for name in re.findall(r"\"([\w-]+-)\" ~", text)}
        here |= {re.escape(name) + ".+" for name in re.findall(r"`([\w-]+-)\$\{", text)}
        here |= set(re.findall(r"words\.(\w+)", text))
    return found


def used(root: Path) -> dict[str, re.Pattern[str]]:
    """By table, what its keys are asked for with: in Python by the whole key, elsewhere by name."""
    tables = {key.partition(".")[0] for key in entries("en")}
    known = {p for _, tree in python(root) for p in patterns(tree)}
    known |= {name for names in quoted(root, ".html").values() for name in names}
    found = {}
    for table in tables:
        head = re.escape(f"{table}.")
        ways = {p.removeprefix(head) for p in known if p.startswith(head)} - {""}
        ways -= {".+"} if table in BARE else set()  # elsewhere a table may be one list of names
        ways |= {p for p in known if p.startswith("rdfs:")}  # the pages say terms by their names
        if table == "brief":  # its sections name a text by its name alone
            own = [
                p for path, tree in python(root) if "brief" in path.parts for p in patterns(tree)
            ]
            ways |= {p for p in own if not p.startswith(".+")}
        for room in BARE.get(table, ()):
            ways |= quoted(root, ".html").get(room, set()) | quoted(root, ".js").get(room, set())
        found[table] = re.compile("|".join(sorted(ways)) or r"(?!)")
    return found


def test_every_text_is_said_somewhere(root: Path) -> None:
    ways = used(root)
    unused = [
        key
        for key in entries("en")
        for table, _, name in (key.partition("."),)
        if table not in ("error", *NAMED_BY_DATA) and not ways[table].fullmatch(name)
    ]
    assert not unused


@pytest.mark.parametrize("table", NAMED_BY_DATA)
def test_what_data_names_is_named_there(root: Path, table: str) -> None:
    told = "\n".join(p.read_text(encoding="utf-8") for p in (root / "ontology").rglob("*.rq"))
    names = {key.split(".")[1] for lang in ("en", "ko") for key in entries(lang)
             if key.startswith(f"{table}.")}  # fmt: skip
    files = {p.stem for p in (root / "ontology").rglob("*.rq")}
    # Set in code: the layer of an edge, its kind where scenarios are compared.
    known = files | set(re.findall(r"\w+", told)) | {"layer", "relation"}
    assert not names - known


def test_each_error_that_a_page_may_show_has_words_of_its_own() -> None:
    from coopgraph import errors
    from coopgraph.server.problems import _STATUS

    named = {key.partition(".")[2] for key in entries("en") if key.startswith("error.")}
    known = {name for name, each in vars(errors).items() if isinstance(each, type)}
    assert named - known == {"unforeseen"}
    assert {kind.__name__ for kinds, _ in _STATUS for kind in kinds} <= named


def test_no_text_is_asked_for_that_is_not_there(root: Path) -> None:
    keys, asked = entries("en"), 0
    for path, tree in python(root):
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            name = (
                node.func.attr
                if isinstance(node.func, ast.Attribute)
                else getattr(node.func, "id", "")
            )
            key = node.args[0]
            if (
                name in ASKING
                and isinstance(key, ast.Constant)
                and isinstance(key.value, str)
                and "." in key.value
            ):
                asked += 1
                assert key.value in keys, f"{path.name}, line {node.lineno}: {key.value}"
    assert asked >= 0


@pytest.mark.parametrize("table", ["server", "view"])
def test_no_template_asks_for_a_text_that_is_not_there(root: Path, table: str) -> None:
    templates = list((root / SOURCE / table).rglob("*.html"))
    assert templates
    for path in templates:
        if path.name == "chart.html":
            continue
        text = path.read_text(encoding="utf-8")
        names = re.findall(r"\b(?:say|unfilled|word)\(\"([^\"]+)\"[,)]", text)
        names += (
            re.findall(r"data-(?:word|label|hint)=\"([\w-]+)\"", text) if table == "view" else []
        )
        keys = {n if "." in n else f"{table}.{n}" for n in names}
        assert keys <= entries("en").keys(), path.name
