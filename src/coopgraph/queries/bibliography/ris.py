"""RIS, as reference managers import it (https://en.wikipedia.org/wiki/RIS_(file_format))."""

from collections.abc import Iterator, Sequence
from typing import Final

from coopgraph.formats import Format
from coopgraph.queries.citations import Citation

FORMAT: Final = Format("ris", "application/x-research-info-systems", "ris", order=3, title="RIS")
#: Types by kind of source; what is not here is a web page.
_TYPES: Final = {
    "journal-article": "JOUR",
    "news": "NEWS",
    "study": "RPRT",
    "register": "DATA",
    "standard": "STAND",
}


def write(found: Sequence[Citation]) -> str:
    """One record after the other; a line holds one field, so that breaks in it become spaces."""
    lines = (line for cited in found for line in _record(cited))
    return "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in lines)


def _record(cited: Citation) -> Iterator[tuple[str, str]]:
    fields = (
        ("ID", cited.key),
        *(("AU", name) for name in cited.authors),
        ("TI", cited.title),
        ("T2", cited.container),
        ("PB", cited.publisher),
        ("PY", cited.issued[:4]),
        ("DA", cited.issued.replace("-", "/")),
        ("Y2", cited.accessed.replace("-", "/")),
        ("LA", cited.lang),
        ("AN", cited.identifier),
        ("UR", cited.url or cited.iri),
        *(("N1", note) for note in cited.notes),
    )
    yield "TY", _TYPES.get(cited.kind, "ELEC")
    yield from ((tag, value) for tag, value in fields if value.strip())
    yield "ER", ""
