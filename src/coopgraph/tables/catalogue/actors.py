"""Tables of sources and of those who act: organisations, people, countries, roles."""

from coopgraph.tables.description import (
    NOTE,
    Column,
    Direct,
    Table,
    claims,
    entities,
    key,
    labels,
    relations,
    text,
)

SOURCES = Table(
    "sources",
    "source",
    ("coop:Source", "schema:CreativeWork", "prov:Entity"),
    "Where knowledge comes from. Each source is one named graph.",
    (
        key("the key of the source, also the name of its named graph"),
        *labels(),
        Column("kind", "code", "coop:sourceKind", "what kind of source it is", True, of=("source-kind",)),
        text("title", "dcterms:title", "its title as printed, in its own language; where it is empty, the label", required=False),
        text("container", "coop:container", "the newspaper, journal, series or site that it is part of, as printed", required=False),
        Column("creator", "ref", "dcterms:creator", "who wrote it", many=True, of=("people", "organisations")),
        Column("author", "text", "coop:authorName", "the authors who have no row of their own: names as printed, in that order, separated by semicolons"),
        Column("publisher", "text", "dcterms:publisher", "who published it, as printed"),
        Column("issued", "date", "dcterms:issued", "when it was published"),
        Column("accessed", "date", "coop:accessed", "when it was read there"),
        Column("identifier", "text", "dcterms:identifier", "the publisher's own identifier of the item"),
        Column("url", "iri", "foaf:page", "where it can be read"),
        Column("licence", "iri", "dcterms:license", "its licence, where it states one"),
        Column("sha256", "sha256", "coop:sha256", "SHA-256 of the text in which positions are counted"),
        Column("code_points", "integer", "coop:codePoints", "length of that text in code points"),
        NOTE,
    ),
)

COUNTRIES = entities(
    "countries", "country", ("coop:Country", "schema:Country"),
    "Countries. International organisations have none.",
    Column("iso_alpha2", "text", "coop:isoAlpha2", "ISO 3166-1 alpha-2 code", True),
    Column("iso_alpha3", "text", "coop:isoAlpha3", "ISO 3166-1 alpha-3 code", True),
    of_key="ISO 3166-1 alpha-2 code in lower case",
    direct=(Direct("self", "coop:jurisdictionCode", "iso_alpha2"),),
)

ORGANISATIONS = entities(
    "organisations", "organisation", ("coop:Organisation", "org:FormalOrganization", "org:Organization", "foaf:Organization"),
    "Ministries, institutions, companies, bodies.",
    Column("kind", "code", "coop:organisationKind", "what kind of body it is", True, of=("organisation-kind",)),
    Column("country", "ref", "coop:country", "its country; empty for international bodies", of=("countries",)),
    Column("seat_country", "ref", "coop:seatCountry", "where an international body has its seat", of=("countries",)),
    Column("part_of", "ref", "org:subOrganizationOf", "the body it belongs to", of=("organisations",)),
    Column("bloc_code", "text", "coop:jurisdictionCode", "of a bloc with a policy of its own, the code it has beside those of countries, as EU"),
)

BLOC_MEMBERS = relations(
    "bloc_members", "bloc-member", ("coop:BlocMembership", "org:Membership"),
    "Which countries belong to a bloc, and from when to when: their institutions are its own.",
    Column("bloc", "ref", "org:organization", "the bloc", True, of=("organisations",)),
    Column("member", "ref", "org:member", "the country", True, of=("countries",)),
    Column("from_date", "date", "coop:fromDate", "since when", True),
    Column("to_date", "date", "coop:toDate", "until when, where it left"),
)

GROUPS = entities(
    "groups", "group", ("coop:Group",),
    "Groups that a plan or an agreement names as one: of countries or of bodies, whether all of its members are known or not. "
    "A bloc with a policy of its own is a row of `organisations`.",
    Column("plan", "ref", "coop:plan", "the plan whose word it is, where it is one's own", of=("plans",)),
    Column("enumerated", "boolean", "coop:enumerated", "whether it is known one by one who belongs to it, from the source or by its name", True),
    Column("stated_count", "integer", "coop:statedCount", "how many members the source says it has"),
    Column("members", "ref", "coop:member", "the members that the source names", many=True, of=("countries", "organisations")),
)

IDENTIFIERS = relations(
    "identifiers", "identifier", ("coop:Identification",),
    "Identifiers and home pages of organisations, each with the register that says so.",
    Column("organisation", "ref", "coop:identifies", "the organisation", True, of=("organisations",)),
    Column("exact_match", "iri", "coop:rorIdentifier", "its ROR IRI"),
    Column("same_as", "iri", "coop:wikidataIdentifier", "its Wikidata IRI"),
    Column("homepage", "iri", "coop:homepageIdentifier", "its home page"),
    Column("confidence", "code", "coop:confidence", "how sure the register is", True, of=("confidence",)),
    direct=(
        Direct("organisation", "skos:exactMatch", "exact_match"),
        Direct("organisation", "schema:sameAs", "same_as"),
        Direct("organisation", "foaf:homepage", "homepage"),
    ),
)

PEOPLE = entities(
    "people", "person", ("coop:Person", "foaf:Person"),
    "People.",
)

POSTS = relations(
    "posts", "post", ("coop:Post", "org:Membership"),
    "Who works or worked where, and as what; also what a person studied and researches.",
    Column("person", "ref", "org:member", "the person", True, of=("people",)),
    Column("organisation", "ref", "org:organization", "the organisation", of=("organisations",)),
    text("role", "coop:roleName", "the role"),
    Column("status", "code", "coop:postStatus", "past or current, as the source puts it", True, of=("post-status",)),
    direct=(Direct("person", "coop:affiliation", "organisation"),),
)

DESIGNATIONS = claims(
    "designations", "designation", ("coop:Designation",),
    "Who gave which role or mandate to whom, and when.",
    Column("organisation", "ref", "coop:designee", "who has the role", True, of=("organisations",)),
    Column("role", "ref", "coop:designatedRole", "the role", True, of=("concepts",)),
    Column("given_by", "ref", "coop:givenBy", "who gave it, where the source says so", of=("organisations",)),
    Column("programme", "ref", "coop:inProgramme", "the programme it is for", of=("programmes",)),
    Column("from_date", "date", "coop:fromDate", "since when"),
    Column("to_date", "date", "coop:toDate", "until when"),
    direct=(Direct("organisation", "coop:mandate", "role"),),
)

TABLES = (SOURCES, COUNTRIES, ORGANISATIONS, BLOC_MEMBERS, GROUPS, IDENTIFIERS, PEOPLE, POSTS, DESIGNATIONS)
