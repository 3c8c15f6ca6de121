"""Languages: the same texts in each, safe to fill in; numbers, dates, money as each has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import CodeType

import pytest

from coopgraph import i18n
from coopgraph.errors import UnknownLanguage, known_language
from coopgraph.i18n import PLACE
from coopgraph.i18n.languages import FOLDER, entries

#: Those that are complete; a further one may lack texts, and falls back visibly.
COMPLETE = ("en", "ko")


def places(told: object) -> set[str]:
    """The places of a text: by name, or how many without."""
    forms = told.values() if isinstance(told, dict) else [told]
    found = [PLACE.findall(str(form)) for form in forms]
    most = max(found, key=len)
    named = {name for names in found for name in names if name}
    return named or {str(at) for at in range(len(most))}


def test_each_complete_language_has_each_text_with_the_same_places() -> None:
    english, korean = (entries(lang) for lang in COMPLETE)
    assert len(english) > 250
    assert english.keys() == korean.keys()
    different = {
        k: (english[k], korean[k])
        for k in english
        if not k.startswith("row.") and places(english[k]) != places(korean[k])  # columns
    }
    assert not different


@pytest.mark.parametrize("lang", i18n.languages())
def test_a_language_has_no_text_that_english_lacks(lang: str) -> None:
    # What questions, networks and the ontology say in their own files.
    elsewhere = ("question.", "network.", "column.", "term.")
    own = {key for key in entries(lang) if not key.startswith(elsewhere)}
    assert not own - entries("en").keys()
    assert i18n.language_name(lang)


@pytest.mark.parametrize("lang", i18n.languages())
def test_no_text_is_empty_or_has_blanks_doubled(lang: str) -> None:
    texts = [
        t for e in entries(lang).values() for t in (e.values() if isinstance(e, dict) else [e])
    ]
    assert not [t for t in texts if not t.strip() or "  " in t.strip().replace("   Ctrl", " Ctrl")]


def test_values_are_filled_in_and_never_looked_into() -> None:
    assert i18n.text("view.only-this", "en", "{0.__class__}") == "Show only {0.__class__}"
    assert i18n.text("view.shown", "en", 1200, 3400, 5, "2024") == (
        "1,200 of 3,400 nodes, 5 of 2024 edges shown"
    )
    with pytest.raises(LookupError):
        i18n.text("view.shown", "en", 1)
    with pytest.raises(KeyError):
        i18n.text("view.no-such", "en")
    with pytest.raises(KeyError):
        i18n.text("view.nodes", "xx")


def test_an_unknown_language_is_named_with_those_there_are() -> None:
    assert known_language("ko") == "ko"
    with pytest.raises(UnknownLanguage, match="unknown language 'xx'; known: en, ja, ko"):
        known_language("xx")


@pytest.fixture
def further(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """One more language, as a file: it has two texts, plural forms of its own, and falls back
    to Korean."""
    (tmp_path / "pl.toml").write_text(
        '[language]\nname = "polski"\nfallback = ["ko"]\n'
        '[plural]\none = "1"\nfew = ".*[2-4]"\n'
        '[number]\ngroup = " "\ndecimal = ","\n'
        '[view]\nnodes = "Węzły"\n'
        'found = { one = "{} wynik", few = "{} wyniki", other = "{} wyników" }\n',
        encoding="utf-8",
    )
    monkeypatch.setenv(FOLDER, str(tmp_path))
    return "pl"


def test_a_further_language_is_a_file(further: str) -> None:
    assert further in i18n.languages()
    assert known_language(further) == "pl"
    assert i18n.text("view.nodes", further) == "Węzły"
    assert [i18n.text("view.found", further, n) for n in (1, 3, 15000)] == [
        "1 wynik",
        "3 wyniki",
        "15 000 wyników",
    ]
    assert i18n.number(Decimal("-1234.5"), further) == "-1 234,5"


def test_what_it_lacks_falls_back_and_says_to_which(further: str) -> None:
    korean = i18n.text("view.edges", "ko")
    assert i18n.text("view.edges", further) == f"{korean} [ko]"
    assert i18n.words("view", ["en", further])["edges"] == ("Edges", f"{korean} [ko]")
    assert i18n.find("view.edges", further) is None
    assert i18n.choose({"en": "Question", "ko": ""}, further) == "Question [en]"


def test_what_it_lacks_is_marked_once_and_signs_are_not(further: str) -> None:
    part = i18n.text("brief.sources", further)
    assert i18n.text("brief.line-item", further, part) == i18n.text("brief.line-item", "ko", part)
    assert i18n.text("server.line", further, 1, 2, part).count("[ko]") == 1
    assert i18n.pattern("brief.line-heading", further) == i18n.pattern("brief.line-heading", "ko")


@pytest.mark.parametrize(
    ("amount", "rounding", "korean", "english"),
    [
        (1144500000000, 0, "1조 1,445억 원", "KRW 1.1445 trillion"),
        (1100000000000, 10**11, "1.1조 원", "KRW 1.1 trillion"),
        (1100000000000, 10**8, "1조 1,000억 원", "KRW 1.1 trillion"),
        (460000000000, 10**10, "4,600억 원", "KRW 460 billion"),
        (50000000, 0, "5,000만 원", "KRW 50 million"),
        (1234, 0, "1,234원", "KRW 1,234"),
        (0, 0, "0원", "KRW 0"),
        (-590000000, 10**7, "-5.9억 원", "-KRW 590 million"),
    ],
)
def test_money_as_a_language_writes_it(
    amount: int, rounding: int, korean: str, english: str
) -> None:
    assert i18n.money(amount, "KRW", "ko", rounding=rounding) == korean
    assert i18n.money(amount, "KRW", "en", rounding=rounding) == english


def test_other_currencies_numbers_and_dates() -> None:
    assert i18n.money(22500000, "EUR", "ko") == "2,250만 유로"
    assert i18n.money(5, "CHF", "ko") == "5스위스 프랑"
    assert i18n.percent(Decimal("18.0"), "ko", is_change=True) == "+18.0%"
    assert i18n.figure("ko", "KRW", amounts=(10**8,), qualifier="about") == "약 1억 원"
    assert i18n.figure("ko", "KRW", amounts=(10**8, 2 * 10**8)) == "1억 원~2억 원"
    assert i18n.date("2024-06-26", "ko") == "2024. 6. 26."
    assert i18n.date("2024-06-26", "ko", is_short=True) == "’24.6.26."
    assert i18n.date("2024-06", "ko", is_short=True) == "’24.6월"
    assert i18n.date("2024-06-26", "en", is_short=True) == "26 June 2024"


def strings(held: object) -> Iterator[str]:
    """The strings of a compiled module. (`ast.parse` fails where another thread parses too.)"""
    if isinstance(held, str):
        yield held
    elif isinstance(held, CodeType):
        yield from strings((*held.co_consts, *held.co_names))
    elif isinstance(held, tuple | frozenset):
        for each in held:
            yield from strings(each)


def test_strings_are_found_wherever_a_module_holds_them() -> None:
    source = "def f(a='\\uac00'): return [a in {'\\uac01', 1}, lambda: ('\\uac02', f'{a}\\uac03')]"
    assert {*"가각갂갃"} <= set(strings(compile(source, "f", "exec")))


def test_no_module_holds_korean(root: Path) -> None:
    letters = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
    escaped = re.compile(r"\\u(?:11|a[c-f]|[bc][\da-f]|d[0-6]|d7[\da])[\da-f]{1,2}", re.IGNORECASE)
    modules = sorted((root / "src").rglob("*.py"))
    assert len(modules) > 200
    for path in modules:
        source = path.read_text(encoding="utf-8")
        texts = [source, *strings(compile(source, str(path), "exec", optimize=0))]
        assert not [text for text in texts if letters.search(text)], path
        assert not escaped.search(source), path


def test_japanese_is_a_file_and_says_what_it_lacks_in_english() -> None:
    assert i18n.text("server.questions", "ja") == "質問"
    assert i18n.text("server.query-title", "ja").endswith(" [en]")
    assert i18n.money(1144500000000, "KRW", "ja") == "1兆1,445億ウォン"
    assert i18n.date("2024-06-26", "ja") == "2024年6月26日"
