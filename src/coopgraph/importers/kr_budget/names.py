"""Names in the list of Korean R&D programmes: ministries, technologies, areas, words.

Ministries are resolved by the curated table `organisation_aliases.csv`, technologies by the
curated labels of the twelve national strategic technologies; both exactly as printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from coopgraph.tables.codes import read_codes
from coopgraph.tables.rows import Row, read_tables
from coopgraph.vocabulary import resources

#: The key of the list in `sources.csv`: aliases used there count here.
SOURCE: Final = "kr-rd-budget"
_SCHEME: Final = "strategic-technologies-2022"

#: The eight policy areas as printed, and their codes.
POLICY_AREAS: Final = {
    "기초": "basic-research",
    "탄소중립": "carbon-neutrality",
    "국방": "defence",
    "출연직할": "institute-funding",
    "재난안전": "disaster-safety",
    "지역": "regional-development",
    "기술사업화": "technology-commercialisation",
    "인력양성": "training-of-talent",
}

#: The ten expert committees as printed, and their codes.
COMMITTEES: Final = {
    "공공해양환경": "public-marine-environment-committee",
    "국방": "defence-committee",
    "기계소재": "machinery-materials-committee",
    "기초기반": "basic-base-committee",
    "바이오제조농림수산": "biomanufacturing-agriculture-committee",
    "생명의료": "life-medicine-committee",
    "양자반도체": "quantum-semiconductor-committee",
    "에너지원자력자원": "energy-nuclear-resources-committee",
    "우주항공국토": "space-aeronautics-land-committee",
    "인공지능ICT": "ai-ict-committee",
}

#: Words in a name that say that a programme is about international cooperation, and why.
COOPERATION_WORDS: Final = {
    "국제협력": "international cooperation, in so many words",
    "국제공동": "joint research or development with other countries",
    "국제교류": "international exchange",
    "국제기관": "with institutions of other countries",
    "국가간협력": "cooperation between states",
    "개발협력": "development cooperation",
    "국제핵융합실험로": "ITER, a facility of seven parties",
    "국제거대전파망원경": "the Square Kilometre Array, a facility of several countries",
    "ITER": "the fusion reactor of seven parties",
    "CERN": "the European laboratory of particle physics",
    "유럽연합": "programmes of the European Union",
    "보스턴코리아": "the Boston–Korea project",
    "한-미": "with the United States",
    "한미": "with the United States",
    "한-유럽": "with Europe",
    "환태평양": "with countries around the Pacific",
    "해외우수": "with the best institutes and scientists abroad",
    "해외인재": "attracting scientists from abroad",
    "해외연계": "training linked with institutions abroad",
    "해외대형연구시설": "use of large facilities abroad",
    "글로벌파트너십": "partnership with institutions abroad",
    "글로벌협력": "cooperation with institutions abroad",
    "글로벌연구협력": "research cooperation with institutions abroad",
    "글로벌공동": "joint research with institutions abroad",
    "글로벌": "worldwide: the widest word, so its reason is shown for everyone to judge",
}

#: What holds such a word but says something else; it is taken out first.
OTHER_WORDS: Final = {
    "위한미": "위한 and 미래: for the future",
    "글로벌규제": "rules of markets abroad",
    "글로벌탄소규제": "rules of markets abroad",
    "글로벌재활용규제": "rules of markets abroad",
    "글로벌저작권": "copyright abroad",
    "글로벌시장": "markets abroad",
    "글로벌진출": "going to markets abroad",
    "글로벌산업화": "going to markets abroad",
    "글로벌스타트업": "start-up firms that go abroad",
    "글로벌팁스": "start-up firms that go abroad",
    "글로벌엑셀러레이터": "start-up firms that go abroad",
    "글로벌딥테크": "start-up firms that go abroad",
    "글로벌오션딥테크": "start-up firms that go abroad",
    "글로벌선도기술": "leading firms",
    "글로벌우수기업": "leading firms",
    "글로벌식이보충제": "products for markets abroad",
    "글로벌혁신신약": "products for markets abroad",
    "글로벌K-Culture스타트업": "start-up firms that go abroad",
    "글로벌혁신특구": "special zones at home",
    "글로벌선도대학": "universities at home that are to lead",
    "글로벌혁신의료기술실증": "a centre at home",
    "글로벌공급망": "supply chains",
    "글로벌수요": "demand abroad",
    "글로벌수준": "a level of quality",
    "글로벌표준": "standards",
    "글로벌개인정보보호표준": "standards",
}
#: The longest first: where one word holds another, it alone counts.
_BY_LENGTH: Final = sorted(COOPERATION_WORDS, key=lambda word: (-len(word), word))
_OTHERS: Final = sorted(OTHER_WORDS, key=lambda word: (-len(word), word))


@dataclass(frozen=True)
class Names:
    """Keys of organisations and technologies by the names as printed, and labels by key.

    `labels` holds (English, Korean) for technologies and policy areas.
    """

    ministries: dict[str, str]
    technologies: dict[str, str]
    labels: dict[str, tuple[str, str]]


def read_names() -> Names:
    """The names that the shipped tables resolve.

    >>> names = read_names()
    >>> names.ministries["산업부"], names.technologies["반도체/디스플레이"]
    ('motie', 'semiconductor-display')
    """
    codes = read_codes()
    rows = read_tables(resources("data"), codes)
    ministries = {
        row.one("alias"): row.one("organisation")
        for row in rows.tables["organisation_aliases"]
        if row.one("in_source") == SOURCE
    }
    members = {
        row.one("technology")
        for row in rows.tables["scheme_members"]
        if row.one("scheme") == _SCHEME
    }
    twelve = [row for row in rows.tables["technologies"] if row.key in members]
    technologies = {name: row.key for row in twelve for name in _korean(row)}
    labels = {row.key: (row.one("label_en"), row.one("label_ko")) for row in twelve}
    for code in POLICY_AREAS.values():
        labels[code] = (
            codes.labels["policy-area", code, "en"],
            codes.labels["policy-area", code, "ko"],
        )
    return Names(ministries, technologies, labels)


def cooperation_words(name: str) -> list[str]:
    """The words in `name` that say that it is about international cooperation, longest first.

    >>> cooperation_words("글로벌연구협력지원사업"), cooperation_words("민군기술협력")
    (['글로벌연구협력'], [])
    >>> cooperation_words("글로벌시장을위한미래기술")
    []
    """
    found: list[str] = []
    rest = name
    for word in _OTHERS:
        rest = rest.replace(word, " ")
    for word in _BY_LENGTH:
        if word in rest:
            found.append(word)
            rest = rest.replace(word, " ")
    return found


def _korean(row: Row) -> tuple[str, ...]:
    return (*row.cells.get("label_ko", ()), *row.cells.get("alt_ko", ()))
