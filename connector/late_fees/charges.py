"""Charges for being late: drafted once for a period, and kept with all that became of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from connector import db
from connector.db import Moment, Tx
from connector.mirroring.mirror_rows import minor, money
from dunning.fees.late_fees import Fee, FeeState

charge_table = db.table(
    "charge",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.String(200), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("invoice_ids", sa.JSON, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("working", sa.JSON, nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("decision_id", sa.Integer, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("drafted_at", Moment, nullable=False),
    sa.Column("intent_key", sa.String(50), nullable=False, default=""),
    sa.Column("receipt", sa.String(64), nullable=False, default=""),
    sa.Column("by", sa.String(120), nullable=False, default=""),
    sa.Column("ended_at", Moment),
    sa.Column("remark", sa.Text, nullable=False, default=""),
    sa.UniqueConstraint("connection_id", "key"),
    sa.Index("ix_charge_state", "connection_id", "state"),
    sa.Index("ix_charge_customer", "connection_id", "customer_id"),
    sa.Index("ix_charge_receipt", "connection_id", "receipt"),
)
c = charge_table.c
_LISTED = (
    sa.select(charge_table)
    .where(c.connection_id == db.CONNECTION, c.state.in_(sa.bindparam("states", expanding=True)))
    .order_by(c.id.desc())
)
_LISTED_OF = _LISTED.where(c.customer_id.in_(db.CUSTOMERS))


SUBJECT = "charge:"
"""How the subject of a charge begins; its id follows."""


class ChargeKind(StrEnum):
    LATE_FEE = "late fee"
    INTEREST = "interest"


@dataclass(frozen=True, slots=True)
class Charge:
    """`fee` is what is charged and how far it has come, `working` how the amount came about, line
    by line, and `facts` the invoices as they were then. `receipt` is the ledger's id of the invoice
    that it became. `by` decided last, with `remark`: why it was waived, or was not done.
    """

    id: int
    connection_id: int
    kind: ChargeKind
    customer_id: str
    fee: Fee
    working: tuple[str, ...]
    facts: dict[str, str]
    decision_id: int
    drafted_at: datetime
    intent_key: str
    receipt: str
    by: str
    ended_at: datetime | None
    remark: str

    @property
    def state(self) -> FeeState:
        return self.fee.state

    @property
    def subject(self) -> str:
        return f"{SUBJECT}{self.id}"


def draft(
    tx: Tx, connection_id: int, kind: ChargeKind, customer_id: str, fee: Fee, *,
    working: Collection[str], facts: dict[str, str], at: datetime,
) -> Charge | None:  # fmt: skip
    """Keep a draft of a period, in place of one that lapsed or is still a draft; None where the
    period was decided on before."""
    values = {
        "kind": kind, "customer_id": customer_id, "currency": fee.amount.currency,
        "amount_minor": minor(fee.amount), "invoice_ids": list(fee.invoice_ids),
        "about": fee.about, "reason": fee.reason, "working": list(working), "facts": facts,
        "state": FeeState.DRAFTED, "drafted_at": at, "decision_id": 0, "by": "", "remark": "",
        "ended_at": None,
    }  # fmt: skip
    new = db.insert(tx, charge_table).values(connection_id=connection_id, key=fee.key, **values)
    kept = tx.execute(
        new.on_conflict_do_update(
            index_elements=["connection_id", "key"],
            set_=values,
            where=c.state.in_((FeeState.DRAFTED, FeeState.LAPSED)),
        ).returning(*c)
    ).first()
    return _charge(kept) if kept else None


def decided(tx: Tx, charge: Charge, decision_id: int) -> None:
    """By which decision a draft came about."""
    _change(tx, charge, decision_id=decision_id)


def move(
    tx: Tx, charge: Charge, state: FeeState, *, by: str, at: datetime, remark: str = "",
    **values: str,
) -> bool:  # fmt: skip
    """Into another state; False where it is no longer in the one in which it was read."""
    return _change(tx, charge, state=state, by=by, ended_at=at, remark=remark, **values)


def remark(tx: Tx, charge: Charge, text: str) -> None:
    """What could not be done about it."""
    _change(tx, charge, remark=text)


def find(tx: Tx, connection_id: int, charge_id: int) -> Charge | None:
    row = tx.execute(
        sa.select(charge_table).where(c.connection_id == connection_id, c.id == charge_id)
    ).first()
    return _charge(row) if row else None


def are_drafts(tx: Tx, connection_id: int, ids: Collection[int]) -> bool:
    """Whether nobody has decided on any of these; nobody can until this transaction ends."""
    rows = tx.execute(
        sa.select(c.id)
        .where(c.connection_id == connection_id, c.id.in_(ids), c.state == FeeState.DRAFTED)
        .order_by(c.id)
        .with_for_update()
    )
    return len(rows.all()) == len(ids)


def listed(
    tx: Tx, connection_id: int, *, states: Collection[FeeState] = tuple(FeeState),
    customer_ids: Collection[str] | None = None, kind: ChargeKind | None = None,
    limit: int | None = None,
) -> list[Charge]:  # fmt: skip
    """Charges in these states, of all or of some customers, the newest first."""
    told: dict[str, Any] = {"connection": connection_id, "states": list(states)}
    query = _LISTED
    if customer_ids is not None:
        query, told["customers"] = _LISTED_OF, list(customer_ids)
    if kind:
        query = query.where(c.kind == kind)
    if limit is not None:
        query = query.limit(limit)
    return [_charge(row) for row in tx.execute(query, told)]


def keys_decided(tx: Tx, connection_id: int, customer_ids: Collection[str]) -> set[str]:
    """The periods of these customers that are no draft any more, whatever became of them."""
    rows = tx.execute(
        sa.select(c.key).where(
            c.connection_id == connection_id, c.customer_id.in_(customer_ids),
            c.state.not_in((FeeState.DRAFTED, FeeState.LAPSED)),
        )
    )  # fmt: skip
    return set(rows.scalars())


def raised(tx: Tx, connection_id: int, invoice_ids: Collection[str]) -> frozenset[str]:
    """Which of these invoices are charges themselves."""
    rows = tx.execute(
        sa.select(c.receipt).where(c.connection_id == connection_id, c.receipt.in_(invoice_ids))
    )
    return frozenset(rows.scalars())


def _change(tx: Tx, charge: Charge, **values: Any) -> bool:
    changed = tx.execute(
        sa.update(charge_table)
        .where(
            c.connection_id == charge.connection_id, c.id == charge.id, c.state == charge.state
        )
        .values(**values)
    )  # fmt: skip
    return changed.rowcount > 0


def _charge(row: Any) -> Charge:
    names = set(Charge.__dataclass_fields__) - {"kind", "fee", "working"}
    return Charge(
        **{name: row._mapping[name] for name in names},
        kind=ChargeKind(row.kind), working=tuple(row.working),
        fee=Fee(
            key=row.key, state=FeeState(row.state), amount=money(row.amount_minor, row.currency),
            invoice_ids=tuple(row.invoice_ids), reason=row.reason, about=row.about,
        ),
    )  # fmt: skip
