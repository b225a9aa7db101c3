"""Which of Xero's lists hold what we follow, and how each one is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from providers.ledger import Kind

SALES = 'Type=="ACCREC"'
CREDITS = 'Type=="ACCRECCREDIT"'
RECEIVED_EARLY = 'Type=="RECEIVE-OVERPAYMENT" OR Type=="RECEIVE-PREPAYMENT"'
OPEN = 'Status=="AUTHORISED"'


@dataclass(frozen=True, slots=True)
class Source:
    """One list. `options` are those of xero-python's method of this `name`."""

    kind: Kind
    name: str
    wrapper: str
    options: Mapping[str, Any] = field(default_factory=dict)


SINGLE = {
    Kind.CREDIT_NOTE: Source(Kind.CREDIT_NOTE, "get_credit_note", "CreditNotes"),
    Kind.PAYMENT: Source(Kind.PAYMENT, "get_payment", "Payments"),
    Kind.OVERPAYMENT: Source(Kind.OVERPAYMENT, "get_overpayment", "Overpayments"),
    Kind.PREPAYMENT: Source(Kind.PREPAYMENT, "get_prepayment", "Prepayments"),
    Kind.BATCH_PAYMENT: Source(Kind.BATCH_PAYMENT, "get_batch_payment", "BatchPayments"),
}
"""The kinds that Xero gives one by one only."""

GROUPED = {
    Kind.CUSTOMER: Source(
        Kind.CUSTOMER, "get_contacts", "Contacts", {"include_archived": True}
    ),
    Kind.INVOICE: Source(Kind.INVOICE, "get_invoices", "Invoices"),
}  # fmt: skip
"""The kinds that Xero gives by a list of ids."""

BOOK = (
    Source(Kind.CUSTOMER, "get_contacts", "Contacts"),
    Source(Kind.INVOICE, "get_invoices", "Invoices", {"where": SALES, "statuses": ["AUTHORISED"]}),
    Source(
        Kind.CREDIT_NOTE, "get_credit_notes", "CreditNotes", {"where": f"{CREDITS} AND {OPEN}"}
    ),
    Source(Kind.OVERPAYMENT, "get_overpayments", "Overpayments", {"where": OPEN}),
    Source(Kind.PREPAYMENT, "get_prepayments", "Prepayments", {"where": OPEN}),
)  # fmt: skip
"""Everything that is open. `summaryOnly` would save traffic, but whether it keeps the persons of a
contact and SentToContact of an invoice is not documented."""

CHANGES = (
    Source(Kind.CUSTOMER, "get_contacts", "Contacts", {"include_archived": True}),
    Source(Kind.INVOICE, "get_invoices", "Invoices", {"where": SALES}),
    Source(Kind.CREDIT_NOTE, "get_credit_notes", "CreditNotes", {"where": CREDITS}),
    Source(Kind.OVERPAYMENT, "get_overpayments", "Overpayments"),
    Source(Kind.PREPAYMENT, "get_prepayments", "Prepayments"),
)
"""What If-Modified-Since is asked of. A payment is no source: it moves its invoice."""

UNAPPLIED = {
    "OverpaymentID": Source(Kind.OVERPAYMENT, "get_overpayments", "Overpayments"),
    "PrepaymentID": Source(Kind.PREPAYMENT, "get_prepayments", "Prepayments"),
}
"""By the field with which a bank transaction names what it brought."""
