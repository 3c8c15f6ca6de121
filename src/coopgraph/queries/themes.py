"""Questions by what they are about, for lists that people read."""

from typing import Final

from coopgraph.queries import Question, load_question, question_names

#: Names by the key of a heading; one that is not here goes under the last heading.
_GROUPS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (
        "theme.partners",
        ("partners", "partner-load", "partner-technologies", "stances", "modes", "technologies",
         "technology-profile", "country-concentration", "single-country-technologies",
         "unplanned-technologies", "excluded-partners", "outcomes", "groups"),
    ),
    (
        "theme.practice",
        ("observed-partners", "plan-vs-practice", "alternatives", "co-publications",
         "home-participation",
         "mapping-coverage", "technology-ministries", "ministry-technology-budgets",
         "ministry-cooperation-budgets", "cooperation-programmes"),
    ),
    (
        "theme.money",
        ("amounts", "budget-lines", "budget-levels", "budget-changes", "budget-shares",
         "phase-trail", "like-for-like", "reconciliation", "check-explanations", "disagreements",
         "growth-disagreements"),
    ),
    (
        "theme.policy",
        ("plans", "calls", "statuses", "agreements",
         "recommendations", "actions", "follow-ups", "policy-timeline", "programmes", "drivers",
         "forecasts", "absences", "mandates", "posts", "organisations"),
    ),
    ("theme.evidence", ("evidence", "facts", "who-says", "sources", "interpretations")),
)  # fmt: skip
_OTHER: Final = "theme.other"


def grouped() -> list[tuple[str, list[Question]]]:
    """All questions under their headings, each once."""
    left = dict.fromkeys(question_names())
    groups = []
    for heading, names in _GROUPS:
        groups.append((heading, [load_question(name) for name in names if name in left]))
        left = {name: None for name in left if name not in names}
    return [*groups, (_OTHER, [load_question(name) for name in left])]
