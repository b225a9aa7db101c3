"""The bodies of Xero's writes. None of them sets IsReconciled: that is the bookkeeper's work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from providers.charging import RaiseCharge
from providers.ledger import Allocation, CreditDifference, RecordPayment
from providers.rates import quotient
from providers.xero.notes import reference_text
from providers.xero.wire import Json, items, part, text

DETAILS_LENGTH_MAX = 18
"""Details of a batch payment in Xero's accounting specification."""
DESCRIPTION_LENGTH_MAX = 4000
"""Description of a line in Xero's accounting specification."""


def allocations(parts: Sequence[Allocation], *, on: date) -> Json:
    return {
        "Allocations": [
            {**_part(it), "Date": on.isoformat()} for it in parts
        ]
    }  # fmt: skip


def payment(effect: RecordPayment, *, account: str, marker: str) -> Json:
    """One payment of one invoice.

    With a rate of its own (units of the invoice's currency for one of the base currency), Xero
    books what that makes of it, and the realised gain or loss by itself (Payment, CurrencyRate, in
    Xero's accounting specification).
    """
    paid: Json = {
        **_part(effect.allocations[0]),
        "Account": {"AccountID": account},
        "Date": effect.received.isoformat(),
        "Reference": reference_text(effect.reference, marker),
    }
    if effect.banked:
        paid["CurrencyRate"] = quotient(effect.total, effect.banked)
    return {"Payments": [paid]}


def batch_payment(effect: RecordPayment, *, account: str, marker: str) -> Json:
    """One receipt over several invoices, which is one line to match in the bank reconciliation.

    New Zealand shows Reference, all other countries Details (BatchPayment in Xero's accounting
    specification), so the marker stands in both.
    """
    reference = reference_text(effect.reference, marker)
    return {
        "BatchPayments": [
            {
                "Account": {"AccountID": account},
                "Date": effect.received.isoformat(),
                "Reference": reference,
                "Details": marker[:DETAILS_LENGTH_MAX],
                "Payments": [{**_part(it), "Reference": reference} for it in effect.allocations],
            }
        ]
    }


def overpayment(effect: RecordPayment, *, account: str, marker: str) -> Json:
    """A receipt that no invoice takes: it stays on the customer's account.

    Reference is documented for SPEND and RECEIVE only, so the marker stands in the line as well.
    """
    reference = reference_text(effect.reference, marker)
    description = reference_text(effect.memo or effect.reference, marker)
    return {
        "BankTransactions": [
            {
                "Type": "RECEIVE-OVERPAYMENT",
                "Contact": {"ContactID": effect.customer_id},
                "BankAccount": {"AccountID": account},
                "Date": effect.received.isoformat(),
                "Reference": reference,
                "LineAmountTypes": "NoTax",
                "LineItems": [{"Description": description, "LineAmount": effect.total.amount}],
            }
        ]
    }


def difference(effect: CreditDifference, *, tax_type: str, marker: str) -> Json:
    """An approved credit note of one line on the named account: without tax, or with what Xero
    works out of the amount for a type of tax (LineAmountTypes, TaxType in its specification)."""
    taxed: Json = {"TaxType": tax_type} if tax_type else {}
    return {
        "CreditNotes": [
            {
                "Type": "ACCRECCREDIT",
                "Status": "AUTHORISED",
                "Contact": {"ContactID": effect.customer_id},
                "Date": effect.on.isoformat(),
                "CurrencyCode": effect.amount.currency,
                "Reference": reference_text(effect.memo, marker),
                "LineAmountTypes": "Inclusive" if tax_type else "NoTax",
                "LineItems": [
                    {
                        "Description": reference_text(effect.memo, marker),
                        "Quantity": 1,
                        "UnitAmount": effect.amount.amount,
                        "AccountID": effect.account,
                        **taxed,
                    }
                ],
            }
        ]
    }


def charge(effect: RaiseCharge, *, marker: str) -> Json:
    """An approved invoice of one line on the named account, without tax."""
    return {
        "Invoices": [
            {
                "Type": "ACCREC",
                "Status": "AUTHORISED",
                "Contact": {"ContactID": effect.customer_id},
                "Date": effect.on.isoformat(),
                "DueDate": effect.due.isoformat(),
                "CurrencyCode": effect.amount.currency,
                "Reference": reference_text(effect.memo, marker),
                "LineAmountTypes": "NoTax",
                "LineItems": [
                    {
                        "Description": described(effect),
                        "Quantity": 1,
                        "UnitAmount": effect.amount.amount,
                        "AccountID": effect.account,
                    }
                ],
            }
        ]
    }


def described(effect: RaiseCharge) -> str:
    """What the line says, as Xero keeps it."""
    return " ".join(effect.description.split())[:DESCRIPTION_LENGTH_MAX].strip()


def deleted(transaction: Json) -> Json:
    """A bank transaction as it is, but deleted: its type, account and lines are required."""
    lines = [
        {name: line[name] for name in ("LineItemID", "Description", "LineAmount") if name in line}
        for line in items(transaction, "LineItems")
    ]
    return {
        "BankTransactions": [
            {
                "BankTransactionID": text(transaction, "BankTransactionID"),
                "Type": text(transaction, "Type"),
                "Contact": {"ContactID": text(part(transaction, "Contact"), "ContactID")},
                "BankAccount": {"AccountID": text(part(transaction, "BankAccount"), "AccountID")},
                "LineItems": lines,
                "Status": "DELETED",
            }
        ]
    }


def history(details: str) -> Json:
    return {"HistoryRecords": [{"Details": details}]}


def _part(allocation: Allocation) -> Json:
    return {"Invoice": {"InvoiceID": allocation.invoice_id}, "Amount": allocation.amount.amount}
