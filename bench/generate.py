"""CORDIS files of any size: made up, seeded, in the columns and quirks of Horizon 2020's.

    python bench/generate.py FOLDER --triples 10000000

The shape is that of the real programme: three in five projects have one participant, the rest a
heavy tail; how often an organisation takes part follows a power law; a share of the rows has
decimal commas, old country codes, blank money, quotes, semicolons and line ends within text.
Nothing in it is taken from a real record, apart from the codes of the EuroSciVoc vocabulary.
"""

# ruff: noqa: SIM905 (lists of words read better as words)
from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from coopgraph.vocabulary import resources

#: Triples that the importer writes, about: for a project and what comes with it, for an
#: organisation.
_PER_PROJECT, _PER_ORGANISATION = 48.3, 12.8
FIRST_YEAR, YEARS = 2014, 7
#: Participations of a project: one, or a tail with these (share, exponent, offset, scale).
_ALONE, _TAIL, _OFFSET, _SCALE = 0.59, 3.0, 0.4, 10.0
_MOST_MEMBERS = 160
#: Organisations grow more slowly than participations, as in Horizon 2020 (35,871 of 144,726).
_ORGANISATIONS = (15.0, 0.655)
_POPULAR = 2.5
_BLOCK = 20_000

_COUNTRIES = (
    "DE FR ES UK IT NL BE SE EL CH AT DK FI PT NO IE PL IL CZ HU SI TR RO US EE LU BG HR CY SK "
    "RS LT LV IS UA CA MT ZA AU CN KR JP BR IN XK"
).split()
_KINDS = (("HES", 0.34), ("PRC", 0.33), ("REC", 0.21), ("PUB", 0.06), ("OTH", 0.06))
_PARTS = (
    "H2020-EU.1.1. H2020-EU.1.2. H2020-EU.1.3.1. H2020-EU.1.3.2. H2020-EU.1.4. H2020-EU.2.1.1. "
    "H2020-EU.2.1.2. H2020-EU.2.1.4. H2020-EU.2.1.5. H2020-EU.2.1.6. H2020-EU.2.3. H2020-EU.3.1. "
    "H2020-EU.3.2. H2020-EU.3.3. H2020-EU.3.4. H2020-EU.3.5. H2020-EU.3.6. H2020-EU.3.7. "
    "H2020-Euratom-1."
).split()
_SCHEMES = "RIA IA CSA ERC-STG ERC-ADG MSCA-IF MSCA-ITN SME-1 SME-2".split()
_WORDS = (
    "quantum sensor network battery hydrogen reactor genome satellite robot learning climate "
    "catalyst photonic secure mobility ocean polymer neural energy protein radar imaging "
    "vaccine alloy graphene microbial water urban policy heritage"
).split()
#: How many EuroSciVoc fields a project carries (shares of 0 to 5), and the share of fields that the
#: mapping names: of the 15,341 projects of Horizon Europe 13,542 carry fields, 2.9 each, and of
#: those the mapping reaches 6,062, with 1.2 technologies each.
_FIELDS = (0.117, 0.193, 0.206, 0.181, 0.136, 0.167)
_MAPPED = 0.189
#: Paths of EuroSciVoc codes outside the mapping of technologies, for projects that it misses.
_PATHS = (
    "/29/97/543 /27/81/30021/30833628 /23/43/251/48354418 /23/43/257/761 /25/71 /21/39 /31/111 "
    "/29/95/525 /23/45 /23/41 /25/63/2309831"
).split()

PROJECT = (
    "id acronym status title startDate endDate totalCost ecMaxContribution legalBasis topics "
    "ecSignatureDate frameworkProgramme masterCall subCall fundingScheme nature objective "
    "contentUpdateDate rcn grantDoi"
).split()
ORGANISATION = (
    "projectID projectAcronym organisationID vatNumber name shortName SME activityType street "
    "postCode city country nutsCode geolocation organizationURL contactForm contentUpdateDate rcn "
    "order role ecContribution netEcContribution totalCost endOfParticipation active"
).split()
TOPICS = ["projectID", "topic", "title"]
LEGAL_BASIS = ["projectID", "legalBasis", "title", "uniqueProgrammePart"]
VOCABULARY = [
    "projectID",
    "euroSciVocCode",
    "euroSciVocPath",
    "euroSciVocTitle",
    "euroSciVocDescription",
]


@dataclass(frozen=True)
class Made:
    """What was made: projects, participations, organisations, and the data rows of each file."""

    projects: int
    participations: int
    organisations: int
    rows: dict[str, int]


def generate(folder: Path, triples: int, seed: int = 1) -> Made:
    """The five files of a programme of about `triples` triples; the same seed, the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = np.random.default_rng(seed)
    projects = _projects(triples)
    sizes = _sizes(chance, projects)
    total = int(sizes.sum())
    base, power = _ORGANISATIONS
    organisations = max(min(int(base * total**power), total), 2)
    rows = dict.fromkeys(("project", "organization", "topics", "legalBasis", "euroSciVoc"), 0)
    writers = {}
    streams = [(folder / f"{name}.csv").open("w", encoding="utf-8", newline="") for name in rows]
    try:
        heads = (PROJECT, ORGANISATION, TOPICS, LEGAL_BASIS, VOCABULARY)
        for name, stream, head in zip(rows, streams, heads, strict=True):
            writers[name] = csv.writer(
                stream, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n"
            )
            writers[name].writerow(head)
        paths = _mapped()
        for start in range(0, projects, _BLOCK):
            block = sizes[start : start + _BLOCK]
            for name, made in _block(chance, start, block, organisations, paths).items():
                writers[name].writerows(made)
                rows[name] += len(made)
    finally:
        for stream in streams:
            stream.close()
    return Made(projects, total, organisations, rows)


def pairs(links: int, seed: int = 1) -> tuple[Any, Any]:
    """Projects and organisations (numbers) of about `links` folded links: for folding alone."""
    chance = np.random.default_rng(seed)
    sizes = _sizes(chance, max(links // 27, 1))
    base, power = _ORGANISATIONS
    organisations = max(int(base * int(sizes.sum()) ** power), 2)
    via = np.repeat(np.arange(len(sizes)), sizes)
    return via, _members(chance, len(via), organisations)


def _projects(triples: int) -> int:
    """How many projects make about `triples`: there are fewer new organisations in each."""
    base, power = _ORGANISATIONS
    count = triples / (_PER_PROJECT + _PER_ORGANISATION)
    for _ in range(50):
        bodies = 0.86 * base * (4.45 * count) ** power
        count = max((triples - _PER_ORGANISATION * bodies) / _PER_PROJECT, count / 2, 1.0)
    return int(count)


def _sizes(chance: np.random.Generator, projects: int) -> Any:
    """Participants of each project: one, or a heavy tail with a mean of about 4.6 over all."""
    tail = 1 + (chance.pareto(_TAIL, projects) + _OFFSET) * _SCALE
    sizes = np.where(chance.random(projects) < _ALONE, 1, tail).astype(np.int64)
    return np.clip(sizes, 1, _MOST_MEMBERS)


def _members(chance: np.random.Generator, size: int, organisations: int) -> Any:
    """Which organisations take part: a few very often, most once or twice."""
    return (organisations * chance.random(size) ** _POPULAR).astype(np.int64)


def _mapped() -> list[str]:
    """Paths of the EuroSciVoc fields that the mapping of technologies names."""
    with (resources("data") / "technology_mappings.csv").open(encoding="utf-8") as stream:
        mapped = (row for row in csv.DictReader(stream) if row["vocabulary"] == "euroscivoc")
        return sorted({f"/23/{row['target']}" for row in mapped})


def _block(
    chance: np.random.Generator, start: int, sizes: Any, organisations: int, paths: Sequence[str]
) -> dict[str, list[Sequence[object]]]:
    """The rows of all files for projects `start` and following."""
    count = len(sizes)
    ids = 100_000_000 + start + np.arange(count)
    words = chance.integers(len(_WORDS), size=(count, 4))
    years = FIRST_YEAR + chance.integers(YEARS, size=count)
    months = 1 + chance.integers(12, size=count)
    parts = chance.integers(len(_PARTS), size=count)
    schemes = chance.integers(len(_SCHEMES), size=count)
    money = np.round(chance.lognormal(14, 0.8, size=count), 2)
    odd = chance.random(count)
    projects, topics, bases, vocabulary = [], [], [], []
    for i in range(count):
        title = " ".join(_WORDS[w] for w in words[i])
        topic = f"{_PARTS[parts[i]].rstrip('.')}-{years[i]}-{words[i][0] % 9 + 1}"
        when = f"{years[i]}-{months[i]:02}"
        kind = (_PARTS[parts[i]], topic, _SCHEMES[schemes[i]])
        projects.append(_project(int(ids[i]), title, when, float(money[i]), float(odd[i]), kind))
        topics.append((ids[i], topic, title.upper()))
        bases.append((ids[i], _PARTS[parts[i]], title.capitalize(), "true"))
    many = chance.choice(len(_FIELDS), p=_FIELDS, size=count)
    reached = chance.random(int(many.sum())) < _MAPPED
    chosen = chance.integers(len(paths) * len(_PATHS), size=len(reached))
    for project, place, is_mapped in zip(np.repeat(ids, many), chosen, reached, strict=True):
        code = paths[place % len(paths)] if is_mapped else _PATHS[place % len(_PATHS)]
        name = f"/{'/'.join('field ' + part for part in code[1:].split('/'))}"
        vocabulary.append((project, code, name, name.rpartition("/")[2], ""))
    return {
        "project": projects,
        "organization": list(_participations(chance, ids, sizes, organisations)),
        "topics": topics,
        "legalBasis": bases,
        "euroSciVoc": vocabulary,
    }


def _project(
    number: int, title: str, when: str, money: float, odd: float, kind: tuple[str, str, str]
) -> tuple[object, ...]:
    """The row of a project that starts in the month `when` (2014-05)."""
    part, topic, scheme = kind
    year, month = when.split("-")
    if odd < 0.01:
        title = f'"{title}"; or\nnot'
    total = "0" if odd > 0.97 else f"{money * 1.2:.2f}".replace(".", "," if odd < 0.5 else ".")
    return (
        number, f"P{number}", "CLOSED" if odd < 0.8 else "SIGNED", title.capitalize(),
        f"{when}-01", f"{int(year) + 3}-{month}-28", total, f"{money:.2f}", part, topic,
        f"{int(year) - 1}-12-01", "H2020", topic, topic, scheme, "",
        f"The aim is {title}. " * 8, f"{int(year) + 4}-01-01 10:00:00", number + 1,
        f"10.3030/{number}",
    )  # fmt: skip


def _participations(
    chance: np.random.Generator, ids: Any, sizes: Any, organisations: int
) -> Iterator[tuple[object, ...]]:
    total = int(sizes.sum())
    members = _members(chance, total, organisations)
    money = np.round(chance.lognormal(12, 1, size=total), 2)
    odd = chance.random(total)
    projects = np.repeat(ids, sizes)
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    order = np.arange(total) - np.repeat(first, sizes) + 1
    columns = (c.tolist() for c in (projects, members, money, odd, order))
    for project, member, amount, chanced, place in zip(*columns, strict=True):
        yield _participation(project, member, amount, chanced, place)


def _participation(
    project: int, member: int, amount: float, odd: float, place: int
) -> tuple[object, ...]:
    pic = 900_000_000 + member
    name = f"ORGANISATION {member} FOR {_WORDS[member % len(_WORDS)].upper()}"
    if member % 97 == 0:
        name = f'"{name}"; ÉCOLE & CO'
    country = _COUNTRIES[int(len(_COUNTRIES) * ((member * 7919 % 10_007) / 10_007) ** 2)]
    blank = odd > 0.95
    role = "coordinator" if place == 1 else "partner" if blank else "participant"
    return (
        project, f"P{project}", pic, f"{country}{pic}", name, f"ORG{member}",
        "True" if member % 3 == 0 else "False", _kind(member), f"STREET {member % 400}",
        f"{member % 99_999:05}", f"CITY {member % 700}", country, "",
        f"{40 + member % 20}.5,{member % 30}.25", f"http://www.org{member}.example" * (odd < 0.7),
        "", "2023-04-05 13:15:00", 1_900_000 + member, place, role,
        "" if blank else f"{amount:.2f}", "" if blank else f"{amount:.2f}",
        f"{amount:.2f}".replace(".", "," if odd < 0.5 else "."),
        "True" if odd < 0.02 else "False", "",
    )  # fmt: skip


def _kind(member: int) -> str:
    """The activity type of an organisation, in the shares of Horizon 2020."""
    place = (member * 104_729 % 10_007) / 10_007
    for code, share in _KINDS:
        place -= share
        if place < 0:
            return code
    return _KINDS[-1][0]


def main() -> None:
    """Write the files and say what they hold."""
    parser = argparse.ArgumentParser(description="CORDIS files of any size, made up.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(generate(given.folder, given.triples, given.seed))


if __name__ == "__main__":
    main()
