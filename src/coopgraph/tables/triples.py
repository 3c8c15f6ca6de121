"""Rows to triples: N-Triples lines, grouped by the source that says so.

No blank nodes and no clock: the same rows give the same lines.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property

from coopgraph.formats.ntriples import curie, iri, line, string, typed
from coopgraph.i18n import choose, date, figure, money, pattern, percent, spoken, text, told
from coopgraph.i18n.languages import SOURCE
from coopgraph.tables.cells import date_type
from coopgraph.tables.codes import Codes
from coopgraph.tables.description import Column, Direct
from coopgraph.tables.jurisdictions import has_jurisdiction, jurisdictions
from coopgraph.tables.partners import is_foreign, partner_kind
from coopgraph.tables.row import Row, Rows
from coopgraph.vocabulary import ID, entity_iri

_FIELD = re.compile(r"\{([\w/.]+)\}")
#: Several wordings of a part of a label, of which the first whose cells are filled is taken.
_CHOICE = re.compile(r"\[([^\[\]]*\{[^\[\]]*)\]")
#: Codes that say no more than an empty cell does: a label leaves them out.
_UNSAID = frozenset({"whole", "whole-period", "intended"})
#: The space that an empty cell leaves before a mark.
_EMPTY_BEFORE = re.compile(r" (?=[,:])")
#: What has a title: works, plans, meetings, events and agreements.
_TITLED = frozenset({"schema:CreativeWork", "prov:Plan", "prov:Activity", "coop:Agreement"})
_XSD = {"boolean": "boolean", "year": "gYear", "decimal": "decimal", "integer": "integer"}


def table_triples(rows: Rows, codes: Codes) -> dict[str, set[str]]:
    """The N-Triples lines of all rows, by the key of the source (the named graph)."""
    writer = _Writer(rows, codes)
    graphs: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        graphs[row.one("source") or row.key].update(writer.triples(row))
    return dict(graphs)


def row_triples(chosen: Iterable[Row], rows: Rows, codes: Codes) -> set[str]:
    """The N-Triples lines of the `chosen` among `rows`, all in one graph."""
    writer = _Writer(rows, codes)
    return {text for row in chosen for text in writer.triples(row)}


def row_iri(row: Row) -> str:
    """The IRI of the entity that a row is."""
    return entity_iri(row.table.path, row.key)


@dataclass(frozen=True)
class _Writer:
    rows: Rows
    codes: Codes

    @cached_property
    def references(self) -> frozenset[str]:
        """The technologies of reference lists."""
        return frozenset(
            technology
            for row in self.rows.tables.get("scheme_members", ())
            if self.rows.by_key[row.one("scheme")].one("reference") == "true"
            for technology in self.follow(row, "technology")
        )

    def triples(self, row: Row) -> Iterator[str]:
        if not row.table.classes:
            return
        subject = iri(row_iri(row))
        more = row.table.by_kind.get(row.one("kind"))
        for name in (*row.table.classes, *((more,) if more else ())):
            yield line(subject, curie("rdf:type"), curie(name))
        for name in dict.fromkeys((*row.cells, *row.table.defaults)):
            if (values := row.values(name)) and (column := row.table.column(name)).predicate:
                for value in values:
                    yield line(subject, curie(column.predicate), self.term(column, value))
        if _TITLED.intersection(row.table.classes) and not row.texts("title"):
            yield from in_languages(subject, "dcterms:title", row.texts("label"))
        for direct in row.table.direct:
            yield from self.direct(row, direct)
        yield from self.whose_and_when(row, subject)
        if not row.texts("label"):
            made = {lang: self.label(row, lang) for lang in spoken(f"row.{row.table.name}")}
            yield from in_languages(subject, "skos:prefLabel", made)
        yield from self.partner(row)
        if "source" in row.table.by_name:
            yield from _evidence(row, subject, is_verified=row.key in self.rows.verified)

    def partner(self, row: Row) -> Iterator[str]:
        """Of what kind a partner is that a plan names, and whether it is a foreign one."""
        if row.table.name == "partner_links":
            subject = iri(row_iri(row))
            kind = entity_iri("partner-kind", partner_kind(row, self.rows))
            yield line(subject, curie("coop:partnerKind"), iri(kind))
            told = typed(str(is_foreign(row, self.rows)).lower(), "boolean")
            yield line(subject, curie("coop:foreign"), told)

    def whose_and_when(self, row: Row, subject: str) -> Iterator[str]:
        """What follows from the cells: jurisdictions, and the year of a figure."""
        for whose in jurisdictions(row, self.rows) if has_jurisdiction(row.table) else ():
            yield line(subject, curie("coop:jurisdiction"), iri(row_iri(self.rows.by_key[whose])))
        if year := fiscal_year(row):
            yield line(subject, curie("coop:fiscalYear"), typed(year, "gYear"))

    def term(self, column: Column, value: str) -> str:
        """The RDF term of a value of a cell."""
        if column.kind == "ref" or (column.words and value in self.rows.by_key):
            return iri(row_iri(self.rows.by_key[value]))
        if column.kind == "code":
            return iri(entity_iri(self.scheme(column, value), value))
        if column.kind == "iri":
            return iri(value)
        said = canonical_decimal(value) if column.kind in ("decimal", "integer") else value
        datatype = date_type(value) if column.kind == "date" else _XSD.get(column.kind)
        return typed(said, datatype) if datatype else string(value, column.lang)

    def direct(self, row: Row, direct: Direct) -> Iterator[str]:
        column, value = direct.where
        if column and row.values(column) != (value,):
            return
        for subject in self.follow(row, direct.subject):
            for obj in self.follow(row, direct.object):
                if (
                    not direct.kinds
                    or self.rows.by_key[obj.rpartition("/")[2][:-1]].one("kind") in direct.kinds
                ):
                    if direct.inverse and subject in self.references and obj not in self.references:
                        yield line(obj, curie(direct.inverse), subject)
                    else:
                        yield line(subject, curie(direct.predicate), obj)

    def follow(self, row: Row, path: str) -> Iterator[str]:
        """The terms at `column`, `column.column` or `self`; of several the first that has some."""
        first, _, others = path.partition("/")
        if others:
            yield from list(self.follow(row, first)) or self.follow(row, others)
            return
        if path == "self" or (path == row.table.path and path not in row.table.by_name):
            yield iri(row_iri(row))
            return
        name, _, rest = path.partition(".")
        if rest:
            for value in row.cells.get(name, ()):
                yield from self.follow(self.rows.by_key[value], rest)
        elif name in row.table.by_name:
            yield from (self.term(row.table.by_name[name], value) for value in row.values(name))

    @cached_property
    def labels(self) -> dict[tuple[str, str], str]:
        """The labels that were asked for, by key and language: many rows name the same."""
        return {}

    def label(self, row: Row, lang: str) -> str:
        """The label of a row in `lang`: its own, or built from the template."""
        asked = row.key, lang
        if asked not in self.labels:
            self.labels[asked] = self.made(row, lang)
        return self.labels[asked]

    def made(self, row: Row, lang: str) -> str:
        if own := row.texts("label"):
            return choose(own, lang)
        said = ""
        for ways in _parts(pattern(f"row.{row.table.name}", lang)):
            for way in ways:  # the first all of whose cells are filled, else the last
                told = [self.shown(row, x, lang) if n % 2 else x for n, x in enumerate(way)]
                if all(told[1::2]):
                    break
            said += "".join(told)
        return _EMPTY_BEFORE.sub("", " ".join(said.split()))

    def shown(self, row: Row, name: str, lang: str) -> str:
        """The text of a cell as part of a label in `lang`, of several (`a/b`) the first that is
        filled, `a.b` that of the row which it names; `figure` is the figure of the row, as it is
        stated where that is in `lang`, `period` what it is for."""
        if "/" in name:
            first, _, others = name.partition("/")
            return self.shown(row, first, lang) or self.shown(row, others, lang)
        if "." in name:
            first, _, others = name.partition(".")
            named = (self.rows.by_key[key] for key in row.cells.get(first, ()))
            return ", ".join(filter(None, (self.shown(each, others, lang) for each in named)))
        if name == "figure":
            return self.figure(row, lang)
        if name == "period":
            return _period(row)
        if name not in row.table.by_name:  # a text, in whatever languages; it ends in no full stop
            return choose(row.texts(name), lang).removesuffix(".")
        column = row.table.by_name[name]
        return ", ".join(self.value(column, value, lang) for value in row.cells.get(name, ()))

    def value(self, column: Column, value: str, lang: str) -> str:
        """One value of a cell as part of a label in `lang`."""
        if column.kind == "ref" or (column.words and value in self.rows.by_key):
            return self.label(self.rows.by_key[value], lang)
        if column.kind == "code":
            said = choose(self.codes.labels[self.scheme(column, value), value], lang)
            return "" if value in _UNSAID else said
        if column.kind == "iri" and value.startswith(ID):
            found = self.rows.by_key.get(value.rpartition("/")[2])
            return self.label(found, lang) if found and row_iri(found) == value else value
        return date(value, lang) if column.kind == "date" else value

    @cached_property
    def corrections(self) -> dict[str, str]:
        """What we read in place of a misprinted amount, by its key."""
        read = self.rows.tables.get("interpretations", ())
        return {row.one("entity"): row.one("corrected") for row in read if row.one("corrected")}

    def figure(self, row: Row, lang: str) -> str:
        """The figure of a row in `lang`; a misprint with what we read instead."""
        told = self.stated(row, lang)
        if row.key not in self.corrections:
            return told
        read = Decimal(self.corrections[row.key])
        if "currency" not in row.table.by_name:
            return text("figure.misprint", lang, told, percent(read, lang))
        currency = self.rows.by_key[row.one("currency")].one("code")
        return text("figure.misprint", lang, told, money(read, currency, lang))

    def stated(self, row: Row, lang: str) -> str:
        """The figure of a row in `lang`: its numbers, or the amounts it leads between; as it is
        stated where that is in `lang` and the label says so, or where it has no number at all."""

        def cell(name: str) -> str:
            return row.one(name) if name in row.table.by_name else ""

        stated = row.texts("as_stated")
        if lang != SOURCE and lang in stated:
            return stated[lang]
        shares = [cell(name) for name in ("percent", "percent_min", "percent_max")]
        percents = [Decimal(share) for share in shares if share]
        if (rounding := cell("percent_rounding")) == "0.1":  # 18.0 is not 18
            percents = [share.quantize(Decimal(rounding)) for share in percents]
        bounds = [cell("amount")] if cell("amount") else [cell("amount_min"), cell("amount_max")]
        told = figure(
            lang,
            self.rows.by_key[cell("currency")].one("code") if cell("currency") else "",
            amounts=tuple(Decimal(bound) for bound in bounds if bound),
            rounding=Decimal(cell("rounding") or 0),
            percents=tuple(percents),
            multiplier=Decimal(cell("multiplier")) if cell("multiplier") else None,
            qualifier=cell("qualifier"),
            is_change="multiplier" in row.table.by_name,
        )
        levels = [cell("base_level"), cell("level")]
        if not told and all(levels):
            ends = (self.figure(self.rows.by_key[key], lang) for key in levels)
            told = text("figure.between", lang, *ends)
        return told or choose(stated, lang)

    def scheme(self, column: Column, code: str) -> str:
        known = (s for s in column.of if code in self.codes.by_scheme.get(s, ()))
        return column.of[0] if len(column.of) == 1 else next(known)


@cache
def _parts(template: str) -> list[list[list[str]]]:
    """A label's template in parts: the wordings of each, texts and names of cells in turn."""
    parts = enumerate(_CHOICE.split(template))
    ways = ([*part.split("|"), ""] if n % 2 else [part] for n, part in parts)
    return [[_FIELD.split(way) for way in of_part] for of_part in ways]


def _period(row: Row) -> str:
    """The period of a row: a year, or from when to when."""
    first, last = row.one("period_from"), row.one("period_to")
    return first if first == last else f"{first}–{last}"


def fiscal_year(row: Row) -> str:
    """The year of a figure whose period is a year, or a part of one: that in which it starts; empty
    for any other period, and where rows have none. A period from April 2024 to March 2025 is of the
    year 2024."""
    if "period_from" not in row.table.by_name or "coop:Claim" not in row.table.classes:
        return ""
    first, last = row.one("period_from"), row.one("period_to")
    months = [
        int(date[:4]) * 12 + (int(date[5:7]) - 1 if date[5:7] else rest)
        for date, rest in ((first, 0), (last, 11))
        if date
    ]
    return first[:4] if len(months) == 2 and months[1] - months[0] < 12 else ""


def in_languages(node: str, predicate: str, texts: Mapping[str, str]) -> Iterator[str]:
    """The lines that say `texts`, by language, of a node."""
    for lang, said in texts.items():
        yield line(node, curie(predicate), string(said, lang))


def canonical_decimal(text: str) -> str:
    """The canonical lexical form of a decimal, as the store will keep it.

    https://www.w3.org/TR/xmlschema11-2/#f-decimalLexmap

    >>> canonical_decimal("007.50"), canonical_decimal("-0.0"), canonical_decimal("12")
    ('7.5', '0', '12')
    """
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, fraction = digits.partition(".")
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    number = f"{whole}.{fraction}" if fraction else whole
    return number if number == "0" else sign + number


def unverified(places: Mapping[str, str]) -> dict[str, str]:
    """The words for a place in a source, by language, with the remark that nobody compared it with
    a text; the remark alone where there are no words.

    >>> unverified({"en": "paragraph 2"})
    {'en': 'paragraph 2 (unverified)'}
    """
    words = told("evidence.unverified")
    marks = {tag: f" ({words.get(tag, words[SOURCE])})" for tag in places}
    marked = {tag: said.removesuffix(marks[tag]) + marks[tag] for tag, said in places.items()}
    return marked or words


def _evidence(row: Row, subject: str, *, is_verified: bool) -> Iterator[str]:
    """The node that gives the place of the row in its source (Web Annotation). Its label says where
    nobody compared the passage with a text, so that whatever shows the place says so, too."""
    source = iri(entity_iri("source", row.one("source")))
    node = iri(entity_iri("evidence", row.key))
    a = curie("rdf:type")
    yield line(subject, curie("coop:source"), source)
    yield line(subject, curie("coop:evidence"), node)
    yield line(node, a, curie("coop:Evidence"))
    yield line(node, a, curie("oa:SpecificResource"))
    yield line(node, curie("oa:hasSource"), source)
    yield line(node, curie("coop:verified"), typed(str(is_verified).lower(), "boolean"))
    places = row.texts("locator") if is_verified else unverified(row.texts("locator"))
    yield from in_languages(node, "skos:prefLabel", places)
    if row.one("start"):
        selector = iri(entity_iri("selector", row.key))
        yield line(node, curie("oa:hasSelector"), selector)
        yield line(selector, a, curie("oa:TextPositionSelector"))
        for name in ("start", "end"):
            place = canonical_decimal(row.one(name))
            yield line(selector, curie(f"oa:{name}"), typed(place, "integer"))
        yield line(selector, curie("coop:spanSha256"), string(row.one("span_sha256")))
