"""The ten questions of the start page: each with its answer in a line and the page of more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from coopgraph.api import KnowledgeGraph
from coopgraph.formats.ntriples import iri as term
from coopgraph.i18n import text
from coopgraph.queries.answer import Entity, shown
from coopgraph.queries.exactness import exact_amount
from coopgraph.queries.parameters import ALL
from coopgraph.server.address import PageRequest
from coopgraph.server.cells import is_before
from coopgraph.server.kept import kept
from coopgraph.server.scope import choices
from coopgraph.server.subjects import (
    NAMED,
    Clause,
    Row,
    Subjects,
    by_count,
    codes_of,
    country_of,
)
from coopgraph.vocabulary import ID

_COUNTRIES: Final = "SELECT ?of { VALUES ?of { %s } ?of a schema:Country }"


@dataclass(frozen=True)
class ShortAnswer:
    """A question, its answer in a line, and where more of it is: the IRI of an entity or a path,
    with the section and the fields of it; `others` are those of whom the same may be asked."""

    asked: str
    clauses: tuple[Clause, ...]
    at: str
    section: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    others: tuple[Entity, ...] = ()

    def address(self, request: PageRequest, other: Entity | None = None) -> str:
        """Where more of it is: of the one it is asked of, or of another."""
        at = other.iri if other else self.at
        path = request.place(at) if at.startswith(ID) else request.link(at, **self.fields)
        return f"{path}#{self.section}" if self.section else path


def short_answers(kg: KnowledgeGraph, request: PageRequest) -> list[ShortAnswer]:
    """The questions that can be asked of this store, in the scope of the reader, with their
    answers: those about a country or an institution only where its plans name one."""
    scope = tuple(sorted(request.scope.items()))
    key = (kg.store.manifest.digest, "overview", request.lang, scope, request.on)
    return kept(key, lambda: _Overview(kg, request).answers())


class _Overview(Subjects):
    """The answers."""

    def answers(self) -> list[ShortAnswer]:
        made = (
            self._partners, self._country, self._dependence, self._institution, self._budget,
            self._ministries, self._recommendations, self._counterparts, self._calls, self._lists,
        )  # fmt: skip
        return [answer for make in made if (answer := make()) is not None]

    def _partners(self) -> ShortAnswer | None:
        if not self._technologies:
            return None
        name = self._technologies[0]
        rows = [row for row in self._planned if row["technology"].iri == name.iri]
        status = next((row["status"] for row in rows if row["status"] is not None), None)
        way = "partners" if status is None else "partners-open" if _opens(rows) else "partners-as"
        named = self._joined(row["partner"] for row in rows)
        clauses = [self._clause(way, "partners", rows, names=named, status=status or "")]
        came = {
            row["partner"]: found
            for row in rows
            if (found := self._outcomes.get((name.iri, row["partner"].iri)))
        }
        told = "; ".join(
            f"{partner} – {self._joined(one['outcome'] for one in found)}"
            for partner, found in came.items()
        )
        every = [row for found in came.values() for row in found]
        clauses.append(
            self._clause("became" if told else "became-none", "outcomes", every, told=told)
        )
        asked = self._asked("partners", name=name)
        others = tuple(self._technologies[1 : NAMED + 1])
        return ShortAnswer(asked, tuple(clauses), name.iri, "declared", others=others)

    def _country(self) -> ShortAnswer | None:
        if not self._countries:
            return None
        name = self._countries[0]
        rows = [
            row
            for row in self._everyone
            if (there := country_of(row)) is not None
            and there.iri == name.iri
            and (not self._own or self._code in codes_of(row))
        ]
        pairs = (
            row["plan"] if row["technology"] is None
            else row["technology"] if row["partner"].iri == name.iri
            else f"{row['technology']} – {row['partner']}"
            for row in rows
        )  # fmt: skip
        told = self._joined(pairs)
        clauses = [
            self._clause("country", "partners", rows, told=told, whose=self._whose([self._code]))
        ]
        back = [
            row
            for row in self._ask("mutual-partners")
            if row["holder"].iri == name.iri and row["names"].iri == self._own
        ]
        if self._own:
            said = "country-back" if back else "country-not-back"
            whose = self._whose([self._code])
            clauses.append(self._clause(said, "mutual-partners", back[:1], name=name, whose=whose))
        clauses += self._agreed(name)
        asked = self._asked("country", name=name)
        others = tuple(self._countries[1 : NAMED + 1])
        return ShortAnswer(asked, tuple(clauses), name.iri, "declared", others=others)

    def _agreed(self, name: Entity) -> Iterator[Clause]:
        """The last agreement with a country."""
        parties: dict[str, set[str]] = {}
        rows = self._ask("agreements", {"jurisdiction": ALL})
        for row in rows:
            if row["party"] is not None:
                parties.setdefault(row["agreement"].iri, set()).add(row["party"].iri)
        both = {name.iri, self._own} if self._own else {name.iri}
        of = [row for row in rows if both <= parties.get(row["agreement"].iri, set())]
        dated = [row for row in of if row["date"] is not None]
        if dated:
            last = max(dated, key=lambda row: str(row["date"]))
            count = len({row["agreement"].iri for row in of})
            said = {"count": count, "last": last["agreement"], "date": self._day(last["date"])}
            yield self._clause("agreed", "agreements", [last], **said)

    def _dependence(self) -> ShortAnswer | None:
        rows = self._leading
        countries = [country for row in rows if (country := country_of(row)) is not None]
        if not countries:
            return None
        top, links = by_count(countries), Counter(country.iri for country in countries)
        tied = [one for one in top if links[one.iri] == links[top[0].iri]]
        if len(tied) > 1:
            clause = self._clause(
                "tied", "partners", names=self._joined(tied), links=links[top[0].iri]
            )
            return ShortAnswer(self._asked("dependence"), (clause,), "/partners", "partners")
        of: dict[str, set[str]] = {}
        for row in rows:
            country = country_of(row)
            of.setdefault(row["technology"].iri, set()).add(country.iri if country else "")
        alone = sum(every == {top[0].iri} for every in of.values())
        clause = self._clause(
            "dependence", "partners", rows, alone=alone, technologies=len(of), name=top[0],
            links=links[top[0].iri], all=len(rows),
        )  # fmt: skip
        return ShortAnswer(self._asked("dependence"), (clause,), top[0].iri, "withdrawal")

    def _institution(self) -> ShortAnswer | None:
        if not self._institutions:
            return None
        name = self._institutions[0]
        rows = [row for row in self._everyone if row["partner"].iri == name.iri]
        codes = {code for row in rows for code in codes_of(row)}
        plans = len({row["plan"].iri for row in rows})
        clauses = [
            self._clause("institution", "partners", rows, plans=plans, whose=self._whose(codes))
        ]
        if codes <= {self._code}:
            plans = choices(self._request).plans
            clauses.append(self._clause("institution-alone", plans=plans))
        asked = self._asked("institution", name=name)
        others = tuple(self._institutions[1 : NAMED + 1])
        return ShortAnswer(asked, tuple(clauses), name.iri, "declared", others=others)

    def _budget(self) -> ShortAnswer:
        asked = self._asked("budget")
        rows = self._funded
        if not rows:
            return ShortAnswer(asked, (self._clause("none"),), "/money", "series")
        line = rows[0]["line"].iri
        told = " → ".join(
            f"{row['year']} {exact_amount(row, self._exact, self._lang)}" for row in rows
        )
        said = {"line": rows[0]["line"], "told": told, "phase": rows[0]["phase"]}
        clauses = [self._clause("budget", "budget-series", rows, **said)]
        differ = [row for row in self._ask("disagreements") if row["line"].iri == line]
        if differ:
            reasons = (
                part.partition("(")[0].strip()
                for row in differ
                for part in str(row["differs_in"]).split("; ")
            )
            said = {"pairs": len(differ), "reasons": self._joined(reasons)}
            clauses.append(self._clause("budget-differs", "disagreements", differ, **said))
        return ShortAnswer(asked, tuple(clauses), line, "series")

    def _ministries(self) -> ShortAnswer:
        asked = self._asked("ministries")
        rows = self._ask("technology-ministries")
        several = [row for row in rows if row["ministries"] > 1]
        told = "; ".join(
            text(
                "overview.ministries-of", self._lang, ministries=row["ministries"],
                name=row["technology"], top=row["top_ministry"],
                share=shown(row["top_share"], "top_share"),
            )
            for row in several[: NAMED - 1]
        )  # fmt: skip
        if told:
            clause = self._clause("ministries", "technology-ministries", several, told=told)
            return ShortAnswer(asked, (clause,), "/money", "overlap")
        if rows:
            clause = self._clause("ministries-apart", "technology-ministries", rows[:NAMED])
            return ShortAnswer(asked, (clause,), "/money", "overlap")
        owned = [row for row in self._ask("programmes") if row["owner"] is not None]
        of: dict[Entity, set[str]] = {}
        for row in owned:
            of.setdefault(row["owner"], set()).add(row["programme"].iri)
        told = self._joined(f"{owner} {len(programmes)}" for owner, programmes in of.items())
        clauses = [self._clause("programmes", "programmes", owned, told=told)] if told else []
        clauses.append(self._clause("no-programmes"))
        return ShortAnswer(asked, tuple(clauses), "/money", "programmes")

    def _recommendations(self) -> ShortAnswer:
        asked, every = self._asked("recommendations"), self._ask("recommendations")
        all_of = {row["recommendation"].iri for row in every}
        last: dict[str, Row] = {}
        for row in sorted(self._ask("follow-ups"), key=lambda row: str(row["date"] or "")):
            if row["recommendation"] is not None and row["recommendation"].iri in all_of:
                last[row["recommendation"].iri] = row
        if not all_of:
            return ShortAnswer(asked, (self._clause("none"),), "/documents", "recommended")
        told = "; ".join(f"{row['event']} ({self._day(row['date'])})" for row in last.values())
        way = (
            "followed-all" if len(last) == len(all_of) else "followed" if last else "followed-none"
        )
        said = {"count": len(last), "all": len(all_of), "told": told}
        clause = self._clause(way, "follow-ups", last.values(), **said)
        return ShortAnswer(asked, (clause,), "/documents", "followed")

    def _counterparts(self) -> ShortAnswer:
        asked = self._asked("counterparts", whose=self._whose([self._code] if self._own else []))
        rows = [row for row in self._ask("home-counterparts") if row["together"]]
        pairs = {(row["counterpart"].iri, row["partner"].iri): row for row in rows}
        told = self._joined(f"{r['counterpart']} – {r['partner']}" for r in pairs.values())
        imported = choices(self._request).looked_through
        way = "together" if told else "together-none" if imported else "no-practice"
        clause = self._clause(way, "home-counterparts", pairs.values(), told=told)
        return ShortAnswer(asked, (clause,), "/practice", "counterparts")

    def _calls(self) -> ShortAnswer | None:
        on = self._request.on
        mine = [
            row
            for row in self._ask("calls", {"jurisdiction": ALL})
            if not self._own or self._code in codes_of(row)
        ]
        of = {code: iri for iri, code in self._codes.items() if iri != self._own}
        last: dict[str, str] = {}
        for row in mine:
            for code in codes_of(row):
                if code in of:
                    last[code] = max(last.get(code, ""), str(row["closes"] or ""))
        if not last:
            return None
        # Where none is open, of a country that no other question of the page is about.
        elsewhere = {one.iri for one in self._countries[:1]}

        def rank(code: str) -> tuple[bool, bool, str, str]:
            is_open = last[code] != "" and not is_before(last[code], on)
            return is_open, of[code] not in elsewhere, last[code], code

        order = sorted(last, key=rank, reverse=True)
        labels = self._kg.store.labels([of[code] for code in order], self._lang)
        names = [Entity(labels.get(of[code], code), of[code]) for code in order]
        calls = {r["call"].iri: r for r in mine if order[0] in codes_of(r)}
        dated = [row for row in calls.values() if row["closes"] is not None]
        still = [
            row
            for row in dated
            if not is_before(str(row["closes"]), on)
            and not (row["opens"] is not None and on < str(row["opens"]))
        ]
        shut = [row for row in dated if is_before(str(row["closes"]), on)]
        said: dict[str, object] = {"on": self._day(on), "count": len(still)}
        if still:
            told = (f"{row['call']} ({self._day(row['closes'])})" for row in still)
            clauses = [self._clause("calls-open", "calls", still, told=self._joined(told), **said)]
        elif shut:
            latest = max(shut, key=lambda row: str(row["closes"]))
            said |= {"call": latest["call"], "date": self._day(latest["closes"])}
            clauses = [self._clause("calls-closed", "calls", [latest], **said)]
        elif dated:
            first = min(dated, key=lambda row: str(row["opens"]))
            said |= {"call": first["call"], "date": self._day(first["opens"])}
            clauses = [self._clause("calls-to-come", "calls", [first], **said)]
        else:
            clauses = [
                self._clause("calls-undated", "calls", calls.values(), all=len(calls), **said)
            ]
        asked = self._asked("calls", name=names[0])
        others = tuple(names[1 : NAMED + 1])
        return ShortAnswer(asked, tuple(clauses), names[0].iri, "calls", others=others)

    def _lists(self) -> ShortAnswer | None:
        rows = [row for row in self._ask("shared-technologies") if row["match"] is not None]
        if not rows:
            return None
        close = [row for row in rows if row["match"].iri.endswith("/close")]
        found = " ".join(dict.fromkeys(term(row["holder"].iri) for row in rows))
        countries = {of.value for (of,) in self._kg.store.select(_COUNTRIES % found)}
        count = Counter(row["holder"].iri for row in close)
        # A bloc first: its list is that of many countries.
        holder = min(
            (row["holder"] for row in rows),
            key=lambda one: (one.iri in countries, -count[one.iri], one.iri),
        )
        shared = [row for row in close if row["holder"].iri == holder.iri]
        lists = {row["of"].iri: row["of"] for row in rows}
        whole = {
            row["technology"].iri
            for row in self._ask("technologies")
            if row["scheme"] is not None and row["scheme"].iri in lists
        }
        names = self._joined(row["technology"] for row in shared)
        near = {row["technology"].iri for row in rows if row["holder"].iri == holder.iri}
        same = {row["technology"].iri for row in shared}
        said = {
            "count": len(same),
            "all": len(whole),
            "names": names,
            "list": self._joined(lists.values()),
        }
        clauses = [self._clause("lists", "shared-technologies", shared, holder=holder, **said)]
        if near - same:
            clauses.append(self._clause("lists-near", count=len(near - same)))
        asked = self._asked("lists", holder=holder, list=self._joined(lists.values()))
        return ShortAnswer(
            asked, tuple(clauses), "/questions/shared-technologies", fields={"holder": holder.iri}
        )


def _opens(rows: Iterable[Row]) -> bool:
    """Whether a list says that others are meant too."""
    return any(row["open_list"] for row in rows)
