"""Questions and answers: a question is a `.rq` file, an answer is one small table."""

from __future__ import annotations

from .answer import Answer, Entity, answer_of
from .asking import answer_question, ask, ask_file, ask_text, raw
from .question import Column, Question, load_question, parse_question, question_names, read_question

__all__ = [
    "Answer",
    "Column",
    "Entity",
    "Question",
    "answer_of",
    "answer_question",
    "ask",
    "ask_file",
    "ask_text",
    "load_question",
    "parse_question",
    "question_names",
    "raw",
    "read_question",
]
