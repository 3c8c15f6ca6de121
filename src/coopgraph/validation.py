"""SHACL validation of a store against `ontology/shapes.ttl` and the table catalogue.

https://www.w3.org/TR/shacl/: a Violation is what must hold, a Warning what should.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coopgraph.errors import FactError, PartDamaged
from coopgraph.i18n import best
from coopgraph.libraries import ox
from coopgraph.store import AnyStore, Folder, Part, Store
from coopgraph.tables.shapes import shapes_graph
from coopgraph.vocabulary import expand, resources, shrink

if TYPE_CHECKING:
    import shacl

_DERIVED_FROM_IMPORTS = frozenset({"derived/identity", "derived/technologies", "derived/observed"})
#: What a user brings in is checked, up to this many triples a graph: a check takes a second or two.
_USERS = frozenset({"table", "rdf"})
_MOST_TRIPLES = 100_000
_UNION = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


@dataclass(frozen=True)
class Finding:
    """One validation result: how grave, which node (label and IRI), which shape, what is wrong."""

    severity: str
    focus: str
    focus_iri: str
    shape: str
    message: str
    value: str


@dataclass(frozen=True)
class ValidationReport:
    """All findings, violations first; `unchecked` are the imports that were left out."""

    findings: tuple[Finding, ...]
    unchecked: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Number of findings by severity."""
        return dict(Counter(finding.severity for finding in self.findings))

    @property
    def conforms(self) -> bool:
        """Whether there is no violation; warnings do not count."""
        return "Violation" not in self.counts


def validate(store: AnyStore, lang: str = "en", shapes: Path | None = None) -> ValidationReport:
    """Validate the curated and reconciled graphs together; messages and labels in `lang`. What
    publishers ship is checked record by record when it is imported, and is left out here with what
    is derived from it; a user's own tables and RDF files are not, up to 100,000 triples each.
    Raises `FactError` where the shapes cannot be read."""
    import shacl

    path = shapes or resources("ontology") / "shapes.ttl"
    parts, unchecked = _parts(store)
    data = _triples(store, parts)
    try:
        text = shapes_graph(path)
        compiled = shacl.Shapes.from_text(text, format="ntriples")
        report = compiled.validate_text(data.decode(), format="ntriples")
    except (SyntaxError, ValueError, OSError) as error:
        raise FactError(f"the shapes cannot be used: {error}", place=path.name) from None
    labels = store.labels((_iri(r.focus_node) for r in report.results if _iri(r.focus_node)), lang)
    tags = _languages(text) if report.results else {}
    found = (_finding(result, labels, tags, lang) for result in report.results)
    order = {"Violation": 0, "Warning": 1}
    ranked = sorted(
        found, key=lambda f: (order.get(f.severity, 2), f.shape, f.focus_iri, f.message, f.value)
    )
    return ValidationReport(tuple(ranked), unchecked)


def _parts(store: AnyStore) -> tuple[list[Part] | None, tuple[str, ...]]:
    """The graphs to validate, None for all of a store without a manifest, and the names of the
    imports to leave out."""
    if isinstance(store, Store) and store.version is None:
        return None, ()
    parts = store.manifest.parts
    left_out = (p.graph for p in parts if p.origin == "import" and not _is_checked(p))
    return [part for part in parts if _is_checked(part)], tuple(left_out)


def _triples(store: AnyStore, parts: list[Part] | None) -> bytes:
    """The union of the graphs as N-Triples: from the files that the engine was filled from, which
    has to look up each term; from the engine where there are none, or not those recorded."""
    if parts is not None and store.version is not None:
        folder, read = Folder(store.version.parents[1]), list[bytes]()
        with contextlib.suppress(PartDamaged, OSError):
            for part in parts:
                with folder.open_part(part) as stream:
                    read.append(stream.read())
            return b"".join(read)  # what two parts say is one triple when it is read
    graphs = None if parts is None else [part.graph for part in parts]
    return store.construct(_UNION, graphs=graphs).serialize(format=ox.RdfFormat.N_TRIPLES) or b""


def _is_checked(part: Part) -> bool:
    if part.origin != "import":
        return part.graph not in _DERIVED_FROM_IMPORTS
    return part.about.get("kind") in _USERS and part.triples <= _MOST_TRIPLES


def _languages(shapes: str) -> dict[str, str]:
    """The language of each message of `shapes` (N-Triples), which findings do not tell."""
    said, found = ox.NamedNode(expand("sh:message")), {}
    for quad in ox.parse(shapes, format=ox.RdfFormat.N_TRIPLES):
        if quad.predicate == said and isinstance(quad.object, ox.Literal):
            found[quad.object.value] = quad.object.language or ""
    return found


def _finding(
    result: shacl.Result, labels: dict[str, str], tags: dict[str, str], lang: str
) -> Finding:
    focus = _iri(result.focus_node)
    messages = {tags.get(m, ""): m for m in result.messages or [result.component]}
    shape = _iri(result.source_shape or "") or _iri(result.root_shape or "") or result.component_iri
    label, message = labels.get(focus, shrink(focus)), best(messages, lang)[0]
    value = result.value_plain or ""
    return Finding(result.severity, label, focus, shrink(shape), message, value)


def _iri(term: str) -> str:
    """The IRI of a term in N-Triples syntax, or an empty string."""
    return term[1:-1] if term.startswith("<") and term.endswith(">") else ""
