"""A charge for being late as an invoice of its own: raised, found again, and voided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from providers import exact
from providers.charging import Charging, RaiseCharge, VoidCharge
from providers.errors import Refused, Stale
from providers.exact import Doc
from providers.ledger import Customer, Draft, Kind
from providers.quickbooks import notes, query, records
from providers.quickbooks.books import Books
from providers.quickbooks.client import Client
from providers.quickbooks.items import item_for
from providers.quickbooks.organisation import closed_until

VOID = "invoice?operation=void"
SOLD_LINE = "SalesItemLineDetail"
DESCRIPTION_UNITS_MAX = 4000
"""Line.Description (developer.intuit.com, "Invoice")."""


def composed(client: Client, books: Books, effect: Charging, marker: str) -> Draft:
    """Three calls to raise, two to void. Raises Stale where the customer or the invoice is gone or
    is no longer as it was, Refused where the books would not be what was approved."""
    if isinstance(effect, RaiseCharge):
        return _raised(books, effect, marker)
    return _voided(client, books, effect)


def find(books: Books, effect: Charging, marker: str) -> str:
    """A raised invoice carries the marker in its memo; a voided one is void, or gone."""
    if isinstance(effect, VoidCharge):
        row = books.rows(Kind.INVOICE, [effect.receipt]).get(effect.receipt)
        return effect.receipt if row is None or records.is_void(row) else ""
    pages = books.pages(
        records.entity_of(Kind.INVOICE),
        query.equals("CustomerRef", effect.customer_id),
        query.equals("TxnDate", effect.on.isoformat()),
    )
    rows = (row for page in pages for row in page.rows)
    return next((str(r["Id"]) for r in rows if marker in str(r.get("PrivateNote") or "")), "")


def _raised(books: Books, effect: RaiseCharge, marker: str) -> Draft:
    row = books.rows(Kind.CUSTOMER, [effect.customer_id]).get(effect.customer_id)
    customer = books.record(Kind.CUSTOMER, row) if row else None
    if row is None or not isinstance(customer, Customer) or not customer.active:
        raise Stale(f"customer {effect.customer_id} is no longer there")
    if customer.currency != effect.amount.currency:
        raise Refused(
            f"the customer is in {customer.currency}, and the charge in {effect.amount.currency}",
            code="currency",
        )
    item = item_for(books, effect.account)
    body: Doc = {
        "CustomerRef": {"value": effect.customer_id},
        "TxnDate": effect.on.isoformat(), "DueDate": effect.due.isoformat(),
        "PrivateNote": notes.appended("", effect.memo, marker),
        "Line": [{
            "Amount": effect.amount.amount, "Description": _described(effect),
            "DetailType": SOLD_LINE,
            SOLD_LINE: {"ItemRef": {"value": item}, "TaxCodeRef": {"value": "NON"}},
        }],
    }  # fmt: skip
    if currency := (row.get("CurrencyRef") or {}).get("value"):
        body["CurrencyRef"] = {"value": currency}
    about = books.fetch(Kind.INVOICE, effect.invoice_ids)
    return Draft("POST", "invoice", exact.dump(body), read=tuple(about))


def _voided(client: Client, books: Books, effect: VoidCharge) -> Draft:
    row = books.rows(Kind.INVOICE, [effect.receipt]).get(effect.receipt)
    if row is None or records.is_void(row):
        raise Stale(f"invoice {effect.receipt} is no longer there")
    if row.get("LinkedTxn") or Decimal(row["Balance"]) != Decimal(row["TotalAmt"]):
        raise Stale(f"something was set against invoice {effect.receipt}; take that off first")
    if changed := ", ".join(_changed(row, effect.done)):
        raise Stale(f"invoice {effect.receipt} was changed since Ledgerhand wrote it: {changed}")
    closed = closed_until(client)
    if closed and date.fromisoformat(str(row["TxnDate"])[:10]) <= closed:
        raise Refused(f"the books are closed until {closed}", code="locked")
    return Draft("POST", VOID, exact.dump({"Id": row["Id"], "SyncToken": row["SyncToken"]}))


def _changed(row: Doc, done: RaiseCharge) -> Iterator[str]:
    """What is no longer as it was written. The version tells less: sending it by mail moves it."""
    sold = [line for line in row["Line"] if line.get("DetailType") == SOLD_LINE]
    if str(row["CustomerRef"]["value"]) != done.customer_id:
        yield "the customer"
    if Decimal(row["TotalAmt"]) != done.amount.amount:
        yield "the amount"
    if [str(row[name])[:10] for name in ("TxnDate", "DueDate")] != [
        done.on.isoformat(), done.due.isoformat(),
    ]:  # fmt: skip
        yield "a date"
    if [line.get("Description") for line in sold] != [_described(done)]:
        yield "the lines"


def _described(effect: RaiseCharge) -> str:
    return notes.shortened(notes.one_line(effect.description), DESCRIPTION_UNITS_MAX)
