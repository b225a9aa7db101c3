"""What is learned of one client from its own book, and never leaves it; a person may say that some
of it is not to be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connector import audit, db
from connector.db import Moment, Tx
from connector.mirroring import mirror
from matching.deciding.confidence import expected
from matching.facts.items import Numbering, Tally
from matching.reading_texts.numbering import Seen, learned, seen

NUMBERING, EXPERIENCE, UNUSED = "numbering", "experience", "unused"
NUMBERS_MAX = 5_000
ABOUT_MAX = 120
habit_table = db.table(
    "habit",
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("value", sa.JSON, nullable=False),
    sa.Column("learned_at", Moment, nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "name"),
)
h = habit_table.c
KEPT = sa.select(h.value).where(
    h.connection_id == db.CONNECTION, h.name == sa.bindparam("name")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unused:
    """Who said that something that was learned is not to be used, and when."""

    by: str
    at: datetime


def groups_key(count: int) -> str:
    """What was learned of numbers with so many digit groups."""
    return f"groups:{count}"


def prefix_key(prefix: str) -> str:
    """What was learned of letters before numbers."""
    return f"prefix:{prefix}"


def rule_key(rule: str) -> str:
    """What was learned of how decisions by a rule turned out."""
    return f"rule:{rule}"


def learn(tx: Tx, connection_id: int, *, now: datetime) -> None:
    """How the client numbers its invoices, from those that changed last."""
    numbers = mirror.newest_numbers(tx, connection_id, NUMBERS_MAX)
    found, (groups, prefixes) = learned(numbers), seen(numbers)
    kinds = {groups_key(count): one for count, one in groups.items()}
    kinds |= {prefix_key(prefix): one for prefix, one in prefixes.items()}
    value = {
        "serial_at": {str(count): place for count, place in found.serial_at.items()},
        "prefixes": sorted(found.prefixes),
        "newest": dict(found.newest),
        "seen": {key: [one.count, list(one.examples)] for key, one in kinds.items()},
    }
    _keep(tx, connection_id, NUMBERING, value, now)


def numbering(tx: Tx, connection_id: int) -> Numbering:
    """What was learned and is to be used, or what most numbers are like."""
    found, off = learned_numbering(tx, connection_id), unused(tx, connection_id)
    return Numbering(
        {n: place for n, place in found.serial_at.items() if groups_key(n) not in off},
        frozenset(prefix for prefix in found.prefixes if prefix_key(prefix) not in off),
        found.newest,
    )


def learned_numbering(tx: Tx, connection_id: int) -> Numbering:
    """All that was learned, used or not."""
    value = _kept(tx, connection_id, NUMBERING)
    if value is None:
        return Numbering()
    serial_at = {int(count): place for count, place in value["serial_at"].items()}
    return Numbering(serial_at, frozenset(value["prefixes"]), value.get("newest", {}))


def numbers_seen(tx: Tx, connection_id: int) -> dict[str, Seen]:
    """From which numbers that was learned, by the keys of what was learned."""
    value = _kept(tx, connection_id, NUMBERING) or {}
    return {key: Seen(n, tuple(some)) for key, (n, some) in value.get("seen", {}).items()}


def keep_experience(
    tx: Tx, connection_id: int, tallies: Mapping[str, Tally], *, now: datetime
) -> None:
    """How decisions turned out, by rule."""
    value = {rule: [tally.decided, tally.right] for rule, tally in tallies.items()}
    _keep(tx, connection_id, EXPERIENCE, value, now)


def experience(tx: Tx, connection_id: int) -> dict[str, Tally]:
    """What is to be used of it: trust that a person does not want is left out, and what speaks
    against a rule goes on counting."""
    found, off = tallies(tx, connection_id), unused(tx, connection_id)
    return {
        rule: tally
        for rule, tally in found.items()
        if rule_key(rule) not in off or expected(rule, tally) < expected(rule, None)
    }


def tallies(tx: Tx, connection_id: int) -> dict[str, Tally]:
    """How decisions turned out by rule, used or not."""
    value = _kept(tx, connection_id, EXPERIENCE) or {}
    return {rule: Tally(*counts) for rule, counts in value.items()}


def unused(tx: Tx, connection_id: int) -> dict[str, Unused]:
    """What a person said is not to be used, by its key."""
    value = _kept(tx, connection_id, UNUSED) or {}
    return {key: Unused(by, datetime.fromisoformat(at)) for key, (by, at) in value.items()}


def use(
    tx: Tx, connection_id: int, key: str, *, wanted: bool, by: str, at: datetime
) -> bool:  # fmt: skip
    """A person says whether something that was learned is to be used; False if it is so already."""
    off = unused(tx, connection_id)
    if (key not in off) is wanted:
        return False
    off.pop(key, None)
    if not wanted:
        off[key] = Unused(by, at)
    value = {name: [one.by, one.at.isoformat()] for name, one in off.items()}
    _keep(tx, connection_id, UNUSED, value, at)
    event = "habit.used" if wanted else "habit.revoked"
    audit.add(tx, connection_id, at=at, actor=by, event=event, about=key[:ABOUT_MAX])
    return True


def _keep(tx: Tx, connection_id: int, name: str, value: dict[str, Any], now: datetime) -> None:
    new = db.insert(tx, habit_table).values(
        connection_id=connection_id, name=name, value=value, learned_at=now
    )
    tx.execute(
        new.on_conflict_do_update(
            index_elements=["connection_id", "name"],
            set_={"value": new.excluded.value, "learned_at": new.excluded.learned_at},
        )
    )


def _kept(tx: Tx, connection_id: int, name: str) -> dict[str, Any] | None:
    found = tx.execute(KEPT, {"connection": connection_id, "name": name})
    value: dict[str, Any] | None = found.scalar()
    return value
