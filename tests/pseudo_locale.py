"""A language that nobody speaks: every text of English, accented and in brackets, as a file of its
own; so that what a page says in another language is seen."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from coopgraph.i18n import PLACE
from coopgraph.i18n.languages import entries
from coopgraph.network.model import parse_preset
from coopgraph.network.projection import load_projection, projection_names
from coopgraph.queries import Question, load_question, question_names

LANG = "qps"
_ACCENTED = str.maketrans("aeiouyAEIOUYcnstz", "áéíóúýÁÉÍÓÚÝçñšťž")
_MONTHS = [f"⟦{month}⟧" for month in range(1, 13)]
_MANNERS = f"""
[language]
name = "⟦Pšéúdó⟧"
[plural]
one = "1"
[number]
range = "⟦{{}}–{{}}⟧"
qualifiers = {{ about = "⟦~{{}}⟧", at-least = "⟦≥{{}}⟧", at-most = "⟦≤{{}}⟧" }}
[date]
months = {json.dumps(_MONTHS)}
[money]
amount = "⟦{{number}} ¤⟧"
plain = "⟦{{number}} ¤⟧"
units = [[12, "{{}} ť"], [9, "{{}} ƀ"], [6, "{{}} ɱ"]]
currencies = {{ KRW = "₩" }}
"""


def pseudo(text: str) -> str:
    """The text in brackets, accented but for what is filled in."""
    parts, at = [], 0
    for place in PLACE.finditer(text):
        parts += [text[at : place.start()].translate(_ACCENTED), place[0]]
        at = place.end()
    return f"⟦{''.join(parts)}{text[at:].translate(_ACCENTED)}⟧"


def write(folder: Path) -> None:
    """The file `qps.toml`: the texts of English, and the wording of questions and networks."""
    texts: dict[str, Any] = dict(entries("en"))
    for name in question_names():
        texts |= wording(load_question(name), "question")
    for name in projection_names():
        asked = load_projection(name)
        texts |= wording(asked, "network")
        preset = parse_preset(name, asked.text)
        for n, note in enumerate(preset.notes, 1):
            texts[f"network.{name}.note-{n}"] = note["en"]
        for lane in preset.lanes:
            place = f"{lane.cls}/{lane.subkind}" if lane.subkind else lane.cls
            texts[f"network.{name}.{place}"] = lane.texts["en"]
        texts |= {f"term.{kind.name}": kind.meaning("en") for kind in asked.kinds}
    tables: dict[str, dict[str, str]] = {}
    for key, text in texts.items():
        table, _, name = key.rpartition(".")
        forms = {form: pseudo(t) for form, t in text.items()} if isinstance(text, dict) else None
        told = forms or pseudo(text)
        tables.setdefault(table, {})[name] = (
            "{ " + ", ".join(f"{f} = {json.dumps(t)}" for f, t in forms.items()) + " }"
            if forms
            else json.dumps(told)
        )
    lines = [_MANNERS]
    for table, named in tables.items():
        lines.append(f"[{'.'.join(quoted(part) for part in table.split('.'))}]")
        lines += [f"{quoted(name)} = {text}" for name, text in named.items()]
    (folder / f"{LANG}.toml").write_text("\n".join(lines), encoding="utf-8")


def quoted(name: str) -> str:
    return name if re.fullmatch(r"[\w-]+", name, re.ASCII) else json.dumps(name)


def wording(asked: Question, table: str) -> dict[str, str]:
    """What a file of a question says in English, by key."""
    columns = (*asked.columns, *asked.parameters.values())
    said = {
        f"{table}.{asked.name}.title": asked.title("en"),
        f"{table}.{asked.name}.question": asked.asked.get("en", ""),
    }
    said |= {column.key or f"column.{column.name}": column.meaning("en") for column in columns}
    return {key: text for key, text in said.items() if text}
