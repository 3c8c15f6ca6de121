"""Precision and recall of the technologies of projects and programmes, on a set labelled by hand.

    python bench/assignment.py [SHARED]

The files are read by the importers, and technologies derived as after any import. What is close or
narrow counts as assigned. `primary` rows of the set are the right ones; a doubtful row counts in
the second figure only. The macro figures are means over technologies with at least eight rows that
are not doubtful. Prints what was confused, and fails where the aims are missed.
"""

from __future__ import annotations

import csv
import json
import shutil
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from coopgraph.formats.ntriples import curie, iri, line, string
from coopgraph.importers import Ledger, importer
from coopgraph.observation import Technologies
from coopgraph.store import Readers
from coopgraph.vocabulary import ID, entity_iri, resources

SHARED = Path(__file__).resolve().parents[2] / "shared"
FILES = {
    "cordis": (
        "samples/cordis/organization_weekly/project_union.csv.gz",
        "samples/cordis/organization_weekly/topics.csv.gz",
        "samples/cordis/fp7_sample/fp7_test_projects.csv",
    ),
    "kr-budget": ("samples/korea/rnd-budget-2026.json",),
}
#: These stand with `|` between their columns, which the importer does not take yet.
HORIZON = ("projects_horizon_2026.csv", "euroSciVoc_horizon_2026.csv")
NONE = "none"
ENOUGH_ROWS = 8
AIMS = {"precision": 0.85, "recall": 0.75, "macro precision": 0.80, "macro recall": 0.65}


@dataclass
class Count:
    """Assignments that are right, wrong and missing."""

    right: int = 0
    wrong: int = 0
    missing: int = 0

    @property
    def precision(self) -> float:
        """The share of what is assigned that is right; 1 where nothing is."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """The share of what is right that is assigned; 1 where there is none."""
        return self.right / (self.right + self.missing) if self.right + self.missing else 1.0

    def __str__(self) -> str:
        counts = f"({self.right}, {self.wrong}, {self.missing})"
        return f"P {self.precision:.2f} R {self.recall:.2f} {counts}"


@dataclass
class Scores:
    """Of rows that are not doubtful, by technology, and of all; what was confused."""

    sure: Count = field(default_factory=Count)
    all: Count = field(default_factory=Count)
    by: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    confused: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def figures(self) -> dict[str, float]:
        """The figures that there are aims for."""
        rows = [c for c in self.by.values() if c.right + c.missing >= ENOUGH_ROWS]
        return {
            "precision": self.sure.precision,
            "recall": self.sure.recall,
            "macro precision": sum(c.precision for c in rows) / len(rows),
            "macro recall": sum(c.recall for c in rows) / len(rows),
        }


def labels(shared: Path) -> dict[str, dict[str, tuple[str, bool]]]:
    """Role and doubt by project and technology."""
    found: dict[str, dict[str, tuple[str, bool]]] = defaultdict(dict)
    with (shared / "assignment/dev.tsv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            kind = (
                f"programme/{row['framework'].lower()}"
                if row["framework"].startswith("KR")
                else "project/cordis"
            )
            about = found[f"{kind}-{row['project_id'].lower()}"]
            about[row["technology"]] = row["role"], row["doubtful"] == "yes"
    return found


def assigned(shared: Path) -> dict[str, set[str]]:
    """The technologies of each project and programme, by the product."""
    readers = Readers()
    technologies = Technologies(readers)
    with tempfile.TemporaryDirectory() as folder:
        for made in _lines(shared, Path(folder)):
            readers.read(f"{made}\n".encode().splitlines(keepends=True))
    found: dict[str, set[str]] = defaultdict(set)
    near = curie("coop:technologyClose"), curie("coop:technologyNarrow")
    for made in technologies.triples():
        subject, predicate, technology = made.split()[:3]
        if predicate in near:
            found[subject[len(ID) + 1 : -1]].add(technology[1:-1].rpartition("/")[2])
    return found


def _lines(shared: Path, folder: Path) -> Iterator[str]:
    """What the importers make of the files, and the shipped mappings."""
    for name in HORIZON:
        source = shared / "assignment" / name
        text = source.read_text(encoding="utf-8-sig")
        delimiter = "|" if "|" in text.partition("\n")[0] else ";"
        with (folder / name).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(csv.reader(text.splitlines(True), delimiter=delimiter))
    budget = folder / "budget"
    budget.mkdir()
    for name in FILES["kr-budget"]:
        shutil.copy(shared / name, budget)
    cordis = [shared / name for name in FILES["cordis"]] + [folder / name for name in HORIZON]
    for kind, paths in (("cordis", cordis), ("kr-budget", [budget])):
        chosen = importer(kind)
        yield from chosen.triples(chosen.find(paths), Ledger())
    with (resources("data") / "technology_mappings.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            yield from _mapping(row)


def _mapping(row: dict[str, str]) -> Iterator[str]:
    node = iri(entity_iri("technology-mapping", row["key"]))
    for predicate, value in (
        ("coop:technology", iri(entity_iri("technology", row["technology"]))),
        ("coop:mappingVocabulary", iri(entity_iri("mapping-vocabulary", row["vocabulary"]))),
        ("coop:mappingTarget", string(row["target"])),
        ("coop:matchKind", iri(entity_iri("match-kind", row["match"]))),
    ):
        yield line(node, curie(predicate), value)


def score(shared: Path = SHARED) -> Scores:
    """The scores of the product on the set."""
    scores = Scores()
    by_product = assigned(shared)
    for item, about in labels(shared).items():
        given = by_product.get(item, set())
        right = {technology for technology, (role, _) in about.items() if role == "primary"}
        for technology in sorted(given | right):
            fate = "right" if technology in given & right else "wrong"
            fate = fate if technology in given else "missing"
            counts = [scores.all]
            # Where the set has no row for a technology, that is doubtful if its `none` is.
            if not about.get(technology, about.get(NONE, ("", False)))[1]:
                counts += [scores.sure, scores.by[technology]]
                if fate != "right":
                    instead = ", ".join(sorted(right if fate == "wrong" else given)) or NONE
                    scores.confused[fate, technology, instead] += 1
            for count in counts:
                setattr(count, fate, getattr(count, fate) + 1)
    return scores


def main() -> None:
    shared = Path(sys.argv[1]) if sys.argv[1:] else SHARED
    if not (shared / "assignment/dev.tsv").is_file():
        print(f"assignment: passed over: no labelled set in {shared}")
        return
    scores = score(shared)
    print(f"without doubtful rows  {scores.sure}\nall rows               {scores.all}")
    for technology, count in sorted(scores.by.items()):
        print(f"  {technology:32} {count}")
    for (fate, technology, instead), number in scores.confused.most_common():
        said = "labelled" if fate == "wrong" else "given"
        print(f"  {number} × {fate}: {technology}; {said}: {instead}")
    figures = scores.figures()
    print(json.dumps({name: round(value, 3) for name, value in figures.items()}))
    if missed := [name for name, aim in AIMS.items() if figures[name] < aim]:
        sys.exit(f"below the aim: {', '.join(missed)}")


if __name__ == "__main__":
    main()
