"""Tables that resolve the names of imported records to what is curated."""

from __future__ import annotations

from coopgraph.tables.description import EVIDENCE, Column, Table, key

ORGANISATION_ALIASES = Table(
    "organisation_aliases",
    "organisation-alias",
    ("coop:OrganisationAlias",),
    "Names by which one source calls an organisation, resolved by us. Importers read them.",
    (
        key(),
        Column("organisation", "ref", "coop:aliasOf", "whom it names", True, of=("organisations",)),
        Column("alias", "text", "coop:asPrinted", "the name as printed", True),
        Column("in_source", "ref", "coop:usedIn", "the source that uses it", True, of=("sources",)),
        Column(
            "reason_en", "text", "coop:reason", "why we read it so, in English", True, lang="en"
        ),
        Column("reason_ko", "text", "coop:reason", "why we read it so, in Korean", True, lang="ko"),
        *EVIDENCE,
    ),
    label_en="{alias} in {in_source}: {organisation}",
    label_ko="{in_source}의 {alias}: {organisation}",
)

TABLES = (ORGANISATION_ALIASES,)
