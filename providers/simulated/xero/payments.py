"""Payments and batch payments: made, announced through their documents, and taken back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from providers.simulated.store import Doc
from providers.simulated.xero import balance, reading, wire
from providers.simulated.xero.balance import Settled
from providers.simulated.xero.books import Books
from providers.simulated.xero.refusals import Invalid

TYPES = {
    ("invoice", True): "ACCRECPAYMENT", ("invoice", False): "ACCPAYPAYMENT",
    ("creditnote", True): "ARCREDITPAYMENT", ("creditnote", False): "APCREDITPAYMENT",
    ("overpayment", True): "AROVERPAYMENTPAYMENT", ("overpayment", False): "APOVERPAYMENTPAYMENT",
    ("prepayment", True): "ARPREPAYMENTPAYMENT", ("prepayment", False): "APPREPAYMENTPAYMENT",
}  # fmt: skip
SELLING = ("ACCREC", "ACCRECCREDIT", "RECEIVE-OVERPAYMENT", "RECEIVE-PREPAYMENT")
PAYMENT_TEXTS = ("Reference", "Particulars", "Details")
BATCH_TEXTS = (*PAYMENT_TEXTS, "Code", "Narrative")


def create(books: Books, element: Doc) -> Doc:
    return _pay(books, element, account=paying_account(books, element), batch=None)


def delete(books: Books, payment: Doc, element: Doc) -> Doc:
    """Payments are never changed; the only update is Status DELETED. Raises Invalid."""
    if element.get("Status") != "DELETED":
        raise Invalid("Payments cannot be modified; only a Status of DELETED may be given")
    check_unreconciled(payment)
    if payment.get("batch"):
        raise Invalid("A payment that was made through a batch payment cannot be deleted singly")
    return _take_back(books, payment)


def create_batch(books: Books, element: Doc) -> Doc:
    parts = reading.objects(element, "Payments")
    if not parts:
        raise Invalid("A batch payment must have at least one payment")
    account = paying_account(books, element)
    id_ = books.new_id()
    on = reading.day(element, "Date", books.today())
    shared = {"Date": on, "IsReconciled": reading.flag(element, "IsReconciled")}
    reference = {"Reference": element.get("Reference")}
    made = [_pay(books, reference | part | shared, account=account, batch=id_) for part in parts]
    kinds = {payment["PaymentType"] for payment in made}
    if len(kinds) > 1 or not kinds <= {"ACCRECPAYMENT", "ACCPAYPAYMENT"}:
        raise Invalid("A batch payment must be made of invoices of one type")
    batch: Doc = {
        "BatchPaymentID": id_, "account": account["AccountID"], "Date": on,
        "Type": "RECBATCH" if made[0]["PaymentType"] == "ACCRECPAYMENT" else "PAYBATCH",
        "Status": "AUTHORISED", "TotalAmount": sum((p["Amount"] for p in made), Decimal(0)),
        "IsReconciled": shared["IsReconciled"], "payments": [p["PaymentID"] for p in made],
    }  # fmt: skip
    batch |= {field: reading.text(element, field) for field in BATCH_TEXTS if field in element}
    books.save("batchpayment", id_, batch, created=True)
    books.received(id_, "Created")
    return batch


def delete_batch(books: Books, batch: Doc, element: Doc) -> Doc:
    if element.get("Status") != "DELETED":
        raise Invalid("Batch payments cannot be modified; only a Status of DELETED may be given")
    if batch["Status"] == "DELETED":
        raise Invalid("The batch payment has already been deleted")
    check_unreconciled(batch)
    for id_ in batch["payments"]:
        _take_back(books, books.need("payment", id_))
    batch["Status"] = "DELETED"
    books.save("batchpayment", batch["BatchPaymentID"], batch)
    books.note(batch["BatchPaymentID"], "Deleted", "Batch payment deleted")
    return batch


def check_unreconciled(doc: Doc) -> None:
    """Raises Invalid where the bank line was matched: that must be undone first, by a person."""
    if doc["IsReconciled"]:
        raise Invalid("This document cannot be edited as it has a reconciled payment")


def paying_account(books: Books, element: Doc) -> Doc:
    """The account that money moves through. Raises Invalid."""
    reference = reading.inner(element, "Account")
    if id_ := reference.get("AccountID"):
        account = books.get("account", str(id_))
    else:
        account = books.find("account", str(reference.get("Code") or element.get("Code") or ""))
    if account is None:
        raise Invalid("The account to pay from or into could not be found")
    if account["Type"] != "BANK" and not account["EnablePaymentsToAccount"]:
        raise Invalid(f"Payments to account '{account['Code']}' are not enabled")
    if account["Status"] != "ACTIVE":
        raise Invalid(f"The account '{account['Code']}' is archived")
    return account


def target(books: Books, element: Doc) -> tuple[Settled, Doc]:
    """The document that a payment or allocation names. Raises Invalid."""
    for settled in balance.DOCUMENTS:
        reference = reading.inner(element, settled.name)
        found = _named(books, settled, reference, element)
        if found:
            return settled, found
        if reference:
            raise Invalid(f"{settled.name} could not be found")
    raise Invalid("The document to settle must be given by its id or number")


def _named(books: Books, settled: Settled, reference: Doc, element: Doc) -> Doc | None:
    if id_ := reference.get(settled.id_field):
        return books.get(settled.kind, str(id_))
    field = f"{settled.name}Number"
    number = reference.get(field) or element.get(field)
    return books.find(settled.kind, str(number)) if number else None


def _pay(books: Books, element: Doc, *, account: Doc, batch: str | None) -> Doc:
    settled, doc = target(books, element)
    amount = reading.money(element, "Amount")
    on = reading.day(element, "Date", books.today())
    balance.check(doc, amount)
    books.check_open(on)
    if account["Currency"] not in (doc["CurrencyCode"], books.base_currency):
        raise Invalid(
            f"The payment account must be in {doc['CurrencyCode']} or in the base currency"
            f" {books.base_currency}"
        )
    rate = books.rate(
        doc["CurrencyCode"], reading.number(element, "CurrencyRate") or doc["CurrencyRate"]
    )
    same = account["Currency"] == doc["CurrencyCode"]
    id_ = books.new_id()
    payment: Doc = {
        "PaymentID": id_, "Date": on, "Amount": amount,
        "BankAmount": amount if same else wire.to_cents(amount / rate), "CurrencyRate": rate,
        "PaymentType": TYPES[settled.kind, doc["Type"] in SELLING], "Status": "AUTHORISED",
        "IsReconciled": reading.flag(element, "IsReconciled"), "account": account["AccountID"],
        "settles": settled.kind, "document": doc[settled.id_field], "batch": batch,
    }  # fmt: skip
    payment |= {
        field: reading.text(element, field) for field in PAYMENT_TEXTS if element.get(field)
    }
    doc["payments"].append(id_)
    balance.settle(books, settled, doc, paid=amount, on=on)
    books.save("payment", id_, payment, created=True)
    _note_paid(books, settled, doc, payment)
    return payment


def _take_back(books: Books, payment: Doc) -> Doc:
    if payment["Status"] == "DELETED":
        raise Invalid("The payment has already been deleted")
    books.check_open(payment["Date"])
    settled = balance.BY_KIND[payment["settles"]]
    doc = books.need(settled.kind, payment["document"])
    doc["payments"].remove(payment["PaymentID"])
    balance.settle(books, settled, doc, paid=-payment["Amount"], on=payment["Date"])
    payment["Status"] = "DELETED"
    books.save("payment", payment["PaymentID"], payment)
    details = f"Payment of {payment['Amount']} removed"
    books.note(doc[settled.id_field], "Payment removed", details)
    return payment


def _note_paid(books: Books, settled: Settled, doc: Doc, payment: Doc) -> None:
    contact = books.need("contact", doc["contact"])
    day = date.fromisoformat(payment["Date"])
    received = settled is balance.INVOICE and doc["Type"] == "ACCREC"
    details = (
        f"Payment {'received from' if received else 'made to'} {contact['Name']} on"
        f" {day.day} {day:%B %Y} for {payment['Amount']}."
    )
    if received and doc["Status"] == "PAID":
        details += " This invoice has been fully paid"
    books.note(doc[settled.id_field], "Paid", details)
    books.received(payment["PaymentID"], "Created")
