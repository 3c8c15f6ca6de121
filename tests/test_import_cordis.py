"""CORDIS as its publisher ships it: what becomes of projects, bodies, participations, fields."""

from __future__ import annotations

import gzip
import random
import zipfile
from pathlib import Path

import pyoxigraph as ox
import pytest
from cordis_files import FIELD, NAMES, Read, as_csv, record, write, write_xlsx

from coopgraph.errors import InputMissing, InputUnreadable
from coopgraph.vocabulary import ID, PREFIXES, XSD

NUMBER = PREFIXES["skos"] + "hiddenLabel"
LABEL, ALT = PREFIXES["skos"] + "prefLabel", PREFIXES["skos"] + "altLabel"
BROADER = PREFIXES["skos"] + "broader"
PROJECTS = [
    record(
        "project", id="741487", acronym="QPROBE", status="SIGNED", title="Probing the quantum",
        startDate="2017-10-01", endDate="2024-03-31", totalCost="0", ecMaxContribution="2463412,5",
        legalBasis="H2020-EU.1.1.", topics="ERC-2016-ADG", frameworkProgramme="H2020",
        fundingScheme="ERC-ADG", rcn="210052",
    ),
]  # fmt: skip
ORGANIZATIONS = [
    record(
        "organization", projectID="741487", organisationID="999997930", name="Alpha University",
        shortName="AU", activityType="HES", city="Athína", country="EL",
        organizationURL="www.alpha.example", role="coordinator", ecContribution="1000.0",
        totalCost="1000,5", endOfParticipation="False",
    ),
    record(
        "organization", projectID="741487", organisationID="999972030", name="Beta GmbH",
        activityType="PRC", country="UK", role="partner", endOfParticipation="True",
    ),
]  # fmt: skip
PHYSICS = "/natural sciences/physical sciences/quantum physics"
FIELDS = [
    ["741487", "/23/43/793/1545", f"{PHYSICS}/quantum optics", "quantum optics", ""],
    ["741487", "/23/43/793", PHYSICS, "quantum physics", ""],
]


def euro(amount: str) -> str:
    return f'"{amount}"^^<{XSD}decimal>'


@pytest.fixture
def whole(tmp_path: Path) -> Read:
    write(tmp_path, "project", PROJECTS)
    write(tmp_path, "organization", ORGANIZATIONS)
    write(tmp_path, "euroSciVoc", FIELDS)
    return Read(tmp_path)


def test_every_line_is_a_triple_and_stands_once(whole: Read) -> None:
    text = "\n".join(whole.lines)
    parsed = list(ox.parse(text, format=ox.RdfFormat.N_TRIPLES))
    assert len(parsed) == len(set(parsed)) == len(whole.lines) > 50
    assert not any(isinstance(t.subject, ox.BlankNode) for t in parsed)


def test_a_project_is_stated(whole: Read) -> None:
    project = "project/cordis-741487"
    assert whole.values(project, LABEL) == ['"Probing the quantum"@en']
    assert whole.values(project, "startDate") == [f'"2017-10-01"^^<{XSD}date>']
    assert whole.values(project, "inProgramme") == [f"<{ID}programme/h2020>"]
    assert whole.values(project, "callTopic") == ['"ERC-2016-ADG"']
    assert whole.values(project, "legalBasis") == ['"H2020-EU.1.1."']
    assert whole.values(project, "ecContribution") == [euro("2463412.5")]


def test_a_total_cost_of_zero_was_not_declared(whole: Read) -> None:
    assert whole.values("project/cordis-741487", "totalCost") == []


def test_a_body_is_stated(whole: Read) -> None:
    body = "organisation/pic-999997930"
    assert whole.values(body, LABEL) == ['"Alpha University"']
    assert whole.values(body, "acronym") == ['"AU"']
    assert whole.values(body, "country") == [f"<{ID}country/gr>"]
    assert whole.values(body, "organisationKind") == [f"<{ID}organisation-kind/education>"]
    assert whole.values(body, PREFIXES["foaf"] + "homepage") == ["<http://www.alpha.example>"]
    assert whole.values("organisation/pic-999972030", "country") == [f"<{ID}country/gb>"]


def test_an_associated_partner_has_no_amount(whole: Read) -> None:
    alpha, beta = (f"participation/cordis-741487-{pic}" for pic in ("999997930", "999972030"))
    assert whole.values(alpha, "amount") == [euro("1000.0")]
    assert whole.values(beta, "amount") == []
    assert whole.values(beta, "participationRole") == ['"partner"']
    assert whole.values(beta, "ended") == [f'"true"^^<{XSD}boolean>']
    assert len(whole.values("project/cordis-741487", "projectParticipant")) == 2


def test_fields_are_closed(whole: Read) -> None:
    assert whole.values("euroscivoc/1545", BROADER) == [f"<{ID}euroscivoc/793>"]
    within = whole.values("euroscivoc/1545", "withinField")
    assert sorted(within) == [f"<{ID}euroscivoc/{code}>" for code in ("1545", "23", "43", "793")]
    assert len(whole.values("project/cordis-741487", "euroSciVoc")) == 2


def test_files_may_come_in_any_order_and_shape(tmp_path: Path, whole: Read) -> None:
    shapes = tmp_path / "shapes"
    shapes.mkdir()
    comma = as_csv(NAMES["organization"], ORGANIZATIONS, ",")
    with gzip.open(shapes / "a.csv.gz", "wt", encoding="utf-8-sig") as stream:
        stream.write(comma)
    write_xlsx(shapes / "b.xlsx", FIELD, FIELDS)
    with zipfile.ZipFile(shapes / "c.zip", "w") as archive:
        archive.writestr("csv/z.csv", "\ufeff" + as_csv(NAMES["project"], PROJECTS))
    assert sorted(Read(shapes).lines) == sorted(whole.lines)


def test_the_same_input_gives_the_same_lines(tmp_path: Path, whole: Read) -> None:
    assert Read(tmp_path).lines == whole.lines


# --- what repeats -------------------------------------------------------------------------


def test_a_repeated_participation_is_a_duplicate_and_another_role_is_not(tmp_path: Path) -> None:
    again = record(
        "organization", projectID="741487", organisationID="999997930", name="Alpha University",
        role="thirdParty", ecContribution="0.0",
    )  # fmt: skip
    write(tmp_path, "organization", [*ORGANIZATIONS, ORGANIZATIONS[0], again])
    read = Read(tmp_path)
    account = read.account("organization.csv")
    assert (account.read, account.accepted, account.duplicates) == (4, 3, 1)
    second = "participation/cordis-741487-999997930-2"
    assert read.values(second, "participationRole") == ['"thirdParty"']
    assert len(read.values("project/cordis-741487", "projectParticipant")) == 2


def test_a_later_file_repeats_a_participation_whatever_it_says(tmp_path: Path) -> None:
    write(tmp_path, "project", PROJECTS)
    write(tmp_path, "organization", ORGANIZATIONS)
    row = record(
        "participations", rcn="210052", role="coordinator", pic="999997930", type="HES",
        contribution="999", country="EL",
    )  # fmt: skip
    write(tmp_path, "participations", [row])
    read = Read(tmp_path)
    assert read.account("participations.csv").duplicates == 1
    assert read.values("participation/cordis-741487-999997930", "amount") == [euro("1000.0")]


def test_a_project_that_files_know_by_id_and_by_number_is_one(tmp_path: Path) -> None:
    def paid(table: str, project: str, **euro: str) -> list[list[str]]:
        ids = ("projectID", "organisationID", "ecContribution")
        names = ids if table == "organization" else ("rcn", "pic", "contribution")
        return [
            record(table, role="participant", **dict(zip(names, (project, pic, sum_), strict=True)))
            for pic, sum_ in ((name.removeprefix("p"), sum_) for name, sum_ in euro.items())
        ]

    write(tmp_path, "organization", [
        *paid("organization", "741487", p999997930="1788682.5", p998616262="317625"),
        *paid("organization", "741488", p999997930="50000"),
    ])  # fmt: skip
    write(tmp_path, "participations", [
        *paid("participations", "210052", p999997930="1788682.5", p998616262="317625"),
        *paid("participations", "210053", p999997930="50000"),  # a lump sum tells nothing
    ])  # fmt: skip
    write(tmp_path, "parts", [["210052", "SC4"]])
    read = Read(tmp_path)
    projects = {row.split(" ")[0] for row in read.lines if "ns#Project>" in row}
    assert {project.rpartition("cordis-")[2] for project in projects} == {
        "741487>",
        "741488>",
        "rcn-210053>",
    }
    assert read.account("participations.csv").duplicates == 2
    assert read.values("project/cordis-741487", "programmePart") == ['"SC4"']
    assert any("1 projects are those that other files know by id" in n for n in read.ledger.notes)


def test_the_first_name_of_a_pic_is_preferred_and_the_first_country_stands(
    tmp_path: Path,
) -> None:
    other = record(
        "organization", projectID="5", organisationID="999997930", name="Universität Alpha",
        country="DE", role="participant",
    )  # fmt: skip
    write(tmp_path, "organization", [*ORGANIZATIONS, other])
    read = Read(tmp_path)
    body = "organisation/pic-999997930"
    assert read.values(body, LABEL) == ['"Alpha University"']
    assert read.values(body, ALT) == ['"Universität Alpha"']
    assert read.values(body, "country") == [f"<{ID}country/gr>"]
    assert any("country: differs from an earlier record" in n for n in read.ledger.notes)


def test_one_body_with_two_pics_stays_two(tmp_path: Path) -> None:
    twin = record(
        "organization", projectID="741487", organisationID="111111111", name="Alpha University",
        role="participant",
    )  # fmt: skip
    write(tmp_path, "organization", [ORGANIZATIONS[0], twin])
    read = Read(tmp_path)
    assert len(read.values("project/cordis-741487", "projectParticipant")) == 2


def test_a_project_stands_once_in_two_releases(tmp_path: Path) -> None:
    for folder in ("old", "new"):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder, "project", PROJECTS)
    read = Read(tmp_path)
    assert sorted(read.ledger.accounts) == ["new/project.csv", "old/project.csv"]
    assert read.account("old/project.csv").duplicates == 1
    assert read.values("project/cordis-741487", LABEL) == ['"Probing the quantum"@en']


# --- a list of participations without names -----------------------------------------------


def test_a_list_without_names_is_read(tmp_path: Path) -> None:
    rows = [
        record("participations", rcn="221856", role="participant", pic="998616262", type="PRC",
               contribution="1e+05", country="UK", start_date="2019-05-01", end_date="NA",
               max_contribution="2927875", total_cost="NA"),
        record("participations", rcn="221856", role="partner", pic="951814247", type="PUB",
               contribution="NA", country="NA", start_date="2019-05-01"),
    ]  # fmt: skip
    write(tmp_path, "participations", rows)
    write(tmp_path, "parts", [["221856", "SC4"], ["221856", "LEIT"], ["221856", "SC4"]])
    read = Read(tmp_path)
    project = "project/cordis-rcn-221856"
    assert read.values(project, LABEL) == []
    assert read.values(project, NUMBER) == ['"CORDIS rcn-221856"']
    assert read.values(project, "programmePart") == ['"SC4"', '"LEIT"']
    assert read.values(project, "ecContribution") == [euro("2927875")]
    assert read.values(project, "endDate") == read.values(project, "totalCost") == []
    paid = "participation/cordis-rcn-221856-998616262"
    assert read.values(paid, "amount") == [euro("100000")]
    assert read.values("organisation/pic-951814247", "country") == []
    assert read.values("organisation/pic-951814247", NUMBER) == ['"PIC 951814247"']
    assert read.account("parts.csv").duplicates == 1


def test_the_name_of_a_file_tells_the_programme_where_its_rows_do_not(tmp_path: Path) -> None:
    path = write(tmp_path, "participations", [
        record("participations", rcn="7", role="participant", pic="998616262"),
    ])  # fmt: skip
    Read(path.rename(tmp_path / "h2020.csv"))
    read = Read(tmp_path)
    assert read.values("project/cordis-rcn-7", "inProgramme") == [f"<{ID}programme/h2020>"]


# --- the vocabulary itself ----------------------------------------------------------------

SKOS_FILE = """\ufeff@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix v: <http://data.europa.eu/8mn/euroscivoc/> .
v:a a skos:Concept ; skos:notation "1" ; skos:prefLabel "one"@en , "eins"@de .
v:b a skos:Concept ; skos:notation "2" ; skos:prefLabel "two"@en ; skos:broader v:a .
v:c a skos:Concept ; skos:notation "3" ; skos:prefLabel "three"@en ; skos:broader v:b .
v:d a skos:Concept ; skos:notation "x" ; skos:prefLabel "none"@en .
"""


def test_the_vocabulary_gives_labels_and_what_lies_within(tmp_path: Path) -> None:
    (tmp_path / "v.ttl").write_text(SKOS_FILE, encoding="utf-8")
    read = Read(tmp_path)
    assert read.values("euroscivoc/1", LABEL) == ['"one"@en']
    assert sorted(read.values("euroscivoc/3", "withinField")) == [
        f"<{ID}euroscivoc/{code}>" for code in "123"
    ]
    assert read.values("euroscivoc/2", PREFIXES["skos"] + "exactMatch") == [
        "<http://data.europa.eu/8mn/euroscivoc/b>"
    ]
    account = read.account("v.ttl")
    assert (account.read, account.accepted, account.rejected) == (4, 3, 1)


def test_what_is_not_turtle_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "v.ttl").write_text("<html>", encoding="utf-8")
    with pytest.raises(InputUnreadable, match=r"v\.ttl: is not Turtle"):
        Read(tmp_path)


# --- which files --------------------------------------------------------------------------


def test_other_files_are_passed_over_but_named(tmp_path: Path) -> None:
    write(tmp_path, "project", PROJECTS)
    (tmp_path / "webItem.csv").write_text('"language";"uri";"represents"\n"en";"/a";"logo"\n')
    (tmp_path / "countries.csv").write_text("euCode;name\nKR;Korea\n")
    read = Read(tmp_path)
    assert sorted(read.ledger.accounts) == ["project.csv"]
    assert [note.split(":")[0] for note in read.ledger.notes] == ["countries.csv", "webItem.csv"]


@pytest.mark.parametrize("column", ["organisationID", "projectID"])
def test_a_renamed_column_is_named_with_the_header(tmp_path: Path, column: str) -> None:
    header = NAMES["organization"].replace(column, "renamed")
    (tmp_path / "any.csv").write_text(as_csv(header, ORGANIZATIONS), encoding="utf-8")
    with pytest.raises(InputUnreadable, match=f"'{column}' is missing; the header has .*renamed"):
        Read(tmp_path)


def test_a_folder_without_any_file_of_cordis_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(InputMissing):
        Read(tmp_path)
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputUnreadable, match="has the columns of CORDIS"):
        Read(tmp_path)


def test_columns_may_stand_in_any_order(tmp_path: Path, whole: Read) -> None:
    shuffled = list(range(len(NAMES["organization"].split(","))))
    random.Random(7).shuffle(shuffled)
    names = NAMES["organization"].split(",")
    header = ",".join(names[place] for place in shuffled)
    rows = [[row[place] for place in shuffled] for row in ORGANIZATIONS]
    (tmp_path / "organization.csv").write_text(as_csv(header, rows), encoding="utf-8")
    assert Read(tmp_path).lines == whole.lines
