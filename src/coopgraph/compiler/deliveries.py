"""Deliveries of one publisher: what holds where several of them speak of the same thing.

Each import keeps all that its files say. Its graph leaves out what another import of the publisher,
which goes before it, says too or says anew: so a project of two imports has one title and one
amount, and counts once, in any engine. The later release goes before, of one release the later
name; so the order in which they were imported does not matter. Of counts the larger holds. What
one delivery knows by its number alone has the key that another gives beside it.
"""

import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import compress
from pathlib import Path
from typing import Final

from coopgraph.compiler.papers import COUNTING, CommonPapers, PaperSource
from coopgraph.importers import Importer, importers
from coopgraph.libraries import Ints, np
from coopgraph.observation.numbers import whole
from coopgraph.store import NewVersion, Part
from coopgraph.store.parts import whole_of
from coopgraph.vocabulary import ID

_BATCH: Final = 100_000
_CLASS: Final = re.compile(rb"<%s([^/>]+)/" % re.escape(ID.encode()))
#: What is known of a subject that a delivery describes.
_STATES: Final = ("same", "changed", "new", "gone")
_SAME, _CHANGED, _NEW, _GONE = range(4)


def precedence(part: Part) -> tuple[list[tuple[int, str]], str]:
    """What sorts imports of one publisher: the release, numbers in it as such, then the name.

    >>> parts = [Part(name, "import", 0, "", {"release": name}) for name in ("v1.9", "v1.70", "")]
    >>> [part.graph for part in sorted(parts, key=precedence)]
    ['', 'v1.9', 'v1.70']
    """
    words = re.findall(r"\d+|\D+", part.about.get("release", ""))
    return [(int(w), "") if w.isdigit() else (0, w) for w in words], part.graph


def settled(version: NewVersion, parts: Sequence[Part]) -> tuple[list[Part], list[str]]:
    """The parts of a new version, each import with the graph that it has beside the others of its
    publisher, see the module, and beside all that count papers, see `papers`; and remarks."""
    kinds = importers()
    done = {part.graph: part for part in parts}
    groups: dict[str, list[Part]] = {}
    papers = CommonPapers([*_paper_sources(version, parts)])
    for part in parts:
        kind = kinds.get(part.about.get("kind", "")) if part.origin == "import" else None
        if kind:
            groups.setdefault(part.graph if kind.per_file else kind.kind, []).append(part)
    for group in groups.values():
        touched = any("whole" in part.about or papers.touches(part.graph) for part in group)
        if len(group) == 1 and not touched:
            continue
        group.sort(key=precedence, reverse=True)
        chosen = kinds[group[0].about["kind"]]
        holding = Holding(chosen, [version.set_whole(part) for part in group])
        for place, part in enumerate(group):
            held = papers.lines(part.graph, holding.lines(place))
            done[part.graph] = version.reduce(part, held)
    return list(done.values()), papers.notes()


def _paper_sources(version: NewVersion, parts: Sequence[Part]) -> Iterator[PaperSource]:
    for part in parts:
        kind = part.about.get("kind", "") if part.origin == "import" else ""
        if kind in COUNTING:
            works = version.works_of(part) if part.about.get("works") else None
            yield PaperSource(part.graph, kind, version.part_path(whole_of(part).graph), works)


class Holding:
    """What holds of the deliveries in files of N-Triples, of which the first goes before all."""

    def __init__(self, chosen: Importer, paths: Sequence[Path]) -> None:
        self._key, self._paths = chosen.key, paths
        self._said: Ints = np.zeros(0, dtype=np.int64)
        self._less = _smaller(paths, chosen.counts) if chosen.counts else [set() for _ in paths]
        self._keys, self._by_number = {}, re.compile(rb"(?!)")
        if chosen.numbers:
            predicate, self._by_number = chosen.numbers
            self._keys = _keys(paths, predicate)

    def lines(self, place: int) -> Iterator[list[bytes]]:
        """The lines of one delivery that no earlier one replaces, in batches. To be asked for one
        after another: each is known to those after it when it has been read."""
        less: set[int] = self._less[place]
        known = [self._said]
        with self._paths[place].open("rb") as stream:
            while batch := stream.readlines(_BATCH << 7):
                counted, hashes, keys = [], array("q"), array("q")
                if self._keys:
                    batch = [self._by_number.sub(self._named, line) for line in batch]
                for line in batch:
                    subject, predicate, rest = line.split(b" ", 2)
                    key = self._key(subject, predicate, rest)
                    counted.append(not less or hash(subject) not in less)
                    hashes.append(hash(line))
                    keys.append(hashes[-1] if key is None else hash(key))
                of_lines, of_keys = (np.array(each, dtype=np.int64) for each in (hashes, keys))
                counts = np.array(counted)  # what counts less says nothing
                known += [of_lines[counts], of_keys[counts]]
                is_new = ~np.isin(of_lines, self._said) & ~np.isin(of_keys, self._said)
                yield list(compress(batch, (counts & is_new).tolist()))
        self._said = np.unique(np.concatenate(known))

    def _named(self, number: re.Match[bytes]) -> bytes:
        return self._keys.get(number[1], number[0])


def _keys(paths: Sequence[Path], predicate: bytes) -> dict[bytes, bytes]:
    """The keys of things by the numbers that deliveries state beside them."""
    found: dict[bytes, bytes] = {}
    for path in paths:
        with path.open("rb") as stream:
            for line in stream:
                subject, stated, rest = line.split(b" ", 2)
                if stated == predicate:
                    key = subject[1:-1].rpartition(b"/")[2]
                    found.setdefault(rest.split(b'"')[1], key)
    return found


def _smaller(paths: Sequence[Path], counts: frozenset[bytes]) -> list[set[int]]:
    """The hashes of the nodes of each delivery that count less than another does, or as much as one
    that goes before it."""
    found: dict[int, tuple[int, int]] = {}
    less: list[set[int]] = [set() for _ in paths]
    for place, path in enumerate(paths):
        with path.open("rb") as stream:
            for line in stream:
                subject, predicate, rest = line.split(b" ", 2)
                if predicate not in counts:
                    continue
                node, count = hash(subject), whole(rest)
                before, at = found.get(node, (-1, place))
                if count > before:
                    found[node] = (count, place)
                    if before >= 0:
                        less[at].add(node)
                elif at != place:
                    less[place].add(node)
    return less


def appended(
    write: Callable[[Sequence[bytes]], object], chosen: Importer, delivery: Path, before: Path
) -> dict[str, str]:
    """Write a delivery, and of what there was `before` what it does not replace. Returns what
    became of the things that it describes, by their class; nothing where all were so before."""
    holding = Holding(chosen, [delivery, before])
    old_lines, old_subjects, _ = _hashes(before)
    lines, subjects, classes = _hashes(delivery)
    state = np.where(np.isin(subjects, old_subjects), _CHANGED, _NEW)
    state[np.isin(lines, old_lines)] = _SAME
    found: dict[int, int] = {}
    for subject, each in zip(subjects.tolist(), state.tolist(), strict=True):
        found[subject] = max(each, found.get(subject, _SAME))
    for batch in holding.lines(0):
        write(batch)
    kept = array("q")
    for batch in holding.lines(1):
        write(batch)
        kept.extend(map(hash, batch))
    replaced = ~np.isin(old_lines, np.concatenate([lines, np.array(kept, dtype=np.int64)]))
    for subject in old_subjects[replaced].tolist():
        found[subject] = max(found.get(subject, _GONE), _CHANGED)
    return _told(found, classes | _hashes(before)[2])


def _told(found: dict[int, int], classes: dict[int, bytes]) -> dict[str, str]:
    """How many things of each class are new, changed, the same; empty where all are the same."""
    if not any(found.values()):
        return {}
    counted: dict[str, Counter[int]] = {}
    for subject, state in found.items():
        counted.setdefault(classes[subject].decode(), Counter())[state] += 1
    return {
        name: ", ".join(f"{states[at]:,} {_STATES[at]}" for at in (_NEW, _CHANGED, _SAME, _GONE))
        for name, states in sorted(counted.items())
    }


def _hashes(path: Path) -> tuple[Ints, Ints, dict[int, bytes]]:
    """The hash of each line and of its subject, and the classes of the subjects by their hash, as
    our IRIs say them."""
    lines, subjects = array("q"), array("q")
    classes: dict[int, bytes] = {}
    with path.open("rb") as stream:
        for line in stream:
            subject = line.partition(b" ")[0]
            lines.append(hash(line))
            subjects.append(hash(subject))
            if subjects[-1] not in classes:
                found = _CLASS.match(subject)
                classes[subjects[-1]] = found[1] if found else b"other"
    return np.array(lines, dtype=np.int64), np.array(subjects, dtype=np.int64), classes
