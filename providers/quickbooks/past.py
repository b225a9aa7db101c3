"""What one company received in a time gone by, and what was open then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from providers.errors import Refused
from providers.exact import Doc
from providers.ledger import Kind, Record
from providers.money import Money
from providers.past import PastReceipt, Taken
from providers.quickbooks import query, records
from providers.quickbooks.books import ALWAYS, Books

ZONES = timedelta(days=1)
"""A day of the company's calendar may begin this much before the same day in UTC."""
DOCUMENTS = {"Invoice": Kind.INVOICE, "CreditMemo": Kind.CREDIT_NOTE}


def history(books: Books, since: date, until: date) -> Iterator[Record | PastReceipt]:
    """Customers, payments, invoices, credit memos: one call for each 1,000 of what was open or
    changed, and one for 200 of those that a payment names and no list has shown.

    A payment moves the time of the last change of what it pays: so what was paid since is found.
    """
    for page in books.pages("Customer", *ALWAYS[Kind.CUSTOMER]):
        yield from (books.record(Kind.CUSTOMER, row) for row in page.rows)
    named: dict[Kind, dict[str, None]] = {kind: {} for kind in DOCUMENTS.values()}
    for page in books.pages("Payment", f"TxnDate >= {query.quoted(since.isoformat())}"):
        for row in page.rows:
            receipt = _receipt(books, row)
            if receipt.received <= until:
                for kind, id_, _ in _linked(row):
                    named[kind][id_] = None
            yield receipt
    for kind, ids in named.items():
        yield from _documents(books, kind, list(ids), (since, until))


def _documents(
    books: Books, kind: Kind, named: list[str], window: tuple[date, date]
) -> Iterator[Record]:
    entity, seen = records.entity_of(kind), set[str]()
    issued = f"TxnDate <= {query.quoted(window[1].isoformat())}"
    changed = query.quoted(f"{window[0] - ZONES}T00:00:00+00:00")
    for condition in ("Balance > '0'", f"MetaData.LastUpdatedTime >= {changed}"):
        for page in books.pages(entity, issued, condition):
            for row in page.rows:
                if str(row["Id"]) not in seen:
                    seen.add(str(row["Id"]))
                    yield books.record(kind, row)
    missing = [id_ for id_ in named if id_ not in seen]
    yield from (books.record(kind, row) for row in books.rows(kind, missing).values())


def _receipt(books: Books, row: Doc) -> PastReceipt:
    """QuickBooks keeps no day on which a payment was set against an invoice: its own counts. A
    payment is one line at the bank, however many invoices it pays. Raises Refused."""
    try:
        currency = (row.get("CurrencyRef") or {}).get("value") or books.home_currency()
        day = date.fromisoformat(row["TxnDate"][:10])
        ended = records.is_void(row)
        return PastReceipt(
            kind=Kind.PAYMENT.value, id=str(row["Id"]),
            customer_id=str(row["CustomerRef"]["value"]), received=day,
            total=Money(Decimal(row["TotalAmt"]), currency),
            text=f"{row.get('PaymentRefNum') or ''} {row.get('PrivateNote') or ''}".strip(),
            taken=tuple(
                Taken(id_, Money(amount if kind is Kind.INVOICE else -amount, currency), day)
                for kind, id_, amount in _linked(row)
            ),
            line=f"payment:{row['Id']}", ended=ended,
        )  # fmt: skip
    except (KeyError, ValueError, TypeError, ArithmeticError) as error:
        raise Refused(
            f"QuickBooks sent Payment {row.get('Id', '?')} in a form that cannot be read"
            f" ({type(error).__name__}: {error})"
        ) from error


def _linked(row: Doc) -> Iterator[tuple[Kind, str, Decimal]]:
    """What a payment is set against; other links, such as journal entries, are no documents."""
    for line in row.get("Line") or ():
        for linked in line.get("LinkedTxn") or ():
            if kind := DOCUMENTS.get(linked.get("TxnType") or ""):
                yield kind, str(linked["TxnId"]), Decimal(line["Amount"])
                break
