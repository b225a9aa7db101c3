"""The ledger's own pay pages, remembered so that each is asked for once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog

from connector import db
from connector.db import Moment, Tx
from connector.deps import Deps
from providers.errors import Refused

log = structlog.get_logger()

KEPT_FOR = timedelta(days=7)
ASKED_MAX = 10
"""Invoices for which the ledger is asked at once; a letter lists all of them."""

link_table = db.table(
    "pay_link",
    sa.Column("invoice_id", sa.String(64), nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "invoice_id"),
)
p = link_table.c


def of(
    deps: Deps, connection_id: int, invoice_ids: Sequence[str], ask: Callable[[str], str]
) -> dict[str, str]:
    """Pay links by invoice id, without those for which the ledger offers none or refuses to say."""
    now = deps.now()
    with deps.reading() as tx:
        found = known(tx, connection_id, invoice_ids, now)
    for invoice_id in [id_ for id_ in invoice_ids if id_ not in found][:ASKED_MAX]:
        try:
            found[invoice_id] = ask(invoice_id)
        except Refused as refused:
            log.warning("no pay link", connection_id=connection_id, why=str(refused))
            continue
        _keep(deps, connection_id, invoice_id, found[invoice_id], now)
    return {invoice_id: url for invoice_id, url in found.items() if url}


def known(tx: Tx, connection_id: int, invoice_ids: Sequence[str], now: datetime) -> dict[str, str]:
    """What the ledger said not long ago, by invoice id; empty where it said that there is none."""
    rows = tx.execute(
        sa.select(p.invoice_id, p.url).where(
            p.connection_id == connection_id,
            p.invoice_id.in_(invoice_ids),
            p.at > now - KEPT_FOR,
        )
    )
    return {row.invoice_id: row.url for row in rows}


def _keep(deps: Deps, connection_id: int, invoice_id: str, url: str, now: datetime) -> None:
    with deps.writing() as tx:
        new = db.insert(tx, link_table).values(
            connection_id=connection_id, invoice_id=invoice_id, url=url, at=now
        )
        tx.execute(
            new.on_conflict_do_update(
                index_elements=["connection_id", "invoice_id"], set_={"url": url, "at": now}
            )
        )
