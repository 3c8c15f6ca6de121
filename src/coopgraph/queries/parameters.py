"""Parameters: what a user writes becomes an RDF term, and the term becomes part of the query.

A value is a key, a Korean or English label, a CURIE or an IRI. It is bound by VALUES, so that
the same text runs on any store and no user text is ever pasted into a pattern. The block takes
the place of what precedes, in a line, the mark `# parameter` and the name:

    VALUES ?lang { "en" }  # parameter lang
    # parameter year

What is there holds by default (nothing in the second line), and is plain SPARQL: the text
as it is gives the answer without parameters. A pattern that narrows is a branch that has no
solution by default; its other branch, one empty solution, goes where there is a value:

    {} UNION  # parameter technology
    { SELECT DISTINCT ?project WHERE {
        VALUES ?technology { }  # parameter technology
        ?project coop:technologyClose ?technology .
    } }

The limit of an answer (`coopgraph.queries.truncation`) is bound as all the numbers up to it,
which an engine looks up, where it would read every rank for a FILTER. A line of the second kind
takes its value only where less than 200 rows of each group are shown, and nothing but whole
groups is asked for with it.

    VALUES ?rank { 1 2 3 4 5 6 7 8 9 10 }  # parameter top
    VALUES ?in { }  # parameter country, top 200

A pattern that holds unless whoever takes part is asked for (`among`) has the mark in each of its
lines, all of which then go:

    { SELECT DISTINCT ?project WHERE {  # parameter among
        VALUES ?whose { }  # parameter jurisdiction
        ?body coop:country ?whose . ?project coop:projectParticipant ?body .  # parameter among
    } }  # parameter among

The value of a column is bound at the end of the query (SPARQL 1.1, section 10.2), after all
that is counted, unless a `param` of its name says that its lines take it. The term of a required
parameter replaces its variable.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from coopgraph.errors import (
    AmbiguousEntity,
    ParameterMissing,
    UnknownEntity,
    UnknownParameter,
    UsageError,
    nearest,
)
from coopgraph.formats import ntriples
from coopgraph.queries.question import PLAN, SCOPE, Question, Variable
from coopgraph.queries.truncation import Limit, limit_of
from coopgraph.search import AnyIndex, Hit
from coopgraph.search.base import fold
from coopgraph.sparql.tokens import tokens
from coopgraph.tables.description import is_language_tag
from coopgraph.vocabulary import ID, entity_iri, expand, expand_or_none, is_iri, is_key, shrink

_SHOWN = 5
#: Of how many names that hold what was written the likest are offered, and from what ratio on a
#: name is like it.
_LOOKED_AT = 20
_ALIKE = 0.8
#: How many characters the names may have that are offered in place of one.
_LONGEST = 80
#: Topics that the words of imported papers make: they are called as the technologies they name.
_TOPICS = f"{ID}topic-of-words/"
#: The line of a parameter: its default, what it is called, the name, and the size from which on
#: it is no bound.
_MARK = re.compile(
    r"^([ \t]*)(.*)#[ \t]*parameter[ \t]+((\w+)(?:, \w+ (\d+))?)[ \t\r]*$", re.MULTILINE
)
#: The variable that its default binds, where that is not the name of the parameter.
_VARIABLE = re.compile(r"(?:VALUES|\{ SELECT(?: DISTINCT)?)\s+\?(\w+)")
#: A default that chooses something: the value of such a parameter narrows nothing. 0 stands for no
#: value: by it a query takes one branch or another.
_CHOICE = re.compile(r"VALUES \?\w+ \{ (?!0 )[^}]|\{ SELECT")
#: Numbers are named one by one up to this many rows of each group.
_MOST = 10_000
_COUNTRY = "coop:Country"
#: The value of `jurisdiction` and of `plan` that leaves none out.
ALL = "all"
#: The parameter that says whose practice counts, and its value for whoever takes part.
AMONG = "among"
ANYONE = entity_iri("among", "any")
_OWN = ntriples.iri(entity_iri("among", "own"))
_EXAMPLES = {
    "xsd:gYear": "a year such as 2024",
    "xsd:integer": "a whole number such as 100",
    "xsd:boolean": "true or false",
    "xsd:language": "the tag of a language, such as en",
}


@dataclass(frozen=True)
class Bound:
    """A query with its values, the limit that cuts its answer, and whether the query itself
    leaves out rows beyond the limit."""

    text: str
    limit: Limit | None
    is_bounded: bool


def bind(question: Question, values: Mapping[str, str], index: AnyIndex | None) -> str:
    """The text of `question` with `values` bound, as any store takes it. Raises `UnknownParameter`,
    `ParameterMissing`, `UnknownEntity`, `AmbiguousEntity`."""
    terms = terms_of(question, values, index)
    return bound(question, terms, limit_of(question, values), spare=0).text


def terms_of(
    question: Question, values: Mapping[str, str], index: AnyIndex | None
) -> dict[str, str]:
    """The RDF terms, as SPARQL writes them, of the values asked for; raises as `bind` does."""
    parameters, values = question.parameters, with_scope(question, values)
    for name in values:
        if name not in parameters:
            whole = name in SCOPE and question.scope == "world"
            raise UnknownParameter(
                f"{question.table} {question.name!r} has no parameter {name!r}",
                remedy="it is about the plans of all: leave this out"
                if whole
                else nearest(name, parameters),
            )
    for name, column in parameters.items():
        if column.required and name not in values:
            raise ParameterMissing(
                f"{question.table} {question.name!r} needs the parameter {name!r}",
                remedy=f"add -p {name}=…",
            )
    terms = {name: _term(parameters[name], value, index) for name, value in values.items()}
    if terms.get(AMONG) == _OWN:
        del terms[AMONG]
    elif AMONG in terms and f"VALUES ?{AMONG} " not in question.text:
        terms |= {AMONG: "", "jurisdiction": ""}
    return terms


def with_scope(question: Question, values: Mapping[str, str]) -> dict[str, str]:
    """`values` with those of `jurisdiction` and `plan` made consistent, for a question about
    plans: a plan is of its own jurisdiction, and `all` plans are those of all.

    >>> from coopgraph.queries.question import load_question
    >>> with_scope(load_question("partners"), {"plan": "all"})
    {'jurisdiction': 'all'}
    """
    asked = dict(values)
    if question.scope == "lens" and asked.get("jurisdiction", "").strip() == ALL:
        del asked["jurisdiction"]
        if AMONG in question.parameters:
            asked.setdefault(AMONG, ANYONE)
    if question.scope == "plan" and "plan" in asked:
        asked.setdefault("jurisdiction", ALL)
        if asked["plan"].strip() == ALL:
            del asked["plan"]
    return asked


def bound(
    question: Question,
    terms: Mapping[str, str],
    limit: Limit | None,
    spare: int = 1,
    *,
    is_each: bool = False,
) -> Bound:
    """The text of `question` with `terms` bound, under `limit`. The query is asked for `spare` more
    rows of each group than are shown, so that a cut is noticed. It is asked for all of them where
    what is asked for may be beyond the limit. `is_each`: what is true of each plan comes once."""
    marks, placed, is_bounded = _MARK.findall(question.text), dict(terms), False
    if is_each:
        placed["each"] = "true"
    if limit:
        narrows = terms.keys() - _chosen(marks) - {limit.name, *limit.per}
        for _, default, label, name, most in marks:
            if not most and name != limit.name:
                continue
            holds = narrows <= {name} and limit.size < int(most or _MOST)
            if name == limit.name:
                placed[label] = _places(question, default, limit.size + spare) if holds else ""
            elif holds and name in terms:
                placed[label] = terms[name]
            is_bounded |= bool(placed.get(label))
    return Bound(_text(question, terms, placed), limit, is_bounded)


def _chosen(marks: Sequence[tuple[str, ...]]) -> set[str]:
    """The parameters whose default, in one of the `marks`, chooses something."""
    return {name for _, default, _, name, _ in marks if _CHOICE.match(default)}


def _places(question: Question, default: str, size: int) -> str:
    """The numbers up to `size`, and as many more as the `default` line of the query has."""
    numbers = [int(number) for number in re.findall(r"\b\d+\b", default)]
    (usual,) = [int(column.default) for column in question.extra if column.per]
    return " ".join(map(str, range(1, size + numbers[-1] - usual + 1)))


def _text(question: Question, terms: Mapping[str, str], placed: Mapping[str, str]) -> str:
    """The text with what is `placed` in the lines of parameters, and the other `terms` bound."""
    text, left = question.text, {}
    columns = {column.name for column in question.columns} - {each.name for each in question.extra}
    marks = _MARK.findall(text)
    marked, chosen = {name for *_, name, _ in marks}, _chosen(marks)
    for name, term in terms.items():
        if question.parameters[name].required:
            text = put(text, name, term)
        elif name in chosen:
            continue
        elif name in columns or not (name in marked or question.parameters[name].per):
            left[name] = term
    text = place(_without_unbound(text, left), placed)
    if not left:
        return text
    values = " ".join(left.values())
    return f"{text.rstrip()}\nVALUES ({' '.join(f'?{n}' for n in left)}) {{ ({values}) }}\n"


def place(text: str, terms: Mapping[str, str]) -> str:
    """`text` with VALUES in the lines of the parameters that have a term, or several. A
    line loses its default without VALUES where the term is empty.

    >>> place('VALUES ?lang { "en" }  # parameter lang', {"lang": '"ko"'})
    'VALUES ?lang { "ko" }  # parameter lang'
    """

    def line(mark: re.Match[str]) -> str:
        indent, default, label, name, _ = mark.groups()
        if label not in terms:
            return mark[0]
        if default.startswith("{}") or not terms[label]:
            return f"{indent}# parameter {label}"
        found = _VARIABLE.match(default)
        values = f"VALUES ?{found[1] if found else name} {{ {terms[label]} }}"
        return f"{indent}{values}  # parameter {label}"

    return _MARK.sub(line, text)


def put(text: str, name: str, term: str) -> str:
    """`text` with `term` in place of the variable `name`."""
    return term.join(re.split(rf"[?$]{name}\b", text))


def _without_unbound(text: str, names: Collection[str]) -> str:
    """`text` without solutions that leave one of the variables `names` unbound. An unbound variable
    is compatible with every value (SPARQL 1.1, section 18.3), so that VALUES alone would give an
    international organisation the country that was asked for."""
    depth, opens, closes = 0, 0, 0
    for kind, at, mark in tokens(text):
        if kind == "bracket" and mark in "{}":
            depth += 1 if mark == "{" else -1
            if mark == "{" and depth == 1:
                opens = at
            elif mark == "}" and depth == 0:
                closes = at
    if not (names and opens < closes):
        return text
    filters = " ".join(f"FILTER(BOUND(?{name}))" for name in names)
    return f"{text[:opens]}{{ {text[opens:closes]}}} {filters} {text[closes:]}"


def _term(column: Variable, value: str, index: AnyIndex | None) -> str:
    if column.name == "jurisdiction" and value.strip() == ALL:
        return ""
    if column.is_entity:
        return ntriples.iri(entity(value, column.type, index))
    if column.type == "xsd:gYear" and re.fullmatch(r"\d{4}", value, re.ASCII):
        return ntriples.typed(value, "gYear")
    if column.type == "xsd:integer" and re.fullmatch(r"\d{1,9}", value, re.ASCII):
        return ntriples.typed(value, "integer")
    if column.type == "xsd:boolean" and value in ("true", "false"):
        return ntriples.typed(value, "boolean")
    if column.type == "xsd:language" and is_language_tag(value):
        return ntriples.string(value)
    example = _EXAMPLES[column.type]
    raise UsageError(
        f"{value!r} does not fit the parameter {column.name!r}", remedy=f"write {example}"
    )


def entity(value: str, kind: str = "any", index: AnyIndex | None = None) -> str:
    """The IRI that a key, label, CURIE or IRI names. `kind` is the CURIE of a class that restricts
    keys and labels, several with `|`, or `any`. A country's key is its code (ISO 3166-1 alpha-2),
    in small letters or capitals. Raises `UnknownEntity` with the nearest names, `AmbiguousEntity`
    with the candidates."""
    text = value.strip()
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1]
    if text.startswith(("http://", "https://", "urn:")):
        if not is_iri(text):
            raise UnknownEntity(
                f"{text!r} is not an IRI", remedy="percent-encode blanks and brackets"
            )
        return text
    iri = expand_or_none(text)
    if iri is not None:
        return iri
    if index is None:
        raise UnknownEntity(
            f"{value!r} is not an IRI", remedy="there is no search index here: give an IRI"
        )
    kinds = () if kind == "any" else tuple(kind.split("|"))
    classes = tuple(expand(each) for each in kinds)
    hits = _called(text, kind, classes, index)
    hits = [hit for hit in hits if not hit.is_claim] or hits
    hits = [hit for hit in hits if not hit.is_code] or hits
    hits = [hit for hit in hits if not hit.iri.startswith(_TOPICS)] or hits
    if len(hits) == 1:
        return hits[0].iri
    what = " or ".join(shrink(each).partition(":")[2] for each in kinds) or "entity"
    if hits:
        candidates = ", ".join(shrink(hit.iri) for hit in hits[:_SHOWN])
        more = ", …" if len(hits) > _SHOWN else ""
        raise AmbiguousEntity(
            f"{value!r} is the label of several", remedy=f"give one of {candidates}{more}"
        )
    raise UnknownEntity(f"no {what} is called {value!r}", remedy=_near(text, kind, classes, index))


def things_called(value: str, kind: str, index: AnyIndex) -> list[str]:
    """The IRIs of all that has `value` as its key or as a whole label, but for claims and codes."""
    classes = () if kind == "any" else tuple(expand(each) for each in kind.split("|"))
    hits = index.named(value, classes) + index.named(value, classes, is_key=False)
    return list(dict.fromkeys(hit.iri for hit in hits if not (hit.is_claim or hit.is_code)))


def _near(text: str, kind: str, classes: Sequence[str], index: AnyIndex) -> str:
    """What may be meant by `text`, or the keys that there are."""
    found = index.find(text, limit=_LOOKED_AT, classes=classes).hits
    if partial := sorted(found, key=lambda hit: -_likeness(text, hit))[:3]:
        near = [hit.key if kind == PLAN else f"{hit.label} ({hit.key})" for hit in partial]
        while len(near) > 1 and sum(map(len, near)) > _LONGEST:
            near.pop()
        return f"did you mean {' or '.join(near)}?"
    names = index.keys(classes)
    if not (hint := nearest(text, names)).startswith("known:"):
        return hint
    # a dozen of a thousand names helps nobody
    return (
        "find it with: coopgraph search" if kind == "any" else nearest(text, filter(is_key, names))
    )


def _likeness(text: str, hit: Hit) -> float:
    """How much of a key or label is written as `text` is, 0 where little is: of what a slip may
    mean the shortest is the most general."""
    ratios = (
        SequenceMatcher(None, fold(text), fold(name)).ratio() for name in (hit.key, hit.label)
    )
    return max((ratio for ratio in ratios if ratio > _ALIKE), default=0.0)


def _called(text: str, kind: str, classes: Sequence[str], index: AnyIndex) -> list[Hit]:
    """What `text` names. The two letters of a country's code are what people mean by them, too:
    `ai` is Anguilla and artificial intelligence."""
    hits = index.named(text, classes) or _countries(text, kind, index)
    if len(text) == 2 and all(expand(_COUNTRY) in hit.classes for hit in hits):
        others = index.named(text, classes, is_key=False)
        known = {hit.iri for hit in hits}
        hits = hits + [h for h in others if h.iri not in known and not (h.is_claim or h.is_code)]
    return hits


def _countries(text: str, kind: str, index: AnyIndex) -> list[Hit]:
    """The country whose code `text` is in capitals, where nothing has it for a key or label."""
    if (kind == "any" or _COUNTRY in kind) and re.fullmatch(r"[A-Za-z]{2}", text):
        return index.named(text.lower(), (expand(_COUNTRY),))
    return []
