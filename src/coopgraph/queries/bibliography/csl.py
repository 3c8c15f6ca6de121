"""CSL-JSON 1.0.2 (https://docs.citationstyles.org/en/stable/specification.html)."""

import json
from collections.abc import Sequence
from typing import Any, Final

from coopgraph.formats import Format
from coopgraph.queries.citations import Citation

FORMAT: Final = Format(
    "csl", "application/vnd.citationstyles.csl+json", "json", order=2, title="CSL-JSON"
)
#: Types by kind of source; what is not here is a web page.
_TYPES: Final = {
    "journal-article": "article-journal",
    "news": "article-newspaper",
    "press-release": "article",
    "study": "report",
    "register": "dataset",
    "standard": "standard",
}


def write(found: Sequence[Citation]) -> str:
    """A list of items."""
    return json.dumps(list(map(_item, found)), ensure_ascii=False, indent=2) + "\n"


def _item(cited: Citation) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": cited.key,
        "type": _TYPES.get(cited.kind, "webpage"),
        "title": cited.title,
        "URL": cited.url or cited.iri,
    }
    if cited.authors:
        item["author"] = [{"literal": name} for name in cited.authors]
    texts = {
        "container-title": cited.container,
        "publisher": cited.publisher,
        "number": cited.identifier,
        "language": cited.lang,
    }
    item |= {name: text for name, text in texts.items() if text}
    for name, day in (("issued", cited.issued), ("accessed", cited.accessed)):
        if day:
            item[name] = {"date-parts": [[int(part) for part in day.split("-")]]}
    item["note"] = "; ".join(cited.notes)
    return item
