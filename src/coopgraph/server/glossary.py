"""What the codes on a page mean, such as phases, bases and outcomes: the definitions that the model
gives them. Each is in a list at the end of the page, which describes the words in the tables."""

from collections.abc import Iterable
from typing import NamedTuple

from coopgraph.api import KnowledgeGraph
from coopgraph.formats.ntriples import iri as term
from coopgraph.i18n import choose
from coopgraph.queries.answer import Entity
from coopgraph.server.kept import kept
from coopgraph.vocabulary import ID

_DEFINED = """SELECT ?code ?said { ?code skos:inScheme ?list ; skos:definition ?said
  FILTER(STRSTARTS(STR(?list), "%scodelist/")) VALUES ?code { %s } }"""


class Meaning(NamedTuple):
    """A word, and what it means; `anchor` is where the page says so."""

    word: Entity
    meaning: str
    anchor: str


def glossary(kg: KnowledgeGraph, words: Iterable[object], lang: str) -> dict[str, Meaning]:
    """Those of `words` that are codes with a definition, by IRI, in the order of the alphabet."""
    found = {one.iri: one for one in words if isinstance(one, Entity) and one.iri.startswith(ID)}
    said: dict[str, dict[str, str]] = {}
    if found:
        codes = " ".join(term(iri) for iri in sorted(found))

        def make() -> list[tuple[str, str, str]]:
            rows = kg.store.select(_DEFINED % (ID, codes))
            return [(code.value, text.language or "", text.value) for code, text in rows]

        for iri, tag, text in kept((kg.store.manifest.digest, "glossary", codes), make):
            said.setdefault(iri, {})[tag] = text
    terms = (
        Meaning(found[iri], choose(texts, lang), f"term-{iri.removeprefix(ID).replace('/', '-')}")
        for iri, texts in said.items()
    )
    return {one.word.iri: one for one in sorted(terms)}
