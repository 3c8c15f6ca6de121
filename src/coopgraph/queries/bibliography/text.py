"""Citations as plain text."""

from collections.abc import Sequence
from typing import Final

from coopgraph.formats import Format
from coopgraph.formats.serialization import printable
from coopgraph.queries.citations import Citation

FORMAT: Final = Format("text", "text/plain", "txt", order=0, medium="terminal")


def write(found: Sequence[Citation]) -> str:
    """One after the other, each with the rows that rest on it."""
    return printable("\n".join(map(_text, found)))


def _text(cited: Citation) -> str:
    """Author (date). Title. Container, publisher, identifier. URL, day of access; then one line for
    each place."""
    who = ", ".join(cited.authors)
    when = f"({cited.issued})" if cited.issued else ""
    head = " ".join(filter(None, (who, when)))
    where = ", ".join(
        dict.fromkeys(filter(None, (cited.container, cited.publisher, cited.identifier)))
    )
    read = f"{cited.url or cited.iri}{f' (accessed {cited.accessed})' if cited.accessed else ''}"
    parts = [part for part in (head, cited.title, where, read) if part]
    lines = [". ".join(parts)]
    lines += [f"    {note}" for note in cited.notes]
    return "\n".join(lines) + "\n"
