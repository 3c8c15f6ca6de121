"""Search: exact substrings over all labels in any language, what people mean by words in any order,
by initial consonants or misspelt, and names to entities.

SQLite FTS5 with the trigram tokenizer over NFD text (https://www.sqlite.org/fts5.html#the_trigram_tokenizer):
in NFD one Korean syllable is two or three code points, so that two syllables already make a
trigram. What the index finds is checked against the composed text, so that the answer is
exact: a letter does not find one composed with it.
"""

from coopgraph.search.base import AnyIndex, Hit, SearchResult
from coopgraph.search.index import Index, IndexWriter, Labels
from coopgraph.store import AnyStore, Store
from coopgraph.store.builds import INDEX_FILE

__all__ = [
    "INDEX_FILE",
    "AnyIndex",
    "Hit",
    "Index",
    "IndexWriter",
    "Labels",
    "SearchResult",
    "index_of",
]  # fmt: skip


def index_of(store: AnyStore) -> AnyIndex | None:
    """The index of a store, to be closed; None for a store in memory. Raises `StoreDamaged`."""
    if store.version is not None:
        return Index(store.version / INDEX_FILE)
    if isinstance(store, Store):
        return None
    from coopgraph.search.base import RemoteIndex

    return RemoteIndex(store)
