"""Bank transactions, and the overpayments and prepayments that they bring."""

from __future__ import annotations

from providers.simulated.store import Doc
from providers.simulated.xero import balance, contacts, lines, payments, reading
from providers.simulated.xero.balance import Settled
from providers.simulated.xero.books import Books
from providers.simulated.xero.refusals import Invalid

TYPES = ("RECEIVE", "RECEIVE-OVERPAYMENT", "RECEIVE-PREPAYMENT", "SPEND")
BROUGHT = {
    "RECEIVE-OVERPAYMENT": balance.OVERPAYMENT,
    "RECEIVE-PREPAYMENT": balance.PREPAYMENT,
}


def create(books: Books, element: Doc, *, places: int = 2) -> Doc:
    kind = reading.choice(element, "Type", TYPES)
    items = reading.objects(element, "LineItems")
    if not items:
        raise Invalid("One or more line items must be specified")
    brings = BROUGHT.get(kind)
    if brings is balance.OVERPAYMENT:
        element, items = _as_overpayment(books, element, items)
    account = _bank_account(books, element)
    on = reading.day(element, "Date", books.today())
    books.check_open(on)
    amount_type = reading.choice(element, "LineAmountTypes", lines.AMOUNT_TYPES, "Exclusive")
    total = lines.add_up(books, items, amount_type, places=places, coded=True)
    if total.gross <= 0:
        raise Invalid("The total of a bank transaction must be greater than zero")
    contact = contacts.resolve(books, reading.inner(element, "Contact"))
    id_ = books.new_id()
    currency = account["Currency"]
    doc: Doc = {
        "BankTransactionID": id_, "Type": kind, "Status": "AUTHORISED", "Date": on,
        "IsReconciled": reading.flag(element, "IsReconciled"), "account": account["AccountID"],
        "contact": contact["ContactID"], "LineAmountTypes": amount_type,
        "LineItems": total.lines, "SubTotal": total.net, "TotalTax": total.tax,
        "Total": total.gross, "CurrencyCode": currency,
        "CurrencyRate": books.rate(currency, reading.number(element, "CurrencyRate")),
        "Reference": reading.text(element, "Reference", length_max=255), "HasAttachments": False,
    }  # fmt: skip
    if brings:
        doc[brings.id_field] = _bring(books, brings, doc)
    books.save("banktransaction", id_, doc, created=True)
    books.received(id_, "Created")
    return doc


def update(books: Books, doc: Doc, element: Doc) -> Doc:
    """Only RECEIVE and SPEND can be edited; overpayments and prepayments only be voided."""
    if doc["Status"] != "AUTHORISED":
        raise Invalid("Bank transaction not of valid status for modification")
    books.check_open(doc["Date"])
    brings = BROUGHT.get(doc["Type"])
    if element.get("Status") in ("DELETED", "VOIDED"):
        payments.check_unreconciled(doc)
        if brings:
            _void(books, brings, doc[brings.id_field])
        doc["Status"] = "DELETED"
    elif brings:
        raise Invalid(f"A bank transaction of type {doc['Type']} cannot be updated")
    else:
        doc["Reference"] = reading.text(element, "Reference", doc["Reference"], length_max=255)
        doc["IsReconciled"] = reading.flag(element, "IsReconciled", default=doc["IsReconciled"])
    books.save("banktransaction", doc["BankTransactionID"], doc)
    books.received(doc["BankTransactionID"], "Edited")
    return doc


def _as_overpayment(books: Books, element: Doc, items: list[Doc]) -> tuple[Doc, list[Doc]]:
    """Exactly one line, without tax, coded to accounts receivable by Xero itself."""
    if len(items) != 1:
        raise Invalid("An overpayment must have exactly one line item")
    receivable = next(a for a in books.all("account") if a.get("SystemAccount") == "DEBTORS")
    line = items[0] | {"AccountID": receivable["AccountID"], "TaxType": "NONE", "TaxAmount": 0}
    return element | {"LineAmountTypes": "NoTax"}, [line]


def _bank_account(books: Books, element: Doc) -> Doc:
    reference = reading.inner(element, "BankAccount")
    account = payments.paying_account(books, {"Account": reference})
    if account["Type"] != "BANK":
        raise Invalid("The BankAccount must be an account of type BANK")
    return account


def _bring(books: Books, settled: Settled, transaction: Doc) -> str:
    id_ = books.new_id()
    shared = ("Type", "Date", "contact", "LineAmountTypes", "LineItems", "SubTotal", "TotalTax",
              "Total", "CurrencyCode", "CurrencyRate", "Reference", "HasAttachments")  # fmt: skip
    doc: Doc = {settled.id_field: id_, "Status": "AUTHORISED"}
    doc |= {field: transaction[field] for field in shared}
    doc |= {
        "RemainingCredit": doc["Total"], "AmountPaid": balance.ZERO, "payments": [],
        "AmountCredited": balance.ZERO, "allocations": [],
        "transaction": transaction["BankTransactionID"],
    }  # fmt: skip
    books.save(settled.kind, id_, doc, created=True)
    books.received(id_, "Created")
    return id_


def _void(books: Books, settled: Settled, id_: str) -> None:
    credit = books.need(settled.kind, id_)
    if balance.touched(credit):
        raise Invalid(
            f"{settled.name} not of valid status for modification",
            "This document cannot be edited as it has a payment or credit note allocated to it.",
        )
    credit |= {"Status": "VOIDED", "RemainingCredit": balance.ZERO}
    books.save(settled.kind, id_, credit)
    books.note(id_, "Voided", f"{settled.name} voided")
