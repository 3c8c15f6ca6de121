"""Tables of technologies, stances, missions, modes and intended partners; what belongs to which
technology."""

from coopgraph.tables.description import (
    PLAN,
    Column,
    Direct,
    claims,
    entities,
    relations,
    text,
)

TECHNOLOGIES = entities(
    "technologies", "technology", ("coop:Technology", "skos:Concept"),
    "Technologies. One that is in two lists is one row, with two rows in `scheme_members`.",
)

CONCEPTS = entities(
    "concepts", "concept", ("coop:Topic", "skos:Concept"),
    "Missions, drivers, terms, roles and other notions that statements are about.",
    Column("kind", "code", "coop:topicKind", "what kind of notion it is", True, of=("topic-kind",)),
    Column("broader", "ref", "skos:broader", "a broader notion of the same kind", of=("concepts",)),
    Column("related", "ref", "skos:related", "a related notion", many=True, of=("concepts",)),
    Column("derived_from", "ref", "prov:wasDerivedFrom", "the notion it was built on", of=("concepts",)),
    Column("introduced_by", "ref", "coop:introducedBy", "the document that introduced it", of=("documents", "plans")),
)

SCHEMES = entities(
    "schemes", "scheme", ("skos:ConceptScheme",),
    "Published lists of technologies.",
    Column("document", "ref", "coop:publishedIn", "the document that gives the list", of=("plans", "documents")),
)

SCHEME_MEMBERS = relations(
    "scheme_members", "scheme-member", ("coop:SchemeMember",),
    "Which technology is in which list, and how it is printed there.",
    Column("technology", "ref", "coop:technology", "the technology", True, of=("technologies",)),
    Column("scheme", "ref", "coop:scheme", "the list", True, of=("schemes",)),
    text("as_printed", "coop:asPrinted", "the entry as printed", lang="ko"),
    direct=(Direct("technology", "skos:inScheme", "scheme"),),
)

TECHNOLOGY_MATCHES = relations(
    "technology_matches", "technology-match", ("coop:TechnologyMatch",),
    "How technologies of different lists correspond. Exactly one match column is filled.",
    Column("technology", "ref", "coop:technology", "the technology", True, of=("technologies",)),
    Column("close_match", "ref", "coop:closeTo", "skos:closeMatch", of=("technologies",)),
    Column("broad_match", "ref", "coop:within", "skos:broadMatch: the wider one", of=("technologies",)),
    text("reason", "coop:reason", "why"),
    direct=(
        Direct("technology", "skos:closeMatch", "close_match"),
        Direct("technology", "skos:broadMatch", "broad_match"),
    ),
)

STANCE_PROFILES = claims(
    "stance_profiles", "stance-profile", ("coop:StanceProfile",),
    "What a stance asks for: missions and cooperation modes. Three in the article's table.",
    Column("stance", "code", "coop:stance", "the stance", True, of=("stance",)),
    Column("missions", "ref", "coop:mission", "its missions", True, many=True, of=("concepts",)),
    Column("modes", "code", "coop:cooperationMode", "its cooperation modes", True, many=True, of=("mode",)),
    Column("open_list", "boolean", "coop:openList", "whether the cell ends in “among others”", True),
    text("as_printed", "coop:asPrinted", "the cell as printed, where short", required=False, lang="ko"),
    PLAN.must(),
    direct=(
        Direct("self", "coop:inPlan", "plan"),
        Direct("stance", "coop:pursues", "missions"),
        Direct("stance", "coop:cooperatesBy", "modes"),
    ),
)

STANCE_ASSIGNMENTS = claims(
    "stance_assignments", "stance-assignment", ("coop:StanceAssignment",),
    "Which stance one document takes on a technology. Eight in the article's table.",
    Column("technology", "ref", "coop:technology", "the technology", True, of=("technologies",)),
    Column("stance", "code", "coop:stance", "the stance", True, of=("stance",)),
    PLAN.must(),
    direct=(Direct("self", "coop:inPlan", "plan"), Direct("technology", "coop:hasStance", "stance")),
)

PARTNER_LISTS = claims(
    "partner_lists", "partner-list", ("coop:PartnerList",),
    "The list of intended partners of a technology. Eight in the article's table.",
    Column("technology", "ref", "coop:technology", "the technology", True, of=("technologies",)),
    Column("status", "code", "coop:listStatus", "draft where the column is marked as a draft", True, of=("list-status",)),
    Column("open_list", "boolean", "coop:openList", "whether the source says “among others”; false says only that it does not say so", True),
    PLAN.must(),
    direct=(Direct("self", "coop:inPlan", "plan"), Direct("technology", "coop:partnerList", "self")),
)

PARTNER_LINKS = claims(
    "partner_links", "partner-link", ("coop:PartnerLink",),
    "One intended partner on one list: a plan, never a collaboration that took place.",
    Column("partner_list", "ref", "coop:onList", "the list it is on", True, of=("partner_lists",)),
    Column("partner", "ref", "coop:partner", "the institution", True, of=("organisations",)),
    Column("as_printed", "text", "coop:asPrinted", "the name as printed", True),
    direct=(
        Direct("self", "coop:technology", "partner_list.technology"),
        Direct("self", "coop:plan", "partner_list.plan"),
        Direct("partner_list.technology", "coop:plannedPartner", "partner"),
    ),
)

TECHNOLOGY_MAPPINGS = relations(
    "technology_mappings", "technology-mapping", ("coop:TechnologyMapping",),
    "Which fields, call topics, programme parts and legal bases of EU projects and which topics of OpenAlex belong to which strategic technology. "
    "A field or subfield includes what is within it; call topics, programme parts and legal bases count only for projects that carry no field.",
    Column("technology", "ref", "coop:technology", "the strategic technology", True, of=("technologies",)),
    Column("vocabulary", "code", "coop:mappingVocabulary", "the vocabulary of the target", True, of=("mapping-vocabulary",)),
    Column(
        "target",
        "text",
        "coop:mappingTarget",
        "what a project or paper carries: a code of EuroSciVoc; the beginning of a call topic, in either case, with `*` for anything between two hyphens; "
        "a programme part; a legal basis with all below it; a topic of OpenAlex, with T; a subfield of OpenAlex, four digits",
        True,
    ),
    Column("match", "code", "coop:matchKind", "how the target corresponds: close, narrow (it is within the technology) or broad (it reaches further)", True, of=("match-kind",)),
    text("reason", "coop:reason", "why"),
)

TABLES = (
    TECHNOLOGIES, CONCEPTS, SCHEMES, SCHEME_MEMBERS, TECHNOLOGY_MATCHES,
    STANCE_PROFILES, STANCE_ASSIGNMENTS, PARTNER_LISTS, PARTNER_LINKS, TECHNOLOGY_MAPPINGS,
)
