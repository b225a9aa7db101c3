"""Payment plans: what people agreed with customers to be paid in parts, and how each ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from connector import agenda, audit, db
from connector.clients.tenants import Connection
from connector.commitments import promises
from connector.db import Moment, Tx
from connector.decided import notes
from connector.mirroring import mirror
from connector.money import cash
from dunning.deciding.instalments import Instalment, PaymentPlan
from providers.ledger import Invoice, Kind, Status
from providers.money import Money

WORDS_MAX = 2000
INSTALMENTS = TypeAdapter(tuple[Instalment, ...])


class State(StrEnum):
    """A plan is kept when nothing is open any more on what it was agreed for."""

    RUNNING = "running"
    KEPT = "kept"
    CANCELLED = "cancelled"


class CannotAgree(ValueError):
    """The plan does not fit the account; the text says why."""


plan_table = db.table(
    "payment_plan",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("invoice_ids", sa.JSON, nullable=False),
    sa.Column("instalments", sa.JSON, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("by", sa.String(120), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("ended_by", sa.String(120), nullable=False, default=""),
    sa.Column("ended_at", Moment),
    sa.Index("ix_payment_plan_customer", "connection_id", "customer_id"),
)
t = plan_table.c
LISTED = (
    sa.select(plan_table)
    .where(t.connection_id == db.CONNECTION, t.state.in_(sa.bindparam("states", expanding=True)))
    .order_by(t.id)
)
LISTED_OF = LISTED.where(t.customer_id.in_(db.CUSTOMERS))


@dataclass(frozen=True, slots=True)
class Agreed:
    """A plan as it is kept; `words` are what was said about it, `at` is aware UTC."""

    id: int
    customer_id: str
    plan: PaymentPlan
    words: str
    by: str
    at: datetime
    state: State
    ended_by: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a running plan has come: `unpaid` is still to be paid, by day, and `behind` what of
    it was due before today."""

    unpaid: tuple[Instalment, ...]
    behind: Money


def agree(
    tx: Tx, connection: Connection, invoices: Sequence[Invoice],
    instalments: Sequence[Instalment], *, words: str, by: str, at: datetime,
) -> int:  # fmt: skip
    """Keep what a person agreed to for open invoices of one customer, and tell it in the ledger.

    The account, and money that waits, are looked at again, and open promises about these invoices
    end. Returns the plan's id. Raises CannotAgree where the instalments are not what is open, or a
    plan runs already.
    """
    customer_id = invoices[0].customer_id
    cash.hold(tx, connection.id)
    _check(tx, connection.id, invoices, instalments)
    new = sa.insert(plan_table).values(
        connection_id=connection.id, customer_id=customer_id,
        invoice_ids=[invoice.id for invoice in invoices],
        instalments=INSTALMENTS.dump_python(tuple(instalments), mode="json"),
        words=words[:WORDS_MAX], by=by, at=at, state=State.RUNNING,
    )  # fmt: skip
    id_ = int(tx.execute(new.returning(t.id)).scalar_one())
    total = Money.total((one.amount for one in instalments), invoices[0].open.currency)
    audit.add(
        tx, connection.id, at=at, actor=by, event="payment_plan.agreed",
        about=f"customer:{customer_id}", plan=id_, amount=str(total), instalments=told(instalments),
    )  # fmt: skip
    promises.supersede(tx, connection.id, customer_id, {i.id for i in invoices}, by=by, at=at)
    _note(
        tx,
        connection,
        id_,
        invoices,
        f"{by} agreed to payment plan {id_}: {told(instalments)}.",
        at=at,
    )
    agenda.mark(tx, connection.id, [customer_id])
    cash.reconsider(tx, connection.id)
    return id_


def cancel(tx: Tx, connection: Connection, id_: int, *, by: str, at: datetime) -> bool:
    """A person ends a plan: everything open is due as its invoices say. False if there is no such
    running one."""
    for one in listed(tx, connection.id, states=[State.RUNNING]):
        if one.id == id_:
            _end(tx, connection.id, one, State.CANCELLED, by=by, at=at)
            invoices = mirror.fetch(tx, connection.id, Kind.INVOICE, one.plan.invoice_ids)
            about = [invoice for invoice in invoices if isinstance(invoice, Invoice)]
            _note(tx, connection, id_, about, f"{by} ended payment plan {id_}.", at=at)
            return True
    return False


def settle(tx: Tx, connection: Connection, customer_ids: Collection[str], *, now: datetime) -> None:
    """Mark the plans that were paid."""
    for one in listed(tx, connection.id, customer_ids=customer_ids, states=[State.RUNNING]):
        if not open_on(tx, connection.id, one.plan):
            _end(tx, connection.id, one, State.KEPT, by="ledgerhand", at=now)


def progress(tx: Tx, connection_id: int, one: Agreed, today: date) -> Progress | None:
    """None for a plan that has ended. `today` is a day in the client's zone."""
    if one.state is not State.RUNNING:
        return None
    unpaid = one.plan.unpaid(open_on(tx, connection_id, one.plan))
    late = (it.amount for it in unpaid if it.on < today)
    return Progress(unpaid, Money.total(late, one.plan.total.currency))


def told(instalments: Sequence[Instalment]) -> str:
    """Instalments in one line."""
    return ", ".join(f"{one.amount} by {one.on}" for one in instalments)


def open_on(tx: Tx, connection_id: int, plan: PaymentPlan) -> Money:
    """What is still open on the invoices of a plan."""
    found = mirror.fetch(tx, connection_id, Kind.INVOICE, plan.invoice_ids)
    opens = [i.open for i in found if isinstance(i, Invoice) and i.status is Status.OPEN]
    return Money.total(opens, plan.total.currency)


def listed(
    tx: Tx, connection_id: int, *, customer_ids: Collection[str] | None = None,
    states: Sequence[State] = tuple(State),
) -> list[Agreed]:  # fmt: skip
    """Plans, the oldest first."""
    told = {"connection": connection_id, "states": list(states)}
    if customer_ids is None:
        return [_agreed(row) for row in tx.execute(LISTED, told)]
    rows = tx.execute(LISTED_OF, told | {"customers": list(customer_ids)})
    return [_agreed(row) for row in rows]


def running(
    tx: Tx, connection_id: int, customer_ids: Collection[str]
) -> Mapping[str, list[PaymentPlan]]:
    """By customer, the plans that hold now."""
    found: dict[str, list[PaymentPlan]] = defaultdict(list)
    for one in listed(tx, connection_id, customer_ids=customer_ids, states=[State.RUNNING]):
        found[one.customer_id].append(one.plan)
    return found


def _check(
    tx: Tx, connection_id: int, invoices: Sequence[Invoice], instalments: Sequence[Instalment]
) -> None:
    customers = {invoice.customer_id for invoice in invoices}
    currencies = {invoice.open.currency for invoice in invoices}
    currencies |= {one.amount.currency for one in instalments}
    if len(customers) != 1 or len(currencies) != 1:
        raise CannotAgree("a payment plan is about one customer's invoices in one currency")
    ids = {invoice.id for invoice in invoices}
    for plan in running(tx, connection_id, customers).get(invoices[0].customer_id, ()):
        if ids & set(plan.invoice_ids):
            raise CannotAgree(
                f"payment plan {plan.number} runs for one of these invoices; end it first"
            )
    try:
        plan = PaymentPlan("", tuple(ids), tuple(instalments))
    except ValueError as error:
        raise CannotAgree(str(error)) from None
    owed = Money.total((invoice.open for invoice in invoices), currencies.pop())
    if plan.total != owed:
        raise CannotAgree(f"the instalments are {plan.total} together, and {owed} is open")


def _note(
    tx: Tx, connection: Connection, id_: int, invoices: Sequence[Invoice], text: str, *,
    at: datetime,
) -> None:  # fmt: skip
    if not notes.are_on(tx, connection):
        return
    for invoice in invoices:
        notes.intend(
            tx, connection, Kind.INVOICE, invoice.id, text, decision_id=0, now=at,
            told_by=("payment plan", str(id_), invoice.id, text),
        )  # fmt: skip


def _end(tx: Tx, connection_id: int, one: Agreed, state: State, *, by: str, at: datetime) -> None:
    tx.execute(
        sa.update(plan_table)
        .where(t.connection_id == connection_id, t.id == one.id)
        .values(state=state, ended_at=at, ended_by=by)
    )
    audit.add(
        tx, connection_id, at=at, actor=by, event=f"payment_plan.{state}",
        about=f"customer:{one.customer_id}", plan=one.id,
    )  # fmt: skip
    agenda.mark(tx, connection_id, [one.customer_id])


def _agreed(row: Any) -> Agreed:
    names = set(Agreed.__dataclass_fields__) - {"plan", "state"}
    instalments = INSTALMENTS.validate_python(row.instalments)
    return Agreed(
        **{name: row._mapping[name] for name in names},
        state=State(row.state),
        plan=PaymentPlan(str(row.id), tuple(row.invoice_ids), instalments),
    )
