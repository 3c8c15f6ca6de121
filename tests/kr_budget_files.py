"""Invented lists of Korea's R&D programmes, and one import of them without a store."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from coopgraph.importers import Ledger, importer
from coopgraph.importers.kr_budget.records import read_names
from coopgraph.vocabulary import COOP, ID

KIND = importer("kr-budget")
TECHNOLOGIES = (
    "인공지능", "첨단바이오", "양자", "우주항공해양", "반도체/디스플레이", "첨단모빌리티",
    "첨단로봇제조", "차세대통신", "수소", "차세대원자력", "이차전지", "사이버보안",
)  # fmt: skip
Record = dict[str, Any]


def line(number: str, name: str = "내역사업", budget: float = 100.0, **tags: float) -> Record:
    """An invented sub-programme."""
    return {
        "id": number,
        "name": name,
        "budget": budget,
        "strategic": dict.fromkeys(TECHNOLOGIES, 0.0) | tags,
        "policy": dict.fromkeys(read_names().areas, 0.0),
    }


def record(number: str = "101", name: str = "시연사업", budget: float = 100.0) -> Record:
    """An invented programme with one sub-programme."""
    return line(number, name, budget, 양자=60.0) | {
        "ministry": "산업부",
        "committee": "양자반도체",
        "details": [line(f"{number}.01", budget=budget)],
    }


def write(folder: Path, content: object, name: str = "rnd-budget-2031.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


class Run:
    """One import without a store: its lines, rejects, accounts and notes."""

    def __init__(self, *paths: Path) -> None:
        self.rejects: list[tuple[object, ...]] = []
        self.ledger = Ledger(lambda row: self.rejects.append(tuple(row)))
        self.lines = list(KIND.triples(KIND.find(paths), self.ledger))

    def values(self, node: str, predicate: str) -> list[str]:
        """What a node of ours says by a predicate of ours, without datatypes."""
        start = f"<{ID}{node}> <{COOP}{predicate}> "
        found = [text.removeprefix(start) for text in self.lines if text.startswith(start)]
        return [re.sub(r'^"(.*)"(\^\^<.*>)?$', r"\1", text.removesuffix(" .")) for text in found]

    def counts(self, name: str = "rnd-budget-2031.json") -> tuple[int, int, int, int]:
        account = self.ledger.accounts[name]
        assert account.balanced
        return account.read, account.accepted, account.rejected, account.duplicates

    @property
    def reasons(self) -> list[object]:
        return [reason for _, _, _, reason in self.rejects]
