"""Tables of technologies, stances, missions, modes and intended partners; what belongs to which
technology."""

from dataclasses import replace
from typing import Final

from coopgraph.tables.description import (
    PLAN,
    Column,
    Direct,
    claims,
    entities,
    relations,
    text,
)

#: What names a partner: a priority, or the plan as a whole.
_NAMES: Final = "priority/partner_list.priority/plan/partner_list.plan"

TECHNOLOGIES = entities(
    "technologies", "technology", ("coop:Technology", "skos:Concept"),
    "Technologies. One that is in two lists is one row, with two rows in `scheme_members`.",
)

CONCEPTS = entities(
    "concepts", "concept", ("coop:Topic", "skos:Concept"),
    "Missions, drivers, terms, roles and other notions that statements are about, and the words of plans for modes of cooperation and scopes of budgets.",
    Column("kind", "code", "coop:topicKind", "what kind of notion it is", True, of=("topic-kind",)),
    Column("plan", "ref", "coop:plan", "the plan whose word it is, as a mission, mode or scope is that of one", of=("plans",)),
    Column("broad_match", "code", "skos:broadMatch", "the generic mode or scope that it is one of, where that is plain", of=("mode", "line-scope")),
    Column("broader", "ref", "skos:broader", "a broader notion of the same kind", of=("concepts",)),
    Column("related", "ref", "skos:related", "a related notion", many=True, of=("concepts",)),
    Column("derived_from", "ref", "prov:wasDerivedFrom", "the notion it was built on", of=("concepts",)),
    Column("introduced_by", "ref", "coop:introducedBy", "the document that introduced it", of=("documents", "plans")),
    by_kind={"mode": "coop:Mode", "line-scope": "coop:LineScope"},
)

SCHEMES = entities(
    "schemes", "scheme", ("skos:ConceptScheme",),
    "Published lists of technologies.",
    Column("document", "ref", "coop:publishedIn", "the document that gives the list", of=("plans", "documents")),
    Column("reference", "boolean", "coop:referenceList", "whether the entries of other lists are matched to its own; no where empty"),
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
    "How technologies of different lists correspond. Exactly one match column is filled. "
    "The direct property leads to the technology of a reference list, whichever way round the row is written.",
    Column("technology", "ref", "coop:technology", "the technology", True, of=("technologies",)),
    Column("close_match", "ref", "coop:closeTo", "skos:closeMatch", of=("technologies",)),
    Column("broad_match", "ref", "coop:within", "skos:broadMatch: the wider one", of=("technologies",)),
    Column("narrow_match", "ref", "coop:contains", "skos:narrowMatch: the narrower one", of=("technologies",)),
    Column("related_match", "ref", "coop:relatedTo", "skos:relatedMatch: one that has to do with it", of=("technologies",)),
    text("reason", "coop:reason", "why"),
    direct=(
        Direct("technology", "skos:closeMatch", "close_match", inverse="skos:closeMatch"),
        Direct("technology", "skos:broadMatch", "broad_match", inverse="skos:narrowMatch"),
        Direct("technology", "skos:narrowMatch", "narrow_match", inverse="skos:broadMatch"),
        Direct("technology", "skos:relatedMatch", "related_match", inverse="skos:relatedMatch"),
    ),
)

STANCES = entities(
    "stances", "stance", ("coop:Stance", "skos:Concept"),
    "The stances that plans take, each in the words of the plan that takes it.",
    Column("plan", "ref", "coop:plan", "the plan whose word it is", True, of=("plans",)),
    Column("broad_match", "code", "coop:genericStance", "skos:broadMatch: the generic stance that it is one of, where that is plain", of=("generic-stance",)),
    text("definition", "skos:definition", "what the plan means by it", required=False),
    direct=(Direct("self", "skos:broadMatch", "broad_match"),),
)

STANCE_PROFILES = claims(
    "stance_profiles", "stance-profile", ("coop:StanceProfile",),
    "What a stance asks for: missions and cooperation modes. Three in the article's table.",
    Column("stance", "ref", "coop:stance", "the stance", True, of=("stances",)),
    Column("missions", "ref", "coop:mission", "its missions", True, many=True, of=("concepts",)),
    Column("modes", "code", "coop:cooperationMode", "its cooperation modes", True, many=True, of=("mode",), words=True),
    Column("open_list", "boolean", "coop:openList", "whether the cell ends in “among others”", True),
    text("as_printed", "coop:asPrinted", "the cell as printed, where short", required=False, lang="ko"),
    PLAN.must(),
)

PRIORITIES = claims(
    "priorities", "priority", ("coop:Priority",),
    "What a plan says of a technology, or of several jointly: the stance it takes, its missions and cooperation modes. Eight in the article's table.",
    Column("technologies", "ref", "coop:technology", "the technology, or all of which it speaks jointly: those of the plan's own list where it has one", True, many=True,
           of=("technologies",)),
    Column("stances", "ref", "coop:takesStance", "the stance that the plan takes, one of its own", many=True, of=("stances",)),
    Column("missions", "ref", "coop:mission", "missions that the plan gives to it", many=True, of=("concepts",)),
    Column("modes", "code", "coop:cooperationMode", "cooperation modes that the plan names for it", many=True, of=("mode",), words=True),
    Column("as_printed", "text", "coop:asPrinted", "as printed, where short"),
    PLAN.must(),
)

PARTNER_LISTS = claims(
    "partner_lists", "partner-list", ("coop:PartnerList",),
    "A list of partners: of a priority, of technologies, or of a whole plan. Eight in the article's table.",
    Column("technologies", "ref", "coop:technology", "the technologies it is for; empty where it is that of a priority or of the whole plan", many=True,
           of=("technologies",)),
    Column("priority", "ref", "coop:priority", "the priority it is for", of=("priorities",)),
    Column("status", "code", "coop:listStatus", "draft where the column is marked as a draft", True, of=("list-status",)),
    Column("open_list", "boolean", "coop:openList", "whether the source says “among others”; false says only that it does not say so", True),
    PLAN.must(),
    direct=(Direct("self", "coop:technology", "technologies/priority.technologies"),),
)

PARTNER_LINKS = claims(
    "partner_links", "partner-link", ("coop:PartnerLink",),
    "One partner that a plan names, intended or not, on a list or by itself: a plan, never a collaboration that took place.",
    Column("partner_list", "ref", "coop:onList", "the list it is on", of=("partner_lists",)),
    Column("priority", "ref", "coop:priority", "the priority it is named for, where not that of its list", of=("priorities",)),
    Column("partner", "ref", "coop:partner", "the institution, country, bloc, group or programme", True,
           of=("organisations", "countries", "groups", "programmes")),
    Column("role", "code", "coop:partnerRole", "intended, excluded, or intended on a condition; intended where empty", of=("partner-role",), default="intended"),
    Column("condition", "text", "coop:partnerCondition", "on what condition, or for what it is excluded, in a few words of our own"),
    Column("modes", "code", "coop:cooperationMode", "how to cooperate with it", many=True, of=("mode",), words=True),
    Column("own_body", "ref", "coop:ownBody", "the planner's own body that works with it", many=True, of=("organisations",)),
    Column("delivery_body", "ref", "coop:deliveryBody", "the body that runs the cooperation, where it is another", many=True, of=("organisations",)),
    Column("as_printed", "text", "coop:asPrinted", "the name as printed", True),
    replace(PLAN, doc="the plan, where neither its priority nor its list leads to it"),
    direct=(
        Direct("self", "coop:technology", "priority.technologies/partner_list.technologies/partner_list.priority.technologies"),
        Direct("self", "coop:priority", "priority/partner_list.priority"),
        Direct("self", "coop:plan", "plan/priority.plan/partner_list.plan"),
        Direct(_NAMES, "coop:intendedPartner", "partner", where=("role", "intended")),
        Direct(_NAMES, "coop:excludedPartner", "partner", where=("role", "excluded")),
    ),
)

TECHNOLOGY_MAPPINGS = relations(
    "technology_mappings", "technology-mapping", ("coop:TechnologyMapping",),
    "Which fields, call topics, programme parts and legal bases of EU projects and which topics of OpenAlex belong to which strategic technology. "
    "A field or subfield includes what is within it; none switches another off, and none the words of a title and text (`technology_terms.tsv`).",
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
    STANCES, STANCE_PROFILES, PRIORITIES, PARTNER_LISTS, PARTNER_LINKS, TECHNOLOGY_MAPPINGS,
)
