"""A difference, or what is in question, as a credit memo to a named account: made, found and taken
away again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from providers import exact
from providers.errors import Refused, Stale
from providers.exact import Doc
from providers.ledger import CreditDifference, Draft, Invoice, Kind, Undo
from providers.quickbooks import notes, query, records
from providers.quickbooks.books import Books
from providers.quickbooks.client import Client
from providers.quickbooks.items import item_for
from providers.quickbooks.organisation import closed_until

DELETE = "creditmemo?operation=delete"


def credited(client: Client, books: Books, effect: CreditDifference, marker: str) -> Draft:
    """Three calls. Raises Stale where less is open on the invoice, Refused where the books would
    not be what was allowed.

    Where QuickBooks applies credits by itself, it might use this one on another invoice.
    """
    prefs = client.read("preferences").get("Preferences") or {}
    if (prefs.get("SalesFormsPrefs") or {}).get("AutoApplyCredit"):
        raise Refused(
            "QuickBooks applies credits by itself (Account and settings, Automation), so it would"
            " choose the invoice; enter the difference by hand",
            code="auto credit",
        )
    row = books.rows(Kind.INVOICE, [effect.invoice_id]).get(effect.invoice_id)
    invoice = books.record(Kind.INVOICE, row) if row else None
    if row is None or not isinstance(invoice, Invoice) or effect.amount > invoice.open:
        raise Stale(f"less than {effect.amount} is open on invoice {effect.invoice_id}")
    if effect.with_tax:
        _check_untaxed(row)
    item = item_for(books, effect.account)
    body: Doc = {
        "CustomerRef": {"value": effect.customer_id},
        "TxnDate": effect.on.isoformat(),
        "PrivateNote": notes.appended("", effect.memo, marker),
        "Line": [{
            "Amount": effect.amount.amount, "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": item}, "TaxCodeRef": {"value": "NON"}},
        }],
    }  # fmt: skip
    if currency := (row.get("CurrencyRef") or {}).get("value"):
        body["CurrencyRef"] = {"value": currency}
    return Draft("POST", "creditmemo", exact.dump(body), read=(invoice,))


def _check_untaxed(row: Doc) -> None:
    """The tax on a credit memo is worked out by QuickBooks itself, or by a code that only the
    company knows; a memo without it would leave tax to be paid on what is credited."""
    tax = Decimal(str((row.get("TxnTaxDetail") or {}).get("TotalTax") or 0))
    if tax:
        raise Refused(
            f"the invoice bears tax ({tax}), and QuickBooks alone works out how much of it a credit"
            " takes back; enter the credit memo in QuickBooks by hand",
            code="tax",
        )


def find(books: Books, effect: CreditDifference, marker: str) -> str:
    pages = books.pages(
        records.entity_of(Kind.CREDIT_NOTE),
        query.equals("CustomerRef", effect.customer_id),
        query.equals("TxnDate", effect.on.isoformat()),
    )
    rows = (row for page in pages for row in page.rows)
    return next((str(r["Id"]) for r in rows if marker in str(r.get("PrivateNote") or "")), "")


def undone(client: Client, books: Books, effect: Undo) -> Draft:
    """The credit memo deleted, where nothing but our own payment uses it."""
    row = books.rows(Kind.CREDIT_NOTE, [effect.receipt]).get(effect.receipt)
    if row is None:
        raise Stale(f"credit memo {effect.receipt} is no longer there")
    part = effect.allocations[0].amount.amount
    others = {str(one["TxnId"]) for one in row.get("LinkedTxn") or ()} - set(effect.ours)
    if others or Decimal(row["TotalAmt"]) != part:
        raise Stale(f"credit memo {effect.receipt} was changed or used since Ledgerhand wrote it")
    closed = closed_until(client)
    if closed and date.fromisoformat(str(row["TxnDate"])[:10]) <= closed:
        raise Refused(f"the books are closed until {closed}", code="locked")
    return Draft("POST", DELETE, exact.dump({"Id": row["Id"], "SyncToken": row["SyncToken"]}))


def find_undone(books: Books, effect: Undo) -> str:
    """A deleted credit memo is no longer found."""
    return "" if books.rows(Kind.CREDIT_NOTE, [effect.receipt]) else effect.receipt
