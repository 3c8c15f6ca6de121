"""CSL-JSON 1.0.2 (https://docs.citationstyles.org/en/stable/specification.html)."""

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from coopgraph.formats import Format
from coopgraph.queries.citations import Citation

FORMAT: Final = Format(
    "csl-json", "application/vnd.citationstyles.csl+json", "json", order=2, title="CSL-JSON"
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
_DATE: Final = re.compile(r"\d{4}(-\d\d){0,2}", re.ASCII)


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
            item[name] = _date(day)
    item["note"] = "; ".join(cited.notes)
    return item


def _date(day: str) -> dict[str, Any]:
    """A date, or in words what is none.

    >>> _date("2024-06"), _date("n.d.")
    ({'date-parts': [[2024, 6]]}, {'literal': 'n.d.'})
    """
    if _DATE.fullmatch(day):
        return {"date-parts": [[int(part) for part in day.split("-")]]}
    return {"literal": day}
