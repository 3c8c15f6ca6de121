"""Every passage, hash, code and key of tables, and of imports, against the texts at hand."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from coopgraph.errors import CellInvalid, TableError, UsageError, nearest
from coopgraph.i18n import text as say
from coopgraph.queries import Answer
from coopgraph.store import AnyStore
from coopgraph.tables.catalogue import BY_NAME
from coopgraph.tables.codes import read_codes
from coopgraph.tables.consistency import contradictions
from coopgraph.tables.evidence import OUTCOMES, Outcome, Span, looks, misfit, text_sha256, texts_in
from coopgraph.tables.row import Row, Rows
from coopgraph.tables.rows import all_files, file_name, no_rows, read_all, texts_beside
from coopgraph.vocabulary import resources

COLUMNS: Final = ("what", "outcome", "number", "file", "row", "column", "fact", "remedy")
#: What is looked at, by the kind of a column; any other is a cell.
_WHAT: Final = {"code": "code", "ref": "key", "key": "key"}
_PLACE: Final = re.compile(r"(.*?)(?:, row (\d+))?(?:, column (\S+))?\Z")
_FAILS: Final = "does-not-hold"
#: The passages that are in graphs of imports: a user's own tables and RDF.
_IMPORTED: Final = """SELECT ?graph ?place ?source ?start ?end ?span ?text ?length {
  ?graph a coop:NamedGraph ; coop:recordsRead ?records .
  GRAPH ?graph { ?place a coop:Evidence ; oa:hasSource ?source }
  OPTIONAL {
    ?place oa:hasSelector ?at . ?at oa:start ?start ; oa:end ?end ; coop:spanSha256 ?span
    OPTIONAL { ?source coop:sha256 ?text } OPTIONAL { ?source coop:codePoints ?length }
  }
} ORDER BY ?graph ?place"""


@dataclass
class Verification:
    """How many passages, texts, codes and keys hold, do not, or have no text at hand; and all that
    is wrong."""

    counts: Counter[tuple[str, Outcome]] = field(default_factory=Counter)
    problems: list[TableError] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing was found that does not hold."""
        return not self.problems

    def answer(self, lang: str = "en") -> Answer:
        """One row for each thing and outcome with their number, then one for each that does not
        hold: file, row, column, what is wrong, and the remedy."""
        order = {outcome: place for place, outcome in enumerate(OUTCOMES)}
        counted = sorted(self.counts.items(), key=lambda each: (each[0][0], order[each[0][1]]))
        rows = [
            (say(f"verify.{what}", lang), say(f"verify.{outcome}", lang), n, *[None] * 5)
            for (what, outcome), n in counted
        ]
        for problem in self.problems:
            file, row, column = _place(problem)
            what = say(f"verify.{_what(problem)}", lang)
            where = (file, row and int(row), column)
            rows.append(
                (what, say(f"verify.{_FAILS}", lang), None, *where, problem.fact, problem.remedy)
            )
        return Answer(COLUMNS, tuple(rows), (), lang)


def verify(
    data: Path | None = None,
    paths: Sequence[Path] = (),
    texts: Mapping[str, Path] | None = None,
    store: AnyStore | None = None,
) -> Verification:
    """Look at the tables in `data`, by default those that ship, at a user's own files `paths`
    beside them, and at the imports of a `store`. `texts` are files by the key of their source, with
    those in `texts/` beside the tables. Raises `TableError` where there are no tables, `UsageError`
    for a text of no known source."""
    folder, codes = data or resources("data"), read_codes()
    files = all_files(folder)
    at_hand = texts_beside([*files, *paths], folder) | dict(texts or {})
    rows, shipped, problems = read_all(files, codes, no_rows())
    rows, own, others = read_all(paths, codes, rows)
    if unknown := min((texts or {}).keys() - {r.key for r in rows.tables["sources"]}, default=""):
        raise UsageError(
            f"no source has the key {unknown!r}",
            remedy=nearest(unknown, (r.key for r in rows.tables["sources"])),
        )
    names = {file_name(path): str(path) for path in paths}  # as the user calls them
    called = [replace(row, file=names[row.file]) for row in own]
    pairs = zip(own, called, strict=True)
    rows.by_key.update({new.key: new for old, new in pairs if rows.by_key[old.key] is old})
    found = Verification(problems=[*problems, *(_called(problem, names) for problem in others)])
    _look(found, [*shipped, *called], rows, at_hand)
    if store is not None and not paths:
        _look_at_imports(found, store, at_hand)
    return found


def _called(problem: TableError, names: Mapping[str, str]) -> TableError:
    """The problem with the file called as `names` has it."""
    file, comma, rest = problem.place.partition(", ")
    place = f"{names.get(file, file)}{comma}{rest}"
    return type(problem)(problem.fact, place=place, remedy=problem.remedy)


def _look(found: Verification, chosen: list[Row], rows: Rows, texts: Mapping[str, Path]) -> None:
    """Add what is found of the rows: of those of which nothing is wrong yet the passages."""
    places = {problem.place for problem in found.problems}
    for row in chosen:
        for column in row.table.columns:
            what = _WHAT.get(column.kind)
            if what and row.cells.get(column.name) and row.place(column.name) not in places:
                found.counts[what, "holds"] += 1
    for problem in found.problems:
        found.counts[_what(problem), _FAILS] += 1
    wrong = {problem.place.partition(", column")[0] for problem in found.problems}
    known = {"", *(key for key, row in rows.by_key.items() if row.place() not in wrong)}
    sound = [r for r in chosen if r.place() not in wrong and r.one("source") in known]
    if not wrong:  # every reference can be followed
        for other in contradictions(chosen, rows):
            found.problems.append(other)
            found.counts["cell", _FAILS] += 1
    for look in looks(sound, rows, texts):
        what = "text" if look.row.table.name == "sources" else "passage"
        found.counts[what, look.outcome] += 1
        found.problems += [look.problem] if look.problem else []


def _look_at_imports(found: Verification, store: AnyStore, texts: Mapping[str, Path]) -> None:
    """Add what is found of the passages in the graphs of imports."""
    every = {key: path.read_bytes().decode("utf-8", "replace") for key, path in texts.items()}
    hashes = {key: text_sha256(text) for key, text in every.items()}
    for solution in store.select(_IMPORTED):
        graph, place, source, *cells = (getattr(term, "value", "") for term in solution)
        key, (start, end, span, sha256, length) = source.rpartition("/")[2], cells
        read = every if sha256 and hashes.get(key) == sha256 else {}
        outcome: Outcome = "holds" if start and key in read else "no-text"
        if start and (wrong := misfit(Span(int(start), int(end), span), key, sha256, length, read)):
            column, fact, remedy = wrong
            where = f"{graph.rpartition('/graph/')[2]}: {place.rpartition('/')[2]}, column {column}"
            found.problems.append(CellInvalid(fact, place=where, remedy=remedy))
            outcome = _FAILS
        found.counts["passage", outcome] += 1


def _place(problem: TableError) -> tuple[str, str | None, str | None]:
    """The file, the row and the column that a message names."""
    match = _PLACE.match(problem.place)
    return (match[1], match[2], match[3]) if match else (problem.place, None, None)


def _what(problem: TableError) -> str:
    """What it is that does not hold: a passage, a text, a code, a key, or another cell."""
    file, _, name = _place(problem)
    table = BY_NAME.get(Path(file).stem)
    if table and table.name == "sources" and name in ("sha256", "code_points"):
        return "text"
    if name in ("start", "end", "span_sha256"):
        return "passage"
    column = table.by_name.get(name or "") if table else None
    return _WHAT.get(column.kind, "cell") if column else "cell"


def texts_of(given: Iterable[str]) -> dict[str, Path]:
    """The texts that `SOURCE=FILE` or folders with `KEY.txt` name. Raises `UsageError` for what is
    not there.

    >>> texts_of(["article"])
    Traceback (most recent call last):
    coopgraph.errors.UsageError: 'article' is no folder; name one, or a text: SOURCE=FILE
    """
    found: dict[str, Path] = {}
    for each in given:
        key, equals, name = each.partition("=")
        if not equals and Path(each).is_dir():
            found |= texts_in([Path(each)])
            continue
        if not equals:
            raise UsageError(f"{each!r} is no folder", remedy="name one, or a text: SOURCE=FILE")
        if not Path(name).is_file():
            raise UsageError(f"{name!r} is no file", remedy="name the text of a source")
        found[key.strip()] = Path(name)
    return found
