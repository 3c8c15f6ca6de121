"""Affiliations: which organisations a string names, and what it only may name."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from organisations import org

from coopgraph.identity.affiliation import Affiliations

RECORDS = (
    org("port", "ror", "Harbour University", cities=["Busan"], families={"education"}),
    org("port-clinic", "ror", "Harbour University Hospital", cities=["Busan"]),
    org("delta", "ror", "University of Delta", country="nl", cities=["Delta"]),
    org("delta-us", "ror", "Delta Institute of Ships", country="us", cities=["Delta"]),
    org("ships", "ror", "Institute of Ships", country="us", cities=["Norfolk"], acronyms=["IOSH"]),
    org("ships-gb", "ror", "Institute of Ships", country="gb", cities=["Leeds"]),
    org("system", "ror", "University of Coast", country="us"),
    *(
        org(f"coast-{n}", "ror", f"University of Coast, {town}", country="us", cities=[town])
        for n, town in enumerate(("Alder", "Birch", "Cedar"))
    ),
    org("seoul", "ror", "Capital National University", aliases=["수도대학교"], cities=["Seoul"]),
    org("yeon", "ror", "연해대학교", cities=["Seoul"]),
    org("king", "ror", "King's College Harbour", country="gb", cities=["Harbour"]),
    org("old", "ror", "Closed Academy of Reeds", country="gb", cities=["Leeds"], gone=True),
)


@pytest.fixture(scope="module")
def index() -> Affiliations:
    return Affiliations(RECORDS, {})


NAMED = [
    ("Dept. of Physics, Harbour University, Busan 48513, Republic of Korea", "port"),
    ("Department of Physics Harbour University Busan Korea", "port"),
    ("Faculty of LawHarbour UniversityBusanKorea", "port"),
    ("Harbour University, School of Medicine, Busan", "port"),
    ("Harbour University Hospital, Busan, South Korea", "port-clinic"),
    ("Delta University, Delta, The Netherlands", "delta"),
    ("Institute of Ships, Norfolk, VA 23510", "ships"),
    ("Institute of Ships, Leeds, UK", "ships-gb"),
    ("IOSH, Norfolk, Virginia, USA", "ships"),
    ("University of Coast, 12 Pier Street, Birch, USA", "coast-1"),
    ("University of Coast, USA", "system"),
    ("Kings College Harbour, England", "king"),
    ("수도대학교 산학협력단", "seoul"),
    ("수도대 의과대학", "seoul"),
    ("수도대학교산학협력단", "seoul"),
    ("연해대", "yeon"),
    ("&#50672;해대학교", "yeon"),
    ("Institute of Ships, Seoul, Korea", ""),  # of another country
    ("Institute of Ships", ""),  # of two countries
    ("Harbour University Press, Oslo, Norway", ""),
    ("Busan, Korea", ""),
    ("IOSH", "ships"),
    ("Head of IOSH group, Cairo", ""),
    ("수도대공원", ""),
    ("Closed Academy of Reeds, Leeds, UK", ""),
    ("", ""),
]


@pytest.mark.parametrize(("text", "named"), NAMED)
def test_what_an_affiliation_names(index: Affiliations, text: str, named: str) -> None:
    assert [mention.record.iri for mention in index.read(text).found] == ([named] if named else [])


@pytest.mark.parametrize(("text", "named"), NAMED)
def test_a_curated_row_beside_a_record_takes_no_link_away(text: str, named: str) -> None:
    """It states no city and no family; the two are one organisation."""
    known = [r for r in RECORDS if not r.gone]
    ours = [
        org(f"our-{r.iri}", "", *r.labels, country=r.country, acronyms=r.acronyms) for r in known
    ]
    same = {record.iri: f"our-{record.iri}" for record in known}
    found = Affiliations([*ours, *RECORDS], same).read(text).found
    assert {same.get(m.record.iri, m.record.iri) for m in found} == (
        {f"our-{named}"} if named else set()
    )


def test_several_institutions_in_one_string(index: Affiliations) -> None:
    read = index.read("Harbour University, Busan, Korea; University of Delta, Delta, Netherlands")
    assert [mention.record.iri for mention in read.found] == ["port", "delta"]
    korean = index.read("수도대학교 공과대학; 연해대학교 의과대학")
    assert [mention.record.iri for mention in korean.found] == ["seoul", "yeon"]


def test_what_is_not_sure_is_a_candidate(index: Affiliations) -> None:
    both = index.read("Institute of Ships")
    assert {mention.record.iri for mention in both.candidates} == {"ships", "ships-gb"}
    closed = index.read("Closed Academy of Reeds, Leeds, UK")
    assert [mention.record.iri for mention in closed.candidates] == ["old"]


def test_records_of_one_organisation_are_one() -> None:
    twins = (org("a", "ror", "Quay College"), org("b", "cordis", "QUAY COLLEGE", country="us"))
    assert not Affiliations(twins, {}).read("Quay College").found
    [mention] = Affiliations(twins, {"b": "a"}).read("Quay College").found
    assert mention.record.iri == "a"


def test_each_mention_says_by_what(index: Affiliations) -> None:
    [mention] = index.read("Harbour University, Busan, Korea").found
    assert (mention.score, mention.basis) == (1.0, ("equal-label: harbour university", "same-city"))


# --- the command --------------------------------------------------------------------------


def matched(
    store: Path, capfdbinary: pytest.CaptureFixture[bytes], *arguments: str
) -> tuple[int, list[dict[str, str]], str]:
    from coopgraph.cli import run

    code = run(["match", *arguments, "--store", str(store)])
    out, err = capfdbinary.readouterr()
    return code, list(csv.DictReader(io.StringIO(out.decode()))), err.decode()


def test_the_verb_matches_lines_and_columns(
    store_folder: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    texts = [
        "Dept. of EECS, Massachusetts Institute of Technology, USA",
        "서울대",
        "KAIST",
        "nobody",
    ]
    lines, sheet = tmp_path / "a.txt", tmp_path / "a.tsv"
    lines.write_text("\ufeff" + "\n".join(texts) + "\n", encoding="utf-8")
    sheet.write_text("\n".join(f"{n}\t{t}" for n, t in enumerate(["aff", *texts])), "utf-8")
    code, rows, err = matched(store_folder, capfdbinary, str(lines))
    assert (code, err) == (0, "")
    assert [row["line"] for row in rows] == ["1", "2", "3", "4"]
    assert [row["organisation_iri"].rpartition("/")[2] for row in rows] == [
        "mit",
        "seoul-national-university",
        "kaist",
        "",
    ]
    assert rows[0]["ror"] == "https://ror.org/042nb2s44"
    assert rows[0]["basis"].startswith("same name (massachusetts institute technology)")
    assert [row["match"] for row in rows] == ["link", "link", "link", "none"]
    assert matched(store_folder, capfdbinary, str(sheet), "--column", "aff")[1] == rows
    code, _, err = matched(store_folder, capfdbinary, str(sheet), "--column", "place")
    assert (code, "no column 'place'" in err, "aff" in err) == (2, True, True)


def test_the_call_gives_the_rows_of_the_verb(store_folder: Path) -> None:
    import coopgraph

    with coopgraph.open(store_folder) as kg:
        answer = kg.match(["ETRI, Daejeon, Korea", "한국전자통신연구원"], lang="ko")
    assert [row["organisation"] for row in answer] == ["한국전자통신연구원"] * 2
    assert {row["match"] for row in answer} == {"연결"}
    assert json.dumps([str(row["score"]) for row in answer])
