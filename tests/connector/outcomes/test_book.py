"""The past of a book, made again from what the mirror holds today."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from connector.outcomes.book import Period, books_of
from providers.ledger import Allocation, Status
from providers.money import Money
from providers.past import PaidBy
from tests.connector.office import TODAY, invoice, payment, usd

UTC_ZONE = ZoneInfo("UTC")


def test_an_invoice_was_open_until_the_day_on_which_its_money_came() -> None:
    """100, of which 60 came on 2 March, 40 by a credit that the mirror has no day for: the day of
    the last change. Another's payment in euro, a voided and one of a credit pay nothing."""
    changed = datetime(2026, 3, 9, 2, tzinfo=UTC)
    paid = payment("p1", "60", received=date(2026, 3, 2), allocations=(
        Allocation("i1", usd(60)), Allocation("credit", usd(-5)),
    ), status=Status.PAID)  # fmt: skip
    euro = replace(paid, id="p2", allocations=(Allocation("i1", Money.of(7, "EUR")),))
    book = books_of(
        [invoice(issued=date(2026, 3, 1), left="0", changed_at=changed)],
        [paid, euro, replace(paid, id="p3", status=Status.VOID)],
        begins=date(2026, 3, 1), zone=ZoneInfo("America/New_York"),
    )["USD"]  # fmt: skip
    assert [book.receivable(date(2026, 3, day)).amount for day in (1, 2, 7, 8)] == [100, 40, 40, 0]
    assert book.undated(Period(TODAY, date(2026, 3, 31))) == usd(40)
    (sale,) = book.sales
    assert sale.settled_on() == date(2026, 3, 8)
    assert [one.id for one in book.receipts] == ["payment:p1", "payment:p2"]


def test_what_was_paid_before_the_mirror_began_was_not_open_when_it_did() -> None:
    """Of 100 the mirror found 60 open on 2 March; those came on the 20th and changed it last."""
    paid = payment("p1", "60", received=date(2026, 3, 20), allocations=(
        Allocation("i1", usd(60)),
    ))  # fmt: skip
    changed = datetime(2026, 3, 20, tzinfo=UTC)
    old = invoice(issued=date(2026, 1, 5), left="0", changed_at=changed)
    book = books_of([old], [paid], begins=TODAY, zone=UTC_ZONE)["USD"]
    assert [book.receivable(date(2026, 3, day)).amount for day in (1, 19, 20)] == [60, 60, 0]


def test_money_that_came_before_the_invoice_settles_it_on_its_first_day() -> None:
    early = payment("p1", received=date(2026, 2, 1), allocations=(Allocation("i1", usd(100)),))
    book = books_of(
        [invoice(issued=TODAY, left="0"), invoice("i2", status=Status.VOID)], [early],
        begins=TODAY, zone=UTC_ZONE,
    )["USD"]  # fmt: skip
    assert [one.settled_on() for one in book.sales] == [TODAY]


def test_a_payment_that_the_invoice_shows_counts_once_with_the_one_that_was_read() -> None:
    shown = tuple(PaidBy(id_, usd(50), date(2026, 3, 4)) for id_ in ("p1", "p2"))
    read = payment("p1", "50", received=date(2026, 3, 4), allocations=(Allocation("i1", usd(50)),))
    book = books_of(
        [invoice(issued=TODAY, left="0", payments=shown)], [read], begins=TODAY, zone=UTC_ZONE
    )["USD"]
    assert [one.id for one in book.receipts] == ["payment:p1", "payment:p2"]
    assert book.sales[0].settled_on() == date(2026, 3, 4)
    assert not book.undated(Period(TODAY, date(2026, 3, 31)))
