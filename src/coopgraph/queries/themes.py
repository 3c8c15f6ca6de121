"""Questions by what they are about, for lists that people read."""

from __future__ import annotations

from typing import Final

from coopgraph.queries import Question, load_question, question_names

#: Names by heading (a word of `words`); one that is not here stands under the last heading.
_GROUPS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (
        "group-partners",
        ("partners", "partner-load", "partner-technologies", "stances", "modes", "technologies",
         "technology-profile", "country-concentration", "single-country-technologies",
         "unplanned-technologies"),
    ),
    (
        "group-practice",
        ("observed-partners", "plan-vs-practice", "alternatives", "co-publications",
         "korean-participation",
         "mapping-coverage", "technology-ministries", "ministry-technology-budgets",
         "ministry-cooperation-budgets", "cooperation-programmes"),
    ),
    (
        "group-money",
        ("budget-lines", "budget-levels", "budget-changes", "budget-shares", "phase-trail",
         "like-for-like", "reconciliation", "check-explanations", "disagreements",
         "growth-disagreements"),
    ),
    (
        "group-policy",
        ("recommendations", "actions", "follow-ups", "policy-timeline", "programmes", "drivers",
         "forecasts", "absences", "mandates", "posts", "organisations"),
    ),
    ("group-evidence", ("evidence", "facts", "who-says", "sources", "interpretations")),
)  # fmt: skip
_OTHER: Final = "group-other"


def grouped() -> list[tuple[str, list[Question]]]:
    """All questions under their headings, each once."""
    left = dict.fromkeys(question_names())
    groups = []
    for heading, names in _GROUPS:
        groups.append((heading, [load_question(name) for name in names if name in left]))
        left = {name: None for name in left if name not in names}
    return [*groups, (_OTHER, [load_question(name) for name in left])]
