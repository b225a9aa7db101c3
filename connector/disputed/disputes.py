"""Disputes: the part of an invoice that a customer does not agree with, until it is ended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from connector import agenda, audit, db
from connector.db import Moment, Tx
from connector.mirroring.mirror_rows import minor, money
from providers.money import Money

PREFIX = "D"
"""Before a dispute's number, which tells it from the number of a deduction case."""


class Type(StrEnum):
    """What the customer says is wrong."""

    NOT_RECEIVED = "not-received"
    WRONG_AMOUNT = "wrong-amount"
    QUALITY = "quality"
    DUPLICATE = "duplicate"
    PRICE = "price"
    OTHER = "other"

    @property
    def words(self) -> str:
        return self.value.replace("-", " ")


class State(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


ENDINGS = (State.ACCEPTED, State.REJECTED, State.WITHDRAWN)


class Source(StrEnum):
    """By which way it came: a person entered it, the customer did, or it was read in an answer."""

    PERSON = "person"
    CUSTOMER = "customer"
    REPLY = "reply"


dispute_table = db.table(
    "dispute",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("invoice_id", sa.String(64), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("open_then_minor", sa.BigInteger, nullable=False),
    sa.Column("type", sa.String(20), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("source", sa.String(20), nullable=False),
    sa.Column("by", sa.String(120), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("ended_by", sa.String(120), nullable=False, default=""),
    sa.Column("outcome", sa.Text, nullable=False, default=""),
    sa.Index("ix_dispute_customer", "connection_id", "customer_id"),
    sa.Index("ix_dispute_state", "connection_id", "state"),
)
t = dispute_table.c
LISTED = (
    sa.select(dispute_table)
    .where(t.connection_id == db.CONNECTION, t.state.in_(sa.bindparam("states", expanding=True)))
    .order_by(t.id)
)
LISTED_OF = LISTED.where(t.customer_id.in_(db.CUSTOMERS))


@dataclass(frozen=True, slots=True)
class Claim:
    """What is disputed: `amount` of an invoice on which `open_then` was open, and the customer's
    `words`, verbatim."""

    customer_id: str
    invoice_id: str
    amount: Money
    open_then: Money
    type: Type
    words: str
    source: Source


@dataclass(frozen=True, slots=True)
class Dispute:
    """A claim as it is kept, and how it ended."""

    id: int
    claim: Claim
    by: str
    at: datetime
    state: State
    ended_at: datetime | None
    ended_by: str
    outcome: str

    @property
    def number(self) -> str:
        """The case number that customers and the ledger are told."""
        return f"{PREFIX}{self.id}"

    @property
    def subject(self) -> str:
        """What decisions, intents and questions about it call it."""
        return f"dispute:{self.number}"


def add(tx: Tx, connection_id: int, claim: Claim, *, by: str, at: datetime) -> Dispute:
    """Open a dispute; the account is looked at again."""
    new = sa.insert(dispute_table).values(
        connection_id=connection_id, customer_id=claim.customer_id, invoice_id=claim.invoice_id,
        currency=claim.amount.currency, amount_minor=minor(claim.amount),
        open_then_minor=minor(claim.open_then), type=claim.type, words=claim.words,
        source=claim.source, by=by, at=at, state=State.OPEN,
    )  # fmt: skip
    made = _dispute(tx.execute(new.returning(dispute_table)).one())
    audit.add(
        tx, connection_id, at=at, actor=by, event="dispute.opened",
        about=f"invoice:{claim.invoice_id}", dispute=made.number,
        amount=str(claim.amount), type=claim.type, source=claim.source, words=made.claim.words,
    )  # fmt: skip
    agenda.mark(tx, connection_id, [claim.customer_id])
    return made


def end(
    tx: Tx, connection_id: int, dispute: Dispute, state: State, *, outcome: str, by: str,
    at: datetime,
) -> bool:  # fmt: skip
    """End an open dispute; the account is looked at again. False if it has ended before."""
    changed = tx.execute(
        sa.update(dispute_table)
        .where(t.connection_id == connection_id, t.id == dispute.id, t.state == State.OPEN)
        .values(state=state, ended_at=at, ended_by=by, outcome=outcome)
    )
    if not changed.rowcount:
        return False
    audit.add(
        tx, connection_id, at=at, actor=by, event=f"dispute.{state}",
        about=f"invoice:{dispute.claim.invoice_id}", dispute=dispute.number, outcome=outcome,
    )  # fmt: skip
    agenda.mark(tx, connection_id, [dispute.claim.customer_id])
    return True


def reopen(
    tx: Tx, connection_id: int, dispute: Dispute, *, why: str, by: str, at: datetime
) -> bool:
    """The credit that ended it was taken back; the account is looked at again. False if it was not
    accepted."""
    changed = tx.execute(
        sa.update(dispute_table)
        .where(t.connection_id == connection_id, t.id == dispute.id, t.state == State.ACCEPTED)
        .values(state=State.OPEN, ended_at=None, ended_by="", outcome="")
    )
    if not changed.rowcount:
        return False
    audit.add(
        tx, connection_id, at=at, actor=by, event="dispute.reopened",
        about=f"invoice:{dispute.claim.invoice_id}", dispute=dispute.number, reason=why,
    )  # fmt: skip
    agenda.mark(tx, connection_id, [dispute.claim.customer_id])
    return True


def listed(
    tx: Tx, connection_id: int, *, states: Sequence[State] = tuple(State),
    customer_ids: Collection[str] | None = None,
) -> list[Dispute]:  # fmt: skip
    """Disputes in these states, of all or of some customers, the oldest first."""
    told = {"connection": connection_id, "states": list(states)}
    if customer_ids is None:
        return [_dispute(row) for row in tx.execute(LISTED, told)]
    rows = tx.execute(LISTED_OF, told | {"customers": list(customer_ids)})
    return [_dispute(row) for row in rows]


def find(tx: Tx, connection_id: int, id_: int, *, locked: bool = False) -> Dispute | None:
    """`locked` keeps others from ending it before this transaction ends."""
    query = sa.select(dispute_table).where(t.connection_id == connection_id, t.id == id_)
    row = tx.execute(query.with_for_update() if locked else query).first()
    return _dispute(row) if row else None


def _dispute(row: Any) -> Dispute:
    names = set(Dispute.__dataclass_fields__) - {"claim", "state"}
    return Dispute(
        **{name: row._mapping[name] for name in names},
        state=State(row.state),
        claim=Claim(
            customer_id=row.customer_id, invoice_id=row.invoice_id,
            amount=money(row.amount_minor, row.currency),
            open_then=money(row.open_then_minor, row.currency), type=Type(row.type),
            words=row.words, source=Source(row.source),
        ),
    )  # fmt: skip
