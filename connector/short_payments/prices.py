"""The price list of each client: one at a time, kept whole."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from connector import audit, db
from connector.clients import tenants
from connector.db import Tx
from matching.deduction.prices import Price, key

price_table = sa.Table(
    "price",
    db.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("client_id", sa.ForeignKey("client.id"), nullable=False),
    sa.Column("key", sa.String(300), nullable=False),
    sa.Column("item", sa.String(100), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("unit_price", sa.String(20), nullable=False),
    sa.Column("valid_from", sa.Date),
    sa.Column("valid_to", sa.Date),
    sa.Index("ix_price_item", "client_id", "key"),
)
p = price_table.c


def replace(tx: Tx, client_id: int, prices: Sequence[Price], *, by: str, at: datetime) -> None:
    """From now on these are the client's prices, and no others."""
    db.one_at_a_time(tx, "prices", client_id)
    tx.execute(sa.delete(price_table).where(p.client_id == client_id))
    rows = [
        {"client_id": client_id, "key": key(one.item), "item": one.item, "currency": one.currency,
         "unit_price": f"{one.unit_price:f}", "valid_from": one.valid_from,
         "valid_to": one.valid_to}
        for one in prices
    ]  # fmt: skip
    if rows:
        tx.execute(sa.insert(price_table), rows)
    for connection in tenants.connections(tx, client_ids=[client_id]):
        audit.add(
            tx, connection.id, at=at, actor=by, event="prices.imported", about="prices",
            prices=len(rows),
        )  # fmt: skip


def listed(tx: Tx, client_id: int, limit: int = 1000) -> list[Price]:
    """The client's prices by item, the newest of each first."""
    rows = tx.execute(
        sa.select(price_table)
        .where(p.client_id == client_id)
        .order_by(p.key, p.currency, p.valid_from.desc(), p.id)
        .limit(limit)
    )
    return [_price(row) for row in rows]


def of_items(tx: Tx, client_id: int, items: Collection[str]) -> list[Price] | None:
    """The prices that these items have or had; None if the client has no price list."""
    if not listed(tx, client_id, limit=1):
        return None
    wanted = {key(item) for item in items}
    rows = tx.execute(
        sa.select(price_table).where(p.client_id == client_id, p.key.in_(wanted)).order_by(p.id)
    )
    return [_price(row) for row in rows]


def _price(row: Any) -> Price:
    return Price(row.item, row.currency, Decimal(row.unit_price), row.valid_from, row.valid_to)
