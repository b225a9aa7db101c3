"""Figures about the work itself, each against what was worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import ValidationError

from connector.costs import BadDebt, Costs
from connector.outcomes import activity
from connector.outcomes.activity import Answer, Case, Dispute, Outcome, Promises, Work
from connector.outcomes.book import Period
from connector.outcomes.figure import NONE, Evidence
from providers.money import Money
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
    found = activity.recovered(made, days, contacts(contact("03-10", "a")))
    assert found.value == counted, case


def test_a_message_before_the_due_date_recovers_nothing() -> None:
    made = book(LATE, receipts=(receipt("1", "03-02", a=100),))
    assert activity.recovered(made, MARCH, contacts(contact("03-01", "a"))).value == 0


def test_one_receipt_counts_once_and_only_for_what_was_written_about() -> None:
    """Two messages about a, none about b: of 150 for both, 100 counts, once."""
    made = book(*TWO, receipts=(receipt("1", "03-20", a=100, b=50),))
    found = activity.recovered(
        made, MARCH, contacts(contact("03-08", "a"), contact("03-15", "a", decision=2))
    )
    assert (found.value, found.unit, found.inputs) == (Decimal(100), "USD", {"receipts": 1})
    (row,) = found.evidence
    assert (row.amount, row.decision_id) == (usd(100), 2)
    assert row.text == "payment:1 on 2026-03-20 for INV-a; reminder on 2026-03-15"


@pytest.mark.parametrize("money", [0, 30, 100])
def test_credits_that_pay_with_the_money_are_no_cash(money: int) -> None:
    made = book(LATE, receipts=(receipt("1", "03-20", money=money, a=100),))
    found = activity.recovered(made, MARCH, contacts(contact("03-15", "a")))
    assert found.value == money


def test_a_receipt_of_another_period_is_not_in_this_one() -> None:
    made = book(LATE, receipts=(receipt("1", "04-01", a=100),))
    assert activity.recovered(made, MARCH, contacts(contact("03-20", "a"))).value == 0


def test_first_contact_is_the_median_from_the_due_date_and_the_rate_counts_everybody() -> None:
    """Due 1, 5 and 7 March, written about on the 4th, the 5th and never: 3 and 0 days make 1.5;
    2 of 3 is 66.7 %. d was paid on its due date, e falls due later: neither became overdue."""
    made = book(
        *TWO, sale("c", 10, "02-01", "03-07"), sale("d", 10, "02-01", "03-07", on_0307=10),
        sale("e", 10, "03-01", "03-31"),
    )  # fmt: skip
    told = contacts(contact("03-04", "a"), contact("03-05", "b"), contact("03-20", "a"))
    first, rate = activity.first_contact(made, MARCH, told)
    assert (first.value, rate.value) == (Decimal("1.5"), Decimal("66.7"))
    assert rate.worked == "2 / 3 x 100 = 66.7 %"
    assert first.evidence[0].text == "INV-a: due 2026-03-01, reminder on 2026-03-04"


def test_a_message_before_the_due_date_is_told_in_days_below_zero() -> None:
    first, _ = activity.first_contact(book(LATE), MARCH, contacts(contact("02-24", "a")))
    assert first.value == -5


def test_a_message_after_the_period_is_not_known_in_it() -> None:
    first, rate = activity.first_contact(book(LATE), MARCH, contacts(contact("04-02", "a")))
    assert (first.shown, rate.value) == (NONE, 0)


def test_without_overdue_invoices_there_is_no_rate() -> None:
    found = activity.first_contact(book(), MARCH, contacts())
    assert [one.shown for one in found] == [NONE, NONE]


def money(outcome: Outcome) -> Case:
    return Case(day("03-09"), "USD", outcome, Evidence("c1", "money"))


def test_cases_are_alone_with_help_or_open() -> None:
    """a was settled after a message alone; b after a person approved one; c is open; d was never
    written about and is no case. With one receipt of each sort: 2 / (2 + 2 + 2) = 33.3 %."""
    made = book(
        sale("a", 100, "02-01", "03-01", on_0320=100),
        sale("b", 50, "02-01", "03-05", customer="c2", on_0321=50),
        sale("c", 10, "02-01", "03-07"), sale("d", 10, "02-01", "03-07", on_0309=10),
    )  # fmt: skip
    found = activity.resolved_alone(
        made, MARCH, cases=[money(outcome) for outcome in Outcome],
        contacts=contacts(contact("03-08", "a", "b", "c")),
        answers=[Answer("c2", "USD", day("03-08")), Answer("c1", "EUR", day("03-10"))],
    )  # fmt: skip
    assert found.inputs == {"alone": 2, "with_help": 2, "open": 2}
    assert found.worked == "2 / (2 alone + 2 with help + 2 open) x 100 = 33.3 %"


def test_a_case_that_is_open_again_moves_back() -> None:
    """The payment that settled it was taken out of the ledger."""
    told = contacts(contact("03-08", "a"))
    settled = book(sale("a", 100, "02-01", "03-01", on_0320=100))
    before, after = (
        activity.resolved_alone(made, MARCH, cases=[], contacts=told, answers=[])
        for made in (settled, book(LATE))
    )
    assert (before.value, after.value) == (100, 0)
    assert after.inputs == {"alone": 0, "with_help": 0, "open": 1}


def test_a_case_belongs_to_the_period_of_its_first_message() -> None:
    """a was late long before; b is written about before it is due, and is no case yet."""
    made = book(
        sale("a", 100, "01-02", "01-10", on_0320=100), sale("b", 50, "03-01", "04-10")
    )  # fmt: skip
    told = contacts(contact("02-27", "c"), contact("03-08", "a"), contact("03-30", "b"))
    share = activity.resolved_alone(made, MARCH, cases=[], contacts=told, answers=[])
    assert share.inputs == {"alone": 1, "with_help": 0, "open": 0}
    earlier = activity.resolved_alone(made, MARCH.before, cases=[], contacts=told, answers=[])
    assert earlier.shown == NONE


def test_before_the_mirror_began_no_work_is_told() -> None:
    """March is over when it begins on 1 April; in an April that began with it, a was late before
    and is not counted as new."""
    late = book(LATE, begins=day("04-01"))
    told = contacts()
    before = [
        activity.recovered(late, MARCH, told), *activity.first_contact(late, MARCH, told),
        activity.resolved_alone(late, MARCH, cases=[], contacts=told, answers=[]),
    ]  # fmt: skip
    assert [one.shown for one in before] == [NONE] * 4
    assert "before 2026-04-01" in before[0].reason
    half = Period(day("03-20"), day("04-20"))
    _, rate = activity.first_contact(late, half, told)
    assert rate.reason == "no invoice became overdue in the period"


def test_without_cases_there_is_no_share() -> None:
    other = Case(day("03-09"), "EUR", Outcome.ALONE, Evidence("c1", "euro"))
    found = activity.resolved_alone(
        book(LATE), MARCH, cases=[other], contacts=contacts(), answers=[]
    )
    assert (found.value, found.reason) == (None, "there was no case in the period")


@pytest.mark.parametrize(
    ("promises", "shown"),
    [(None, NONE), (Promises(0, 0), NONE), (Promises(3, 1), "75.0 %"), (Promises(0, 2), "0.0 %")],
)
def test_promises_kept(promises: Promises | None, shown: str) -> None:
    assert activity.promises_kept(promises).shown == shown


def test_disputes_take_the_median_of_those_closed_in_the_period() -> None:
    """4 and 10 days make 7; the one closed in April and the one in euro are not in it."""
    told = Evidence("c1", "case 1")
    rows = [
        Dispute(day("03-01"), day("03-05"), usd(10), told),
        Dispute(day("02-20"), day("03-02"), usd(10), told),
        Dispute(day("02-20"), day("04-02"), usd(10), told),
        Dispute(day("03-01"), day("03-02"), Money.of(10, "EUR"), told),
    ]
    assert activity.dispute_days("USD", MARCH, rows).value == 7
    assert activity.dispute_days("GBP", MARCH, rows).shown == NONE


WORK = Work(calls=1000, messages=40, answers=6)


def test_cost_is_the_sums_of_the_meter_times_the_prices() -> None:
    """1,000 x 0.002 + 40 x 0.05 + 6 x 2.5 x 0.80 = 2 + 2 + 12 = 16.00; for 8 it is 2.00 each."""
    prices = Costs.model_validate({
        "currency": "USD", "api_call": "0.002", "message": "0.05", "minute": "0.80",
        "minutes_per_answer": "2.5",
    })  # fmt: skip
    whole, each = activity.costs(WORK, prices, 8)
    assert (whole.shown, each.shown) == ("USD 16.00", "USD 2.00")
    assert whole.worked == "1000 x 0.002 + 40 x 0.05 + 6 x 2.5 x 0.80 = USD 16.00"
    assert whole.inputs == {"calls": 1000, "messages": 40, "answers": 6, "collections": 8}
    assert activity.costs(WORK, prices, 0)[1].shown == NONE


@pytest.mark.parametrize(
    ("prices", "named"),
    [(None, "(costs)"), ({"currency": "USD"}, "(costs.api_call)"),
     ({"currency": "USD", "api_call": 1, "message": 1, "minute": 1},
      "(costs.minutes_per_answer)")],
)  # fmt: skip
def test_a_price_that_is_not_set_leaves_the_cost_untold(
    prices: dict[str, object] | None, named: str
) -> None:
    given = None if prices is None else Costs.model_validate(prices)
    whole, each = activity.costs(WORK, given, 8)
    assert (whole.shown, each.shown) == (NONE, NONE)
    assert named in whole.reason
    assert whole.inputs["calls"] == 1000


def test_collected_are_overdue_invoices_settled_after_a_message() -> None:
    """a was; b was paid before it was due, c before the message, d is still open."""
    made = book(
        sale("a", 100, "02-01", "03-01", on_0320=100), sale("b", 1, "03-01", "03-30", on_0312=1),
        sale("c", 1, "02-01", "03-01", on_0309=1), sale("d", 1, "02-01", "03-01"),
    )  # fmt: skip
    told = contacts(contact("03-10", "a", "b", "c", "d"))
    assert activity.collected(made, MARCH, told) == 1


def test_what_cannot_be_a_price_or_a_mark_is_refused() -> None:
    for document in ({"currency": "XX"}, {"currency": "USD", "minute": -1}, {"minute": 1}):
        with pytest.raises(ValidationError):
            Costs.model_validate(document)
    with pytest.raises(ValidationError, match="an empty text fits all"):
        BadDebt.model_validate({"credit_numbers": [""]})
