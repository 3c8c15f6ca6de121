"""Practice and suggestions: by hand, against slow and plain code, and as properties."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from coopgraph.errors import FactError
from coopgraph.measures.practice import Practice
from coopgraph.measures.suggestions import METHODS, evaluate, scores


def practice_of(about: list[list[int]], taking_part: list[list[int]]) -> Practice:
    topics, members = np.array(about, dtype=float), np.array(taking_part, dtype=float)
    return Practice(
        tuple(f"t{n}" for n in range(topics.shape[0])),
        tuple(f"p{n}" for n in range(topics.shape[1])),
        tuple(f"i{n}" for n in range(members.shape[1])),
        csr_matrix(topics),
        csr_matrix(members),
    )


@st.composite
def practices(draw: st.DrawFn) -> Practice:
    technologies, projects, institutions = (draw(st.integers(1, most)) for most in (3, 8, 8))
    bits = st.integers(0, 1)

    def matrix(rows: int, columns: int) -> list[list[int]]:
        return draw(
            st.lists(
                st.lists(bits, min_size=columns, max_size=columns), min_size=rows, max_size=rows
            )
        )

    return practice_of(matrix(technologies, projects), matrix(projects, institutions))


#: Two technologies; projects 0 and 1 are about the first, 2 about the second, 3 about none.
SMALL = practice_of(
    [[1, 1, 0, 0], [0, 0, 1, 0]],
    [[1, 1, 0, 0, 0], [1, 0, 1, 0, 0], [0, 0, 1, 1, 0], [0, 0, 0, 1, 1]],
)


def test_links_and_collaboration_by_hand() -> None:
    assert SMALL.links().toarray().tolist() == [[2, 1, 1, 0, 0], [0, 0, 1, 1, 0]]
    together = SMALL.collaboration().toarray()
    assert together[0].tolist() == [0, 1, 1, 0, 0]
    assert (together == together.T).all()


def test_scores_by_hand() -> None:
    found = scores(SMALL, 0)
    # 3 shares a project with 2 alone of those in the first technology; 2 has two neighbours.
    assert found["neighbours"].tolist() == pytest.approx([1 + 1 / 2, 1 / 2, 1 / 2, 1 / 2, 0])
    assert found["popularity"].tolist() == [2, 1, 2, 2, 1]
    assert found["pagerank"].sum() == pytest.approx(1)
    assert found["pagerank"][3] > found["pagerank"][4]
    # The two technologies are alike through institution 2; 3 works on the second.
    one, other = math.log1p(2), math.log1p(1)
    alike = other * other / (math.sqrt(one**2 + 2 * other**2) * math.sqrt(2 * other**2))
    assert found["topics"].tolist() == pytest.approx([0, 0, alike * other, alike * other, 0])


def test_a_hidden_link_leaves_no_trace() -> None:
    hidden = SMALL.without(np.array([0]), np.array([2]))
    assert hidden.links().toarray()[0].tolist() == [2, 1, 0, 0, 0]
    assert hidden.links().toarray()[1].tolist() == [0, 0, 1, 1, 0]
    assert hidden.collaboration()[0, 2] == 0
    assert SMALL.links()[0, 2] == 1  # the given one is as it was


@given(practices(), st.data())
def test_hiding_takes_just_those_pairs(practice: Practice, data: Any) -> None:
    rows, columns = practice.links().nonzero()
    if not len(rows):
        return
    at = data.draw(st.sets(st.integers(0, len(rows) - 1), min_size=1))
    chosen = np.array(sorted(at))
    hidden = practice.without(rows[chosen], columns[chosen])
    links = hidden.links()
    assert all(links[t, i] == 0 for t, i in zip(rows[chosen], columns[chosen], strict=True))
    # What is left is a part of what was, and no participation outside those projects is gone.
    assert ((practice.taking_part - hidden.taking_part).toarray() >= 0).all()
    gone = (practice.taking_part - hidden.taking_part).toarray()
    pairs = set(zip(rows[chosen].tolist(), columns[chosen].tolist(), strict=True))
    for project, institution in zip(*gone.nonzero(), strict=True):
        about = practice.about[:, [project]].nonzero()[0].tolist()
        assert any((technology, institution) in pairs for technology in about)


@given(practices())
def test_neighbours_is_the_resource_allocation_index(practice: Practice) -> None:
    together = practice.collaboration().toarray() > 0
    mine = practice.links().toarray()[0] > 0
    degree = together.sum(axis=1)
    wanted = [
        sum(1 / degree[j] for j in range(len(mine)) if together[i, j] and mine[j])
        for i in range(len(mine))
    ]
    assert scores(practice, 0)["neighbours"].tolist() == pytest.approx(wanted)


def clustered(seed: int) -> Practice:
    """Two technologies, each with a circle of institutions that works among itself."""
    draw = np.random.default_rng(seed)
    taking_part = np.zeros((240, 160), dtype=int)
    about = np.zeros((2, 240), dtype=int)
    for project in range(240):
        side = project % 2
        circle = np.arange(80) + 80 * side
        taking_part[project, draw.choice(circle, 4, replace=False)] = 1
        about[side, project] = draw.random() < 0.5
    return practice_of(about.tolist(), taking_part.tolist())


def test_hidden_links_are_found_better_than_by_chance() -> None:
    found = {row[0]: row for row in evaluate(clustered(1), share=0.2)}
    assert list(found) == list(METHODS)
    assert found["neighbours"][1] > 0.8  # chance is a half
    assert 0.2 < found["random"][1] < 0.8
    assert all(0 <= row[1] <= 1 for row in found.values())
    assert all(0 <= row[2] <= 1 for row in found.values())
    assert found["neighbours"][4] > 5  # so many were hidden


def test_a_seed_fixes_what_is_hidden() -> None:
    assert evaluate(clustered(1), 0.2, seed=3) == evaluate(clustered(1), 0.2, seed=3)
    assert evaluate(clustered(1), 0.2, seed=3) != evaluate(clustered(1), 0.2, seed=4)


def test_too_little_to_hide_is_said() -> None:
    with pytest.raises(FactError, match="too few observed links"):
        evaluate(practice_of([[0]], [[1]]))
