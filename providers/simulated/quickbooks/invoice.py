"""Invoices: what is owed, when, and what becomes of payments when one goes away."""

from __future__ import annotations

from providers.simulated.quickbooks.book import Book
from providers.simulated.quickbooks.days import due_day
from providers.simulated.quickbooks.entity import TRANSACTIONS, Entity
from providers.simulated.quickbooks.links import release_all
from providers.simulated.quickbooks.moments import read_day
from providers.simulated.quickbooks.sales import (
    ALL_VOID,
    BLANKED,
    annotated,
    compose_sales,
    home,
    still_open,
    with_number,
)
from providers.simulated.quickbooks.sales_lines import voided
from providers.simulated.quickbooks.wire import ZERO
from providers.simulated.store import Doc

ONLINE = (
    "AllowIPNPayment", "AllowOnlinePayment", "AllowOnlineCreditCardPayment",
    "AllowOnlineACHPayment",
)  # fmt: skip


def _compose(book: Book, old: Doc | None, wish: Doc) -> Doc:
    doc = compose_sales(book, old, wish)
    issued = read_day(doc["TxnDate"])
    assert issued is not None
    doc["DueDate"] = due_day(book, doc | {"DueDate": wish.get("DueDate")}, issued).isoformat()
    doc["Balance"] = still_open(old, doc)
    if "ExchangeRate" in doc:
        doc["HomeBalance"] = home(book, doc["Balance"], doc["ExchangeRate"])
    payable = book.preferences["SalesFormsPrefs"]["ETransactionPaymentEnabled"]
    for name in ONLINE:
        doc[name] = bool(wish.get(name)) and payable
    return doc if old else with_number(book, "Invoice", doc)


def void_sales(book: Book, old: Doc) -> Doc:
    """The voided form of an invoice, credit memo or receipt; its links are released before."""
    release_all(book, old)
    doc = old | ALL_VOID | {
        "Line": voided(old["Line"]), "PrivateNote": annotated(old), "LinkedTxn": [],
        "TxnTaxDetail": {"TotalTax": ZERO},
    }  # fmt: skip
    for name in ("HomeTotalAmt", "HomeBalance", "RemainingCredit"):
        if name in doc:
            doc[name] = ZERO
    return doc


INVOICE = Entity(
    "Invoice", _compose, TRANSACTIONS, erase=release_all, void=void_sales, dated=True,
    required=("CustomerRef", "Line"), blanked=BLANKED,
)  # fmt: skip
