"""Payments that a ledger shows on their invoices alone: one of the sum of a line of the bank may be
the same money, so it is read before anything of the line is decided."""

from __future__ import annotations

from connector import intents, mirror
from connector.cash import BANK
from connector.cash_case import Case
from connector.db import Tx
from connector.intention import OPEN, STANDING
from connector.twins import WINDOW, named
from matching.items import MatchDecision
from providers.ledger import Invoice, Kind, RecordPayment

Place = tuple[Kind, str]


def near(tx: Tx, case: Case, verdict: MatchDecision) -> list[Place]:
    """Those about the day of the line that we did not enter. A line that names other invoices with
    their exact amounts is other money."""
    item, connection_id = case.item, case.connection.id
    if item.kind != BANK or item.left != item.total or verdict.action == "ignore":
        return []
    wanted = named(verdict)
    found = {
        paid.payment_id: invoice.id
        for invoice in case.records
        if isinstance(invoice, Invoice) and (not wanted or invoice.id in wanted)
        for paid in invoice.payments
        if paid.amount == item.total and abs(paid.received - item.received) <= WINDOW
    }
    if not found:
        return []
    known = {it.id for it in mirror.fetch(tx, connection_id, Kind.PAYMENT, found)}
    known |= {it.receipt for it in intents.brought(tx, connection_id, list(found))}
    unread = {id_: invoice for id_, invoice in found.items() if id_ not in known}
    ours = _paid_by_us(tx, connection_id) if unread else set()
    return [(Kind.PAYMENT, id_) for id_, invoice in unread.items() if invoice not in ours]


def _paid_by_us(tx: Tx, connection_id: int) -> set[str]:
    """A receipt over several invoices is a payment of each, under ids that we were never told."""
    written = intents.in_states(tx, connection_id, *OPEN, *STANDING, names=("record_payment",))
    return {
        part.invoice_id
        for it in written
        if isinstance(it.effect, RecordPayment)
        for part in it.effect.allocations
    }
