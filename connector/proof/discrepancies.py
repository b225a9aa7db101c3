"""Receipts that do not add up: what the proof found, since when, and what a person said of it.

Until it adds up again or a person has explained it, nothing more of such money is applied.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from connector import db
from connector.db import Moment, Tx
from connector.proof.conservation import Receipt

discrepancy_table = db.table(
    "discrepancy",
    sa.Column("subject", sa.String(120), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("fault", sa.Text, nullable=False),
    sa.Column("places", sa.JSON, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("explained_by", sa.String(120), nullable=False, default=""),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.PrimaryKeyConstraint("connection_id", "subject"),
)
t = discrepancy_table.c
OF_ONE = sa.select(discrepancy_table).where(t.connection_id == db.CONNECTION).order_by(t.subject)
_IS_OPEN = t.explained_by == ""
NEXT = (
    "Nothing more of this money is applied until it adds up, or until somebody says on the page for"
    " today that it is right as it is; everything else goes on. Compare the receipt in the ledger"
    " with the bank statement, and ask who changed it there. Where nobody did, ask whoever runs"
    " Ledgerhand."
)


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """`fault` is what is wrong, with the amounts. `places` are the ledger's records of the money.
    `explained_by` is who looked and said for what `reason` it is right as it is."""

    subject: str
    currency: str
    fault: str
    places: tuple[str, ...]
    since: datetime
    explained_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class News:
    """What a proof found that the one before did not, and what adds up again."""

    found: tuple[Discrepancy, ...]
    over: tuple[Discrepancy, ...]


def keep(tx: Tx, connection_id: int, broken: Sequence[Receipt], *, at: datetime) -> News:
    """These receipts do not add up now, and no others. An explanation holds for as long as all is
    as it was when it was given."""
    before = {one.subject: one for one in listed(tx, connection_id)}
    faults = {receipt.subject: receipt.fault for receipt in broken}
    over = [one for one in before.values() if one.fault != faults.get(one.subject)]
    for one in over:
        tx.execute(sa.delete(discrepancy_table).where(*_place(connection_id, one.subject)))
    new = [it for it in broken if it.subject not in before or before[it.subject] in over]
    for receipt in new:
        tx.execute(sa.insert(discrepancy_table).values(
            connection_id=connection_id, subject=receipt.subject, fault=receipt.fault,
            currency=receipt.received.currency, places=list(receipt.places), since=at,
            explained_by="", reason="",
        ))  # fmt: skip
    subjects = {receipt.subject for receipt in new}
    found = [one for one in listed(tx, connection_id) if one.subject in subjects]
    gone = [one for one in over if one.subject not in faults]
    return News(tuple(found), tuple(gone))


def listed(tx: Tx, connection_id: int) -> list[Discrepancy]:
    """All that the last proof found, explained or not."""
    rows = tx.execute(OF_ONE, {"connection": connection_id})
    names = Discrepancy.__dataclass_fields__
    return [
        Discrepancy(**{name: row._mapping[name] for name in names} | {"places": tuple(row.places)})
        for row in rows
    ]


def unexplained(tx: Tx, connection_id: int) -> list[Discrepancy]:
    return [one for one in listed(tx, connection_id) if not one.explained_by]


def why_held(tx: Tx, connection_id: int, subject: str) -> str:
    """Why nothing of this money may be applied; empty if it may."""
    for one in unexplained(tx, connection_id):
        if subject in (one.subject, *one.places):
            return f"this money does not add up ({one.fault}), so nothing of it is applied"
    return ""


def explain(tx: Tx, connection_id: int, subject: str, *, by: str, reason: str) -> bool:
    """A person looked, and it is right as it is; False where it adds up by now."""
    explained = tx.execute(
        sa.update(discrepancy_table)
        .where(*_place(connection_id, subject), _IS_OPEN)
        .values(explained_by=by, reason=reason)
    )
    return explained.rowcount > 0


def count(tx: Tx) -> int:
    """How many of all companies wait for somebody to look."""
    query = sa.select(sa.func.count()).where(_IS_OPEN).select_from(discrepancy_table)
    watched = db.across("who watches the house is told of every company's")
    return int(tx.execute(query, execution_options=watched).scalar_one())


def _place(connection_id: int, subject: str) -> tuple[sa.ColumnElement[bool], ...]:
    return t.connection_id == connection_id, t.subject == subject
