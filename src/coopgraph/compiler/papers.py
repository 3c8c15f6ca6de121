"""Papers that several imports hold count once: those that a file read by a map shares, by DOI, with
another such file or with OpenAlex.

Each import keeps all that its files say. In the graphs the counts of either are less by the paper,
and it stands as a count of its own: of all the institutions that any of them names, and of all the
topics. So nothing that one of them said is lost, the order of importing does not matter, and to
remove one gives the other back what it counted. Two records of one institution are one once a build
has found that they are (`coopgraph.observation.joint`).
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final, NamedTuple

from coopgraph.formats.ntriples import curie, literal, string, typed
from coopgraph.importers.openalex.counts import MOST_INSTITUTIONS, WHOLE
from coopgraph.importers.openalex.ntriples import WHOSE, fraction
from coopgraph.importers.works import count_node, doi_of, read_works
from coopgraph.tables.shorthand import shorthand
from coopgraph.vocabulary import ID

_TYPE, _LABEL, _SAME, _INSTITUTION, _TOPIC, _YEAR = (
    curie(name).encode()
    for name in (
        *("rdf:type", "skos:prefLabel", "schema:sameAs"),
        *("coop:institution", "coop:topic", "coop:publicationYear"),
    )
)
_WORKS, _PARTS, _CO = (
    curie(f"coop:{name}").encode() for name in ("works", "fractionalWorks", "coPublishedWorks")
)
_OF_TOPIC, _NO_TOPIC = (
    curie(f"coop:{name}").encode() for name in ("topicWorks", "worksWithoutTopic")
)
_CONSORTIA: Final = curie("coop:worksOfConsortia").encode()
_WITHOUT: Final = curie("coop:worksWithoutInstitution").encode()
_CLOSE, _WITHIN = (curie(f"coop:{name}").encode() for name in ("technologyClose", "withinField"))
_WORK: Final = f"<{ID}work/map-".encode()
_TOTAL: Final = f"<{ID}publication-total/"
_COUNTS: Final = (f"<{ID}publication-count/".encode(), f"<{ID}co-publication/".encode())
#: How the terms of institutions and of topics begin, of OpenAlex and of files read by a map.
_BEGIN: Final = {
    True: (f"<{ID}organisation/openalex-", f"<{ID}openalex-topic/"),
    False: (f"<{ID}organisation/printed-", f"<{ID}topic-of-words/"),
}
_LONGEST: Final = 80
#: The kinds of imports that count papers.
COUNTING: Final = ("map", "openalex")


#: What is to be taken from the numbers of nodes, by predicate.
_Less = dict[bytes, Counter[bytes]]


class PaperSource(NamedTuple):
    """An import that may count papers: its graph and kind, the file of all that it says, and that
    of its works with a DOI, which only OpenAlex has."""

    graph: str
    kind: str
    lines: Path
    works: Path | None = None


class _Work(NamedTuple):
    """A paper as one import counts it: whose counts they are, keys of institutions, topic, year."""

    whose: str
    bodies: tuple[str, ...]
    topic: str
    year: str

    def terms(self) -> list[str]:
        """The terms of its institutions."""
        return [f"{_BEGIN[self.whose == WHOSE][0]}{body}>" for body in self.bodies]

    def topic_term(self) -> str:
        """The term of its topic; empty for none."""
        return f"{_BEGIN[self.whose == WHOSE][1]}{self.topic}>" if self.topic else ""


class CommonPapers:
    """The papers that several imports count, and what that makes of their graphs."""

    def __init__(self, sources: Sequence[PaperSource]) -> None:
        #: How many papers an import shares with another, by the names of both graphs.
        self.shared: Counter[tuple[str, str]] = Counter()
        #: By whose counts they are, what is to be taken from which number of which node.
        self._less: defaultdict[str, _Less] = defaultdict(lambda: defaultdict(Counter))
        self._gone: set[bytes] = set()
        self._added: defaultdict[str, list[str]] = defaultdict(list)
        #: Whose the counts of each graph are that counts otherwise than its import does.
        self._whose: dict[str, str] = {}
        found = _joint(sources)
        if not found:
            return
        topics = _CommonTopics(sources, found.values())
        for doi, held in sorted(found.items()):
            self._merge(doi, held, topics)
        for place, said in topics.said():
            self._added[place] += said
        for held in found.values():
            self._whose |= {graph: works[0].whose for graph, works in held.items()}
        self._find_gone(sources)

    def touches(self, graph: str) -> bool:
        """Whether a graph counts otherwise than its import does."""
        return graph in self._whose

    def lines(self, graph: str, batches: Iterable[Sequence[bytes]]) -> Iterator[Sequence[bytes]]:
        """What an import says beside the others, of all that it says (in batches)."""
        if graph not in self._whose:
            yield from batches
            return
        less = self._less[self._whose[graph]]
        for batch in batches:
            yield [each for line in batch if (each := self._lessened(line, less))]
        yield [f"{line}\n".encode() for line in shorthand(self._added[graph])]

    def _merge(
        self, doi: str, held: Mapping[str, Sequence[_Work]], topics: "_CommonTopics"
    ) -> None:
        """Take a paper from each import that counts it, and count it once."""
        graphs = sorted(held)
        place = next(graph for graph in graphs if held[graph][0].whose != WHOSE)
        for graph in graphs:
            self.shared.update((graph, other) for other in graphs if other != graph)
        works = list(dict.fromkeys(work for graph in graphs for work in held[graph]))
        works.sort(key=lambda work: (work.whose != WHOSE, work))
        size = max(len(work.bodies) for work in works)
        for work in works:
            self._take(work)
        for work in works[1:]:
            self._uncount(work)
        topic = topics.of(works, place)
        if not topic:  # it still is one without a topic
            self._total(works[0])[_NO_TOPIC] -= 1
        elif not topics.is_new(topic):
            first = next(work for work in works if work.topic_term() == topic)
            self._less[first.whose][topic.encode()][_OF_TOPIC] -= 1
        year = next((work.year for work in works if work.year), "")
        bodies = sorted({term for work in works for term in work.terms()})
        self._added[place] += _paper(doi, bodies, size, topic, year)

    def _take(self, work: _Work) -> None:
        """A paper is no more among the counts of an import."""
        less, key, size = self._less[work.whose], (work.topic, work.year), len(work.bodies)
        for body in work.bodies:
            node = count_node(work.whose, [body], *key).encode()
            less[node].update({_WORKS: 1, _PARTS: WHOLE // size, _CO: int(size > 1)})
        if 1 < size <= MOST_INSTITUTIONS:
            node = count_node(work.whose, work.bodies, *key).encode()
            less[node].update({_WORKS: 1, _PARTS: WHOLE // (size - 1)})
        if work.topic:
            less[work.topic_term().encode()][_OF_TOPIC] += 1
        else:
            self._total(work)[_NO_TOPIC] += 1

    def _uncount(self, work: _Work) -> None:
        """A paper that another import counts is not in the total of this one."""
        size = len(work.bodies)
        of_each = {_CO: size > 1, _WITHOUT: size == 0, _CONSORTIA: size > MOST_INSTITUTIONS}
        self._total(work).update({_WORKS: 1} | {name: int(is_) for name, is_ in of_each.items()})

    def _total(self, work: _Work) -> Counter[bytes]:
        return self._less[work.whose][f"{_TOTAL}{work.whose}>".encode()]

    def notes(self) -> list[str]:
        """How many papers count once, for the reports of imports."""
        return [
            f"{count:,} of the papers of {graph} are in {other} too, by DOI: counted once"
            for (graph, other), count in sorted(self.shared.items())
            if graph < other
        ]

    def _find_gone(self, sources: Sequence[PaperSource]) -> None:
        """The counts of which no paper is left."""
        left: dict[bytes, int] = {}
        every: _Less = {node: less for each in self._less.values() for node, less in each.items()}
        for source in sources:
            with source.lines.open("rb") as stream:
                for line in stream:
                    subject, predicate, rest = line.split(b" ", 2)
                    if predicate == _WORKS and subject in every:
                        left[subject] = max(left.get(subject, 0), int(rest.split(b'"')[1]))
        for subject, works in left.items():
            if subject.startswith(_COUNTS) and works <= every[subject][_WORKS]:
                self._gone.add(subject)

    def _lessened(self, line: bytes, of_node: "_Less") -> bytes:
        """A line with what is left of its count; empty where nothing is."""
        subject, predicate, rest = line.split(b" ", 2)
        less = of_node.get(subject)
        if less is None:
            return line
        if subject in self._gone:
            return b""
        if not (taken := less.get(predicate)):
            return line
        before, value, after = rest.split(b'"', 2)
        try:
            number = Decimal(value.decode())
        except InvalidOperation:
            return line
        if predicate == _PARTS:
            said = fraction(max(0, int(number * WHOLE) - taken))
        else:
            said = str(max(0, int(number) - taken))
        if predicate == _CO and said == "0" and subject.startswith(_COUNTS):
            return b""
        return b"%s %s %s" % (subject, predicate, b'"'.join((before, said.encode(), after)))


class _CommonTopics:
    """The topics of papers of several imports; one of several topics has one made of them."""

    def __init__(
        self, sources: Sequence[PaperSource], found: Iterable[Mapping[str, Sequence[_Work]]]
    ) -> None:
        named = {work.topic_term() for held in found for works in held.values() for work in works}
        self._labels: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._facts: defaultdict[str, set[str]] = defaultdict(set)
        self._made: dict[str, tuple[list[str], Counter[str]]] = {}
        begins = tuple(begin.encode() for _, begin in _BEGIN.values())
        for source in sources:
            with source.lines.open("rb") as stream:
                for line in stream:
                    if line.startswith(begins):
                        self._read(line, named)

    def _read(self, line: bytes, named: set[str]) -> None:
        subject, predicate, rest = line.split(b" ", 2)
        topic, value = subject.decode(), rest[:-3]
        if topic not in named:
            return
        if predicate == _LABEL:
            text, lang = literal(value)[0], value.rpartition(b"@")[2].decode()
            self._labels[topic].setdefault(lang, text)
        elif predicate in (_CLOSE, _WITHIN):
            self._facts[topic].add(f"{predicate.decode()} {value.decode()}")

    def of(self, works: Sequence[_Work], place: str) -> str:
        """The term of the topic of a paper, which is counted in the graph `place`."""
        topics = sorted({term for work in works if (term := work.topic_term())})
        if len(topics) < 2:
            return "".join(topics)
        key = "-and-".join(sorted({work.topic for work in works if work.topic}, reverse=True))
        if len(key) > _LONGEST:
            key = hashlib.sha256(key.encode()).hexdigest()[:16]
        term = f"{_BEGIN[False][1]}{key}>"
        if term in topics:  # of two sets of technologies one holds the other
            return term
        self._made.setdefault(term, (topics, Counter()))[1][place] += 1
        return term

    def is_new(self, topic: str) -> bool:
        """Whether a topic was made here."""
        return topic in self._made

    def said(self) -> Iterator[tuple[str, list[str]]]:
        """Where each topic that was made is said what of."""
        for term, (topics, counts) in sorted(self._made.items()):
            langs = sorted({lang for topic in topics for lang in self._labels[topic]})
            lines = [f"{term} {_TYPE.decode()} {curie('skos:Concept')} ."]
            for lang in langs:
                names = [self._labels[topic] for topic in topics if self._labels[topic]]
                text = " · ".join(each.get(lang) or next(iter(each.values())) for each in names)
                lines.append(f"{term} {_LABEL.decode()} {string(text, lang)} .")
            facts = sorted({fact for topic in topics for fact in self._facts[topic]})
            lines += [f"{term} {fact} ." for fact in facts]
            for place, count in sorted(counts.items()):
                number = typed(str(count), "integer")
                yield place, [*lines, f"{term} {_OF_TOPIC.decode()} {number} ."]


def _paper(doi: str, bodies: Sequence[str], size: int, topic: str, year: str) -> Iterator[str]:
    """The counts of one paper: of each institution, and of them together."""
    digest = hashlib.sha256(doi.encode()).hexdigest()[:16]
    about = [(_TOPIC, topic)] if topic else []
    about += [(_YEAR, typed(year, "gYear"))] if year else []
    one = typed("1", "integer")
    for place, body in enumerate(bodies):
        facts = [(_TYPE, curie("coop:PublicationCount")), (_INSTITUTION, body), *about]
        facts += [(_WORKS, one), (_PARTS, typed(fraction(WHOLE // size), "decimal"))]
        facts += [(_CO, one)] if size > 1 or len(bodies) > 2 else []
        node = f"<{ID}publication-count/shared-{digest}-{place}>"
        yield from (f"{node} {predicate.decode()} {value} ." for predicate, value in facts)
    if 1 < len(bodies) <= MOST_INSTITUTIONS:
        node = f"<{ID}co-publication/shared-{digest}>"
        facts = [(_TYPE, curie("coop:CoPublication")), *((_INSTITUTION, body) for body in bodies)]
        facts += [*about, (_WORKS, one)]
        facts += [(_PARTS, typed(fraction(WHOLE // max(1, size - 1)), "decimal"))]
        yield from (f"{node} {predicate.decode()} {value} ." for predicate, value in facts)


def _joint(sources: Sequence[PaperSource]) -> dict[str, dict[str, list[_Work]]]:
    """By DOI the papers that several imports count, each by its graph; one of them is read by a
    map."""
    found: defaultdict[str, dict[str, list[_Work]]] = defaultdict(dict)
    for source in sources:
        if source.kind == "map":
            for doi, work in _mapped(source.lines):
                found[doi][source.graph] = [work]
    for source in sources:
        if found and source.works is not None:
            for doi, topic, year, bodies in read_works(source.works):
                if doi in found:
                    works = found[doi].setdefault(source.graph, [])
                    works.append(_Work(WHOSE, bodies, topic, year))
    return {
        doi: held
        for doi, held in found.items()
        if len({work for works in held.values() for work in works}) > 1
    }


def _mapped(path: Path) -> Iterator[tuple[str, _Work]]:
    """(DOI, paper) of each paper with a DOI that a file read by a map holds."""
    held: defaultdict[bytes, list[tuple[bytes, str]]] = defaultdict(list)
    whose = ""
    total = f"{_TOTAL}map-".encode()
    with path.open("rb") as stream:
        for line in stream:
            if line.startswith(_WORK):
                subject, predicate, rest = line.split(b" ", 2)
                held[subject].append((predicate, rest[:-3].decode()))
            elif line.startswith(total):
                whose = line.partition(b">")[0].decode().rpartition("/")[2]
    for facts in held.values():
        doi = next((doi_of(value[1:-1]) for name, value in facts if name == _SAME), "")
        bodies, topic, year = [], "", ""
        for predicate, value in facts:
            if predicate == _INSTITUTION:
                bodies.append(value[len(_BEGIN[False][0]) : -1])
            elif predicate == _TOPIC:
                topic = value[len(_BEGIN[False][1]) : -1]
            elif predicate == _YEAR:
                year = value.split('"')[1]
        if doi:
            yield doi, _Work(whose, tuple(bodies), topic, year)
