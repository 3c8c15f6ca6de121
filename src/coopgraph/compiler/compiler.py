"""One build: every curated and derived graph rebuilt (the ontology, the code lists, the alignments
and the questions among them), imports kept, one switch at the end.

Imports that a store of an older model holds are brought into the terms of today's (decision 0031):
amounts had their currency in the name of the property; it is said beside them now.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coopgraph.compiler.deliveries import settled
from coopgraph.compiler.keys import refuse_twice
from coopgraph.compiler.provenance import PROVENANCE_GRAPH
from coopgraph.compiler.settings import default_jurisdiction, first_plan, rank_floor
from coopgraph.compiler.version import base_of, compile_version
from coopgraph.errors import FactError, TableError
from coopgraph.formats.ntriples import curie, iri, line, string, typed
from coopgraph.queries import load_question, question_names
from coopgraph.store import DEFAULT, Folder, NewVersion, Part, new_version
from coopgraph.store.void import DATASET
from coopgraph.tables.codes import read_codes
from coopgraph.tables.consistency import disputed_plans, larger_parts
from coopgraph.tables.description import JURISDICTION
from coopgraph.tables.jurisdictions import has_jurisdiction, jurisdictions
from coopgraph.tables.row import Row, Rows
from coopgraph.tables.rows import read_tables
from coopgraph.tables.shorthand import shorthand
from coopgraph.tables.triples import in_languages, row_iri, table_triples
from coopgraph.vocabulary import COOP, ID, QUESTION, resources

#: The model that says whose policy a claim is about; amounts were in won or euro.
LAST_WITHOUT_CURRENCIES: Final = 2
_RENAMED: Final = {
    "amountKrw": "amount", "minKrw": "amountMin", "maxKrw": "amountMax", "roundingKrw": "rounding",
    "totalCostEur": "totalCost", "ecContributionEur": "ecContribution",
    "contributionEur": "amount", "amountEur": "amount",
}  # fmt: skip
_OLD: Final = re.compile(rf"<{re.escape(COOP)}({'|'.join(_RENAMED)})>")
_LEVEL, _PROJECT = (f"{curie('rdf:type')} {curie(x)}" for x in ("coop:BudgetLevel", "coop:Project"))
_LINE, _YEAR = curie("coop:line"), curie("coop:fiscalYear")
#: What is said beside an amount, by the end of the name of its old property.
_CURRENCY: Final = {
    end: f"{curie('coop:currency')} <{ID}currency/{end.lower()}> ." for end in ("Krw", "Eur")
}
ONTOLOGY_GRAPH: Final = "ontology"
QUESTIONS_GRAPH: Final = "questions"
#: Names of graphs that are not sources.
RESERVED = frozenset({ONTOLOGY_GRAPH, QUESTIONS_GRAPH, PROVENANCE_GRAPH})


def upgraded(lines: Iterable[str], levels: set[str], *, is_cordis: bool) -> Iterator[str]:
    """The lines of an import of an older model in today's terms.

    `levels` are the subjects that are budget levels, as `budget_levels` finds them; the projects of
    CORDIS are in euro.

    >>> list(upgraded(['<urn:p> <https://w3id.org/coopgraph/ns#contributionEur> "1" .'], set(),
    ...      is_cordis=True))[0]
    '<urn:p> <https://w3id.org/coopgraph/ns#amount> "1" .'
    """
    said: set[str] = set()
    for text in lines:
        subject = text.partition(" ")[0]
        currency = "Eur" if is_cordis and _PROJECT in text else ""
        if old := _OLD.search(text):
            currency = old[1][-3:]
        yield _renamed(text, is_level=subject in levels)
        if subject in levels and _LEVEL in text:
            yield f"{subject} {curie('coop:per')} <{ID}unit/whole> ."
        if f" {_YEAR} " in text:
            for name in ("coop:periodFrom", "coop:periodTo"):
                yield text.replace(_YEAR, curie(name), 1)
        if currency and subject not in said:
            said.add(subject)
            yield f"{subject} {_CURRENCY[currency]}"


def _renamed(text: str, *, is_level: bool) -> str:
    text = _OLD.sub(lambda old: f"<{COOP}{_RENAMED[old[1]]}>", text, count=1)
    if is_level:
        text = text.replace(f" {_LINE} ", f" {curie('coop:amountOf')} ", 1)
    return text.replace(_LEVEL, f"{curie('rdf:type')} {curie('coop:Amount')}")


def budget_levels(lines: Iterable[str]) -> set[str]:
    """The subjects of the lines that are said to be budget levels."""
    return {text.partition(" ")[0] for text in lines if _LEVEL in text}


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


def question_triples(default: Row | None, first: Row | None, floor: int) -> Iterator[str]:
    """Each named question as a SHACL SPARQL executable (https://www.w3.org/TR/shacl-af/#SPARQLSelectExecutables),
    the `default` jurisdiction of which they speak, the plan that is drawn `first`, and the `floor`
    under which nothing is ranked."""
    yield line(iri(DATASET), curie("coop:rankFloor"), typed(str(floor), "integer"))
    for name, row in (("coop:defaultJurisdiction", default), ("coop:firstPlan", first)):
        if row:
            yield line(iri(DATASET), curie(name), iri(row_iri(row)))
    for name in question_names():
        question = load_question(name)
        node = iri(QUESTION + name)
        yield line(node, curie("rdf:type"), curie("sh:SPARQLExecutable"))
        yield line(node, curie("rdf:type"), curie("sh:SPARQLSelectExecutable"))
        yield from in_languages(node, "rdfs:label", question.titles)
        yield line(node, curie("sh:select"), string(question.text))


def curated(
    data: Path, record: Mapping[str, Sequence[str]] | None = None
) -> tuple[Rows, dict[str, Iterable[str]]]:
    """The rows of the tables in `data`, and the N-Triples lines of each graph that a build makes of
    them, of the ontology and of the questions; `record` holds further lines, as `build` takes them.
    Raises `TablesInvalid`, and `TableError` for wrong settings or a key that is a graph of ours."""
    codes = read_codes()
    rows = read_tables(data, codes)
    graphs = table_triples(rows, codes)
    for name, lines in (record or {}).items():
        graphs.setdefault(name, set()).update(lines)
    if taken := RESERVED & graphs.keys():
        raise TableError(
            f"the key {min(taken)!r} is reserved",
            place=rows.by_key[min(taken)].place("key"),
            remedy="choose another",
        )
    of_model = default_jurisdiction(data, rows), first_plan(data, rows), rank_floor(data)
    return rows, {
        **{name: shorthand(lines) for name, lines in sorted(graphs.items())},
        ONTOLOGY_GRAPH: shorthand(ontology_triples()),
        QUESTIONS_GRAPH: question_triples(*of_model),
    }


@dataclass(frozen=True)
class Report:
    """What a build did: rows by table, triples by graph, entities in the search index, warnings."""

    rows: dict[str, int]
    parts: tuple[Part, ...]
    entities: int
    digest: str
    warnings: tuple[str, ...]
    version: Path

    @property
    def triples(self) -> int:
        """Triples in all graphs together."""
        return sum(part.triples for part in self.parts)


def build(
    data: Path | None = None,
    store: str | Path = DEFAULT,
    *,
    fresh: bool = False,
    base: Folder | None = None,
    record: Mapping[str, Sequence[str]] | None = None,
) -> Report:
    """Build the store in the folder `store` from the tables in `data`, by default the shipped.

    Readers see the old store until the new one is complete. Imports are kept; large ones are
    taken over from the current version. `fresh` reloads all of them, leaves out, with a warning,
    what is missing or damaged, and starts from the versions found where the file that names the
    current one is lost; else `StoreDamaged` or `PartDamaged` names it, and nothing is changed.
    `base` is another store on the same disk whose imports are taken over instead of its own, and
    `record` further N-Triples lines for the graphs of sources: so a scenario is built. Raises
    `TablesInvalid` before anything is written, `StoreLocked`, `FileUnwritable`.
    """
    given, data = data, data or resources("data")
    rows, graphs = curated(data, record)
    folder = Folder(store)
    imports = base or folder
    with (
        folder.locked(restore=fresh or base is not None),
        new_version(folder, base_of(imports, fresh=fresh)) as version,
    ):
        parts = [version.write_part(name, "curated", lines) for name, lines in graphs.items()]
        imported = [part for part in imports.parts() if part.origin == "import"]
        kept, left_out = version.keep(imported, base, fresh=fresh)
        if base is None:
            left_out += [f"version {name} {what}" for name, what in folder.lost.items()]
        parts += _of_today(version, kept, imports)
        if fresh:  # what is left out holds no more what others leave to it
            parts = settled(version, parts)[0]
        refuse_twice(version, parts)
        version.load(parts)
        done = compile_version(version, parts)
        if base is None:
            folder.note_tables(given)
    counts = {name: len(found) for name, found in rows.tables.items()}
    warnings = (*left_out, *counted_by_pairs(kept), *_warnings(rows, data))
    manifest = done.manifest
    return Report(counts, manifest.parts, done.entities, manifest.digest, warnings, done.version)


def _of_today(version: NewVersion, kept: Sequence[Part], folder: Folder) -> Iterator[Part]:
    """The imports that were kept, in the terms of today's model."""
    builds = folder.builds()
    is_older = bool(builds) and builds[0].manifest.model <= LAST_WITHOUT_CURRENCIES
    for part in kept:
        if not is_older:
            yield part
            continue
        path, is_cordis = version.part_path(part.graph), part.about.get("kind") == "cordis"
        with path.open(encoding="utf-8") as lines, path.open(encoding="utf-8") as again:
            levels = budget_levels(line.rstrip("\n") for line in lines)
            texts = (line.rstrip("\n") for line in again)
            yield version.rewrite(part, upgraded(texts, levels, is_cordis=is_cordis))


def counted_by_pairs(kept: Sequence[Part]) -> Iterator[str]:
    """The imports of works that an older version read: where three institutions share a paper,
    sums over them count it more than once; or it kept no DOI of them, and papers of other files
    count again."""
    is_mapped = any(part.about.get("kind") == "map" for part in kept)
    for part in kept:
        if part.about.get("kind") == "openalex" and "works" not in part.about:
            if not part.about.get("read_by"):
                what = "an older version counted its works by pairs of institutions"
            elif is_mapped:
                what = "an older version kept no DOI: papers that other files hold too count twice"
            else:
                continue
            yield f"{part.graph}: {what}: import its files again, with --replace"


def _warnings(rows: Rows, data: Path) -> Iterator[str]:
    """What is not wrong but worth knowing: tables without a file, sources nothing is drawn from,
    what is of nobody's policy and is shown only with that of all, plans whose jurisdiction is none
    of their planners', amounts that are larger than their whole."""
    for name, found in rows.tables.items():
        if not found and not (data / f"{name}.csv").is_file():
            yield f"{name}.csv: there is no such file, so the table has no rows"
    for row in rows:
        if has_jurisdiction(row.table) and not jurisdictions(row, rows):
            place = row.place(JURISDICTION.name)
            yield f"{place}: nothing says whose policy it is about, so only --plan all shows it"
    yield from disputed_plans(rows)
    yield from larger_parts(rows)
    cited = {row.one("source") for row in rows} | {
        value for row in rows for value in row.cells.get("primary_source", ())
    }
    for row in rows.tables.get("sources", ()):
        if row.key not in cited:
            yield f"{row.place('key')}: no row cites the source {row.key!r}"
