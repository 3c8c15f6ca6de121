"""`python -m coopgraph.tables` writes the column documentation into data/README.md; with
`--shapes` it prints all shapes, those of cells with what the catalogue says of them."""

import sys

from coopgraph.tables.documentation import insert
from coopgraph.tables.shapes import shapes_graph
from coopgraph.vocabulary import resources


def main(arguments: list[str]) -> None:
    """Rewrite the generated part of the shipped data/README.md, or print the shapes."""
    if arguments == ["--shapes"]:
        sys.stdout.write(shapes_graph())
        return
    readme = resources("data") / "README.md"
    readme.write_text(insert(readme.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
