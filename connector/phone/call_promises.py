"""What a customer promises by keys in a machine call."""

from __future__ import annotations

from datetime import date, datetime

from connector import agenda, audit, local_days
from connector.account import account_faults
from connector.account.accounts import accounts_of
from connector.clients.tenants import Connection
from connector.commitments import promises
from connector.db import Tx
from connector.decided import holds
from connector.phone.phone_contacts import Contact
from dunning.customer.account import DueInvoice, Promise
from providers.money import Money


def keep(tx: Tx, connection: Connection, contact: Contact, on: date, *, now: datetime) -> str:
    """What was asked for in the call, promised for a day of the company's zone; nothing where it
    was paid since.

    Returns what a person must do: decide, where one of the invoices was promised before, and
    nothing else but where a fault of ours prevents it. Then the customer is paused until that day
    is over, because so it was told on the telephone.
    """
    asked, fault = account_faults.tried(
        connection.id, contact.customer_id, lambda: _asked(tx, connection, contact, now)
    )
    if asked is None:
        why = f"promised by telephone to pay on {on}"
        _pause(tx, connection, contact, why, until=local_days.span(connection, on)[1], now=now)
        return f"{why}; write the promise down, which Ledgerhand could not: {fault}"
    if not any(invoice.asked for invoice in asked):
        return ""
    said = promises.earlier(tx, connection.id, contact.customer_id, contact.invoice_ids)
    if said:
        before = said[-1].told
        why = f"offers by telephone to pay on {on}, after {before}; reminders go on"
        return f"{why}, write it down as a promise if you believe it"
    currency = asked[0].open.currency
    promise = Promise(
        invoice_ids=tuple(invoice.id for invoice in asked),
        amount=Money.total((invoice.asked for invoice in asked), currency),
        on=on, made=local_days.today(connection, now),
        open_then=Money.total((invoice.open for invoice in asked), currency),
    )  # fmt: skip
    promises.add(
        tx, connection.id, contact.customer_id, promise, source="call", by="customer",
        words=f"entered {on} by keys in a machine call", at=now,
    )  # fmt: skip
    return ""


def _asked(
    tx: Tx, connection: Connection, contact: Contact, now: datetime
) -> list[DueInvoice]:  # fmt: skip
    found = accounts_of(tx, connection, [contact.customer_id], now)[contact.customer_id]
    return [i for account in found for i in account.invoices if i.id in contact.invoice_ids]


def _pause(
    tx: Tx, connection: Connection, contact: Contact, why: str, *, until: datetime, now: datetime
) -> None:
    holds.set_hold(
        tx, connection.id, customer_id=contact.customer_id, reason=why, by="ledgerhand", at=now,
        until=until,
    )  # fmt: skip
    agenda.mark(tx, connection.id, [contact.customer_id])
    audit.add(
        tx, connection.id, at=now, actor="ledgerhand", event="paused", reason=why,
        about=f"customer:{contact.customer_id}", until=until.isoformat(),
    )  # fmt: skip
