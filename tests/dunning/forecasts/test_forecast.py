"""The forecast of payment: its arithmetic by hand, what it may know, and how it is tried."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.forecasts.forecast import PAID_MIN, Awaited, Habits, Level, Paid, Trial, tried

START = date(2026, 1, 1)


def invoice(
    id_: str = "i", customer: str = "c", *, issued: int = 0, due: int | None = 14
) -> Awaited:
    """Days count from START; `due` from the issue."""
    issue = START + timedelta(days=issued)
    return Awaited(id_, customer, issue, None if due is None else issue + timedelta(days=due))


def paid(late: int, number: int, customer: str = "c") -> Paid:
    """The `number`-th invoice, one a day, paid so many days late."""
    one = invoice(f"{customer}{number}", customer, issued=number)
    return Paid(one, one.expected + timedelta(days=late))


def habits(lates: Iterable[int], customer: str = "others") -> Habits:
    return Habits(paid(late, number, customer) for number, late in enumerate(lates))


def test_below_thirty_paid_invoices_there_is_no_forecast() -> None:
    made = habits([3] * (PAID_MIN - 1))
    assert made.lacking == "not enough data: 30 paid invoices are needed, known so far: 29"
    with pytest.raises(AssertionError):
        made.forecast(invoice(), START)
    made.learn(paid(3, 40))
    assert made.lacking == ""
    assert tried([paid(3, number) for number in range(PAID_MIN)]) is None


def test_without_invoices_of_its_own_a_customer_pays_as_the_whole_book_does() -> None:
    """Ten each at -2, 0, 5 and 40 days: the middle is 0 (half is reached there), the first tenth
    -2, the ninth 40; half are late, a quarter more than thirty days."""
    found = habits([-2, 0, 5, 40] * 10).forecast(invoice(), START)
    due = START + timedelta(days=14)
    assert found.on == due
    assert found.early == due - timedelta(days=2)
    assert found.late == due + timedelta(days=40)
    assert (found.late_risk, found.very_late_risk, found.own) == (0.5, 0.25, 0)


def test_a_customer_of_its_own_is_shrunk_towards_the_whole_book() -> None:
    """Forty others on time weigh four together. One invoice 20 days late weighs 1 of 5: the middle
    stays 0. Six weigh 6 of 10, as the book, then 46 invoices, still weighs 4: the middle is 20."""
    made = habits([0] * 40)
    made.learn(paid(20, 50))
    due = START + timedelta(days=14)
    one = made.forecast(invoice(), START)
    assert (one.on, one.own) == (due, 1)
    assert one.late_risk == pytest.approx((1 + 4 / 41) / 5)
    for number in range(51, 56):
        made.learn(paid(20, number))
    six = made.forecast(invoice(), START)
    assert (six.on, six.own) == (due + timedelta(days=20), 6)
    assert six.late_risk == pytest.approx((6 + 4 * 6 / 46) / 10)


def test_what_is_late_already_is_forecast_from_those_that_were_as_late() -> None:
    """Of 0, 5, 10 and 40 only 10 and 40 are left on the seventh day after the due date."""
    made = habits([0, 5, 10, 40] * 10)
    due = START + timedelta(days=14)
    found = made.forecast(invoice(), due + timedelta(days=7))
    assert (found.on, found.late) == (due + timedelta(days=10), due + timedelta(days=40))
    assert (found.late_risk, found.very_late_risk) == (1, 0.5)


def test_what_is_later_than_anything_before_has_no_date() -> None:
    found = habits([0, 5] * 20).forecast(invoice(), START + timedelta(days=100))
    assert (found.on, found.early, found.late) == (None, None, None)
    assert (found.late_risk, found.very_late_risk) == (1, 1)


def test_without_a_due_date_days_count_from_the_issue() -> None:
    made = habits([7] * 40)
    assert made.forecast(invoice(due=None), START).on == START + timedelta(days=7)


def test_habits_change_and_the_newest_count() -> None:
    """Fifty of a customer's invoices are looked at: the forty on time from before are forgotten."""
    made = habits([0] * 40, "c")
    for number in range(40, 90):
        made.learn(paid(10, number))
    assert made.forecast(invoice(), START).on == START + timedelta(days=24)


def test_the_trial_knows_nothing_that_came_later() -> None:
    """Forty invoices on time, then forty that are each paid 100 days late, after the last one was
    issued: nobody could know, so every one is forecast on time and is wrong by 100 days."""
    before = [paid(0, number) for number in range(40)]
    after = [paid(100, number) for number in range(60, 100)]
    trial = tried([*after, *before])
    assert trial is not None
    assert trial.error_days == trial.naive_error_days == pytest.approx(100 * 40 / trial.tried)
    assert (trial.tried, trial.too_early) == (40, 40)
    assert (trial.late_stated, trial.late_seen) == (0, 1)
    assert [(level.before, level.until) for level in trial.levels] == [(0, 0)] * 9


def test_the_trial_of_steady_payers_is_right_at_every_level() -> None:
    """Late by 0 to 99 days in equal parts: what is said to be paid with a chance of p per cent is,
    and the mean error of the middle is a quarter of a hundred."""
    chance = random.Random(82)
    trial = tried(paid(chance.randrange(100), number) for number in range(3000))
    assert trial is not None
    for level in trial.levels:
        assert level.before - 0.04 < level.stated / 100 < level.until + 0.04
    assert trial.error_days == pytest.approx(25, abs=2)


def test_the_trial_prefers_the_customers_own_habit_to_its_mean() -> None:
    """Most pay on the day, some very late: the middle is nearer to them than the mean is."""
    chance = random.Random(83)
    trial = tried(
        paid(90 if chance.random() < 0.2 else 0, number, f"c{number % 5}") for number in range(500)
    )
    assert trial is not None
    assert trial.error_days < trial.naive_error_days


@given(
    st.lists(st.integers(-30, 200), min_size=PAID_MIN, max_size=60),
    st.lists(st.integers(-30, 200), max_size=10),
    st.integers(-60, 300),
)
def test_a_forecast_is_in_order_and_never_in_the_past(
    book: list[int], own: list[int], day: int
) -> None:
    made = habits(book)
    for number, late in enumerate(own):
        made.learn(paid(late, number))
    today = START + timedelta(days=day)
    found = made.forecast(invoice(), today)
    assert 0 <= found.very_late_risk <= found.late_risk <= 1
    if found.on is None or found.early is None or found.late is None:
        assert day - 14 > max([*book, *own])
    else:
        assert today <= found.early <= found.on <= found.late
    assert found == made.forecast(invoice(), today)


@pytest.mark.parametrize(("said", "before", "until", "late", "misses"), [
    (90, 0.85, 0.95, 0.5, ()),
    (90, 0.80, 0.81, 0.5, ()),
    (90, 0.40, 0.46, 0.5, ("90 % said, 46% seen",)),
    (10, 0.30, 0.40, 0.5, ("10 % said, 30% seen",)),
    (50, 0.45, 0.55, 0.9, ("late: 50% said, 90% seen",)),
])  # fmt: skip
def test_chances_that_were_not_seen_are_named(
    said: int, before: float, until: float, late: float, misses: tuple[str, ...]
) -> None:
    trial = Trial(
        tried=50, too_early=0, error_days=1.0, naive_error_days=1.0,
        levels=(Level(said, before, until),), late_stated=0.5, late_seen=late,
    )  # fmt: skip
    assert trial.misses == misses
