"""Items, accounts, terms and ways of payment: short lists with a unique name."""

from __future__ import annotations

from collections.abc import Callable

from providers.simulated.quickbooks.book import Book, currency_ref
from providers.simulated.quickbooks.customer import DELETED, check_name_free
from providers.simulated.quickbooks.entity import Compose, Entity
from providers.simulated.quickbooks.properties import KNOWN
from providers.simulated.quickbooks.refusals import missing
from providers.simulated.quickbooks.wire import ZERO
from providers.simulated.store import Doc

Complete = Callable[[Book, Doc], Doc]
_KEEPERS = frozenset(("Id", "SyncToken", "MetaData", "domain", "sparse"))
CLASSES = {
    "Bank": "Asset", "Accounts Receivable": "Asset", "Other Current Asset": "Asset",
    "Fixed Asset": "Asset", "Other Asset": "Asset", "Income": "Revenue",
    "Other Income": "Revenue", "Expense": "Expense", "Other Expense": "Expense",
    "Cost of Goods Sold": "Expense", "Accounts Payable": "Liability", "Credit Card": "Liability",
    "Other Current Liability": "Liability", "Long Term Liability": "Liability",
    "Equity": "Equity",
}  # fmt: skip


def _composer(entity: str, complete: Complete) -> Compose:
    def compose(book: Book, old: Doc | None, wish: Doc) -> Doc:
        name = str(wish.get("Name") or "").strip().removesuffix(DELETED)
        if not name:
            raise missing("Name")
        active = wish.get("Active") is not False
        shown = name if active else name + DELETED
        check_name_free(book, shown, (entity,), "" if old is None else old["Id"])
        kept = {n: v for n, v in wish.items() if n in KNOWN[entity] - _KEEPERS}
        return complete(book, kept | {"Name": shown, "Active": active})

    return compose


def _account(book: Book, doc: Doc) -> Doc:
    kind = doc.get("AccountType")
    if kind not in CLASSES:
        raise missing("AccountType")
    return doc | {
        "FullyQualifiedName": doc["Name"], "SubAccount": False, "Classification": CLASSES[kind],
        "CurrentBalance": ZERO, "CurrentBalanceWithSubAccounts": ZERO,
        "CurrencyRef": doc.get("CurrencyRef") or currency_ref(book.currency),
    }  # fmt: skip


def _item(_book: Book, doc: Doc) -> Doc:
    kind = doc.get("Type") or "Service"
    if kind in {"Service", "NonInventory"} and not doc.get("IncomeAccountRef"):
        raise missing("IncomeAccountRef")
    defaults = {"Taxable": False, "UnitPrice": ZERO, "TrackQtyOnHand": False, "PurchaseCost": ZERO}
    return defaults | doc | {"FullyQualifiedName": doc["Name"], "Type": kind}


def _term(_book: Book, doc: Doc) -> Doc:
    kind = "DATE_DRIVEN" if doc.get("DayOfMonthDue") else "STANDARD"
    return {"DiscountPercent": 0, "Type": kind} | doc


def _method(_book: Book, doc: Doc) -> Doc:
    return {"Type": "NON_CREDIT_CARD"} | doc


ACCOUNT = Entity("Account", _composer("Account", _account), "Account", first_id=101)
ITEM = Entity("Item", _composer("Item", _item), "Item", first_id=20)
TERM = Entity("Term", _composer("Term", _term), "Term", first_id=10)
PAYMENT_METHOD = Entity(
    "PaymentMethod", _composer("PaymentMethod", _method), "PaymentMethod", first_id=20
)
