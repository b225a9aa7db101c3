"""Promises to pay: what a customer said it would pay and when, and how each ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connector import agenda, audit, db
from connector.db import Moment, Tx
from connector.mirroring import mirror
from connector.mirroring.mirror_rows import minor, money
from connector.money import cash
from dunning.customer.account import Promise
from dunning.deciding.promises import NOT_KEPT, State
from providers.ledger import Invoice, Status

WORDS_MAX = 2000
BY_ITSELF = ("customer", "the customer")
"""Who made it, where no person wrote it down: by keys in a call, or on the account page."""

LIVING = (State.OPEN, State.KEPT, *NOT_KEPT)
"""Of a promise that was not taken out again."""

__all__ = ["LIVING", "NOT_KEPT", "State"]

promise_table = db.table(
    "promise",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("invoice_ids", sa.JSON, nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("open_then_minor", sa.BigInteger, nullable=False),
    sa.Column("promised_on", sa.Date, nullable=False),
    sa.Column("made_on", sa.Date, nullable=False),
    sa.Column("source", sa.String(40), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("by", sa.String(120), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("ended_at", Moment),
    sa.Index("ix_promise_customer", "connection_id", "customer_id"),
)
t = promise_table.c
LISTED = (
    sa.select(promise_table)
    .where(t.connection_id == db.CONNECTION, t.state.in_(sa.bindparam("states", expanding=True)))
    .order_by(t.id)
)
LISTED_OF = LISTED.where(t.customer_id.in_(db.CUSTOMERS))


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise as it is kept; `source` says by which way it came, `words` are the customer's."""

    id: int
    customer_id: str
    promise: Promise
    source: str
    words: str
    by: str
    at: datetime
    state: State
    ended_at: datetime | None

    @property
    def is_own(self) -> bool:
        """Whether the customer made it by itself, and no person wrote it down."""
        return self.by in BY_ITSELF

    @property
    def told(self) -> str:
        """What it was and what became of it, for a person who decides about another."""
        became = {State.OPEN: "still stands", State.KEPT: "it kept"}
        ended = became.get(self.state, "it did not keep")
        return f"a promise of {self.promise.amount} by {self.promise.on} that {ended}"

    @property
    def is_part(self) -> bool:
        """Whether the customer by itself promised less than was open."""
        return self.is_own and self.promise.amount < self.promise.open_then


def add(
    tx: Tx, connection_id: int, customer_id: str, promise: Promise, *, source: str, words: str,
    by: str, at: datetime,
) -> int:  # fmt: skip
    """Keep a promise; the account, and money that waits, are looked at again. Returns its id."""
    cash.hold(tx, connection_id)
    new = sa.insert(promise_table).values(
        connection_id=connection_id, customer_id=customer_id, currency=promise.amount.currency,
        invoice_ids=list(promise.invoice_ids), amount_minor=minor(promise.amount),
        open_then_minor=minor(promise.open_then), promised_on=promise.on, made_on=promise.made,
        source=source, words=words[:WORDS_MAX], by=by, at=at, state=State.OPEN,
    )  # fmt: skip
    id_ = int(tx.execute(new.returning(t.id)).scalar_one())
    audit.add(
        tx, connection_id, at=at, actor=by, event="promise.made", about=f"customer:{customer_id}",
        promise=id_, amount=str(promise.amount), on=promise.on.isoformat(), source=source,
    )  # fmt: skip
    agenda.mark(tx, connection_id, [customer_id])
    cash.reconsider(tx, connection_id)
    return id_


def cancel(tx: Tx, connection_id: int, id_: int, *, by: str, at: datetime) -> bool:
    """A person takes a promise out; False if there is no such open one."""
    found = [it for it in listed(tx, connection_id, states=[State.OPEN]) if it.id == id_]
    for one in found:
        why = "it was never made, or no longer holds"
        end(tx, connection_id, one, State.CANCELLED, by=by, at=at, why=why)
    return bool(found)


def supersede(
    tx: Tx, connection_id: int, customer_id: str, invoice_ids: set[str], *, by: str, at: datetime
) -> None:
    """A payment plan takes the place of open promises about any of these invoices."""
    for one in listed(tx, connection_id, customer_ids=[customer_id], states=[State.OPEN]):
        if invoice_ids.intersection(one.promise.invoice_ids):
            why = "a payment plan takes its place"
            end(tx, connection_id, one, State.CANCELLED, by=by, at=at, why=why)


def end(
    tx: Tx, connection_id: int, one: Kept, state: State, *, by: str, at: datetime, why: str
) -> None:  # fmt: skip
    """How a promise ended, and why, in the audit log too; the account is looked at again."""
    tx.execute(
        sa.update(promise_table)
        .where(t.connection_id == connection_id, t.id == one.id)
        .values(state=state, ended_at=at)
    )
    audit.add(
        tx, connection_id, at=at, actor=by, event=f"promise.{state}",
        about=f"customer:{one.customer_id}", promise=one.id, reason=why,
    )  # fmt: skip
    agenda.mark(tx, connection_id, [one.customer_id])


def listed(
    tx: Tx, connection_id: int, *, customer_ids: Collection[str] | None = None,
    states: Sequence[State] = tuple(State),
) -> list[Kept]:  # fmt: skip
    """Promises, the oldest first."""
    told = {"connection": connection_id, "states": list(states)}
    if customer_ids is None:
        return [_kept(row) for row in tx.execute(LISTED, told)]
    rows = tx.execute(LISTED_OF, told | {"customers": list(customer_ids)})
    return [_kept(row) for row in rows]


def earlier(
    tx: Tx, connection_id: int, customer_id: str, invoice_ids: Collection[str]
) -> list[Kept]:
    """What was promised of any of these invoices so far, the oldest first, without what was
    cancelled: a customer promises once by itself, and then a person decides."""
    said = listed(tx, connection_id, customer_ids=[customer_id], states=LIVING)
    return [it for it in said if not set(invoice_ids).isdisjoint(it.promise.invoice_ids)]


def promisable(tx: Tx, connection_id: int, customer_id: str) -> list[Invoice]:
    """The invoices that a customer can promise to pay: its open ones, in the order of their ids."""
    records = mirror.of_customers(tx, connection_id, [customer_id])
    found = [it for it in records if isinstance(it, Invoice) and it.status is Status.OPEN]
    return sorted(found, key=lambda it: it.id)


def counts(promises: Sequence[Kept]) -> Mapping[str, tuple[int, int]]:
    """By customer: how many were kept and how many were broken. One that the customer by itself
    made of less than was open is not counted as kept."""
    found: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for one in promises:
        kept, broken = found[one.customer_id]
        found[one.customer_id] = (
            kept + (one.state is State.KEPT and not one.is_part), broken + (one.state in NOT_KEPT)
        )  # fmt: skip
    return found


def _kept(row: Any) -> Kept:
    names = set(Kept.__dataclass_fields__) - {"promise", "state"}
    return Kept(
        **{name: row._mapping[name] for name in names},
        state=State(row.state),
        promise=Promise(
            invoice_ids=tuple(row.invoice_ids), amount=money(row.amount_minor, row.currency),
            on=row.promised_on, made=row.made_on,
            open_then=money(row.open_then_minor, row.currency),
        ),
    )  # fmt: skip
