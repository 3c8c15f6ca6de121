"""What a page must know of the request: its language, its address, what goes on its links."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, urlencode

from coopgraph.errors import UsageError
from coopgraph.vocabulary import COOP, GRAPH, ID, QUESTION

#: The ontology itself; its terms are hash IRIs of this.
NS: Final = COOP.rstrip("#")
#: Where IRIs of ours are served, by the beginning of the IRI.
_SERVED: Final = ((ID, "/id/"), (GRAPH, "/graph/"), (QUESTION, "/question/"), (NS, "/ns"))
#: What may stand in a path as it is: a `%` too, which in an IRI is already an escape.
_IN_PATH: Final = "/%:@!$&'()*+,;=~[]"
_LANGUAGE: Final = re.compile(
    r"\s*(ko|en)\b[^;]*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*\Z", re.IGNORECASE
)


@dataclass(frozen=True)
class Visit:
    """A request for a page.

    `lang` is `en` or `ko`; `is_chosen` where the address says so, and then every link of the
    page says it too. `path` and `fields` are the address without the language.
    """

    lang: str = "en"
    is_chosen: bool = False
    path: str = "/"
    fields: tuple[tuple[str, str], ...] = ()

    def link(self, path: str, **fields: object) -> str:
        """The address of a page of this server, in the language chosen.

        >>> Visit("ko", True).link("/search", q="양자")
        '/search?q=%EC%96%91%EC%9E%90&lang=ko'
        """
        pairs = [(name, str(value)) for name, value in fields.items() if value not in (None, "")]
        if self.is_chosen:
            pairs.append(("lang", self.lang))
        path, mark, fragment = path.partition("#")
        return path + (f"?{urlencode(pairs)}" if pairs else "") + mark + fragment

    def again(self, **changed: object) -> str:
        """The address of this page with some fields changed; None takes one away."""
        kept = {name: value for name, value in self.fields if name not in changed}
        return self.link(self.path, **kept, **changed)

    def in_language(self, lang: str) -> str:
        """The address of this page in another language."""
        return replace(self, lang=lang, is_chosen=True).again()

    def place(self, iri: str) -> str:
        """Where an IRI is read: on this server where it is ours, on the web where it can be
        followed, else nowhere (empty).

        >>> Visit().place("https://w3id.org/coopgraph/id/technology/quantum")
        '/id/technology/quantum'
        >>> Visit().place("javascript:alert(1)")
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
    """The language of a page, and whether the address chose it.

    `asked` is the field `lang`. Raises `UsageError` for one that is not there.

    >>> read_language(None, "fr, ko-KR;q=0.9, en;q=0.5"), read_language("en", "ko")
    (('ko', False), ('en', True))
    """
    if asked:
        if asked not in ("en", "ko"):
            raise UsageError(f"unknown language {asked!r}", remedy="known: en, ko")
        return asked, True
    found = [match for part in accept_language.split(",") if (match := _LANGUAGE.match(part))]
    liked = max(found, key=lambda match: float(match[2] or 1), default=None)
    return (liked[1].lower() if liked and float(liked[2] or 1) > 0 else "en"), False
