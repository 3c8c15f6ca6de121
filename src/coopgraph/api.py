"""The Python API: one object with a handful of verbs."""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from coopgraph.errors import StoreMissing, StoreWarning, UnknownEntity
from coopgraph.i18n import text as say
from coopgraph.libraries import nx
from coopgraph.queries import (
    Answer,
    Entity,
    answer_question,
    load_question,
    parse_question,
    question_names,
    read_question,
)
from coopgraph.remote.address import is_remote
from coopgraph.search import AnyIndex, SearchResult, index_of
from coopgraph.store import DEFAULT, AnyStore, Folder, Store
from coopgraph.tables.rows import table_files
from coopgraph.vocabulary import is_key, shrink

if TYPE_CHECKING:
    import rdflib

    from coopgraph.brief import Brief
    from coopgraph.compiler.diagnosis import Diagnosis
    from coopgraph.compiler.verification import Verification
    from coopgraph.network import Network
    from coopgraph.validation import ValidationReport
    from coopgraph.view import View
    from coopgraph.view.charts import Chart

STORE_VARIABLE = "COOPGRAPH_STORE"


def open(  # noqa: A001
    store: str | Path | None = None,
    *,
    data: str | Path | None = None,
    timeout_s: float | None = None,
) -> KnowledgeGraph:
    """The knowledge graph in the folder `store`, or behind the address of a SPARQL endpoint.

    `store` is by default what the environment variable COOPGRAPH_STORE says, else `.coopgraph`
    in the working folder. Where nothing has been built there, it is built from the tables in
    `data` (the shipped ones by default). Where the current version is damaged, the one before
    answers, with a `StoreWarning`. Raises `StoreDamaged` where none can be opened, and what
    `coopgraph.compiler.build` raises.

    `https://example.org/sparql` is a remote store, asked by the same calls: see
    `coopgraph.remote.store`. `timeout_s` is how long it may take over one request (60 by
    default); credentials come from COOPGRAPH_USER with COOPGRAPH_PASSWORD, or COOPGRAPH_TOKEN.
    Raises `EndpointUnreachable`, `EndpointRefused`, `EndpointFailed`, `NotSparql`.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> with open(folder.name + "/graph") as kg:
    ...     kg.query("partner-load", partner="mit").rows[0][0]
    'Massachusetts Institute of Technology'
    >>> folder.cleanup()
    """
    place = store or os.environ.get(STORE_VARIABLE) or DEFAULT
    if is_remote(place):
        return open_existing(str(place), timeout_s=timeout_s)
    try:
        kg = open_existing(str(place))
    except StoreMissing:
        from coopgraph.compiler import build

        build(Path(data) if data else None, place)
        kg = open_existing(str(place))
    if kg.store.warning:
        warnings.warn(kg.store.warning, StoreWarning, stacklevel=2)
    return kg


def open_existing(store: str, *, timeout_s: float | None = None) -> KnowledgeGraph:
    """The knowledge graph of a folder or an address, as `open`, but nothing is ever built. Raises
    also `StoreMissing`."""
    if not is_remote(store):
        return KnowledgeGraph(Store.open(store))
    from coopgraph.remote.store import RemoteStore

    return KnowledgeGraph(RemoteStore.open(store, timeout_s=timeout_s))


def doctor(
    store: str | Path | None = None, *, repair: bool = False, files: str | Path | None = None
) -> Diagnosis:
    """What of the store in a folder is whole, damaged or missing, and from what it can be made
    anew; with `repair` that is done first. `files` is a folder with files of publishers, from which
    a lost import can be made. Raises `StoreMissing`, and with `repair` `StoreLocked` and
    `FileUnwritable`."""
    from coopgraph.compiler.diagnosis import diagnose
    from coopgraph.compiler.repair import repair as mend

    place = store or os.environ.get(STORE_VARIABLE) or DEFAULT
    return (mend if repair else diagnose)(place, Path(files) if files else None)


def verify(
    store: str | Path | None = None,
    *,
    data: str | Path | None = None,
    files: Sequence[str | Path] = (),
    texts: Mapping[str, str | Path] | None = None,
) -> Verification:
    """Every passage, hash, code and key against the texts at hand, as `coopgraph verify` does: of
    the tables in `data` (by default those that `store` was built from, else the shipped) and of the
    imports of `store`, or of a user's own `files`, or folders of them, beside the tables. `texts`
    are files by the key of their source. Raises `TableError`, `UsageError`, and what `open` raises
    of stores."""
    from coopgraph.compiler.verification import verify as look

    place = store or os.environ.get(STORE_VARIABLE) or DEFAULT
    paths = [Path(name) for name in files]
    own = [file for path in paths for file in (table_files(path) if path.is_dir() else [path])]
    tables = Path(data) if data else None
    if tables is None and not is_remote(place):
        tables = Folder(place).tables
    at_hand = {key: Path(path) for key, path in (texts or {}).items()}
    try:
        kg = None if own else open_existing(str(place))
    except StoreMissing:
        kg = None
    with contextlib.nullcontext() if kg is None else kg:
        return look(tables, own, at_hand, kg.store if kg else None)


def list_questions(lang: str = "en") -> Answer:
    """The named questions that ship with coopgraph: name, question, parameters.

    >>> "partners" in list_questions().column("name")
    True
    """
    asked = [load_question(name) for name in question_names()]
    rows = tuple((q.name, q.question(lang), ", ".join(q.parameters)) for q in asked)
    return Answer(("name", "question", "parameters"), rows, (), lang)


class KnowledgeGraph:
    """What users open: questions, networks, views over one version of a store."""

    def __init__(self, store: AnyStore) -> None:
        self.store = store
        self._index: AnyIndex | None = None

    @property
    def index(self) -> AnyIndex | None:
        """The search index, opened when first needed; None for a store in memory."""
        if self._index is None:
            self._index = index_of(self.store)
        return self._index

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close files and connections. A graph that is not closed closes with the program."""
        if self._index is not None:
            self._index.close()
            self._index = None
        self.store.close()

    def questions(self, lang: str = "en") -> Answer:
        """The named questions: name, question, parameters."""
        return list_questions(lang)

    def query(self, question: str | Path, *, lang: str = "en", **parameters: str) -> Answer:
        """The answer to a named question, a `.rq` file (a `Path`) or a SPARQL text. `parameters`
        are keys, labels in Korean or English, CURIEs or IRIs. Raises `UnknownQuery`, `QuerySyntax`,
        `UnknownParameter`, `UnknownEntity`, `AmbiguousEntity`."""
        values = {name: str(value) for name, value in parameters.items()}
        if isinstance(question, Path):
            asked = read_question(question)
        else:
            known = is_key(question)
            asked = load_question(question) if known else parse_question("query", question)
        return answer_question(self.store, asked, values, lang, self._index_for(values))

    def search(self, text: str, *, lang: str = "en", limit: int = 20) -> Answer:
        """Entities that are meant by `text`, best first: entity, kind, key, the label that matched,
        and why it did: its name, another name, its words in another order, one of the words, its
        initial consonants. A note says where there are more than `limit`, and where a text in
        another spelling was looked for."""
        index = self.index
        finding = index.find(text, limit=limit + 1) if index else SearchResult()
        found, hits = finding.hits, finding.hits[:limit]
        told = {"found-instead": finding.instead, "cut-found": limit if found[limit:] else 0}
        notes = tuple(say(f"answer.{name}", lang, value) for name, value in told.items() if value)
        labels = self.store.labels([x for h in hits for x in (h.iri, *h.classes)], lang)
        entities = (Entity(labels.get(hit.iri, hit.label), hit.iri) for hit in hits)
        rows = tuple(
            (
                entity,
                _kind(hit.classes, labels),
                hit.key,
                hit.label,
                say(f"found-by.{hit.reason}", lang),
            )
            for entity, hit in zip(entities, hits, strict=True)
        )
        columns = ("entity", "kind", "key", "matched", "why")
        return Answer(columns, rows, ("entity", "kind"), lang, notes=notes)

    def match(
        self, affiliations: Iterable[str], *, lang: str = "en", candidates: bool = False
    ) -> Answer:
        """Which organisations affiliations name, as papers print them: one row a link, with ROR id,
        score and what it rests on; see `coopgraph.identity.match`. With `candidates` also what may
        be meant; an affiliation that names nobody has a row without an organisation."""
        from coopgraph.identity import MATCH_COLUMNS, match

        blocks = match(self.store, affiliations, lang, candidates=candidates)
        rows = tuple(row for block in blocks for row in block.rows)
        return Answer(MATCH_COLUMNS, rows, ("organisation", "country"), lang)

    def show(self, entity: str, *, lang: str = "en", **parameters: str | int) -> Answer:
        """All that is known of one entity (key, label, CURIE or IRI), with the sources.
        `parameters` are those of the question `facts`: `top=1000` shows more of each property.
        Raises `UnknownEntity` where that is nothing."""
        values = {name: str(value) for name, value in parameters.items()}
        answer = self.query("facts", lang=lang, about=entity, **values)
        if not answer.rows:
            raise UnknownEntity(
                f"nothing is known of {entity!r}", remedy="find it with: coopgraph search"
            )
        return answer

    def sources(self, lang: str = "en") -> Answer:
        """The named graphs: name, origin, triples; of an import its files and release."""
        rows = []
        for part in self.store.manifest.parts:
            files = ", ".join(file["name"] for file in part.about.get("files", ())) or None
            release = part.about.get("release") or None
            rows.append((part.graph, part.origin, part.triples, files, release))
        return Answer(("graph", "origin", "triples", "file", "release"), tuple(rows), (), lang)

    def project(self, name: str | Path, **parameters: str | int) -> Network:
        """A projection: nodes, edges, sparse matrix. Raises `UnknownProjection`. `parameters`
        narrow it, as in `query`: `technology="quantum"`, `year=2020`."""
        from coopgraph.network import project

        values = {key: str(value) for key, value in parameters.items()}
        return project(self.store, name, values, index=self._index_for(values))

    def network(self, name: str | Path, **parameters: str | int) -> nx.Graph[Any]:
        """A projection as a networkx graph; parallel edges are kept."""
        return self.project(name, **parameters).to_networkx()

    def measure(self, name: str, *, lang: str = "en", **parameters: str | int) -> Answer:
        """A measure of strategy by name, as `coopgraph.measures` lists them. Raises
        `UnknownMeasure`, `UnknownParameter`, `UnknownEntity`."""
        from coopgraph.measures import MeasureData, measure

        values = {key: str(value) for key, value in parameters.items()}
        return measure(MeasureData(self.store, self._index_for(values)), name, values, lang=lang)

    def chart(self, name: str, *, lang: str = "en", **parameters: str | int) -> Chart:
        """A chart as a page that opens offline; shows itself in a notebook. `parameters` are those
        of its question: `jurisdiction="DE"`. Raises `UnknownChart` with the nearest names."""
        from coopgraph.view.charts import chart

        values = {key: str(value) for key, value in parameters.items()}
        return chart(self.store, name, values, lang=lang, index=self.index)

    def brief(self, entity: str, *, lang: str = "en", **parameters: str) -> Brief:
        """One page about a technology, a partner, a country or a ministry. `parameters` say whose
        plans it tells of: `jurisdiction="DE"`, `plan="all"`; `among="any"` counts the practice of
        whoever takes part. Raises `UnknownEntity`,
        `AmbiguousEntity`, `UsageError`."""
        from coopgraph.brief import make_brief

        return make_brief(self.store, entity, parameters, lang=lang, index=self.index)

    def view(self, name: str | Path, *, lang: str = "en", **parameters: str | int) -> View:
        """A projection as a page that opens offline; shows itself in a notebook."""
        from coopgraph.view import view

        return view(self.project(name, **parameters), lang=lang)

    def check(self, lang: str = "en") -> ValidationReport:
        """Validate the graph against the SHACL shapes."""
        from coopgraph.validation import validate

        return validate(self.store, lang)

    def rdflib(self) -> rdflib.Dataset:
        """The same store as an rdflib `Dataset`, whose default graph is the union of all. It can be
        read, not written. Over a remote store it is rdflib's `SPARQLStore`: each query, and each
        pattern of triples, is a request."""
        from coopgraph.store.export import dataset_of

        return dataset_of(self.store)

    def _index_for(self, values: dict[str, str]) -> AnyIndex | None:
        """The index where a parameter may need it: a query without any does not open it."""
        return self.index if values else None


def _kind(classes: tuple[str, ...], labels: dict[str, str]) -> Entity | None:
    """Our class that says what an entity is: the first that is not about claims."""
    ours = [c for c in classes if shrink(c).startswith("coop:") and not c.endswith("#Claim")]
    return Entity(labels.get(ours[0], shrink(ours[0])), ours[0]) if ours else None
