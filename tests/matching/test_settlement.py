"""The last check before money is written."""

from __future__ import annotations

import pytest

from matching.items import Cash
from matching.settlement import CannotSettle, settle
from providers.ledger import Allocation
from providers.money import Money
from tests.matching.books import cash, item, usd

BOOK = [
    item("1", "100"),
    item("2", "50"),
    item("3", "50", customer="oak"),
    item("4", "50", currency="EUR"),
]


def of(number: str, amount: str, currency: str = "USD") -> Allocation:
    return Allocation(f"id:{number}", Money.of(amount, currency))


def test_the_rest_stays_unapplied() -> None:
    assert settle(cash("140"), BOOK, [of("1", "100"), of("2", "30")]) == usd("10")


@pytest.mark.parametrize(
    ("_case", "money", "parts", "message"),
    [
        ("nothing chosen", cash("100"), [], "choose at least one"),
        ("not open", cash("100"), [of("9", "1")], "not open"),
        ("twice", cash("100"), [of("1", "1"), of("1", "1")], "twice"),
        ("above the balance", cash("200"), [of("1", "100.01")], "more than the USD 100.00 open"),
        ("above the money", cash("120"), [of("1", "100"), of("2", "50")], "USD 30.00 more"),
        ("nothing", cash("100"), [of("1", "0")], "not more than nothing"),
        ("less than nothing", cash("100"), [of("1", "-1")], "not more than nothing"),
        ("other currency of the part", cash("100"), [of("1", "1", "EUR")], "currency only"),
        ("other currency of the invoice", cash("100"), [of("4", "1", "EUR")], "currency only"),
        ("other customer", cash("100"), [of("3", "1")], "more than one customer"),
        ("two customers", cash("100", customer=""), [of("1", "1"), of("3", "1")], "more than one"),
    ],
)
def test_what_does_not_fit_is_refused(
    _case: str, money: Cash, parts: list[Allocation], message: str
) -> None:
    with pytest.raises(CannotSettle, match=message):
        settle(money, BOOK, parts)
