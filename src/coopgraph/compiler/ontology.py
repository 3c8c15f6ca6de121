"""The ontology, the code lists, the alignments and the questions, as triples of the graph."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from coopgraph.errors import FactError
from coopgraph.formats.ntriples import curie, iri, line, string
from coopgraph.queries import load_question, question_names
from coopgraph.store.void import DATASET
from coopgraph.tables.row import Row
from coopgraph.tables.triples import in_languages, row_iri
from coopgraph.vocabulary import QUESTION, resources

ONTOLOGY_GRAPH: Final = "ontology"
QUESTIONS_GRAPH: Final = "questions"


def ontology_files() -> list[Path]:
    """The Turtle files that belong to the published graph; shapes and examples do not."""
    folder = resources("ontology")
    return [
        folder / "coop.ttl",
        folder / "codes.ttl",
        folder / "foreign-labels.ttl",
        *sorted((folder / "alignments").glob("*.ttl")),
    ]


def ontology_triples() -> list[str]:
    """The N-Triples lines of all `ontology_files`. Raises `FactError` for a file that is not Turtle
    or that holds a blank node, which would make the bytes of a build depend on the parser."""
    from pyoxigraph import BlankNode, RdfFormat, parse

    lines: list[str] = []
    for path in ontology_files():
        try:
            for quad in parse(path=str(path), format=RdfFormat.TURTLE):
                if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
                    raise FactError("holds a blank node", place=path.name, remedy="give it an IRI")
                lines.append(f"{quad.triple} .")
        except (SyntaxError, OSError) as error:
            raise FactError(
                f"cannot be read: {error}", place=path.name, remedy="correct the file"
            ) from None
    return lines


def question_triples(default: Row | None) -> Iterator[str]:
    """Each named question as a SHACL SPARQL executable (https://www.w3.org/TR/shacl-af/#SPARQLSelectExecutables),
    and the `default` jurisdiction of which they speak."""
    if default:
        yield line(iri(DATASET), curie("coop:defaultJurisdiction"), iri(row_iri(default)))
    for name in question_names():
        question = load_question(name)
        node = iri(QUESTION + name)
        yield line(node, curie("rdf:type"), curie("sh:SPARQLExecutable"))
        yield line(node, curie("rdf:type"), curie("sh:SPARQLSelectExecutable"))
        yield from in_languages(node, "rdfs:label", question.titles)
        yield line(node, curie("sh:select"), string(question.text))
