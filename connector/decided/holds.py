"""Pauses that people and answers set: for a whole client, one customer or one invoice, with reason
and end."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
    sa.Column("ended_by", sa.String(120), nullable=False, default="", server_default=""),
    sa.Column("ends_with", sa.Integer),
    sa.Index("ix_hold_customer", "connection_id", "customer_id"),
)


def _holding(now: Any) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        hold_table.c.ended_at.is_(None),
        sa.or_(hold_table.c.until.is_(None), hold_table.c.until > now),
    )


IN_FORCE = (
    sa.select(hold_table)
    .where(
        hold_table.c.connection_id == db.CONNECTION,
        hold_table.c.customer_id.in_(db.CUSTOMERS),
        *_holding(db.NOW),
    )
    .order_by(hold_table.c.id)
)

REPLY = "reply"


@dataclass(frozen=True, slots=True)
class Hold:
    """`kind` is pause, dispute or reply. Empty ids mean everything below the connection.

    It ends when somebody ends it, by itself at `until`, or with the hold whose id is `ends_with`.
    """

    id: int
    customer_id: str
    invoice_id: str
    kind: str
    reason: str
    by: str
    at: datetime
    until: datetime | None
    ended_at: datetime | None = None
    ended_by: str = ""
    ends_with: int | None = None

    def over_at(self, now: datetime) -> datetime | None:
        """When it ended; None while it holds."""
        by_itself = self.until if self.until and self.until <= now else None
        return min(filter(None, (self.ended_at, by_itself)), default=None)

    @property
    def ended_by_itself(self) -> bool:
        return bool(self.until and (self.ended_at is None or self.until <= self.ended_at))


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
    ends_with: int | None = None,
) -> int:
    new = sa.insert(hold_table).values(
        connection_id=connection_id, customer_id=customer_id, invoice_id=invoice_id, kind=kind,
        reason=reason, by=by, at=at, until=until, ends_with=ends_with,
    )  # fmt: skip
    return int(tx.execute(new.returning(hold_table.c.id)).scalar_one())


def end(
    tx: Tx, connection_id: int, *, at: datetime, by: str, customer_id: str = "",
    invoice_id: str = "",
) -> int:  # fmt: skip
    """End the pauses of exactly this place; returns how many there were. Those that ended by
    themselves stay as they were, and so do answers that nobody has read."""
    ended = tx.execute(
        sa.update(hold_table)
        .where(
            hold_table.c.connection_id == connection_id,
            hold_table.c.customer_id == customer_id,
            hold_table.c.invoice_id == invoice_id,
            hold_table.c.kind != REPLY,
            *_holding(at),
        )
        .values(ended_at=at, ended_by=by)
    )
    return ended.rowcount


def end_one(tx: Tx, connection_id: int, hold_id: int, *, at: datetime, by: str) -> bool:
    """End one hold, and those that end with it; False where it has ended already."""
    ended = tx.execute(
        sa.update(hold_table)
        .where(
            hold_table.c.connection_id == connection_id,
            sa.or_(hold_table.c.id == hold_id, hold_table.c.ends_with == hold_id),
            *_holding(at),
        )
        .values(ended_at=at, ended_by=by)
    )
    return ended.rowcount > 0


def of_kind(tx: Tx, connection_id: int, kind: str, now: datetime) -> list[Hold]:
    """The holds in force of one kind, the oldest first."""
    rows = tx.execute(
        sa.select(hold_table)
        .where(
            hold_table.c.connection_id == connection_id,
            hold_table.c.kind == kind,
            *_holding(now),
        )
        .order_by(hold_table.c.id)
    )
    return [_hold(row) for row in rows]


def in_force(
    tx: Tx, connection_id: int, now: datetime, customer_ids: Collection[str] = ()
) -> list[Hold]:
    """The holds on the connection itself, on its invoices, and on some customers."""
    told = {"connection": connection_id, "now": now, "customers": ["", *customer_ids]}
    return [_hold(row) for row in tx.execute(IN_FORCE, told)]


def history(
    tx: Tx, connection_id: int, *, customer_id: str = "", invoice_ids: Collection[str] = ()
) -> list[Hold]:
    """Every hold that there was, the newest first; with a customer, those on it and on some
    invoices."""
    query = sa.select(hold_table).where(hold_table.c.connection_id == connection_id)
    if customer_id:
        on_invoices = hold_table.c.invoice_id.in_(invoice_ids)
        query = query.where(sa.or_(hold_table.c.customer_id == customer_id, on_invoices))
    return [_hold(row) for row in tx.execute(query.order_by(hold_table.c.id.desc()))]


def _hold(row: Any) -> Hold:
    wanted = Hold.__dataclass_fields__
    return Hold(**{name: value for name, value in row._mapping.items() if name in wanted})
