"""Numbers that are known, or may be issued next, and so are no slip of the pen."""

from __future__ import annotations

import pytest

from matching.facts.items import OpenItem
from tests.matching.books import cash, decided, item, paid, taken

EUROS = item("INV-1101", "99", currency="EUR")
OTHERS = item("INV-1101", "99", customer="oak")
OTHERS_ELSE = item("INV-1101", "150", customer="oak")
PAID = paid(item("INV-1101", "99"))
PAID_ELSE = paid(item("INV-1101", "150"))


@pytest.mark.parametrize("text", ["INV-1101", "inv 1101", "Invoice INV-1101 EUR 99", "no 1101"])
@pytest.mark.parametrize("known", [EUROS, OTHERS_ELSE, PAID])
def test_a_number_that_a_document_has_is_no_slip_of_anothers(text: str, known: OpenItem) -> None:
    decision = decided(cash("99", text), [known, item("INV-1102", "99")])

    assert decision.rule != "named_typo"
    assert decision.action == "review", decision.reasons


@pytest.mark.parametrize("text", ["INV-1101", "no 1101"])
def test_what_was_paid_by_another_amount_is_not_meant_and_the_slip_is_read(text: str) -> None:
    decision = decided(cash("99", text), [PAID_ELSE, item("INV-1102", "99")])

    assert (decision.rule, taken(decision.allocations)) == ("named_typo", {"INV-1102": 99})


def test_a_number_that_anothers_document_has_pays_that_one() -> None:
    decision = decided(cash("99", "INV-1101"), [OTHERS, item("INV-1102", "99")])

    assert (decision.rule, taken(decision.allocations)) == ("named_exact", {"INV-1101": 99})


def test_an_invoice_in_another_currency_is_said_to_be_in_it() -> None:
    decision = decided(cash("99", "Invoice INV-1101 EUR 99"), [EUROS, item("INV-1102", "99")])

    assert "INV-1101 is in EUR, and USD 99.00 came" in decision.reasons


def test_a_slip_beside_an_invoice_in_another_currency_is_asked_about() -> None:
    decision = decided(cash("99", "INV-1101 INV-1012"), [EUROS, item("INV-1102", "99")])

    assert (decision.action, decision.rule) == ("review", "named_typo")
    assert decision.reasons == ("INV-1101 is in EUR, and USD 99.00 came",)


@pytest.mark.parametrize("text", ["INV-1103", "invoice 1103", "1103", "INV-1112", "INV-1201"])
def test_a_number_that_may_be_issued_next_is_no_slip(text: str) -> None:
    book = [item("INV-1101", "60", customer="oak"), item("INV-1102", "99")]

    decision = decided(cash("99", text), book)

    assert (decision.action, decision.allocations) == ("review", ())
    assert decision.rule != "named_typo"


@pytest.mark.parametrize("text", ["INV-1012", "INV-1120", "INV-9102", "INV-11002"])
def test_any_other_number_that_is_written_almost_right_is_one(text: str) -> None:
    book = [item("INV-1102", "99"), item("INV-1123", "60", customer="oak")]

    decision = decided(cash("99", text), book)

    assert (decision.rule, taken(decision.allocations)) == ("named_typo", {"INV-1102": 99})


@pytest.mark.parametrize(("amount", "action"), [("99", "review"), ("6211.49", "apply")])
def test_only_a_rare_amount_outweighs_what_another_customer_owes(amount: str, action: str) -> None:
    book = [item("INV-1101", "150", customer="oak"), item("INV-1102", amount)]

    decision = decided(cash(amount, "INV-1101"), book)

    assert (decision.action, decision.rule) == (action, "amount_against_text")
