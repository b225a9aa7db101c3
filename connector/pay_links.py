"""The ledger's own pay pages, remembered so that each is asked for once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog

from connector import db
from connector.db import Moment
from connector.deps import Deps
from providers.errors import Refused

log = structlog.get_logger()

KEPT_FOR = timedelta(days=7)
ASKED_MAX = 10
"""Invoices of one message for which the ledger is asked; the letter lists all of them."""

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
    now, asked = deps.now(), list(invoice_ids[:ASKED_MAX])
    with deps.reading() as tx:
        rows = tx.execute(
            sa.select(p.invoice_id, p.url).where(
                p.connection_id == connection_id,
                p.invoice_id.in_(asked),
                p.at > now - KEPT_FOR,
            )
        )
        known = {row.invoice_id: row.url for row in rows}
    for invoice_id in asked:
        if invoice_id in known:
            continue
        try:
            known[invoice_id] = ask(invoice_id)
        except Refused as refused:
            log.warning("no pay link", connection_id=connection_id, why=str(refused))
            continue
        _keep(deps, connection_id, invoice_id, known[invoice_id], now)
    return {invoice_id: url for invoice_id, url in known.items() if url}


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
