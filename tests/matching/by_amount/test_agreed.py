"""Money that comes as it was agreed: instalments and promises, and what speaks against them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from matching.book.gather import gather
from matching.deduction import shortfalls
from matching.facts.items import Cash, Expected
from matching.facts.policy import MatchPolicy
from matching.facts.rules import EVERY_FAMILY, Family
from providers.money import Money
from tests.matching.books import EVERY_RULE, cash, decided, item, line, shelf, taken

BOOK = [
    item("INV-10411", "900.00", due_days=-40),
    item("INV-10412", "387.15", due_days=-20),
    item("INV-10413", "250.00", due_days=-5),
    item("INV-20511", "733.01", customer="oak"),
]
MAPLE = "MAPLE LANDSCAPING"
BOTH = ("INV-10411", "INV-10412")


def expected(
    amount: str, *numbers: str, customer: str = "maple", currency: str = "USD"
) -> Expected:
    ids = tuple(f"id:{number}" for number in numbers or BOTH)
    return Expected(customer, ids, Money.of(amount, currency), "what plan 3 has for 5 March")


@pytest.mark.parametrize(
    ("_case", "money", "paid"),
    [
        ("nothing is written", line("300.00", "", MAPLE), {"INV-10411": "300.00"}),
        ("it is called an instalment", line("300.00", "2nd instalment", MAPLE),
            {"INV-10411": "300.00"}),
        ("its invoice is named", line("300.00", "INV-10411", MAPLE), {"INV-10411": "300.00"}),
        ("the ledger knows the customer", cash("300.00", bound=True), {"INV-10411": "300.00"}),
    ],
)  # fmt: skip
def test_the_oldest_invoice_of_the_agreement_is_paid(
    _case: str, money: Cash, paid: dict[str, str]
) -> None:
    decision = decided(money, BOOK, agreed=[expected("300.00")])
    assert (decision.action, decision.rule) == ("apply", "agreed"), decision.reasons
    assert taken(decision.allocations) == {n: Decimal(a) for n, a in paid.items()}
    assert "what plan 3 has for 5 March" in decision.reasons[0]


def test_what_the_oldest_does_not_hold_goes_on_the_next() -> None:
    decision = decided(line("1000.00", "", MAPLE), BOOK, agreed=[expected("1000.00")])
    assert taken(decision.allocations) == {"INV-10411": Decimal(900), "INV-10412": Decimal(100)}


@pytest.mark.parametrize(
    ("_case", "money", "agreed"),
    [
        ("another amount", line("299.99", "", MAPLE), expected("300.00")),
        ("another customer's agreement", line("300.00", "", MAPLE),
            expected("300.00", "INV-20511", customer="oak")),
        ("nobody known pays", line("300.00", "", "Zebra Quarry"), expected("300.00")),
        ("another invoice is named", line("300.00", "INV-10413", MAPLE), expected("300.00")),
        ("an invoice has the amount too", line("250.00", "", MAPLE), expected("250.00")),
        ("it is called a deposit", line("300.00", "deposit", MAPLE), expected("300.00")),
        ("another currency", line("300.00", "", MAPLE, currency="EUR"), expected("300.00")),
        ("more than is open", line("1500.00", "", MAPLE), expected("1500.00")),
    ],
)  # fmt: skip
def test_what_is_not_beyond_doubt_is_left_to_a_person(
    _case: str, money: Cash, agreed: Expected
) -> None:
    assert decided(money, BOOK, agreed=[agreed]).action == "review"


def test_two_agreements_about_different_invoices_are_not_chosen_between() -> None:
    other = expected("300.00", "INV-10412")
    assert (
        decided(line("300.00", "", MAPLE), BOOK, agreed=[expected("300.00"), other]).action
        == "review"
    )


def test_of_two_plans_with_the_same_invoice_first_there_is_nothing_to_choose() -> None:
    same = expected("300.00", "INV-10411")
    assert (
        decided(line("300.00", "", MAPLE), BOOK, agreed=[expected("300.00"), same]).action
        == "apply"
    )


def test_a_client_allows_it_by_its_family() -> None:
    without = MatchPolicy(apply_by=EVERY_FAMILY - {Family.AGREED})
    decision = decided(line("300.00", "", MAPLE), BOOK, without, agreed=[expected("300.00")])
    assert decision.action == "review"
    assert decision.candidates[0].rule == "agreed"
    assert "leaves the rule agreed to a person" in decision.reasons[0]


@pytest.mark.parametrize("text", ["", "less 2% discount", "bank charges", "damage"])
def test_what_an_instalment_leaves_open_is_no_deduction(text: str) -> None:
    """882 of 900 would be a usual discount, if it had not been agreed."""
    money = line("882.00", text, MAPLE)
    agreed = expected("882.00")
    decision = decided(money, BOOK, agreed=[agreed])
    case = replace(gather(money, shelf(BOOK), EVERY_RULE), expected=(agreed,))
    assert shortfalls.found(case, decision.allocations) == []


def test_the_same_money_without_an_agreement_is_a_guess() -> None:
    decision = decided(line("300.00", "", MAPLE), BOOK)
    assert decision.action == "review"
    assert "agreed" not in [candidate.rule for candidate in decision.candidates]
