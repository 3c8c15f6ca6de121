"""Projections: the question files that select a network.

    # en: Planned partners by technology
    # rows: 24
    # directed: true
    # kind prov:generated: gave rise to; the same in Korean
    SELECT ?source ?target ?kind ?weight ?claim ?status WHERE { … }

The header is that of a named question (`coopgraph.queries.question`), and may say how the network
is drawn (`coopgraph.network.model`). `directed` is true where it is not given. `kind` labels a
kind of edge, or a class of nodes, that the ontology does not label, or that this network reads
otherwise.

A projection of edges selects `?source`, `?target` and `?kind` (IRIs, always bound). One of
two-mode rows selects `?node` and `?via`, and may select `?kind` (`skos:related` where unbound):
nodes that share a `?via` are joined, each kind and `?layer` by itself. One that selects nothing
but these and `?weight` is folded in bulk (`coopgraph.network.incidence`), for networks of
hundreds of thousands of edges. Both may take parameters (`# param`), and select

    ?weight             a finite number; in two-mode rows that of the via, the same in all its
                        rows of a kind: an edge weighs the sum over what its ends share
    ?layer              declared, observed or derived
    ?claim, ?claim_…    the nodes whose `coop:evidence` says why the edge is there
    ?position           where the source says so, in code points: the order of reading
    ?status, ?open_list, ?year, ?amount, ?currency, ?phase, ?basis, …
                        any other variable: an attribute of the edge
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from coopgraph.errors import UnknownProjection, nearest
from coopgraph.formats.files import why_no_file
from coopgraph.i18n import LanguageMap, find, in_each, languages, number, text
from coopgraph.libraries import ox
from coopgraph.network.bulk import incidence_network, read_incidence
from coopgraph.network.elements import Edge, Named, Value, evidence_of, names_of, nodes_of, worded
from coopgraph.network.incidence import fold
from coopgraph.network.model import Network, Preset, parse_preset
from coopgraph.network.rows import SHARES, Solution, read_cells, read_rows, select
from coopgraph.queries import Question, Variable, question_names, read_question
from coopgraph.queries.coverage import absences, notes_of_practice
from coopgraph.queries.parameters import ALL, bind, entity, terms_of
from coopgraph.queries.scope import in_scope, other_plans, scope_of
from coopgraph.queries.truncation import Limit, limit_of
from coopgraph.search import AnyIndex
from coopgraph.store import AnyStore
from coopgraph.vocabulary import expand, resources, shrink


def projection_names(folder: Path | None = None) -> list[str]:
    """The names of the shipped projections, sorted.

    >>> "technology-partners" in projection_names()
    True
    """
    return question_names(folder or _shipped())


def load_projection(name: str | Path, folder: Path | None = None) -> Question:
    """The named projection, or the one in a `.rq` file of the user's own.

    Raises `UnknownProjection` with the nearest names, `FactError` where a file cannot be read.

    >>> load_projection("technology-partners").directed
    True
    """
    text = str(name)
    if isinstance(name, Path) or text.endswith(".rq") or "/" in text:
        if why := why_no_file(Path(name)):
            raise UnknownProjection(why, place=text, remedy="name a .rq file")
        return read_question(Path(name), "network")
    names = projection_names(folder)
    if text not in names:
        raise UnknownProjection(f"unknown projection {text!r}", remedy=nearest(text, names))
    return read_question((folder or _shipped()) / f"{text}.rq", "network")


def project(
    store: AnyStore,
    name: str | Path,
    values: Mapping[str, str] | None = None,
    *,
    index: AnyIndex | None = None,
    folder: Path | None = None,
) -> Network:
    """The network that a projection selects, with labels in both languages. `values` are for the
    parameters of the projection; the title says which were given. Raises `UnknownProjection`,
    `UnknownParameter`, `UnknownEntity`, `QuerySyntax`, `QueryFailed`, and `FactError` where a row
    has no node at one of its ends or a weight is no finite number."""
    projection = load_projection(name, folder)
    given = values or {}
    values = in_scope(store, projection, given, index)
    titles = _titles(store, projection, given, index)
    texts = (projection.name, titles)
    declared = {column.name: column for column in projection.kinds}
    place = f"{projection.name}.rq"
    preset = parse_preset(projection.name, projection.text)
    query, limit = bind(projection, values, index), limit_of(projection, values)
    variables, solutions = select(store, query, place)
    notes = (
        *preset.notes,
        *_of_limit(limit),
        *_of_aside(store, preset, values),
        *_of_practice(store, projection, terms_of(projection, values, index), limit, solutions),
        *_of_others(store, projection, given),
    )
    two_mode = "node" in variables
    if two_mode:  # rows that name no kind
        notes = (in_each("network-note.diagonal"), *notes)
        shares = shrink(SHARES)
        said = worded("", "network-label.shares").texts
        declared.setdefault(shares, Variable(shares, "kind", said))
    if isinstance(solutions, bytes):
        cells = read_cells(variables, solutions, place)
        del solutions  # as large as all that follows
        found = read_incidence(store, cells, lambda iris: _kinds(store, iris, declared), place)
        drawn = incidence_network(found, texts, notes)
        return replace(drawn, query=query, preset=preset)
    rows = read_rows(variables, solutions, place)
    if two_mode:
        nodes = nodes_of(store, (row.ends[0] for row in rows))
    else:
        nodes = nodes_of(store, (end for row in rows for end in row.ends))
    nodes = [replace(node, kind=_declared(node.kind, declared)) for node in nodes]
    numbers = {node.iri: i for i, node in enumerate(nodes)}
    edges = _edges(store, declared, rows, {} if two_mode else numbers)
    if two_mode:
        vias = names_of(store, (row.ends[1] for row in rows))
        pairs = zip((row.ends for row in rows), edges, strict=True)
        edges = fold(list(pairs), numbers, vias, place)
    edges.sort(key=lambda e: (e.source, e.target, e.kind.iri, e.claim, e.weight, str(e.attributes)))
    directed = projection.directed and not two_mode
    drawn = Network(*texts, tuple(nodes), tuple(edges), directed, notes)
    return replace(drawn, query=query, preset=preset)


def _has_observed(solutions: "list[ox.QuerySolution] | bytes") -> bool:
    """Whether a network of practice has a row that is not of a plan."""
    if isinstance(solutions, bytes):
        return solutions.count(b"\n") > 1
    return any(row["layer"] is None or row["layer"].value != "declared" for row in solutions)


def _of_practice(
    store: AnyStore,
    projection: Question,
    asked: Mapping[str, str],
    limit: Limit | None,
    solutions: "list[ox.QuerySolution] | bytes",
) -> Iterator[Mapping[str, str]]:
    """What a network that counts practice looked through, and why nothing of it was found."""
    if not (kinds := projection.coverage):
        return
    ranked = (None, limit.size) if limit and "technology" in limit.per else ()
    for told in notes_of_practice(store, kinds, asked, *ranked):
        yield {lang: told(lang) for lang in languages()}
    if not _has_observed(solutions):
        found = [absences(store, kinds, asked, lang) for lang in languages()]
        for missing in zip(*found, strict=True):
            by_lang = zip(languages(), missing, strict=True)
            yield {lang: absence.told(lang) for lang, absence in by_lang}


def _of_limit(limit: Limit | None) -> Iterator[Mapping[str, str]]:
    """What a reader must know of the limit of what was asked."""
    if limit:
        yield {lang: _limited(limit, lang) for lang in languages()}


def _of_aside(
    store: AnyStore, preset: Preset, values: Mapping[str, str]
) -> Iterator[Mapping[str, str]]:
    """What the query leaves out unless it is asked for, counted."""
    parameter, classes = preset.aside
    if values.get(parameter, "") == "true" or "about" in values:
        return
    counts: dict[str, int] = {}
    for each in classes:
        curie, _, owned = each.partition("/")
        having = f"; {owned} ?any" if owned else ""
        query = f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ ?x a {curie} ; coop:evidence ?e {having} }}"
        (found,) = (int(row[0].value) for row in store.select(query))
        counts |= {expand(curie): found} if found else {}
    if counts:
        names = names_of(store, counts)
        yield {
            lang: text("network-note.aside", lang, what=what, parameter=f"{parameter}=true")
            for lang in languages()
            for what in [_counted({names[iri].label(lang): n for iri, n in counts.items()}, lang)]
        }


def _counted(counts: Mapping[str, int], lang: str) -> str:
    return ", ".join(f"{name} {number(n, lang)}" for name, n in counts.items())


def _of_others(
    store: AnyStore, projection: Question, given: Mapping[str, str]
) -> Iterator[Mapping[str, str]]:
    """That there are other plans, where nothing says whose are asked for: said last."""
    if projection.scope == "plan" and not scope_of(given) and (others := other_plans(store)):
        yield in_each("answer.other-plans", others)


def _limited(limit: Limit, lang: str) -> str:
    """What a reader must know where a parameter limits what is shown."""
    groups = (find(f"network-note.{name}", lang) or name for name in limit.per)
    said = text("network-note.and", lang).join(groups)
    return text("network-note.limited", lang, limit=f"{limit.name}={limit.size}", per=said)


def _titles(
    store: AnyStore, projection: Question, values: Mapping[str, str], index: AnyIndex | None
) -> LanguageMap:
    """The titles of the network by language, which say what it was narrowed to."""
    given = []
    for name, value in values.items():
        column = projection.parameters.get(name)  # one that is unknown is for `bind` to report
        is_entity = column and column.is_entity and value.strip() != ALL
        iri = entity(value, column.type, index) if column and is_entity else ""
        given.append(names_of(store, [iri])[iri] if iri else Named("", LanguageMap({"": value})))
    narrowed = {lang: ", ".join(each.label(lang) for each in given) for lang in languages()}
    titles = {lang: projection.title(lang) for lang in narrowed}
    said = {lang: f"{titles[lang]} ({n})" if n else titles[lang] for lang, n in narrowed.items()}
    return LanguageMap(said)


def _shipped() -> Path:
    return resources("ontology") / "projections"


def _declared(named: Named, declared: Mapping[str, Variable]) -> Named:
    """A kind or a class, labelled as the projection says."""
    column = declared.get(shrink(named.iri))
    return Named(named.iri, column.texts) if column else named


def _kinds(
    store: AnyStore, iris: Iterable[str], declared: Mapping[str, Variable]
) -> dict[str, Named]:
    """Kinds and entities with their labels: those of the projection, else of the store."""
    return {iri: _declared(named, declared) for iri, named in names_of(store, iris).items()}


def _edges(
    store: AnyStore,
    declared: dict[str, Variable],
    rows: list[Solution],
    numbers: Mapping[str, int],
) -> list[Edge]:
    """One edge for each row, between the numbers of its ends."""
    evidence = evidence_of(store, (claim for row in rows for claim in row.claims))
    entities = (iri for row in rows for iri in (row.kind, *(value for _, value in row.entities)))
    names = _kinds(store, entities, declared)
    edges = []
    for row in rows:
        attributes: dict[str, Value] = dict(row.values)
        attributes.update((name, names[iri]) for name, iri in row.entities)
        found = dict.fromkeys(e for claim in row.claims for e in evidence.get(claim, ()))
        source, target = (numbers.get(end, -1) for end in row.ends)
        claim = row.claims[0] if row.claims else ""
        said = MappingProxyType(dict(sorted(attributes.items())))
        kind = names[row.kind]
        edges.append(Edge(source, target, kind, row.weight, claim, said, tuple(found)))
    return edges
