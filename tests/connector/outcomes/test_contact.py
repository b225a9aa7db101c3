"""Messages and what followed, each figure against what was worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connector.outcomes import contact as contacting
from connector.outcomes import resolution
from connector.outcomes.book import Period
from connector.outcomes.figure import NONE
from tests.connector.outcomes.made import (
    MARCH,
    book,
    contact,
    contacts,
    day,
    receipt,
    sale,
    usd,
)

LATE = sale("a", 100, "02-01", "03-01")
TWO = (LATE, sale("b", 50, "02-01", "03-05"))


@pytest.mark.parametrize(
    ("case", "received", "counted"),
    [
        ("no message before it", "03-05", 0),
        ("on the day of the message, whose hour nobody knows", "03-10", 0),
        ("on the day after", "03-11", 100),
        ("at last thirty days after", "04-09", 100),
        ("later than thirty days after", "04-10", 0),
    ],
)
def test_money_counts_as_recovered_for_thirty_days_after_a_message(
    case: str, received: str, counted: int
) -> None:
    made = book(LATE, receipts=(receipt("1", received, a=100),))
    days = Period(MARCH.since, day("04-30"))
    found = contacting.recovered(made, days, contacts(contact("03-10", "a")))
    assert found.value == counted, case


def test_a_message_before_the_due_date_recovers_nothing() -> None:
    made = book(LATE, receipts=(receipt("1", "03-02", a=100),))
    assert contacting.recovered(made, MARCH, contacts(contact("03-01", "a"))).value == 0


def test_one_receipt_counts_once_and_only_for_what_was_written_about() -> None:
    """Two messages about a, none about b: of 150 for both, 100 counts, once."""
    made = book(*TWO, receipts=(receipt("1", "03-20", a=100, b=50),))
    found = contacting.recovered(
        made, MARCH, contacts(contact("03-08", "a"), contact("03-15", "a", decision=2))
    )
    assert (found.value, found.unit, found.inputs) == (Decimal(100), "USD", {"receipts": 1})
    (row,) = found.evidence
    assert (row.amount, row.decision_id) == (usd(100), 2)
    assert row.text == "payment:1 on 2026-03-20 for INV-a; reminder on 2026-03-15"


@pytest.mark.parametrize("money", [0, 30, 100])
def test_credits_that_pay_with_the_money_are_no_cash(money: int) -> None:
    made = book(LATE, receipts=(receipt("1", "03-20", money=money, a=100),))
    found = contacting.recovered(made, MARCH, contacts(contact("03-15", "a")))
    assert found.value == money


def test_a_receipt_of_another_period_is_not_in_this_one() -> None:
    made = book(LATE, receipts=(receipt("1", "04-01", a=100),))
    assert contacting.recovered(made, MARCH, contacts(contact("03-20", "a"))).value == 0


def test_first_contact_is_the_median_from_the_due_date_and_the_rate_counts_everybody() -> None:
    """Due 1, 5 and 7 March, written about on the 4th, the 5th and never: 3 and 0 days make 1.5;
    2 of 3 is 66.7 %. d was paid on its due date, e falls due later: neither became overdue."""
    made = book(
        *TWO, sale("c", 10, "02-01", "03-07"), sale("d", 10, "02-01", "03-07", on_0307=10),
        sale("e", 10, "03-01", "03-31"),
    )  # fmt: skip
    told = contacts(contact("03-04", "a"), contact("03-05", "b"), contact("03-20", "a"))
    first, rate = contacting.first_contact(made, MARCH, told)
    assert (first.value, rate.value) == (Decimal("1.5"), Decimal("66.7"))
    assert rate.worked == "2 / 3 x 100 = 66.7 %"
    assert first.evidence[0].text == "INV-a: due 2026-03-01, reminder on 2026-03-04"


def test_a_message_before_the_due_date_is_told_in_days_below_zero() -> None:
    first, _ = contacting.first_contact(book(LATE), MARCH, contacts(contact("02-24", "a")))
    assert first.value == -5


def test_a_message_after_the_period_is_not_known_in_it() -> None:
    first, rate = contacting.first_contact(book(LATE), MARCH, contacts(contact("04-02", "a")))
    assert (first.shown, rate.value) == (NONE, 0)


def test_without_overdue_invoices_there_is_no_rate() -> None:
    found = contacting.first_contact(book(), MARCH, contacts())
    assert [one.shown for one in found] == [NONE, NONE]


def test_before_the_mirror_began_no_work_is_told() -> None:
    """March is over when it begins on 1 April; in an April that began with it, a was late before
    and is not counted as new."""
    late = book(LATE, begins=day("04-01"))
    told = contacts()
    before = [
        contacting.recovered(late, MARCH, told), *contacting.first_contact(late, MARCH, told),
        resolution.resolved_alone(late, MARCH, cases=[], contacts=told, answers=[]),
    ]  # fmt: skip
    assert [one.shown for one in before] == [NONE] * 4
    assert "before 2026-04-01" in before[0].reason
    half = Period(day("03-20"), day("04-20"))
    _, rate = contacting.first_contact(late, half, told)
    assert rate.reason == "no invoice became overdue in the period"


def test_collected_are_overdue_invoices_settled_after_a_message() -> None:
    """a was; b was paid before it was due, c before the message, d is still open."""
    made = book(
        sale("a", 100, "02-01", "03-01", on_0320=100), sale("b", 1, "03-01", "03-30", on_0312=1),
        sale("c", 1, "02-01", "03-01", on_0309=1), sale("d", 1, "02-01", "03-01"),
    )  # fmt: skip
    told = contacts(contact("03-10", "a", "b", "c", "d"))
    assert contacting.collected(made, MARCH, told) == 1
