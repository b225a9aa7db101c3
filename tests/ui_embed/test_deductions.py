"""The page of deduction cases: the payer's words, every check, and how a person ends a case."""

from __future__ import annotations

import pytest

from connector.disputed import cases
from connector.disputed.cases import Deduction
from providers.money import Money
from tests.ui_embed.books import Shop, busy_shop
from tests.ui_embed.office import Office

WHERE = "/clients/1/deductions"
CASE = "/connections/1/deductions/1"
WORDS = 'CB-25 <b>damage</b> "50"'


@pytest.fixture
def shop(desk: Office) -> Shop:
    made = busy_shop(desk)
    deps = made.desk.universe.deps
    with deps.writing() as tx:
        cases.open_case(
            tx, 1, decision_id=1, invoice_id=made.invoice, customer_id="1", kind="deduction",
            amount=Money.of("50", "USD"), words=WORDS, at=deps.now(),
        )  # fmt: skip
    made.tick()
    return made


def case(shop: Shop) -> Deduction:
    with shop.desk.universe.deps.reading() as tx:
        found = cases.find(tx, 1, 1)
    assert found
    return found


def test_a_case_is_shown_in_the_payers_words_with_what_was_found(shop: Shop) -> None:
    page = shop.owner.page(WHERE)
    assert "CB-25 &lt;b&gt;damage&lt;/b&gt; &#34;50&#34;" in page
    for told in ("Alder", "50.00 USD off", "1001", "Early payment", "Not found", "Price list",
                 "No price list is imported.", "Delivery proof"):  # fmt: skip
        assert told in page


def test_a_case_is_closed_once_with_an_outcome(shop: Shop) -> None:
    shop.owner.post(f"{CASE}/close", on=WHERE, outcome=" ")
    assert case(shop).state == "open"
    assert "Say in 1 to 500 characters" in shop.owner.page(WHERE)
    assert shop.owner.post(f"{CASE}/close", on=WHERE, outcome="credited").status_code == 303
    assert (case(shop).state, case(shop).outcome) == ("closed", "credited")
    assert case(shop).closed_by == "books@quickbooks.example"
    shop.owner.post(f"{CASE}/close", on="/", outcome="again")
    assert case(shop).outcome == "credited"
    assert "Somebody else has just ended this case." in shop.owner.page(WHERE)


def test_a_case_is_looked_into_anew(shop: Shop) -> None:
    before = case(shop).checked_at
    assert before
    shop.owner.post(f"{CASE}/check", on=WHERE)
    assert case(shop).checked_at is None
    assert "It is being looked into." in shop.owner.page(WHERE)
    shop.tick()
    assert case(shop).checked_at


def test_somebody_else_sees_and_ends_nothing(shop: Shop) -> None:
    stranger = shop.stranger()
    assert stranger.get(WHERE).status_code == 404
    for act in ("close", "check"):
        assert stranger.post(f"{CASE}/{act}", outcome="mine").status_code == 404
    assert stranger.post("/connections/2/deductions/1/close", outcome="mine").status_code == 404
    assert case(shop).state == "open"


def test_the_page_of_disputes_says_that_a_case_holds_a_part_back_too(shop: Shop) -> None:
    page = " ".join(shop.owner.page("/clients/1/disputes").split())
    assert "No dispute is open." in page
    assert "Held back as well: what is in 1 deduction case, which is ended under" in page
    assert f'<a href="{WHERE}">Deductions</a>' in page
    shop.owner.post(f"{CASE}/close", on=WHERE, outcome="credited")
    assert "Held back as well" not in shop.owner.page("/clients/1/disputes")
