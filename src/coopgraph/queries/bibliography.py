"""Citations: the sources behind an answer, as BibTeX, CSL-JSON or text.

CSL-JSON 1.0.2 (https://docs.citationstyles.org/en/stable/specification.html); BibTeX entries are
`@misc` and `@article` with `url` and `date` as biblatex reads them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from coopgraph.errors import UnknownFormat, nearest
from coopgraph.queries.answer import Answer, Entity
from coopgraph.store import AnyStore

FORMATS: Final = ("text", "bibtex", "csl")
_FACTS: Final = """SELECT ?source ?creator ?publisher ?issued ?identifier ?page ?kind WHERE {
  VALUES ?source { %s }
  OPTIONAL { ?source dcterms:creator ?creator } OPTIONAL { ?source dcterms:publisher ?publisher }
  OPTIONAL { ?source dcterms:issued ?issued } OPTIONAL { ?source dcterms:identifier ?identifier }
  OPTIONAL { ?source foaf:page ?page } OPTIONAL { ?source coop:sourceKind ?kind }
} ORDER BY ?source ?creator"""
#: CSL and BibTeX types by kind of source; what is not here is a web page.
_TYPES: Final = {
    "journal-article": ("article-journal", "article"),
    "news": ("article-newspaper", "article"),
    "press-release": ("article", "misc"),
    "study": ("report", "report"),
    "register": ("dataset", "misc"),
    "standard": ("standard", "misc"),
}
_LATEX: Final = {
    **{c: f"\\{c}" for c in "&%$#_{}"},
    "\\": "\\textbackslash{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
}


@dataclass(frozen=True)
class Citation:
    """One source, and for which rows of the answer it stands, with the places in it."""

    key: str
    iri: str
    title: str
    creators: tuple[str, ...]
    publisher: str
    issued: str
    identifier: str
    url: str
    kind: str
    places: tuple[tuple[int, str], ...]


def citations(answer: Answer, store: AnyStore) -> list[Citation]:
    """The sources behind an answer, each once, in the order of first use."""
    places: dict[str, list[tuple[int, str]]] = {}
    labels: dict[str, str] = {}
    for row in answer.sources():
        source = row["source"]
        if isinstance(source, Entity):
            labels[source.iri] = str(source)
            places.setdefault(source.iri, []).append(
                (int(str(row["row"])), str(row["locator"] or ""))
            )
    facts = _facts(store, list(places), answer.lang)
    return [
        Citation(
            iri.rsplit("/", 1)[-1],
            iri,
            labels[iri],
            **facts[iri],
            places=tuple(dict.fromkeys(found)),
        )
        for iri, found in places.items()
    ]


def _facts(store: AnyStore, iris: Sequence[str], lang: str) -> dict[str, dict[str, Any]]:
    """What a citation says of each source."""
    if not iris:
        return {}
    rows = store.select(_FACTS % " ".join(f"<{iri}>" for iri in iris))
    creators: dict[str, list[str]] = {}
    for source, creator, *_ in rows:
        if creator is not None:
            creators.setdefault(source.value, []).append(creator.value)
    names = store.labels({iri for found in creators.values() for iri in found}, lang)
    found: dict[str, dict[str, Any]] = {}
    for source, _, publisher, issued, identifier, page, kind in rows:
        authors = dict.fromkeys(creators.get(source.value, ()))
        found[source.value] = {
            "creators": tuple(names.get(iri, iri) for iri in authors),
            "publisher": publisher.value if publisher else "",
            "issued": issued.value if issued else "",
            "identifier": identifier.value if identifier else "",
            "url": page.value if page else "",
            "kind": kind.value.rsplit("/", 1)[-1] if kind else "",
        }
    return found


def cite(answer: Answer, store: AnyStore, format: str = "text") -> str:
    """The sources behind an answer in one of `FORMATS`; raises `UnknownFormat`."""
    if format not in FORMATS:
        raise UnknownFormat(f"unknown format {format!r}", remedy=nearest(format, FORMATS))
    found = citations(answer, store)
    if format == "csl":
        return json.dumps([_csl(each) for each in found], ensure_ascii=False, indent=2) + "\n"
    write = _bibtex if format == "bibtex" else _text
    return "\n".join(write(each) for each in found)


def _text(cited: Citation) -> str:
    """Author (date). Title. Publisher, identifier. URL; then one line for each place."""
    who = ", ".join(cited.creators)
    when = f"({cited.issued})" if cited.issued else ""
    head = " ".join(filter(None, (who, when)))
    where = ", ".join(filter(None, (cited.publisher, cited.identifier)))
    parts = [part for part in (head, cited.title, where, cited.url or cited.iri) if part]
    lines = [". ".join(parts)]
    lines += [
        f"    row {row}: {place}" if place else f"    row {row}" for row, place in cited.places
    ]
    return "\n".join(lines) + "\n"


def _csl(cited: Citation) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": cited.key,
        "type": _TYPES.get(cited.kind, ("webpage", "misc"))[0],
        "title": cited.title,
        "URL": cited.url or cited.iri,
    }
    if cited.creators:
        item["author"] = [{"literal": name} for name in cited.creators]
    if cited.publisher:
        item["publisher"] = cited.publisher
    if cited.identifier:
        item["number"] = cited.identifier
    if cited.issued:
        item["issued"] = {"date-parts": [[int(part) for part in cited.issued.split("-")]]}
    item["note"] = "; ".join(_places(cited))
    return item


def _bibtex(cited: Citation) -> str:
    kind = _TYPES.get(cited.kind, ("webpage", "misc"))[1]
    fields = {
        "author": " and ".join(f"{{{_latex(name)}}}" for name in cited.creators),
        "title": f"{{{_latex(cited.title)}}}",
        "publisher": _latex(cited.publisher),
        "date": cited.issued,
        "number": _latex(cited.identifier),
        "url": _url(cited.url or cited.iri),
        "note": _latex("; ".join(_places(cited))),
    }
    body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{kind}{{{cited.key},\n{body}}}\n"


def _places(cited: Citation) -> Iterator[str]:
    for row, place in cited.places:
        yield f"row {row}: {place}" if place else f"row {row}"


def _latex(text: str) -> str:
    """Text for LaTeX: what has a meaning there is escaped.

    >>> _latex("R&D 100%")
    'R\\\\&D 100\\\\%'
    """
    return "".join(_LATEX.get(c, c) for c in text)


def _url(url: str) -> str:
    """A URL that cannot end its field."""
    return re.sub(r"[{}\\\s]", lambda found: f"%{ord(found[0]):02X}", url)
