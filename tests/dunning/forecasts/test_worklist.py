"""The worklist: points by hand, one order for one book, and currencies apart."""

from __future__ import annotations

from random import Random

import pytest

from dunning.forecasts.worklist import Debt, ranked
from providers.money import Money


def debt(
    customer: str = "c1", amount: str = "100", days: int = 9, *, currency: str = "USD",
    risk: float | None = None, broken: int = 0,
) -> Debt:  # fmt: skip
    owed = Money.of(amount, currency)
    return Debt(customer, customer, owed, days, 1, risk, broken)


def test_points_are_those_of_the_table() -> None:
    """Of 400 at most 100: 40 x 1/4 = 10. 45 of 90 days: 25 x 1/2 = 12.5, rounded up. 30 % of 20 is
    6. Two broken promises give 10."""
    most, some = ranked([
        debt("c1", "100", 45, risk=0.3, broken=2), debt("c2", "400", 200, risk=1.0, broken=9),
    ])  # fmt: skip
    assert [point.points for point in some.points] == [10, 13, 6, 10]
    assert [point.points for point in most.points] == [40, 25, 20, 15]
    assert (most.place, some.place, most.total, some.total) == (1, 2, 100, 39)
    assert [point.reason for point in some.points] == [
        "USD 100.00 overdue", "the oldest is 45 days late",
        "30% chance that it stays open more than 30 days past its due dates",
        "2 broken promises",
    ]  # fmt: skip


def test_without_a_forecast_it_says_so_and_gives_nothing_for_it() -> None:
    (row,) = ranked([debt()])
    assert (row.points[2].points, row.points[2].reason) == (0, "not enough data for a forecast")


def test_two_currencies_are_ranked_apart() -> None:
    rows = ranked([debt("c1", "10", currency="USD"), debt("c1", "9000", currency="EUR"),
                   debt("c2", "5", currency="USD")])  # fmt: skip
    assert [(row.debt.overdue.currency, row.place) for row in rows] == [
        ("EUR", 1), ("USD", 1), ("USD", 2),
    ]  # fmt: skip
    assert rows[1].points[0].points == 40


@pytest.mark.parametrize("seed", range(20))
def test_the_order_does_not_hang_on_the_order_of_the_book(seed: int) -> None:
    debts = [debt(f"c{number}", str(number % 3 + 1), number % 4) for number in range(40)]
    mixed = debts[:]
    Random(seed).shuffle(mixed)
    assert ranked(mixed) == ranked(debts)
