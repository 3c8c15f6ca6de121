"""EuroSciVoc, the European Science Vocabulary, as SKOS
(https://op.europa.eu/en/web/eu-vocabularies/euroscivoc).

Concepts come from the vocabulary itself (SKOS in Turtle) and from the paths that CORDIS gives its
projects (`/23/47/297`, `/natural sciences/…`). Containment is closed here, once:
`coop:withinField`, reflexive and transitive.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from coopgraph.formats.ntriples import curie, string
from coopgraph.formats.serialization import coded
from coopgraph.importers.base import Account, Input
from coopgraph.importers.cordis.values import clean
from coopgraph.libraries import ox
from coopgraph.vocabulary import ID, PREFIXES, is_iri

_CONCEPT: Final = f"{ID}euroscivoc/"
_TYPE, _LABEL, _NOTATION = curie("rdf:type"), curie("skos:prefLabel"), curie("skos:notation")
_BROADER, _WITHIN = curie("skos:broader"), curie("coop:withinField")
_SKOS, _RDFS = PREFIXES["skos"], PREFIXES["rdfs"]
_OFFICIAL = "http://data.europa.eu/8mn/euroscivoc/"
_CODE = re.compile(r"[0-9]{1,12}\Z")


def concept_term(code: str) -> str:
    """The IRI term of a concept.

    >>> concept_term("297")
    '<https://w3id.org/coopgraph/id/euroscivoc/297>'
    """
    return f"<{_CONCEPT}{code}>"


class Concepts:
    """The concepts seen so far: each statement about one is made once."""

    def __init__(self) -> None:
        self._labels: dict[str, str] = {}
        self._parents: dict[str, set[str]] = {}
        self._above: dict[str, set[str]] = {}
        self._below: dict[str, set[str]] = {}

    def path(self, codes: str, titles: str) -> tuple[str, list[str]] | None:
        """(code of the last concept, new lines) of one path, or None where it is none.

        A title may hold a slash of its own; then only the last concept is named by `titles`.

        >>> Concepts().path("/23/47", "/natural sciences/computer and information sciences")[0]
        '47'
        >>> Concepts().path("/natural sciences", "") is None
        True
        """
        keys = [code.strip() for code in codes.strip().strip("/").split("/")]
        if not all(_CODE.match(key) for key in keys):
            return None
        if keys[-1] in self._labels and all(
            child in self._labels and parent in self._parents.get(child, ())
            for parent, child in pairwise(keys)
        ):
            return keys[-1], []
        names = [clean(name) for name in titles.strip().strip("/").split("/")]
        if len(names) != len(keys):
            names = [""] * len(keys)
        lines: list[str] = []
        for key, name in zip(keys, names, strict=True):
            lines += self.concept(key, name)
        for parent, child in pairwise(keys):
            lines += self.broader(child, parent)
        return keys[-1], lines

    def concept(self, code: str, label: str) -> list[str]:
        """The lines of a concept, where it or its label is new."""
        node, lines = concept_term(code), []
        if code not in self._labels:
            lines = [
                f"{node} {_TYPE} {curie('skos:Concept')} .",
                f"{node} {_NOTATION} {string(code)} .",
                *self._close(code, code),
            ]
            self._labels[code] = ""
        if label and not self._labels[code]:
            self._labels[code] = label
            lines.append(f"{node} {_LABEL} {string(label, 'en')} .")
        return lines

    def broader(self, code: str, parent: str) -> list[str]:
        """The lines that put one concept below another, closed upward and downward."""
        parents = self._parents.setdefault(code, set())
        if parent in parents or parent == code:
            return []
        parents.add(parent)
        lines = [f"{concept_term(code)} {_BROADER} {concept_term(parent)} ."]
        above = sorted({*self._above.get(parent, ()), parent})
        for child in sorted({*self._below.get(code, ()), code}):
            for wide in above:
                lines += self._close(child, wide)
        return lines

    def name(self, code: str, title: str) -> list[str]:
        """The label of a concept that a path could not name."""
        return self.concept(code, clean(title)) if not self._labels.get(code) else []

    def _close(self, code: str, within: str) -> list[str]:
        above = self._above.setdefault(code, set())
        if within in above:
            return []
        above.add(within)
        self._below.setdefault(within, set()).add(code)
        return [f"{concept_term(code)} {_WITHIN} {concept_term(within)} ."]


def read_concepts(source: Input, account: Account, concepts: Concepts) -> Iterator[str]:
    """The concepts of a SKOS file in Turtle: labels in English, notations, what is broader. A
    record is one `skos:Concept`; its row is its place in the file. Raises `InputUnreadable` where
    the file is not Turtle."""
    facts = _facts(source)
    codes = {node: _only(about, _SKOS + "notation") for node, about in facts.items()}
    taken: dict[str, str] = {}
    for row, (node, about) in enumerate(facts.items(), 1):
        code = codes[node]
        if not _CODE.match(code):
            account.reject(row, "skos:notation", f"{code[:40]!r} is not a code of digits")
        elif code in taken:
            account.duplicate()
        else:
            taken[code] = node
            yield from concepts.concept(code, clean(_only(about, _SKOS + "prefLabel")))
            for iri in (node, _only(about, _RDFS + "isDefinedBy")):
                if iri.startswith(_OFFICIAL) and is_iri(iri):
                    yield f"{concept_term(code)} {curie('skos:exactMatch')} <{iri}> ."
                    break
            account.accept()
    for code, node in taken.items():
        for parent in facts[node].get(_SKOS + "broader", ()):
            if codes.get(parent) in taken:
                yield from concepts.broader(code, codes[parent])
            else:
                account.flaw(0, "skos:broader", "it leads out of the file")


def _only(about: dict[str, list[str]], predicate: str) -> str:
    return (about.get(predicate) or [""])[0]


def _facts(source: Input) -> dict[str, dict[str, list[str]]]:
    """Values by predicate of each concept; of labels, the English ones."""
    wanted = {_SKOS + name for name in ("notation", "prefLabel", "broader")}
    wanted.add(_RDFS + "isDefinedBy")
    concepts: dict[str, None] = {}
    about: dict[str, dict[str, list[str]]] = {}
    try:
        with source.utf8() as stream:
            for quad in ox.parse(stream, format=ox.RdfFormat.TURTLE):
                node, predicate, value = quad.subject.value, quad.predicate.value, quad.object
                if isinstance(value, ox.Literal) and value.language not in (None, "en"):
                    continue
                if predicate in wanted and not isinstance(value, ox.Triple):
                    about.setdefault(node, {}).setdefault(predicate, []).append(value.value)
                elif isinstance(value, ox.NamedNode) and value.value == _SKOS + "Concept":
                    concepts[node] = None
    except SyntaxError as error:
        raise source.unreadable(f"is not Turtle: {coded(str(error))}") from None
    return {node: about.get(node, {}) for node in concepts}
