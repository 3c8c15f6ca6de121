"""Why nothing is found: not imported, not covered, looked through and none, not eligible.

The four are kept apart wherever something is missing: in answers and networks, on pages and in
briefs, each in its own words (`absence.CODE.PLACE` in the locales).
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from coopgraph.i18n import text

#: What an import brings, and by which verb; `practice` is projects and papers together.
IMPORTED_BY: Final = {
    "projects": "cordis",
    "publications": "openalex",
    "practice": "cordis",
    "programmes": "kr-budget",
}


class Absence(NamedTuple):
    """One of the four codes, the kind of data that it is about (a key of `IMPORTED_BY`), and what
    is said with it."""

    code: str
    data: str
    said: Mapping[str, object] = {}

    def told(self, lang: str, place: str = "cli") -> str:
        """It in words, for the command line (`cli`), a page (`screen`) or a `brief`.

        >>> Absence("not-imported", "projects").told("en")
        'no projects imported; run: coopgraph import cordis PATH'
        """
        words = {"data": text(f"absence.data.{self.data}", lang), "kind": IMPORTED_BY[self.data]}
        what = {"unknown": text(f"absence.unknown.{self.data}", lang)}
        if "outside" in self.said:
            what["what"] = text(f"absence.outside.{self.said['outside']}", lang, **self.said)
        return text(f"absence.{self.code}.{place}", lang, **words, **self.said, **what)
