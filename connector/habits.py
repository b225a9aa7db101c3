"""What is learned of one client from its own book, and never leaves it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connector import db, mirror
from connector.db import Moment, Tx
from matching.items import Numbering
from matching.numbering import learned

NUMBERING = "numbering"
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
    new = db.insert(tx, habit_table).values(
        connection_id=connection_id, name=NUMBERING, value=value, learned_at=now
    )
    tx.execute(
        new.on_conflict_do_update(
            index_elements=["connection_id", "name"],
            set_={"value": new.excluded.value, "learned_at": new.excluded.learned_at},
        )
    )


def numbering(tx: Tx, connection_id: int) -> Numbering:
    """What was learned, or what most numbers are like."""
    value: dict[str, Any] | None = tx.execute(
        sa.select(h.value).where(h.connection_id == connection_id, h.name == NUMBERING)
    ).scalar()
    if value is None:
        return Numbering()
    serial_at = {int(count): place for count, place in value["serial_at"].items()}
    return Numbering(serial_at, frozenset(value["prefixes"]))
