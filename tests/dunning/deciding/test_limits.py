"""The limit on what is asked for without a person, in its own currency and in others."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dunning.deciding.limits import above
from providers.money import Money
from providers.rates import Rate

TO_DOLLARS = Rate("EUR", Decimal("1.10"), "USD")


@pytest.mark.parametrize(
    ("_case", "asked", "limits", "rates", "why"),
    [
        ("no limit", "EUR 90000", {}, (), ""),
        ("at its own", "EUR 1000", {"EUR": "1000"}, (), ""),
        ("a cent above its own", "EUR 1000.01", {"EUR": "1000"}, (), "more than the 1000 EUR"),
        ("its own goes first", "EUR 1000", {"EUR": "1000", "USD": "1"}, (TO_DOLLARS,), ""),
        ("at another's", "EUR 1000", {"USD": "1100"}, (TO_DOLLARS,), ""),
        ("above another's", "EUR 1000", {"USD": "1099.99"}, (TO_DOLLARS,),
         "EUR 1,000.00, USD 1,100.00 at the recorded rate, is more than the 1099.99 USD"),
        ("the other way round", "USD 1100", {"EUR": "999.99"}, (TO_DOLLARS,),
         "USD 1,100.00, EUR 1,000.00 at the recorded rate"),
        ("each of several", "EUR 1000", {"GBP": "5000", "USD": "5000"}, (TO_DOLLARS,), "no rate"),
        ("no rate", "EUR 1", {"USD": "1000"}, (), "cannot be held to the limit of 1000 USD"),
        ("a rate of others", "EUR 1", {"GBP": "1000"}, (TO_DOLLARS,), "no rate is known"),
        ("the first rate", "EUR 1000", {"USD": "1000"},
         (Rate("EUR", Decimal("0.90"), "USD"), TO_DOLLARS), ""),
    ],
)  # fmt: skip
def test_a_person_is_asked_above_the_limit(
    _case: str, asked: str, limits: dict[str, str], rates: tuple[Rate, ...], why: str
) -> None:
    currency, amount = asked.split()
    total = Money.of(amount, currency)
    said = above(total, {name: Decimal(most) for name, most in limits.items()}, rates)
    assert why in said
    assert bool(why) == bool(said)
