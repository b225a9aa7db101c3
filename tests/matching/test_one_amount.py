"""Money of which only the amount tells what it pays."""

from __future__ import annotations

from decimal import Decimal

import pytest

from matching.items import Cash
from matching.policy import MatchPolicy
from matching.rules import EVERY_FAMILY
from tests.matching.books import cash, decided, item, line, paid, taken

BOOK = [
    item("INV-10411", "1240.50", due_days=-40),
    item("INV-10412", "387.15", due_days=-20),
    item("INV-10413", "387.15", due_days=15),
    item("INV-10418", "92.30", due_days=10),
    paid(item("INV-10399", "1240.50", due_days=-60)),
    item("INV-20511", "4077.33", customer="oak"),
    item("INV-20512", "77.77", customer="oak", currency="EUR"),
    item("INV-20513", "92.30", customer="oak"),
    item("INV-20514", "500", customer="oak"),
]
MAPLE, OAK = "MAPLE LANDSCAPING", "oak dental group inc"


@pytest.mark.parametrize(
    ("_case", "money", "rule", "expected"),
    [
        ("the customer is known", cash("1240.50"), "amount_one", {"INV-10411": "1240.50"}),
        ("the payer is known by name", line("92.30", "", MAPLE), "amount_one",
            {"INV-10418": "92.30"}),
        ("its name has a slip", line("92.30", "thanks", "Maple Landscapng"), "amount_one",
            {"INV-10418": "92.30"}),
        ("the look-alike of another currency", line("77.77", "", OAK, "EUR"), "amount_one",
            {"INV-20512": "77.77"}),
        ("of two, the one due in the month", line("387.15", "services february", MAPLE), "period",
            {"INV-10413": "387.15"}),
        ("the same in German with its year", line("387.15", "Miete Februar 2026", MAPLE),
            "period", {"INV-10413": "387.15"}),
        ("of nobody known, a rare amount", line("4077.33"), "amount_of_stranger",
            {"INV-20511": "4077.33"}),
        ("of nobody, with a bank's words", line("4077.33", "incoming wire transfer", "UNKNOWN"),
            "amount_of_stranger", {"INV-20511": "4077.33"}),
    ],
)  # fmt: skip
def test_an_amount_that_only_one_invoice_has_is_applied(
    _case: str, money: Cash, rule: str, expected: dict[str, str]
) -> None:
    decision = decided(money, BOOK)

    assert decision.action == "apply", decision.reasons
    assert decision.rule == rule
    assert taken(decision.allocations) == {k: Decimal(v) for k, v in expected.items()}


@pytest.mark.parametrize(
    ("_case", "money"),
    [
        ("two of the payer have it", line("387.15", "", MAPLE)),
        ("two have it, and the month is of neither", line("387.15", "rent july", MAPLE)),
        ("two strangers have it", line("92.30")),
        ("a round amount of nobody known", line("500")),
        ("a stranger with a name", line("4077.33", "", "Zebra Quarry")),
        ("a stranger with words", line("4077.33", "for the garden house")),
        ("paid ahead", line("1240.50", "deposit for spring", MAPLE)),
        ("on account", line("92.30", "on account", MAPLE)),
        ("in German ahead", line("92.30", "Anzahlung", MAPLE)),
        ("what it names was paid already", line("1240.50", "INV-10399", MAPLE)),
        ("it names a number that the book does not have", line("1240.50", "INV-20733", MAPLE)),
        ("it calls such a number an invoice", line("1240.50", "invoice 20733", MAPLE)),
        ("the money is under the customer", cash("1240.50", "payment INV-20733")),
    ],
)
def test_an_amount_that_may_be_another_is_left_to_a_person(_case: str, money: Cash) -> None:
    decision = decided(money, BOOK)

    assert (decision.action, decision.allocations) == ("review", ())
    assert money.amount.amount in taken(decision.candidates[0].allocations).values()


@pytest.mark.parametrize("on", [True, False])
def test_the_oldest_of_equal_invoices_is_paid_where_the_client_wants_it(on: bool) -> None:
    policy = MatchPolicy(apply_by=EVERY_FAMILY, oldest_of_equal=on)

    decision = decided(line("387.15", "", MAPLE), BOOK, policy)

    assert decision.action == ("apply" if on else "review")
    assert taken(decision.allocations) == ({"INV-10412": Decimal("387.15")} if on else {})


def test_the_oldest_of_equal_invoices_is_not_chosen_against_a_month_that_is_named() -> None:
    policy = MatchPolicy(apply_by=EVERY_FAMILY, oldest_of_equal=True)

    decision = decided(line("387.15", "february", MAPLE), BOOK, policy)

    assert taken(decision.allocations) == {"INV-10413": Decimal("387.15")}


@pytest.mark.parametrize("payer", ["Pine Plumbing", "PINE PLUMBING LTD"])
def test_of_two_customers_with_such_a_name_none_is_chosen(payer: str) -> None:
    book = [
        item("1001", "412.77", customer="Pine Plumbing North"),
        item("2001", "412.77", customer="Pine Plumbing South"),
    ]

    decision = decided(line("412.77", "", payer), book)

    assert decision.action == "review"
    assert len(decision.candidates) == 2


def test_of_two_customers_with_such_a_name_the_one_with_the_amount_paid() -> None:
    book = [
        item("1001", "412.77", customer="Pine Plumbing North"),
        item("2001", "950.10", customer="Pine Plumbing South"),
    ]

    decision = decided(line("412.77", "", "Pine Plumbing"), book)

    assert (decision.action, taken(decision.allocations)) == ("apply", {"1001": Decimal("412.77")})


def test_a_whole_name_goes_before_one_that_only_begins_so() -> None:
    book = [
        item("1001", "412.77", customer="Pine Plumbing"),
        item("2001", "412.77", customer="Pine Plumbing South"),
    ]

    decision = decided(line("412.77", "", "Pine Plumbing South"), book)

    assert (decision.action, taken(decision.allocations)) == ("apply", {"2001": Decimal("412.77")})
