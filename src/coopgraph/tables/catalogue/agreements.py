"""Tables of agreements, and of what became of plans, calls and the partners that plans name."""

from coopgraph.tables.description import JURISDICTION, Column, Direct, claims, entities, text

AGREEMENTS = entities(
    "agreements", "agreement", ("coop:Agreement", "prov:Entity"),
    "Treaties, memoranda, joint statements, joint committees: what parties conclude or hold together. What one side intends is a row of `plans`.",
    Column("kind", "code", "coop:agreementKind", "what kind of agreement it is", True, of=("agreement-kind",)),
    Column("parties", "ref", "coop:party", "the countries, blocs or groups that conclude it; empty where bodies do so for themselves", many=True,
           of=("countries", "organisations", "groups")),
    Column("signatories", "ref", "coop:signatory", "the bodies that sign it or act in it", many=True, of=("organisations",)),
    JURISDICTION,
    Column("date", "date", "coop:date", "when it was signed, adopted or held"),
    Column("period_from", "date", "coop:periodFrom", "the first year, month or day that it is for"),
    Column("period_to", "date", "coop:periodTo", "the last year, month or day that it is for"),
    Column("binding", "boolean", "coop:binding", "whether it binds in law; empty where the source does not say"),
    Column("technologies", "ref", "coop:technology", "the technologies that it names", many=True, of=("technologies",)),
    Column("series", "ref", "coop:series", "the first of the series that it continues, as of meetings of a committee", of=("agreements",)),
)

STATUSES = claims(
    "statuses", "status", ("coop:StatusClaim",),
    "What a plan, a call, a programme, a partner that a plan names, or an agreement had come to, and when. Each stage is a row.",
    Column("of", "ref", "coop:statusOf", "the plan, call, programme, partner link or agreement", True, of=("plans", "programmes", "partner_links", "agreements")),
    Column("status", "code", "coop:statusKind", "what it had come to", True, of=("status-kind",)),
    Column("date", "date", "coop:date", "when, or since when"),
    Column("date_to", "date", "coop:toDate", "until when, where the source says so"),
    direct=(
        Direct("self", "coop:plan", "of.plan"),
        Direct("self", "coop:plan", "of.priority.plan"),
        Direct("self", "coop:plan", "of.partner_list.plan"),
    ),
)

OUTCOMES = claims(
    "outcomes", "outcome", ("coop:Outcome",),
    "What became of a partner that a plan names. Not found says where and when it was looked, and never that there is nothing.",
    Column("link", "ref", "coop:ofLink", "the partner that was planned", True, of=("partner_links",)),
    Column("outcome", "code", "coop:outcomeKind", "what became of it", True, of=("outcome-kind",)),
    Column("decides", "boolean", "coop:decides", "whether the act decides what became of the partner; false where it is told beside those that do", default="true"),
    Column("realised_by", "ref", "coop:realisedBy", "the agreement, programme, plan or event that shows it", many=True,
           of=("agreements", "programmes", "plans", "events")),
    Column("technology", "ref", "coop:technology", "the technology of the act, where it is another than that of the plan", many=True, of=("technologies",)),
    Column("date", "date", "coop:date", "when the act took place, or was reported"),
    Column("as_of", "date", "coop:asOf", "the date at which it was looked"),
    text("scope", "coop:searchScope", "where it was looked", required=False),
    labelled=True,
    direct=(
        Direct("self", "coop:plan", "link.plan"),
        Direct("self", "coop:plan", "link.priority.plan"),
        Direct("self", "coop:plan", "link.partner_list.plan"),
    ),
)

TABLES = (AGREEMENTS, STATUSES, OUTCOMES)
