"""Pauses that people set: for a whole client, one customer or one invoice, with reason and end."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from connector import db
from connector.db import Moment, Tx

hold_table = db.table(
    "hold",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("customer_id", sa.String(64), nullable=False, default=""),
    sa.Column("invoice_id", sa.String(64), nullable=False, default=""),
    sa.Column("kind", sa.String(20), nullable=False, default="pause"),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("by", sa.String(120), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("until", Moment),
    sa.Column("ended_at", Moment),
    sa.Index("ix_hold_customer", "connection_id", "customer_id"),
)


@dataclass(frozen=True, slots=True)
class Hold:
    """`kind` is pause, dispute or reply. Empty ids mean everything below the connection."""

    id: int
    customer_id: str
    invoice_id: str
    kind: str
    reason: str
    by: str
    at: datetime
    until: datetime | None


def set_hold(
    tx: Tx,
    connection_id: int,
    *,
    reason: str,
    by: str,
    at: datetime,
    kind: str = "pause",
    customer_id: str = "",
    invoice_id: str = "",
    until: datetime | None = None,
) -> int:
    new = sa.insert(hold_table).values(
        connection_id=connection_id, customer_id=customer_id, invoice_id=invoice_id, kind=kind,
        reason=reason, by=by, at=at, until=until,
    )  # fmt: skip
    return int(tx.execute(new.returning(hold_table.c.id)).scalar_one())


def end(
    tx: Tx, connection_id: int, *, at: datetime, customer_id: str = "", invoice_id: str = ""
) -> int:
    """End the holds on exactly this place; returns how many there were."""
    ended = tx.execute(
        sa.update(hold_table)
        .where(
            hold_table.c.connection_id == connection_id,
            hold_table.c.customer_id == customer_id,
            hold_table.c.invoice_id == invoice_id,
            hold_table.c.ended_at.is_(None),
        )
        .values(ended_at=at)
    )
    return ended.rowcount


def in_force(
    tx: Tx, connection_id: int, now: datetime, customer_ids: Collection[str] = ()
) -> list[Hold]:
    """The holds on the connection itself, on its invoices, and on some customers."""
    rows = tx.execute(
        sa.select(hold_table)
        .where(
            hold_table.c.connection_id == connection_id,
            hold_table.c.customer_id.in_({"", *customer_ids}),
            hold_table.c.ended_at.is_(None),
            sa.or_(hold_table.c.until.is_(None), hold_table.c.until > now),
        )
        .order_by(hold_table.c.id)
    )
    wanted = Hold.__dataclass_fields__
    return [Hold(**{k: v for k, v in row._mapping.items() if k in wanted}) for row in rows]
