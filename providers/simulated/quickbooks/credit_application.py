"""What the company setting "automatically apply credits" does to a new credit memo."""

from __future__ import annotations

from providers.simulated.quickbooks.book import Book
from providers.simulated.quickbooks.entity import TRANSACTIONS
from providers.simulated.quickbooks.payment import PAYMENT
from providers.simulated.store import Doc


def apply_credit(book: Book, credit: Doc) -> Doc:
    """Set a credit against the customer's oldest open invoices, by payments of 0; returns the
    credit as it is then."""
    if not book.preferences["SalesFormsPrefs"]["AutoApplyCredit"]:
        return credit
    left = credit["Balance"]
    for invoice in _open_invoices(book, credit["CustomerRef"]["value"]):
        by = min(left, invoice["Balance"])
        if by <= 0:
            break
        left -= by
        _pay(book, credit, invoice=invoice, by=by)
    return book.read("CreditMemo", credit["Id"])


def _open_invoices(book: Book, customer: str) -> list[Doc]:
    shelf = book.shelf("Invoice")
    ids = [id_ for id_ in shelf.by_subject.get(customer, {}) if id_ in shelf.open]
    return sorted((book.read("Invoice", id_) for id_ in ids), key=lambda doc: str(doc["TxnDate"]))


def _pay(book: Book, credit: Doc, *, invoice: Doc, by: object) -> None:
    wish: Doc = {
        "CustomerRef": credit["CustomerRef"], "CurrencyRef": credit["CurrencyRef"], "TotalAmt": 0,
        "TxnDate": credit["TxnDate"],
        "Line": [
            {"Amount": by, "LinkedTxn": [{"TxnId": doc["Id"], "TxnType": kind}]}
            for kind, doc in (("Invoice", invoice), ("CreditMemo", credit))
        ],
    }  # fmt: skip
    payment = PAYMENT.compose(book, None, wish)
    payment["Id"] = str(book.number(TRANSACTIONS))
    PAYMENT.post(book, None, payment)
    book.add("Payment", payment)
