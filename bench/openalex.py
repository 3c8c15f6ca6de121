"""Works of OpenAlex counted: works a second and peak memory, beside a plain GROUP BY in DuckDB.

    python bench/openalex.py                     # 0.1 and 1 million made-up works
    python bench/openalex.py --works 5000000 --engines duckdb
    python bench/openalex.py --generate FOLDER --works 100000   # the files alone

The works are made up and seeded, in the schema of the snapshot: part files of 100,000 records in
partitions by date, a twentieth of the works a second time in a later partition. Numbers of
institutions, their heavy tail, works without any and the length of a record follow the public
samples. `duckdb:counted` makes the same tables of counts, in order, and no N-Triples of them. Each
engine runs in a process of its own, so that its peak memory is its own.
"""

# ruff: noqa: SIM905 (lists of words read better as words)
from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from figures import heading, resident_mb, row

_PART = 100_000
_TWICE = 0.05
_INSTITUTIONS = 30_000
_TOPICS = 4_500
_COUNTRIES = "US CN DE GB JP FR KR IN IT CA ES AU BR NL CH SE PL TW IR RU".split()
_KINDS = ("education", "healthcare", "company", "government", "facility", "nonprofit")
#: Works with 0, 1, 2 … institutions; the last: with many.
_SHARES = (0.42, 0.29, 0.15, 0.07, 0.035, 0.018, 0.01, 0.005, 0.002)
_WORDS = (
    "quantum sensor network battery hydrogen reactor genome satellite robot learning climate "
    "catalyst photonic secure mobility ocean polymer neural energy protein radar imaging "
).split()
#: Bytes of what no one counts (abstract, references, concepts), as long as in the samples.
_TAILS, _TAIL_BYTES = 200, 4_000


def generate(folder: Path, works: int, seed: int = 0) -> Path:
    """Write a snapshot of `works` distinct works; returns the folder of its works."""
    rng = np.random.default_rng(seed)
    tails = [_tail(rng) for _ in range(_TAILS)]
    bodies = [_institution(number, rng) for number in range(_INSTITUTIONS)]
    for part, start in enumerate(range(0, works, _PART)):
        day = folder / "works" / f"updated_date=2025-{1 + part // 25 % 12:02}-{1 + part % 25:02}"
        numbers = np.arange(start, min(start + _PART, works))
        _write(day / f"part_{part:04}.gz", numbers, rng, bodies, tails)
    again = rng.choice(works, int(works * _TWICE), replace=False)
    later = folder / "works" / "updated_date=2025-12-31"
    for part, start in enumerate(range(0, len(again), _PART)):
        numbers = again[start : start + _PART]
        _write(later / f"part_{part:04}.gz", numbers, rng, bodies, tails)
    return folder / "works"


def _write(
    path: Path, numbers: np.ndarray, rng: np.random.Generator, bodies: list[str], tails: list[str]
) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    date = path.parent.name.removeprefix("updated_date=")
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as stream:
        for block in np.array_split(numbers, max(1, len(numbers) // 10_000)):
            stream.write("\n".join(_works(block, date, rng, bodies, tails)) + "\n")


def _works(
    numbers: np.ndarray, date: str, rng: np.random.Generator, bodies: list[str], tails: list[str]
) -> Iterator[str]:
    size = len(numbers)
    counts = rng.choice(len(_SHARES), size, p=_SHARES)
    counts = np.where(counts < len(_SHARES) - 1, counts, rng.integers(8, 60, size))
    years, topics = 2024 - rng.geometric(0.08, size).clip(1, 60), rng.integers(0, _TOPICS, size)
    chosen = (rng.power(0.35, int(counts.sum())) * len(bodies)).astype(int)
    at = 0
    for n, number in enumerate(numbers.tolist()):
        authors = ",".join(
            f'{{"author_position":"middle","author":{{"id":"https://openalex.org/A{body}",'
            f'"display_name":"Name {body}","orcid":null}},"institutions":[{bodies[body]}],'
            f'"countries":["US"],"raw_author_name":"Name {body}"}}'
            for body in chosen[at : at + counts[n]].tolist()
        )
        at += counts[n]
        topic = _topic(int(topics[n])) if topics[n] % 30 else "null"
        yield (
            f'{{"id":"https://openalex.org/W{number + 1}","doi":null,'
            f'"display_name":"Work {number}","publication_year":{years[n]},'
            f'"authorships":[{authors}],"primary_topic":{topic},{tails[number % _TAILS]},'
            f'"updated_date":"{date}T00:00:00"}}'
        )


def _institution(number: int, rng: np.random.Generator) -> str:
    country = _COUNTRIES[int(rng.zipf(1.6)) % len(_COUNTRIES)]
    return json.dumps(
        {
            "id": f"https://openalex.org/I{number + 1}",
            "display_name": f"Institute of {_WORDS[number % len(_WORDS)]} {number}",
            "ror": None,
            "country_code": country if number % 50 else None,
            "type": _KINDS[number % len(_KINDS)],
            "lineage": [f"https://openalex.org/I{number + 1}"],
        }
    )


def _topic(number: int) -> str:
    return json.dumps(
        {
            "id": f"https://openalex.org/T{10_000 + number}",
            "display_name": f"Topic {number}",
            "score": 0.99,
            "subfield": {
                "id": f"https://openalex.org/subfields/{1000 + number // 20}",
                "display_name": f"Subfield {number // 20}",
            },
            "field": {
                "id": f"https://openalex.org/fields/{10 + number // 200}",
                "display_name": f"Field {number // 200}",
            },
            "domain": {
                "id": f"https://openalex.org/domains/{1 + number // 1200}",
                "display_name": f"Domain {number // 1200}",
            },
        }
    )


def _tail(rng: np.random.Generator) -> str:
    words = " ".join(rng.choice(_WORDS, _TAIL_BYTES // 16))
    cited = [f"https://openalex.org/W{n}" for n in rng.integers(1, 10**10, _TAIL_BYTES // 64)]
    return f'"abstract":{json.dumps(words)},"referenced_works":{json.dumps(cited)}'


# --- what is measured -----------------------------------------------------------------------

#: The same columns read, paired and counted, and nothing else: no record is accounted for, no
#: duplicate recognised, no name kept, nothing sorted or written.
_PLAIN = """
import duckdb, ibis, sys
from ibis.backends.sql.datatypes import DuckDBType
from coopgraph.importers.openalex.engine import COLUMNS
types = {name: DuckDBType.to_string(ibis.dtype(kind)) for name, kind in COLUMNS.items()}
columns = ", ".join(f"{name}: '{kind}'" for name, kind in types.items())
con = duckdb.connect()
con.execute(f'''CREATE TABLE counted AS
  WITH work AS (
    SELECT publication_year AS year, primary_topic AS topic, list_distinct(flatten(
      list_transform(authorships, lambda a: a.institutions))) AS bodies
    FROM read_json(?, format='newline_delimited', columns={{{columns}}})
  ), one AS (
    SELECT year, topic, bodies, unnest(bodies) AS a FROM work WHERE len(bodies) <= 100
  ), pair AS (
    SELECT year, topic, a, unnest(list_filter(bodies, lambda b: b.id > a.id)) AS b FROM one
  )
  SELECT a, b, topic, year, count(*) FROM pair GROUP BY ALL''', [sys.argv[1] + '/*/*.gz'])
"""
_OURS = """
import sys, tempfile
from collections import deque
from pathlib import Path
from coopgraph.importers import Ledger, openalex
from coopgraph.importers.openalex.files import find
with tempfile.TemporaryDirectory(dir=sys.argv[3]) as scratch:
    options = {"engine": sys.argv[2], "memory_mb": 4096}
    if sys.argv[2] == "spark":
        options["master"] = "local[2]"
    if sys.argv[4] == "counted":
        for name in ("institution_texts", "shared_texts"):
            setattr(openalex.ntriples, name, lambda rows: iter(deque(rows, 0)))
    triples = openalex.configured(options, Path(scratch))
    lines = triples(find([Path(sys.argv[1])]), Ledger())
    print(sum(1 + line.count(chr(10)) for line in lines))
"""


def measure(program: str, *arguments: str) -> tuple[float, float, str]:
    """Seconds, peak megabytes (with those of the processes it starts), and what it printed."""
    start = time.perf_counter()
    command = [sys.executable, "-c", program, *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, resident_mb(process.pid))
        time.sleep(0.2)
    took = time.perf_counter() - start
    said = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise SystemExit(f"the measured process ended with {process.returncode}")
    return took, peak, said.strip()


def main() -> None:
    """Generate and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--works", type=int, action="append")
    parser.add_argument("--engines", nargs="*", default=["plain", "duckdb:counted", "duckdb"])
    parser.add_argument("--generate", type=Path)
    parser.add_argument("--keep", type=Path, help="reuse the files in this folder")
    chosen = parser.parse_args()
    sizes = chosen.works or [100_000, 1_000_000]
    if chosen.generate:
        generate(chosen.generate, sizes[0])
        return
    heading("engine", "works", "seconds", "works/s", "peak MB", "/ plain", "triples")
    for size in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            home = (chosen.keep or Path(scratch)) / str(size)
            folder = home / "works" if (home / "works").exists() else generate(home, size)
            plain = 0.0
            for engine in chosen.engines:
                if engine == "plain":
                    took, peak, said = measure(_PLAIN, str(folder))
                    plain, triples = took, ""
                else:
                    name, _, step = engine.partition(":")
                    took, peak, said = measure(_OURS, str(folder), name, scratch, step)
                    triples = f"{int(said):,}" if not step else ""
                ratio = f"{took / plain:.2f}" if plain else ""
                rate = f"{size / took:,.0f}"
                row(engine, f"{size:,}", f"{took:.1f}", rate, f"{peak:,.0f}", ratio, triples)


if __name__ == "__main__":
    main()
