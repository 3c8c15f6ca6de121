"""Any RDF file as a graph: every format, blank nodes as IRIs, errors with line and column."""

from __future__ import annotations

import gzip
import json
import os
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse, serialize

from coopgraph.compiler.imports import _about
from coopgraph.errors import InputMissing, InputUnreadable
from coopgraph.importers import Ledger, importer, rdf
from coopgraph.importers.process import ReadImport
from coopgraph.importers.rdf import skolemised
from coopgraph.vocabulary import ID

KIND = importer("rdf")
TURTLE = """@prefix ex: <http://example.org/> .
ex:a ex:knows [ ex:name "Q \\"x\\"\\n\\u00e9"@en ; ex:year 2031 ] .
ex:a ex:list ( 1 2 2 ) .
"""


class Run:
    """One import without a store."""

    def __init__(self, *paths: Path) -> None:
        self.rejects: list[tuple[object, ...]] = []
        self.ledger = Ledger(lambda row: self.rejects.append(tuple(row)))
        self.lines = list(KIND.triples(KIND.find(paths), self.ledger))
        assert all(account.balanced for account in self.ledger.accounts.values())


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize(
    ("suffix", "form"),
    [
        (".ttl", RdfFormat.TURTLE),
        (".nt", RdfFormat.N_TRIPLES),
        (".nq", RdfFormat.N_QUADS),
        (".trig", RdfFormat.TRIG),
        (".rdf", RdfFormat.RDF_XML),
        (".owl", RdfFormat.RDF_XML),
        (".jsonld", RdfFormat.JSON_LD),
    ],
)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
def test_every_format_gives_the_same_triples(
    tmp_path: Path, suffix: str, form: RdfFormat, packed: bool
) -> None:
    triples = [quad.triple for quad in parse(TURTLE, format=RdfFormat.TURTLE)]
    data = serialize(triples, format=form)
    assert data is not None
    path = tmp_path / (f"file{suffix}.gz" if packed else f"file{suffix}")
    run = Run(write(path, gzip.compress(data) if packed else data))
    expected = Run(
        write(tmp_path / "expected.nt", serialize(triples, format=RdfFormat.N_TRIPLES) or b"")
    )
    assert len(run.lines) == len(expected.lines) == len(triples)
    assert list(parse("\n".join(run.lines), format=RdfFormat.N_TRIPLES))
    assert not any("_:" in text.replace('"', "") for text in run.lines)
    assert run.ledger.accounts[path.name].accepted == len(triples)


def test_named_graphs_are_merged_and_said(tmp_path: Path) -> None:
    text = (
        "<urn:a> <urn:p> <urn:b> <urn:g> .\n<urn:a> <urn:p> <urn:c> _:h .\n<urn:a> <urn:p> 'd' .\n"
    )
    run = Run(write(tmp_path / "a.nq", text.replace("'", '"')))
    assert run.lines == [
        "<urn:a> <urn:p> <urn:b> .", "<urn:a> <urn:p> <urn:c> .", '<urn:a> <urn:p> "d" .',
    ]  # fmt: skip
    assert [note.partition(":")[0] for note in run.ledger.notes] == [
        "2 named graphs of the file were merged into one"
    ]


# --- blank nodes --------------------------------------------------------------------------


def nodes(lines: list[str]) -> set[str]:
    return {term for text in lines for term in text.split(" ") if "/skolem/" in term}


def test_blank_nodes_do_not_depend_on_labels_or_order(tmp_path: Path) -> None:
    triples = [quad.triple for quad in parse(TURTLE, format=RdfFormat.TURTLE)]
    random.Random(1).shuffle(triples)
    renamed = "\n".join(f"{t} ." for t in triples)
    for node in sorted({str(n) for t in triples for n in (t.subject, t.object)}):
        if node.startswith("_:"):
            renamed = renamed.replace(node, f"_:x{hash(node) % 10**9}")
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one = Run(write(tmp_path / "one/file.ttl", TURTLE))
    two = Run(write(tmp_path / "two/file.ttl", renamed))
    assert sorted(one.lines) == sorted(two.lines)
    assert any(f"<{ID}skolem/" in text for text in one.lines)


def test_blank_nodes_of_two_files_stay_apart(tmp_path: Path) -> None:
    one = Run(write(tmp_path / "one.ttl", TURTLE)).lines
    two = Run(write(tmp_path / "two.ttl", TURTLE)).lines
    nodes = [
        {t for text in lines for t in text.split(" ") if "/skolem/" in t} for lines in (one, two)
    ]
    assert len(nodes[0]) == len(nodes[1]) == 4
    assert not nodes[0] & nodes[1]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12))
def test_different_blank_nodes_never_become_one(pairs: list[tuple[int, int]]) -> None:
    predicate = NamedNode("urn:p")
    said = [Triple(BlankNode(f"b{a}"), predicate, BlankNode(f"b{b}")) for a, b in pairs]
    found = list(skolemised(said, "file"))
    assert len(nodes(found)) == len({node for pair in pairs for node in pair})
    assert len(set(found)) == len(set(said))


def test_a_file_made_to_be_slow_is_not() -> None:
    """Each of forty nodes linked with every other: RDFC-1.0 would try their permutations."""
    predicate, blank = NamedNode("urn:p"), [BlankNode(f"b{n}") for n in range(40)]
    said = [Triple(a, predicate, b) for a in blank for b in blank if a != b]
    assert len(set(skolemised(said, "file"))) == len(said)


# --- what is wrong ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.ttl", "@prefix ex: <urn:x> .\nex:a ex:b .\n", r"is not Turtle: .*line 2 column 11"),
        ("a.nt", "<urn:a> <urn:b> <urn:c>\n", r"is not N-Triples: .*line 2 column 1"),
        ("a.nq", "<urn:a> <urn:b> .\n", r"is not N-Quads: .*line 1"),
        ("a.ttl", "<a> <b> <c> .", r"line 1 .*No scheme found"),
        ("a.jsonld", '{"@id": "urn:a", "urn:p": [1,]}', r"is not JSON-LD: .*line 1 column 30"),
        ("a.jsonld", '{"@context": "http://example.org/c", "urn:p": 1}', "remote contexts"),
        ("a.rdf", "<rdf:RDF><x></rdf:RDF>", "is not RDF/XML"),
        ("a.ttl", b"\x00\xff\xfe", "is not Turtle"),
        ("a.ttl", "<urn:a\0> <urn:b> 1 .", r"is not Turtle: .*'U\+0000'"),
        ("a.ttl.gz", gzip.compress(TURTLE.encode())[:40], "cannot be read"),
        ("a.ttl.gz", b"no gzip", "cannot be read"),
    ],
    ids=[
        "turtle", "n-triples", "n-quads", "relative", "json-ld", "remote context", "rdf-xml",
        "bytes", "nul", "truncated gz", "no gz",
    ],
)  # fmt: skip
def test_a_broken_file_is_one_line(
    tmp_path: Path, name: str, content: str | bytes, message: str
) -> None:
    with pytest.raises(InputUnreadable, match=message) as caught:
        Run(write(tmp_path / name, content))
    assert str(caught.value).startswith(f"{name}: ")
    assert "\n" not in str(caught.value)


def test_what_rdf_1_2_adds_is_rejected(tmp_path: Path) -> None:
    text = (
        '<urn:a> <urn:b> <<( <urn:a> <urn:b> "c" )>> .\n'
        '<urn:a> <urn:b> "x"@en--ltr .\n<urn:a> <urn:b> "x"@en .\n'
    )
    run = Run(write(tmp_path / "a.nt", text))
    assert run.lines == ['<urn:a> <urn:b> "x"@en .']
    assert [(row[1], str(row[3]).partition(" is")[0]) for row in run.rejects] == [
        (1, "a triple term"),
        (2, "text with a direction"),
    ]


def test_files_named_together_are_one_graph(tmp_path: Path) -> None:
    text = "<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> _:x .\n_:x <urn:b> <urn:{}> .\n"
    files = [write(tmp_path / f"{name}.nt", text.format(name)) for name in "ab"]
    run = Run(*files)
    assert run.ledger.accounts["a.nt"].counts == {
        "read": 3, "accepted": 3, "rejected": 0, "duplicates": 0
    }  # fmt: skip
    assert run.ledger.accounts["b.nt"].duplicates == 1
    assert len(set(run.lines)) == len(run.lines) == 5  # a blank node is that of its file
    with pytest.raises(InputMissing):
        Run(write(tmp_path / "c.txt", ""))


def test_a_statement_that_stands_twice_is_a_duplicate(tmp_path: Path) -> None:
    once = "<urn:a> <urn:p> <urn:b> .\n_:x <urn:p> <urn:b> .\n"
    again = "<urn:a> <urn:p> <urn:b> <urn:g> .\n_:x <urn:p> <urn:b> <urn:h> .\n"
    done = Run(write(tmp_path / "twice.nq", once + again + '<urn:a> <urn:p> "b" .\n'))
    assert len(done.lines) == len(set(done.lines)) == 3
    (account,) = done.ledger.accounts.values()
    assert (account.read, account.accepted, account.duplicates) == (5, 3, 2)


def test_a_name_that_is_not_utf8_is_shown_as_far_as_it_is(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xff.ttl"))
    ledger = Ledger()
    with ReadImport(KIND, [write(path, TURTLE)], None) as reader:
        lines = list(reader.texts(tmp_path, ledger, lambda _: None))
        told = _about(reader, ledger, "")
    assert [file["name"] for file in told["files"]] == ["a\ufffd.ttl"]
    assert "\n".join([*lines, json.dumps(told, ensure_ascii=False)]).encode()


PLACES = """@prefix coop: <https://w3id.org/coopgraph/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://example.org/1> a coop:Evidence ; skos:prefLabel "page 3"@en , "3\ucabd"@ko .
<https://example.org/2> skos:prefLabel "page 4" ; a coop:Evidence ; coop:verified true .
<https://example.org/3> a coop:Evidence ; coop:verified false ;
  skos:prefLabel "page 5 (unverified)"@en .
[] a coop:Evidence .
<https://example.org/5> skos:prefLabel "page 6"@en .
"""


@pytest.mark.parametrize("suffix", [".ttl", ".nt", ".jsonld"])
def test_a_place_that_nobody_compared_says_so(tmp_path: Path, suffix: str) -> None:
    """As one of a table does (decision 45); what says that it was compared is taken at its word."""
    triples = [quad.triple for quad in parse(PLACES, format=RdfFormat.TURTLE)]
    form = RdfFormat.from_extension(suffix[1:])
    assert form is not None
    run = Run(write(tmp_path / f"file{suffix}", serialize(triples, format=form) or b""))
    said = "\n".join(run.lines)
    for label in (
        '"page 3 (unverified)"@en', '"3\ucabd (\uc6d0\ubb38 \ubbf8\ud655\uc778)"@ko', '"page 4" .',
        '"page 5 (unverified)"@en',
        '"page 6"@en', '"unverified"@en',
    ):  # fmt: skip
        assert said.count(label) == 1, label
    assert said.count('verified> "false"') == 3
    assert any("3 places" in note for note in run.ledger.notes)


def test_the_word_is_found_over_the_border_of_two_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rdf, "_BLOCK", 7)
    run = Run(write(tmp_path / "file.ttl", PLACES))
    assert '"page 3 (unverified)"@en' in "\n".join(run.lines)
