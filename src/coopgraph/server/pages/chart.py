"""A chart as a page, as SVG and as PNG."""

from coopgraph.api import KnowledgeGraph
from coopgraph.guard import Reply
from coopgraph.server.address import PageRequest
from coopgraph.server.kept import kept
from coopgraph.server.page import page, split_format, standalone, written
from coopgraph.server.requests import FORMAT
from coopgraph.server.scope import asked_scope


@page("/chart/{name}")
def chart(kg: KnowledgeGraph, request: PageRequest) -> Reply:
    """/chart/{name}: a chart with its figures and their sources, as `coopgraph chart` writes it;
    also `.svg` and `.png`. The fields are the parameters of its question. Raises `UnknownChart` and
    what `KnowledgeGraph.chart` raises."""
    from coopgraph.view.charts import CHARTS, FILES
    from coopgraph.view.charts import chart as draw

    name, format = split_format(request.names["name"], request, FILES.files, by_header=False)
    values = request.fields.values(*FORMAT)
    if request.scope and name in CHARTS and CHARTS[name].scope == "plan":
        values = {**asked_scope(request), **values}
    if format.name != "html":
        return written(FILES, kg.chart(name, lang=request.lang, **values), format)

    def make() -> str:
        made = draw(kg.store, name, values, lang=request.lang, index=kg.index, alone=True)
        return made.html(request.place, request.link(f"/questions/{made.kind.question}", **values))

    here = (request.lang, request.is_chosen, sorted(request.scope.items()))
    key = (kg.store.manifest.digest, "chart", name, sorted(values.items()), *here)
    return standalone(kept(key, make), request)
