"""Figures about receivables, each against what was worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from connector.outcomes import receivable
from connector.outcomes.book import Book, Period
from connector.outcomes.figure import NONE, Evidence, Figure
from connector.outcomes.receivable import WrittenOff
from providers.money import Money
from tests.connector.outcomes.made import MARCH, book, day, sale, usd


def march() -> Book:
    """Sales and what was open, in USD:

    | invoice | issued | due   | total | paid           | 28 Feb | 31 Mar |
    | ------- | ------ | ----- | ----- | -------------- | ------ | ------ |
    | old     | 20 Jan | 19 Feb |  500 | 100 on 10 Mar |    500 |    400 |
    | feb     | 10 Feb | 12 Mar | 1000 | all on 15 Mar |   1000 |      0 |
    | mar1    | 5 Mar  | 20 Mar |  800 | 200 on 30 Mar |      0 |    600 |
    | mar2    | 20 Mar | 19 Apr | 1200 |               |      0 |   1200 |

    Opening 1,500, sales of March 2,000, closing 2,200, of which 1,200 is not past due.
    """
    return book(
        sale("old", 500, "01-20", "02-19", on_0310=100),
        sale("feb", 1000, "02-10", "03-12", on_0315=1000),
        sale("mar1", 800, "03-05", "03-20", on_0330=200),
        sale("mar2", 1200, "03-20", "04-19"),
    )


def test_dso_is_the_receivables_over_the_sales_times_the_days() -> None:
    """2,200 / 2,000 x 31 = 34.1."""
    found = receivable.dso(march(), MARCH)
    assert (found.value, found.shown) == (Decimal("34.1"), "34.1 days")
    assert found.worked == "2,200.00 / 2,000.00 x 31 = 34.1 days"
    assert found.inputs == {"receivables": usd(2200), "sales": usd(2000), "days": 31}


def test_best_possible_dso_counts_only_what_is_not_past_due() -> None:
    """1,200 / 2,000 x 31 = 18.6."""
    assert receivable.best_dso(march(), MARCH).value == Decimal("18.6")


def test_average_days_delinquent_is_the_difference() -> None:
    """34.1 - 18.6 = 15.5: 1,000 / 2,000 x 31."""
    found = receivable.days_delinquent(march(), MARCH)
    assert found.value == Decimal("15.5")
    assert found.worked == "34.1 - 18.6 days = 15.5"


def test_the_countback_takes_off_one_month_after_the_other() -> None:
    """2,200 - 2,000 of March (31 days) leaves 200 of February's 1,000: 200 / 1,000 x 28 = 5.6."""
    found = receivable.dso_countback(march(), MARCH.until)
    assert found.value == Decimal("36.6")
    assert found.worked == (
        "Mar 2026 2,000.00 of 2,000.00 x 31 days + Feb 2026 200.00 of 1,000.00 x 28 days"
        " = 36.6 days"
    )


def test_the_countback_in_the_middle_of_a_month_counts_its_days_so_far() -> None:
    """On 10 March 400 + 1,000 + 800 = 2,200 is open. March sold 800 (10 days), February 1,000
    (28 days), and 400 of January's 500 take 400 / 500 x 31 = 24.8: 62.8."""
    assert receivable.dso_countback(march(), day("03-10")).value == Decimal("62.8")


def test_a_month_without_sales_counts_whole_in_the_countback() -> None:
    """Nothing was sold in March (31 days) and February (28); 50 of January's 100: 15.5."""
    made = book(sale("a", 100, "01-10", "02-10", on_0215=50))
    assert receivable.dso_countback(made, MARCH.until).value == Decimal("74.5")


def test_the_countback_is_nothing_where_nothing_is_open() -> None:
    made = book(sale("a", 100, "03-01", "03-11", on_0305=100))
    assert receivable.dso_countback(made, MARCH.until).value == 0


def test_the_countback_does_not_guess_at_sales_before_the_mirror() -> None:
    """Of 2,200 only 2,000 was sold since the mirror began on 1 March."""
    made = Book("USD", day("03-01"), march().sales, ())
    found = receivable.dso_countback(made, MARCH.until)
    assert (found.value, found.shown) == (None, NONE)
    assert "older than the sales that are known, which begin on 2026-03-01" in found.reason


def test_the_countback_uses_the_part_of_a_month_that_is_known_where_that_is_enough() -> None:
    """The mirror began on 15 March: mar2 alone (1,200) covers 600, in half of 17 days."""
    made = Book("USD", day("03-15"), (sale("mar2", 1200, "03-20", "04-19", on_0325=600),), ())
    assert receivable.dso_countback(made, MARCH.until).value == Decimal("8.5")


def test_effectiveness_is_what_came_of_what_could_have_come() -> None:
    """(1,500 + 2,000 - 2,200) / (1,500 + 2,000 - 1,200) x 100 = 1,300 / 2,300 = 56.5 %."""
    found = receivable.effectiveness(march(), MARCH)
    assert (found.value, found.shown) == (Decimal("56.5"), "56.5 %")
    assert found.worked == (
        "(1,500.00 + 2,000.00 - 2,200.00) / (1,500.00 + 2,000.00 - 1,200.00) x 100 = 56.5 %"
    )


def test_effectiveness_is_a_hundred_when_nothing_past_due_is_left() -> None:
    made = book(sale("a", 100, "03-01", "03-11", on_0320=100), sale("b", 50, "03-20", "04-19"))
    assert receivable.effectiveness(made, MARCH).value == 100


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (book(), "nothing was open and nothing was sold"),
        (book(sale("a", 100, "01-05", "01-20", on_0120=100)), "nothing was open and nothing"),
        (book(sale("a", 100, "03-20", "04-19")), "nothing was to be collected yet"),
    ],
)
def test_an_empty_month_has_no_effectiveness(made: Book, why: str) -> None:
    found = receivable.effectiveness(made, MARCH)
    assert found.value is None
    assert why in found.reason


FIGURES = (
    receivable.dso, receivable.best_dso, receivable.days_delinquent,
)  # fmt: skip


@pytest.mark.parametrize("figure", FIGURES)
def test_a_month_without_sales_has_no_days(figure: object) -> None:
    found: Figure = figure(book(sale("a", 100, "02-01", "03-01")), MARCH)  # type: ignore[operator]
    assert (found.value, found.reason) == (None, "nothing was sold in the period")


@pytest.mark.parametrize("figure", [*FIGURES, receivable.effectiveness])
def test_before_the_mirror_began_nothing_is_guessed(figure: object) -> None:
    late = Book("USD", day("03-02"), march().sales, ())
    found: Figure = figure(late, MARCH)  # type: ignore[operator]
    assert found.value is None
    assert "from 2026-03-02 on" in found.reason


def test_bad_debt_is_what_the_mapping_names_over_the_sales() -> None:
    """30 + 20 of 2,000 is 2.5 %; the 70 of April and the 10 in euro are not in it."""
    rows = [
        WrittenOff(day("03-03"), usd(30), Evidence("c1", "first")),
        WrittenOff(day("03-31"), usd(20), Evidence("c1", "second")),
        WrittenOff(day("04-01"), usd(70), Evidence("c1", "later")),
        WrittenOff(day("03-03"), Money.of(10, "EUR"), Evidence("c1", "euro")),
    ]
    found = receivable.bad_debt(march(), MARCH, rows)
    assert (found.value, found.worked) == (Decimal("2.5"), "50.00 / 2,000.00 x 100 = 2.5 %")
    assert [row.text for row in found.evidence] == ["first", "second"]


def test_bad_debt_without_a_mapping_is_not_told_and_with_one_may_be_nothing() -> None:
    assert receivable.bad_debt(march(), MARCH, None).shown == NONE
    assert receivable.bad_debt(march(), MARCH, []).shown == "0.0 %"


def test_the_age_of_a_past_day_is_what_was_open_then() -> None:
    """On 31 March: old 400 is 40 days late, mar1 600 is 11, mar2 1,200 is not due."""
    found = receivable.age(march(), MARCH.until)
    assert {name: amount.amount for name, amount in found.buckets.items()} == {
        "current": 1200, "1-30": 600, "31-60": 400, "61-90": 0, "over 90": 0,
    }  # fmt: skip
    assert found.total == usd(2200)
    earlier = receivable.age(march(), day("02-28"))
    assert earlier.buckets["current"] == usd(1000)
    assert earlier.buckets["1-30"] == usd(500)


def test_the_twenty_who_owe_most_are_named_the_largest_first() -> None:
    made = book(*(
        sale(f"s{n}", 100 + n, "03-01", "03-31", customer=f"c{n:02}") for n in range(25)
    ))  # fmt: skip
    top = receivable.age(made, MARCH.until).top
    assert len(top) == 20
    assert top[0] == ("c24", usd(124))


def test_the_period_before_has_the_same_length() -> None:
    assert MARCH.before == Period(day("01-29"), date(2026, 2, 28))
    assert MARCH.before.days == MARCH.days == 31
