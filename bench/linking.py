"""Precision and recall of who is who, on a labelled set made from ROR's own names.

    python bench/linking.py [SAMPLE]

A fifth of the records is left out of the index: whoever bears their names must not be found.
Of the others one name each is held out (an alias, an acronym, a translation), and asked for with
the country and the kind of the record; the answer is known. So is one that the index has, and
the label that is displayed, with noise that real registers show. A held-out acronym or translation
often shares no word with the other names: such a record cannot be found by names.
The seed is fixed, so a run gives the same figures.

Then the affiliations beside the sample, which people gave ROR ids: scored where all answers are
among the records; where no id is given, any link is an error.
"""

from __future__ import annotations

import copy
import csv
import random
import re
import sys
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from coopgraph.formats.ntriples import curie, iri, line, string
from coopgraph.identity.affiliation import Affiliations
from coopgraph.identity.records import Record, Records
from coopgraph.identity.resolution import ACCEPT, CANDIDATE, MARGIN, decide
from coopgraph.identity.similarity import Match, NameIndex
from coopgraph.importers import Ledger, importer
from coopgraph.store import Readers
from coopgraph.vocabulary import entity_iri, resources

SAMPLE = Path(__file__).resolve().parents[2] / "shared/samples/ror/ror-records-v2.json.gz"
SEED = 20261122
LEFT_OUT = 0.2


class Query(NamedTuple):
    """What is asked, and the record that must be found (None: none of them)."""

    what: str
    record: Record
    answer: str | None


def registered(sample: Path) -> list[Record]:
    """The records of a ROR dump that have a country."""
    kind = importer("ror")
    lines = kind.triples(kind.find([sample]), Ledger())
    with (resources("data") / "countries.csv").open(encoding="utf-8") as stream:
        lines = [*lines, *map(country_label, csv.DictReader(stream))]
    readers = Readers()
    records = Records(readers)
    readers.read(("\n".join(lines) + "\n").encode().splitlines(keepends=True))
    return [r for r in records.settled().values() if r.country]


def country_label(row: dict[str, str]) -> str:
    """The line that names a country, as a build writes it."""
    country = iri(entity_iri("country", row["key"]))
    return (
        line(country, curie("rdf:type"), curie("coop:Country"))
        + "\n"
        + line(country, curie("skos:prefLabel"), string(row["label_en"], "en"))
    )


def asked(record: Record, name: str, country: str = "") -> Record:
    """A record of another register that knows a name, the country and the kind."""
    asking = Record("x:asked", "cordis", labels=[name], families=record.families)
    asking.country = country or record.country
    return asking


# --- noise -------------------------------------------------------------------------------


def typo(name: str, chance: random.Random) -> str:
    """One letter inside a word of six or more swapped with the next, left out or doubled."""
    words = name.split(" ")
    long = [i for i, word in enumerate(words) if len(word) >= 6 and word.isalpha()]
    if not long:
        return name
    i = chance.choice(long)
    at = chance.randrange(1, len(words[i]) - 2)
    word = words[i]
    words[i] = chance.choice(
        (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
        )
    )
    return " ".join(words)


def shouted(name: str, _chance: random.Random) -> str:
    """Capitals without diacritics, German umlauts as two letters, as CORDIS writes."""
    two = name.translate(str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe"}))
    plain = unicodedata.normalize("NFKD", two)
    return unicodedata.normalize("NFC", re.sub("[\u0300-\u036f]", "", plain)).upper()


def legal(name: str, chance: random.Random) -> str:
    """A legal form put behind."""
    return f"{name} {chance.choice(('LTD', 'GmbH', 'S.p.A.', 'SA', 'e.V.', 'B.V.'))}"


def without_a_word(name: str, chance: random.Random) -> str:
    """One word left out, of four or more."""
    words = name.split(" ")
    if len(words) < 4 or "(" in name:
        return name
    del words[chance.randrange(len(words))]
    return " ".join(words)


def punctuated(name: str, _chance: random.Random) -> str:
    """Words joined and parted by other signs."""
    return name.replace(" - ", " ").replace(" and ", " & ").replace("-", " ").replace(",", "")


NOISE: dict[str, Callable[[str, random.Random], str]] = {
    "label in capitals without diacritics": shouted,
    "label with a misspelt word": typo,
    "label with a legal form": legal,
    "label with a word left out": without_a_word,
    "label punctuated otherwise": punctuated,
}


# --- the labelled set --------------------------------------------------------------------


def held_out(records: list[Record], chance: random.Random) -> tuple[list[Record], list[Query]]:
    """The records without one name each, and the queries for those names."""
    kept, queries = [], []
    for record in records:
        own = copy.deepcopy(record)
        own.forms = {}
        lists = {
            "alias": own.aliases,
            "acronym": own.acronyms,
            "translation": own.labels if len(own.labels) > 1 else [],
        }
        what = chance.choice([name for name, names in lists.items() if names] or [""])
        if what:
            name = lists[what].pop(chance.randrange(len(lists[what])))
            remaining = {*own.labels, *own.aliases, *own.acronyms}
            if name not in remaining and remaining:
                queries.append(Query(what, asked(record, name), record.iri))
        kept.append(own)
    queries = [q._replace(what=f"held-out {q.what}") for q in queries]
    return kept, queries


def known(records: list[Record], chance: random.Random) -> Iterator[Query]:
    """Names that the index has: whether country and kind suffice to tell who is meant."""
    for record in records:
        lists = {"known alias": record.aliases, "known acronym": record.acronyms}
        lists["known translation"] = record.labels[1:]
        if given := [name for name, names in lists.items() if names]:
            what = chance.choice(given)
            yield Query(what, asked(record, chance.choice(lists[what])), record.iri)


def noisy(records: list[Record], chance: random.Random) -> Iterator[Query]:
    """The labels with noise; where a name is not changed by it, nothing is asked."""
    for record in records:
        what = chance.choice(sorted(NOISE))
        label = record.labels[0]
        changed = NOISE[what](label, chance)
        if changed != label:
            yield Query(what, asked(record, changed), record.iri)


def hard_negatives(
    missing: list[Record], kept: list[Record], chance: random.Random
) -> Iterator[Query]:
    """Names of records that the index has not, and names of its records in other countries."""
    countries = sorted({record.country for record in kept})
    for record in missing:
        yield Query("not in the index: label", asked(record, record.labels[0]), None)
        if record.acronyms:
            yield Query("not in the index: acronym", asked(record, record.acronyms[0]), None)
    for record in chance.sample(kept, min(len(kept), 5000)):
        other = chance.choice(countries)
        if other != record.country:
            name = chance.choice([*record.labels, *record.acronyms])
            yield Query("asked for in another country", asked(record, name, other), None)


def main() -> None:
    """Make the set, ask, print one line a kind of query and the totals."""
    chance = random.Random(SEED)  # noqa: S311
    everything = registered(Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE)
    records = [record for record in everything if not record.gone]
    missing_iris = set(chance.sample([r.iri for r in records], int(len(records) * LEFT_OUT)))
    missing = [r for r in records if r.iri in missing_iris]
    kept, queries = held_out([r for r in records if r.iri not in missing_iris], chance)
    queries += known(kept, chance)
    queries += noisy([r for r in kept if r.labels], chance)
    queries += hard_negatives(missing, kept, chance)
    start = time.perf_counter()
    index = NameIndex(kept)
    built_s = time.perf_counter() - start
    start = time.perf_counter()
    results = [(query, index.matches(query.record, ACCEPT, CANDIDATE)) for query in queries]
    asked_s = time.perf_counter() - start
    report(results)
    report_affiliations(everything, SAMPLE.parent / "affiliations_dev.tsv")
    print(f"thresholds: accept {ACCEPT}, candidate {CANDIDATE}, margin {MARGIN}; seed {SEED}")
    print(f"index of {len(kept):,} records: {built_s:.2f} s")
    print(f"{len(queries):,} queries: {asked_s:.2f} s")


def report(results: list[tuple[Query, list[Match]]]) -> None:
    """The table: what was accepted, rightly or wrongly, and what was at least offered."""
    tally: dict[str, Counter[str]] = defaultdict(Counter)
    for query, matches in results:
        accepted = decide(matches)
        kind = "all with an answer" if query.answer else "all without an answer"
        for name in (query.what, kind, "all"):
            count = tally[name]
            count["asked"] += 1
            count["answer"] += query.answer is not None
            if accepted:
                right = accepted.target.iri == query.answer
                count["right" if right else "wrong"] += 1
                count["reached"] += right
            else:
                count["reached"] += any(m.target.iri == query.answer for m in matches[:3])
    columns = ("asked", "right", "wrong", "precision", "recall", "offered")
    print(f"{'query':38}" + "".join(f"{column:>10}" for column in columns))
    for name, count in tally.items():
        cells = [str(count[column]) for column in columns[:3]]
        cells.append(share(count["right"], count["right"] + count["wrong"], count["answer"]))
        cells += (share(count[name], count["answer"], 1) for name in ("right", "reached"))
        print(f"{name:38}" + "".join(f"{cell:>10}" for cell in cells))


class Scored(NamedTuple):
    """What was linked of a set of affiliations."""

    affiliations: int
    right: int
    links: int
    given: int

    @property
    def precision(self) -> float:
        """The share of the links that are right."""
        return self.right / max(self.links, 1)

    @property
    def recall(self) -> float:
        """The share of the given ids that were found."""
        return self.right / max(self.given, 1)


def affiliation_rows(path: Path) -> tuple[list[dict[str, str]], int]:
    """The rows whose answers are all at hand, and how many are left out."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    scored = [row for row in rows if row["answers_at_hand"] == "yes"]
    return scored, len(rows) - len(scored)


def score(index: Affiliations, rows: list[dict[str, str]]) -> Scored:
    """How many links are right, of those made and of those given."""
    right = links = given = 0
    for row in rows:
        found = {m.record.iri.rpartition("-")[2] for m in index.read(row["affiliation"]).found}
        wanted = set(row["ror"].split("|")) - {""}
        right += len(found & wanted)
        links += len(found)
        given += len(wanted)
    return Scored(len(rows), right, links, given)


def report_affiliations(records: list[Record], path: Path) -> None:
    """Precision and recall of affiliations: rules were tuned on the first half, every other row,
    and checked on the other."""
    rows, left_out = affiliation_rows(path)
    start = time.perf_counter()
    index = Affiliations(records, {})
    built_s = time.perf_counter() - start
    start = time.perf_counter()
    halves = [score(index, rows[::2]), score(index, rows[1::2])]
    asked_s = time.perf_counter() - start
    halves.append(Scored(*map(sum, zip(*halves, strict=True))))
    print(f"\n{'affiliations':38}" + "".join(f"{c:>10}" for c in ("asked", "right", "wrong")))
    for name, half in zip(("tuned on", "checked on", "all"), halves, strict=True):
        cells = f"{half.affiliations:>10}{half.right:>10}{half.links - half.right:>10}"
        print(f"{name:38}{cells}  precision {half.precision:.4f} recall {half.recall:.4f}")
    print(f"{left_out} rows left out: an answer is not among the records at hand")
    print(f"index {built_s:.2f} s, {len(rows) / asked_s:,.0f} affiliations a second\n")


def share(part: int, whole: int, meant: int) -> str:
    """A share, where it says something."""
    return f"{part / whole:.4f}" if whole and meant else "-"


if __name__ == "__main__":
    main()
