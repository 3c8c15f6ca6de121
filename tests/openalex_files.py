"""Files in the schema of OpenAlex, of our own making, and what the importer makes of them."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from coopgraph.importers import Ledger, openalex
from coopgraph.importers.openalex.files import find
from coopgraph.vocabulary import ID, expand

ADDRESS = "https://openalex.org/"
#: Number of an institution to country and ROR.
PLACES = {1: ("KR", "0abcde123"), 2: ("US", "0abcde456"), 3: ("CH", None), 4: (None, None)}


def institution(number: int, **changes: Any) -> dict[str, Any]:
    country, ror = PLACES.get(number, ("JP", None))
    return {
        "id": f"{ADDRESS}I{number}",
        "display_name": f"Institute {number}",
        "ror": f"https://ror.org/{ror}" if ror else None,
        "country_code": country,
        "type": "education",
        "lineage": [f"{ADDRESS}I{number}"],
        **changes,
    }


def topic(number: int, subfield: int = 1702) -> dict[str, Any]:
    return {
        "id": f"{ADDRESS}T{number}",
        "display_name": f"Topic {number}",
        "score": 0.9,
        "subfield": {"id": f"{ADDRESS}subfields/{subfield}", "display_name": f"Sub {subfield}"},
        "field": {"id": f"{ADDRESS}fields/17", "display_name": "Field 17"},
        "domain": {"id": f"{ADDRESS}domains/3", "display_name": "Domain 3"},
    }


def work(number: int, *authors: Sequence[int], **changes: Any) -> dict[str, Any]:
    """A work; each author is given by the numbers of the institutions it names."""
    return {
        "id": f"{ADDRESS}W{number}",
        "doi": f"https://doi.org/10.1234/w{number}",
        "display_name": f"Work {number}",
        "publication_year": 2021,
        "updated_date": "2025-01-01T00:00:00.000000",
        "primary_topic": topic(10020),
        "is_authors_truncated": False,
        "authorships": [
            {
                "author_position": "middle",
                "author": {"id": f"{ADDRESS}A{n}", "display_name": f"Name {n}", "orcid": None},
                "institutions": [institution(body) for body in bodies],
                "raw_affiliation_strings": ["somewhere"],
            }
            for n, bodies in enumerate(authors)
        ],
        "abstract_inverted_index": {"Tides": [0], "turn": [1]},
        **changes,
    }


def write(folder: Path, records: Iterable[Any], place: str = "works/part_000.gz") -> Path:
    """JSON lines, compressed; text and bytes stand as they are."""
    path = folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [each if isinstance(each, bytes) else json.dumps(each).encode() for each in records]
    data = b"".join(line + b"\n" for line in lines)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


class Done:
    """What an import made of files: its triples, its ledger."""

    def __init__(self, *paths: Path, scratch: Path, **options: Any) -> None:
        self.rejects: list[Sequence[object]] = []
        self.ledger = Ledger(self.rejects.append)
        scratch.mkdir()
        made = openalex.configured(options, scratch)(find(list(paths)), self.ledger)
        self.text = "".join(f"{line}\n" for line in made)
        self.about: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for triple in ox.parse(self.text, format=ox.RdfFormat.N_TRIPLES):
            subject = triple.subject.value.removeprefix(ID)
            value = triple.object.value
            self.about[subject][triple.predicate.value].append(value.removeprefix(ID))

    def __call__(self, subject: str, predicate: str) -> list[str]:
        """The objects of a subject (after `id:`) and a predicate, as text."""
        return sorted(self.about[subject][expand(predicate)])

    def one(self, subject: str, predicate: str) -> str:
        """The one object."""
        (value,) = self(subject, predicate)
        return value

    @property
    def counts(self) -> dict[str, tuple[int, int, int, int]]:
        """Read, accepted, rejected, duplicates of each file."""
        return {
            name: (a.read, a.accepted, a.rejected, a.duplicates)
            for name, a in self.ledger.accounts.items()
        }
