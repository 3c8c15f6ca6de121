"""The organisations of a store as records that can be compared."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

from coopgraph.formats.ntriples import curie, literal
from coopgraph.store import Readers
from coopgraph.vocabulary import ID

#: The register of what is curated, and of tables of a user's own.
CURATED: Final = ""
#: Which record represents an organisation that has several: the first in this order. A user's own
#: files, each a register (`rdf/mine`), come after what is curated.
PRECEDENCE: Final = (CURATED, "/", "ror", "cordis")

_FAMILIES: Final = {
    "university": "education",
    "university-system": "education",
    "education": "education",
    "company": "company",
    "ministry": "public",
    "government": "public",
    "government-body": "public",
}
_IDENTIFIERS: Final = {
    "skos:exactMatch": "ROR",
    "coop:pic": "PIC",
    "schema:sameAs": "Wikidata",
    "owl:sameAs": "Wikidata",
    "coop:gridIdentifier": "GRID",
    "coop:isniIdentifier": "ISNI",
}
_SPACES: Final = {"ROR": "https://ror.org/", "Wikidata": "http://www.wikidata.org/entity/"}
_VERIFIABLE: Final = {"coop:rorIdentifier": "ROR", "coop:wikidataIdentifier": "Wikidata"}
_ORGANISATION, _COUNTRY = curie("coop:Organisation").encode(), curie("coop:Country").encode()
_VERIFIED: Final = f"<{ID}confidence/verified>".encode()
#: Our IRIs say what they are: these are many, and not organisations.
_PROJECT: Final = f"<{ID}project/".encode()
#: Bodies as papers and lists print them.
PRINTED: Final = f"<{ID}organisation/printed-".encode()
#: The kinds of import that are a user's own files.
_OWN: Final = frozenset({"map", "rdf", "table"})
_NOT_ACTIVE: Final = frozenset({"inactive", "withdrawn"})


@dataclass(slots=True)
class Record:
    """One organisation as one register knows it. `families` are broad kinds of which two that
    differ speak against a match; `identifiers` are pairs such as ("Wikidata",
    "http://www.wikidata.org/entity/Q49108"). `gone` is what its register calls inactive or
    withdrawn."""

    iri: str
    register: str = CURATED
    labels: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    acronyms: list[str] = field(default_factory=list)
    country: str = ""
    cities: list[str] = field(default_factory=list)
    families: set[str] = field(default_factory=set)
    identifiers: set[tuple[str, str]] = field(default_factory=set)
    gone: bool = False
    nameless: bool = False  # no register gives a name, only a number
    forms: dict[str, int] = field(default_factory=dict)  # filled by `matching.forms`


def rank(register: str) -> tuple[int, str]:
    """The place of a register in the order of precedence; others follow by name.

    >>> sorted(["openalex", "cordis", "", "ror", "rdf/mine"], key=rank)
    ['', 'rdf/mine', 'ror', 'cordis', 'openalex']
    """
    place = "/" if "/" in register else register
    known = place in PRECEDENCE
    return (PRECEDENCE.index(place) if known else len(PRECEDENCE), register)


class Records:
    """Every coop:Organisation that `readers` tell of, as one register knows it. A fact may come
    before the statement that makes its subject an organisation: it waits. What a user's own file
    says of an organisation of another register changes nothing of that."""

    def __init__(self, readers: Readers) -> None:
        self._found: dict[bytes, Record] = {}
        self._file = ""
        self._own: dict[bytes, str] = {}
        self._said: list[tuple[Callable[[Record, str], object], bytes, bytes]] = []
        self._countries: set[bytes] = set()
        self._seats: dict[str, str] = {}
        self._waiting: list[tuple[Callable[[Record, str], object], bytes, bytes]] = []
        self._rows: dict[bytes, bytes] = {}
        self._verified: set[bytes] = set()
        self._of_file: set[bytes] = set()
        self._verifiable: list[tuple[bytes, str, bytes]] = []
        readers.on("rdf:type", self._type)
        for name, take in _FACTS.items():
            readers.on(name, self._fact(take))
        for name, take in _OWN_FACTS.items():
            readers.on(name, self._own_fact(take))
        readers.on("coop:seatCountry", self._fact(self._seat))
        for name, kind in _IDENTIFIERS.items():
            readers.on(name, self._fact(_identified_by(kind)))
        readers.on("coop:identifies", lambda row, node: self._rows.update({row: node}))
        readers.on("coop:confidence", self._confidence)
        for name, kind in _VERIFIABLE.items():
            readers.on(name, self._claims(kind))

    def begin(self, graph: str) -> None:
        """What follows is of this graph: `import/rdf/mine` is a user's own file."""
        kind, _, name = graph.removeprefix("import/").partition("/")
        self._file = f"{kind}/{name}" if name and kind in _OWN else ""

    def settled(self) -> dict[str, Record]:
        """The records by IRI, in sorted order; to be called once, when all has been read."""
        countries = frozenset(self._country_names())
        for subject, register in self._own.items():
            if subject not in self._found:
                self._found[subject] = Record(subject[1:-1].decode(), register)
        for take, subject, term in self._said:
            if subject in self._own and "/" in self._found[subject].register:
                take(self._found[subject], _value(term))
        for subject in self._own:
            _identified_by("")(self._found[subject], subject[1:-1].decode())
        for take, subject, term in self._waiting:
            if (record := self._found.get(subject)) is not None:
                take(record, _value(term))
        records = {record.iri: record for record in self._found.values()}
        for iri in sorted(records):
            _settle(records[iri], self._seats.get(iri, ""), countries)
        self._settle_identifiers(records)
        return {iri: records[iri] for iri in sorted(records)}

    def _country_names(self) -> set[str]:
        names = {_LABELS["skos:prefLabel"], _LABELS["skos:altLabel"]}
        return {
            _value(term).casefold()
            for take, subject, term in self._waiting
            if take in names and subject in self._countries
        }

    def _settle_identifiers(self, records: dict[str, Record]) -> None:
        """Identifiers: of curated organisations the verified; of registers what can be compared.
        With ROR alone besides what is curated, only what is verified can find a match."""
        verified = {
            (self._rows[row][1:-1].decode(), kind, _value(term))
            for row, kind, term in self._verifiable
            if row in self._verified and row in self._rows and self._holds(row)
        }
        known = {(kind, value) for _, kind, value in verified}
        alone = {record.register for record in records.values()} <= {CURATED, "ror"}
        for record in records.values():
            record.identifiers = {
                (kind, value.replace(" ", ""))
                for kind, value in record.identifiers
                if record.register
                and value.startswith(_SPACES.get(kind, ""))
                and (not alone or (kind, value) in known)
            }
        for iri, kind, value in verified:
            if iri in records:
                records[iri].identifiers.add((kind, value))

    def _holds(self, row: bytes) -> bool:
        """Whether a row of identifiers may say so: one of a user's file only of its own bodies."""
        record = self._found.get(self._rows[row])
        return row not in self._of_file or (record is not None and "/" in record.register)

    # --- as the statements come ---------------------------------------------------------------

    def _type(self, subject: bytes, cls: bytes) -> None:
        if subject.startswith(PRINTED):  # which it is, its address says, and not its name
            return
        if cls == _ORGANISATION and self._file:
            self._own[subject] = min(self._own.get(subject, self._file), self._file)
        elif cls == _ORGANISATION:
            if subject not in self._found:
                self._found[subject] = Record(subject[1:-1].decode())
        elif cls == _COUNTRY:
            self._countries.add(subject)

    def _fact(self, take: Callable[[Record, str], object]) -> Callable[[bytes, bytes], None]:
        found, waiting = self._found.get, self._waiting

        def read(subject: bytes, term: bytes) -> None:
            if self._file:
                self._said.append((take, subject, term))
                return
            record = found(subject)
            if record is not None:
                take(record, _value(term))
            elif not subject.startswith(_PROJECT):
                waiting.append((take, subject, term))

        return read

    def _own_fact(self, take: Callable[[Record, str], object]) -> Callable[[bytes, bytes], None]:
        """A fact that counts in a user's own files only."""

        def read(subject: bytes, term: bytes) -> None:
            if self._file:
                self._said.append((take, subject, term))

        return read

    def _seat(self, record: Record, country: str) -> None:
        self._seats[record.iri] = max(self._seats.get(record.iri, ""), _code(country))

    def _confidence(self, row: bytes, term: bytes) -> None:
        if term == _VERIFIED:
            self._verified.add(row)

    def _claims(self, kind: str) -> Callable[[bytes, bytes], None]:
        def read(row: bytes, term: bytes) -> None:
            self._verifiable.append((row, kind, term))
            self._of_file |= {row} if self._file else set()

        return read


def keep_names(records: Iterable[Record], countries: Collection[str] | None) -> None:
    """Leave names, cities and kinds only to the records of some countries (None: all). The others
    cannot have a match; comparing their names would be useless."""
    if countries is None:
        return
    for record in records:
        if record.country not in countries:
            record.labels, record.aliases, record.acronyms, record.cities = [], [], [], []
            record.families = set()


def _settle(record: Record, seat: str, countries: frozenset[str]) -> None:
    """What is known only when everything has been read."""
    record.country = record.country or seat
    record.gone = record.gone and record.register == "ror"
    for name in ("labels", "aliases", "acronyms", "cities"):
        values = getattr(record, name)
        if len(values) > 1:
            values = sorted(set(values))
        setattr(record, name, [_without_country(value, countries) for value in values])
    record.nameless = not (record.labels or record.aliases)


def _value(term: bytes) -> str:
    """An IRI, or the text of a literal."""
    return term[1:-1].decode() if term[:1] == b"<" else literal(term)[0]


def _code(iri: str) -> str:
    return iri.rpartition("/")[2]


def _without_country(name: str, countries: frozenset[str]) -> str:
    """A name without the country in brackets that registers put behind names of companies."""
    if not name.endswith(")"):
        return name
    head, _, tail = name[:-1].rpartition(" (")
    return head if head and tail.casefold() in countries else name


# --- what each fact does to a record ------------------------------------------------------------


def _register(record: Record, source: str) -> None:
    record.register = max(record.register, _code(source))


def _country(record: Record, country: str) -> None:
    record.country = max(record.country, _code(country))


def _status(record: Record, status: str) -> None:
    record.gone = record.gone or status in _NOT_ACTIVE


def _kind(record: Record, kind: str) -> None:
    record.families.add(_FAMILIES.get(_code(kind), ""))


def _identified_by(kind: str) -> Callable[[Record, str], None]:
    """An identifier; an IRI says by itself whose it is: exact matches may be of any register."""

    def read(record: Record, value: str) -> None:
        spaces = (each for each, space in _SPACES.items() if value.startswith(space))
        record.identifiers.add((next(spaces, kind), value))

    return read


_LABELS: Final[dict[str, Callable[[Record, str], object]]] = {
    "skos:prefLabel": lambda record, name: record.labels.append(name),
    "skos:altLabel": lambda record, name: record.aliases.append(name),
    "coop:acronym": lambda record, name: record.acronyms.append(name),
    "coop:city": lambda record, name: record.cities.append(name),
}
_FACTS: Final[dict[str, Callable[[Record, str], object]]] = {
    **_LABELS,
    "coop:recordOf": _register,
    "coop:country": _country,
    "coop:status": _status,
    "coop:organisationKind": _kind,
}
#: Other terms by which RDF at large names a body and its country.
_OWN_FACTS: Final[dict[str, Callable[[Record, str], object]]] = {
    "rdfs:label": _LABELS["skos:prefLabel"],
    "foaf:name": _LABELS["skos:prefLabel"],
    "schema:name": _LABELS["skos:prefLabel"],
    "schema:addressCountry": lambda record, code: _country(record, code.lower()),
}
