"""What is packed and committed: the wheel is whole, start-up is light, nothing leaks."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Collection
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

#: Loading one of these costs a tenth of a second or more.
HEAVY = {
    *("IPython", "jinja2", "networkx", "numpy", "oxrdflib", "pandas", "pyoxigraph", "pyvis"),
    *("rdflib", "scipy", "shacl", "sqlite3"),
}
#: What is made here, as .gitignore has it: for a copy without git.
MADE = re.compile(
    r"(?:^|/)__pycache__/|^(?:\.(?:git|venv|venv-lock|coopgraph|hypothesis|\w+_cache)|dist)/"
)
FOLDERS = ("ontology", "data")
WHERE = (
    "from coopgraph.vocabulary import resources\n"
    "for folder in ('ontology', 'data'): print(resources(folder))"
)

# Written in pieces, so that this file does not find itself.
LEAKS = {
    # A path of somebody's machine: not part of an address or of a longer path.
    "machine path": r"(?<![\w.~-])/(?:root|home|work|tmp|opt)/" + r"\w",
    "file address": "file:" + r"///\w",
    "registry option": "--(?:extra-)?" + "index-url|--find" + "-links|--trusted" + "-host",
    # ann is whom examples and tests name.
    "account in an address": r"://" + r"(?!ann:|a:b@)[^/\s:@\"'<>]+:[^/\s@\"'<>]+" + "@",
    "token": r"\b(?:ghp|gho|ghs|glpat|npm)[_-]" + r"\w{16}|github_" + r"pat_\w|pypi-" + "AgEI",
    "private key": "-----BEGIN [A-Z ]*" + "PRIVATE KEY",
}


def run(*command: str | Path, cwd: Path, path: Path | None = None) -> str:
    """The standard output of a command that must succeed; `path` is its PYTHONPATH."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    if path is not None:
        environment["PYTHONPATH"] = str(path)
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def project_files(root: Path) -> list[Path]:
    """What is, or would be, committed; in a copy without git, all that is not made here."""
    if (root / ".git").exists() and shutil.which("git"):
        listing = run(
            "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=root
        )
        names = [root / name for name in listing.split("\0") if name]
    else:
        names = [p for p in root.rglob("*") if not MADE.search(p.relative_to(root).as_posix())]
    return [path for path in names if path.is_file()]


@pytest.fixture(scope="session")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=root)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("installed")
    run(
        *(sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check", "install"),
        *("--quiet", "--no-index", "--no-deps", "--target", target, wheel),
        cwd=target,
    )
    return target


def test_the_wheel_holds_every_file_that_coopgraph_reads(root: Path, wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    for folder, base in (("src/coopgraph", "coopgraph"), *((f, f"coopgraph/{f}") for f in FOLDERS)):
        top = root / folder
        files = [p for p in project_files(root) if p.is_relative_to(top)]
        assert files, f"no file in {folder}"
        wanted = {f"{base}/{path.relative_to(top).as_posix()}" for path in files}
        assert wanted <= packed, f"not packed: {sorted(wanted - packed)}"


@pytest.mark.parametrize(
    "pattern",
    [
        r"coopgraph/ontology/coop\.ttl",
        r"coopgraph/ontology/queries/.+\.rq",
        r"coopgraph/ontology/projections/.+\.rq",
        r"coopgraph/data/.+\.csv",
        r"coopgraph/i18n/locale/(?:en|ja|ko)\.toml",
        r"coopgraph/view/.+\.(?:html|j2|jinja)",
        r"coopgraph/view/.+\.js",
        r"coopgraph/py\.typed",
        r".+\.dist-info/licenses/LICENSE",
        r".+\.dist-info/licenses/LICENSE-DATA",
    ],
)
def test_the_wheel_holds_each_kind_of_file(wheel: Path, pattern: str) -> None:
    assert any(re.fullmatch(pattern, name) for name in zipfile.ZipFile(wheel).namelist())


def test_the_wheel_holds_nothing_of_the_workshop(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {t for t in tops if not t.endswith(".dist-info")} == {"coopgraph"}
    assert not [n for n in zipfile.ZipFile(wheel).namelist() if "__pycache__" in n]


def test_an_installed_package_reads_its_own_copy(installed: Path, tmp_path: Path) -> None:
    found = run(sys.executable, "-c", WHERE, cwd=tmp_path, path=installed).splitlines()
    assert [Path(p) for p in found] == [installed / "coopgraph" / f for f in FOLDERS]


def test_the_source_reads_the_copy_of_the_checkout(root: Path, tmp_path: Path) -> None:
    found = run(sys.executable, "-c", WHERE, cwd=tmp_path, path=root / "src").splitlines()
    assert [Path(p) for p in found] == [root / f for f in FOLDERS]


def test_a_package_without_its_files_says_so(installed: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(
        installed / "coopgraph", bare / "coopgraph", ignore=shutil.ignore_patterns(*FOLDERS)
    )
    said = run(
        *(sys.executable, "-c"),
        "from coopgraph.errors import ResourceMissing\n"
        "from coopgraph.vocabulary import resources\n"
        "try: resources('data')\n"
        "except ResourceMissing as error: print(error)",
        cwd=tmp_path,
        path=bare,
    )
    assert "install coopgraph again" in said


def test_an_installed_package_runs(installed: Path, root: Path, tmp_path: Path) -> None:
    start = "import sys; from coopgraph.cli import main; sys.argv = ['coopgraph', '--version']; "
    said = run(sys.executable, "-c", start + "main()", cwd=tmp_path, path=installed)
    assert project(root)["version"] in said


@pytest.mark.parametrize("module", ["coopgraph", "coopgraph.cli"])
def test_start_up_imports_nothing_heavy(root: Path, module: str) -> None:
    code = f"import sys, {module}; print(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    loaded = set(run(sys.executable, "-c", code, cwd=root, path=root / "src").split())
    assert "coopgraph" in loaded
    assert loaded.isdisjoint(HEAVY), f"loaded at start-up: {sorted(loaded & HEAVY)}"


def test_one_version_everywhere(root: Path) -> None:
    version = project(root)["version"]
    inside = run(
        *(sys.executable, "-c", "import coopgraph; print(coopgraph.__version__)"),
        cwd=root,
        path=root / "src",
    )
    assert inside.strip() == version
    assert f"\nversion: {version}\n" in (root / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\n## [{version}]" in (root / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["run.txt", "demo.txt", "test.txt"])
def test_a_lock_file_pins_every_package_with_its_hashes(root: Path, name: str) -> None:
    text = (root / "requirements" / name).read_text(encoding="utf-8")
    logical = re.sub(r"\\\n", " ", re.sub(r"(?m)^\s*#.*\n", "", text)).splitlines()
    entry = re.compile(r"[a-z0-9-]+==[^\s;]+(?: ; [^\\]+?)?(?:\s+--hash=sha256:[0-9a-f]{64})+\s*")
    assert len(logical) > 20
    assert [line[:60] for line in logical if not entry.fullmatch(line)] == []


def test_the_lock_files_know_every_dependency_and_agree(root: Path) -> None:
    names = ("run", "demo", "test")
    locked = {name: pins(root / "requirements" / f"{name}.txt") for name in names}
    tables = project(root)
    wanted = {distribution(r) for r in tables["dependencies"]} | {"hatchling"}
    for name, extra in zip(names, ("charts", "openalex", "test"), strict=True):
        wanted |= {distribution(r) for r in tables["optional-dependencies"][extra]}
        assert wanted <= locked[name].keys()
    assert locked["run"].items() <= locked["demo"].items()
    assert locked["demo"].items() <= locked["test"].items()


def test_a_plain_install_is_small(root: Path) -> None:
    """At most 45 packages and 400 MB (10^6 bytes), in the versions that are installed here."""
    found: dict[str, int] = {"coopgraph": 0}
    wanted = [Requirement(text) for text in project(root)["dependencies"]]
    while wanted:
        requirement = wanted.pop()
        if not applies(requirement, frozenset()) or distribution(str(requirement)) in found:
            continue
        installed = metadata.distribution(requirement.name)
        files = (Path(str(file.locate())) for file in installed.files or ())
        found[distribution(str(requirement))] = sum(p.stat().st_size for p in files if p.is_file())
        depends = map(Requirement, installed.requires or ())
        wanted += [each for each in depends if applies(each, requirement.extras)]
    locked = pins(root / "requirements/run.txt").keys()
    assert found.keys() - {"coopgraph"} <= locked
    assert not found.keys() & {"duckdb", "ibis-framework", "matplotlib", "pandas", "pyarrow"}
    assert found["numpy"] > 10_000_000  # the files were found
    assert len(found) <= 45, sorted(found)
    assert sum(found.values()) <= 400_000_000, found


def applies(requirement: Requirement, extras: Collection[str]) -> bool:
    """Whether a requirement of a package that was asked for with `extras` holds here."""
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras))


def test_each_extra_is_offered_and_all_has_them(root: Path) -> None:
    extras = project(root)["optional-dependencies"]
    assert extras.keys() == {"all", "charts", "notebook", "office", "openalex", "spark", "test"}
    (every,) = map(Requirement, extras["all"])
    assert every.name == "coopgraph"
    assert every.extras == extras.keys() - {"all", "test"}


def test_no_file_names_a_machine_a_registry_or_a_secret(root: Path) -> None:
    texts = 0
    found: list[str] = []
    for path in project_files(root):
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or an archive
        texts += 1
        for what, pattern in LEAKS.items():
            for match in re.finditer(pattern, text):
                line = text.count("\n", 0, match.start()) + 1
                found.append(f"{path.relative_to(root)}:{line}: {what}: {match[0]}")
    assert texts > 50
    assert found == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("machine path", "cd /" + "home/kim/coopgraph"),
        ("file address", "file:" + "///srv/simple"),
        ("registry option", "--extra-" + "index-url x"),
        ("account in an address", "https://kim:secret" + "@example.org/"),
        ("token", "ghp_" + "0123456789abcdef0123"),
        ("private key", "-----BEGIN RSA " + "PRIVATE KEY-----"),
    ],
)
def test_a_leak_is_recognised(what: str, text: str) -> None:
    assert re.search(LEAKS[what], text)
    assert not re.search(LEAKS[what], "https://www.example.kr/home/page ../work/x a@example.org")


def project(root: Path) -> dict[str, Any]:
    """The table `project` of pyproject.toml."""
    tables = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    section: dict[str, Any] = tables["project"]
    return section


def distribution(requirement: str) -> str:
    """The name, as an index writes it, of what a requirement asks for."""
    return re.sub(r"[-_.]+", "-", Requirement(requirement).name).lower()


def pins(lock: Path) -> dict[str, str]:
    """Name and version of every package of a lock file."""
    return dict(re.findall(r"(?m)^([a-z0-9-]+)==(\S+)", lock.read_text(encoding="utf-8")))
