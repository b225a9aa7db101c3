"""Xero's documents in the neutral words; unknown fields and values do no harm."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import partial

import structlog

from providers.errors import Refused
from providers.ledger import (
    Allocation,
    CreditNote,
    Customer,
    Invoice,
    Kind,
    Payment,
    Record,
    Status,
)
from providers.money import Money
from providers.past import PaidBy
from providers.xero import wire
from providers.xero.addresses import address_of
from providers.xero.fields import ENDED, UNDATED, changed_at, memo_of, status_of, version_of
from providers.xero.wire import Json

log = structlog.get_logger()

ID_FIELDS = {
    Kind.CUSTOMER: "ContactID",
    Kind.INVOICE: "InvoiceID",
    Kind.CREDIT_NOTE: "CreditNoteID",
    Kind.PAYMENT: "PaymentID",
    Kind.OVERPAYMENT: "OverpaymentID",
    Kind.PREPAYMENT: "PrepaymentID",
    Kind.BATCH_PAYMENT: "BatchPaymentID",
}


def customer_of(said: Json) -> Customer:
    """A contact, with the address for invoices first and then the persons who get e-mails too."""
    persons = wire.items(said, "ContactPersons")
    addresses = [wire.text(said, "EmailAddress")] + [
        wire.text(it, "EmailAddress") for it in persons if wire.flag(it, "IncludeInEmails")
    ]
    return Customer(
        id=wire.text(said, "ContactID"),
        name=wire.text(said, "Name"),
        emails=_distinct(addresses),
        currency=wire.text(said, "DefaultCurrency"),
        active=wire.text(said, "ContactStatus").upper() in ("", "ACTIVE"),
        parent_id="",
        version=version_of(said),
        changed_at=changed_at(said),
        merged_into=wire.text(said, "MergedToContactID"),
        address=address_of(said),
    )


def invoice_of(said: Json) -> Invoice | None:
    """A sales invoice; None for a bill, which Xero keeps in the same list."""
    if wire.text(said, "Type").upper() != "ACCREC":
        return None
    currency = wire.text(said, "CurrencyCode")
    total = Money(wire.amount(said, "Total"), currency)
    return Invoice(
        id=wire.text(said, "InvoiceID"),
        number=wire.text(said, "InvoiceNumber"),
        customer_id=wire.text(wire.part(said, "Contact"), "ContactID"),
        issued=wire.day(said, "Date") or UNDATED,
        due=wire.day(said, "DueDate"),
        total=total,
        open=_open(said, total),
        status=status_of(said),
        sent=wire.flag(said, "SentToContact"),
        version=version_of(said),
        changed_at=changed_at(said),
        payments=_payments(said, currency),
        rate=_rate(said),
    )


def credit_note_of(said: Json) -> CreditNote | None:
    """A credit note to a customer; None for one from a supplier."""
    if wire.text(said, "Type").upper() != "ACCRECCREDIT":
        return None
    currency = wire.text(said, "CurrencyCode")
    return CreditNote(
        id=wire.text(said, "CreditNoteID"),
        number=wire.text(said, "CreditNoteNumber"),
        customer_id=wire.text(wire.part(said, "Contact"), "ContactID"),
        issued=wire.day(said, "Date") or UNDATED,
        total=Money(wire.amount(said, "Total"), currency),
        open=_remaining(said, currency),
        status=status_of(said),
        version=version_of(said),
        changed_at=changed_at(said),
        text=wire.text(said, "Reference"),
    )


def unapplied_of(kind: Kind, said: Json, *, reference: str = "") -> Payment | None:
    """An over- or prepayment from a customer; None for one to a supplier.

    `reference` is used where the document has none of its own: a prepayment shows its invoice
    number there (Prepayment in Xero's accounting specification).
    """
    if not wire.text(said, "Type").upper().startswith("RECEIVE"):
        return None
    currency = wire.text(said, "CurrencyCode")
    own = wire.text(said, "Reference") or wire.text(said, "InvoiceNumber")
    return Payment(
        kind=kind,
        id=wire.text(said, ID_FIELDS[kind]),
        customer_id=wire.text(wire.part(said, "Contact"), "ContactID"),
        received=wire.day(said, "Date") or UNDATED,
        total=Money(wire.amount(said, "Total"), currency),
        unapplied=_remaining(said, currency),
        reference=own or reference,
        memo=memo_of(said),
        allocations=allocations_of(said, currency),
        status=status_of(said),
        version=version_of(said),
        changed_at=changed_at(said),
        refunded=_refunded(said, currency),
    )


def payment_of(said: Json) -> Payment | None:
    """A payment of a sales invoice, which takes all of it; None for any other payment."""
    if wire.text(said, "PaymentType").upper() != "ACCRECPAYMENT":
        return None
    invoice = wire.part(said, "Invoice")
    amount = Money(wire.amount(said, "Amount"), wire.text(invoice, "CurrencyCode"))
    status = status_of(said)
    against = Allocation(wire.text(invoice, "InvoiceID"), amount, wire.text(said, "PaymentID"))
    return Payment(
        kind=Kind.PAYMENT,
        id=wire.text(said, "PaymentID"),
        customer_id=wire.text(wire.part(invoice, "Contact"), "ContactID"),
        received=wire.day(said, "Date") or UNDATED,
        total=amount,
        unapplied=Money.zero(amount.currency),
        reference=wire.text(said, "Reference"),
        memo="",
        allocations=() if status in ENDED else (against,),
        status=Status.PAID if status is Status.OPEN else status,
        version=version_of(said),
        changed_at=changed_at(said),
    )


def batch_of(said: Json) -> Payment | None:
    """One receipt over several invoices; it names no customer, and nothing of it is unapplied.

    None for a batch of bills.
    """
    if wire.text(said, "Type").upper() != "RECBATCH":
        return None
    parts = wire.items(said, "Payments")
    stubs = (wire.text(wire.part(it, "Invoice"), "CurrencyCode") for it in parts)
    currency = wire.text(wire.part(said, "Account"), "CurrencyCode") or next(filter(None, stubs))
    total = Money(wire.amount(said, "TotalAmount"), currency)
    status = status_of(said)
    return Payment(
        kind=Kind.BATCH_PAYMENT,
        id=wire.text(said, "BatchPaymentID"),
        customer_id="",
        received=wire.day(said, "Date") or UNDATED,
        total=total,
        unapplied=Money.zero(currency),
        reference=wire.text(said, "Reference") or wire.text(said, "Details"),
        memo="",
        allocations=tuple(
            Allocation(
                wire.text(wire.part(it, "Invoice"), "InvoiceID"),
                Money(wire.amount(it, "Amount"), currency), wire.text(it, "PaymentID"),
            )
            for it in parts
        ),
        status=Status.PAID if status is Status.OPEN else status,
        version=version_of(said),
        changed_at=changed_at(said),
    )  # fmt: skip


def allocations_of(said: Json, currency: str) -> tuple[Allocation, ...]:
    """What has been set against invoices so far."""
    return tuple(
        Allocation(
            wire.text(wire.part(it, "Invoice"), "InvoiceID"),
            Money(wire.amount(it, "Amount") or wire.amount(it, "AppliedAmount"), currency),
            wire.text(it, "AllocationID"),
        )
        for it in wire.items(said, "Allocations")
        if not wire.flag(it, "IsDeleted")
    )


def _distinct(addresses: Iterable[str]) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for address in filter(None, addresses):
        kept.setdefault(address.lower(), address)
    return tuple(kept.values())


def _payments(said: Json, currency: str) -> tuple[PaidBy, ...]:
    """In the order of their ids: Xero promises none. Credits and money that came earlier stand in
    lists of their own, and a thin invoice shows none of them."""
    found = (
        PaidBy(wire.text(it, "PaymentID"), Money(wire.amount(it, "Amount"), currency),
               wire.day(it, "Date") or UNDATED)
        for it in wire.items(said, "Payments")
    )  # fmt: skip
    return tuple(sorted(found, key=lambda it: it.payment_id))


def _refunded(said: Json, currency: str) -> Money | None:
    """The payments of an over- or prepayment go out: they pay it back to the customer."""
    back = (wire.amount(it, "Amount") for it in wire.items(said, "Payments") if not _is_over(it))
    return Money.total((Money(amount, currency) for amount in back), currency) or None


def _is_over(said: Json) -> bool:
    return wire.text(said, "Status").upper() == "DELETED"


def _rate(said: Json) -> Decimal | None:
    """CurrencyRate is units of the document's currency for one of the base currency, the inverse
    of ours, and 1 in the base currency (Invoice in Xero's accounting specification)."""
    rate = wire.amount(said, "CurrencyRate")
    return 1 / rate if rate > 0 and rate != 1 else None


def _open(said: Json, total: Money) -> Money:
    if "AmountDue" in said:
        return Money(wire.amount(said, "AmountDue"), total.currency)
    settled = wire.amount(said, "AmountPaid") + wire.amount(said, "AmountCredited")
    return total - Money(settled, total.currency)


def _remaining(said: Json, currency: str) -> Money:
    if status_of(said) in ENDED:
        return Money.zero(currency)
    return Money(wire.amount(said, "RemainingCredit"), currency)


RECORD_OF: dict[Kind, Callable[[Json], Customer | Invoice | CreditNote | Payment | None]] = {
    Kind.CUSTOMER: customer_of,
    Kind.INVOICE: invoice_of,
    Kind.CREDIT_NOTE: credit_note_of,
    Kind.PAYMENT: payment_of,
    Kind.OVERPAYMENT: partial(unapplied_of, Kind.OVERPAYMENT),
    Kind.PREPAYMENT: partial(unapplied_of, Kind.PREPAYMENT),
    Kind.BATCH_PAYMENT: batch_of,
}


def record_of(kind: Kind, said: Json) -> Record | None:
    """One document in the neutral words; None for the other side of the ledger, such as a bill.

    Raises Refused if it cannot be read.
    """
    try:
        return RECORD_OF[kind](said)
    except ValueError as error:
        shown = wire.text(said, ID_FIELDS[kind])
        raise Refused(
            f"Xero's {kind} {shown} cannot be read: {error}", code="unreadable"
        ) from error


def records_of(kind: Kind, documents: Iterable[Json]) -> tuple[Record, ...]:
    """The records among documents of one kind.

    One that cannot be read is left out and logged, so that it does not keep the others back.
    """
    found: list[Record] = []
    for said in documents:
        try:
            record = record_of(kind, said)
        except Refused as error:
            log.warning("record left out", product="xero", error=str(error))
            continue
        if record:
            found.append(record)
    return tuple(found)
