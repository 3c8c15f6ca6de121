"""`python -m coopgraph.tables` writes the column documentation into data/README.md."""

from __future__ import annotations

from coopgraph.tables.documentation import insert
from coopgraph.vocabulary import resources


def main() -> None:
    """Rewrite the generated part of the shipped data/README.md."""
    readme = resources("data") / "README.md"
    readme.write_text(insert(readme.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
