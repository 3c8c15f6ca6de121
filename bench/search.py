"""What a reader waits for while typing, over a million labels: words, initial consonants, misspelt.

    python bench/search.py [LABELS]

Labels are made: names of institutions in Korean and English from a fixed seed. Processor time, the
least of five.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from coopgraph.formats.ntriples import curie, iri, line, string
from coopgraph.search import Index, IndexWriter, Labels
from coopgraph.search.words import initials
from coopgraph.store import Readers
from coopgraph.vocabulary import entity_iri

_COMMON = ("University", "Institute", "National", "Technology", "Science", "Laboratory")
_KOREAN = ("대학교", "연구원", "기술원", "국립")


def made(
    labels: int, chance: random.Random, english: list[str], korean: list[str]
) -> Iterator[bytes]:
    """The lines of so many labels, two an institution, some of which are named by others."""
    for number in range(labels // 2):
        node = iri(entity_iri("organisation", f"o{number}"))
        name = (
            f"{chance.choice(english).title()} {chance.choice(_COMMON)} of {chance.choice(english)}"
        )
        named = f"{chance.choice(korean)} {chance.choice(korean)}{chance.choice(_KOREAN)}"
        yield f"{line(node, curie('rdf:type'), curie('coop:Organisation'))}\n".encode()
        for said, lang in ((name, "en"), (named, "ko")):
            yield f"{line(node, curie('skos:prefLabel'), string(said, lang))}\n".encode()
        if number % 3 == 0:
            other = iri(entity_iri("organisation", f"o{chance.randrange(labels // 2)}"))
            yield f"{line(iri(f'urn:{number}'), curie('coop:organisation'), other)}\n".encode()


def main(labels: int) -> None:
    """Make the index, and ask it."""
    chance = random.Random(1)  # noqa: S311 - names, no secrets
    syllables = [chr(chance.randrange(0xAC00, 0xD7A3)) for _ in range(400)]
    korean = ["".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(20_000)]
    letters = "abcdefghijklmnopqrstuvwxyz"
    english = ["".join(chance.choices(letters, k=chance.randint(5, 10))) for _ in range(60_000)]
    word, name = english[5], korean[7]
    asked = {
        "a rare word": word,
        "a common word": "university",
        "a common and a rare word": f"university {word}",
        "two common words": "national university",
        "Korean": name,
        "Korean, two words": f"{name} 대학교",
        "two initial consonants": next(initials(name))[:2],
        "misspelt": f"{word[:2]}x{word[3:]}",
        "two letters": "ab",
        "nothing like it": "zzzzzzqqq",
    }
    with TemporaryDirectory() as folder:
        readers = Readers()
        found = Labels(readers)
        readers.read(made(labels, chance, english, korean))
        begun = time.process_time()
        with IndexWriter(Path(folder) / "index") as writer:
            writer.add(found)
        size = (Path(folder) / "index").stat().st_size / 2**20
        print(f"{labels:,} labels: written in {time.process_time() - begun:.0f} s, {size:,.0f} MiB")
        index = Index(Path(folder) / "index")
        for what, text in asked.items():
            times = []
            for _ in range(5):
                begun = time.process_time()
                hits = index.find(text).hits
                times.append(time.process_time() - begun)
            print(f"{1000 * min(times):8.1f} ms  {len(hits):3} found  {what}")
        index.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
