"""Questions by what they are about, for lists that people read."""

from coopgraph.i18n import words
from coopgraph.i18n.languages import SOURCE
from coopgraph.queries import Question, load_question, question_names


def grouped() -> list[tuple[str, list[Question]]]:
    """All questions under their headings, each once, those without a theme under the last."""
    groups: dict[str, list[Question]] = {theme: [] for theme in words("theme", [SOURCE])}
    *_, other = groups
    for question in map(load_question, question_names()):
        groups[question.theme or other].append(question)
    return [(f"theme.{theme}", found) for theme, found in groups.items()]
