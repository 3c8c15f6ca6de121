"""What the lines that narrow a question are worth: each question with them and without.

    python bench/bounds.py STORE

Processor time of the SPARQL alone, the least of three, in ms. Without its line a value is still
asked for, at the end of the query.
"""

from __future__ import annotations

import re
import sys
import time
from dataclasses import replace

from coopgraph.queries import Question, load_question
from coopgraph.queries.parameters import bound, terms_of
from coopgraph.queries.truncation import limit_of
from coopgraph.store import Store
from coopgraph.vocabulary import ID

#: Question, parameters, the line that is left out.
CASES = (
    ("observed-partners", {}, "top"),
    ("alternatives", {}, "top"),
    ("plan-vs-practice", {}, "top"),
    ("observed-partners", {"country": f"{ID}country/de"}, "country, top 200"),
    ("alternatives", {"country": f"{ID}country/de"}, "country, top 200"),
    ("observed-partners", {"partner": "{partner}"}, "partner"),
    ("plan-vs-practice", {"partner": "{partner}"}, "partner"),
    ("observed-partners", {"first_year": "2018"}, "first_year"),
    ("observed-partners", {"last_year": "2018"}, "last_year"),
    ("co-publications", {"institution": "{institution}"}, "institution"),
    ("co-publications", {"partner": "{institution}"}, "partner"),
    ("co-publications", {"country": f"{ID}country/de"}, "country"),
)
_FIRST = "SELECT ?o {{ ?x {} ?r . ?r coop:canonical ?o }} ORDER BY ?o LIMIT 1"


def without(question: Question, label: str) -> Question:
    """The question without the lines of a parameter."""
    branch = rf"(?ms)^ *\{{\}} UNION  # parameter {label}\n.*?^ *\}} \}}\n"
    text = re.sub(branch, "", question.text)
    return replace(question, text=re.sub(rf"(?m)^.*# parameter {label}\n", "", text))


def taken_ms(store: Store, question: Question, values: dict[str, str]) -> tuple[float, int]:
    """Processor time and rows."""
    text = bound(question, terms_of(question, values, None), limit_of(question, values)).text
    times, rows = [], 0
    for _ in range(3):
        start = time.process_time()
        rows = sum(1 for _ in store.select(text))
        times.append(time.process_time() - start)
    return min(times) * 1000, rows


def main() -> None:
    """One line for each case."""
    store = Store.open(sys.argv[1])
    found = {
        name: next((row[0].value for row in store.select(_FIRST.format(of))), f"{ID}organisation/x")
        for name, of in (("partner", "coop:participant"), ("institution", "coop:institution"))
    }
    print(
        "| question | line | rows | with ms | without ms | times |\n|---|---|---:|---:|---:|---:|"
    )
    for name, given, label in CASES:
        question = load_question(name)
        values = {key: value.format(**found) for key, value in given.items()}
        kept, rows = taken_ms(store, question, values)
        left, _ = taken_ms(store, without(question, label), values)
        asked = " ".join(f"{k}={v.rpartition('/')[2]}" for k, v in values.items())
        cells = (f"{name} {asked}", label, f"{rows:,}", f"{kept:,.1f}", f"{left:,.1f}")
        print(f"| {' | '.join(cells)} | {left / kept:.1f} |", flush=True)


if __name__ == "__main__":
    main()
