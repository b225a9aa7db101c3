"""The last check before money is written."""

from __future__ import annotations

import pytest

from matching.deciding.settlement import CannotSettle, settle
from matching.facts.items import Cash
from providers.ledger import Allocation
from providers.money import Money
from tests.matching.books import cash, item, paid, usd

BOOK = [
    item("1", "100"),
    item("2", "50"),
    item("3", "50", customer="oak"),
    item("4", "50", currency="EUR"),
    item("CN-5", "-30"),
    paid(item("6", "50")),
]


def of(number: str, amount: str, currency: str = "USD") -> Allocation:
    return Allocation(f"id:{number}", Money.of(amount, currency))


def test_the_rest_stays_unapplied() -> None:
    assert settle(cash("140"), BOOK, [of("1", "100"), of("2", "30")]) == usd("10")


def test_a_credit_note_pays_together_with_the_money() -> None:
    assert settle(cash("70"), BOOK, [of("1", "100"), of("CN-5", "-30")]) == usd("0")


def test_money_that_is_bound_to_nobody_may_pay_for_several_customers() -> None:
    assert settle(cash("150"), BOOK, [of("1", "100"), of("3", "50")]) == usd("0")


@pytest.mark.parametrize(
    ("_case", "money", "parts", "message"),
    [
        ("nothing chosen", cash("100"), [], "choose at least one"),
        ("not open", cash("100"), [of("9", "1")], "not open"),
        ("paid", cash("100"), [of("6", "1")], "more than the USD 0.00 open"),
        ("twice", cash("100"), [of("1", "1"), of("1", "1")], "twice"),
        ("above the balance", cash("200"), [of("1", "100.01")], "more than the USD 100.00 open"),
        ("above the money", cash("120"), [of("1", "100"), of("2", "50")], "USD 30.00 more"),
        ("nothing", cash("100"), [of("1", "0")], "not more than nothing"),
        ("less than nothing", cash("100"), [of("1", "-1")], "not more than nothing"),
        ("a credit note that is paid", cash("100"), [of("CN-5", "10")], "not more than nothing"),
        ("above a credit note", cash("100"), [of("1", "100"), of("CN-5", "-31")], "more than"),
        ("other currency of the part", cash("100"), [of("1", "1", "EUR")], "currency only"),
        ("other currency of the invoice", cash("100"), [of("4", "1", "EUR")], "currency only"),
        ("another's, of bound money", cash("100", bound=True), [of("3", "1")], "another customer"),
    ],
)
def test_what_does_not_fit_is_refused(
    _case: str, money: Cash, parts: list[Allocation], message: str
) -> None:
    with pytest.raises(CannotSettle, match=message):
        settle(money, BOOK, parts)
