"""Keys to processors' APIs, one for each connection and processor, sealed at rest."""

from __future__ import annotations

import secrets

import sqlalchemy as sa

from connector import db
from connector.db import Tx
from connector.receiving import payout_rounds
from connector.vault import Vault

key_table = db.table(
    "processor_key",
    sa.Column("processor", sa.String(20), nullable=False),
    sa.Column("uid", sa.String(32), nullable=False),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "processor"),
)
t = key_table.c
CONNECTIONS_DUE = sa.select(t.connection_id).where(
    sa.not_(payout_rounds.rests(t.connection_id, t.processor, db.NOW))
)
HELD = sa.select(t.processor).where(t.connection_id == db.CONNECTION).order_by(t.processor)


def keep(tx: Tx, vault: Vault, connection_id: int, processor: str, key: str) -> None:
    """Seal a key; an earlier one is forgotten."""
    uid = secrets.token_hex(16)
    values = {"uid": uid, "sealed": vault.seal(key, place=_place(uid))}
    new = db.insert(tx, key_table).values(
        connection_id=connection_id, processor=processor, **values
    )
    tx.execute(
        new.on_conflict_do_update(index_elements=["connection_id", "processor"], set_=values)
    )


def held(tx: Tx, connection_id: int) -> list[str]:
    """The processors that a connection has a key of its own for."""
    return list(tx.execute(HELD, {"connection": connection_id}).scalars())


def count(tx: Tx) -> int:
    query = sa.select(sa.func.count()).select_from(key_table)
    return int(tx.execute(query, execution_options=db.across("how many there are")).scalar_one())


def find(tx: Tx, vault: Vault, connection_id: int, processor: str) -> str:
    """The key, or empty if there is none."""
    row = tx.execute(
        sa.select(t.uid, t.sealed).where(t.connection_id == connection_id, t.processor == processor)
    ).first()
    return vault.open(row.sealed, place=_place(row.uid)) if row else ""


def reseal(tx: Tx, vault: Vault) -> int:
    """Seal every key under the newest vault key; returns how many rows changed."""
    rows = tx.execute(
        sa.select(key_table), execution_options=db.across("keys of all tenants are sealed anew")
    ).all()
    changed = 0
    for row in rows:
        if not vault.is_newest(row.sealed):
            keep(tx, vault, row.connection_id, row.processor,
                 vault.open(row.sealed, place=_place(row.uid)))  # fmt: skip
            changed += 1
    return changed


def _place(uid: str) -> str:
    return f"processor:{uid}"
