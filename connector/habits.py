"""What is learned of one client from its own book, and never leaves it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connector import db, mirror
from connector.db import Moment, Tx
from matching.items import Numbering, Tally
from matching.numbering import learned

NUMBERING, EXPERIENCE = "numbering", "experience"
NUMBERS_MAX = 5_000
habit_table = db.table(
    "habit",
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("value", sa.JSON, nullable=False),
    sa.Column("learned_at", Moment, nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "name"),
)
h = habit_table.c


def learn(tx: Tx, connection_id: int, *, now: datetime) -> None:
    """How the client numbers its invoices, from those that changed last."""
    found = learned(mirror.newest_numbers(tx, connection_id, NUMBERS_MAX))
    value = {
        "serial_at": {str(count): place for count, place in found.serial_at.items()},
        "prefixes": sorted(found.prefixes),
    }
    _keep(tx, connection_id, NUMBERING, value, now)


def numbering(tx: Tx, connection_id: int) -> Numbering:
    """What was learned, or what most numbers are like."""
    value = _kept(tx, connection_id, NUMBERING)
    if value is None:
        return Numbering()
    serial_at = {int(count): place for count, place in value["serial_at"].items()}
    return Numbering(serial_at, frozenset(value["prefixes"]))


def keep_experience(
    tx: Tx, connection_id: int, tallies: Mapping[str, Tally], *, now: datetime
) -> None:
    """How decisions turned out, by rule."""
    value = {rule: [tally.decided, tally.right] for rule, tally in tallies.items()}
    _keep(tx, connection_id, EXPERIENCE, value, now)


def experience(tx: Tx, connection_id: int) -> dict[str, Tally]:
    value = _kept(tx, connection_id, EXPERIENCE) or {}
    return {rule: Tally(*counts) for rule, counts in value.items()}


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
    value: dict[str, Any] | None = tx.execute(
        sa.select(h.value).where(h.connection_id == connection_id, h.name == name)
    ).scalar()
    return value
