"""A customer's account in one currency, put together from the mirror, the holds and the history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from connector import cash, holds, messages, mirror, modes
from connector.db import Tx
from connector.modes import Capability, Mode
from connector.tenants import Connection
from dunning.account import Account, DueInvoice, SentMessage
from providers.ledger import CreditNote, Invoice, Payment, Record
from providers.money import Money


def accounts_of(
    tx: Tx, connection: Connection, customer_id: str, now: datetime, *, but_for: str = ""
) -> list[Account]:
    """One account for each currency in which the customer owes something.

    `but_for` leaves out of the history the steps that the message of one intent took: so that
    the decision behind that message can be made once more.
    """
    records = mirror.of_customer(tx, connection.id, customer_id)
    customer = mirror.customer(tx, connection.id, customer_id)
    in_force = holds.in_force(tx, connection.id, now, customer_id)
    placed = modes.of(tx, connection.client_id)[Capability.CASH] is not Mode.OFF
    waiting = cash.is_waiting(tx, connection.id, customer_id, placed=placed)
    invoices = [record for record in records if isinstance(record, Invoice)]
    return [
        Account(
            customer_id=customer_id,
            name=customer.name if customer else "",
            emails=customer.emails if customer and customer.active else (),
            currency=currency,
            invoices=tuple(_due_invoices(invoices, currency, in_force)),
            credits=_credits(records, currency),
            time_zone=connection.time_zone,
            sent=tuple(
                _history(
                    messages.asked(
                        tx, connection.id, customer_id, currency=currency, but_for=but_for
                    ),
                    invoices,
                )
            ),
            paused_reason=_pause(in_force),
            unread_reply=any(hold.kind == "reply" for hold in in_force),
            waiting_cash=waiting,
        )
        for currency in sorted({invoice.total.currency for invoice in invoices})
    ]


def _due_invoices(
    invoices: Sequence[Invoice], currency: str, in_force: Sequence[holds.Hold]
) -> list[DueInvoice]:
    disputed = {hold.invoice_id for hold in in_force if hold.kind == "dispute"}
    paused = {hold.invoice_id for hold in in_force if hold.kind == "pause" and hold.invoice_id}
    return [
        DueInvoice(
            id=i.id, number=i.number, issued=i.issued, due=i.due, total=i.total, open=i.open,
            status=i.status, sent=i.sent, disputed=i.open if i.id in disputed else None,
            paused=i.id in paused,
        )
        for i in sorted(invoices, key=lambda invoice: invoice.id)
        if i.total.currency == currency
    ]  # fmt: skip


def _credits(records: Sequence[Record], currency: str) -> Money:
    parts = [r.open for r in records if isinstance(r, CreditNote)]
    parts += [r.unapplied for r in records if isinstance(r, Payment)]
    return Money.total([part for part in parts if part.currency == currency], currency)


def _history(asked: Sequence[messages.Asked], invoices: Sequence[Invoice]) -> list[SentMessage]:
    """Every message; a step taken for an earlier due date does not count for the present one."""
    dues = {invoice.id: invoice.due for invoice in invoices}
    by_moment: dict[datetime, list[messages.Asked]] = {}
    for row in asked:
        by_moment.setdefault(row.at, []).append(row)
    found = []
    for at, rows in by_moment.items():
        valid = [row for row in rows if dues.get(row.invoice_id) == row.due]
        found.append(
            SentMessage(
                step=rows[-1].step, at=at, invoice_ids=tuple(row.invoice_id for row in valid),
                stages=tuple(row.step for row in valid),
            )
        )  # fmt: skip
    return found


def _pause(in_force: Sequence[holds.Hold]) -> str:
    for hold in in_force:
        if hold.kind == "pause" and not hold.invoice_id:
            return f"paused by {hold.by}: {hold.reason}"
    return ""
