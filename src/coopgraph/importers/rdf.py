"""Any RDF file as a graph of its own: Turtle, N-Triples, N-Quads, TriG, RDF/XML, JSON-LD.

Named graphs of a file are merged into the one graph, with a note. Blank nodes become IRIs, see
`skolem`. The statements with blank nodes are held in memory, the others pass through as they come.
A statement that occurs twice, also in two graphs of the file, is one triple and a duplicate.
What RDF 1.2 adds (triple terms, text with a direction) is rejected: the graph is RDF 1.1; so is a
statement of more than 4,000,000 characters.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from coopgraph.errors import InputUnreadable
from coopgraph.formats.characters import coded
from coopgraph.importers.base import Importer, Input, Ledger, find_inputs
from coopgraph.importers.skolem import skolemised
from coopgraph.libraries import ox

#: Extensions, and the media types by which the engine knows their formats.
_FORMATS: Final = {
    ".ttl": "text/turtle",
    ".nt": "application/n-triples",
    ".nq": "application/n-quads",
    ".trig": "application/trig",
    ".rdf": "application/rdf+xml",
    ".owl": "application/rdf+xml",
    ".xml": "application/rdf+xml",
    ".jsonld": "application/ld+json",
}
_NAMED: Final = 3
#: The longest statement that is read, in characters.
LONGEST: Final = 4_000_000


def triples(inputs: list[Input], ledger: Ledger) -> Iterator[str]:
    """The N-Triples lines of one file, each statement a record.

    Raises `InputUnreadable` for a syntax error (line and column), for a relative IRI without a
    base, and where several files are named: each is a graph of its own.
    """
    if len(inputs) > 1:
        raise InputUnreadable(
            f"{len(inputs)} RDF files are named at once",
            place=", ".join(source.name for source in inputs[:_NAMED]),
            remedy="each is a graph of its own: import them one by one",
        )
    source = inputs[0]
    blank: list[ox.Triple] = []
    graphs: set[str] = set()
    stated: set[int] = set()  # hashes: the statements themselves are not kept
    account, last_graph = ledger.account(source), None
    for number, quad in enumerate(_quads(source), 1):
        triple, obj = quad.triple, quad.object
        if isinstance(obj, ox.Triple) or (isinstance(obj, ox.Literal) and obj.direction):
            what = "a triple term" if isinstance(obj, ox.Triple) else "text with a direction"
            account.reject(number, "statement", f"{what} is RDF 1.2, not 1.1")
            continue
        if quad.graph_name != last_graph:
            last_graph = quad.graph_name
            graphs.add(str(last_graph))
        line = f"{triple} ."
        if len(line) > LONGEST:
            account.reject(number, "statement", f"is longer than {LONGEST:,} characters")
            continue
        if (digest := hash(line)) in stated:
            account.duplicate()
            continue
        stated.add(digest)
        account.accept()
        if isinstance(obj, ox.BlankNode) or isinstance(triple.subject, ox.BlankNode):
            blank.append(triple)
        else:
            yield line
    yield from skolemised(blank, source.plain_name)
    graphs.discard("DEFAULT")
    if graphs:
        shown = ", ".join(sorted(graphs)[:_NAMED]) + (", …" if len(graphs) > _NAMED else "")
        ledger.note(f"{len(graphs)} named graphs of the file were merged into one: {shown}")
    if blank:
        ledger.note(f"blank nodes became IRIs in {len(blank):,} statements")


def _quads(source: Input) -> Iterator[ox.Quad]:
    form = ox.RdfFormat.from_media_type(_FORMATS[source.suffix])
    with source.open() as stream:
        try:
            yield from ox.parse(stream, format=form)
        except SyntaxError as error:
            raise InputUnreadable(
                f"is not {form.name if form else 'RDF'}: {_where(error)}{coded(error.msg)}",
                place=source.name,
                remedy="correct it there and import it again",
            ) from None
        except ValueError as error:
            raise InputUnreadable(
                f"cannot be parsed: {coded(str(error))}", place=source.name
            ) from None


def _where(error: SyntaxError) -> str:
    """The line and column of an error, where its text does not say so itself."""
    if error.lineno is None or "line" in error.msg:
        return ""
    return f"line {error.lineno}, column {error.offset}: "


def _accepts(name: str) -> bool:
    return Path(name.removesuffix(".gz")).suffix in _FORMATS


IMPORTER: Final = Importer(
    kind="rdf",
    licence="",
    find=partial(find_inputs, accept=_accepts),
    triples=triples,
    per_file=True,
    verbatim=True,
)
