"""Works that an import counts: by what name it counts them, and which of them have a DOI.

Counts say nothing of single works. So that a work of two imports counts once
(`coopgraph.compiler.papers`), an import of OpenAlex keeps beside its graph one line for each work
with a DOI: the DOI, topic, year and institutions, parted by tabs, the last by blanks.
"""

import gzip
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from coopgraph.vocabulary import ID

#: So many bodies are named in the name of a count, more by a hash of them.
NAMED: Final = 2
#: How the file of works is called in the folder that an importer is given.
WORKS_FILE: Final = "works.gz"
_DOI: Final = re.compile(
    r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.[0-9]{4,9}/[^\s<>\"{}|\\^`]+)\Z", re.IGNORECASE
)
#: DOI, topic, year, institutions; what is not known is empty.
Work = tuple[str, str, str, tuple[str, ...]]


def doi_of(text: str) -> str:
    """A DOI without what leads to it, in lower case, which says the same; empty for none.

    >>> doi_of("https://doi.org/10.1234/AB"), doi_of("doi: 10.1234/ab"), doi_of("10.12/a b")
    ('10.1234/ab', '10.1234/ab', '')
    """
    match = _DOI.match(text.strip())
    return match[1].lower() if match else ""


def count_node(whose: str, bodies: Sequence[str], topic: str, year: str) -> str:
    """The term of the count of works of one body, or together of several, by their keys and those
    of topic and year; `whose` tells imports apart.

    >>> count_node("openalex", ["I1", "I2"], "T3", "2024")
    '<https://w3id.org/coopgraph/id/co-publication/openalex-I1-I2-T3-2024>'
    """
    named = "-".join(bodies)
    if len(bodies) > NAMED:
        named = hashlib.sha256(named.encode()).hexdigest()[:16]
    kind = "co-publication" if len(bodies) > 1 else "publication-count"
    return f"<{ID}{kind}/{whose}-{named}-{topic or 'none'}-{year or 'none'}>"


def write_works(path: Path, works: Iterable[Work]) -> None:
    """Write works in a file, the same bytes for the same works."""
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 1, raw, mtime=0) as stream:
        for doi, topic, year, bodies in works:
            stream.write(f"{doi}\t{topic}\t{year}\t{' '.join(bodies)}\n".encode())


def read_works(path: Path) -> Iterator[Work]:
    """The works in such a file, as far as it can be read."""
    with suppress(ValueError), gzip.open(path, "rt", encoding="utf-8") as stream:
        for text in stream:
            doi, topic, year, bodies = text.rstrip("\n").split("\t")
            yield doi, topic, year, tuple(bodies.split())


def join_works(to: Path, delivery: Path, before: Path) -> None:
    """Write the works of a delivery and of what there was before, those of both once."""

    def both() -> Iterator[Work]:
        known = set()
        for work in read_works(delivery):
            known.add(hash(work))
            yield work
        yield from (work for work in read_works(before) if hash(work) not in known)

    write_works(to, both())
