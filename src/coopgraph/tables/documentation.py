"""The column documentation of `data/README.md`, written from the descriptions."""

from collections.abc import Iterator

from coopgraph.tables.catalogue import TABLES
from coopgraph.tables.codes import read_codes
from coopgraph.tables.description import SEPARATOR, Column, Table

BEGIN = "<!-- tables: begin (written by `python -m coopgraph.tables`) -->"
END = "<!-- tables: end -->"


def documentation() -> str:
    """Markdown: one section a table, one row a column; then the codes of each list named there."""
    return "\n".join([*(part for table in TABLES for part in _section(table)), *_codes()])


def insert(readme: str) -> str:
    """`readme` with the part between the two markers replaced by `documentation()`.

    >>> BEGIN in insert(BEGIN + END)
    True
    """
    head, _, rest = readme.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n\n{documentation()}\n{END}{tail}"


def _section(table: Table) -> Iterator[str]:
    yield f"### {table.name}.csv\n"
    if table.classes:
        yield f"{table.doc} Class `{table.classes[0]}`, IRI `id:{table.path}/{{key}}`.\n"
    else:
        yield f"{table.doc} Rows are looked up by an importer and give no triples.\n"
    yield "| column | holds | required | property | meaning |"
    yield "|---|---|---|---|---|"
    for column in table.columns:
        yield (
            f"| {_name(column)} | {_holds(column)} | {_needed(column)} "
            f"| {f'`{column.predicate}`' if column.predicate else ''} | {column.doc} |"
        )
    for direct in table.direct:
        yield f"\nDirect property: `{direct.subject}` `{direct.predicate}` `{direct.object}`."
    yield ""


def _codes() -> Iterator[str]:
    known = read_codes().by_scheme
    named = {one for t in TABLES for c in t.columns if c.kind == "code" for one in c.of}
    yield "### Codes\n\nWhat a column of codes takes; `ontology/codes.ttl` has their labels.\n"
    for name in sorted(named):
        yield f"- {name}: {', '.join(f'`{code}`' for code in sorted(known[name]))}"
    yield ""


def _name(column: Column) -> str:
    """The name of a column: of a text in any language, that for each, `LANG` for the tag."""
    if not column.in_languages:
        return column.name
    return f"{column.name}, " * bool(column.lang) + f"{column.name}_LANG"


def _needed(column: Column) -> str:
    return "" if not column.required else "in one language" if column.in_languages else "yes"


def _holds(column: Column) -> str:
    in_any = "text in any language" + f"; without a tag, {column.lang}" * bool(column.lang)
    what = {
        "ref": "key of " + ", ".join(column.of),
        "code": "code of " + ", ".join(column.of) + ", or key of such a concept" * column.words,
        "text": in_any
        if column.in_languages
        else f"text ({column.lang})"
        if column.lang
        else "text",
    }.get(column.kind, column.kind)
    several = f"; several, separated by `{SEPARATOR.replace('|', chr(92) + '|')}`"
    return what + several if column.many else what
