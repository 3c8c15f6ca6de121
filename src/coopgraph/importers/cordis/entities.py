"""Projects, organisations and participations of CORDIS: each stated once, as N-Triples."""

from collections.abc import Callable
from typing import Final

from coopgraph.formats.ntriples import curie, string, typed
from coopgraph.importers.cordis import values
from coopgraph.importers.organisations import TYPES
from coopgraph.vocabulary import ID

TYPE: Final = curie("rdf:type")
LABEL: Final = curie("skos:prefLabel")
#: What a thing without a name has instead; a build labels it, where no other import names it.
NUMBER: Final = curie("skos:hiddenLabel")
ALT_LABEL: Final = curie("skos:altLabel")
_ACRONYM = curie("coop:acronym")
_IN_PROGRAMME, _SAME_AS = curie("coop:inProgramme"), curie("schema:sameAs")
_PIC, _RECORD_OF = curie("coop:pic"), curie("coop:recordOf")
_COUNTRY, _CITY, _HOMEPAGE = curie("coop:country"), curie("coop:city"), curie("foaf:homepage")
_KIND = curie("coop:organisationKind")
_OF_PROJECT, _PARTICIPANT = curie("coop:ofProject"), curie("coop:participant")
_ROLE, _ENDED = curie("coop:participationRole"), curie("coop:ended")
_CONTRIBUTION = curie("coop:amount")
_DIRECT = curie("coop:projectParticipant")
_PROJECT = curie("coop:Project")
_PARTICIPATION = curie("coop:Participation")
_CORDIS = f"<{ID}source/cordis>"

#: CORDIS's kinds of body; OTH says nothing. HES are schools of higher or secondary education.
KINDS: Final = {
    "HES": "education",
    "PRC": "company",
    "REC": "research-institute",
    "PUB": "government-body",
    "OTH": "",
    "": "",
}

#: The role that goes without saying: three of four have it.
_USUAL_ROLE: Final = "participant"

#: (column, reason): a remark on a cell that was left out.
Flaw = Callable[[str, str], object]


class Projects:
    """Which projects have been stated, by their keys: `741487`, or `rcn-193157` where only the
    number of the record is known."""

    def __init__(self) -> None:
        self.stated: set[str] = set()
        self._nameless: set[str] = set()
        self._by_rcn: dict[str, str] = {}
        self._programme: dict[str, str] = {}

    def link(self, rcn: str, project: str) -> None:
        """Record number `rcn` is that of `project`."""
        self._by_rcn.setdefault(rcn, project)

    def knows(self, rcn: str) -> bool:
        """Whether it is known, or was stated by its record number alone."""
        return rcn in self._by_rcn or f"rcn-{rcn}" in self.stated

    def key(self, rcn: str) -> str:
        """The key of a project of which the record number is known."""
        return self._by_rcn.get(rcn) or f"rcn-{rcn}"

    @staticmethod
    def term(key: str) -> str:
        """The IRI term of a project."""
        return f"<{ID}project/cordis-{key}>"

    def state(self, key: str, title: str = "", acronym: str = "") -> list[str]:
        """The lines that make a project one, the first time it is met. Without a title its acronym
        names it; a later record may."""
        node = self.term(key)
        if key in self.stated:
            if not acronym or key not in self._nameless:
                return []
            self._nameless.remove(key)
            return [f"{node} {predicate} {string(acronym)} ." for predicate in (LABEL, _ACRONYM)]
        self.stated.add(key)
        lines = [f"{node} {TYPE} {_PROJECT} ."]
        if title:
            lines.append(f"{node} {LABEL} {string(title, 'en')} .")
        elif acronym:
            lines.append(f"{node} {LABEL} {string(acronym)} .")
        else:
            self._nameless.add(key)
        if acronym:
            lines.append(f"{node} {_ACRONYM} {string(acronym)} .")
        if not key.startswith("rcn-"):
            lines.append(f"{node} {_SAME_AS} <https://cordis.europa.eu/project/id/{key}> .")
        return lines

    def unnamed(self) -> list[str]:
        """The numbers of projects that no record named."""
        numbers = ((self.term(key), f"CORDIS {key}") for key in sorted(self._nameless))
        return [f"{node} {NUMBER} {string(number)} ." for node, number in numbers]

    def programme(self, key: str, code: str) -> list[str]:
        """The line that puts a project into its framework programme, once."""
        if not code or key in self._programme:
            return []
        self._programme[key] = code
        return [f"{self.term(key)} {_IN_PROGRAMME} <{ID}programme/{code}> ."]


class Organisations:
    """Which bodies have been stated, by PIC; what the first record says of one holds."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}
        self._names: dict[str, set[str]] = {}
        self._facts: dict[str, dict[str, str]] = {}

    @staticmethod
    def term(pic: str) -> str:
        """The IRI term of a body."""
        return f"<{ID}organisation/pic-{pic}>"

    def state(self, pic: str, cells: tuple[str, ...], flaw: Flaw) -> list[str]:
        """The new lines of a record: name, short name, kind, city, country, home page. The first
        name is the preferred label, others are alternative ones; of what can be only one, the first
        holds and another is a flaw."""
        digest = hash(cells)
        if self._last.get(pic) == digest:
            return []
        self._last[pic] = digest
        node, lines = self.term(pic), []
        if pic not in self._names:
            lines = [f"{node} {fact} ." for fact in TYPES]
            lines.append(f"{node} {_PIC} {string(pic)} .")
            lines.append(f"{node} {_RECORD_OF} {_CORDIS} .")
        name, short, kind, city, country, homepage = cells
        lines += self._named(pic, values.clean(name))
        lines += self._single(pic, "shortName", values.clean(short), flaw)
        lines += self._single(pic, "city", values.clean(city), flaw, fold=True)
        lines += self._single(pic, "activityType", KINDS.get(kind.strip().upper()), flaw)
        lines += self._single(pic, "country", values.country(country), flaw)
        lines += self._single(pic, "organizationURL", values.web_address(homepage), flaw)
        return lines

    def unnamed(self) -> list[str]:
        """The PICs of bodies that no record named."""
        return [
            f"{self.term(pic)} {NUMBER} {string(f'PIC {pic}')} ."
            for pic, names in self._names.items()
            if not names
        ]

    def _named(self, pic: str, name: str) -> list[str]:
        names = self._names.setdefault(pic, set())
        if not name or name in names:
            return []
        predicate = ALT_LABEL if names else LABEL
        names.add(name)
        return [f"{self.term(pic)} {predicate} {string(name)} ."]

    def _single(
        self, pic: str, column: str, value: str | None, flaw: Flaw, *, fold: bool = False
    ) -> list[str]:
        if value is None:
            flaw(column, "cannot be read")
            return []
        if not value:
            return []
        facts = self._facts.setdefault(pic, {})
        if column in facts:
            before = facts[column]
            if before != value and not (fold and before.casefold() == value.casefold()):
                flaw(column, "differs from an earlier record of the same PIC")
            return []
        facts[column] = value
        return [f"{self.term(pic)} {_predicate(column, value)} ."]


def _predicate(column: str, value: str) -> str:
    """Predicate and object of one fact of a body."""
    if column == "country":
        return f"{_COUNTRY} <{ID}country/{value}>"
    if column == "activityType":
        return f"{_KIND} <{ID}organisation-kind/{value}>"
    if column == "organizationURL":
        return f"{_HOMEPAGE} <{value}>"
    return f"{_CITY if column == 'city' else _ACRONYM} {string(value)}"


class Participations:
    """Which participations have been stated; one body may hold two in one project. Two records of
    one body in one project are two participations where one file holds both and they differ (a
    partner that was a third party before); a record of a later file repeats one of an earlier,
    whatever it says."""

    def __init__(self) -> None:
        self._file: dict[int, int] = {}
        self._now = 0
        self._digests: set[int] = set()
        self._numbers: dict[int, int] = {}

    def next_file(self) -> None:
        """The records that follow are of another file."""
        self._now += 1
        self._digests.clear()
        self._numbers.clear()

    def state(self, project: str, pic: str, cells: tuple[str, ...], flaw: Flaw) -> list[str] | None:
        """The lines of one participation (role, contribution, whether it ended), or None for one
        that was stated before. A blank contribution is that of an associated partner: no amount."""
        key = hash((project, pic))
        digest = hash((key, cells))
        since = self._file.setdefault(key, self._now)
        if since != self._now or digest in self._digests:
            return None
        self._digests.add(digest)
        number = self._numbers[key] = self._numbers.get(key, 0) + 1
        suffix = f"-{number}" if number > 1 else ""
        role, contribution, ended = cells
        node = f"<{ID}participation/cordis-{project}-{pic}{suffix}>"
        home, body = Projects.term(project), Organisations.term(pic)
        lines = [
            f"{node} {TYPE} {_PARTICIPATION} .",
            f"{node} {_OF_PROJECT} {home} .",
            f"{node} {_PARTICIPANT} {body} .",
        ]
        if number == 1:
            lines.append(f"{home} {_DIRECT} {body} .")
        if (role := values.clean(role)) and role != _USUAL_ROLE:
            lines.append(f"{node} {_ROLE} {string(role)} .")
        euro = values.amount(contribution)
        if euro:
            lines.append(f"{node} {_CONTRIBUTION} {typed(euro, 'decimal')} .")
            lines.append(f"{node} {values.IN_EURO} .")
        elif euro is None:
            flaw("ecContribution", "is not an amount")
        over = values.boolean(ended)
        if over:
            lines.append(f"{node} {_ENDED} {typed(over, 'boolean')} .")
        elif over is None:
            flaw("endOfParticipation", "is neither true nor false")
        return lines
