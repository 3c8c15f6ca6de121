"""A question is a file: its first comment lines say what it asks and what it answers.

    # en: Planned partners by technology
    # ko: the same in Korean
    # question: Which institutions does the plan name for each technology?; in Korean
    # theme: partners
    # scope: plan
    # column technology: coop:Technology; the technology; in Korean
    # column share: xsd:decimal; share of the technology's partners (0 to 1); in Korean
    # param about: any, required; the entity; in Korean
    # rows: 16
    # evidence: ?claim coop:technology ?technology ; coop:partner ?partner .
    SELECT ?technology ?share WHERE { … }

The title is a noun, `question` asks in plain words. What the file says in no further language
is in the file of that language (`coopgraph.i18n`).

`theme` is the heading under which lists have it (a text of `theme` in the locales); without one
it is under the last. `scope` says of what it speaks: `plan`, of what plans say, which is never
mixed; `lens`, of what is observed, seen from one country or bloc; `world`, of what belongs to
nobody; `store`, of what this store holds. One of scope `plan` has the columns and parameters
`jurisdiction` and `plan`.

A column of a class (or `any`) holds entities and is an optional parameter; so is one of
`xsd:gYear` or `xsd:boolean`. `param` adds a variable that is not a column; one named `lang`
of `xsd:language` is the language of the answer unless asked otherwise. `rows` is the
least number of rows on the shipped data. `evidence` is a graph pattern that leads from the
columns of a row to the claims (`?claim`) it rests on, or to the source itself (`?cited`);
`imports` says in which imported graphs (`?graph`) its records stand. `Answer.sources` asks for
both. `coverage` names the kinds of practice that it counts: how much of them was imported is said
with the answer.

A `param` of `xsd:integer` may have a default, and be a number of rows for each value of some
columns, which cuts the answer (`coopgraph.queries.truncation`). A line of the query that ends
in `# parameter` and a name takes the value (`coopgraph.queries.parameters`). `groups` is a
pattern that counts the rows of each group before they are asked for. `each` (`# each: technology,
partner; …`) leads from `?whose` to its plans: what is true of all of them is then asked once
(`coopgraph.queries.each`). By the name in `formerly` the question still answers.

    # param top: xsd:integer, 50 per technology; rows for each technology; in Korean

A projection (`coopgraph.network.projection`) may also say `# directed: false`, and label a kind
of edge that the ontology does not label: `# kind prov:generated: gave rise to; in Korean`.
"""

import contextlib
import os
import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from coopgraph.errors import FactError, UnknownQuery, nearest
from coopgraph.formats.files import read_text
from coopgraph.i18n import LanguageMap, choose, find, told, words
from coopgraph.i18n.languages import SOURCE, manner
from coopgraph.vocabulary import resources

SCOPES = ("plan", "lens", "world", "store")
#: The languages in which a header says its texts, in this order.
_WRITTEN = ("en", "ko")
_TEXTS = (
    *_WRITTEN,
    "question",
    "theme",
    "scope",
    "evidence",
    "imports",
    "coverage",
    "groups",
    "each",
    "directed",
    "formerly",
)
_HEADER = re.compile(rf"#\s*({'|'.join(_TEXTS)}|column|param|rows|kind)\b\s*(\w*)\s*:\s*(.*)")
#: Those who make a policy (countries, and organisations that are blocs), and what they make.
JURISDICTION, PLAN = "coop:Country|coop:Organisation", "coop:Plan|coop:Resolution"
#: The parameters of everything that speaks of plans.
SCOPE = ("jurisdiction", "plan")
#: The columns of every question about plans: last, where the file does not name them itself.
_SCOPE_COLUMNS = (
    ("column.jurisdiction", "xsd:string"),
    ("column.plan", PLAN),
)
YEAR = "xsd:gYear"
_LITERAL_PARAMETERS = {YEAR, "xsd:boolean", "xsd:language"}


#: Where the meaning above a column ends.
_CLAUSE = re.compile(r"[,.;(]")


@dataclass(frozen=True)
class Variable:
    """A column or a parameter: its variable, what it holds, and its meaning."""

    name: str
    type: str
    texts: LanguageMap
    required: bool = False
    default: str = ""
    per: tuple[str, ...] = ()
    key: str = ""

    def meaning(self, lang: str) -> str:
        """What it holds, in `lang`: as the file says, or the file of that language (`column`, or
        at `key`)."""
        return _worded(self.texts, self.key or f"column.{self.name}", lang)

    def heading(self, lang: str) -> str:
        """What stands above the column: in English (or for want of words) its name, else what the
        file of the language calls it, or what it means up to the first comma or parenthesis."""
        if called := manner(lang, "heading", self.name):
            return str(called)
        name, meaning = self.name.replace("_", " "), self.meaning(lang)
        if meaning == choose({SOURCE: self.texts.get(SOURCE, "")}, lang):
            return choose({SOURCE: name}, lang)
        return _CLAUSE.split(meaning)[0].strip() or name

    @property
    def is_entity(self) -> bool:
        """Whether it holds entities (with labels) and not literals."""
        return not self.type.startswith("xsd:")

    @property
    def is_parameter(self) -> bool:
        """Whether a value can be asked for."""
        return self.is_entity or self.type in _LITERAL_PARAMETERS


@dataclass(frozen=True)
class Question:
    """One `.rq` file, read."""

    name: str
    titles: LanguageMap
    columns: tuple[Variable, ...]
    extra: tuple[Variable, ...]
    rows: int
    evidence: str
    text: str
    directed: bool = True
    kinds: tuple[Variable, ...] = ()
    groups: str = ""
    each: str = ""
    imports: str = ""
    coverage: str = ""
    asked: LanguageMap = field(default_factory=lambda: LanguageMap({}))
    table: str = "question"
    formerly: str = ""
    theme: str = ""
    scope: str = ""

    @property
    def parameters(self) -> dict[str, Variable]:
        """What can be asked for, by name."""
        extra = (c for c in self.extra if c.is_parameter or c.type == "xsd:integer")
        return {c.name: c for c in (*(c for c in self.columns if c.is_parameter), *extra)}

    def title(self, lang: str) -> str:
        """What it is called: as its file says, or the file of the language
        (`question.NAME.title`, of a projection `network.NAME.title`)."""
        return _worded(self.titles, f"{self.table}.{self.name}.title", lang)

    def question(self, lang: str) -> str:
        """The question in plain words; its title where the file asks none."""
        key = f"{self.table}.{self.name}.question"
        return _worded(self.asked, key, lang) or self.title(lang)


def pair(*texts: str) -> LanguageMap:
    """What a header says in its languages, one after the other."""
    return LanguageMap(dict(zip(_WRITTEN, texts, strict=False)))


def _parts(value: str) -> LanguageMap:
    """The parts of a line of the header, one for each language."""
    return pair(*map(str.strip, value.split(";", 1)))


def _worded(texts: LanguageMap, key: str, lang: str) -> str:
    """What a header says, or the text of `key` in a further language."""
    return choose({lang: find(key, lang) or "", **texts}, lang)


def question_names(folder: Path | None = None) -> list[str]:
    """The names of all questions, sorted."""
    folder = folder or resources("ontology") / "queries"
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as found:
        # each question that is loaded looks here: a glob makes a path of every file
        return sorted(each.name[:-3] for each in found if each.name.endswith(".rq"))
    return []


def load_question(name: str, folder: Path | None = None) -> Question:
    """The question of that name, or that had it before; raises `UnknownQuery` with the nearest
    names.

    >>> load_question("partners").columns[0].name
    'technology'
    """
    folder = folder or resources("ontology") / "queries"
    names = question_names(folder)
    if name in names:
        return read_question(folder / f"{name}.rq")
    known = [read_question(folder / f"{each}.rq") for each in names]
    for question in known:
        if name == question.formerly:
            return question
    remedy, asked = nearest(name, names), name.casefold()
    if not remedy.startswith("did you mean"):  # people ask by what a question is called
        titles = ((each.name, said) for each in known for said in each.titles.values())
        called = sorted((len(said), key, said) for key, said in titles if asked in said.casefold())
        near = " or ".join(f"{key} ({said})" for _, key, said in called[:3])
        remedy = f"did you mean {near}?" if near else remedy
    raise UnknownQuery(f"unknown question {name!r}", remedy=remedy)


def read_question(path: Path, table: str = "question") -> Question:
    """The question in a file; raises `FactError` where its header or encoding is wrong."""
    try:
        return parse_question(path.stem, read_text(path), table)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise FactError(
            f"the query cannot be read: {why}",
            place=str(path),
            remedy="name a UTF-8 file with SPARQL",
        ) from None


@lru_cache(maxsize=512)
def parse_question(name: str, text: str, table: str = "question") -> Question:
    """The question in `text`. A query without a header is a question without columns.

    >>> q = parse_question("q", "# column a: any; thing; …\\nSELECT ?a { ?a ?b ?c }")
    >>> q.columns[0].is_entity
    True
    """
    single: dict[str, Any] = dict.fromkeys(_TEXTS, "")
    single["rows"] = "0"
    columns: list[Variable] = []
    extra: list[Variable] = []
    kinds: list[Variable] = []
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            break
        match = _HEADER.match(line.strip())
        if match is None:
            continue
        field, variable, value = match.groups()
        if field == "column":
            columns.append(_column(variable, value))
        elif field == "param":
            extra.append(_column(variable, value))
        elif field == "kind":  # the name is a CURIE: its colon is not the one that ends the name
            local, _, meaning = value.partition(":")
            kinds.append(_column(f"{variable}:{local.strip()}", f"kind;{meaning}"))
        else:
            single[field] = f"{single[field]} {value}".strip() if field != "rows" else value
    if not single["rows"].isdecimal():
        raise FactError("`rows` is not a number", place=f"{name}.rq", remedy="write # rows: 0")
    if single["scope"] not in ("", *SCOPES):
        raise FactError(
            f"the scope {single['scope']!r} is unknown",
            place=f"{name}.rq",
            remedy=nearest(single["scope"], SCOPES),
        )
    if (theme := single["theme"]) and not find(f"theme.{theme}", SOURCE):
        themes = words("theme", [SOURCE])
        raise FactError(
            f"the theme {theme!r} is unknown", place=f"{name}.rq", remedy=nearest(theme, themes)
        )
    known = {column.name for column in columns}
    columns += [column for column in _scope_columns(single["scope"]) if column.name not in known]
    extra += _whose(single["scope"], text)
    return Question(
        name,
        pair(*(single.pop(tag) for tag in _WRITTEN)),
        text=text,
        table=table,
        columns=tuple(columns),
        extra=tuple(extra),
        kinds=tuple(kinds),
        rows=int(single.pop("rows")),
        directed=single.pop("directed") != "false",
        asked=_parts(single.pop("question")),
        **single,
    )


def _column(name: str, value: str) -> Variable:
    what, _, meaning = value.partition(";")
    kind, _, flag = what.strip().partition(",")
    flag, _, columns = (part.strip() for part in flag.partition(" per "))
    default = flag if flag.isdecimal() else ""
    per = tuple(columns.replace(",", " ").split())
    texts = _parts(meaning)
    return Variable(name, kind.strip(), texts, flag == "required", default, per)


def _of_scope(key: str, kind: str) -> Variable:
    """A column or parameter of every question about plans: its words are those of the language."""
    return Variable(key.partition(".")[2], kind, LanguageMap(told(key)), key=key)


def _scope_columns(scope: str) -> list[Variable]:
    return [_of_scope(*each) for each in _SCOPE_COLUMNS] if scope == "plan" else []


def _whose(scope: str, text: str) -> list[Variable]:
    """The parameter `jurisdiction` of a question: of one about plans, or one that takes a lens."""
    if scope == "plan":
        return [whose()]
    return [lens()] if scope == "lens" and "# parameter jurisdiction" in text else []


def whose() -> Variable:
    """The parameter that says whose policy is asked for."""
    return _of_scope("param.jurisdiction", JURISDICTION)


def lens() -> Variable:
    """The parameter that says through whose eyes practice is seen: of whose own institutions."""
    return replace(_of_scope("param.lens", JURISDICTION), name="jurisdiction")


def scope_parameters() -> tuple[Variable, Variable]:
    """What everything of scope `plan` can be asked for: a plan, and whose plans."""
    return _of_scope(*_SCOPE_COLUMNS[1]), whose()
