"""Credit memos, and the sales forms that leave nothing open."""

from __future__ import annotations

from providers.simulated.quickbooks.book import Book
from providers.simulated.quickbooks.entity import TRANSACTIONS, Entity
from providers.simulated.quickbooks.invoice import void_sales
from providers.simulated.quickbooks.links import release_all
from providers.simulated.quickbooks.sales import (
    BLANKED,
    compose_over_the_counter,
    compose_sales,
    home,
    still_open,
    with_number,
)
from providers.simulated.quickbooks.wire import ZERO, reference
from providers.simulated.store import Doc

UNDEPOSITED_FUNDS = "4"


def _compose_credit(book: Book, old: Doc | None, wish: Doc) -> Doc:
    doc = compose_sales(book, old, wish)
    doc["Balance"] = doc["RemainingCredit"] = still_open(old, doc)
    if "ExchangeRate" in doc:
        doc["HomeBalance"] = home(book, doc["Balance"], doc["ExchangeRate"])
    return doc if old else with_number(book, "CreditMemo", doc)


def _compose_receipt(book: Book, old: Doc | None, wish: Doc) -> Doc:
    """Paid on the spot: nothing is open."""
    doc = compose_over_the_counter(book, old, wish) | {"Balance": ZERO}
    del doc["LinkedTxn"]
    account = book.read("Account", reference(wish, "DepositToAccountRef") or UNDEPOSITED_FUNDS)
    doc["DepositToAccountRef"] = {"value": account["Id"], "name": account["Name"]}
    return doc if old else with_number(book, "SalesReceipt", doc)


def _compose_estimate(book: Book, old: Doc | None, wish: Doc) -> Doc:
    doc = compose_sales(book, old, wish) | {"TxnStatus": str(wish.get("TxnStatus") or "Pending")}
    return doc if old else with_number(book, "Estimate", doc)


CREDIT_MEMO = Entity(
    "CreditMemo", _compose_credit, TRANSACTIONS, erase=release_all, void=void_sales, dated=True,
    required=("CustomerRef", "Line"), blanked=BLANKED,
)  # fmt: skip
SALES_RECEIPT = Entity(
    "SalesReceipt", _compose_receipt, TRANSACTIONS, erase=release_all, void=void_sales, dated=True,
    blanked=BLANKED,
)  # fmt: skip
REFUND_RECEIPT = Entity(
    "RefundReceipt", _compose_receipt, TRANSACTIONS, erase=release_all, void=void_sales, dated=True,
    blanked=BLANKED,
)  # fmt: skip
ESTIMATE = Entity(
    "Estimate", _compose_estimate, TRANSACTIONS, erase=release_all, dated=True,
    required=("CustomerRef", "Line"), blanked=BLANKED,
)  # fmt: skip
