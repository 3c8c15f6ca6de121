"""Questions and answers: a question is a `.rq` file, an answer is one small table."""

from coopgraph.queries.answer import Answer, Entity, answer_of
from coopgraph.queries.evaluation import (
    answer_question,
    ask,
    notes_of_raw,
    raw,
)
from coopgraph.queries.question import (
    Question,
    Variable,
    load_question,
    parse_question,
    question_names,
    read_question,
)

__all__ = [
    "Answer", "Entity", "Question", "Variable", "answer_of", "answer_question", "ask",
    "load_question", "notes_of_raw", "parse_question", "question_names", "raw", "read_question",
]  # fmt: skip
