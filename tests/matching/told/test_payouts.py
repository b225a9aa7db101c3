"""Bank lines that are payouts: paired one to one, or left to a person."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from matching.facts.items import Cash
from matching.told.payouts import Announced, pair
from providers.money import Money

DAY = date(2026, 3, 2)


def line(id_: str = "bank:1", amount: str = "950", *, text: str = "STRIPE PAYOUT", payer: str = "",
         days: int = 0, currency: str = "USD") -> Cash:  # fmt: skip
    return Cash(id_, "", Money.of(amount, currency), DAY + timedelta(days=days), payer, text)


def payout(id_: str = "po_1", amount: str = "950", processor: str = "stripe") -> Announced:
    return Announced(processor, id_, DAY, Money.of(amount, "USD"))


@pytest.mark.parametrize(("_case", "given", "is_pair"), [
    ("the same sum and day", line(), True),
    ("named by its payer", line(text="transfer", payer="Stripe Payments UK"), True),
    ("after a long weekend", line(days=6), True),
    ("a little early", line(days=-2), True),
    ("too late", line(days=7), False),
    ("too early", line(days=-3), False),
    ("a cent more", line(amount="950.01"), False),
    ("another currency", line(currency="EUR"), False),
    ("nobody named", line(text="transfer from Cedar"), False),
    ("the other processor", line(text="PAYPAL *TRANSFER"), False),
    ("part of a longer word is no name", line(text="PINSTRIPED SUITS"), False),
])  # fmt: skip
def test_a_bank_line_is_a_payout_by_sum_day_and_name(
    _case: str, given: Cash, is_pair: bool
) -> None:
    found = pair([given], [payout()])
    assert (found.by_line == {given.id: payout()}) is is_pair
    assert found.unclear == {}


def test_of_two_equal_payouts_neither_is_chosen() -> None:
    found = pair([line()], [payout("po_1"), payout("po_2")])
    assert found.by_line == {}
    assert found.unclear == {"bank:1": "may be any of the payouts po_1, po_2"}


def test_of_two_equal_lines_neither_is_chosen() -> None:
    found = pair([line("bank:1"), line("bank:2")], [payout()])
    assert found.by_line == {}
    assert set(found.unclear) == {"bank:1", "bank:2"}


def test_the_order_does_not_matter() -> None:
    lines = [line("bank:1"), line("bank:2", "40", text="PAYPAL"), line("bank:3", "7")]
    payouts = [payout(), payout("W1", "40", "paypal"), payout("po_9", "8")]
    found = pair(lines, payouts)
    assert {id_: one.id for id_, one in found.by_line.items()} == {"bank:1": "po_1", "bank:2": "W1"}
    assert pair(lines[::-1], payouts[::-1]) == found
