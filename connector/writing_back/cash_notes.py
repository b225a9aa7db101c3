"""What the accountant reads on an invoice about money: applied, booked as a difference, undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import notes
from connector.money.cash import Item
from providers.constructs import Difference
from providers.ledger import Allocation, CreditNote, Kind
from providers.money import Money


def applied(
    tx: Tx, connection: Connection, item: Item, allocations: Sequence[Allocation], *,
    last: Mapping[str, str], owners: Mapping[str, str], decision_id: int, now: datetime, why: str,
) -> None:  # fmt: skip
    """`last` is by invoice the intent after which the note is true."""
    for it in allocations:
        if it.amount.amount < 0:
            continue
        owner = owners[it.invoice_id]
        credits_ = [a.amount for a in allocations
                    if a.amount.amount < 0 and owners[a.invoice_id] == owner]  # fmt: skip
        total = -Money.total(credits_, it.amount.currency)
        beside = f" with credits of {total}" if credits_ else ""
        text = (
            f"Ledgerhand applied {it.amount} of {item.total} received on"
            f" {item.received:%d %b %Y}{beside}: {why}. Decision {decision_id}."
        )
        after_key = last[it.invoice_id]
        notes.intend(tx, connection, Kind.INVOICE, it.invoice_id, text, after_key=after_key,
                     told_by=("note", after_key, it.invoice_id), decision_id=decision_id,
                     now=now)  # fmt: skip


def booked(
    tx: Tx, connection: Connection, differences: Sequence[Difference], *, after_key: str,
    decision_id: int, now: datetime, why: str,
) -> None:  # fmt: skip
    for it in differences:
        text = (
            f"Ledgerhand booked a difference of {it.amount} to account {it.account}, allowed by"
            f" {it.allowed_by}: {why}. Decision {decision_id}."
        )
        notes.intend(tx, connection, Kind.INVOICE, it.invoice_id, text, after_key=after_key,
                     told_by=("difference note", after_key, it.invoice_id),
                     decision_id=decision_id, now=now)  # fmt: skip


def credited(
    tx: Tx, connection: Connection, credit: CreditNote, allocations: Sequence[Allocation], *,
    after_key: str, decision_id: int, now: datetime, why: str,
) -> None:  # fmt: skip
    for it in allocations:
        text = (
            f"Ledgerhand used {it.amount} of credit {credit.number}: {why}. Decision {decision_id}."
        )
        notes.intend(tx, connection, Kind.INVOICE, it.invoice_id, text, after_key=after_key,
                     told_by=("credit note", after_key, it.invoice_id), decision_id=decision_id,
                     now=now)  # fmt: skip


def undone(
    tx: Tx, connection: Connection, parts: Sequence[Allocation], *, after_key: str, by: str,
    decision_id: int, now: datetime,
) -> None:  # fmt: skip
    """A note cannot be taken out: another one says what was undone."""
    for it in parts:
        if it.amount.amount > 0:
            text = (
                f"Undone by {by}: {it.amount} is no longer applied by Ledgerhand."
                f" Decision {decision_id}."
            )
            notes.intend(tx, connection, Kind.INVOICE, it.invoice_id, text, after_key=after_key,
                         told_by=("note", after_key, it.invoice_id), decision_id=decision_id,
                         now=now)  # fmt: skip
