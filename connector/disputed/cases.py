"""Deduction cases: what payers took off without our knowing why, each until a person closes it, or
it is booked as the policy says."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from connector import agenda, audit, db
from connector.db import Moment, Tx
from connector.mirroring.mirror_rows import minor, money
from matching.deduction.claims import Check
from providers.money import Money

WORDS_MAX = 2000
STATES = OPEN, CLOSED, BOOKED, WITHDRAWN = "open", "closed", "booked", "withdrawn"
CHECKS = TypeAdapter(tuple[Check, ...])
case_table = db.table(
    "deduction",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("decision_id", sa.Integer, nullable=False),
    sa.Column("invoice_id", sa.String(64), nullable=False),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("closed_at", Moment),
    sa.Column("closed_by", sa.String(120), nullable=False, default=""),
    sa.Column("outcome", sa.Text, nullable=False, default=""),
    sa.Column("checks", sa.JSON, nullable=False, default=list, server_default="[]"),
    sa.Column("checked_at", Moment),
    sa.UniqueConstraint("connection_id", "decision_id", "invoice_id"),
    sa.Index("ix_deduction_open", "connection_id", "state"),
)
d = case_table.c
_UNCHECKED = sa.and_(d.state == OPEN, d.checked_at.is_(None))
CONNECTIONS_DUE = sa.select(d.connection_id).where(_UNCHECKED)
_LISTED = (
    sa.select(case_table)
    .where(d.connection_id == db.CONNECTION, d.state.in_(sa.bindparam("states", expanding=True)))
    .order_by(d.id)
)
_LISTED_OF = _LISTED.where(d.customer_id.in_(db.CUSTOMERS))
UNCHECKED = (
    sa.select(case_table)
    .where(d.connection_id == db.CONNECTION, _UNCHECKED)
    .order_by(d.id)
    .limit(db.MOST)
)


@dataclass(frozen=True, slots=True)
class Deduction:
    """`amount` is missing on the invoice; `words` are all that the payer wrote, word for word.
    `checks` are what was found about it, and none before `checked_at` (aware UTC).

    `state` is open, closed by a person, booked to an account, or withdrawn with the payment.
    """

    id: int
    decision_id: int
    invoice_id: str
    customer_id: str
    kind: str
    amount: Money
    words: str
    state: str
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str
    outcome: str
    checks: tuple[Check, ...]
    checked_at: datetime | None

    @property
    def subject(self) -> str:
        """What decisions, intents and entries about it call it."""
        return f"deduction:{self.id}"


def open_case(
    tx: Tx,
    connection_id: int,
    *,
    decision_id: int,
    invoice_id: str,
    customer_id: str,
    kind: str,
    amount: Money,
    words: str,
    at: datetime,
) -> None:
    """Open a case about one invoice; the same decision opens it once."""
    new = db.insert(tx, case_table).values(
        connection_id=connection_id, decision_id=decision_id, invoice_id=invoice_id,
        customer_id=customer_id, kind=kind, currency=amount.currency, amount_minor=minor(amount),
        words=words[:WORDS_MAX], state=OPEN, opened_at=at,
    )  # fmt: skip
    opened = tx.execute(
        new.on_conflict_do_nothing(
            index_elements=["connection_id", "decision_id", "invoice_id"]
        ).returning(d.id)
    ).first()
    if opened:
        audit.add(
            tx, connection_id, at=at, actor="ledgerhand", event="deduction.opened",
            about=f"invoice:{invoice_id}", decision_id=decision_id, amount=str(amount), kind=kind,
        )  # fmt: skip


def listed(
    tx: Tx, connection_id: int, *, states: Sequence[str] = (OPEN,),
    customer_ids: Collection[str] | None = None,
) -> list[Deduction]:  # fmt: skip
    """Cases in these states, of all or of some customers, the oldest first."""
    told: dict[str, Any] = {"connection": connection_id, "states": list(states)}
    if customer_ids is None:
        return [_case(row) for row in tx.execute(_LISTED, told)]
    told["customers"] = list(customer_ids)
    return [_case(row) for row in tx.execute(_LISTED_OF, told)]


def find(tx: Tx, connection_id: int, case_id: int, *, locked: bool = False) -> Deduction | None:
    """`locked` keeps others from closing it before this transaction ends."""
    query = sa.select(case_table).where(d.connection_id == connection_id, d.id == case_id)
    row = tx.execute(query.with_for_update() if locked else query).first()
    return _case(row) if row else None


def unchecked(tx: Tx, connection_id: int, limit: int) -> list[Deduction]:
    """Open cases about which nothing was looked up yet, the oldest first."""
    rows = tx.execute(UNCHECKED, {"connection": connection_id, "most": limit})
    return [_case(row) for row in rows]


def checked(
    tx: Tx, connection_id: int, case: Deduction, found: Sequence[Check], *, at: datetime
) -> None:
    """Keep what was found in place of what was found before."""
    kept = CHECKS.dump_python(tuple(found), mode="json")
    tx.execute(
        sa.update(case_table)
        .where(d.connection_id == connection_id, d.id == case.id)
        .values(checks=kept, checked_at=at)
    )
    audit.add(
        tx, connection_id, at=at, actor="ledgerhand", event="deduction.checked",
        about=case.subject, decision_id=case.decision_id, checks=kept,
    )  # fmt: skip


def check_again(tx: Tx, connection_id: int, case_id: int) -> bool:
    """Look into an open case anew; False if there is no such case."""
    changed = tx.execute(
        sa.update(case_table)
        .where(d.connection_id == connection_id, d.id == case_id, d.state == OPEN)
        .values(checked_at=None)
    )
    return changed.rowcount > 0


def of_decision(tx: Tx, connection_id: int, decision_id: int) -> list[Deduction]:
    """Every case that the money of a decision left."""
    query = sa.select(case_table).where(
        d.connection_id == connection_id, d.decision_id == decision_id
    )
    return [_case(row) for row in tx.execute(query.order_by(d.id))]


def booked(
    tx: Tx, connection_id: int, case: Deduction, *, outcome: str, by: str, at: datetime
) -> bool:
    """The ledger has what a policy or a person let be booked; False if the case is not open."""
    values = {"state": BOOKED, "closed_at": at, "closed_by": by, "outcome": outcome}
    return _move(tx, connection_id, case, OPEN, values, event="booked", why=outcome, by=by, at=at)


def reopen(tx: Tx, connection_id: int, case: Deduction, *, why: str, by: str, at: datetime) -> bool:
    """What was booked was taken back; False if the case is not booked."""
    values = {"state": OPEN, "closed_at": None, "closed_by": "", "outcome": ""}
    return _move(tx, connection_id, case, BOOKED, values, event="reopened", why=why, by=by, at=at)


def close(tx: Tx, connection_id: int, case_id: int, *, outcome: str, by: str, at: datetime) -> bool:
    """A person says how a case ended; False if there is no such open case."""
    changed = tx.execute(
        sa.update(case_table)
        .where(d.connection_id == connection_id, d.id == case_id, d.state == OPEN)
        .values(state=CLOSED, closed_at=at, closed_by=by, outcome=outcome)
    )
    if changed.rowcount:
        audit.add(
            tx, connection_id, at=at, actor=by, event="deduction.closed",
            about=f"deduction:{case_id}", outcome=outcome,
        )  # fmt: skip
    return changed.rowcount > 0


def withdraw(tx: Tx, connection_id: int, decision_id: int, *, why: str, at: datetime) -> None:
    """The payment that a decision's cases are about does not stand any more."""
    ids = tx.execute(
        sa.update(case_table)
        .where(
            d.connection_id == connection_id, d.decision_id == decision_id,
            d.state.in_((OPEN, BOOKED)),
        )
        .values(state=WITHDRAWN, closed_at=at, closed_by="ledgerhand", outcome=why)
        .returning(d.id)
    )  # fmt: skip
    for id_ in ids.scalars().all():
        audit.add(
            tx, connection_id, at=at, actor="ledgerhand", event="deduction.withdrawn",
            about=f"deduction:{id_}", decision_id=decision_id, reason=why,
        )  # fmt: skip


def _move(
    tx: Tx, connection_id: int, case: Deduction, before: str, values: dict[str, Any], *,
    event: str, why: str, by: str, at: datetime,
) -> bool:  # fmt: skip
    """False where it is no longer in the state `before`."""
    changed = tx.execute(
        sa.update(case_table)
        .where(d.connection_id == connection_id, d.id == case.id, d.state == before)
        .values(**values)
    )
    if not changed.rowcount:
        return False
    audit.add(
        tx, connection_id, at=at, actor=by, event=f"deduction.{event}",
        about=case.subject, decision_id=case.decision_id, outcome=why,
    )  # fmt: skip
    agenda.mark(tx, connection_id, [case.customer_id])
    return True


def _case(row: Any) -> Deduction:
    names = set(Deduction.__dataclass_fields__) - {"amount", "checks"}
    return Deduction(
        **{name: row._mapping[name] for name in names},
        amount=money(row.amount_minor, row.currency), checks=CHECKS.validate_python(row.checks),
    )  # fmt: skip
