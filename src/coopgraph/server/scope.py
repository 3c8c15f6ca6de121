"""What a reader looks at, as the header shows it: whose plans, which plan, which years, and which
data of practice there are. It stays in the address from page to page."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from coopgraph.api import KnowledgeGraph
from coopgraph.queries import Question
from coopgraph.queries.coverage import looked_through
from coopgraph.queries.parameters import ALL, AMONG
from coopgraph.queries.scope import default_jurisdiction, whose_plans
from coopgraph.server.address import PageRequest
from coopgraph.server.kept import kept

_PLANS: Final = "SELECT (COUNT(DISTINCT ?plan) AS ?n) { ?plan a coop:Plan }"
_PRACTICE: Final = "projects publications"


@dataclass(frozen=True)
class Choices:
    """What there is to choose: the countries and blocs that have plans, by code, the code of the
    default one (empty where it has none), how many plans there are, and what was looked through."""

    whose: dict[str, str]
    default: str = ""
    plans: int = 0
    looked_through: tuple[str, ...] = ()


def choices(request: PageRequest) -> Choices:
    """The choices of the graph behind a page; none where there is no graph, as behind an error."""
    is_graph = isinstance(request.graph, KnowledgeGraph)
    return _choices(request.graph, request.lang) if is_graph else Choices({})


@lru_cache(maxsize=8)
def _choices(kg: KnowledgeGraph, lang: str) -> Choices:
    def make() -> Choices:
        codes = whose_plans(kg.store)
        labels = kg.store.labels(codes, lang)
        named = {code: labels.get(iri, code) for iri, code in codes.items()}
        ((count,),) = kg.store.select(_PLANS)
        return Choices(
            dict(sorted(named.items(), key=lambda pair: pair[1])),
            codes.get(default_jurisdiction(kg.store) or "", ""),
            int(count.value),
            tuple(each.told(lang) for each in looked_through(kg.store, _PRACTICE, "")),
        )

    return kept((kg.store.manifest.digest, "choices", lang), make)


def own_code(request: PageRequest) -> str:
    """The code of the planner that is told first: whom the address names, else the default one;
    empty for nobody."""
    return request.scope.get("whose") or choices(request).default


def asked_scope(request: PageRequest, *, everyone: bool = False) -> dict[str, str]:
    """The scope as parameters of a question: of `everyone` unless the address says whose."""
    whose, plan = request.scope.get("whose"), request.scope.get("within")
    if plan:
        return {"plan": plan, **({"jurisdiction": whose} if whose else {})}
    default = "" if everyone else choices(request).default
    return {"jurisdiction": whose or default or ALL}


def other_practice(
    asked: Question, values: Mapping[str, str], request: PageRequest
) -> tuple[str, str] | None:
    """The link from the planner's own practice to that of whoever takes part, or back, on the page
    of a question or network that is asked with `values`: the key of its text and its
    address; None where it does not ask whose."""
    if AMONG not in asked.parameters:
        return None
    is_any = values.get(AMONG, "").rpartition("/")[2] == "any" or (
        asked.scope == "lens" and values.get("jurisdiction") == ALL
    )
    if is_any:
        gone = {"jurisdiction": None} if values.get("jurisdiction") == ALL else {}
        return "view.among-own", request.again(**{AMONG: None, "page": None, **gone})
    return "view.among-any", request.again(**{AMONG: "any", "page": None})
