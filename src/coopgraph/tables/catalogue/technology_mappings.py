"""The table that says what belongs to which of the twelve strategic technologies."""

from __future__ import annotations

from coopgraph.tables.description import EVIDENCE, Column, Table, key

TECHNOLOGY_MAPPINGS = Table(
    "technology_mappings",
    "technology-mapping",
    ("coop:TechnologyMapping",),
    "Which fields, call topics, programme parts and legal bases of EU projects and which topics of OpenAlex belong to which strategic technology. "
    "A field or subfield takes what lies within it along; call topics, programme parts and legal bases count only for projects that carry no field.",
    (
        key(),
        Column(
            "technology",
            "ref",
            "coop:technology",
            "the strategic technology",
            True,
            of=("technologies",),
        ),
        Column(
            "vocabulary",
            "code",
            "coop:mappingVocabulary",
            "the vocabulary of the target",
            True,
            of=("mapping-vocabulary",),
        ),
        Column(
            "target",
            "text",
            "coop:mappingTarget",
            "what a project or paper carries: a code of EuroSciVoc; the beginning of a call topic, in either case, with `*` for anything between two hyphens; "
            "a programme part; a legal basis with all below it; a topic of OpenAlex, with T; a subfield of OpenAlex, four digits",
            True,
        ),
        Column(
            "match",
            "code",
            "coop:matchKind",
            "how the target corresponds: close, narrow (it lies within the technology) or broad (it reaches further)",
            True,
            of=("match-kind",),
        ),
        Column("reason_en", "text", "coop:reason", "why, in English", True, lang="en"),
        Column("reason_ko", "text", "coop:reason", "why, in Korean", True, lang="ko"),
        *EVIDENCE,
    ),
)

TABLES = (TECHNOLOGY_MAPPINGS,)
