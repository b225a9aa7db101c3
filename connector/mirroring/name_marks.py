"""A mark for each company that changes whenever its customers do, so that what is worked out from
all their names can be kept until then."""

from __future__ import annotations

import secrets
from typing import Any

import sqlalchemy as sa

from connector import db
from connector.db import Tx

MARK_BYTES = 16
mark_table = db.table(
    "name_mark",
    sa.Column("mark", sa.String(2 * MARK_BYTES), nullable=False),
    sa.PrimaryKeyConstraint("connection_id"),
)
k = mark_table.c
MARK = sa.select(k.mark).where(k.connection_id == db.CONNECTION)


def of(tx: Tx, connection_id: int) -> str:
    """The mark as it is; none before there is any customer."""
    return tx.execute(MARK, {"connection": connection_id}).scalar() or ""


def change(tx: Tx, connection_id: int) -> None:
    """To one that never was: a number that is counted up would come again after a rollback."""
    tx.execute(
        _changed(tx), {"connection_id": connection_id, "mark": secrets.token_hex(MARK_BYTES)}
    )


@db.once
def _changed(tx: Tx) -> Any:
    new = db.insert(tx, mark_table)
    return new.on_conflict_do_update(
        index_elements=["connection_id"], set_={"mark": new.excluded.mark}
    )
