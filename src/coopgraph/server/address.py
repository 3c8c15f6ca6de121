"""What a page must know of a request: its language, its address, its fields, what is accepted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlencode

from coopgraph.errors import UsageError, known_language
from coopgraph.i18n import languages
from coopgraph.vocabulary import COOP, GRAPH, ID, QUESTION

#: The ontology itself; its terms are hash IRIs of this.
NS: Final = COOP.rstrip("#")
#: Where our IRIs are served, by the beginning of the IRI.
_SERVED: Final = ((ID, "/id/"), (GRAPH, "/graph/"), (QUESTION, "/question/"), (NS, "/ns"))
#: What a reader looks at, which stays in the address from page to page: whose plans (a country, a
#: bloc or all), one plan, years, and the day as of which a call is open.
SCOPE: Final = ("whose", "within", "years", "on")
#: What may stand in a path as it is: a `%` too, which in an IRI is already an escape.
_IN_PATH: Final = "/%:@!$&'()*+,;=~[]"
_WHOLE: Final = re.compile(r"\d{1,9}\Z", re.ASCII)
_YEARS: Final = re.compile(r"(\d{4})(?:\s*[-–~]\s*(\d{4}))?\Z", re.ASCII)
#: A language range (RFC 4647) and how much it is liked.
_LANGUAGE: Final = re.compile(
    r"\s*([a-z]{1,8}(?:-[a-z\d]{1,8})*)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*\Z",
    re.IGNORECASE,
)


class Fields(NamedTuple):
    """The fields of an address and a form, in their order."""

    pairs: tuple[tuple[str, str], ...] = ()

    def all(self, name: str) -> list[str]:
        """Every value of a field."""
        return [value for known, value in self.pairs if known == name]

    def one(self, name: str) -> str | None:
        """The value of a field, None where it is absent; raises `UsageError` where it is
        repeated."""
        values = self.all(name)
        if len(values) > 1:
            raise UsageError(f"{name} is given {len(values)} times", remedy="give it once")
        return values[0] if values else None

    def whole(self, name: str, default: int, *, least: int = 0, most: int = 10**9) -> int:
        """A field that holds a whole number; raises `UsageError` for what is none."""
        text = self.one(name)
        if not text:
            return default
        if not _WHOLE.match(text) or not least <= int(text) <= most:
            raise UsageError(
                f"{text!r} does not fit the field {name}",
                remedy=f"write a whole number from {least} to {most:,}",
            )
        return int(text)

    def values(self, *without: str) -> dict[str, str]:
        """The fields that are parameters: those with a value, each given once."""
        found: dict[str, str] = {}
        for name, value in self.pairs:
            if name in without or not value.strip():
                continue
            if name in found:
                raise UsageError(f"{name} is given twice", remedy="give it once")
            found[name] = value
        return found


@dataclass(frozen=True)
class PageRequest:
    """A request for a page.

    `lang` is one of `languages`; `is_chosen` where the address says so, and then every link of
    the page says it too. `path` and `fields` are the address (and the form) without language and
    scope, `names` the parts of the path that the page's own path names, `accept` what the client
    takes, `rows` how many rows the server counts; `is_earlier` where the current version of the
    store is damaged and the one before answers. `scope` are the fields `SCOPE`, `graph` is what the
    header counts plans in, where there is one.
    """

    lang: str = "en"
    is_chosen: bool = False
    path: str = "/"
    fields: Fields = field(default_factory=Fields)
    names: Mapping[str, str] = field(default_factory=dict)
    accept: str = ""
    rows: int = 100_000
    is_earlier: bool = False
    scope: Mapping[str, str] = field(default_factory=dict)
    graph: Any = None

    def link(self, path: str, **fields: object) -> str:
        """The address of a page of this server, in the language chosen and the scope.

        >>> PageRequest("ko", True).link("/search", q="Zürich")
        '/search?q=Z%C3%BCrich&lang=ko'
        """
        given = {**self.scope, **fields}
        pairs = [(name, str(value)) for name, value in given.items() if value not in (None, "")]
        if self.is_chosen:
            pairs.append(("lang", self.lang))
        path, mark, fragment = path.partition("#")
        return path + (f"?{urlencode(pairs)}" if pairs else "") + mark + fragment

    def again(self, **changed: object) -> str:
        """The address of this page with some fields changed; None takes one away."""
        kept = {name: value for name, value in self.fields.pairs if name not in changed}
        return self.link(self.path, **kept, **changed)

    def in_scope(self, **changed: str | None) -> str:
        """The address of this page for others: a country or bloc, a plan, years."""
        return self.again(**{"page": None, **changed})

    def hidden(self, *without: str) -> list[tuple[str, str]]:
        """What a form of this page sends beside its own fields."""
        chosen = [("lang", self.lang)] if self.is_chosen else []
        pairs = [*self.fields.pairs, *self.scope.items(), *chosen]
        return [pair for pair in pairs if pair[0] not in without]

    @property
    def years(self) -> tuple[int, int] | None:
        """The first and the last year of the scope; raises `UsageError` for what is neither a year
        nor two.

        >>> PageRequest(scope={"years": "2022-2026"}).years
        (2022, 2026)
        """
        text = self.scope.get("years", "").strip()
        if not text:
            return None
        found = _YEARS.match(text)
        if found is None:
            raise UsageError(f"{text!r} are no years", remedy="write 2024 or 2022-2026")
        first, last = int(found[1]), int(found[2] or found[1])
        return min(first, last), max(first, last)

    @property
    def on(self) -> str:
        """The day (ISO 8601) as of which a call is open or closed: today unless the scope says
        another; raises `UsageError` for what is no day.

        >>> PageRequest(scope={"on": "2026-11-30"}).on
        '2026-11-30'
        """
        asked = self.scope.get("on", "").strip()
        try:
            return (date.fromisoformat(asked) if asked else datetime.now(tz=UTC).date()).isoformat()
        except ValueError:
            raise UsageError(f"{asked!r} is no day", remedy="write 2026-11-30") from None

    def in_language(self, lang: str) -> str:
        """The address of this page in another language."""
        return replace(self, lang=lang, is_chosen=True).again()

    def place(self, iri: str) -> str:
        """Where an IRI is read: on this server where it is ours, on the web where it can be
        followed, else nowhere (empty).

        >>> PageRequest().place("https://w3id.org/coopgraph/id/technology/quantum")
        '/id/technology/quantum'
        >>> PageRequest().place("javascript:alert(1)")
        ''
        """
        for base, path in _SERVED:
            if iri.startswith(base):
                address, mark, term = iri[len(base) :].partition("#")
                return self.link(path + quote(address, safe=_IN_PATH) + mark + term)
        return iri if is_followed(iri) else ""


def is_followed(iri: str) -> bool:
    """Whether a link to a foreign IRI is safe to offer."""
    return iri.startswith(("http://", "https://"))


def read_language(asked: str | None, accept_language: str) -> tuple[str, bool]:
    """The language of a page, and whether the address chose it; English where the browser likes
    none of ours (lookup of RFC 4647).

    `asked` is the field `lang`. Raises `UnknownLanguage` for one that is not there.

    >>> read_language(None, "fr, ko-KR;q=0.9, en;q=0.5"), read_language("en", "ko")
    (('ko', False), ('en', True))
    """
    if asked:
        return known_language(asked), True
    ours = {tag.lower(): tag for tag in languages()}
    liked: dict[str, float] = {}
    for match in filter(None, map(_LANGUAGE.match, accept_language.split(","))):
        asked = match[1].lower()
        while asked and asked not in ours:
            asked = asked.rpartition("-")[0]
        if asked:
            liked.setdefault(ours[asked], float(match[2] or 1))
    best = max(liked, key=lambda tag: liked[tag], default="en")
    return (best if liked.get(best, 0) > 0 else "en"), False
