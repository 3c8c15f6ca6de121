"""A brief as a page, and as Markdown."""

import re
from typing import Final

from coopgraph.api import KnowledgeGraph
from coopgraph.brief.model import BRIEFS, Brief
from coopgraph.errors import ExtraMissing, FontMissing
from coopgraph.formats.ntriples import iri as term
from coopgraph.guard import Reply
from coopgraph.i18n import text
from coopgraph.queries.answer import Entity
from coopgraph.server.address import PageRequest
from coopgraph.server.kept import kept
from coopgraph.server.outline import KINDS
from coopgraph.server.page import page, split_format, standalone, written
from coopgraph.server.requests import FORMAT

_NAMED: Final = "SELECT DISTINCT ?it { VALUES ?it { %s } VALUES ?class { %s } ?it a ?class }"


@page("/brief/{entity:path}")
def brief(kg: KnowledgeGraph, request: PageRequest) -> Reply:
    """/brief/{entity}: one page for a meeting, as `coopgraph brief` writes it; also `.md`, `.pdf`,
    `.docx` and `.hwpx`. The fields say whose plans it tells of. Raises what `KnowledgeGraph.brief`
    raises, `ExtraMissing` and `FontMissing`."""
    path, format = split_format(request.names["entity"], request, BRIEFS.files, by_header=False)
    values = request.fields.values(*FORMAT)
    key = (kg.store.manifest.digest, "brief", path, sorted(values.items()), request.lang)
    made = kept(key, lambda: kg.brief(path, lang=request.lang, **values))
    if format.name != "html":
        reply = written(BRIEFS, made, format)
        named = f'attachment; filename="{_file_name(made)}.{format.extension}"'
        return Reply(reply.body, {**reply.headers, "Content-Disposition": named})
    here = request.path.removesuffix(".html")
    files = [
        (ready.title, request.link(f"{here}.{ready.extension}", **values))
        for ready in BRIEFS.ready
        if ready.name != "html"
    ]
    note = kept((*key, "pages"), lambda: _pages(made))
    told = kept((*key, "named"), lambda: _named(kg, made))
    places = [(str(one), request.place(one.iri)) for one in told]
    written_page = BRIEFS.write(made, "html", files=files, note=note, named=places)
    return standalone(str(written_page), request)


def _named(kg: KnowledgeGraph, made: Brief) -> list[Entity]:
    """What a brief is about, and what it names that has sections of its own but is no source."""
    found = " ".join(map(term, made.iris))
    classes = " ".join(name for name in KINDS if name != "coop:Source")
    known = {it.value for (it,) in kg.store.select(_NAMED % (found, classes))}
    labels = kg.store.labels(sorted(known), made.lang)
    order = dict.fromkeys([made.entity.iri, *made.iris])
    return [Entity(labels[iri], iri) for iri in order if iri in labels]


def _file_name(made: Brief) -> str:
    """What a file of a brief is called: of letters that every system takes."""
    last = re.split(r"[/#]", made.entity.iri)[-1]
    return re.sub(r"[^A-Za-z0-9]+", "-", f"coopgraph-{last}").strip("-")[:80] + f"-{made.lang}"


def _pages(made: Brief) -> str:
    """How many pages it has on paper; empty where nothing here can tell."""
    from coopgraph.brief.formats.pdf import pages

    try:
        return text("brief.pages", made.lang, pages(made))
    except (ExtraMissing, FontMissing):
        return ""
