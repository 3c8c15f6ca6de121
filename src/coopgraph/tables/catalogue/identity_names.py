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
)

KR_BUDGET_NAMES = Table(
    "kr_budget_names",
    "kr-budget-name",
    (),
    "Names and words in the list of Korean R&D programmes. One of code, cooperation and in_file_name is filled.",
    (
        key(),
        Column("as_printed", "text", "", "the name or word as printed", True),
        Column("code", "code", "", "what it names", of=("policy-area", "review-committee")),
        Column("cooperation", "boolean", "", "whether, in the name of a programme, it says that the programme is about international "
               "cooperation; false where it holds such a word and says something else"),
        Column("in_file_name", "boolean", "", "whether the names of the list's files hold it"),
        Column("reason_en", "text", "", "why we read it so, in English", lang="en"),
        Column("reason_ko", "text", "", "why we read it so, in Korean", lang="ko"),
        *EVIDENCE,
    ),
)

TABLES = (ORGANISATION_ALIASES, KR_BUDGET_NAMES)
