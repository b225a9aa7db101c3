"""The decimals of currencies are those that banks book in, whatever is shown."""

from __future__ import annotations

from decimal import Decimal

import pytest

from providers.money import Money, minor_unit


@pytest.mark.parametrize(("currency", "unit"), [
    ("USD", "0.01"), ("HUF", "0.01"), ("RSD", "0.01"), ("COP", "0.01"), ("JPY", "1"), ("ISK", "1"),
    ("KWD", "0.001"), ("IQD", "0.001"), ("CLF", "0.0001"),
])  # fmt: skip
def test_the_least_of_a_currency(currency: str, unit: str) -> None:
    assert minor_unit(currency) == Decimal(unit)


def test_paras_and_fillers_are_kept() -> None:
    assert Money.of("100.50", "RSD").amount == Decimal("100.50")
    assert Money.of("627311.30", "HUF").amount == Decimal("627311.30")
