"""Tables of technologies, stances, missions, modes and intended partners."""

from __future__ import annotations

from coopgraph.tables.description import (
    CLAIM,
    CLAIM_CLASSES,
    EVIDENCE,
    Column,
    Direct,
    Table,
    key,
    labels,
)

TECHNOLOGIES = Table(
    "technologies",
    "technology",
    ("coop:Technology", "skos:Concept"),
    "Technologies. One that stands in two lists is one row, with two rows in `scheme_members`.",
    (key(), *labels(), *EVIDENCE),
)

CONCEPTS = Table(
    "concepts",
    "concept",
    ("coop:Topic", "skos:Concept"),
    "Missions, drivers, terms, roles and other notions that statements are about.",
    (
        key(),
        *labels(),
        Column("kind", "code", "coop:topicKind", "what kind of notion it is", True, of=("topic-kind",)),
        Column("broader", "ref", "skos:broader", "a broader notion of the same kind", of=("concepts",)),
        Column("related", "ref", "skos:related", "a related notion", many=True, of=("concepts",)),
        Column("derived_from", "ref", "prov:wasDerivedFrom", "the notion it was built on", of=("concepts",)),
        Column("introduced_by", "ref", "coop:introducedBy", "the document that introduced it", of=("documents", "plans")),
        *EVIDENCE,
    ),
)

SCHEMES = Table(
    "schemes",
    "scheme",
    ("skos:ConceptScheme",),
    "Lists of technologies that somebody publishes.",
    (
        key(),
        *labels(),
        Column("document", "ref", "coop:publishedIn", "the document that gives the list", of=("plans", "documents")),
        *EVIDENCE,
    ),
)

SCHEME_MEMBERS = Table(
    "scheme_members",
    "scheme-member",
    ("coop:SchemeMember",),
    "Which technology stands in which list, and as printed there.",
    (
        key(),
        Column("technology", "ref", "coop:technology", "the technology", True, of=("technologies",)),
        Column("scheme", "ref", "coop:scheme", "the list", True, of=("schemes",)),
        Column("as_printed", "text", "coop:asPrinted", "the entry as printed", True, lang="ko"),
        *EVIDENCE,
    ),
    direct=(Direct("technology", "skos:inScheme", "scheme"),),
)

TECHNOLOGY_MATCHES = Table(
    "technology_matches",
    "technology-match",
    ("coop:TechnologyMatch",),
    "How technologies of different lists correspond. Exactly one match column is filled.",
    (
        key(),
        Column("technology", "ref", "coop:technology", "the technology", True, of=("technologies",)),
        Column("close_match", "ref", "coop:closeTo", "skos:closeMatch", of=("technologies",)),
        Column("broad_match", "ref", "coop:within", "skos:broadMatch: the wider one", of=("technologies",)),
        Column("reason_en", "text", "coop:reason", "why, in English", True, lang="en"),
        Column("reason_ko", "text", "coop:reason", "why, in Korean", True, lang="ko"),
        *EVIDENCE,
    ),
    direct=(
        Direct("technology", "skos:closeMatch", "close_match"),
        Direct("technology", "skos:broadMatch", "broad_match"),
    ),
)

STANCE_PROFILES = Table(
    "stance_profiles",
    "stance-profile",
    ("coop:StanceProfile", *CLAIM_CLASSES),
    "What a stance asks for: missions and cooperation modes. Three in the article's table.",
    (
        key(),
        Column("stance", "code", "coop:stance", "the stance", True, of=("stance",)),
        Column("missions", "ref", "coop:mission", "its missions", True, many=True, of=("concepts",)),
        Column("modes", "code", "coop:cooperationMode", "its cooperation modes", True, many=True, of=("mode",)),
        Column("open_list", "boolean", "coop:openList", "whether the cell ends in “among others”", True),
        Column("as_printed", "text", "coop:asPrinted", "the cell as printed, where short", lang="ko"),
        Column("plan", "ref", "coop:inPlan", "the plan it belongs to", True, of=("plans", "resolutions")),
        *CLAIM,
    ),
    direct=(
        Direct("stance", "coop:pursues", "missions"),
        Direct("stance", "coop:cooperatesBy", "modes"),
    ),
)

STANCE_ASSIGNMENTS = Table(
    "stance_assignments",
    "stance-assignment",
    ("coop:StanceAssignment", *CLAIM_CLASSES),
    "Which stance one document takes on a technology. Eight in the article's table.",
    (
        key(),
        Column("technology", "ref", "coop:technology", "the technology", True, of=("technologies",)),
        Column("stance", "code", "coop:stance", "the stance", True, of=("stance",)),
        Column("plan", "ref", "coop:inPlan", "the plan it belongs to", True, of=("plans", "resolutions")),
        *CLAIM,
    ),
    direct=(Direct("technology", "coop:hasStance", "stance"),),
)

PARTNER_LISTS = Table(
    "partner_lists",
    "partner-list",
    ("coop:PartnerList", *CLAIM_CLASSES),
    "The list of intended partners of a technology. Eight in the article's table.",
    (
        key(),
        Column("technology", "ref", "coop:technology", "the technology", True, of=("technologies",)),
        Column("status", "code", "coop:listStatus", "draft where the column is marked as a draft", True, of=("list-status",)),
        Column("open_list", "boolean", "coop:openList",
               "whether the source says “among others”; false says only that it does not say so", True),
        Column("plan", "ref", "coop:inPlan", "the plan it belongs to", True, of=("plans", "resolutions")),
        *CLAIM,
    ),
    direct=(Direct("technology", "coop:partnerList", "self"),),
)

PARTNER_LINKS = Table(
    "partner_links",
    "partner-link",
    ("coop:PartnerLink", *CLAIM_CLASSES),
    "One intended partner on one list: a plan, never a collaboration that took place.",
    (
        key(),
        Column("partner_list", "ref", "coop:onList", "the list it stands on", True, of=("partner_lists",)),
        Column("partner", "ref", "coop:partner", "the institution", True, of=("organisations",)),
        Column("as_printed", "text", "coop:asPrinted", "the name as printed", True),
        *CLAIM,
    ),
    direct=(
        Direct("self", "coop:technology", "partner_list.technology"),
        Direct("partner_list.technology", "coop:plannedPartner", "partner"),
    ),
)

TABLES = (
    TECHNOLOGIES, CONCEPTS, SCHEMES, SCHEME_MEMBERS, TECHNOLOGY_MATCHES,
    STANCE_PROFILES, STANCE_ASSIGNMENTS, PARTNER_LISTS, PARTNER_LINKS,
)
