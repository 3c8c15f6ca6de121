"""What a curated table is: one description, three uses.

A `Table` says which columns a CSV file has, what each cell holds and which triples a row
becomes. Validation (`reading`), RDF (`triples`) and the column documentation
(`documentation`) are all read from it, so that they cannot disagree.
The words are those of CSV on the Web (https://www.w3.org/TR/tabular-metadata/) where it
has them: column, required, separator, property.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final, Literal

#: What the key column of most tables is.
KEY: Final = "the key of the row"
#: What separates several values in one cell.
SEPARATOR = "|"

Kind = Literal[
    "key",  # the row's key: lower-case words joined by hyphens, unique across all tables
    "ref",  # the key of a row of one of the tables in `of`
    "code",  # a code of one of the code lists in `of` (ontology/codes.ttl)
    "text",  # text; with `lang`, a language-tagged string
    "iri",  # an absolute IRI
    "integer",  # a whole number
    "decimal",  # a number with a decimal point, without an exponent
    "boolean",  # true or false
    "year",  # xsd:gYear
    "date",  # xsd:gYear, xsd:gYearMonth or xsd:date: as precise as the source and no more
    "sha256",  # 64 hexadecimal digits
]


@dataclass(frozen=True)
class Column:
    """One column: what a cell holds, whether it may be empty, and its property.

    `predicate` is a CURIE, or empty where the value is used otherwise (the key; the
    positions of the evidence node). `many` allows several values separated by `|`.
    """

    name: str
    kind: Kind
    predicate: str
    doc: str
    required: bool = False
    many: bool = False
    of: tuple[str, ...] = ()
    lang: str = ""

    def must(self) -> Column:
        """The same column, required."""
        return replace(self, required=True)


@dataclass(frozen=True)
class Direct:
    """One direct property that an n-ary row also yields: `subject predicate object`.

    `subject` and `object` are column names, or `column.column` to follow a reference
    (`partner_list.technology`), or `self` for the row's own IRI.
    """

    subject: str
    predicate: str
    object: str


@dataclass(frozen=True)
class Table:
    """One CSV file: `name` with underscores is the file name, `path` the class part of
    the IRIs (`id:{path}/{key}`), `classes` the types of a row, most specific first. A row
    without classes is no entity and gives no triples: importers look names up in it.

    The label of rows that have no label columns is the text `row.{name}` of `coopgraph.i18n`,
    which names columns in braces, whose labels (or text) stand in; `{figure}` is the figure in
    English.
    """

    name: str
    path: str
    classes: tuple[str, ...]
    doc: str
    columns: tuple[Column, ...]
    direct: tuple[Direct, ...] = ()
    by_name: dict[str, Column] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        self.by_name.update({column.name: column for column in self.columns})

    @property
    def key(self) -> Column:
        """The key column: always the first."""
        return self.columns[0]


def key(doc: str = KEY) -> Column:
    """The key column that opens every table."""
    return Column("key", "key", "", doc, required=True)


def labels() -> tuple[Column, ...]:
    """Preferred labels in both languages and, optionally, alternative ones."""
    return (
        Column("label_ko", "text", "skos:prefLabel", "label in Korean", True, lang="ko"),
        Column("label_en", "text", "skos:prefLabel", "label in English", True, lang="en"),
        Column("alt_ko", "text", "skos:altLabel", "other labels in Korean", many=True, lang="ko"),
        Column("alt_en", "text", "skos:altLabel", "other labels in English", many=True, lang="en"),
    )


def texts(name: str, predicate: str, doc: str) -> tuple[Column, Column]:
    """A text in both languages, each a required column of its own."""
    return (
        Column(f"{name}_en", "text", predicate, f"{doc}, in English", True, lang="en"),
        Column(f"{name}_ko", "text", predicate, f"{doc}, in Korean", True, lang="ko"),
    )


#: Where a row comes from. `source` decides the named graph of all its triples.
EVIDENCE: tuple[Column, ...] = (
    Column("source", "ref", "", "the source that says so", True, of=("sources",)),
    Column("locator_en", "text", "", "the place in the source, in words, English", True, lang="en"),
    Column("locator_ko", "text", "", "the place in the source, in words, Korean", True, lang="ko"),
    Column("start", "integer", "", "first code point of the passage (0-based)"),
    Column("end", "integer", "", "code point after the last of the passage"),
    Column(
        "span_sha256",
        "sha256",
        "",
        "SHA-256 (hexadecimal) of the passage in UTF-8 with all white space removed",
    ),
    Column("note", "text", "skos:editorialNote", "a remark of ours, in English", lang="en"),
)

#: The languages in which rows have their labels and places.
LANGUAGES: Final = tuple(c.lang for c in EVIDENCE if c.name.startswith("locator_"))


def data_language(lang: str) -> str:
    """`lang` where the data speak it, else the first language that they speak.

    >>> data_language("en"), data_language("fr")
    ('en', 'en')
    """
    return lang if lang in LANGUAGES else LANGUAGES[0]


CLAIM_CLASSES = ("coop:Claim", "schema:Claim", "prov:Entity")

#: The plan that a claim belongs to.
PLAN: Final = Column(
    "plan",
    "ref",
    "coop:plan",
    "the plan it belongs to, where the source ties it to one",
    of=("plans", "resolutions"),
)
#: Whose policy a row is about; `coopgraph.tables.jurisdictions` follows the other columns.
JURISDICTION: Final = Column(
    "jurisdiction",
    "ref",
    "",
    "the countries or blocs whose policy it is about, where the other cells do not lead to them",
    many=True,
    of=("countries", "organisations"),
)
#: Who states a claim, who holds it, and how.
CLAIM: tuple[Column, ...] = (
    Column(
        "stated_by",
        "ref",
        "coop:statedBy",
        "who states it: the author or publisher",
        of=("people", "organisations"),
    ),
    Column(
        "held_by",
        "ref",
        "coop:heldBy",
        "who holds it: the body whose plan or figure it is",
        many=True,
        of=("people", "organisations", "concepts"),
    ),
    Column(
        "primary_source",
        "ref",
        "prov:hadPrimarySource",
        "what the source itself cites for it",
        many=True,
        of=("plans", "documents", "resolutions", "sources"),
    ),
    Column("modality", "code", "coop:modality", "how it is meant", True, of=("modality",)),
    *EVIDENCE,
)


def entities(
    name: str, path: str, classes: tuple[str, ...], doc: str, *columns: Column,
    of_key: str = KEY, direct: tuple[Direct, ...] = (),
) -> Table:  # fmt: skip
    """A table of things that have labels: after the key and the labels its columns, last the
    place of each in its source."""
    whole = (key(of_key), *labels(), *columns, *EVIDENCE)
    return Table(name, path, classes, doc, whole, direct)


def relations(
    name: str, path: str, classes: tuple[str, ...], doc: str, *columns: Column,
    direct: tuple[Direct, ...] = (),
) -> Table:  # fmt: skip
    """A table of what relates things: the same without labels, which are built from the cells."""
    return Table(name, path, classes, doc, (key(), *columns, *EVIDENCE), direct)


def claims(
    name: str, path: str, classes: tuple[str, ...], doc: str, *columns: Column,
    labelled: bool = False, direct: tuple[Direct, ...] = (),
) -> Table:  # fmt: skip
    """A table of claims: whose policy each is about, who states it, and how, come before its
    source. A claim names its plan, or what it follows in that by `direct`."""
    first = (key(), *labels()) if labelled else (key(),)
    follows = any(each.predicate == PLAN.predicate for each in direct)
    own = () if follows or PLAN.must() in columns else (PLAN,)
    whole = (*first, *columns, *own, JURISDICTION, *CLAIM)
    return Table(name, path, (*classes, *CLAIM_CLASSES), doc, whole, direct)
