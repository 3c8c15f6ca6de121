"""Tables about records of others: the names they use, and which are the same organisation."""

from coopgraph.tables.description import Column, relations, text

ORGANISATION_ALIASES = relations(
    "organisation_aliases", "organisation-alias", ("coop:OrganisationAlias",),
    "Names by which one source calls an organisation, resolved by us. Importers read them.",
    Column("organisation", "ref", "coop:aliasOf", "whom it names", True, of=("organisations",)),
    Column("alias", "text", "coop:asPrinted", "the name as printed", True),
    Column("in_source", "ref", "coop:usedIn", "the source that uses it", True, of=("sources",)),
    text("reason", "coop:reason", "why we read it so"),
)

KR_BUDGET_NAMES = relations(
    "kr_budget_names", "kr-budget-name", (),
    "Names and words in the list of Korean R&D programmes. One of code, cooperation and in_file_name is filled.",
    Column("as_printed", "text", "", "the name or word as printed", True),
    Column("code", "code", "", "what it names", of=("policy-area", "review-committee")),
    Column("cooperation", "boolean", "", "whether, in the name of a programme, it says that the programme is about international "
           "cooperation; false where it holds such a word and says something else"),
    Column("in_file_name", "boolean", "", "whether the names of the list's files hold it"),
    text("reason", "", "why we read it so", required=False),
)

LINK_DECISIONS = relations(
    "link_decisions", "link-decision", ("coop:LinkDecision",),
    "Decisions on two records that may be the same organisation (`coopgraph review` lists them). They override what is computed.",
    Column("left", "iri", "coop:leftRecord", "the IRI of one record", True),
    Column("right", "iri", "coop:rightRecord", "the IRI of the other", True),
    Column("decision", "code", "coop:ruling", "accept: the same organisation; reject: not", True, of=("link-ruling",)),
    text("reason", "coop:reason", "why"),
)

TABLES = (ORGANISATION_ALIASES, KR_BUDGET_NAMES, LINK_DECISIONS)
