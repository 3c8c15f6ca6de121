"""The error tree: one line each, the right exit code, and drawn as it is."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from coopgraph import errors
from coopgraph.errors import CellInvalid, CoopgraphError, FactError, UsageError, nearest

TREE = [e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, CoopgraphError)]


def test_the_tree_at_the_top_of_the_module_is_the_tree() -> None:
    drawn: dict[str, str] = {}
    stack: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"^([ │├└─]+)([A-Z]\w+)", line)
        if match:
            while stack and stack[-1][0] >= len(match[1]):
                stack.pop()
            drawn[match[2]] = stack[-1][1] if stack else "Exception"
            stack.append((len(match[1]), match[2]))
    assert drawn == {e.__name__: e.__bases__[0].__name__ for e in TREE}
    assert len(drawn) > 20


def test_facts_leave_with_1_and_requests_with_2() -> None:
    for error in TREE:
        assert error.exit_code == (2 if issubclass(error, UsageError) else 1)
        assert error.__doc__
        assert error is CoopgraphError or issubclass(error, FactError | UsageError)


def test_a_message_is_place_fact_remedy() -> None:
    error = CellInvalid("'x' is not a year", place="a.csv, row 2", remedy="write four digits")
    assert str(error) == "a.csv, row 2: 'x' is not a year; write four digits"
    assert str(FactError("the fact")) == "the fact"


@given(st.text(), st.text(), st.text())
def test_a_message_is_one_printable_line(fact: str, place: str, remedy: str) -> None:
    text = str(FactError(fact, place=place, remedy=remedy))
    assert text.isprintable()
    assert "  " not in text


@given(st.text(), st.lists(st.text(), max_size=20))
def test_a_suggestion_is_made_whatever_is_asked(word: str, known: list[str]) -> None:
    text = nearest(word, known)
    assert text.startswith(("did you mean ", "known: ", "there is none"))
    if word in known:
        assert word in text


def test_suggestions() -> None:
    assert nearest("quantun", ["quantum", "hydrogen"]) == "did you mean quantum?"
    assert nearest("level", ["levels", "lever"]) == "did you mean levels or lever?"
    assert nearest("zzz", []) == "there is none"
    assert nearest("zzz", [f"k{i:02}" for i in range(30)]).endswith("k11, …")
