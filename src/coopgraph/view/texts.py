"""Texts of a page that can change its language: one for each of `languages`, in their order."""

from typing import TypeAlias

from coopgraph.i18n import find, in_each, languages
from coopgraph.network import Named, Node
from coopgraph.queries.question import pair
from coopgraph.vocabulary import shrink

#: A text in each of `languages`; empty where it is not there in one.
Texts: TypeAlias = tuple[str, ...]


def each(key: str, *values: object) -> Texts:
    """One of our texts.

    >>> each("view.nodes")[0]
    'Nodes'
    """
    return tuple(in_each(key, *values).values())


def of_pair(texts: tuple[str, str]) -> Texts:
    """Texts in the two languages of a projection's header."""
    known = pair(*texts)
    return tuple(known.get(tag, "") for tag in languages())


def labels(named: Named | Node) -> Texts:
    """What data calls it; a class or a kind of edge, where data has no label in a language, as
    the file of that language does (table `term`)."""
    term = "" if isinstance(named, Node) else f"term.{shrink(named.iri)}"
    return tuple(getattr(named, tag, "") or (term and find(term, tag)) or "" for tag in languages())
