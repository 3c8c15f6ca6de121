"""Linking: which records of different registers are one organisation.

The result is a derived graph: each organisation with the one that represents it (`coop:canonical`),
accepted matches, and candidates that await a decision. What is curated is never changed by it.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import Any, Final

from coopgraph.formats.ntriples import curie, iri, line, literal, typed
from coopgraph.i18n import choose, spoken, text
from coopgraph.identity.affiliation import Affiliations, Mention
from coopgraph.identity.names import country_name, country_of
from coopgraph.identity.records import PRINTED, Records, keep_names
from coopgraph.identity.resolution import Decisions, Link, Resolution, pair, resolve
from coopgraph.queries import Answer, Entity
from coopgraph.store import AnyStore, Readers
from coopgraph.tables.triples import canonical_decimal, in_languages
from coopgraph.vocabulary import ID, entity_iri

__all__ = ["GRAPH_NAME", "Identity", "candidates", "match"]

GRAPH_NAME: Final = "derived/identity"
COLUMNS: Final = ("score", "record", "organisation", "country", "basis")
MATCH_COLUMNS: Final = (
    "line", "affiliation", "organisation", "ror", "country", "match", "score", "basis"
)  # fmt: skip
_CANDIDATES: Final = """
SELECT ?score ?record ?organisation ?country ?match ?basis WHERE {
  ?match a coop:MatchCandidate ; coop:candidateOf ?record ; coop:candidateFor ?organisation ;
    coop:score ?score ; coop:matchBasis ?basis .
  FILTER(?score >= %s)
  OPTIONAL { ?record coop:country ?country }
}
ORDER BY DESC(?score) ?organisation ?record
"""
_FACTS: Final = (
    "skos:prefLabel", "skos:altLabel", "coop:acronym", "coop:city", "coop:recordOf",
    "coop:country", "coop:seatCountry", "coop:status", "coop:organisationKind",
)  # fmt: skip
_BLOCK: Final = 1_000  # affiliations that are answered at once


class Identity:
    """Which organisations that `readers` tell of are one, once all has been read."""

    def __init__(self, readers: Readers) -> None:
        self._records = Records(readers)
        self.begin = self._records.begin
        self._left: dict[bytes, str] = {}
        self._right: dict[bytes, str] = {}
        self._rulings: list[tuple[bytes, str]] = []
        self._printed: dict[str, str] = {}  # the address of each body that is printed
        self._placed: dict[str, str] = {}  # its country, where the file has a column of it
        readers.on("coop:printedAffiliation", self._prints)
        readers.on("coop:country", self._places)
        readers.on("coop:leftRecord", _put(self._left))
        readers.on("coop:rightRecord", _put(self._right))
        readers.on("coop:ruling", lambda row, code: self._rulings.append((row, _iri(code))))

    @cached_property
    def resolution(self) -> Resolution:
        """What follows from what was read."""
        records = self._records.settled()
        # Those that are printed may name a record of any country.
        named = [copy(record) for record in records.values()] if self._printed else []
        done = resolve(
            records,
            self._decisions(),
            lambda countries: keep_names(records.values(), countries),
        )
        if self._printed:
            index = Affiliations(named, done.canonical)
            for body, address in sorted(self._printed.items()):
                said = f"{address}, {country_name(self._placed.get(body, ''))}"
                found = {done.canonical[m.record.iri] for m in index.read(said).found}
                # One that may be several stays itself.
                done.canonical[body] = found.pop() if len(found) == 1 else body
        return done

    def triples(self) -> Iterator[str]:
        """The N-Triples lines of the derived graph."""
        done, canonical = self.resolution, curie("coop:canonical")
        for a, b in done.canonical.items():
            yield f"<{a}> {canonical} <{b}> ."
        for link in done.accepted:
            yield from _match_triples(link, "coop:AcceptedMatch")
            yield line(iri(link.record.iri), curie("skos:exactMatch"), iri(link.target.iri))
        for link in done.candidates:
            yield from _match_triples(link, "coop:MatchCandidate")
        for body, country in self.printed_countries():
            yield line(body, curie("coop:country"), country)

    def printed_countries(self) -> Iterator[tuple[str, str]]:
        """Each body that is printed and the country that its address ends with, as terms."""
        for body, address in sorted(self._printed.items()):
            if key := country_of(address) if body not in self._placed else "":
                yield iri(body), iri(entity_iri("country", key))

    def _prints(self, body: bytes, address: bytes) -> None:
        self._printed[_iri(body)] = literal(address)[0]

    def _places(self, body: bytes, country: bytes) -> None:
        if body.startswith(PRINTED):
            self._placed[_iri(body)] = _iri(country).rpartition("/")[2]

    def _decisions(self) -> Decisions:
        """What the table of decisions says."""
        found: dict[str, set[tuple[str, str]]] = {"accept": set(), "reject": set()}
        for row, ruling in self._rulings:
            if row in self._left and row in self._right:
                code = ruling.removeprefix(f"{ID}link-ruling/")
                found.setdefault(code, set()).add(pair(self._left[row], self._right[row]))
        return Decisions(frozenset(found["accept"]), frozenset(found["reject"]))


def _put(into: dict[bytes, str]) -> Callable[[bytes, bytes], object]:
    return lambda row, record: into.update({row: _iri(record)})


def _iri(term: bytes) -> str:
    return term[1:-1].decode()


def basis_text(basis: tuple[str, ...], lang: str) -> str:
    """What a match rests on, in words.

    >>> basis_text(("identifier: GRID", "same-city"), "en")
    'same identifier (GRID); same city'
    """
    parts = []
    for item in basis:
        name, _, detail = item.partition(": ")
        words = text(f"identity.{name}", lang)
        parts.append(f"{words} ({detail})" if detail else words)
    return "; ".join(parts)


def _match_triples(link: Link, cls: str) -> Iterator[str]:
    both = f"{link.record.iri} {link.target.iri}"
    digest = hashlib.sha256(both.encode()).hexdigest()[:16]
    node = iri(entity_iri("match", f"match-{digest}"))
    yield line(node, curie("rdf:type"), curie(cls))
    yield line(node, curie("coop:candidateOf"), iri(link.record.iri))
    yield line(node, curie("coop:candidateFor"), iri(link.target.iri))
    score = canonical_decimal(f"{link.score:.3f}")
    yield line(node, curie("coop:score"), typed(score, "decimal"))
    bases = {
        lang: basis_text(link.basis, lang)
        for lang in spoken(f"identity.{link.basis[0].partition(': ')[0]}")
    }
    yield from in_languages(node, "coop:matchBasis", bases)


def candidates(store: AnyStore, lang: str = "en", least: Decimal = Decimal(0)) -> Answer:
    """The candidates with a score of at least `least`, the best first. Columns: score (0 to 1),
    record, organisation that it may be, country, basis. A decision on one is a row of
    `link_decisions.csv` with the IRIs of record and organisation."""
    bases: dict[tuple[Any, ...], dict[str, str]] = {}
    for *row, basis in store.select(_CANDIDATES % f"{least:f}"):
        bases.setdefault(tuple(row), {})[basis.language or ""] = basis.value
    found = [(*row, choose(said, lang)) for row, said in bases.items()]
    iris = {term.value for row in found for term in row[1:4] if term is not None}
    labels = store.labels(iris, lang)

    def entity(term: object) -> Entity | None:
        value = getattr(term, "value", None)
        return Entity(labels.get(value, value), value) if isinstance(value, str) else None

    rows = tuple(
        (Decimal(score.value), entity(record), entity(target), entity(country), basis)
        for score, record, target, country, _, basis in found
    )
    return Answer(COLUMNS, rows, ("record", "organisation", "country"), lang)


def match(
    store: AnyStore, texts: Iterable[str], lang: str = "en", *, candidates: bool = False
) -> Iterator[Answer]:
    """Which organisations each affiliation of `texts` names, a thousand of them in one answer.
    Columns: line (from 1), affiliation, organisation, its ROR id, country, match (a link, or with
    `candidates` what may be meant as well), score (0 to 1), basis. An affiliation that names
    nobody has one row without an organisation."""
    names = _Directory(store, lang)
    lines, first = iter(texts), 1
    while block := list(islice(lines, _BLOCK)):
        read = [names.index.read(each) for each in block]
        names.learn(m for each in read for m in (*each.found, *each.candidates))
        rows: list[tuple[Any, ...]] = []
        for line_number, (said, each) in enumerate(zip(block, read, strict=True), first):
            head = (line_number, said)
            rows += [(*head, *names.row(m, "link")) for m in each.found]
            if candidates:
                rows += [(*head, *names.row(m, "candidate")) for m in each.candidates]
            if rows[-1:] == [] or rows[-1][0] != line_number:
                rows.append((*head, None, None, None, text("match.none", lang), None, None))
        first += len(block)
        yield Answer(MATCH_COLUMNS, tuple(rows), ("organisation", "country"), lang)


class _Directory:
    """The names of the organisations of a store, and how those that are found are shown."""

    def __init__(self, store: AnyStore, lang: str) -> None:
        readers = Readers()
        records = Records(readers)
        for cls in ("coop:Organisation", "coop:Country"):
            is_a = f"{curie('rdf:type')} {curie(cls)}"
            found = store.rows(f"SELECT ?s {{ ?s a {cls} }}")
            readers.read(f"{s} {is_a} .\n".encode() for (s,) in found)
            for fact in _FACTS:
                found = store.rows(f"SELECT ?s ?o {{ ?s a {cls} ; {fact} ?o }}")
                term = curie(fact)
                readers.read(f"{s} {term} {o} .\n".encode() for s, o in found)
        self._canonical = dict(_pairs(store, "coop:canonical"))
        self._rors: dict[str, str] = {}
        for organisation, ror in sorted(_pairs(store, "skos:exactMatch")):
            if ror.startswith("https://ror.org/"):
                self._rors.setdefault(organisation, ror)
                self._rors.setdefault(self._canonical.get(organisation, organisation), ror)
        self.index = Affiliations(records.settled().values(), self._canonical)
        self._store, self._lang = store, lang
        self._labels: dict[str, str] = {}

    def of(self, mention: Mention) -> str:
        """The organisation of a mention."""
        return self._canonical.get(mention.record.iri, mention.record.iri)

    def learn(self, mentions: Iterable[Mention]) -> None:
        """Look up labels that are not known yet."""
        iris = {iri for each in mentions for iri in (self.of(each), _country(each))}
        new = {each for each in iris if each and each not in self._labels}
        self._labels |= self._store.labels(sorted(new), self._lang)

    def row(self, mention: Mention, what: str) -> tuple[Any, ...]:
        """What is shown of a mention."""
        organisation, country = self.of(mention), _country(mention)
        return (
            self._entity(organisation),
            self._rors.get(organisation),
            self._entity(country) if country else None,
            text(f"match.{what}", self._lang),
            Decimal(f"{mention.score:.2f}"),
            basis_text(mention.basis, self._lang),
        )

    def _entity(self, iri_: str) -> Entity:
        return Entity(self._labels.get(iri_, iri_), iri_)


def _country(mention: Mention) -> str:
    key = mention.record.country
    return entity_iri("country", key) if key else ""


def _pairs(store: AnyStore, predicate: str) -> Iterator[tuple[str, str]]:
    for a, b in store.rows(f"SELECT ?a ?b {{ ?a a coop:Organisation ; {predicate} ?b }}"):
        yield a[1:-1], b[1:-1]
