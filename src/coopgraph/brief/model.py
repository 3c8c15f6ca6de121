"""What a brief holds: a summary, sections of statements, and the sources that they are numbered
to."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from coopgraph.formats import Family
from coopgraph.i18n import text
from coopgraph.queries import Entity

#: How briefs are written; a format is a module of this package.
BRIEFS: Final = Family("coopgraph.brief.formats")
#: Letters of an address on paper.
_ADDRESS: Final = 40
#: How many places of a source without one.
_PLACES: Final = 2


@dataclass(frozen=True)
class Statement:
    """One statement with the numbers of its sources. A gap says what no source gives; a note (※)
    what a reader must know of the statement above; one with `cells` is a row of the section's
    table. Those of one year of `group`, a day, share a line, where room is short those that fit.
    Where the page is full, the highest `rank` is left out first; 0 is never."""

    text: str
    cites: tuple[int, ...] = ()
    is_gap: bool = False
    is_note: bool = False
    cells: tuple[str, ...] = ()
    group: str = ""
    rank: float = 0.0

    @property
    def ranges(self) -> list[tuple[int, int]]:
        """The numbers of its sources, three and more in a row as the first and the last."""
        found: list[tuple[int, int]] = []
        for number in self.cites:
            if found and found[-1][1] == number - 1:
                found[-1] = (found[-1][0], number)
            else:
                found.append((number, number))
        short = ((n, n) for first, last in found for n in (first, last)[: last - first + 1])
        return found if any(last - first > 1 for first, last in found) else [*short]

    @property
    def numbers(self) -> str:
        """The numbers of its sources as they are printed.

        >>> Statement("", (1, 2, 3, 7)).numbers
        '[1]–[3][7]'
        """
        return "".join(f"[{a}]–[{b}]" if b > a else f"[{a}]" for a, b in self.ranges)


@dataclass(frozen=True)
class Section:
    """A heading and its statements; never without any. `heads` name the columns of its table."""

    name: str
    title: str
    statements: tuple[Statement, ...]
    heads: tuple[str, ...] = ()

    @property
    def rows(self) -> list[Statement]:
        """The rows of the table."""
        return [each for each in self.statements if each.cells]

    @property
    def lines(self) -> list[list[Statement]]:
        """The statements beside the table, those of one group on one line."""
        told = ((n, each) for n, each in enumerate(self.statements) if not each.cells)
        found = groupby(told, key=lambda each: each[1].group[:4] or each[0])
        return [[each for _, each in line] for _, line in found]


@dataclass(frozen=True)
class Reference:
    """A source with its number: title, date (empty where the title tells it), address, the places
    cited."""

    number: int
    title: str
    date: str
    url: str
    places: tuple[str, ...]

    @property
    def is_linked(self) -> bool:
        """Whether its address is one that a page may lead to."""
        return self.url.startswith(("http://", "https://"))

    @property
    def address(self) -> str:
        """Its address as a page shows it; empty where there is none or the title has the host."""
        shown = self.url.partition("://")[2].removeprefix("www.")
        is_told = shown.partition("/")[0].removeprefix("m.") in self.title
        return "" if is_told or not self.is_linked else shown

    @property
    def tail(self) -> str:
        """What follows its title on paper: the date, and the start of its address or the places.

        >>> Reference(1, "News", "2024-01-29", "https://example.org/a", ()).tail
        ', 2024-01-29, example.org/a'
        """
        address = self.address
        if len(address) > _ADDRESS:
            address = f"{address[: _ADDRESS - 1]}…"
        return "".join(f", {told}" for told in (self.date, address or self.where) if told)

    @property
    def where(self) -> str:
        """The first places cited, of a source that has no address to be looked up at."""
        more = ("…",) if len(self.places) > _PLACES else ()
        return "" if self.url else "; ".join((*self.places[:_PLACES], *more))


@dataclass(frozen=True)
class Brief:
    """One page about one entity, in one language, made from one build. `as_of`: until when its
    sources were read; `iris`: what it is about; `whose`: whose plans it tells of; `notes`: what
    else a reader must know."""

    entity: Entity
    kind: str
    lang: str
    summary: tuple[Statement, ...]
    sections: tuple[Section, ...]
    references: tuple[Reference, ...]
    build: str
    release: str
    as_of: str = ""
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


def renumbered(brief: Brief) -> Brief:
    """The same with its sources numbered as they are first cited, and only those."""
    numbers: dict[int, int] = {}

    def numbered(statements: Iterable[Statement]) -> tuple[Statement, ...]:
        told = []
        for each in statements:
            cites = {numbers.setdefault(number, len(numbers) + 1) for number in each.cites}
            told.append(replace(each, cites=tuple(sorted(cites))))
        return tuple(told)

    first = numbered(brief.summary)
    told = tuple(replace(each, statements=numbered(each.statements)) for each in brief.sections)
    cited = tuple(replace(brief.references[n - 1], number=at) for n, at in numbers.items())
    return replace(brief, summary=first, sections=told, references=cited)
