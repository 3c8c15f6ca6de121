"""Names: one class, one name; modules are nouns; nothing public that nobody uses."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from pathlib import Path

from vulture import Vulture


def modules(root: Path) -> list[Path]:
    found = sorted((root / "src" / "coopgraph").rglob("*.py"))
    assert len(found) > 150
    return found


def test_no_module_or_package_is_called_after_an_activity(root: Path) -> None:
    parts = {
        part for path in modules(root) for part in path.relative_to(root).with_suffix("").parts
    }
    assert [part for part in sorted(parts) if part.endswith("ing")] == []


def test_a_name_of_a_class_stands_for_one_class(root: Path) -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in modules(root):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                places[node.name.lstrip("_")].append(f"{path.relative_to(root)}:{node.lineno}")
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_nothing_is_there_that_nobody_uses(root: Path) -> None:
    """Templates use what they name behind a dot; `unused_names.toml` has the rest, with reasons."""
    finder = Vulture(ignore_decorators=["@page", "@scenario.command"])
    finder.scavenge([root / "src" / "coopgraph"])
    templates = (root / "src").rglob("templates/*.html")
    shown = {name for path in templates for name in re.findall(r"\.(\w+)", path.read_text("utf-8"))}
    assert "is_gap" in shown
    unused = {item.name for item in finder.get_unused_code() if item.name not in shown}
    assert unused == set(
        tomllib.loads((root / "tests/unused_names.toml").read_text("utf-8"))["used"]
    )
