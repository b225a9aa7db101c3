"""Whom to look at next: customers whose account changed, and when each is due to be looked at."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connector import db
from connector.db import Moment, Tx

agenda_table = db.table(
    "agenda",
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("marks", sa.Integer, nullable=False),
    sa.Column("seen", sa.Integer, nullable=False),
    sa.Column("look_at", Moment),
    sa.Column("reason", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "customer_id"),
    sa.Index("ix_agenda_due", "connection_id", "look_at"),
)
a = agenda_table.c
_IS_DUE = sa.or_(a.marks > a.seen, a.look_at <= db.NOW)
CONNECTIONS_DUE = sa.select(a.connection_id).where(_IS_DUE)
DUE = (
    sa.select(a.customer_id, a.marks, a.look_at, a.reason)
    .where(a.connection_id == db.CONNECTION, _IS_DUE)
    .order_by(a.customer_id)
    .limit(db.MOST)
)
SETTLED = sa.update(agenda_table).where(
    a.connection_id == db.CONNECTION, a.customer_id == sa.bindparam("customer")
)


@dataclass(frozen=True, slots=True)
class Item:
    """`marks` tells which changes have been seen once this item is settled."""

    customer_id: str
    marks: int
    look_at: datetime | None
    reason: str


@db.once
def _marked(tx: Tx) -> Any:
    return db.insert(tx, agenda_table).on_conflict_do_update(
        index_elements=["connection_id", "customer_id"], set_={"marks": a.marks + 1}
    )


def mark(tx: Tx, connection_id: int, customer_ids: Collection[str]) -> None:
    """These accounts changed: look at them as soon as possible."""
    if not customer_ids:
        return
    tx.execute(
        _marked(tx),
        [
            {"connection_id": connection_id, "customer_id": customer_id, "marks": 1, "seen": 0,
             "reason": "not looked at yet"}
            for customer_id in sorted(customer_ids)
        ],
    )  # fmt: skip


def mark_all(tx: Tx, connection_id: int) -> None:
    """The rules changed: look at everybody again."""
    tx.execute(
        sa.update(agenda_table).where(a.connection_id == connection_id).values(marks=a.marks + 1)
    )


def due(tx: Tx, connection_id: int, now: datetime, limit: int) -> list[Item]:
    """Accounts that changed or whose time has come."""
    rows = tx.execute(DUE, {"connection": connection_id, "now": now, "most": limit})
    return [Item(*row) for row in rows]


def settle(
    tx: Tx, connection_id: int, item: Item, *, look_at: datetime | None, reason: str
) -> None:
    """The account was looked at; the next look is at `look_at`, and never when it is None."""
    told = {"connection": connection_id, "customer": item.customer_id}
    tx.execute(SETTLED, told | {"seen": item.marks, "look_at": look_at, "reason": reason})


def planned(tx: Tx, connection_id: int, limit: int = 1000) -> list[Item]:
    """What comes next for each account, the soonest first."""
    rows = tx.execute(
        sa.select(a.customer_id, a.marks, a.look_at, a.reason)
        .where(a.connection_id == connection_id)
        .order_by(a.look_at.is_(None), a.look_at, a.customer_id)
        .limit(limit)
    )
    return [Item(*row) for row in rows]


def because(tx: Tx, connection_id: int, words: str) -> int:
    """How many customers these words were said of at their last look."""
    said = (a.connection_id == connection_id, a.reason.contains(words, autoescape=True))
    return int(tx.execute(sa.select(sa.func.count()).where(*said)).scalar_one())


def of(tx: Tx, connection_id: int, customer_id: str) -> Item | None:
    """What comes next for one account; None where there is none."""
    row = tx.execute(
        sa.select(a.customer_id, a.marks, a.look_at, a.reason).where(
            a.connection_id == connection_id, a.customer_id == customer_id
        )
    ).first()
    return Item(*row) if row else None


def next_looks(tx: Tx, connection_id: int, customer_ids: Collection[str]) -> dict[str, datetime]:
    """By customer, when each of these is looked at next, of those that have a moment."""
    rows = tx.execute(
        sa.select(a.customer_id, a.look_at).where(
            a.connection_id == connection_id, a.customer_id.in_(customer_ids),
            a.look_at.is_not(None),
        )
    )  # fmt: skip
    return {row.customer_id: row.look_at for row in rows}


def portion(tx: Tx, connection_id: int, *, number: int, most: int) -> list[str]:
    """`most` of all customers that there are accounts of, `number` such portions (from 0) on."""
    rows = tx.execute(
        sa.select(a.customer_id)
        .where(a.connection_id == connection_id)
        .order_by(a.customer_id)
        .offset(number * most)
        .limit(most)
    )
    return [row.customer_id for row in rows]


def count(tx: Tx, connection_id: int) -> int:
    """How many customers there are accounts of."""
    query = sa.select(sa.func.count()).where(a.connection_id == connection_id)
    return int(tx.execute(query).scalar_one())


def everybody(tx: Tx, connection_id: int) -> list[str]:
    """All customers that there are accounts of, in the order in which `due` gives them."""
    rows = tx.execute(
        sa.select(a.customer_id).where(a.connection_id == connection_id).order_by(a.customer_id)
    )
    return [row.customer_id for row in rows]
