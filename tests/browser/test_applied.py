"""Applied cash in a browser: looked at, undone in two steps, and what the ledger made of it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from connector.outgoing import intents
from connector.outgoing.intention import OPEN
from connector.rule_changes import allowing
from connector.rules.modes import Capability, Mode
from tests.browser.house import WAIT_SECONDS_MAX, House
from tests.browser.test_foresight import look
from tests.browser.visits import at_work, turn_to

TITLE = "USD 120.00 from Alder and Daughters"


def hand_of(house: House, realm: str) -> Any:
    return house.vendors.quickbooks.act(realm)


@pytest.fixture
def realm(house: House) -> str:
    return house.company("quickbooks", "Corner Shop")


@pytest.fixture
def shop(house: House, realm: str) -> Page:
    """Signed in at a shop where two payments were applied by themselves."""
    hand, today = hand_of(house, realm), house.deps.now().date()
    alder = hand.create("Customer", {"DisplayName": "Alder and Daughters"})["Id"]
    for number, amount in (("1001", 120), ("1002", 80)):
        hand.create("Invoice", {
            "CustomerRef": {"value": alder}, "CurrencyRef": {"value": "USD"}, "DocNumber": number,
            "TxnDate": (today - timedelta(days=30)).isoformat(), "DueDate": today.isoformat(),
            "Line": [{"Amount": Decimal(amount), "DetailType": "SalesItemLineDetail",
                      "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}],
        })  # fmt: skip
    page = at_work(house)
    allowing.switch(house.deps, 1, Capability.CASH, Mode.AUTOPILOT, by="tests")
    for number, amount in (("1001", 120), ("1002", 80)):
        hand.create("Payment", {
            "CustomerRef": {"value": alder}, "CurrencyRef": {"value": "USD"},
            "TotalAmt": Decimal(amount), "TxnDate": today.isoformat(), "PaymentRefNum": number,
        })  # fmt: skip
    house.settle(lambda: balances(house, realm) == [0, 0])
    rest(house)
    return page


def rest(house: House) -> None:
    """Until everything that was to go out is confirmed."""

    def over() -> bool:
        with house.deps.reading() as tx:
            return not intents.in_states(tx, 1, *OPEN)

    house.settle(over)


def balances(house: House, realm: str) -> list[Decimal]:
    return [invoice["Balance"] for invoice in hand_of(house, realm).find("Invoice")]


def test_one_click_and_a_second_thought_undo_it(
    house: House, shop: Page, realm: str, tmp_path: Path
) -> None:
    shop.goto("/clients/1")
    turn_to(shop, "Applied cash")
    expect(shop.get_by_text("Number and amount are exact")).to_have_count(2)
    look(shop, tmp_path / "applied.png")
    card = shop.get_by_role("listitem").filter(has_text=TITLE)
    card.locator("summary").click()
    look(shop, tmp_path / "asked.png")
    card.get_by_role("button", name=f"Yes, undo {TITLE}").click()
    expect(card.get_by_text("The undo is on its way.")).to_be_visible()
    look(shop, tmp_path / "under-way.png")
    house.settle(lambda: sorted(balances(house, realm)) == [0, 120])
    told_by_itself = WAIT_SECONDS_MAX * 1000
    expect(card.get_by_text("Undone.")).to_be_visible(timeout=told_by_itself)
    look(shop, tmp_path / "undone.png")
    expect(shop.get_by_text("Applied in the ledger.")).to_have_count(1)


def test_what_somebody_changed_since_is_refused_with_its_reason(
    house: House, shop: Page, realm: str, tmp_path: Path
) -> None:
    for payment in hand_of(house, realm).find("Payment"):
        hand_of(house, realm).update("Payment", {"Id": payment["Id"], "PrivateNote": "Mine now"})
    shop.goto("/clients/1/applied")
    card = shop.get_by_role("listitem").filter(has_text=TITLE)
    card.locator("summary").click()
    card.get_by_role("button", name=f"Yes, undo {TITLE}").click()
    house.settle()
    shop.reload()
    expect(card.get_by_text("Not undone")).to_be_visible()
    expect(card.get_by_text("changed since")).to_be_visible()
    look(shop, tmp_path / "refused.png")
    assert balances(house, realm) == [0, 0]


def test_without_scripts_it_is_undone_by_the_same_two_steps(
    house: House, shop: Page, realm: str
) -> None:
    context = house.browser.new_context(
        base_url=house.url, java_script_enabled=False, storage_state=shop.context.storage_state()
    )
    house.contexts.append(context)
    page = context.new_page()
    page.goto("/clients/1/applied")
    button = page.get_by_role("button", name=f"Yes, undo {TITLE}")
    expect(button).to_be_hidden()
    page.get_by_role("listitem").filter(has_text=TITLE).locator("summary").click()
    button.click()
    house.settle(lambda: sorted(balances(house, realm)) == [0, 120])
    page.reload()
    expect(page.get_by_text("Undone.", exact=True)).to_be_visible()
