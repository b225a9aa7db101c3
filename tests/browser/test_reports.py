"""Reports and worklist on a desk and on a phone, at a shop that has collected for a while."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from connector.rule_changes import allowing
from connector.rules.modes import Capability, Mode
from tests.browser.house import House
from tests.browser.test_foresight import look
from tests.browser.visits import at_work, signed_in, turn_to


@pytest.fixture
def shop(house: House) -> Page:
    """Twenty-five customers are late when the shop is connected; they are written to, and three
    days later five of them have paid. One has bought again."""
    realm = house.company("quickbooks", "Corner Shop")
    hand = house.vendors.quickbooks.act(realm)
    today = house.deps.now().date()
    bought: list[tuple[str, str, Decimal]] = []

    def buy(buyer: str, number: str, amount: Decimal, days_late: int) -> None:
        due = today - timedelta(days=days_late)
        made = hand.create("Invoice", {
            "CustomerRef": {"value": buyer}, "CurrencyRef": {"value": "USD"},
            "DocNumber": number, "DueDate": due.isoformat(),
            "TxnDate": min(due - timedelta(days=30), today).isoformat(),
            "Line": [{"Amount": amount, "DetailType": "SalesItemLineDetail",
                      "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}],
        })  # fmt: skip
        bought.append((buyer, made["Id"], amount))

    for number in range(25):
        buyer = hand.create("Customer", {
            "DisplayName": f"Alder and Daughters, Branch {number}",
            "PrimaryEmailAddr": {"Address": f"pay@buyer{number}.example"},
        })["Id"]  # fmt: skip
        buy(buyer, f"10{number:02}", Decimal("1234.50") * (number + 1), number * 5 + 4)
    page = at_work(house)
    allowing.switch(house.deps, 1, Capability.REMIND, Mode.AUTOPILOT, by="tests")
    house.settle()
    house.host.world.clock.advance(timedelta(days=3))
    for buyer, invoice, amount in bought[:5]:
        hand.create("Payment", {
            "CustomerRef": {"value": buyer}, "CurrencyRef": {"value": "USD"},
            "TotalAmt": amount, "TxnDate": (today + timedelta(days=3)).isoformat(),
            "Line": [{"Amount": amount,
                      "LinkedTxn": [{"TxnId": invoice, "TxnType": "Invoice"}]}],
        })  # fmt: skip
    buy(bought[0][0], "2001", Decimal("9000.00"), -30)
    house.settle()
    return signed_in(house, page, "quickbooks")


def test_the_figures_their_working_and_who_is_first_are_for_everybody(
    shop: Page, tmp_path: Path
) -> None:
    shop.goto("/clients/1")
    turn_to(shop, "Reports")
    row = shop.get_by_role("row", name="Cash recovered after contact")
    expect(row).to_contain_text("18,517.50")
    expect(shop.get_by_role("row", name="Cases resolved")).to_contain_text("20.0")
    look(shop, tmp_path / "reports.png")
    shop.get_by_text("How these figures were worked out, USD, Corner Shop").click()
    expect(shop.get_by_text("Alder and Daughters, Branch 4").first).to_be_visible()
    shop.get_by_text("Who owed most in USD, Corner Shop").click()
    look(shop, tmp_path / "worked-out.png")
    shop.get_by_label("From").fill("2026-01-01")
    shop.get_by_role("button", name="Show", exact=True).click()
    expect(shop.get_by_role("row", name="Days sales outstanding (days) n/a").first).to_be_visible()
    look(shop, tmp_path / "chosen.png")
    turn_to(shop, "Worklist")
    expect(shop.get_by_text("1. Alder and Daughters, Branch 24: USD 30,862.50")).to_be_visible()
    look(shop, tmp_path / "worklist.png")
