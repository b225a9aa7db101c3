"""Rates of exchange: there and back to the cent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.money import Money
from providers.rates import Rate, quotient

RATE = Rate("USD", Decimal("0.92"), "EUR")


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def usd(amount: str) -> Money:
    return Money.of(amount, "USD")


@given(paid=st.decimals(min_value=1, max_value=9_999_999, places=2), price=st.decimals(
    min_value=Decimal("0.01"), max_value=100, places=4))  # fmt: skip
def test_a_rate_between_two_amounts_makes_one_of_the_other(paid: Decimal, price: Decimal) -> None:
    one = Money(paid, "USD")
    other = Money(paid * price, "EUR")
    rate = Rate.between(one, other)
    assert rate.converted(one) == other
    assert rate.makes(one, other)


def test_both_ways_and_nothing_else() -> None:
    assert RATE.converted(usd("1000")) == eur("920")
    assert RATE.converted(eur("920")) == usd("1000")
    assert RATE.converted(Money.of("1", "GBP")) is None
    assert str(RATE) == "0.92 EUR for 1 USD"
    assert quotient(eur("1"), usd("3")) == Decimal("0.3333333333")


@pytest.mark.parametrize(
    ("_case", "rate", "paid", "came", "holds"),
    [
        ("to the cent", RATE, "1000", "920.00", True),
        ("a cent of rounding", RATE, "1000", "920.01", True),
        ("as coarse as it is written", RATE, "1000", "924.90", True),
        ("a charge", Rate("USD", Decimal("0.9200"), "EUR"), "1000", "905.00", False),
        ("the inverse", Rate("EUR", Decimal("1.0870"), "USD"), "1000", "919.96", True),
        ("the inverse and a charge", Rate("EUR", Decimal("1.0870"), "USD"), "1000", "910", False),
        ("other currencies", Rate("USD", Decimal("0.92"), "GBP"), "1000", "920", False),
    ],
)
def test_whether_a_rate_holds_is_as_exact_as_it_is_written(
    _case: str, rate: Rate, paid: str, came: str, holds: bool
) -> None:
    assert rate.makes(usd(paid), eur(came)) is holds
