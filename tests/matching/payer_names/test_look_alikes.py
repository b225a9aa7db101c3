"""A customer that is called like the payer, while another has its full name."""

from __future__ import annotations

from decimal import Decimal

import pytest

from matching.facts.items import OpenItem, Party
from matching.facts.rules import BY_NUMBER, RULES
from tests.matching.books import EVERY_RULE, decided, item, line, shelf, taken

LIMITED, INC = Party("ltd", "Smith Ltd"), Party("inc", "Smith Inc")
BOOK = [
    item("INV-1001", "300.55", customer="ltd"),
    item("INV-1002", "77.13", customer="inc"),
    item("INV-1003", "51.19", customer="inc"),
]


def posted(amount: str, text: str, payer: str, book: list[OpenItem] = BOOK) -> dict[str, Decimal]:
    decision = decided(line(amount, text, payer), book, EVERY_RULE, LIMITED, INC)
    return taken(decision.allocations)


@pytest.mark.parametrize("payer", ["Smith Ltd", "SMITH LIMITED", "ＳＭＩＴＨ　ＬＴＤ"])
@pytest.mark.parametrize("amount", ["77.13", "128.32"])
def test_what_a_look_alike_owes_is_shown_and_never_paid_by_its_amount(
    amount: str, payer: str
) -> None:
    decision = decided(line(amount, "", payer), BOOK, EVERY_RULE, LIMITED, INC)

    assert (decision.action, decision.allocations) == ("review", ())
    assert decision.reasons == (
        "inc is only called like the payer, whose full name another customer has",
    )
    assert decision.candidates[0].allocations


def test_what_has_the_full_name_pays_its_own() -> None:
    assert posted("300.55", "", "Smith Ltd") == {"INV-1001": Decimal("300.55")}
    assert posted("77.13", "", "Smith Inc") == {"INV-1002": Decimal("77.13")}


@pytest.mark.parametrize("payer", ["Smith", "Smith GmbH"])
def test_a_name_that_nobody_has_in_full_may_be_either(payer: str) -> None:
    assert posted("77.13", "", payer) == {"INV-1002": Decimal("77.13")}


@pytest.mark.parametrize("text", ["INV-1002", "1002", "INV-1202"])
def test_a_number_names_what_a_look_alike_owes(text: str) -> None:
    assert posted("77.13", text, "Smith Ltd") == {"INV-1002": Decimal("77.13")}


def test_an_equal_amount_of_a_look_alike_is_asked_about() -> None:
    equal = [*BOOK, item("INV-1004", "300.55", customer="inc")]

    assert posted("300.55", "", "Smith Ltd", equal) == {}


def test_the_book_tells_who_is_only_alike() -> None:
    found = shelf(BOOK, LIMITED, INC).called("Smith Ltd", points_min=88)

    assert [(payer.customer_id, payer.alike) for payer in found] == [("inc", True), ("ltd", False)]


def test_the_rules_that_stand_on_a_number_are_told_from_the_others() -> None:
    assert {"named_exact", "named_typo"} <= BY_NUMBER
    assert RULES.keys() > BY_NUMBER
    assert not BY_NUMBER & {"amount_one", "sum_all_open", "agreed", "amount_against_text"}
