"""The inbox: every hint that something changed, kept before the sender is thanked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from connector import db
from connector.db import Moment, Tx
from providers.ledger import Change, Kind

ATTEMPTS_MAX = 8
KEPT_FOR = timedelta(days=30)

inbox_table = db.table(
    "inbox",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("source", sa.String(20), nullable=False),
    sa.Column("event_id", sa.String(200), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("record_id", sa.String(64), nullable=False),
    sa.Column("operation", sa.String(20), nullable=False),
    sa.Column("merged_into", sa.String(64), nullable=False, default=""),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("next_at", Moment, nullable=False),
    sa.Column("error", sa.Text, nullable=False, default=""),
    sa.UniqueConstraint("connection_id", "source", "event_id"),
    sa.Index("ix_inbox_due", "state", "next_at"),
)
i = inbox_table.c
_IS_DUE = sa.and_(i.state == "waiting", i.next_at <= db.NOW)
CONNECTIONS_DUE = sa.select(i.connection_id).where(_IS_DUE)
DUE = (
    sa.select(i.id, i.kind, i.record_id, i.operation, i.merged_into, i.attempts)
    .where(i.connection_id == db.CONNECTION, _IS_DUE)
    .order_by(i.id)
    .limit(db.MOST)
)


@dataclass(frozen=True, slots=True)
class Hint:
    id: int
    kind: Kind
    record_id: str
    operation: str
    merged_into: str
    attempts: int


def accept(
    tx: Tx, connection_id: int, source: str, changes: Sequence[Change], *, now: datetime
) -> int:
    """Keep what is new; returns how many there were. The same event id counts once."""
    if not changes:
        return 0
    new = db.insert(tx, inbox_table)
    rows = [
        {"connection_id": connection_id, "source": source, "event_id": change.event_id,
         "kind": change.kind, "record_id": change.record_id, "operation": change.operation,
         "merged_into": change.merged_into, "received_at": now, "state": "waiting",
         "next_at": now}
        for change in changes
    ]  # fmt: skip
    stored = tx.execute(
        new.on_conflict_do_nothing(
            index_elements=["connection_id", "source", "event_id"]
        ).returning(i.id),
        rows,
    )
    return len(stored.all())


def first_at(
    tx: Tx, connection_id: int, source: str, event_ids: Collection[str]
) -> datetime | None:
    """When the first of these events came, aware UTC; None where none did in the last 30 days."""
    query = sa.select(sa.func.min(i.received_at)).where(
        i.connection_id == connection_id, i.source == source, i.event_id.in_(event_ids)
    )
    return tx.execute(query).scalar()


def not_handled(
    tx: Tx, connection_id: int, source: str, beginning: str
) -> list[tuple[str, Kind, str, bool]]:  # fmt: skip
    """The events of a source that begin so and wait or are parked, the oldest first, each with the
    kind and the id of its record, and whether it is parked."""
    query = sa.select(i.event_id, i.kind, i.record_id, i.state).where(
        i.connection_id == connection_id, i.state.in_(("waiting", "parked")), i.source == source,
        i.event_id.startswith(beginning, autoescape=True),
    )  # fmt: skip
    rows = tx.execute(query.order_by(i.id))
    return [(r.event_id, Kind(r.kind), r.record_id, r.state == "parked") for r in rows]


def due(tx: Tx, connection_id: int, now: datetime, limit: int) -> list[Hint]:
    rows = tx.execute(DUE, {"connection": connection_id, "now": now, "most": limit})
    return [Hint(r.id, Kind(r.kind), *r[2:]) for r in rows]


def handled(tx: Tx, connection_id: int, ids: Collection[int]) -> None:
    tx.execute(
        sa.update(inbox_table)
        .where(i.connection_id == connection_id, i.id.in_(ids))
        .values(state="handled")
    )


def failed(
    tx: Tx, connection_id: int, hints: Collection[Hint], error: str, *, next_at: datetime
) -> None:
    """Try these again at `next_at`; what failed too often is parked, where a person sees it."""
    for hint in hints:
        parked = hint.attempts + 1 >= ATTEMPTS_MAX
        tx.execute(
            sa.update(inbox_table)
            .where(i.connection_id == connection_id, i.id == hint.id)
            .values(
                attempts=hint.attempts + 1,
                next_at=next_at,
                error=error,
                state="parked" if parked else "waiting",
            )
        )


def has_waiting(tx: Tx, connection_id: int) -> bool:
    query = sa.select(i.id).where(i.connection_id == connection_id, i.state == "waiting").limit(1)
    return tx.execute(query).first() is not None


def parked(tx: Tx, connection_id: int) -> int:
    query = sa.select(sa.func.count()).where(i.connection_id == connection_id, i.state == "parked")
    return int(tx.execute(query).scalar_one())


def prune(tx: Tx, now: datetime) -> int:
    """Forget what was handled more than 30 days ago."""
    gone = tx.execute(
        sa.delete(inbox_table).where(i.state == "handled", i.received_at < now - KEPT_FOR),
        execution_options=db.across("old hints are forgotten everywhere"),
    )
    return gone.rowcount


def oldest_waiting(tx: Tx) -> datetime | None:
    return tx.execute(
        sa.select(sa.func.min(i.received_at)).where(i.state == "waiting"),
        execution_options=db.across("health is about all tenants"),
    ).scalar()
