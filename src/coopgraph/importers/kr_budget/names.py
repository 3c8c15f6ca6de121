"""Names in the list of Korean R&D programmes: ministries, technologies, areas, words.

All are resolved exactly as printed, and by rows: ministries by `organisation_aliases.csv`,
technologies by the curated labels of the twelve national strategic technologies, the rest by
`kr_budget_names.csv`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from coopgraph.tables.codes import read_codes
from coopgraph.tables.rows import read_table
from coopgraph.vocabulary import resources

#: The key of the list in `sources.csv`: aliases used there count here.
SOURCE: Final = "kr-rd-budget"
_SCHEME: Final = "strategic-technologies-2022"


@dataclass(frozen=True)
class Names:
    """Keys and codes by the names as printed, and labels by key.

    `labels` are those of technologies and policy areas by language. `cooperation` are the words
    in a name that say that a programme is about international cooperation, `others` those that
    hold such a word and say something else; both from the longest on, so that where one word holds
    another, it alone counts. `files` are words in the names of the list's files.
    """

    ministries: dict[str, str]
    technologies: dict[str, str]
    areas: dict[str, str]
    committees: dict[str, str]
    labels: Mapping[str, Mapping[str, str]]
    cooperation: tuple[str, ...]
    others: tuple[str, ...]
    files: tuple[str, ...]

    def cooperation_words(self, name: str) -> list[str]:
        """The words in `name` that say that it is about international cooperation, longest first.

        >>> read_names().cooperation_words("ITER, CERN")
        ['CERN', 'ITER']
        """
        found: list[str] = []
        for word in self.others:
            name = name.replace(word, " ")
        for word in self.cooperation:
            if word in name:
                found.append(word)
                name = name.replace(word, " ")
        return found


@cache
def read_names() -> Names:
    """The names that the shipped tables resolve.

    >>> names = read_names()
    >>> "motie" in names.ministries.values(), "defence" in names.areas.values()
    (True, True)
    """
    codes = read_codes()
    listed, printed, members, technologies = (
        read_table(resources("data"), name)
        for name in ("organisation_aliases", "kr_budget_names", "scheme_members", "technologies")
    )
    scheme = {row.one("technology") for row in members if row.one("scheme") == _SCHEME}
    twelve = [row for row in technologies if row.key in scheme]
    named = ((row, at) for row in twelve for at in ("label_ko", "alt_ko"))
    aliases = [row for row in listed if row.one("in_source") == SOURCE]
    areas, committees = (
        {row.one("as_printed"): code for row in printed if (code := row.one("code")) in known}
        for known in (codes.by_scheme["policy-area"], codes.by_scheme["review-committee"])
    )
    kinds = (("cooperation", "true"), ("cooperation", "false"), ("in_file_name", "true"))
    found = ([r.one("as_printed") for r in printed if r.one(name) == said] for name, said in kinds)
    words = (tuple(sorted(each, key=lambda word: (-len(word), word))) for each in found)
    labels = {row.key: row.texts("label") for row in twelve} | {
        code: codes.labels["policy-area", code] for code in areas.values()
    }
    return Names(
        {row.one("alias"): row.one("organisation") for row in aliases},
        {name: row.key for row, at in named for name in row.cells.get(at, ())},
        areas,
        committees,
        labels,
        *words,
    )
