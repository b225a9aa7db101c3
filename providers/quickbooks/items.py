"""Through which product or service a line of a sale books to a named account."""

from __future__ import annotations

from providers.errors import Refused
from providers.quickbooks import query
from providers.quickbooks.books import Books

SOLD = ("Service", "NonInventory")


def item_for(books: Books, account: str) -> str:
    """Lines of invoices and credit memos book through a product or service, so one must point to
    the account. Raises Refused where none does."""
    pages = books.pages("Item", query.equals("Active", "true"))
    for row in (row for page in pages for row in page.rows):
        income = str((row.get("IncomeAccountRef") or {}).get("value") or "")
        if income == account and row.get("Type") in SOLD:
            return str(row["Id"])
    raise Refused(
        f"no product or service in QuickBooks books to account {account}; add one, for example"
        " 'Bank fees'",
        code="item",
    )
