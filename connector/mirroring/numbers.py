"""Under which digits an invoice or credit note can be found, whatever a payer leaves out of its
number."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from connector import db
from connector.db import Tx
from matching.reading_texts.numbering import search_keys
from providers.ledger import CreditNote, Invoice, Record

KEY_MAX = 80
number_table = db.table(
    "number",
    sa.Column("key", sa.String(KEY_MAX), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("id", sa.String(64), nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "key", "kind", "id"),
)
n = number_table.c


def keep(tx: Tx, connection_id: int, records: Iterable[Record]) -> None:
    """Note the keys of numbers. Those of a number that was changed stay: whoever finds a document
    by a key compares its number."""
    rows = [
        {"connection_id": connection_id, "key": key[:KEY_MAX], "kind": record.kind, "id": record.id}
        for record in records
        if isinstance(record, (Invoice, CreditNote))
        for key in search_keys(record.number)
    ]
    if rows:
        tx.execute(
            db.insert(tx, number_table).on_conflict_do_nothing(
                index_elements=["connection_id", "key", "kind", "id"]
            ),
            rows,
        )


def having(
    tx: Tx, connection_id: int, keys: Collection[str], *, limit: int
) -> list[tuple[str, str]]:
    """(kind, id) of documents of which one of the keys may be the number, the newest id first."""
    rows = tx.execute(
        sa.select(n.kind, n.id)
        .where(n.connection_id == connection_id, n.key.in_(keys))
        .distinct()
        .order_by(n.id.desc())
        .limit(limit)
    )
    return [(row.kind, row.id) for row in rows]
