"""What is left to pay or to use on a document, and the states that follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from providers.simulated.store import Doc
from providers.simulated.xero.books import Books
from providers.simulated.xero.refusals import Invalid

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Settled:
    """A kind of document that payments and allocations settle."""

    kind: str
    name: str
    id_field: str


INVOICE = Settled("invoice", "Invoice", "InvoiceID")
CREDIT_NOTE = Settled("creditnote", "CreditNote", "CreditNoteID")
OVERPAYMENT = Settled("overpayment", "Overpayment", "OverpaymentID")
PREPAYMENT = Settled("prepayment", "Prepayment", "PrepaymentID")
CREDITS = (CREDIT_NOTE, OVERPAYMENT, PREPAYMENT)
DOCUMENTS = (INVOICE, *CREDITS)
BY_KIND = {settled.kind: settled for settled in DOCUMENTS}


def open_amount(doc: Doc) -> Decimal:
    left: Decimal = doc["AmountDue"] if "AmountDue" in doc else doc["RemainingCredit"]
    return left


def check(doc: Doc, amount: Decimal) -> None:
    """Raises Invalid with every sentence Xero has for a payment that does not fit."""
    messages = []
    if doc["Status"] != "AUTHORISED":
        messages.append("Payments can only be made against Authorised documents")
    if amount > open_amount(doc):
        messages.append("Payment amount exceeds the amount outstanding on this document")
    if amount <= 0:
        messages.append("The payment amount must be greater than zero")
    if messages:
        raise Invalid(*messages)


def settle(books: Books, settled: Settled, doc: Doc, *, paid: Decimal = ZERO,
           credited: Decimal = ZERO, on: str) -> None:  # fmt: skip
    """Add to what is paid and credited (negative to take back), and restate the document.

    `on` is the ISO date of the settling; the date of the last one is FullyPaidOnDate.
    """
    doc["AmountPaid"] = doc["AmountPaid"] + paid
    doc["AmountCredited"] = doc["AmountCredited"] + credited
    left = doc["Total"] - doc["AmountPaid"] - doc["AmountCredited"]
    doc["AmountDue" if settled is INVOICE else "RemainingCredit"] = left
    if left == 0:
        doc["Status"] = "PAID"
        doc["FullyPaidOnDate"] = max(on, doc.get("FullyPaidOnDate") or on)
    elif doc["Status"] == "PAID":
        doc["Status"] = "AUTHORISED"
        doc.pop("FullyPaidOnDate", None)
    books.save(settled.kind, doc[settled.id_field], doc)


def touched(doc: Doc) -> bool:
    """Whether payments or allocations stand on the document."""
    return bool(doc["payments"] or doc["allocations"])
