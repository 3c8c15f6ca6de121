"""Tables of policy: documents, meetings, events, recommendations, statements, readings."""

from coopgraph.tables.description import (
    JURISDICTION,
    Column,
    Direct,
    claims,
    entities,
    relations,
    text,
)

DOCUMENTS = entities(
    "documents", "document", ("coop:PolicyDocument", "prov:Entity", "schema:CreativeWork"),
    "Reports, laws and agreements, and the tables and figures printed in documents.",
    Column("kind", "code", "coop:documentKind", "what kind of document it is", True, of=("document-kind",)),
    Column("issuers", "ref", "dcterms:creator", "who issued it", many=True, of=("organisations", "people")),
    JURISDICTION,
    Column("issued", "date", "dcterms:issued", "when it was issued"),
    Column("draft", "boolean", "coop:draft", "whether it is marked as a draft"),
    Column("part_of", "ref", "dcterms:isPartOf", "the document or source it is printed in", of=("documents", "sources")),
    Column("derived_from", "ref", "prov:wasDerivedFrom", "the material it rearranges or builds on", many=True, of=("plans", "documents", "resolutions")),
    Column("about", "ref", "schema:about", "what it is about", many=True, of=("concepts", "organisations", "programmes", "technologies", "budget_lines", "countries")),
)

PLANS = entities(
    "plans", "plan", ("coop:Plan", "prov:Plan", "prov:Entity", "schema:CreativeWork"),
    "Plans and strategies: what is intended (prov:Plan), never what took place. A call for proposals is one, and of the class `coop:Call` too.",
    Column("kind", "code", "coop:planKind", "what kind of plan it is", True, of=("plan-kind",)),
    Column("planners", "ref", "coop:planner", "whose plan it is", True, many=True, of=("organisations",)),
    JURISDICTION,
    Column("issued", "date", "dcterms:issued", "when it was made"),
    Column("period_from", "date", "coop:periodFrom", "the first year, month or day that it is for"),
    Column("period_to", "date", "coop:periodTo", "the last year, month or day that it is for"),
    Column("opens", "date", "coop:opens", "of a call: when applications open"),
    Column("closes", "date", "coop:closes", "of a call: when they close"),
    Column("managed_by", "ref", "coop:managedBy", "the bodies that run it for its planners", many=True, of=("organisations",)),
    Column("eligible", "ref", "coop:eligible", "of a call: the countries, bodies or groups whose applicants it names as eligible", many=True,
           of=("countries", "organisations", "groups")),
    Column("draft", "boolean", "coop:draft", "whether it is marked as a draft"),
    Column("decided_in", "ref", "coop:decidedIn", "the resolution that decided it", of=("resolutions",)),
    Column("part_of", "ref", "dcterms:isPartOf", "the plan it is part of, as a call is of a fund", many=True, of=("plans",)),
    Column("revision_of", "ref", "prov:wasRevisionOf", "the earlier version of it", of=("plans",)),
    Column("replaces", "ref", "dcterms:replaces", "the plan that it took the place of", many=True, of=("plans",)),
    Column("follows", "ref", "prov:wasDerivedFrom", "the plan it builds on", many=True, of=("plans",)),
    Column("about", "ref", "schema:about", "what it is about", many=True, of=("concepts", "technologies", "budget_lines", "countries")),
    direct=(Direct("self", "dcterms:creator", "planners"),),
    by_kind={"call": "coop:Call", "joint-call": "coop:Call"},
)

NOTATIONS = relations(
    "notations", "notation", ("coop:Notation",),
    "Codes of foreign code books that have no IRIs, such as OECD STIP Compass.",
    Column("entity", "ref", "coop:notates", "what the code is given to", True, of=("recommendations", "concepts", "statements")),
    Column("notation", "text", "coop:code", "the code", True),
    Column("fit", "code", "coop:fit", "how well it fits", True, of=("fit",)),
    direct=(Direct("entity", "skos:notation", "notation"), Direct("entity", "dcterms:source", "source")),
)
MEETINGS = entities(
    "meetings", "meeting", ("coop:Meeting", "prov:Activity"),
    "Sessions of bodies. What a session decides is a row of `resolutions`.",
    Column("body", "ref", "prov:wasAssociatedWith", "the body that met", True, of=("organisations",)),
    JURISDICTION,
    Column("date", "date", "coop:date", "when it met"),
)

RESOLUTIONS = entities(
    "resolutions", "resolution", ("coop:Resolution", "prov:Plan", "prov:Entity"),
    "What a meeting decided.",
    Column("meeting", "ref", "prov:wasGeneratedBy", "the meeting", of=("meetings",)),
    Column("body", "ref", "coop:decidedBy", "the body", of=("organisations",)),
    JURISDICTION,
    Column("date", "date", "dcterms:issued", "when it was decided"),
    Column("about", "ref", "schema:about", "what it decides about", many=True, of=("concepts", "budget_lines", "programmes")),
)

EVENTS = entities(
    "events", "event", ("coop:Event", "prov:Activity"),
    "What happened later: announcements, agreements, bodies set up.",
    Column("kind", "code", "coop:eventKind", "what kind of event it is", True, of=("event-kind",)),
    Column("date", "date", "coop:date", "when", True),
    Column("organisations", "ref", "prov:wasAssociatedWith", "who did it or took part", many=True, of=("organisations",)),
    JURISDICTION,
    Column("outcome", "ref", "prov:generated", "the document, programme or body that came of it", many=True, of=("plans", "documents", "programmes", "resolutions")),
    Column("technologies", "ref", "coop:technology", "the technologies it is about, where the source says so", many=True, of=("technologies",)),
    Column("body", "ref", "coop:concernsBody", "the body that was set up, changed or admitted", of=("organisations",)),
    Column("follows", "ref", "prov:wasInformedBy", "the event it follows", of=("events", "meetings")),
)

RECOMMENDATIONS = claims(
    "recommendations", "recommendation", ("coop:Recommendation",),
    "What is advised: a diagnosis, then actions. Three in the article.",
    Column("diagnosis", "ref", "coop:addresses", "the state of things it answers", True, many=True, of=("statements",)),
    Column("effect", "ref", "coop:expectedEffect", "what it is expected to bring", many=True, of=("statements",)),
    labelled=True,
)

ACTIONS = claims(
    "actions", "action", ("coop:Action",),
    "What a recommendation asks of whom. Six in the article.",
    Column("recommendation", "ref", "coop:ofRecommendation", "the recommendation", True, of=("recommendations",)),
    Column("addressees", "ref", "coop:addressee", "who is to act", True, many=True, of=("organisations", "concepts")),
    Column("urgency", "code", "coop:urgency", "how urgent the source calls it", True, of=("urgency",)),
    Column("means", "ref", "coop:means", "by what means, where the source says so", many=True, of=("concepts",)),
    Column("effect", "ref", "coop:expectedEffect", "what it is expected to bring", many=True, of=("statements",)),
    labelled=True,
    direct=(
        Direct("recommendation", "coop:action", "self"),
        Direct("recommendation", "coop:addressee", "addressees"),
        Direct("self", "coop:plan", "recommendation.plan"),
    ),
)

FOLLOW_UPS = relations(
    "follow_ups", "follow-up", ("coop:FollowUp",),
    "Which later event answers which recommendation, action or statement.",
    Column("event", "ref", "coop:event", "the event", True, of=("events",)),
    Column("recommendation", "ref", "coop:ofRecommendation", "the recommendation it answers", of=("recommendations",)),
    Column("action", "ref", "coop:carriesOut", "the action it carries out", of=("actions",)),
    Column("statement", "ref", "coop:answers", "the other claim it answers", of=("statements",)),
    JURISDICTION,
    text("reason", "coop:reason", "why we link them"),
    direct=(Direct("recommendation", "coop:followedBy", "event"), Direct("action", "coop:doneBy", "event")),
)

STATEMENTS = claims(
    "statements", "statement", ("coop:Statement",),
    "Everything else that is stated: drivers, evaluations, what is absent, outlooks, plans. "
    "The labels say it in our own words; no sentence of a source is here.",
    Column("kind", "code", "coop:statementKind", "what kind of statement it is", True, of=("statement-kind",)),
    Column("about", "ref", "schema:about", "what it is about", True, many=True,
           of=("concepts", "organisations", "programmes", "technologies", "budget_lines", "countries",
               "plans", "documents", "resolutions", "people")),
    Column("drives", "ref", "coop:drives", "the plan, decision, advice or action it is a reason for", many=True,
           of=("plans", "resolutions", "recommendations", "actions", "programmes", "documents")),
    Column("condition", "ref", "coop:condition", "the statement it depends on", many=True, of=("statements", "recommendations")),
    Column("because", "ref", "coop:because", "the statement that is given as its cause or ground", many=True, of=("statements", "recommendations")),
    Column("modes", "code", "coop:cooperationMode", "cooperation modes it speaks of", many=True, of=("mode",), words=True),
    Column("polarity", "code", "coop:polarity", "affirmed, or said to be absent", True, of=("polarity",)),
    text("scope", "coop:absenceScope", "within what it is absent", required=False),
    Column("as_of", "date", "coop:asOf", "the date of which it is said"),
    Column("ended_by", "ref", "coop:endedBy", "the later event that ended it", of=("events",)),
    labelled=True,
)

INTERPRETATIONS = relations(
    "interpretations", "interpretation", ("coop:Interpretation", "prov:Entity"),
    "Where the reading is ours: what is printed, what we read, and why.",
    Column("entity", "ref", "coop:interprets", "what the reading is about", True,
           of=("organisations", "technologies", "stance_profiles", "priorities", "partner_links", "plans", "documents", "concepts",
               "amounts", "budget_changes", "budget_shares", "statements", "resolutions", "programmes", "scheme_members",
               "budget_lines", "enumerations", "posts", "designations")),
    Column("as_printed", "text", "coop:asPrinted", "as printed", True),
    text("read_as", "coop:readAs", "what we read"),
    Column("corrected", "decimal", "", "of an amount or a share that is misprinted the one we read, in its currency or in percent"),
    text("reason", "coop:reason", "why"),
    direct=(Direct("entity", "coop:correctedAmount", "corrected"),),
)

TABLES = (
    PLANS, DOCUMENTS, MEETINGS, RESOLUTIONS, EVENTS, RECOMMENDATIONS, ACTIONS, FOLLOW_UPS, STATEMENTS,
    INTERPRETATIONS, NOTATIONS,
)
