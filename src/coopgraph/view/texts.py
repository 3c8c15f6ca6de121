"""Texts of a page that can change its language: one for each of `languages`, in their order."""

from collections.abc import Mapping
from typing import TypeAlias

from coopgraph.i18n import choose, find, in_each, languages
from coopgraph.network import Named, Node
from coopgraph.vocabulary import shrink

#: A text in each of `languages`; empty where it is not there in one.
Texts: TypeAlias = tuple[str, ...]


def each(key: str, *values: object) -> Texts:
    """One of our texts.

    >>> each("view.nodes")[0]
    'Nodes'
    """
    return tuple(in_each(key, *values).values())


def in_order(texts: Mapping[str, str], key: str = "") -> Texts:
    """A text of the data, or as the file of a language has it (`key`). Where it is in no language
    of the page, its tag is shown in each.

    >>> in_order({"de": "Plan"})[0]
    'Plan [de]'
    """
    found = tuple(texts.get(tag) or (key and find(key, tag)) or "" for tag in languages())
    return found if any(found) else tuple(choose(texts, tag) for tag in languages())


def labels(named: Named) -> Texts:
    """What data calls it; a class or a kind of edge, where data has no label in a language, as
    the file of that language does (table `term`)."""
    return in_order(named.texts, "" if isinstance(named, Node) else f"term.{shrink(named.iri)}")
