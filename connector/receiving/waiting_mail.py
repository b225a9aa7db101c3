"""Mail that may hold an advice, kept as it came until a worker reads it: doors answer at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa

from connector import db
from connector.db import Moment, Tx

mail_table = db.table(
    "waiting_mail",
    sa.Column("id", sa.String(64), nullable=False),
    sa.Column("raw", sa.LargeBinary, nullable=False),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("arrived_at", Moment, nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "id"),
)
t = mail_table.c
CONNECTIONS_DUE = sa.select(t.connection_id)
OLDEST = (
    sa.select(t.id)
    .where(t.connection_id == db.CONNECTION)
    .order_by(t.tries, t.arrived_at, t.id)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """`tries` counts this one too; `customer_id` is set where the mail answers one of ours."""

    id: str
    raw: bytes
    customer_id: str
    tries: int


def add(tx: Tx, connection_id: int, raw: bytes, *, at: datetime, customer_id: str = "") -> None:
    new = db.insert(tx, mail_table).values(
        connection_id=connection_id, id=sha256(raw).hexdigest(), raw=raw, customer_id=customer_id,
        tries=0, arrived_at=at,
    )  # fmt: skip
    tx.execute(new.on_conflict_do_nothing(index_elements=["connection_id", "id"]))


def take(tx: Tx, connection_id: int) -> Waiting | None:
    """The oldest that waits. The try is counted before it is made: what kills its reader must not
    do so for ever."""
    id_ = tx.execute(OLDEST, {"connection": connection_id}).scalar()
    if id_ is None:
        return None
    counted = (
        sa.update(mail_table)
        .where(t.connection_id == connection_id, t.id == id_)
        .values(tries=t.tries + 1)
    )
    row = tx.execute(counted.returning(t.id, t.raw, t.customer_id, t.tries)).one()
    return Waiting(row.id, row.raw, row.customer_id, row.tries)


def done(tx: Tx, connection_id: int, id_: str) -> None:
    tx.execute(sa.delete(mail_table).where(t.connection_id == connection_id, t.id == id_))
