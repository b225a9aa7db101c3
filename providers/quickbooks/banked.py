"""Which payments brought money: into which account each went."""

from __future__ import annotations

from collections.abc import Sequence

from providers.documents import holds_money
from providers.exact import Doc
from providers.ledger import Kind
from providers.quickbooks import query
from providers.quickbooks.books import Books

UNDEPOSITED = "UndepositedFunds"


def banked(books: Books, ids: Sequence[str]) -> frozenset[str]:
    """Two calls. A payment goes to a bank account, to Undeposited Funds or to another current
    asset; what is written off is a credit memo, a discount or a journal entry, and no payment of
    money. developer.intuit.com: "Payment" (DepositToAccountRef), "Account" (AccountSubType)."""
    rows = books.rows(Kind.PAYMENT, ids)
    into = {id_: _account_of(row) for id_, row in rows.items()}
    accounts = sorted({account for account in into.values() if account})
    if not accounts:
        return frozenset()
    page = books.ask("Account", query.select("Account", query.is_one_of("Id", accounts)))
    money = {str(row["Id"]) for row in page.rows if _holds_money(row)}
    return frozenset(id_ for id_, account in into.items() if account in money)


def _account_of(payment: Doc) -> str:
    return str((payment.get("DepositToAccountRef") or {}).get("value") or "")


def _holds_money(account: Doc) -> bool:
    kind, detail = account.get("AccountType"), account.get("AccountSubType")
    if kind == "Bank" or detail == UNDEPOSITED:
        return True
    return kind == "Other Current Asset" and holds_money(str(account.get("Name") or ""))
