"""What people read, in a language: texts, numbers, dates, money.

One file of `locale/` is one language (`ko.toml`): texts by place and name, plural forms, and
how numbers, dates and money are written. A further language is one more file and no code;
`COOPGRAPH_LOCALE` names a folder with more of them. A text that a language lacks falls back,
and shows the tag of the language that it fell back to.
"""

from coopgraph.i18n.languages import language_name, languages, manners
from coopgraph.i18n.money import figure, money, money_unit
from coopgraph.i18n.numbers import date, number, percent
from coopgraph.i18n.texts import (
    LanguageMap,
    best,
    choose,
    find,
    in_each,
    joined,
    pattern,
    spoken,
    text,
    told,
    unmarked,
    words,
)

__all__ = [
    "LanguageMap", "best", "choose", "date", "figure", "find", "in_each", "joined", "language_name",
    "languages", "manners", "money", "money_unit", "number", "pattern", "percent", "spoken", "text",
    "told", "unmarked", "words",
]  # fmt: skip
