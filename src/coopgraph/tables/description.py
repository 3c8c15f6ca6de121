"""What a curated table is: one description, three uses.

A `Table` says which columns a CSV file has, what each cell holds and which triples a row
becomes. Validation (`reading`), RDF (`triples`) and the column documentation
(`documentation`) are all read from it, so that they cannot disagree.
The words are those of CSV on the Web (https://www.w3.org/TR/tabular-metadata/) where it
has them: column, required, separator, property.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, Literal

from coopgraph.libraries import ox

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
    positions of the evidence node). `many` allows several values separated by `|`. `default` is
    the value of an empty cell. With `words` the key of a concept whose kind has the name of the
    code list is right too: a word of a plan's own. With `in_languages` it is one column for each
    language, `{name}_{tag}`; `text` is then its name without the tag, and one of them is enough.
    """

    name: str
    kind: Kind
    predicate: str
    doc: str
    required: bool = False
    many: bool = False
    of: tuple[str, ...] = ()
    lang: str = ""
    in_languages: bool = False
    text: str = ""
    default: str = ""
    words: bool = False

    def must(self) -> Column:
        """The same column, required."""
        return replace(self, required=True)


@dataclass(frozen=True)
class Direct:
    """One direct property that an n-ary row also yields: `subject predicate object`.

    `subject` and `object` are column names, or `column.column` to follow a reference
    (`partner_list.technologies`), or `self` for the row's own IRI; of several, separated by `/`,
    the first that leads to something. A column that the row reached has not leads to nothing;
    `plan` of a plan is itself. `where` names a column and the value that it must have. With `kinds`
    only objects of one of these kinds count. Where the subject alone is of a reference list,
    `inverse` is written from object to subject instead: entries lead to what they match.
    """

    subject: str
    predicate: str
    object: str
    kinds: tuple[str, ...] = ()
    where: tuple[str, str] = ("", "")
    inverse: str = ""


@dataclass(frozen=True)
class Table:
    """One CSV file: `name` with underscores is the file name, `path` the class part of
    the IRIs (`id:{path}/{key}`), `classes` the types of a row, most specific first, `by_kind` the
    type that a code in the column `kind` adds. A row without classes is no entity and gives no
    triples: importers look names up in it.

    The label of rows that have no label columns is the text `row.{name}` of `coopgraph.i18n`,
    which names columns in braces, whose labels (or text) stand in; `{figure}` is the figure in
    English, `[… {a}|… {b}]` the first of several wordings whose cells are filled.
    """

    name: str
    path: str
    classes: tuple[str, ...]
    doc: str
    columns: tuple[Column, ...]
    direct: tuple[Direct, ...] = ()
    by_kind: Mapping[str, str] = field(default_factory=dict, compare=False)
    by_name: dict[str, Column] = field(default_factory=dict, compare=False, repr=False)
    _headers: dict[tuple[str, ...], dict[str, list[str]]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def __post_init__(self) -> None:
        for column in self.columns:
            if not column.in_languages or column.lang:
                self.by_name[column.name] = replace(column, text=column.name, in_languages=False)

    @property
    def key(self) -> Column:
        """The key column: always the first."""
        return self.columns[0]

    @cached_property
    def defaults(self) -> dict[str, str]:
        """The values of empty cells, by column."""
        return {column.name: column.default for column in self.columns if column.default}

    @cached_property
    def references(self) -> tuple[Column, ...]:
        """The columns that hold keys of rows, or codes."""
        return tuple(column for column in self.columns if column.kind in ("ref", "code"))

    def header(self, *tags: str) -> list[str]:
        """The names of its columns, those of texts in the languages of `tags`."""
        names: list[str] = []
        for column in self.columns:
            each = [f"{column.name}_{tag}" if tag != column.lang else column.name for tag in tags]
            names += each if column.in_languages else [column.name]
        return names

    def by_text(self, header: tuple[str, ...]) -> Mapping[str, list[str]]:
        """The names in a header by the column of the table that they are of: of a text, one for
        each language. Many rows have the same."""
        if (found := self._headers.get(header)) is None:
            found = self._headers[header] = {}
            for name in header:
                found.setdefault(self.column(name).text, []).append(name)
        return found

    def column(self, name: str) -> Column:
        """The column of this name: of the table, or that of a text in a language. Raises
        `KeyError` for a name that is none, `ValueError` for a tag that is none."""
        if name in self.by_name:
            return self.by_name[name]
        for text in self.columns:
            tag = name.removeprefix(f"{text.name}_")
            if text.in_languages and tag != name:
                if not is_language_tag(tag):
                    raise ValueError(tag)
                if (tag := tag.lower()) == text.lang:
                    return self.by_name[text.name]
                own = replace(text, name=f"{text.name}_{tag}", lang=tag, text=text.name)
                return self.by_name.setdefault(name, replace(own, in_languages=False))
        raise KeyError(name)


def is_language_tag(tag: str) -> bool:
    """Whether `tag` is that of a language: well-formed (RFC 5646), and of two or three letters
    before its first hyphen, as all are that are registered.

    >>> [is_language_tag(tag) for tag in ("de", "zh-Hant", "pt-BR", "e", "xx1", "english")]
    [True, True, True, False, False, False]
    """
    try:
        ox.Literal("", language=tag)
    except ValueError:
        return False
    return len(tag.partition("-")[0]) in (2, 3)


def key(doc: str = KEY) -> Column:
    """The key column that opens every table."""
    return Column("key", "key", "", doc, required=True)


def labels() -> tuple[Column, ...]:
    """A preferred label and, optionally, alternative ones, in any languages."""
    other = replace(text("alt", "skos:altLabel", "other labels", required=False), many=True)
    return text("label", "skos:prefLabel", "label"), other


def text(name: str, predicate: str, doc: str, required: bool = True, lang: str = "") -> Column:
    """A text in any languages, of which one is enough; `lang` is that of the column without a
    tag."""
    return Column(name, "text", predicate, doc, required, lang=lang, in_languages=True)


#: A remark of ours; without a tag it is in English.
NOTE: Final = text("note", "skos:editorialNote", "a remark of ours", required=False, lang="en")


#: Where a row comes from. `source` decides the named graph of all its triples.
EVIDENCE: tuple[Column, ...] = (
    Column("source", "ref", "", "the source that says so", True, of=("sources",)),
    text("locator", "", "the place in the source, in words"),
    Column("start", "integer", "", "first code point of the passage (0-based)"),
    Column("end", "integer", "", "code point after the last of the passage"),
    Column(
        "span_sha256",
        "sha256",
        "",
        "SHA-256 (hexadecimal) of the passage in UTF-8 with all white space removed",
    ),
    Column(
        "reading",
        "code",
        "coop:reading",
        "how often the row was read against its source, and whether the page was found again",
        of=("reading-state",),
    ),
    NOTE,
)

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
#: The kinds of organisation that are ministries and agencies of a government.
MINISTRIES: Final = ("ministry", "agency")
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
    of_key: str = KEY, direct: tuple[Direct, ...] = (), by_kind: Mapping[str, str] | None = None,
) -> Table:  # fmt: skip
    """A table of things that have labels: after the key and the labels its columns, last the
    place of each in its source."""
    whole = (key(of_key), *labels(), *columns, *EVIDENCE)
    return Table(name, path, classes, doc, whole, direct, by_kind or {})


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
