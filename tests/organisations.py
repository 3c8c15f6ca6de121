"""Invented organisations of several registers, and what linking makes of them."""

from __future__ import annotations

from coopgraph.identity.records import Record
from coopgraph.identity.resolution import Decisions, Resolution, resolve


def org(key: str, register: str = "", label: str = "", **known: object) -> Record:
    made = Record(key, register, labels=[label] if label else [], country="kr")
    for name, value in known.items():
        setattr(made, name, value)
    return made


def resolved(*records: Record, decisions: Decisions | None = None) -> Resolution:
    return resolve({r.iri: r for r in records}, decisions or Decisions())


def pairs(links: object) -> set[tuple[str, str]]:
    assert isinstance(links, list)
    return {(link.record.iri, link.target.iri) for link in links}
