"""What can go wrong, named after the fact.

    CoopgraphError
    ├── FactError                 the data, the store or the machine: exit code 1
    │   ├── TableError            a curated table cannot be read as described
    │   │   ├── ScenarioInvalid   a scenario contradicts what it changes
    │   │   ├── ColumnMissing
    │   │   ├── ColumnUnknown
    │   │   ├── CellInvalid
    │   │   ├── KeyDuplicate
    │   │   ├── ReferenceDangling
    │   │   ├── EncodingWrong
    │   │   └── TablesInvalid     all problems of one reading together
    │   ├── StoreError
    │   │   ├── StoreMissing
    │   │   ├── StoreLocked
    │   │   ├── StoreTooNew
    │   │   ├── StoreOutdated
    │   │   └── StoreDamaged
    │   │       └── PartDamaged   a part is missing, or is not the one that was recorded
    │   ├── InputError            a file to import
    │   │   ├── InputMissing
    │   │   ├── InputUnreadable
    │   │   └── ReadLimitExceeded
    │   ├── EndpointError         a store behind an address
    │   │   ├── EndpointUnreachable
    │   │   ├── EndpointRefused
    │   │   ├── EndpointFailed
    │   │   ├── NotSparql
    │   │   ├── AnswerTruncated
    │   │   └── GraphIncomplete
    │   ├── FileUnwritable
    │   ├── EngineUnavailable     what counts works does not start
    │   ├── AddressUnavailable    nobody can listen there
    │   ├── FontMissing
    │   ├── ResourceMissing       a file that ships with coopgraph is not there
    │   ├── QueryFailed
    │   │   └── ServiceRefused
    │   ├── QueryTimeout
    │   ├── MemoryExceeded
    │   ├── ReplyTooLarge
    │   ├── WorkerLost
    │   └── ServerBusy            `retry_after_s` says when to ask again
    └── UsageError                the request: exit code 2
        ├── ExtraMissing          it needs a package that is not installed
        ├── UnknownQuery
        ├── UnknownParameter
        ├── UnknownProjection
        ├── UnknownMeasure
        ├── UnknownTable
        ├── UnknownScenario
        ├── UnknownChart
        ├── UnknownFormat
        │   └── TermUnwritable    that format cannot hold what is to be written
        ├── UnknownImporter
        ├── UnknownEntity
        ├── UnknownLanguage
        ├── AmbiguousEntity
        ├── ParameterMissing
        └── QuerySyntax

Every message is one line: the fact, the place, the remedy.
"""

import contextlib
import difflib
import re
from collections.abc import Iterable, Iterator, Sequence

from coopgraph.i18n import languages


class CoopgraphError(Exception):
    """Base of every error that coopgraph raises on purpose.

    >>> str(UsageError("no such thing", remedy="ask for another"))
    'no such thing; ask for another'
    """

    exit_code = 1

    def __init__(self, fact: str, *, place: str = "", remedy: str = "") -> None:
        self.fact, self.place, self.remedy = fact, place, remedy
        head = f"{place}: {fact}" if place else fact
        super().__init__(_one_line(f"{head}; {remedy}" if remedy else head))


class FactError(CoopgraphError):
    """The data, the store or the machine is not as it must be."""


class UsageError(CoopgraphError):
    """The request cannot be understood or names what is not there."""

    exit_code = 2


class TableError(FactError):
    """A table cannot be read as it is described."""


class ScenarioInvalid(TableError):
    """A scenario cannot be read, or contradicts the tables that it changes."""


class ColumnMissing(TableError):
    """A required column is not in the header."""


class ColumnUnknown(TableError):
    """The header names a column that no description knows."""


class CellInvalid(TableError):
    """A cell does not hold what its column describes."""


class KeyDuplicate(TableError):
    """Two rows have the same key."""


class ReferenceDangling(TableError):
    """A cell names a key that no table holds."""


class EncodingWrong(TableError):
    """A table is not UTF-8 text."""


class TablesInvalid(TableError):
    """The tables are invalid; `problems` holds one error per problem."""

    def __init__(self, problems: Sequence[TableError]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        more = f" (and {count - 1} more)" if count > 1 else ""
        super().__init__(f"{self.problems[0]}{more}")


class StoreError(FactError):
    """The store cannot be used."""


class StoreMissing(StoreError):
    """There is no store at that place."""


class StoreLocked(StoreError):
    """Another process is building the store."""


class StoreTooNew(StoreError):
    """A later version of coopgraph has made the store."""


class StoreOutdated(StoreError):
    """The store holds another model of the knowledge than this version reads."""


class StoreDamaged(StoreError):
    """The files of the store cannot be read."""


class PartDamaged(StoreDamaged):
    """The file of a part is missing, or does not have the SHA-256 that was recorded."""


class StoreWarning(UserWarning):
    """The current version of a store is damaged, and the one before answers."""


class InputError(FactError):
    """A file to import cannot be used."""


class InputMissing(InputError):
    """There is no such file, or none of the kind asked for."""


class InputUnreadable(InputError):
    """A file is broken, or not what its kind says."""


class ReadLimitExceeded(InputError):
    """To read a file takes more memory or time than it may, or gives more bytes."""


class EndpointError(FactError):
    """A store behind an address cannot be used."""


class EndpointUnreachable(EndpointError):
    """Nothing answers at that address."""


class EndpointRefused(EndpointError):
    """The endpoint does not let us in (401, 403)."""


class EndpointFailed(EndpointError):
    """The endpoint answers with an error of its own."""


class NotSparql(EndpointError):
    """What answers there does not speak SPARQL."""


class AnswerTruncated(EndpointError):
    """An answer breaks off, or is cut by the endpoint."""


class GraphIncomplete(EndpointError):
    """A published graph does not hold what was sent."""


class FileUnwritable(FactError):
    """A file cannot be written."""


class EngineUnavailable(FactError):
    """An engine that counts works, or what it needs, does not start."""


class AddressUnavailable(FactError):
    """A server cannot listen there."""


class FontMissing(FactError):
    """No font here has the letters that a picture needs."""


class ResourceMissing(FactError):
    """A file that ships with coopgraph is not there."""


class QueryFailed(FactError):
    """The engine could not evaluate a query."""


class ServiceRefused(QueryFailed):
    """A query calls SERVICE, which would have this machine send requests."""


class QueryTimeout(FactError):
    """A query took longer than it may, and was stopped."""


class MemoryExceeded(FactError):
    """A query took more memory than it may, and was stopped."""


class ReplyTooLarge(FactError):
    """A reply is larger than it may be."""


class WorkerLost(FactError):
    """The process that evaluated a query died."""


class ServerBusy(FactError):
    """More is asked than can wait; `retry_after_s` says when to ask again."""

    def __init__(
        self, fact: str, *, place: str = "", remedy: str = "", retry_after_s: int = 1
    ) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(fact, place=place, remedy=remedy)


class ExtraMissing(UsageError):
    """A package is not installed that only an extra of coopgraph installs."""


@contextlib.contextmanager
def needs_extra(extra: str, package: str) -> Iterator[None]:
    """Turn a failed import of `package` into `ExtraMissing`, which names the command for `extra`.

    >>> with needs_extra("charts", "matplotlib"):
    ...     import no_such_package
    Traceback (most recent call last):
    coopgraph.errors.ExtraMissing: matplotlib is not installed; pip install 'coopgraph[charts]'
    """
    try:
        yield
    except ImportError:
        raise ExtraMissing(
            f"{package} is not installed", remedy=f"pip install 'coopgraph[{extra}]'"
        ) from None


class UnknownQuery(UsageError):
    """No named question has that name."""


class UnknownParameter(UsageError):
    """A question has no such parameter."""


class UnknownProjection(UsageError):
    """No projection has that name."""


class UnknownMeasure(UsageError):
    """No measure has that name."""


class UnknownTable(UsageError):
    """No table has that name."""


class UnknownChart(UsageError):
    """No chart has that name."""


class UnknownScenario(UsageError):
    """No scenario has that name."""


class UnknownFormat(UsageError):
    """No such output format."""


class TermUnwritable(UnknownFormat):
    """A format cannot hold a term of what is to be written."""


class UnknownImporter(UsageError):
    """No such kind of import."""


class UnknownEntity(UsageError):
    """No entity has that key, label or IRI."""


class UnknownLanguage(UsageError):
    """Pages are not written in that language."""


class AmbiguousEntity(UsageError):
    """Several entities have that label."""


class ParameterMissing(UsageError):
    """A question needs a parameter that was not given."""


class QuerySyntax(UsageError):
    """A query is not SPARQL 1.1."""


def nearest(word: str, known: Iterable[str], limit: int = 3) -> str:
    """The known words nearest to `word`, as the tail of a message.

    >>> nearest("partner", ["partners", "modes"])
    'did you mean partners?'
    >>> nearest("zzz", ["partners", "modes"])
    'known: modes, partners'
    """
    names = sorted({name.casefold(): name for name in sorted(known)}.values())
    close = difflib.get_close_matches(word, names, n=limit, cutoff=0.6)
    if close:
        return f"did you mean {' or '.join(close)}?"
    shown = ", ".join(names[:12])
    return f"known: {shown}{', …' if len(names) > 12 else ''}" if names else "there is none"


def known_language(lang: str) -> str:
    """`lang`, where coopgraph writes in it. Raises `UnknownLanguage`.

    >>> known_language("en")
    'en'
    """
    if lang not in languages():
        known = f"known: {', '.join(languages())}"
        raise UnknownLanguage(f"unknown language {lang!r}", remedy=known)
    return lang


def _one_line(text: str) -> str:
    """`text` with every run of control and white-space characters made one blank: a
    message never spreads over lines and never moves a terminal's cursor."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


#: More than credentials, where a path holds an @: rather too much than a password.
_BEFORE_HOST = re.compile(r"(?<=//)[^?#]*@")


def shown(url: str) -> str:
    """`url` as it may stand in a message: without credentials, query and fragment.

    >>> shown("https://ann:secret@example.org/sparql?key=1")
    'https://example.org/sparql'
    """
    return _BEFORE_HOST.sub("", url).split("?")[0].split("#")[0]
