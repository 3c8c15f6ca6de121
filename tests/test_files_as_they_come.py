"""Files of publishers as they come: encodings, delimiters, headers and quotes of every kind."""

from __future__ import annotations

import json
from pathlib import Path

import openalex_files
import pytest
import ror_files
from cordis_files import NAMES, PROJECT, Read, as_csv, record

from coopgraph.errors import InputUnreadable

HEADER = "projectID;topic;title\n"


def topics(folder: Path, text: str, encoding: str = "utf-8") -> Read:
    (folder / "topics.csv").write_bytes(text.encode(encoding))
    return Read(folder)


def of_topic(read: Read, project: int = 1) -> list[str]:
    return read.values(f"project/cordis-{project}", "callTopic")


# --- encodings ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "text", "told"),
    [
        ("utf-8", "양자", ""),
        ("utf-8-sig", "양자", ""),
        ("utf-16", "양자", "UTF-16"),
        ("cp949", "양자기술", "CP949"),
        ("latin-1", "Université de Montréal", "CP1252"),
    ],
)
def test_an_encoding_is_found_and_told(tmp_path: Path, encoding: str, text: str, told: str) -> None:
    read = topics(tmp_path, f"{HEADER}1;{text};\n2;plain;\n", encoding)
    assert of_topic(read) == [f'"{text}"']
    notes = [f"topics.csv: is in {told}, not UTF-8: read as that"] if told else []
    assert read.ledger.notes == notes


def test_utf_8_with_a_wrong_byte_is_not_taken_for_something_else(tmp_path: Path) -> None:
    (tmp_path / "topics.csv").write_bytes(f"{HEADER}1;양자 기술;\n2;".encode() + b"\xff;\n")
    with pytest.raises(InputUnreadable, match=r"topics\.csv: is not UTF-8"):
        Read(tmp_path)


# --- delimiters, headers, quotes ------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_found_in_the_header(tmp_path: Path, delimiter: str) -> None:
    text = as_csv(NAMES["topics"], [["1", "A, B", "x;y"]], delimiter)
    assert of_topic(topics(tmp_path, text)) == ['"A, B"']


@pytest.mark.parametrize("change", [str.lower, str.upper])
def test_a_header_is_known_in_any_case_and_order(tmp_path: Path, change: object) -> None:
    assert callable(change)
    names = list(reversed(PROJECT.split(",")))
    row = record("project", id="1", title="Tides", rcn="7", topics="A|B", status="SIGNED")
    text = as_csv(",".join(map(change, names)), [list(reversed(row))])
    (tmp_path / "project.csv").write_text(text, encoding="utf-8")
    read = Read(tmp_path)
    assert read.account("project.csv").accepted == 1
    assert sorted(of_topic(read)) == ['"A"', '"B"']
    assert read.values("project/cordis-1", "status") == ['"SIGNED"']


def test_topics_of_one_cell_are_several(tmp_path: Path) -> None:
    assert sorted(of_topic(topics(tmp_path, f"{HEADER}1;A|B | C;\n"))) == ['"A"', '"B"', '"C"']


@pytest.mark.parametrize(
    "columns",
    ["projectID;projectAcronym;role;id", "projectReference;projectAcronym;role;orgId"],
    ids=["H2020, 2014-2020", "FP7, early"],
)
def test_older_files_of_organisations_are_read(tmp_path: Path, columns: str) -> None:
    header = (
        f"projectRcn;{columns};name;shortName;activityType;endOfParticipation;ecContribution;"
        "country;street;city;postCode;organizationUrl"
    )
    row = (
        '193157;"600001";"TIDE";"coordinator";"999997930";"Harbour Institute";"HI";"REC";'
        '"false";"1234,5";"FR";"Quai 1";"PARIS";"75000";"www.harbour.example.org"'
    )
    (tmp_path / "cordis-organizations.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    read = Read(tmp_path)
    body = "organisation/pic-999997930"
    assert read.values("participation/cordis-600001-999997930", "participationRole") == [
        '"coordinator"'
    ]
    assert read.values(body, "city") == ['"PARIS"']
    assert read.values(body, "http://xmlns.com/foaf/0.1/homepage") == [
        "<http://www.harbour.example.org>"
    ]


def test_older_files_of_projects_are_read(tmp_path: Path) -> None:
    text = (
        "rcn;reference;acronym;status;programme;topics;frameworkProgramme;title;startDate\n"
        "193157;600001;TIDE;ONG;FP7-ICT;ICT-1|ICT-2;FP7;Tides;2013-01-01\n"
    )
    (tmp_path / "cordis-fp7projects.csv").write_text(text, encoding="utf-8")
    read = Read(tmp_path)
    assert sorted(of_topic(read, 600001)) == ['"ICT-1"', '"ICT-2"']
    assert read.values("project/cordis-600001", "legalBasis") == ['"FP7-ICT"']


def test_line_breaks_in_quotes_are_of_the_cell(tmp_path: Path) -> None:
    read = topics(tmp_path, f'{HEADER}1;"one\ntwo, three\r\nfour";"x;y"\n2;T;y\n')
    assert of_topic(read) == ['"one two, three four"']
    assert read.account("topics.csv").accepted == 2


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('the "big" one', 'the \\"big\\" one'),
        ('5" wide', '5\\" wide'),
        ('"never closed', "never closed"),
    ],
)
def test_a_stray_quote_takes_no_other_record_along(tmp_path: Path, cell: str, value: str) -> None:
    rest = "".join(f"{number};T-{number};fine\n" for number in range(2, 9))
    read = topics(tmp_path, f"{HEADER}1;{cell};x\n{rest}")
    assert read.rejects == []
    assert of_topic(read) == [f'"{value}"']
    assert of_topic(read, 8) == ['"T-8"']


def test_a_record_of_which_nothing_can_be_made_is_the_only_one_rejected(tmp_path: Path) -> None:
    rest = "".join(f'{number};"T-{number}";"fine"\n' for number in range(3, 9))
    read = topics(tmp_path, f'{HEADER}1;T;x\n2;"a;b;c\n{rest}')
    assert read.rejects == [("topics.csv", 3, "", "a cell is too long, or a quote is not closed")]
    assert read.account("topics.csv").accepted == 7


# --- OpenAlex -------------------------------------------------------------------------------


WORKS = [openalex_files.work(number, [1], [2]) for number in (1, 2, 3)]
PAGES = [{"meta": {"count": 3}, "results": WORKS[:2]}, {"meta": {}, "results": WORKS[2:]}]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (json.dumps(WORKS[0], indent=2), 1),
        (json.dumps(PAGES[0], indent=2), 2),
        (json.dumps(PAGES), 3),
        (json.dumps(PAGES, indent=1), 3),
        ("\n".join(json.dumps(page, indent=4) for page in PAGES), 3),
        ("\n".join(json.dumps(page) for page in PAGES), 3),
    ],
    ids=["a work", "a page", "pages", "an array", "one after the other", "lines"],
)
def test_works_are_read_however_they_are_laid_out(tmp_path: Path, text: str, count: int) -> None:
    path = tmp_path / "works.json"
    path.write_text(text, encoding="utf-8")
    done = openalex_files.Done(path, scratch=tmp_path / "scratch")
    assert done.counts == {"works.json": (count, count, 0, 0)}
    pair = "co-publication/openalex-I1-I2-T10020-2021"
    assert done.one(pair, "coop:works") == str(count)


def test_what_is_no_record_on_a_page_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "works.jsonl"
    lines = [json.dumps(PAGES[0]), json.dumps({"results": [7, WORKS[2]]})]
    path.write_text("\n".join(lines), encoding="utf-8")
    done = openalex_files.Done(path, scratch=tmp_path / "scratch")
    assert done.rejects == [("works.jsonl", 3, "", "is not an object")]
    assert done.counts == {"works.jsonl": (4, 3, 1, 0)}


CSV_COLUMNS = (
    "id,display_name,publication_year,doi,authorships.institutions.id,"
    "authorships.institutions.country_code,primary_topic.id,primary_topic.display_name,"
    "primary_topic.subfield.id"
)


@pytest.mark.parametrize("names", [CSV_COLUMNS, CSV_COLUMNS.replace(".", "_").upper()])
def test_works_are_read_from_csv(tmp_path: Path, names: str) -> None:
    address = openalex_files.ADDRESS
    rows = [
        [f"{address}W1", "Tides", "2021", "", f"{address}I1|{address}I2|{address}I1", "KR|US|KR",
         f"{address}T10020", "Topic", f"{address}subfields/1702"],
        ["W", "no id", "2021", "", "", "", "", "", ""],
    ]  # fmt: skip
    path = tmp_path / "works.csv"
    path.write_text(as_csv(names, rows, ","), encoding="utf-8")
    done = openalex_files.Done(path, scratch=tmp_path / "scratch")
    assert done.counts == {"works.csv": (2, 1, 1, 0)}
    assert done.one("co-publication/openalex-I1-I2-T10020-2021", "coop:works") == "1"
    assert done("organisation/openalex-I2", "coop:country") == ["country/us"]


def test_works_are_read_from_parquet(tmp_path: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    path = tmp_path / "part_000.parquet"
    kept = [{k: v for k, v in work.items() if "inverted" not in k} for work in WORKS]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(kept), path)
    done = openalex_files.Done(path, scratch=tmp_path / "scratch")
    assert done.counts == {"part_000.parquet": (3, 3, 0, 0)}
    assert done.one("co-publication/openalex-I1-I2-T10020-2021", "coop:works") == "3"
    path.write_bytes(b"PAR1 no table")
    with pytest.raises(InputUnreadable, match=r"part_000\.parquet: is not Parquet"):
        openalex_files.Done(path, scratch=tmp_path / "other")


def test_merged_ids_are_those_they_were_merged_into(tmp_path: Path) -> None:
    address = openalex_files.ADDRESS
    works = [openalex_files.work(1, [1], [2]), openalex_files.work(2, [3], [2])]
    openalex_files.write(tmp_path, [*works, openalex_files.work(3, [1], [3])])
    for entity, pairs in (
        ("works", [("W2", "W1")]),
        ("institutions", [("I3", "I9"), ("I9", "I1")]),
        ("authors", [("A1", "A2")]),
    ):
        rows = [["2026-01-01", address + old, address + new] for old, new in pairs]
        folder = tmp_path / "merged_ids" / entity
        folder.mkdir(parents=True)
        text = as_csv("merge_date,id,merge_into_id", rows, ",")
        (folder / f"{entity}.csv").write_text(text, encoding="utf-8")
    done = openalex_files.Done(tmp_path, scratch=tmp_path / "scratch")
    assert done.counts["part_000.gz"] == (3, 2, 0, 1)
    assert done.one("publication-count/openalex-I1-T10020-2021", "coop:works") == "2"
    assert done("organisation/openalex-I3", "skos:notation") == []
    assert "authors: passed over: 1 files, which are not imported" in done.ledger.notes


# --- ROR ------------------------------------------------------------------------------------

ROR = ror_files.record(
    names=[
        ror_files.name("Harbour University", "ror_display", "label"),
        ror_files.name("항구대학교", "label", lang="ko"),
        ror_files.name("HU", "acronym", lang=None),
    ],
    external_ids=[{"type": "isni", "all": ["0000 0001 2222 3333"], "preferred": None}],
    links=[{"type": "website", "value": "https://harbour.example.org"}],
    relationships=[{"type": "parent", "id": f"https://ror.org/{ror_files.TIDE}", "label": "T"}],
)
ROR_SHEET = {
    "id": ROR["id"],
    "established": "1901",
    "external_ids.type.isni.all": "0000 0001 2222 3333",
    "external_ids.type.isni.preferred": "",
    "links.type.website": "https://harbour.example.org",
    "locations.geonames_details.country_code": "KR",
    "locations.geonames_details.name": "Harbour",
    "names.types.acronym": "no_lang_code: HU",
    "names.types.alias": "",
    "names.types.label": "en: Harbour University; ko: 항구대학교",
    "names.types.ror_display": "Harbour University",
    "relationships": f"parent: https://ror.org/{ror_files.TIDE}",
    "status": "active",
    "types": "education; funder",
}


def test_every_form_of_a_ror_dump_says_the_same(tmp_path: Path) -> None:
    as_json = ror_files.Done(ror_files.write(tmp_path, [ROR]))
    lines = "\n".join(map(json.dumps, [ROR, ror_files.record(ror_files.AWAY)]))
    as_lines = ror_files.Done(ror_files.write(tmp_path, lines, "v9-ror-data.jsonl"))
    assert as_lines.counts == (2, 2, 0, 0)
    assert {*as_json.lines} <= {*as_lines.lines}
    sheet = as_csv(",".join(ROR_SHEET), [[*ROR_SHEET.values()], ["x"]], ",")
    done = ror_files.Done(ror_files.write(tmp_path, sheet, "v9-ror-data_schema_v2.csv"))
    assert sorted(done.lines) == sorted(as_json.lines)
    assert done.counts == (2, 1, 1, 0)


def test_of_a_folder_with_one_dump_in_two_forms_one_is_read(tmp_path: Path) -> None:
    ror_files.write(tmp_path, [ROR])
    ror_files.write(tmp_path, as_csv(",".join(ROR_SHEET), [[*ROR_SHEET.values()]], ","),
                    "v9-ror-data.csv")  # fmt: skip
    assert [*ror_files.Done(tmp_path).ledger.accounts] == ["v9-ror-data.json"]


def test_a_sheet_of_schema_1_is_said(tmp_path: Path) -> None:
    path = ror_files.write(tmp_path, "id,name,country.country_code\n", "v9-ror-data.csv")
    with pytest.raises(InputUnreadable, match="is a ROR dump of schema version 1"):
        ror_files.Done(path)
