"""`coopgraph verify`: passages, hashes, codes and keys against the texts at hand; and the word for
what nobody compared, wherever a place in a source is shown."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import invented
import pytest
from command_line import called
from test_view import data_of

import coopgraph
from coopgraph.queries import Entity
from coopgraph.queries.citations import cite
from coopgraph.server.facts import read_facts
from coopgraph.tables.evidence import shipped_passages, span_sha256, text_sha256
from coopgraph.view import render
from coopgraph.vocabulary import ID, expand, shrink

TEXT = "Weavers weave.\nThey dye, too."
NOBODY = "no text at hand"


def content(**passage: str) -> invented.Tables:
    """The invented tables; the first source has a text, and a person is in it."""
    tables = invented.tables()
    tables["sources"][0].update(sha256=text_sha256(TEXT), code_points=str(len(TEXT)))
    place = {"start": "15", "end": "23", "span_sha256": span_sha256(TEXT[15:23])}
    tables["people"][0].update(place | passage, source="first-source")
    return tables


def verified(*arguments: str, data: Path, tmp_path: Path) -> tuple[int, list[dict[str, Any]], str]:
    """The exit code, the rows and standard error of the command."""
    where = ("--data", str(data), "--store", str(tmp_path / "none"), "--format", "json")
    ran = called("verify", *arguments, *where)
    return ran.code, json.loads(ran.out), ran.err.decode()


def numbers(rows: list[dict[str, Any]]) -> dict[tuple[str, str], int]:
    """How many there are by what is looked at and outcome."""
    return {(r["what"], r["outcome"]): r["number"] for r in rows if r["number"] is not None}


def test_three_outcomes_are_told_apart(tmp_path: Path) -> None:
    data, text = invented.write(tmp_path / "data", content()), tmp_path / "weaving.txt"
    code, rows, _ = verified(data=data, tmp_path=tmp_path)
    without = numbers(rows)
    assert code == 0
    assert ("passage", "holds") not in without
    assert without["text", NOBODY] == 2
    text.write_text(TEXT, encoding="utf-8")
    given = ("--text", f"first-source={text}")
    code, rows, err = verified(*given, data=data, tmp_path=tmp_path)
    told = numbers(rows)
    assert (code, err) == (0, "")
    assert (told["passage", "holds"], told["text", "holds"], told["text", NOBODY]) == (1, 1, 1)
    assert told["passage", NOBODY] == without["passage", NOBODY] - 1
    assert told["key", "holds"] > told["code", "holds"] > 10

    invented.write(data, content(span_sha256="0" * 64))
    code, rows, err = verified(*given, data=data, tmp_path=tmp_path)
    assert (code, numbers(rows)["passage", "does not hold"]) == (1, 1)
    (fault,) = [row for row in rows if row["fact"]]
    where = {"what": "passage", "file": "people.csv", "row": 2, "column": "span_sha256"}
    assert fault | where == fault
    assert (fault["fact"], fault["remedy"]) == (
        f"the text has another passage there, of SHA-256 {span_sha256(TEXT[15:23])}",
        "correct the position, or the hash",
    )
    assert err.startswith("coopgraph: people.csv, row 2, column span_sha256: the text has another")


def test_codes_keys_and_cells_are_named_with_all_the_rest(tmp_path: Path) -> None:
    tables = content()
    tables["plans"][0]["kind"] = "no-kind"
    tables["plans"][1]["planners"] = "nobody"
    tables["people"][0]["span_sha256"] = "0f"
    tables["sources"][0]["code_points"] = "many"
    tables["organisations"][0].update(tables["people"][0], key="alpha-institute")
    tables["organisations"][0]["span_sha256"] = "0" * 64  # whose source cannot be read
    code, rows, err = verified(data=invented.write(tmp_path, tables), tmp_path=tmp_path)
    found = {(row["what"], row["column"]) for row in rows if row["fact"]}
    assert found == {("code", "kind"), ("key", "planners"), ("passage", "span_sha256")} | {
        ("text", "code_points")
    }
    assert code == 1
    assert err.count("\n") == 4


def test_a_text_that_is_another_one_is_no_text_at_hand(tmp_path: Path) -> None:
    data = invented.write(tmp_path / "data", content())
    (data / "texts").mkdir()
    (data / "texts" / "first-source.txt").write_text("Another.", encoding="utf-8")
    code, rows, _ = verified(data=data, tmp_path=tmp_path)
    told = numbers(rows)
    assert (code, told["text", "does not hold"]) == (1, 1)
    assert ("passage", "holds") not in told


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("article", "'article' is no folder; name one, or a text: SOURCE=FILE"),
        ("first-source=none.txt", "'none.txt' is no file; name the text of a source"),
        ("first-sauce={}", "no source has the key 'first-sauce'; did you mean first-source?"),
    ],
)
def test_a_text_that_cannot_be_used_is_one_line(tmp_path: Path, given: str, said: str) -> None:
    data = invented.write(tmp_path / "data", content())
    text = given.format(data / "people.csv")
    ran = called("verify", "--data", str(data), "--text", text, "--store", str(tmp_path / "none"))
    assert (ran.code, ran.message) == (2, said)


def test_own_files_are_looked_at_beside_the_tables(tmp_path: Path) -> None:
    tables = content()
    data, own = invented.write(tmp_path / "data", tables), tmp_path / "mine" / "people.csv"
    mine = tables["people"][0] | {"key": "kim", "span_sha256": "1" * 64}
    invented.write(own.parent, {"people": [mine]})
    texts = own.parent / "texts"
    texts.mkdir()
    (texts / "first-source.txt").write_bytes(TEXT.encode())
    code, rows, err = verified(str(own), data=data, tmp_path=tmp_path)
    told = numbers(rows)
    assert err.startswith(f"coopgraph: {own}, row 2, column span_sha256: the text has another")
    assert (code, told["passage", "holds"], told["passage", "does not hold"]) == (1, 1, 1)

    # what cannot be read is named, and the rest looked at
    source = tables["sources"][0] | {"key": "mine", "code_points": "many"}
    invented.write(own.parent, {"sources": [source], "people": [mine | {"source": "mine"}]})
    code, rows, err = verified(str(own.parent), data=data, tmp_path=tmp_path)
    assert (code, err.count("\n")) == (1, 1)
    assert f"{own.parent}/sources.csv, row 2, column code_points: 'many' is not a whole" in err
    (own.parent / "sources.csv").unlink()
    invented.write(own.parent, {"people": [mine]})

    # nor does such a row get into a store, be the text beside it or beside the tables
    store = str(tmp_path / "store")
    assert called("build", "--data", str(data), "--store", store).code == 0
    for place in (own.parent, data):
        texts = texts.rename(place / "texts")
        ran = called("import", "table", str(own), "--store", store)
        assert ran.code == 1
        assert ran.message.startswith("people.csv, row 2, column span_sha256: the text has")


def test_what_a_store_holds_of_imports_is_looked_at(tmp_path: Path) -> None:
    tables = content()
    data, own = invented.write(tmp_path / "data", tables), tmp_path / "mine"
    invented.write(own, {"people": [tables["people"][0] | {"key": "kim", "span_sha256": "1" * 64}]})
    store, text = tmp_path / "store", tmp_path / "text.txt"
    assert called("build", "--data", str(data), "--store", str(store)).code == 0
    assert called("import", "table", str(own), "--store", str(store)).code == 0  # no text at hand
    with coopgraph.open(store) as kg:
        (place,) = kg.query("evidence", about="kim").column("locator")
    assert place == "page 1 (unverified)"
    text.write_bytes(TEXT.encode())
    found = coopgraph.verify(store, texts={"first-source": text})
    assert not found.holds
    (fault,) = (row for row in found.answer() if row["fact"])
    assert (fault["file"], fault["column"]) == ("import/table/people: kim", "span_sha256")


def test_a_wrong_hash_of_a_passage_that_ships_is_refused_without_a_text(tmp_path: Path) -> None:
    (text, start, end), sha256 = next(iter(shipped_passages().items()))
    place = {"start": str(start), "end": str(end), "span_sha256": sha256}
    tables = content(**place)
    tables["sources"][0].update(sha256=text, code_points="9999")
    folder, store = tmp_path / "data", str(tmp_path / "store")
    assert (
        called("build", "--data", str(invented.write(folder, tables)), "--store", store).code == 0
    )
    with coopgraph.open(store) as kg:
        assert kg.query("evidence", about="hong").column("locator")[0] == "page 1"
    tables["people"][0]["span_sha256"] = "0" * 64
    invented.write(folder, tables)
    ran = called("build", "--data", str(folder), "--store", store)
    assert ran.code == 1
    assert ran.message.startswith("people.csv, row 2, column span_sha256: the text has another")


#: A plan whose pages nobody has here, and the article's, which was compared with its text.
ELSEWHERE, ARTICLE = "uk-ispf-2022", "strategic-joint-research-plan"


#: In the language of the place, which falls back to English.
WORD = re.compile(r"\(unverified\)|\(원문 미확인\)")


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_face_says_what_nobody_compared(store_folder: Path, lang: str) -> None:
    with coopgraph.open(store_folder) as kg:

        def faces(plan: str) -> dict[str, list[str]]:
            """The places in sources, or the texts that hold them, by face."""
            links = kg.query("partners", lang=lang, plan=plan)
            network = kg.project("technology-partners", plan=plan)
            page = data_of(render(network, lang))["page"]
            own = expand("coop:evidence")
            facts = read_facts(kg.store, f"{ID}plan/{plan}", lang, only=f"out:{shrink(own)}")
            known = kg.show(plan, lang=lang, property=own)
            return {
                "answer": [str(place) for place in links.sources().column("locator")],
                "cite": re.findall(r"^    .*", cite(links, kg.store), re.MULTILINE),
                "csl": [item["note"] for item in json.loads(cite(links, kg.store, "csl"))],
                "measure": [
                    str(place)
                    for place in kg.measure("concentration", lang=lang, plan=plan)
                    .sources()
                    .column("locator")
                ],
                "network": [
                    place
                    for _, _, line in network.to_networkx(lang).edges(data=True)
                    for place in line[f"locators_{lang}"]
                ],
                "page": [" ".join(map(str, each)) for each in page["evidence"]],
                "show": [str(row["value"]) for row in known if row["direction"] == "out"],
                "entity": [str(s.value) for group in facts.groups for s in group.statements],
            }

        theirs, ours = faces(ELSEWHERE), faces(ARTICLE)
    assert theirs.keys() == ours.keys()
    for face, texts in theirs.items():
        assert texts, face
        assert [text for text in texts if not WORD.search(text)] == [], face
        assert ours[face], face
        assert [text for text in ours[face] if WORD.search(text)] == [], face


def test_a_brief_says_what_nobody_compared(store_folder: Path) -> None:
    with coopgraph.open(store_folder) as kg:
        places = [
            place for source in kg.brief("quantum", lang="ko").references for place in source.places
        ]
    told = [place for place in places if WORD.search(place)]
    assert told
    assert set(told) != set(places)  # the article's were compared


def key_of(cell: object) -> str:
    """The key of the entity of a cell; empty where there is none."""
    return cell.iri.rpartition("/")[2] if isinstance(cell, Entity) else ""


def test_answers_say_how_often_a_row_was_read(store_folder: Path, root: Path) -> None:
    with (root / "data/plans" / ELSEWHERE / "partner_links.csv").open(encoding="utf-8") as stream:
        typed = {row["key"]: row["reading"] for row in csv.DictReader(stream)}
    assert len(typed) > 3
    with coopgraph.open(store_folder) as kg:
        for key, state in typed.items():
            answer = kg.query("evidence", about=f"id:partner-link/{key}")
            found = {key_of(row["claim"]): key_of(row["reading"]) for row in answer}
            assert found[key] == state
        said = kg.query("partners", plan=ELSEWHERE, lang="ko").sources().column("reading")
        assert {"2회 대조", "2회 대조 후 수정"} & set(said)
        assert set(kg.query("partners", plan=ARTICLE).sources().column("reading")) == {None}
