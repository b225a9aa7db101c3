"""What every customer owed on a day, record by record, in the company's own currency."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from providers.simulated.quickbooks.book import Book, is_receivable, line_customer, line_debit
from providers.simulated.quickbooks.links import Target
from providers.simulated.quickbooks.sales import home
from providers.simulated.quickbooks.wire import ZERO
from providers.simulated.store import Doc

OPEN = {"Invoice": "Balance", "CreditMemo": "Balance", "Payment": "UnappliedAmt"}
SIGNS = {"Invoice": 1, "CreditMemo": -1, "Payment": -1}


@dataclass(frozen=True, slots=True)
class Owed:
    """One open record; credits are negative. `due` is the day of a record that has no due date."""

    kind: str
    doc: Doc
    customer_id: str
    due: date
    open: Decimal


def owed_on(book: Book, day: date) -> Iterator[Owed]:
    """All that was open at the end of a day: what was applied later is open still."""
    taken_later = _taken_later(book, day) if day < book.today() else {}
    for kind, sign in SIGNS.items():
        ids = dict.fromkeys(book.shelf(kind).open)
        ids |= dict.fromkeys(id_ for of_kind, id_ in taken_later if of_kind == kind)
        for id_ in ids:
            doc = book.peek(kind, id_)
            if doc is None or date.fromisoformat(doc["TxnDate"]) > day:
                continue
            amount = doc[OPEN[kind]] + taken_later.get((kind, id_), ZERO)
            if amount:
                yield _owed(book, kind, doc, sign * amount)
    yield from _journal(book, day)


def _taken_later(book: Book, day: date) -> dict[Target, Decimal]:
    """What had not yet been applied on a day, on either side of each application."""
    amounts: dict[Target, Decimal] = {}
    for payment in book.all("Payment"):
        later = date.fromisoformat(payment["TxnDate"]) > day
        for line in payment["Line"]:
            linked = line["LinkedTxn"][0]
            target = (linked["TxnType"], linked["TxnId"])
            other = book.peek(*target)
            other_later = other is None or date.fromisoformat(other["TxnDate"]) > day
            if later or other_later:
                amounts[target] = amounts.get(target, ZERO) + line["Amount"]
                own = ("Payment", payment["Id"])
                sign = 1 if target[0] == "Invoice" else -1
                amounts[own] = amounts.get(own, ZERO) + sign * line["Amount"]
    return amounts


def _owed(book: Book, kind: str, doc: Doc, amount: Decimal) -> Owed:
    due = date.fromisoformat(doc.get("DueDate") or doc["TxnDate"])
    in_home = home(book, amount, doc.get("ExchangeRate", Decimal(1)))
    return Owed(kind, doc, doc["CustomerRef"]["value"], due, in_home)


def _journal(book: Book, day: date) -> Iterator[Owed]:
    for doc in book.all("JournalEntry"):
        on = date.fromisoformat(doc["TxnDate"])
        for line in doc["Line"]:
            if on <= day and is_receivable(book, line):
                yield Owed("JournalEntry", doc, line_customer(line), on, line_debit(line))
