"""What every index can be asked: names to entities, and labels that contain a text."""

import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

#: What is said about things: found after the things themselves.
ABOUT_OTHERS: Final = frozenset(
    {"coop:Claim", "coop:SchemeMember", "coop:TechnologyMapping", "coop:Check"}
    | {"coop:Disagreement", "coop:ChangeDisagreement", "coop:LikeForLikeChange"}
)
#: Nodes that are parts of other nodes: never an answer on their own.
HIDDEN: Final = frozenset(
    {"coop:Evidence", "oa:TextPositionSelector", "coop:Identification", "coop:Measurement"}
)
#: How many entities are looked at to suggest from.
MOST: Final = 2_000


@dataclass(frozen=True)
class Hit:
    """One entity found: its IRI, key and classes, and the label that matched."""

    iri: str
    key: str
    classes: tuple[str, ...]
    label: str
    lang: str


def fold(text: str) -> str:
    """The form in which labels are compared: composed, without case.

    >>> fold("Ministry") == fold("MINISTRY")
    True
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


class AnyIndex(ABC):
    """Finds entities by their labels, in a file next to the store or in the store itself."""

    def search(self, text: str, *, limit: int = 20, classes: Sequence[str] = ()) -> list[Hit]:
        """Entities with a label that contains `text`, in any case of letters, best first.

        Best: the whole label, then its beginning, then anywhere; things before claims about
        them; shorter labels first. `classes` (IRIs) restricts to their members. An empty text
        finds nothing. At most `limit` entities.
        """
        wanted = fold(text.strip())
        if not wanted:
            return []

        def rank(row: Any) -> tuple[Any, ...]:
            text = row["folded"]
            first = (text != wanted, not text.startswith(wanted), row["claim"])
            return (*first, not row["preferred"], len(text), row["iri"], row["lang"])

        hits: dict[str, Hit] = {}
        for row in sorted(self._containing(wanted), key=rank):
            if row["iri"] not in hits and len(hits) < limit:
                hit = self._hit(row)
                if not classes or set(classes) & set(hit.classes):
                    hits[row["iri"]] = hit
        return list(hits.values())

    @abstractmethod
    def named(self, name: str, classes: Sequence[str] = ()) -> list[Hit]:
        """Entities whose key or whole label is `name`.

        A key is exact and comes alone; a label may be one of several entities', and things
        come before claims of the same label.
        """

    @abstractmethod
    def keys(self, classes: Sequence[str] = ()) -> list[str]:
        """Keys and labels of entities that are not claims, to suggest from."""

    @abstractmethod
    def beginning(self, iri: str) -> list[str]:
        """The IRIs of entities that begin with `iri`, at most 2,000 of them."""

    def close(self) -> None:  # noqa: B027  what holds no file has none to close
        """Let go of what is held open."""

    @abstractmethod
    def _containing(self, wanted: str) -> Iterable[Any]:
        """Labels that contain the folded text `wanted`, as mappings with the keys iri, key, text,
        folded, lang, preferred, claim and what `_hit` needs."""

    @abstractmethod
    def _hit(self, row: Any) -> Hit:
        """A row of `_containing` as a hit."""
