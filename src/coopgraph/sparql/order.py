"""ORDER BY over terms of several kinds (SPARQL 1.1, section 15.1).

The engine compares some literals by value and the others as text. Over a mixture that is no
order: one, "10" and "9" may each come before the next and the last before the first. Its sort
then panics and takes the process with it (https://github.com/oxigraph/oxigraph/issues/1542).
So each sort key is preceded by keys that separate what must not be compared by value. Where
the key is selected, they are bound once for each solution, in a SELECT around the query: what
follows ORDER BY is computed at each comparison.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from coopgraph.errors import QuerySyntax
from coopgraph.sparql.pages import Pages, pages_of
from coopgraph.sparql.tokens import PREFIX, Token, line_of, marks
from coopgraph.vocabulary import PREFIXES, XSD

#: What is compared before a key itself: the kind of term, numbers as doubles (equality with a
#: double is not transitive), datatype, language; then booleans and date-times by value, the latter
#: apart by whether they have a time zone. All else is ordered as text, for SPARQL has no order of
#: its values. No call is nested deep: the engine's parser takes several times as long for each.
_TYPE: Final = "DATATYPE({0})"
_BEFORE: Final = {
    "literal": "isLITERAL({0})",
    "iri": "isIRI({0})",
    "number": "IF(isNUMERIC({0}),<xsd:double>({0}),0)",
    "type": "STR({1})",
    "language": "LANG({0})",
    "truth": "IF({1}=<xsd:boolean>,<xsd:boolean>(STR({0})),0)",
    "zone": "IF({1}=<xsd:dateTime>,REGEX(STR({0}),'(Z|[+-][0-9]{{2}}:[0-9]{{2}})$'),0)",
    "time": "IF({1}=<xsd:dateTime>,<xsd:dateTime>(STR({0})),0)",
    "text": "IF(isNUMERIC({0})||{1} IN(<xsd:boolean>,<xsd:dateTime>),0,STR({0}))",
}
#: The numbers of the keys that are cheap enough to be computed at each comparison.
_CHEAP: Final = frozenset({"literal", "iri", "language"})
#: A key that is always of one kind: text, or a double.
_PLAIN: Final = re.compile(rf"(?:str|<{XSD}double>)\s*\(\s*[?$]\w+\s*\)", re.IGNORECASE)
#: At most this many keys are bound, and this many allowed: the engine's stack is finite.
_MOST_BOUND: Final = 30
_MOST_KEYS: Final = 100
#: How the variables begin that are bound here.
_MADE: Final = "coopgraph_order_"
#: Words in a key that may stand in a BIND as well: no aggregate, no pattern.
_SIMPLE: Final = frozenset({"order", "by", "asc", "desc", "str", "strlen"})
_ORDER: Final = re.compile("order", re.IGNORECASE)
_DIRECTION: Final = re.compile("(?:asc|desc)$", re.IGNORECASE)
_EXISTS: Final = re.compile("(?:not|exists)$", re.IGNORECASE)
_VOLATILE: Final = re.compile("(?:rand|uuid|struuid|bnode)$", re.IGNORECASE)
#: What may follow the keys and looks like a call: VALUES (?a ?b) { … }.
_NEXT: Final = frozenset({"values", "limit", "offset"})
_CLOSING: Final = {"(": ")", "{": "}"}
_NUMBERS: Final = frozenset({"xsd:integer", "xsd:decimal", "xsd:double"})
_NUMERIC: Final = frozenset({"integer", "decimal", "double", "float"})
#: A variable, or its text; a SELECT to which no variable can be added.
_SIMPLE_KEY: Final = re.compile(r"(str\s*\(\s*)?[?$](\w+)(?(1)\s*\))", re.IGNORECASE)
_WHOLE: Final = re.compile(r"\(|\*|\b(?:distinct|reduced)\b", re.IGNORECASE)


@lru_cache(maxsize=512)
def with_total_order(text: str) -> str:
    """The query with an order that is one, in its subqueries too; others as they are.

    Raises `QuerySyntax` where a key is another value each time it is looked at, and where
    it is unclear where an ORDER BY begins.

    >>> with_total_order("SELECT ?s { ?s a ?c }")
    'SELECT ?s { ?s a ?c }'
    >>> with_total_order("SELECT ?s { ?s a ?c } ORDER BY DESC(?s) LIMIT 1").count("DESC(")
    10
    """
    if not _ORDER.search(text):
        return text
    pages = pages_of(text, ("any",))
    around = _bound_around(pages) if pages is not None and pages.order else None
    return around or _in_place(text)


class SortKey(NamedTuple):
    """A variable to sort by, and as what: a `number`, a `text`, or a term of `any` kind."""

    name: str
    is_descending: bool
    kind: str


@lru_cache(maxsize=512)
def without_order(
    text: str, columns: tuple[tuple[str, str], ...]
) -> tuple[str, tuple[SortKey, ...]]:
    """The query without its ORDER BY, and what `sorted_rows` then sorts by: its `columns`, names
    and types, as what they are declared to hold, and variables that are selected for it, behind
    them. The engine looks up both terms of each comparison on the disk, which takes half the time
    of a thousand rows. Without sort keys where the query must keep its order.

    >>> without_order("SELECT ?a { ?a ?p ?n } ORDER BY ?a DESC(?n)", (("a", "xsd:date"),))[0]
    'SELECT ?a ?n { ?a ?p ?n } '
    """
    pages = pages_of(text, ("any",))
    if pages is None or not pages.order or pages.limit is not None or pages.offset:
        return text, ()
    types, keys, end = dict(columns), list[SortKey](), 0
    for sense, key, end in _keys(marks(pages.order), 2, pages.order):  # noqa: B007  the last end
        found = _SIMPLE_KEY.fullmatch(_bare(key))
        if found is None:
            return text, ()
        kind = "number" if types.get(found[2]) in _NUMBERS else "text"
        is_any = found[2] not in types and not found[1]
        keys.append(SortKey(found[2], sense.lower() == "desc", "any" if is_any else kind))
    hidden = [f"?{key.name}" for key in keys if key.name not in types]
    if not columns or pages.order[end:].strip() or (hidden and _WHOLE.search(pages.head)):
        return text, ()
    begin, behind = text.rindex(pages.order), len(pages.prologue) + len(pages.head)
    head = " ".join([text[:behind], *hidden])
    return head + text[behind:begin] + text[begin + len(pages.order) :], tuple(keys)


def sorted_rows(
    rows: Iterable[tuple[Any, ...]],
    columns: Sequence[str],
    keys: Sequence[SortKey],
    term: Callable[[Any], Any] = lambda cell: cell,
) -> list[tuple[Any, ...]]:
    """Solutions in the order of `keys`: numbers by value, all else as text. `term` gives the term
    of a cell, where that is not the term itself."""
    found = list(rows)
    for key in reversed(keys):  # a sort keeps the order of what is equal
        at, value = columns.index(key.name), _VALUES[key.kind]
        values = {cell: value(term(cell)) for cell in {row[at] for row in found}}
        found.sort(key=lambda row: values[row[at]], reverse=key.is_descending)
    return found


def _as_text(term: Any) -> tuple[Any, ...]:
    return () if term is None else (term.value,)


def _as_number(term: Any) -> tuple[Any, ...]:
    try:
        return (float(term.value),)
    except (AttributeError, ValueError):
        return ()


def _as_any(term: Any) -> tuple[Any, ...]:
    """Unbound, blank node, IRI, literal; literals by number, datatype, language, text."""
    if term is None:
        return ()
    datatype = getattr(term, "datatype", None)
    if datatype is None:
        return (type(term).__name__, term.value)  # BlankNode before NamedNode
    number = float(term.value) if datatype.value.removeprefix(XSD) in _NUMERIC else 0.0
    return ("Z", number, datatype.value, term.language or "", term.value)


_VALUES: Final = {"text": _as_text, "number": _as_number, "any": _as_any}


def _bound_around(pages: Pages) -> str | None:
    """A SELECT around the query that binds the keys once; None where one of them needs what is
    not selected, or is more than variables."""
    order = marks(pages.order)
    keys = list(_keys(order, 2, pages.order))
    names = _selected(marks(pages.head))
    used = {word[1:] for kind, _, word in order if kind == "variable"}
    words = {word.lower() for kind, _, word in order if kind == "word"}
    whole = bool(keys) and not pages.order[keys[-1][2] :].strip() and "by" in words
    if (
        len(keys) > _MOST_BOUND
        or pages.is_construct
        or not whole
        or words - _SIMPLE
        or not used <= set(names)
    ):
        return None
    if all(_PLAIN.fullmatch(_bare(key)) for _, key, _ in keys):
        return None
    binds, sorts = [], []
    for number, (sense, key, _) in enumerate(keys):
        if not _PLAIN.fullmatch(_bare(key)):
            kind = f"?{_MADE}kind_{number}"
            binds.append(f"BIND({_TYPE.format(key)} AS {kind})")
            for name, part in _BEFORE.items():
                made = f"?{_MADE}{name}_{number}"
                if name not in _CHEAP:
                    binds.append(f"BIND({_absolute(part).format(key, kind)} AS {made})")
                sorts.append(f"{sense}({part.format(key) if name in _CHEAP else made})")
        sorts.append(f"{sense}({key})")
    inner = _in_place(f"{pages.head}\n{pages.where}\n{pages.values}\n")
    return (
        f"{pages.prologue}SELECT {' '.join(f'?{name}' for name in names)}\n{pages.dataset}"
        f"{{ {{ {inner} }} {' '.join(binds)} }}\nORDER BY {' '.join(sorts)}\n"
        f"{'' if pages.limit is None else f'LIMIT {pages.limit}'}\nOFFSET {pages.offset}"
    )


def _bare(key: str) -> str:
    """A key without brackets around it."""
    return key[1:-1].strip() if key.startswith("(") else key


def _absolute(part: str) -> str:
    return part.replace("<xsd:", f"<{XSD}")


def _selected(head: Sequence[Token]) -> list[str]:
    """The variables of a SELECT clause in their order: plain ones, and what AS names."""
    names, depth = [], 0
    for at, (kind, _, word) in enumerate(head):
        depth += (word == "(") - (word == ")")
        is_named = depth == 1 and head[at - 1][2].lower() == "as"
        if kind == "variable" and (depth == 0 or is_named):
            names.append(word[1:])
    return names


def _in_place(text: str) -> str:
    """The query with further keys before each sort key of it and its subqueries."""
    found = marks(text)
    known = {*PREFIXES, *PREFIX.findall(text)}
    parts, done = [], 0
    for at, token in enumerate(found):
        if token[1] < done:
            continue
        if [word.lower() for _, _, word in found[at : at + 2]] == ["order", "by"]:
            begin = found[at + 1][1] + len("by")
            parts.append(text[done:begin])
            done = begin
            for number, (sense, key, end) in enumerate(_keys(found, at + 2, text)):
                if number == _MOST_KEYS:
                    raise QuerySyntax(
                        f"more than {_MOST_KEYS} keys behind ORDER BY",
                        place=line_of(text, begin),
                        remedy="leave some out",
                    )
                parts += (f" {sense}({part})" for part in _before(_in_place(key)))
                done = end
        elif _hides_order(token, known):
            raise QuerySyntax(
                "ORDER BY is not set apart", place=line_of(text, token[1]), remedy="write ORDER BY"
            )
    return "".join(parts) + text[done:]


def _before(key: str) -> list[str]:
    """A key and what comes before it."""
    if _PLAIN.fullmatch(_bare(key)):
        return [key]
    kind = _TYPE.format(key)
    return [*(_absolute(part).format(key, kind) for part in _BEFORE.values()), key]


def _hides_order(token: Token, known: set[str]) -> bool:
    """Whether the engine may read ORDER in a token where we do not: it needs no blank around
    keywords, and takes a comparison and a comment for what looks like an IRI with a fragment."""
    kind, _, text = token
    if not _ORDER.search(text):
        return False
    if kind == "iri":
        return "#" in text and not re.match(r"<\w+://", text)
    if kind == "name":
        prefix = text.partition(":")[0]
        return prefix not in known and bool(_ORDER.search(prefix))
    return kind == "word"


def _keys(found: Sequence[Token], at: int, text: str) -> Iterator[tuple[str, str, int]]:
    """The sort keys from the token number `at` on: direction, expression, where it ends."""
    while at < len(found):
        sense, begin = "", at
        kind, _, token = found[at]
        if token.lower() in _NEXT:
            return
        if kind == "word" and _DIRECTION.match(token):
            sense, at = token, at + 1
            begin = at
        elif kind == "word" and _EXISTS.match(token):
            while at < len(found) and found[at][2] != "{":
                at += 1
        elif kind in ("word", "name", "iri"):
            at += 1
        elif kind == "variable":
            yield "", token, found[at][1] + len(token)
            at += 1
            continue
        close = _close(found, at)
        if close is None:
            return
        _refuse_volatile(found[begin : close + 1], text)
        end = found[close][1] + 1
        yield sense, text[found[begin][1] : end], end
        at = close + 1


def _close(found: Sequence[Token], at: int) -> int | None:
    """The number of the bracket that closes the one at `at`; None where there is none."""
    opened = found[at][2] if at < len(found) else ""
    if opened not in _CLOSING:
        return None
    depth = 0
    for number in range(at, len(found)):
        if found[number][0] == "bracket":
            depth += (found[number][2] == opened) - (found[number][2] == _CLOSING[opened])
            if depth == 0:
                return number
    return None


def _refuse_volatile(key: Sequence[Token], text: str) -> None:
    for kind, at, token in key:
        if kind == "word" and _VOLATILE.match(token):
            raise QuerySyntax(
                f"{token.upper()}() has another value each time it is compared",
                place=line_of(text, at),
                remedy=f"write BIND({token.upper()}() AS ?key) in the pattern and ORDER BY ?key",
            )
