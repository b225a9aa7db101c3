"""The days of a transaction: its own, when it is due, and whether the books are closed."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from providers.simulated.quickbooks.book import Book
from providers.simulated.quickbooks.moments import read_day
from providers.simulated.quickbooks.refusals import closed_period, no_date
from providers.simulated.quickbooks.wire import reference
from providers.simulated.store import Doc

NET_DAYS = 30
"""When no term says otherwise (recorded)."""


def own_day(book: Book, wish: Doc, name: str = "TxnDate") -> date:
    """The wished day, or today. Raises Refusal."""
    if not wish.get(name):
        return book.today()
    day = read_day(wish[name])
    if day is None:
        raise no_date(name)
    return day


def due_day(book: Book, wish: Doc, issued: date) -> date:
    """The wished day, or what the term says counted from the day of issue. Raises Refusal."""
    if wish.get("DueDate"):
        return own_day(book, wish, "DueDate")
    term = book.peek("Term", reference(wish, "SalesTermRef"))
    if term is None:
        return issued + timedelta(days=NET_DAYS)
    if term.get("DayOfMonthDue"):
        return _day_of_month(issued, int(term["DayOfMonthDue"]), term)
    return issued + timedelta(days=int(term.get("DueDays") or 0))


def _day_of_month(issued: date, day: int, term: Doc) -> date:
    """The next such day, a month later when it is nearer than the term allows."""
    due = _in_month(issued.year, issued.month, day)
    near = timedelta(days=int(term.get("DueNextMonthDays") or 0))
    while due <= issued or due - issued < near:
        year, month = divmod(due.year * 12 + due.month, 12)
        due = _in_month(year, month + 1, day)
    return due


def _in_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def check_period_open(book: Book, *docs: Doc | None) -> None:
    """Raises Refusal when a transaction is dated on or before the closing day of the books."""
    closing = book.preferences.get("AccountingInfoPrefs", {}).get("BookCloseDate")
    if closing and any(doc and doc.get("TxnDate", "9") <= closing for doc in docs):
        raise closed_period()
