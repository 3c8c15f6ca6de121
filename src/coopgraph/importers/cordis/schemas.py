"""The files of CORDIS, known by their columns: names and folders differ from year to year.

https://data.europa.eu/data/datasets?keywords=cordis
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from coopgraph.errors import InputUnreadable
from coopgraph.importers.base import Input

_SHARE: Final = 0.5
_ENOUGH: Final = 3
_SHOWN: Final = 20


@dataclass(frozen=True)
class Schema:
    """One kind of file: the columns it must have, and all that its publisher gives it. `stem` is
    how the publisher's file is called; `used` are the columns read besides the required ones."""

    name: str
    stem: str
    required: tuple[str, ...]
    used: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    #: Columns that older files call otherwise, by our names.
    former: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns read, in the order in which the reader gets them."""
        return (*self.required, *self.used)

    @property
    def known(self) -> frozenset[str]:
        """Every column of such a file."""
        return frozenset((*self.columns, *self.others))

    def renamed(self, header: Sequence[str]) -> list[str]:
        """The names of a header as ours: in any case, and of older files.

        >>> organization = SCHEMAS[1]
        >>> organization.renamed(["PROJECTID", "id", "organizationUrl"])
        ['projectID', 'organisationID', 'organizationURL']
        """
        ours = {name.casefold(): name for name in self.known}
        found = [ours.get(name.casefold(), name) for name in header]
        for name, others in self.former.items():
            old = (place for each in others for place, given in enumerate(header)
                   if given.casefold() == each.casefold())  # fmt: skip
            if name not in found and (place := next(old, -1)) >= 0:
                found[place] = name
        return found


#: In the order in which they are read: what names a thing before what only refers to it.
SCHEMAS: Final = (
    Schema(
        "project", "project", ("id", "title"),
        ("acronym", "status", "startDate", "endDate", "totalCost", "ecMaxContribution",
         "legalBasis", "topics", "frameworkProgramme", "fundingScheme", "rcn", "objective",
         "keywords"),
        ("ecSignatureDate", "masterCall", "subCall", "nature", "contentUpdateDate", "grantDoi",
         "projectUrl", "coordinator", "coordinatorCountry", "participants", "participantCountries",
         "subjects"),
        {"id": ("reference", "projectReference"), "legalBasis": ("programme",),
         "subCall": ("call",)},
    ),
    Schema(
        "organization", "organization", ("projectID", "organisationID"),
        ("name", "shortName", "activityType", "city", "country", "organizationURL", "role",
         "ecContribution", "endOfParticipation", "projectAcronym"),
        ("vatNumber", "SME", "street", "postCode", "nutsCode", "geolocation", "contactForm",
         "contentUpdateDate", "rcn", "order", "netEcContribution", "totalCost", "active",
         "projectRcn", "contactType", "contactTitle", "contactFirstNames", "contactLastNames",
         "contactFunction", "contactTelephoneNumber", "contactFaxNumber", "contactEmail"),
        {"projectID": ("projectReference",), "organisationID": ("organizationID", "id", "orgId")},
    ),
    Schema(
        "named organisations", "stacked_dump", ("orgId", "name"),
        ("shortName", "activityType", "city", "country", "organizationUrl"),
        ("K-Core", "TentativeSIC", "acronym", "barPower", "betwCentrality", "birthDate", "call",
         "commDate", "ecContribution", "ecMaxContribution", "endDate", "endOfParticipation",
         "fundingScheme", "intimacy", "manager", "moneyTogether", "myMoney", "numPartners",
         "numProjects", "objective", "postCode", "programme", "projectNode", "projectUrl",
         "projectsTogether", "rcn", "relationshipValue", "role", "startDate", "status", "street",
         "topics", "totMoney", "totalCost", "wBarPower", "weightedBarPower"),
    ),
    Schema(
        "participations", "participations", ("rcn", "pic", "role"),
        ("type", "contribution", "country", "start_date", "end_date", "max_contribution",
         "total_cost"),
        ("start_year", "end_year", "duration", "group", "nunique"),
    ),
    Schema("programme parts", "programme_parts", ("rcn", "programme_part")),
    Schema("topics", "topics", ("projectID", "topic"), (), ("title",)),
    Schema(
        "legal basis", "legalBasis", ("projectID", "legalBasis"), (),
        ("title", "uniqueProgrammePart"),
    ),
    Schema(
        "EuroSciVoc", "euroSciVoc", ("projectID", "euroSciVocCode"),
        ("euroSciVocPath", "euroSciVocTitle"), ("euroSciVocDescription",),
    ),
)  # fmt: skip

#: Files of the publisher that hold links and pictures: passed over, but said.
IGNORED: Final = (
    Schema(
        "web items", "webItem", ("uri", "represents"), (),
        ("language", "availableLanguages", "title", "type", "source", "projectID"),
    ),
    Schema(
        "web links", "webLink", ("physUrl",), (),
        ("id", "projectID", "availableLanguages", "status", "archivedDate", "type", "source",
         "represents", "url", "title"),
    ),
)  # fmt: skip


def recognise(source: Input, header: Sequence[str]) -> Schema | None:
    """The schema of a file with these columns, or None where it is none of CORDIS.

    A file has a schema where it holds all that is required of it and at least half of its
    columns are known. Raises `InputUnreadable` for a file that would have one, were not a
    column missing or renamed.

    >>> from pathlib import Path
    >>> recognise(Input(Path("a.csv")), ["projectID", "topic", "title"]).name
    'topics'
    >>> recognise(Input(Path("a.csv")), ["name", "colour"]) is None
    True
    >>> recognise(Input(Path("topics.csv")), ["projectID", "topicCode", "title"])
    Traceback (most recent call last):
    coopgraph.errors.InputUnreadable: topics.csv: the column 'topic' is missing; the header has \
projectID, topicCode, title
    """
    names = {id(schema): set(schema.renamed(header)) for schema in (*SCHEMAS, *IGNORED)}
    fitting = [schema for schema in (*SCHEMAS, *IGNORED) if _fits(schema, names[id(schema)])]

    def size(schema: Schema) -> tuple[int, int]:
        return len(names[id(schema)] & schema.known), len(schema.required)

    if fitting:
        return max(fitting, key=size)
    near = [schema for schema in SCHEMAS if _nearly(schema, names[id(schema)], source)]
    if not near:
        return None
    schema = max(near, key=size)
    missing = next(name for name in schema.required if name not in names[id(schema)])
    shown = ", ".join(list(header)[:_SHOWN])
    raise InputUnreadable(
        f"the column {missing!r} is missing",
        place=source.name,
        remedy=f"the header has {shown}" if shown else "the file is empty",
    )


def _fits(schema: Schema, names: set[str]) -> bool:
    return set(schema.required) <= names and _share(schema, names) >= _SHARE


def _nearly(schema: Schema, names: set[str], source: Input) -> bool:
    if set(schema.required) <= names:
        return False
    stem = re.split(r"[^a-z]", (source.member or source.path.name).rpartition("/")[2].lower())[0]
    if stem == schema.stem.lower():
        return True
    return len(names & schema.known) >= _ENOUGH and _share(schema, names) >= _SHARE


def _share(schema: Schema, names: set[str]) -> float:
    return len(names & schema.known) / max(len(names), 1)
