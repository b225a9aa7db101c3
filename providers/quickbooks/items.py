"""Through which product or service a line of a sale books to a named account, and to which accounts
there is one."""

from __future__ import annotations

from collections.abc import Iterator

from providers.documents import Account
from providers.errors import Refused
from providers.exact import Doc
from providers.quickbooks import query
from providers.quickbooks.books import Books

SOLD = ("Service", "NonInventory")
INCOME = "IncomeAccountRef"


def item_for(books: Books, account: str) -> str:
    """Lines of invoices and credit memos book through a product or service, so one must point to
    the account. Raises Refused where none does."""
    for row in _sold(books):
        if str(row[INCOME]["value"]) == account:
            return str(row["Id"])
    raise Refused(
        f"no product or service in QuickBooks books to account {account}; add one, for example"
        " 'Bank fees'",
        code="item",
    )


def accounts(books: Books) -> list[Account]:
    """The accounts that a credit memo can book to, by name; two calls, or one where there are
    none. developer.intuit.com: "Item", "Account"."""
    ids = sorted({str(row[INCOME]["value"]) for row in _sold(books)})
    if not ids:
        return []
    page = books.ask("Account", query.select("Account", query.is_one_of("Id", ids)))
    found = [
        Account(str(row["Id"]), str(row.get("AcctNum") or ""), str(row["Name"]))
        for row in page.rows
    ]
    return sorted(found, key=lambda one: (one.code, one.name.casefold()))


def _sold(books: Books) -> Iterator[Doc]:
    """The products and services that name an account for income."""
    for page in books.pages("Item", query.equals("Active", "true")):
        for row in page.rows:
            if row.get("Type") in SOLD and (row.get(INCOME) or {}).get("value"):
                yield row
