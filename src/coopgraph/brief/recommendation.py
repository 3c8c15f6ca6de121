"""The recommendations that concern an entity, with their actions and what carried them out."""

from coopgraph.brief.material import Material, Row, cited_by, has
from coopgraph.brief.model import Statement
from coopgraph.i18n import date


def actions(on: Material) -> list[Row]:
    """The recommended actions that concern the entity: it is to act, or states them, or an event of
    its own carried one out."""
    circle, authored = on.found("circle"), on.found("authored")
    is_home = on.entity.iri == on.own
    events = on.found("events") if on.entity.iri.partition("/id/")[2].startswith("tech") else set()

    def concerns(row: Row) -> bool:
        is_authored = row["recommendation"].iri in authored
        done = getattr(row["done_by"], "iri", "")
        return is_home or is_authored or row["addressee"].iri in circle or done in events

    return on.of("actions", concerns)


def recommended(on: Material) -> list[Statement]:
    """The recommendations of which an action concerns the entity; each with these actions, and what
    carried them out."""
    told_of: dict[str, dict[str, list[str]]] = {}
    concerned: set[str] = set()
    days = {row["event"].iri: str(row["date"] or "") for row in on.of("follow-ups", has("event"))}
    for row in actions(on):
        of = row["recommendation"].iri
        done = getattr(row["done_by"], "iri", "")
        concerned |= {of, done}
        who = f"{row['action']} ({row['addressee']}, {row['urgency']})"
        by = told_of.setdefault(of, {}).setdefault(who, [])
        if done:
            when = date(days.get(done, ""), on.lang, is_short=True)
            by.append(f"{row['done_by']} {when}".strip())
    mine = on.is_one_of("recommendation", concerned)
    rows, _ = on.rows("recommendations", mine, same=lambda row: row["recommendation"].iri)
    done_by = on.is_one_of("event", concerned)
    followed, _ = on.rows("follow-ups", lambda row: mine(row) and done_by(row) and row["action"])
    found: list[Statement] = []
    for row, cites in rows:
        of = row["recommendation"].iri
        told = "; ".join(
            f"{what} → {', '.join(by)}" if by else what for what, by in told_of.get(of, {}).items()
        )
        answers = [each for each in followed if each[0]["recommendation"].iri == of]
        text, cited = on.say("recommended", row["recommendation"], told), ((row, cites), *answers)
        found.append(Statement(text, cited_by(cited), rank=0.1 + len(found) / 40))
    return found
