"""Institutions as they are printed: an organisation for each name and place, by its hash. Which
organisation that is, a build finds by `coop:printedAffiliation` (`coopgraph.identity`)."""

import hashlib
from collections.abc import Iterator
from typing import Final

from coopgraph.formats.ntriples import curie, string
from coopgraph.importers.columns.column_map import ColumnMap
from coopgraph.importers.organisations import TYPES, country_key
from coopgraph.vocabulary import ID

_LABEL, _COUNTRY = curie("skos:prefLabel"), curie("coop:country")
_PRINTED: Final = curie("coop:printedAffiliation")


class Bodies:
    """The bodies of an import, each with the first address under which it was printed."""

    def __init__(self, columns: ColumnMap) -> None:
        self._words = [word.casefold() for word in columns.words]
        self._printed: dict[str, tuple[str, str, str]] = {}

    def __len__(self) -> int:
        return len(self._printed)

    def add(self, address: str, country: str = "") -> str:
        """The term of the body of an address; of a name with the code of a country.

        >>> from coopgraph.importers.columns.column_map import read_map
        >>> bodies = Bodies(read_map("scopus"))
        >>> one = bodies.add("Dept. of Physics, Harbour University, Busan, Korea")
        >>> one == bodies.add("Tide Laboratory, Harbour University, Busan, Korea"), len(bodies)
        (True, 1)
        """
        parts = [part for each in address.split(",") if (part := " ".join(each.split()))]
        if not parts:
            return ""
        low = [part.casefold() for part in parts]
        at = next((n for word in self._words for n, part in enumerate(low) if word in part), 0)
        name, rest = parts[at], parts[at + 1 :]
        code = country_key(country.upper())
        place = code or country or (rest[-1] if rest else "")
        digest = hashlib.sha256(f"{name}\n{place}".casefold().encode()).hexdigest()[:16]
        text = ", ".join([name, *rest, *([country] if country and not code else [])])
        self._printed.setdefault(digest, (name, text, code))
        return f"<{ID}organisation/printed-{digest}>"

    def lines(self) -> Iterator[str]:
        """What is said of all of them."""
        for digest, (name, text, country) in sorted(self._printed.items()):
            node = f"<{ID}organisation/printed-{digest}>"
            yield from (f"{node} {fact} ." for fact in TYPES)
            yield f"{node} {_LABEL} {string(name)} ."
            yield f"{node} {_PRINTED} {string(text)} ."
            if country:
                yield f"{node} {_COUNTRY} <{ID}country/{country}> ."
