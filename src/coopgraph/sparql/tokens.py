"""The tokens of a query, how deep and long one may be, and the place of a syntax error.

Tokens are those of SPARQL 1.1, section 19.8. The engine's own position of a syntax error is up to a
keyword's length too far, since it reads as many characters as a keyword has before it compares. So
the query is parsed again with blanks between its tokens: then the position falls on the wrong
token.

The engine's parser and planner call themselves for each bracket, operator and clause. Beyond some
number the stack overflows and takes the process with it, which nothing can catch; so such a query
is refused before the engine sees it. The limits are at most half of what ended a process with the
usual stack of 8 MB, tried one construct at a time (docs/reliability.md).
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, TypeAlias

from coopgraph.errors import QuerySyntax, nearest
from coopgraph.vocabulary import PREFIXES

#: Kind, place in the text, text.
Token: TypeAlias = tuple[str, int, str]

_BLANKS: Final = " " * 20  # more than the longest keyword
_LONGEST_KEYWORD: Final = 14
_SHOWN = 8
_ESCAPE = r"\\(?:[tbnrf\"'\\]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})"
_STRING = "|".join(
    rf"{q * 3}(?:(?:{q}|{q * 2})?(?:[^{q}\\]|{_ESCAPE}))*{q * 3}|{q}(?:[^{q}\\\n\r]|{_ESCAPE})*{q}"
    for q in ('"', "'")
)
_TOKEN = re.compile(
    rf"""(?P<blank>(?:[ \t\r\n]|\#[^\r\n]*)+)
    |(?P<string>(?:{_STRING})(?:@[a-zA-Z]+(?:-[a-zA-Z0-9]+)*|\^\^)?)
    |(?P<iri><[^<>"{{}}|^`\\\x00-\x20]*>)
    |(?P<variable>[?$]\w+)
    |(?P<name>[^\W\d_][\w-]*:\w[\w-]*|_?:\w[\w-]*)
    |(?P<word>\w+)
    |(?P<bracket>[{{}}()\[\];,/])
    |(?P<other>\\.|.)""",
    re.VERBOSE | re.DOTALL,
)
_SERVICE = re.compile("service", re.IGNORECASE)
#: The name of a prefix that a query declares.
PREFIX: Final = re.compile(r"\bprefix\s+([^\s:]*):", re.IGNORECASE)
_UPDATE = re.compile("(?:insert|delete|load|clear|drop|create|add|move|copy|with)$", re.IGNORECASE)
_PROLOGUE = re.compile("(?:prefix|base)$", re.IGNORECASE)
#: "error at LINE:COLUMN: expected one of A, B"
_ENGINE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_EXPECTED = re.compile(r'"(?:\\.|[^"\\])*"|\[[^\]]*\]|[^,"\[\]]+')
#: Messages of the engine, and ours: the fact and the remedy.
_MESSAGES = {
    "IRI parsing failed": (
        "the IRI cannot be read",
        "write it absolute, as <https://example.org/a>",
    ),
    "Duplicated variable": ("a variable is selected twice", "give one of them another name"),
    "The SELECT contains": (
        "a selected variable is not bound",
        "name it in GROUP BY or put it into an aggregate",
    ),
    "SELECT * is not": ("SELECT * does not go with GROUP BY", "name the variables"),
}
_PLAIN = {
    **dict.fromkeys(('"?"', '"$"'), "a variable"),
    **dict.fromkeys(('"\'"', '"\\""'), "a literal"),
    **{f'"{mark}"': f"“{mark}”" for mark in "{}().;,"},
    '":"': "an IRI",
    "['0'..='9']": "a number",
}
#: Keywords that the engine accepts beyond SPARQL 1.1, and SERVICE, which is refused.
_NOT_OURS = frozenset({"SERVICE", "LATERAL", "VERSION", "ADJUST", "TRIPLE", "SUBJECT", "OBJECT"})
#: Shorter texts cannot reach any of the limits.
_SHORT: Final = 300
#: The tokens of longer ones are read each time.
_KEPT: Final = 20_000
LONGEST: Final = 4_000_000
DEEPEST: Final = 200
MOST: Final = {"operators": 3_000, "clauses": 900, "OPTIONAL": 350}
_OPERATORS: Final = frozenset("|&+-*/!=<>^?")
_CLAUSES: Final = frozenset({"union", "minus", "filter", "bind", "graph", "exists", "select", "as"})
_COUNTED: Final = frozenset({"bracket", "iri", "other", "word"})


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a query: kind, place in the text, text.

    >>> [kind for kind, _, _ in tokens("ASK { ?s a 'b'@en }")][-3:]
    ['string', 'blank', 'bracket']
    """
    return iter(_kept_tokens(text)) if len(text) < _KEPT else _read_tokens(text)


@lru_cache(maxsize=64)
def _kept_tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a query that several ask for, one after the other."""
    return tuple(_read_tokens(text))


def _read_tokens(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        yield match.lastgroup or "", match.start(), match[0]


def calls_service(text: str) -> bool:
    """Whether a query calls SERVICE: not in a string, an IRI, a comment, a variable or the
    local part of a name.

    The engine needs no blank around the keyword (`SERVICESILENT<…>`), so that any other place
    counts. After `<` the engine may read a comparison and then a comment where we read an IRI
    with a fragment; no comparison is followed by `scheme://`, so that any other such IRI counts.

    >>> calls_service("SELECT * { SERVICE <http://a.example/> { ?s ?p ?o } }")
    True
    >>> calls_service("SELECT ('SERVICE' AS ?service) {}")
    False
    """
    if not _SERVICE.search(text):
        return False
    for kind, _, token in tokens(text):
        if kind == "iri" and "#" in token and not re.match(r"<\w+://", token):
            return True
        if kind == "name" and _SERVICE.search(token.partition(":")[0]):
            return True
        if kind == "word" and _SERVICE.search(token):
            return True
    return False


def marks(text: str) -> list[Token]:
    """The tokens of a query without blanks and comments.

    >>> [mark for _, _, mark in marks("ASK { }  # none")]
    ['ASK', '{', '}']
    """
    return [token for token in tokens(text) if token[0] != "blank"]


def line_of(text: str, at: int) -> str:
    """The line of a place in a query, as a message names it.

    >>> line_of("ASK {", 4)
    'query, line 1'
    """
    return f"query, line {text.count(chr(10), 0, at) + 1}"


def syntax_error(error: SyntaxError, text: str) -> QuerySyntax:
    """The engine's syntax error as ours: line, column, the text there, what was expected."""
    real = marks(text)
    if not real:
        return QuerySyntax("the query is empty", remedy="write SELECT, ASK, CONSTRUCT or DESCRIBE")
    if _UPDATE.match(_first_keyword(real)):
        return QuerySyntax(
            f"an update ({_first_keyword(real).upper()}) is refused: the store is only read",
            remedy="write SELECT, ASK, CONSTRUCT or DESCRIBE",
        )
    known = {*PREFIXES, *PREFIX.findall(text)}
    for kind, at, mark in real:
        if kind == "other" and mark in "\"'":
            return _at(text, at, "a string is not closed", f"close it with {mark}")
        prefix, colon, _ = mark.partition(":")
        if kind == "name" and colon and prefix not in {*known, "_"}:
            close = nearest(prefix, known)
            remedy = close if close.startswith("did") else f"write PREFIX {prefix}: <…> before it"
            return _at(text, at, f"the prefix {prefix!r} is not declared", remedy)
    at, before = _fault(text)
    for beginning, (fact, remedy) in _MESSAGES.items():
        if beginning in str(error):
            return _at(text, at, fact, remedy)
    found = text[at : at + 20].split("\n", maxsplit=1)[0].strip()
    word = re.match(r"\w*", found)
    remedy = _remedy(_wanted(before), word[0] if word else "")
    return _at(text, at, f"not SPARQL 1.1 at {f'“{found}”' if found else 'its end'}", remedy)


def _first_keyword(real: list[Token]) -> str:
    """The first word after the prologue of PREFIX and BASE declarations."""
    words = iter(real)
    for kind, _, token in words:
        if kind != "word":
            return ""
        if not _PROLOGUE.match(token):
            return token
        for declared, _, _ in words:
            if declared == "iri":
                break
    return ""


def _at(text: str, at: int, fact: str, remedy: str) -> QuerySyntax:
    column = at - text.rfind("\n", 0, at)
    return QuerySyntax(fact, place=f"{line_of(text, at)}, column {column}", remedy=remedy)


def _fault(text: str) -> tuple[int, str]:
    """The place of the wrong token, and the text before it with blanks between its tokens."""
    wide, places = "", []
    for kind, at, token in tokens(text):
        if kind == "blank":
            wide += _BLANKS
            continue
        wide += _BLANKS * (kind == "bracket")
        places.append((len(wide), at))
        wide += token.replace("\n", " ") + _BLANKS * (kind == "bracket")
    found = _expected(_parse(wide + _BLANKS))[0]
    inside = [place for place in places if place[0] <= found]
    if found >= len(wide + _BLANKS) or not inside:
        return len(text.rstrip()), wide
    return inside[-1][1], wide[: inside[-1][0]]


def _wanted(before: str) -> list[str]:
    """What the engine accepts after `before`; keywords appear one length at a time."""
    marks = [_PLAIN.get(part) for part in _expected(_parse(before))[1]]
    words = {
        part
        for length in range(1, _LONGEST_KEYWORD + 1)
        for part in _expected(_parse(before + "§" * length))[1]
        if part.isupper() and part.isalpha() and len(part) == length
    }
    return [*dict.fromkeys(filter(None, marks)), *sorted(words - _NOT_OURS)]


def _remedy(wanted: list[str], word: str) -> str:
    close = nearest(word.upper(), [name for name in wanted if name.isupper()]) if word else ""
    if close.startswith("did you mean"):
        return close
    shown = ", ".join(wanted[:_SHOWN]) + (", …" if len(wanted) > _SHOWN else "")
    return f"expected {shown}" if shown else "see the SPARQL 1.1 grammar"


def _parse(text: str) -> SyntaxError | None:
    from pyoxigraph import Store

    try:
        Store().query(text, prefixes=PREFIXES)
    except SyntaxError as error:
        return error
    return None


def _expected(error: SyntaxError | None) -> tuple[int, list[str]]:
    """The place of the engine's error in a text of one line, and what it expected."""
    match = _ENGINE.match(str(error))
    if match is None:
        return 0, []
    parts = (part.strip() for part in _EXPECTED.findall(match[3]))
    return int(match[2]) - 1, [part for part in parts if part]


@lru_cache(maxsize=512)
def refuse_deep(text: str) -> None:
    """Raise `QuerySyntax` for a query that is longer or nested deeper than the engine can take.

    >>> refuse_deep("ASK { FILTER(" + "(" * 199 + "1" + ")" * 199 + ") }")
    Traceback (most recent call last):
    coopgraph.errors.QuerySyntax: query, line 1: brackets more than 200 deep; nest fewer groups
    """
    if len(text) < _SHORT:
        return
    if len(text) > LONGEST:
        raise QuerySyntax(
            f"a query of {len(text):,} characters", remedy=f"send at most {LONGEST:,} at a time"
        )
    counts = dict.fromkeys(MOST, 0)
    for at, mark, depth in _outside_of_rows(text):
        if depth > DEEPEST:
            raise _too(f"brackets more than {DEEPEST} deep", "nest fewer groups", text, at)
        counts["operators"] += mark in _OPERATORS
        counts["clauses"] += mark in _CLAUSES
        counts["OPTIONAL"] += mark == "optional"
        for what, most in MOST.items():
            if counts[what] > most:
                raise _too(f"more than {most:,} {what}", "ask in several queries", text, at)


def _outside_of_rows(text: str) -> Iterator[tuple[int, str, int]]:
    """Tokens with their place and the depth of brackets there: but for the rows of VALUES, which
    are flat, however many there are."""
    depth, rows_end, is_before = 0, -1, False
    for kind, at, mark in tokens(text):
        if kind not in _COUNTED:
            continue
        # What looks like an IRI may be a comparison with brackets behind it: all are counted.
        depth += mark.count("(") + mark.count("{") + mark.count("[")
        word = mark.lower() if kind == "word" else mark
        is_before = word == "values" or (is_before and word != "{")
        if rows_end < 0 and not is_before:
            yield at, word, depth
        if word == "values":
            rows_end = -2
        elif word == "{" and rows_end == -2:
            rows_end = depth - 1
        depth -= mark.count(")") + mark.count("}") + mark.count("]")
        if depth == rows_end and word == "}":
            rows_end = -1


def _too(fact: str, remedy: str, text: str, at: int) -> QuerySyntax:
    return QuerySyntax(fact, place=line_of(text, at), remedy=remedy)
