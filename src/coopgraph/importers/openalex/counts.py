"""Co-publication counted: the same expressions for every engine, whole and fractional side by side.

A work of n institutions counts 1 for each of them and 1/n fractionally, and for each pair of them 1
and 1/(n - 1) fractionally, so that what an institution shares in one work adds up to 1. Works of
the same institutions are counted together: of 60 that is one count, not 1,770 of pairs (Newman
2001, doi:10.1103/PhysRevE.64.016132; Perianes-Rodriguez, Waltman and van Eck 2016,
arXiv:1607.02452). A work of more than `MOST_INSTITUTIONS` counts for its institutions and not for
pairs, as is usual for papers of large consortia (Dinh and others 2024, arXiv:2308.02212). Fractions
are added as whole billionths: a sum of floating point numbers depends on its order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from coopgraph.libraries import ibis

if TYPE_CHECKING:
    from ibis.expr.types import Column, IntegerValue, StringValue

#: A work of more institutions is of a consortium: no pair of them is counted.
MOST_INSTITUTIONS: Final = 100
#: Fractions are counted in these parts of a work.
WHOLE: Final = 1_000_000_000
_YEARS: Final = (1000, 2200)
_TOPIC: Final = ("id", "display_name")
_ABOVE: Final = ("subfield", "field", "domain")


class Totals(NamedTuple):
    """What an import holds, and what of it counts for no institution."""

    works: int
    co_published: int
    without_institution: int
    without_topic: int
    without_year: int
    of_consortia: int
    truncated: int
    unidentified: int


def records(raw: ibis.Table) -> ibis.Table:
    """One row for each record read: file, work (null for what is none), when it was updated, its
    year and primary topic with what is above it, and its distinct institutions."""
    topic = raw.primary_topic
    columns: dict[str, Any] = {
        "file": _digits(raw.filename, r"([0-9]+)\.jsonl(\.gz)?$"),
        "work": _digits(raw.id, r"^https://openalex\.org/W([0-9]{1,15})$"),
        "updated": raw.updated_date,
        "year": raw.publication_year.between(*_YEARS).ifelse(raw.publication_year, None),
        "topic": _digits(topic["id"], r"/T([0-9]{1,9})$"),
        "topic_name": topic["display_name"],
        "affiliations": _affiliations(raw),
        "truncated": raw.is_authors_truncated.fill_null(False),
        "doi": raw.doi,
    }
    for level in _ABOVE:
        columns[level] = _digits(topic[level]["id"], r"/([0-9]{1,9})$")
        columns[f"{level}_name"] = topic[level]["display_name"]
    if "display_name" in raw.columns:
        columns["display_name"] = raw.display_name
    table = raw.select(**columns)
    return table.mutate(institutions=_institutions(table))


def _affiliations(raw: ibis.Table) -> Any:
    """The institutions of all authors, each distinct statement of one once."""
    lists = raw.authorships.map(lambda author: author["institutions"])
    return lists.filter(lambda each: each.notnull()).flatten().unique()


def _institutions(table: ibis.Table) -> Any:
    """The numbers of distinct institutions, in order; those without an id are none."""
    names = table.affiliations.map(
        lambda each: each["id"].re_extract(r"^https://openalex\.org/I([0-9]{1,15})$", 1)
    )
    known = names.filter(lambda name: name.notnull() & (name != ""))
    return known.map(lambda name: name.cast("int64")).unique().sort()


def _digits(column: Any, pattern: str) -> Column:
    """The number that a pattern finds in a text, null where it finds none."""
    return column.re_extract(pattern, 1).nullif("").cast("int64")


def newest(found: ibis.Table, ranks: ibis.Table) -> ibis.Table:
    """Every work once: as its newest record has it. `ranks` gives each file (`file`) the date of
    its partition (`date`) and its place among all files (`rank`)."""
    dated = found.join(ranks, "file")
    updated = ibis.coalesce(dated.updated, dated.date)
    place = ibis.row_number().over(
        group_by=dated.work,
        order_by=[updated.desc(), dated["rank"].desc(), dated.institutions.asc()],
    )
    return dated.mutate(place=place).filter(lambda t: t.place == 0).drop("place")


def renumbered(table: ibis.Table, column: str, merged: ibis.Table) -> ibis.Table:
    """A table with the newer number (`new`) in a column where one was merged (`old`)."""
    found = table.left_join(merged, table[column] == merged.old)
    newer = ibis.coalesce(found["new"], found[column])
    return found.mutate(**{column: newer}).drop("old", "new")


def joined_institutions(works: ibis.Table, merged: ibis.Table) -> ibis.Table:
    """Works with the institutions into which others were merged; each work is there once."""
    flat = works.select("work", institution=works.institutions.unnest())
    newer = renumbered(flat, "institution", merged)
    lists = newer.group_by("work").agg(joined=newer.institution.collect())
    lists = lists.select(of="work", joined=lists.joined.unique().sort())
    found = works.left_join(lists, works.work == lists["of"])
    return found.mutate(institutions=found.joined).drop("of", "joined")


def narrowed(works: ibis.Table, since: int | None, country: str) -> ibis.Table:
    """The works published since a year, and with an institution in a country, where given."""
    if since is not None:
        works = works.filter(works.year >= since)
    if country:
        there = works.affiliations.filter(lambda each: each["country_code"] == country.upper())
        works = works.filter(there.length() > 0)
    return works


def by_file(table: ibis.Table) -> ibis.Table:
    """Records of each file, and those of them that are no works."""
    return table.group_by("file").agg(
        records=table.count(), unusable=table.work.isnull().sum().cast("int64")
    )


def totals(works: ibis.Table) -> ibis.Table:
    """The one row of `Totals`."""
    size = works.institutions.length().fill_null(0)

    def count(condition: Any) -> IntegerValue:
        return condition.fill_null(False).cast("int64").sum().fill_null(0).cast("int64")

    return works.agg(
        works=works.count(),
        co_published=count(size > 1),
        without_institution=count(size == 0),
        without_topic=count(works.topic.isnull()),
        without_year=count(works.year.isnull()),
        of_consortia=count(size > MOST_INSTITUTIONS),
        truncated=count(works.truncated),
        unidentified=count(works.affiliations.filter(lambda a: a["id"].isnull()).length() > 0),
    )


def of_institutions(works: ibis.Table) -> ibis.Table:
    """institution, topic, year, works, parts, co_published: the works of each institution."""
    size = works.institutions.length()
    each = works.select(
        "topic",
        "year",
        size=size,
        part=(WHOLE // size).cast("int64"),
        institution=works.institutions.unnest(),
    )
    shared = (each["size"] > 1).cast("int64").sum().cast("int64")
    return each.group_by(["institution", "topic", "year"]).agg(
        works=each.count(), parts=each.part.sum().cast("int64"), co_published=shared
    )


def of_several(works: ibis.Table) -> ibis.Table:
    """institutions, topic, year, works: works of the same institutions, where they are several."""
    size = works.institutions.length()
    several = works.filter((size > 1) & (size <= MOST_INSTITUTIONS))
    return several.group_by(["institutions", "topic", "year"]).agg(works=several.count())


def in_order(counts: ibis.Table, first: str) -> ibis.Table:
    """The same rows by the column `first`, topic and year; the unknown comes first."""
    keys = (counts[key].fill_null(-1) for key in ("topic", "year"))
    return counts.order_by([counts[first], *keys])


def of_topics(works: ibis.Table) -> ibis.Table:
    """topic, works, and the newest names of the topic and of what is above it, as one text each
    with numbers: name, subfield, field, domain."""
    named = works.filter(works.topic.notnull())
    above = {
        level: named[level].cast("string") + " " + named[f"{level}_name"].fill_null("")
        for level in _ABOVE
    }
    latest = {name: _latest(named, text) for name, text in above.items()}
    name = _latest(named, named.topic_name)
    return named.group_by("topic").agg(works=named.count(), name=name, **latest)


def descriptions(works: ibis.Table) -> ibis.Table:
    """institution, ror, country, name, kind: what the newest work says of each institution."""
    each = works.select("updated", affiliation=works.affiliations.unnest())
    fields = {"ror": "ror", "country": "country_code", "name": "display_name", "kind": "type"}
    said = {name: each.affiliation[field] for name, field in fields.items()}
    number = _digits(each.affiliation["id"], r"^https://openalex\.org/I([0-9]{1,15})$")
    flat = each.select("updated", institution=number, **said)
    known = flat.filter(flat.institution.notnull())
    latest = {name: _latest(known, known[name]) for name in fields}
    return known.group_by("institution").agg(**latest)


def stated(works: ibis.Table) -> ibis.Table:
    """work, title, DOI, year, topic, institutions of each work, in order."""
    ordered = works.order_by("work")
    return ordered.select("work", "display_name", "doi", "year", "topic", "institutions")


def with_doi(works: ibis.Table) -> ibis.Table:
    """DOI, topic, year, institutions of each work that has a DOI and institutions, in order."""
    known = works.filter(works.doi.notnull() & (works.institutions.length() > 0))
    return known.order_by("work").select("doi", "topic", "year", "institutions")


def _latest(table: ibis.Table, value: Any) -> StringValue:
    """The value of the newest record that has one; of several the greatest. Null for none."""
    dated = table.updated.fill_null("").rpad(26, " ").left(26) + value
    return dated.max().substr(26)
