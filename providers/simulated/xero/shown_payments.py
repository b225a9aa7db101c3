"""How payments and batch payments look in Xero's answers."""

from __future__ import annotations

from providers.simulated.store import Doc
from providers.simulated.xero import balance, shown
from providers.simulated.xero.shown import View


def payment(view: View, doc: Doc) -> Doc:
    out = shown.plain(doc, "PaymentID")
    if doc.get("batch"):
        batch = view.books.peek("batchpayment", doc["batch"])
        head = shown.plain(batch, "BatchPaymentID", "Date", "Type", "Status", "TotalAmount",
                           "UpdatedDateUTC", "IsReconciled")  # fmt: skip
        out["BatchPaymentID"] = doc["batch"]
        out["BatchPayment"] = {"Account": {"AccountID": batch["account"]}} | head
    out |= shown.plain(doc, "Date", "BankAmount", "Amount", "Reference", "Particulars", "Details",
                       "CurrencyRate", "PaymentType", "Status")  # fmt: skip
    out |= shown.stamped(doc) | {"HasAccount": True, "IsReconciled": doc["IsReconciled"]}
    out["Account"] = shown.account_stub(view, doc["account"])
    out |= _settled(view, doc)
    return out | {"HasValidationErrors": False}


def _settled(view: View, doc: Doc) -> Doc:
    """What was paid: in Xero an invoice, also where it is a credit that was paid out."""
    settled = balance.BY_KIND[doc["settles"]]
    found = view.books.peek(settled.kind, doc["document"])
    if settled is balance.INVOICE and view.single:
        return {"Invoice": shown.invoice(_inner(view), found)}
    number = found.get(f"{settled.name}Number", "")
    stub = shown.invoice_stub(found) | {
        "Type": found["Type"] if settled is balance.INVOICE else _type(doc["PaymentType"]),
        "InvoiceID": doc["document"], "InvoiceNumber": number,
        "Contact": shown.contact_of(_inner(view), found),
    }  # fmt: skip
    if settled is balance.INVOICE:
        return {"Invoice": stub}
    reference = {settled.id_field: doc["document"], "ID": doc["document"], "LineItems": []}
    return {"Invoice": stub, settled.name: reference}


def _type(payment_type: str) -> str:
    return {
        "ARCREDITPAYMENT": "ACCRECCREDIT", "APCREDITPAYMENT": "ACCPAYCREDIT",
    }.get(payment_type, payment_type.removesuffix("PAYMENT"))  # fmt: skip


def _inner(view: View) -> View:
    return View(view.books, full=True, places=view.places)


def batch_payment(view: View, doc: Doc) -> Doc:
    account = view.account(doc["account"])
    out: Doc = {"Account": {"AccountID": doc["account"], "CurrencyCode": account["Currency"]}}
    out |= shown.plain(doc, "Reference", "Particulars", "Code", "Details", "Narrative",
                       "BatchPaymentID", "Date")  # fmt: skip
    rows = [view.books.peek("payment", id_) for id_ in doc["payments"]]
    if doc["Status"] == "DELETED":
        rows = []
    out["Payments"] = [
        {"Invoice": shown.invoice_stub(view.books.peek("invoice", row["document"]))}
        | shown.plain(row, "PaymentID", "Amount", "BankAmount")
        for row in rows
    ]
    return out | shown.plain(doc, "Type", "Status", "TotalAmount", "UpdatedDateUTC", "IsReconciled")
