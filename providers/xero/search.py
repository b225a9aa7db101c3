"""Looking up in Xero what an earlier write left there, by its marker or by what is new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from providers.charging import RaiseCharge
from providers.errors import Refused
from providers.ledger import (
    AddNote,
    Allocation,
    ApplyUnapplied,
    CreditDifference,
    Kind,
    RecordPayment,
)
from providers.xero import wire
from providers.xero.client import XeroClient
from providers.xero.records import allocations_of
from providers.xero.wire import Json

HISTORY = {Kind.INVOICE: "get_invoice_history", Kind.CUSTOMER: "get_contact_history"}
TEXTS = ("Reference", "Details", "Narrative", "Particulars", "Description")


def allocation_names(money: Json) -> tuple[str, ...]:
    """What names each allocation: its id, or where and how much if Xero gives none."""
    return tuple(_name(it) for it in allocations_of(money, wire.text(money, "CurrencyCode")))


def new_allocations(effect: ApplyUnapplied, money: Json, before: Sequence[str]) -> str:
    """The names of the allocations of `effect` that were not there before, parted by commas.

    Empty if none is there. Raises Refused, code "partial", if only some are.
    """
    known = list(before)
    fresh: list[Allocation] = []
    for it in allocations_of(money, wire.text(money, "CurrencyCode")):
        if _name(it) in known:
            known.remove(_name(it))
        else:
            fresh.append(it)
    found = []
    for wanted in effect.allocations:
        same = (it for it in fresh if _same(it, wanted))
        if match := next(same, None):
            fresh.remove(match)
            found.append(_name(match))
    if found and len(found) < len(effect.allocations):
        raise Refused(
            f"{len(found)} of {len(effect.allocations)} allocations are in Xero", code="partial"
        )
    return ",".join(found)


def payment_id(client: XeroClient, effect: RecordPayment, marker: str) -> str:
    """The payment, batch payment or overpayment that carries the marker. One call, as a rule."""
    if len(effect.allocations) > 1:
        answer = client.read("get_batch_payments", where=_on(effect.received)) or {}
        return _carrying(wire.items(answer, "BatchPayments"), marker, "BatchPaymentID")
    if effect.allocations:
        where = f'Invoice.InvoiceID==guid("{effect.allocations[0].invoice_id}")'
        pages = client.pages("get_payments", "Payments", where=where)
        return _carrying((it for page in pages for it in page.items), marker, "PaymentID")
    return _carrying(_transactions(client, effect), marker, "OverpaymentID")


def transaction_of(client: XeroClient, effect: RecordPayment, overpayment_id: str) -> Json | None:
    """The bank transaction that brought an overpayment, if it was not deleted."""
    for it in _transactions(client, effect):
        if wire.text(it, "OverpaymentID").lower() == overpayment_id.lower():
            return it if wire.text(it, "Status").upper() == "AUTHORISED" else None
    return None


def credit_note_id(client: XeroClient, effect: CreditDifference, marker: str) -> str:
    """The credit note that carries the marker."""
    where = f'Contact.ContactID==guid("{effect.customer_id}") AND {_on(effect.on)}'
    pages = client.pages("get_credit_notes", "CreditNotes", where=where)
    return _carrying((it for page in pages for it in page.items), marker, "CreditNoteID")


def charge_id(client: XeroClient, effect: RaiseCharge, marker: str) -> str:
    """The invoice that carries the marker."""
    where = f'Contact.ContactID==guid("{effect.customer_id}") AND {_on(effect.on)}'
    pages = client.pages("get_invoices", "Invoices", where=where)
    return _carrying((it for page in pages for it in page.items), marker, "InvoiceID")


def note_marker(client: XeroClient, effect: AddNote, marker: str) -> str:
    """The marker, which is all the name that a note has, if a note of this record carries it."""
    if effect.kind not in HISTORY:
        return ""
    answer = client.read(HISTORY[effect.kind], effect.record_id) or {}
    said = (wire.text(it, "Details") for it in wire.items(answer, "HistoryRecords"))
    return marker if any(marker in it for it in said) else ""


def _transactions(client: XeroClient, effect: RecordPayment) -> Iterator[Json]:
    where = f'Contact.ContactID==guid("{effect.customer_id}") AND {_on(effect.received)}'
    for page in client.pages("get_bank_transactions", "BankTransactions", where=where):
        yield from page.items


def _carrying(documents: Iterable[Json], marker: str, id_field: str) -> str:
    for it in documents:
        lines = [*wire.items(it, "LineItems"), *wire.items(it, "Payments")]
        texts = (wire.text(part, name) for part in [it, *lines] for name in TEXTS)
        if any(marker in text for text in texts):
            return wire.text(it, id_field)
    return ""


def _on(day: date) -> str:
    return f"Date==DateTime({day.year},{day.month},{day.day})"


def _name(it: Allocation) -> str:
    return it.id or f"{it.invoice_id}:{it.amount.amount}"


def _same(it: Allocation, wanted: Allocation) -> bool:
    return it.invoice_id.lower() == wanted.invoice_id.lower() and it.amount == wanted.amount
