"""Any RDF file as a graph of its own: Turtle, N-Triples, N-Quads, TriG, RDF/XML, JSON-LD.

Named graphs of a file, and files that are named together, are merged into the one graph, with a
note. A statement that occurs twice, in one file or in two, is one triple and a duplicate; one
of RDF 1.2 or of more than 4,000,000 characters is rejected.

Blank nodes become IRIs (RDF 1.1 Concepts, section 3.5), the same for the same file: a node is told
from others by the hash of its statements, over and over, in which other blank nodes stand as their
hashes of the round before; nodes that stay alike are numbered as they come. This is the first half
of RDF Dataset Canonicalization (https://www.w3.org/TR/rdf-canon/). The second half, which would
make alike nodes independent of their order too, takes factorial time on a file made to that end.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

from coopgraph.formats.serialization import coded
from coopgraph.i18n.languages import SOURCE
from coopgraph.importers.base import Importer, Input, Ledger, find_inputs
from coopgraph.libraries import ox
from coopgraph.tables.triples import unverified
from coopgraph.vocabulary import ID, PREF_LABEL, RDF_TYPE, expand

#: Rounds after which nodes that are still alike are left so: chains of like nodes.
_ROUNDS: Final = 64
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
_BLOCK: Final = 1 << 20
_EVIDENCE, _VERIFIED = expand("coop:Evidence"), expand("coop:verified")
#: The longest statement that is read, in characters.
LONGEST: Final = 4_000_000


def skolemised(triples: Sequence[ox.Triple], salt: str) -> Iterator[str]:
    """The N-Triples lines of `triples`, blank nodes as IRIs `id:skolem/{hash}`.

    `salt` keeps the nodes of different files apart.

    >>> from pyoxigraph import BlankNode, Literal, NamedNode, Triple
    >>> said = [Triple(BlankNode("x"), NamedNode("https://example.org/p"), Literal("a"))]
    >>> other = [Triple(BlankNode("y"), NamedNode("https://example.org/p"), Literal("a"))]
    >>> list(skolemised(said, "file")) == list(skolemised(other, "file"))
    True
    >>> list(skolemised(said, "file")) == list(skolemised(said, "another file"))
    False
    """
    names = _names(triples, salt)
    for triple in triples:
        subject, obj = str(triple.subject), str(triple.object)
        yield f"{names.get(subject, subject)} {triple.predicate} {names.get(obj, obj)} ."


def _names(triples: Sequence[ox.Triple], salt: str) -> dict[str, str]:
    """The IRI of each blank node, by its label."""
    said: dict[str, list[tuple[str, str]]] = defaultdict(list)  # (direction and predicate, other)
    for triple in triples:
        subject, predicate, obj = str(triple.subject), str(triple.predicate), str(triple.object)
        for node, way, other in ((subject, ">", obj), (obj, "<", subject)):
            if node.startswith("_:"):
                said[node].append((way + predicate, other))
    colours = dict.fromkeys(said, "")
    known = 1
    for _ in range(_ROUNDS):
        colours = {node: _colour(colours, node, facts) for node, facts in said.items()}
        found = len(set(colours.values()))
        if found in (known, len(said)):
            break
        known = found
    alike: dict[str, int] = defaultdict(int)
    names: dict[str, str] = {}
    for node, colour in colours.items():
        alike[colour] += 1
        names[node] = f"<{ID}skolem/{_hash(f'{salt} {colour} {alike[colour]}')[:32]}>"
    return names


def _colour(colours: dict[str, str], node: str, facts: list[tuple[str, str]]) -> str:
    shown = sorted(
        f"{way} {'itself' if other == node else colours.get(other, other)}" for way, other in facts
    )
    return _hash("\n".join(shown))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def triples(inputs: list[Input], ledger: Ledger) -> Iterator[str]:
    """The N-Triples lines of all files, each statement a record. Raises `InputUnreadable` for a
    syntax error (line and column) and for a relative IRI without a base."""
    stated: set[int] = set()  # hashes: the statements themselves are not kept
    if len(inputs) > 1:
        ledger.note(f"{len(inputs)} files were merged into one graph")
    for source in inputs:
        yield from _of_file(source, ledger, stated)


def _of_file(source: Input, ledger: Ledger, stated: set[int]) -> Iterator[str]:
    """The lines of one file; blank nodes are its own."""
    blank: list[ox.Triple] = []
    graphs: set[str] = set()
    account, last_graph = ledger.account(source), None
    places = _UnverifiedPlaces.of(source)
    for number, quad in enumerate(_quads(source, ledger), 1):
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
        is_blank = isinstance(obj, ox.BlankNode) or isinstance(triple.subject, ox.BlankNode)
        if (digest := hash((source.name, line) if is_blank else line)) in stated:
            account.duplicate()
            continue
        stated.add(digest)
        account.accept()
        triple = places.marked(triple)
        if is_blank:
            blank.append(triple)
        else:
            yield f"{triple} ."
    yield from skolemised([*blank, *places.added()], source.plain_name)
    for note in _notes(graphs, len(blank), len(places.unverified)):
        ledger.note(note)


def _notes(graphs: set[str], blank: int, places: int) -> Iterator[str]:
    """What was done with a file: its named graphs, its statements with blank nodes, its places."""
    if graphs := graphs - {"DEFAULT"}:
        shown = ", ".join(sorted(graphs)[:_NAMED]) + (", …" if len(graphs) > _NAMED else "")
        yield f"{len(graphs)} named graphs of the file were merged into one: {shown}"
    if blank:
        yield f"blank nodes became IRIs in {blank:,} statements"
    if places:
        yield f"{places:,} places in sources were not compared with a text: unverified"


@dataclass
class _UnverifiedPlaces:
    """The places in sources (`coop:Evidence`) of a file that does not say that they were compared
    with a text: whatever shows one says so, as of those of tables."""

    unverified: set[str]
    named: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, source: Input) -> _UnverifiedPlaces:
        """Those of a file, which is read for them only where it has the word."""
        again = replace(source, watch=None)
        found: set[str] = set()
        verified: set[str] = set()
        for quad in _quads(again) if _holds(again, b"Evidence") else ():
            value = getattr(quad.object, "value", "")
            if (quad.predicate.value, value) == (RDF_TYPE, _EVIDENCE):
                found.add(str(quad.subject))
            elif quad.predicate.value == _VERIFIED and value in ("true", "1"):
                verified.add(str(quad.subject))
        return cls(found - verified)

    def marked(self, triple: ox.Triple) -> ox.Triple:
        """A triple as it is, the label of such a place with the remark."""
        subject, said = str(triple.subject), triple.object
        if subject not in self.unverified:
            return triple
        if triple.predicate.value == _VERIFIED:
            self.told.add(subject)
        if triple.predicate.value != PREF_LABEL or not isinstance(said, ox.Literal):
            return triple
        self.named.add(subject)
        (text,) = unverified({said.language or SOURCE: said.value}).values()
        return ox.Triple(triple.subject, triple.predicate, ox.Literal(text, language=said.language))

    def added(self) -> Iterator[ox.Triple]:
        """What the file leaves out: that they are unverified, and a label."""
        for node in sorted(self.unverified):
            subject = ox.BlankNode(node[2:]) if node.startswith("_:") else ox.NamedNode(node[1:-1])
            if node not in self.told:
                yield ox.Triple(subject, ox.NamedNode(_VERIFIED), ox.Literal(value=False))
            for tag, text in unverified({}).items() if node not in self.named else ():
                label = ox.Literal(text, language=tag)
                yield ox.Triple(subject, ox.NamedNode(PREF_LABEL), label)


def _holds(source: Input, word: bytes) -> bool:
    """Whether a file has a word in it."""
    tail = b""
    with source.open() as stream:
        while block := stream.read(_BLOCK):
            if word in tail + block:
                return True
            tail = block[-len(word) :]
    return False


def _quads(source: Input, ledger: Ledger | None = None) -> Iterator[ox.Quad]:
    form = ox.RdfFormat.from_media_type(_FORMATS[source.suffix])
    # XML says its encoding itself.
    with source.open() if form == ox.RdfFormat.RDF_XML else source.utf8(ledger) as stream:
        try:
            yield from ox.parse(stream, format=form)
        except SyntaxError as error:
            raise source.unreadable(
                f"is not {form.name if form else 'RDF'}: {_where(error)}{coded(error.msg)}",
                "correct it there and import it again",
            ) from None
        except ValueError as error:
            raise source.unreadable(f"cannot be parsed: {coded(str(error))}", "") from None


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
