"""Tables about what registers hold: decisions on which records are the same organisation."""

from __future__ import annotations

from coopgraph.tables.description import EVIDENCE, Column, Table, key

LINK_DECISIONS = Table(
    "link_decisions",
    "link-decision",
    ("coop:LinkDecision",),
    "Decisions on two records that may be the same organisation (`coopgraph review` lists them). They override what is computed.",
    (
        key(),
        Column("left", "iri", "coop:leftRecord", "the IRI of one record", True),
        Column("right", "iri", "coop:rightRecord", "the IRI of the other", True),
        Column("decision", "code", "coop:ruling", "accept: the same organisation; reject: not", True, of=("link-ruling",)),
        Column("reason_en", "text", "coop:reason", "why, in English", True, lang="en"),
        Column("reason_ko", "text", "coop:reason", "why, in Korean", True, lang="ko"),
        *EVIDENCE,
    ),
)

TABLES = (LINK_DECISIONS,)
