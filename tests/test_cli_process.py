"""The command as a process among others: locales, pipes, full disks, files it must not break."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import Ran, environment, process
from network_stores import ARTICLE

from coopgraph.cli import run

ASK = ("query", "partners", "--plan", ARTICLE, "--lang", "ko", "--format", "csv")


@pytest.fixture
def store(article_folder: Path) -> dict[str, str]:
    return {"COOPGRAPH_STORE": str(article_folder)}


@pytest.fixture(scope="session")
def korean_locale(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A locale in EUC-KR, compiled for the test."""
    folder = tmp_path_factory.mktemp("locale")
    localedef = shutil.which("localedef")
    if localedef is None:
        pytest.skip("localedef is not installed: there is no locale in EUC-KR")
    command = [localedef, "-i", "ko_KR", "-f", "EUC-KR", str(folder / "ko_KR.EUC-KR")]
    if subprocess.run(command, capture_output=True, check=False).returncode not in (0, 1):
        pytest.skip("the sources of the locale ko_KR are not installed")
    return {"LOCPATH": str(folder), "LC_ALL": "ko_KR.EUC-KR"}


@pytest.mark.parametrize("locale", ["C", "POSIX", "C.UTF-8", "no_SUCH.LOCALE"])
def test_output_is_utf_8_in_every_locale(store: dict[str, str], locale: str) -> None:
    plain = process(*ASK, env=store)
    assert process(*ASK, env=store | {"LC_ALL": locale}) == plain
    assert "인공지능" in plain.out.decode()
    switched_off = {"LC_ALL": locale, "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    assert process(*ASK, env=store | switched_off) == plain


def test_output_is_utf_8_in_a_korean_locale(
    store: dict[str, str], korean_locale: dict[str, str]
) -> None:
    script = "import locale; locale.setlocale(locale.LC_ALL, ''); print(locale.nl_langinfo(14))"
    known = subprocess.run(
        [sys.executable, "-c", script],
        env=environment(korean_locale),
        capture_output=True,
        check=True,
    )
    assert known.stdout.strip() == b"EUC-KR"
    plain = process(*ASK, env=store)
    assert process(*ASK, env=store | korean_locale) == plain
    named: list[str | bytes] = [
        *ASK,
        "-p",
        "technology=양자".encode("euc-kr"),
    ]  # as a terminal there sends it
    assert len(process(*named, env=store | korean_locale).out.splitlines()) == 3
    failed = process("show", "없음".encode("euc-kr"), env=store | korean_locale)
    assert "'없음'" in failed.message


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "euc-kr", "utf-16"])
def test_help_and_messages_do_not_depend_on_the_encoding(
    store: dict[str, str], encoding: str
) -> None:
    env = store | {"PYTHONIOENCODING": encoding}
    helped = process("search", "--help", env=env)
    assert (helped.code, helped.err) == (0, b"")
    assert "coopgraph search Zürich" in helped.out.decode()
    assert "'한국어원'" in process("show", "한국어원", env=env).message


@pytest.mark.parametrize(
    "arguments",
    [
        (b"search", b"\xff\xfe\xfd"),
        (b"query", b"partners", b"-p", b"technology=\xff"),
        (b"show", b"http://example.org/\xff"),
        (b"query", b"\xff"),
        (b"\xff",),
    ],
)
def test_arguments_that_are_no_text(store: dict[str, str], arguments: tuple[bytes, ...]) -> None:
    ran = process(*arguments, env=store)
    if arguments[0] == b"search":
        assert ran.out.endswith(b"(0 rows)\n")
    else:
        assert ran.code in (1, 2)
        assert ran.message


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_has_seen_enough(store: dict[str, str], unbuffered: str) -> None:
    started = subprocess.Popen(
        [sys.executable, "-m", "coopgraph", "query", "-", "--format", "csv"],
        env=environment(store | {"PYTHONUNBUFFERED": unbuffered}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert started.stdin is not None
    assert started.stdout is not None
    assert started.stderr is not None
    with started:
        started.stdin.write(b"SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 5000")  # more than a pipe holds
        started.stdin.close()
        assert started.stdout.readline() == b"s,p,o,s_iri,p_iri,o_iri\n"
        started.stdout.close()  # as head does
        assert started.stderr.read() == b""
    assert started.returncode == 0


def listing(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


@pytest.mark.parametrize(
    "arguments",
    [
        ("query", "partners", "--format", "csv"),
        ("query", "partners", "--raw"),
        ("search", "a"),
        ("show", "mit"),
        ("sources",),
        ("questions",),
        ("export",),
        ("network", "technology-partners"),
        ("view", "technology-partners"),
    ],
)
def test_a_file_is_written_whole_or_not_at_all(
    store: dict[str, str],
    small_folder: Path,
    tmp_path: Path,
    arguments: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    monkeypatch.chdir(tmp_path)
    place_of_store = small_folder if arguments == ("export",) else store["COOPGRAPH_STORE"]
    monkeypatch.setenv("COOPGRAPH_STORE", str(place_of_store))
    (tmp_path / "folder").mkdir()
    (tmp_path / "old.txt").write_bytes(b"old")
    for place, says in {
        "/dev/full": "/dev/full: cannot write: No space left on device",
        "folder": "folder: is a folder; name a file",
        "missing/x.txt": "missing: the folder is missing; create it",
        "/proc/x.txt": "cannot write: ",
        "old.txt/x.txt": "old.txt: ",
    }.items():
        ran = Ran(run([*arguments, "-o", place]), *capsysbinary.readouterr())
        assert (ran.code, ran.out) == (1, b""), place
        assert says in ran.message
        assert listing(tmp_path) == {"old.txt": b"old"}
    assert run([*arguments, "-o", "old.txt"]) == 0
    assert capsysbinary.readouterr().out == b""
    assert set(listing(tmp_path)) == {"old.txt"}
    assert len(listing(tmp_path)["old.txt"]) > 100


def limited(folder: Path, env: dict[str, str], *arguments: str) -> Ran:
    """The command where no file may grow beyond some kilobytes: as on a full disk."""
    script = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)"
    (folder / "site").mkdir()
    (folder / "site" / "sitecustomize.py").write_text(script, encoding="utf-8")
    env = environment(env)
    command = [sys.executable, "-m", "coopgraph", *arguments]
    with (folder / "out").open("wb") as out:
        done = subprocess.run(
            ["bash", "-c", 'ulimit -f 16; exec "$@"', "-", *command],
            env=env | {"PYTHONPATH": f"{env['PYTHONPATH']}{os.pathsep}{folder / 'site'}"},
            cwd=folder,
            stdout=out,
            stderr=subprocess.PIPE,
            check=False,
        )
    return Ran(done.returncode, b"", done.stderr)


def test_a_full_disk_keeps_the_old_file(store: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "old.nq").write_bytes(b"old")
    ran = limited(tmp_path, store, "export", "-o", "old.nq")
    assert ran.code == 1
    assert "cannot write: File too large" in ran.message
    assert listing(tmp_path) == {"old.nq": b"old", "out": b""}


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_file_behind_standard_output_that_grows_too_large(
    store: dict[str, str], tmp_path: Path, unbuffered: str
) -> None:
    """The first part fits, the rest does not: that must not pass for success."""
    ran = limited(tmp_path, store | {"PYTHONUNBUFFERED": unbuffered}, "export")
    assert ran.code == 1
    assert "standard output: File too large" in ran.message


@pytest.mark.parametrize("arguments", [("query", "partners"), ("--help",), ("export",)])
def test_standard_output_may_be_full(store: dict[str, str], arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "coopgraph", *arguments],
            env=environment(store),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    ran = Ran(done.returncode, b"", done.stderr)
    assert ran.code == 1
    assert "No space left on device" in ran.message
