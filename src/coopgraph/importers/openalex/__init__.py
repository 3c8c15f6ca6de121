"""OpenAlex: who publishes with whom, from the snapshot or exports of the API.

https://developers.openalex.org/download/snapshot-format, licence CC0. Works are counted by
institution, topic and year, and by all of their institutions, topic and year (`counts`);
they themselves are stated on request. JSON lines are read by the engine, which keeps what is needed
of each record. A file with a record that it cannot use is read once more here, which says where and
why, and is given to the engine anew without it. Of several records of one work the newest counts.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from coopgraph.errors import InputUnreadable, UsageError
from coopgraph.formats.ntriples import curie
from coopgraph.importers.base import Importer, Input, Ledger, Triples, single
from coopgraph.importers.openalex import counts, ntriples
from coopgraph.importers.openalex.engine import (
    COLUMNS,
    TITLES,
    Engine,
    Options,
    RecordTooLong,
    link_files,
)
from coopgraph.importers.openalex.files import (
    Source,
    classify,
    find,
    has_long_line,
    merged_ids,
    newest,
    usable_records,
    write_lines,
)
from coopgraph.importers.works import WORKS_FILE, write_works
from coopgraph.libraries import ibis

_BLOCK: Final = 1 << 20


def configured(options: Mapping[str, Any], scratch: Path) -> Triples:
    """The generator of lines with `Options` by their names; its files go to `scratch`. Raises
    `UsageError` for an option that there is not."""
    known = {option.name for option in fields(Options)}
    if unknown := sorted(set(options) - known):
        raise UsageError(
            f"openalex has no option {unknown[0]!r}", remedy=f"it has {', '.join(sorted(known))}"
        )
    chosen = Options(**options)
    return lambda inputs, ledger: _triples(inputs, ledger, chosen, scratch)


def triples(inputs: list[Input], ledger: Ledger) -> Iterator[str]:
    """The N-Triples lines with the default options, in a folder that is removed afterwards."""
    with TemporaryDirectory(prefix="coopgraph-") as folder:
        yield from configured({}, Path(folder))(inputs, ledger)


def _triples(inputs: list[Input], ledger: Ledger, options: Options, scratch: Path) -> Iterator[str]:
    """The lines of all files: topics, institutions, counts; see the module. Raises
    `InputUnreadable`, `InputMissing`, and what `_open_engine` raises."""
    sources = newest(classify(inputs, ledger))
    works = [source for source in sources if source.entity == "works"]
    merged = merged_ids(sources, ledger)
    with _open_engine(options, scratch) if works else contextlib.nullcontext() as engine:
        described = _newest_records(sources, "institutions", ledger, merged)
        topics = {
            number: ntriples.topic_of(record)
            for number, record in _newest_records(sources, "topics", ledger, merged).items()
        }
        if engine is not None:
            reading = _WorksReader(engine, works, ledger, scratch, options, merged)
            gone = merged["institutions"].keys()
            found = reading.works()
            path = scratch / WORKS_FILE
            yield from _counted(engine, found, topics, described, ledger, options, path, gone)
            return
    write_works(scratch / WORKS_FILE, ())
    yield from ntriples.topic_triples(topics)
    for number, record in sorted(described.items()):
        yield from ntriples.institution_triples(number, ntriples.institution_facts(record))


def _newest_records(
    sources: Sequence[Source], entity: str, ledger: Ledger, merged: Mapping[str, Mapping[int, int]]
) -> dict[int, dict[str, Any]]:
    """The records of a small entity by number, each as the newest file has it."""
    found: dict[int, tuple[str, Source, dict[str, Any]]] = {}
    for source in sources:
        if source.entity != entity:
            continue
        account = ledger.account(source.input)
        for _, record in usable_records(source, ledger):
            number = int(record["id"].rpartition("/")[2][1:])
            number = merged[entity].get(number, number)
            updated = record.get("updated_date")
            date = str(updated) if updated else source.date
            before = found.get(number)
            if before is not None and before[0] > date:
                account.add(0, 1)
                continue
            if before is not None:
                _outdated(before[1], ledger)
            found[number] = (date, source, record)
            account.add(1, 0)
    return {number: record for number, (_, _, record) in found.items()}


def _outdated(source: Source, ledger: Ledger) -> None:
    """A record that was accepted repeats one that is newer."""
    account = ledger.account(source.input)
    account.accepted -= 1
    account.duplicates += 1


@dataclass
class _WorksReader:
    """The works of all files, read by an engine, with an account of every record."""

    engine: Engine
    sources: list[Source]
    ledger: Ledger
    scratch: Path
    options: Options
    merged: Mapping[str, Mapping[int, int]]

    def works(self) -> ibis.Table:
        """Every work once, kept by the engine; see `counts.records`."""
        plain = [
            (number, source.input.path)
            for number, source in enumerate(self.sources)
            if source.form == "lines" and not source.input.member
        ]
        others = set(range(len(self.sources))) - {number for number, _ in plain}
        read = None
        if plain:
            try:
                read = self._read("plain", plain)
            except RecordTooLong:
                long = {number for number, _ in plain if has_long_line(self.sources[number])}
                others |= long
                plain = [(number, path) for number, path in plain if number not in long]
                read = self._read("shorter", plain) if plain else None
        records = dict.fromkeys(others, 0)
        if read is not None:
            for number, count, unusable in self.engine.rows(counts.by_file(read)):
                records[number] = count
                if unusable:
                    others.add(number)
            read = read.filter(~read.file.isin(sorted(others))) if others else read
        if others:
            mended = self._read("mended", [(n, self._mend(n)) for n in sorted(others)])
            records |= dict.fromkeys(others, 0)
            for number, count, _ in self.engine.rows(counts.by_file(mended)):
                records[number] = count
            read = mended if read is None else read.union(mended)
        assert read is not None
        if self.merged["works"]:
            read = counts.renumbered(read, "work", self._merged("works"))
        works = self.engine.keep("works", counts.newest(read, self._ranks()))
        if self.merged["institutions"]:
            joined = counts.joined_institutions(works, self._merged("institutions"))
            works = self.engine.keep("works_merged", joined)
        self._account(records, works)
        return works

    def _read(self, name: str, files: Sequence[tuple[int, Path]]) -> ibis.Table:
        """The records of files by their numbers, read once and kept."""
        folder = self.scratch / name
        link_files(files, folder)
        columns = COLUMNS | TITLES if self.options.works else COLUMNS
        try:
            return self.engine.load(f"records_{name}", folder, columns, counts.records)
        except RecordTooLong:
            raise
        except InputUnreadable:
            for number, _ in files:
                self._check(self.sources[number])
            raise

    @staticmethod
    def _check(source: Source) -> None:
        """Read a file to its end; raises `InputUnreadable`, which names it, where it is broken."""
        with source.input.open() as stream:
            while stream.read(_BLOCK):
                pass

    def _mend(self, number: int) -> Path:
        """The usable records of a file, rewritten; the others are rejected."""
        folder = self.scratch / "written"
        folder.mkdir(exist_ok=True)
        path = folder / f"{number}.jsonl"
        write_lines(self.sources[number], self.ledger, path)
        return path

    def _merged(self, entity: str) -> ibis.Table:
        pairs = self.merged[entity]
        return ibis.memtable(
            {"old": list(pairs), "new": list(pairs.values())},
            schema={"old": "int64", "new": "int64"},
        )

    def _ranks(self) -> ibis.Table:
        return ibis.memtable(
            {
                "file": list(range(len(self.sources))),
                "date": [source.date for source in self.sources],
                "rank": list(range(len(self.sources))),
            },
            schema={"file": "int64", "date": "string", "rank": "int64"},
        )

    def _account(self, records: Mapping[int, int], works: ibis.Table) -> None:
        kept = {number: count for number, count, _ in self.engine.rows(counts.by_file(works))}
        for number, source in enumerate(self.sources):
            accepted = kept.get(number, 0)
            self.ledger.account(source.input).add(accepted, records.get(number, 0) - accepted)


def _counted(
    engine: Engine,
    works: ibis.Table,
    topics: dict[int, ntriples.Topic],
    described: Mapping[int, Mapping[str, Any]],
    ledger: Ledger,
    options: Options,
    known: Path,
    gone: Collection[int] = (),
) -> Iterator[str]:
    """The lines of what is counted over `works`, of their topics and institutions; works with a
    DOI go to the file `known`."""
    if options.since is not None or options.country:
        works = engine.keep("narrowed", counts.narrowed(works, options.since, options.country))
        ledger.note(f"counted are works {_narrowed(options)}; the other accepted ones are not")
    totals = counts.Totals(*engine.rows(counts.totals(works))[0])
    _note(totals, ledger)
    yield from ntriples.total_triples(totals)
    for number, count, name, *above in engine.rows(counts.of_topics(works)):
        topic = topics.setdefault(number, ntriples.named_topic(name, above))
        topic.works = count
    yield from ntriples.topic_triples(topics)
    rows = engine.rows(counts.descriptions(works))
    about = {number: dict(zip(ntriples.ABOUT, rest, strict=True)) for number, *rest in rows}
    about |= {number: ntriples.institution_facts(record) for number, record in described.items()}
    for number in sorted(about.keys() - set(gone)):
        yield from ntriples.institution_triples(number, about[number])
    alone = counts.in_order(counts.of_institutions(works), "institution")
    yield from ntriples.institution_texts(engine.stream(alone))
    several = counts.in_order(counts.of_several(works), "institutions")
    yield from ntriples.shared_texts(engine.stream(several))
    write_works(known, ntriples.known_works(engine.stream(counts.with_doi(works))))
    if options.works:
        for row in engine.stream(counts.stated(works)):
            yield from ntriples.work_triples(row)


def _narrowed(options: Options) -> str:
    parts = [f"published since {options.since}"] if options.since is not None else []
    parts += [f"of an institution in {options.country.upper()}"] if options.country else []
    return " and ".join(parts)


def _note(totals: counts.Totals, ledger: Ledger) -> None:
    """Accepted works that count for nothing, or not for everything."""
    remarks = {
        "works have no institution: they count in the total only": totals.without_institution,
        "works have no topic: they count for no technology": totals.without_topic,
        "works have no year that can be read": totals.without_year,
        f"works are of more than {counts.MOST_INSTITUTIONS} institutions: they count for "
        "each institution and for no pair": totals.of_consortia,
        "works were exported with the first 100 authors only: the snapshot has all": (
            totals.truncated
        ),
        "works name institutions without an identifier, which are left out": totals.unidentified,
    }
    ledger.note(f"{totals.works:,} works, {totals.co_published:,} of them of several institutions")
    for text, count in remarks.items():
        if count:
            ledger.note(f"{count:,} {text}")


IMPORTER: Final = Importer(
    kind="openalex",
    licence="https://creativecommons.org/publicdomain/zero/1.0/",
    find=find,
    triples=triples,
    key=single(
        *("skos:prefLabel", "coop:country", "coop:organisationKind"),
        *("coop:publicationYear", "coop:topic"),
    ),
    counts=frozenset(curie(name).encode() for name in ("coop:works", "coop:topicWorks")),
    options=Options,
    configured=configured,
    selecting=frozenset({"since", "country", "works"}),
)


@contextlib.contextmanager
def _open_engine(options: Options, scratch: Path) -> Iterator[Engine]:
    """The engine that is asked for, which keeps its files in `scratch`. Raises `ExtraMissing` where
    it is not installed, `EngineUnavailable` where it does not start, `EndpointUnreachable` where
    the master does not answer, `MemoryExceeded`, `FileUnwritable` where the disk is full,
    `InputUnreadable` where it cannot read a file."""
    from coopgraph.importers.openalex.engine import DuckDb
    from coopgraph.importers.openalex.spark import Spark

    engines: dict[str, type[DuckDb] | type[Spark]] = {"duckdb": DuckDb, "spark": Spark}
    if options.engine not in engines:
        raise UsageError(f"unknown engine {options.engine!r}", remedy="take duckdb or spark")
    engine = engines[options.engine](options, scratch)
    try:
        yield engine
    finally:
        engine.close()
