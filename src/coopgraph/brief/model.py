"""What a brief holds: sections of statements, and the sources that they are numbered to."""

from dataclasses import dataclass
from itertools import groupby
from typing import Final

from coopgraph.formats import Family
from coopgraph.i18n import text
from coopgraph.queries import Entity

#: How briefs are written; a format is a module of this package.
BRIEFS: Final = Family("coopgraph.brief.formats")


@dataclass(frozen=True)
class Statement:
    """One statement with the numbers of its sources; a gap says what no source gives. `details`
    stand below it, one level deeper. `plan` heads the statements of one plan where a section tells
    of several."""

    text: str
    cites: tuple[int, ...] = ()
    details: tuple[str, ...] = ()
    is_gap: bool = False
    plan: str = ""


@dataclass(frozen=True)
class Section:
    """A heading and its statements; never without any."""

    name: str
    title: str
    statements: tuple[Statement, ...]

    def by_plan(self) -> list[tuple[str, list[Statement]]]:
        """The statements below the name of their plan, empty where the section tells of one."""
        found = groupby(self.statements, key=lambda statement: statement.plan)
        return [(plan, list(statements)) for plan, statements in found]


@dataclass(frozen=True)
class Reference:
    """A source with its number: title, date (empty where the title tells it), address, the places
    cited."""

    number: int
    title: str
    date: str
    url: str
    places: tuple[str, ...]


@dataclass(frozen=True)
class Tie:
    """A line of the small network: what is left, what is right, whether it is only planned."""

    left: str
    right: str
    is_planned: bool


@dataclass(frozen=True)
class Brief:
    """One page about one entity, in one language, made from one build. `iris`: what it is about;
    `whose`: whose plans it tells of; `notes`: what else a reader must know."""

    entity: Entity
    kind: str
    lang: str
    sections: tuple[Section, ...]
    ties: tuple[Tie, ...]
    references: tuple[Reference, ...]
    build: str
    release: str
    iris: tuple[str, ...] = ()
    whose: str = ""
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The heading of the page, which says whose plans it tells of."""
        title = text(f"brief.title-{self.kind}", self.lang, self.entity)
        return text("brief.whose", self.lang, title, self.whose) if self.whose else title

    @property
    def foot(self) -> str:
        """What it was made from."""
        return text("brief.foot", self.lang, release=self.release, build=self.build[:12])

    def html(self) -> str:
        """The page, which prints on one sheet of A4."""
        return str(BRIEFS.write(self, "html"))

    def markdown(self) -> str:
        """The same as Markdown, itemised as the language does it."""
        return str(BRIEFS.write(self, "markdown"))

    def _repr_html_(self) -> str:
        from html import escape

        return (
            f'<iframe title="{escape(self.title)}" srcdoc="{escape(self.html())}" sandbox="" '
            'style="width:100%;height:900px;border:1px solid #ccd2da"></iframe>'
        )
