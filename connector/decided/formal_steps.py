"""Credit holds and referrals to an agency: who decided each, about what, and who took it back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connector import db
from connector.db import Moment, Tx
from connector.mirroring.mirror_rows import minor, money
from dunning.rules.steps import Do
from providers.money import Money

LISTED_MAX = 500

formal_table = db.table(
    "formal_step",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("decision_id", sa.Integer, nullable=False),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("total_minor", sa.BigInteger, nullable=False),
    sa.Column("do", sa.String(20), nullable=False),
    sa.Column("invoice_ids", sa.JSON, nullable=False),
    sa.Column("first_by", sa.String(120), nullable=False),
    sa.Column("by", sa.String(120), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("revoked_at", Moment),
    sa.Column("revoked_by", sa.String(120), nullable=False, default=""),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Index("ix_formal_step_customer", "connection_id", "customer_id"),
)
t = formal_table.c
REFERRED = sa.select(t.invoice_ids).where(
    t.connection_id == db.CONNECTION, t.customer_id.in_(db.CUSTOMERS),
    t.do == Do.REFERRAL, t.revoked_at.is_(None),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FormalStep:
    """`first_by` agreed before `by`, where it takes two. `reason` says why it was revoked."""

    id: int
    connection_id: int
    decision_id: int
    customer_id: str
    do: Do
    total: Money
    invoice_ids: tuple[str, ...]
    first_by: str
    by: str
    at: datetime
    revoked_at: datetime | None
    revoked_by: str
    reason: str

    @property
    def in_force(self) -> bool:
        return self.revoked_at is None

    @property
    def people(self) -> str:
        return " and ".join(filter(None, (self.first_by, self.by)))


def keep(
    tx: Tx, connection_id: int, *, decision_id: int, customer_id: str, do: Do, total: Money,
    invoice_ids: Collection[str], first_by: str, by: str, at: datetime,
) -> None:  # fmt: skip
    tx.execute(
        sa.insert(formal_table).values(
            connection_id=connection_id, decision_id=decision_id, customer_id=customer_id,
            currency=total.currency, total_minor=minor(total), do=do,
            invoice_ids=list(invoice_ids), first_by=first_by, by=by, at=at,
        )
    )  # fmt: skip


def revoke(tx: Tx, step: FormalStep, *, by: str, reason: str, at: datetime) -> bool:
    """False if somebody revoked it before."""
    changed = tx.execute(
        sa.update(formal_table)
        .where(
            t.connection_id == step.connection_id, t.id == step.id, t.revoked_at.is_(None)
        )
        .values(revoked_at=at, revoked_by=by, reason=reason)
    )  # fmt: skip
    return changed.rowcount > 0


def find(tx: Tx, connection_id: int, id_: int) -> FormalStep | None:
    row = tx.execute(
        sa.select(formal_table).where(t.connection_id == connection_id, t.id == id_)
    ).first()
    return _step(row) if row else None


def listed(
    tx: Tx, connection_id: int, *, customer_ids: Collection[str] | None = None,
    only_in_force: bool = False,
) -> list[FormalStep]:  # fmt: skip
    """Of all customers or of some, the newest first."""
    query = sa.select(formal_table).where(t.connection_id == connection_id)
    if customer_ids is not None:
        query = query.where(t.customer_id.in_(customer_ids))
    if only_in_force:
        query = query.where(t.revoked_at.is_(None))
    return [_step(row) for row in tx.execute(query.order_by(t.id.desc()).limit(LISTED_MAX))]


def with_an_agency(tx: Tx, connection_id: int, customer_ids: Collection[str]) -> set[str]:
    """The invoices of these customers that were referred, and not taken back."""
    told = {"connection": connection_id, "customers": list(customer_ids)}
    rows = tx.execute(REFERRED, told)
    return {id_ for row in rows for id_ in row.invoice_ids}


def _step(row: Any) -> FormalStep:
    names = set(FormalStep.__dataclass_fields__) - {"do", "total", "invoice_ids"}
    return FormalStep(
        **{name: row._mapping[name] for name in names},
        do=Do(row.do), total=money(row.total_minor, row.currency),
        invoice_ids=tuple(row.invoice_ids),
    )  # fmt: skip
