"""The body of a payment, new or with more of it applied. Pure: JSON in, JSON out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from providers.errors import Refused, Stale
from providers.exact import Doc
from providers.ledger import Allocation, ApplyUnapplied, Invoice, Payment, RecordPayment, Status
from providers.money import CurrencyMismatch, Money
from providers.quickbooks import notes


def applied_body(effect: ApplyUnapplied, row: Doc, marker: str) -> Doc:
    """A sparse update. Lines are replaced as a whole, so those that are there are sent again
    (developer.intuit.com, "Payment": lines can be updated only all or none)."""
    lines = [_kept_line(line) for line in row.get("Line") or ()]
    for allocation in effect.allocations:
        _add_line(lines, allocation)
    return {
        "Id": row["Id"],
        "SyncToken": row["SyncToken"],
        "sparse": True,
        "CustomerRef": {"value": row["CustomerRef"]["value"]},
        "TotalAmt": row["TotalAmt"],
        **_currency(row),
        "PrivateNote": notes.appended(str(row.get("PrivateNote") or ""), effect.memo, marker),
        "Line": lines,
    }


def recorded_body(effect: RecordPayment, sibling: Doc, marker: str) -> Doc:
    """A new payment. Without an account QuickBooks books it to Undeposited Funds.

    `sibling` is an invoice or the customer, which shows whether the company names currencies.
    """
    lines: list[Doc] = []
    for allocation in effect.allocations:
        _add_line(lines, allocation)
    reference = notes.shortened(notes.one_line(effect.reference), notes.REFERENCE_UNITS_MAX)
    body: Doc = {
        "CustomerRef": {"value": effect.customer_id},
        "TotalAmt": effect.total.amount,
        "TxnDate": effect.received.isoformat(),
        **_currency(sibling),
        "PrivateNote": notes.appended("", effect.memo, marker),
        "Line": lines,
    }
    return body | {"PaymentRefNum": reference} if reference else body


def check_invoices(
    allocations: Sequence[Allocation], invoices: Mapping[str, Invoice], currency: str
) -> None:
    """Raises Stale where an invoice cannot take its part any more, Refused for a currency."""
    for invoice_id, part in _by_invoice(allocations, currency).items():
        invoice = invoices.get(invoice_id)
        if invoice is None or invoice.status is Status.VOID:
            raise Stale(f"invoice {invoice_id} is no longer there")
        if invoice.open.currency != currency:
            raise Refused(f"invoice {invoice_id} is in {invoice.open.currency}, not {currency}")
        if part > invoice.open:
            raise Stale(f"invoice {invoice_id} has {invoice.open} open, less than {part}")


def check_payment(payment: Payment, allocations: Sequence[Allocation]) -> None:
    """Raises Stale where the payment was voided or has less left than is to be applied."""
    if payment.status is Status.VOID:
        raise Stale(f"payment {payment.id} was voided")
    parts = _by_invoice(allocations, payment.unapplied.currency).values()
    if (wanted := Money.total(parts, payment.unapplied.currency)) > payment.unapplied:
        raise Stale(f"payment {payment.id} has {payment.unapplied} left, less than {wanted}")


def check_total(effect: RecordPayment) -> None:
    """Raises Refused where more would be applied than came in, or nothing came in."""
    currency = effect.total.currency
    applied = Money.total(_by_invoice(effect.allocations, currency).values(), currency)
    if applied > effect.total or effect.total.amount <= 0:
        raise Refused(f"{applied} cannot be applied out of {effect.total}")


def _by_invoice(allocations: Iterable[Allocation], currency: str) -> dict[str, Money]:
    parts: dict[str, Money] = {}
    for allocation in allocations:
        if allocation.amount.amount <= 0:
            raise Refused(f"{allocation.amount} cannot be applied to {allocation.invoice_id}")
        try:
            before = parts.get(allocation.invoice_id, Money.zero(currency))
            parts[allocation.invoice_id] = before + allocation.amount
        except CurrencyMismatch as error:
            raise Refused(str(error)) from error
    return parts


def _add_line(lines: list[Doc], allocation: Allocation) -> None:
    """One line for each invoice: what a line already holds grows."""
    link = {"TxnId": allocation.invoice_id, "TxnType": "Invoice"}
    for line in lines:
        if [{name: linked.get(name) for name in link} for linked in line["LinkedTxn"]] == [link]:
            line["Amount"] = Decimal(line["Amount"]) + allocation.amount.amount
            return
    lines.append({"Amount": allocation.amount.amount, "LinkedTxn": [link]})


def _kept_line(line: Mapping[str, Any]) -> Doc:
    """What may be written of a line; LineEx is for reading only."""
    names = ("TxnId", "TxnType", "TxnLineId")
    links = [{n: linked[n] for n in names if n in linked} for linked in line["LinkedTxn"]]
    return {"Amount": line["Amount"], "LinkedTxn": links}


def _currency(row: Mapping[str, Any]) -> Doc:
    """Required where the company uses several currencies, absent where it uses one."""
    value = (row.get("CurrencyRef") or {}).get("value")
    return {"CurrencyRef": {"value": value}} if value else {}
