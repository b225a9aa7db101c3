"""What comes next, on a desk and on a phone: the first day, the policy's dates, plan and aging."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.house import House
from tests.browser.seeing import look
from tests.browser.visits import at_work, turn_to

OTHER = json.dumps({"dunning": {
    "ramp_per_day": 3, "steps": [{"name": "late", "offset_days": 10, "tone": "final"}],
    "segments": [{"name": "new ones", "when": {"payer": ["new"]}}],
}})  # fmt: skip


@pytest.fixture
def shop(house: House) -> Page:
    """Signed in at a shop with thirty customers of all ages."""
    realm = house.company("quickbooks", "Corner Shop")
    hand = house.vendors.quickbooks.act(realm)
    today = house.deps.now().date()
    for number in range(30):
        buyer = hand.create("Customer", {
            "DisplayName": f"Alder and Daughters, Branch {number}",
            "PrimaryEmailAddr": {"Address": f"pay@buyer{number}.example"},
        })["Id"]  # fmt: skip
        due = today - timedelta(days=number * 5 - 20)
        hand.create("Invoice", {
            "CustomerRef": {"value": buyer}, "CurrencyRef": {"value": "USD"},
            "DocNumber": f"10{number:02}", "TxnDate": (due - timedelta(days=30)).isoformat(),
            "DueDate": due.isoformat(),
            "Line": [{"Amount": Decimal("1234.50") * (number + 1),
                      "DetailType": "SalesItemLineDetail",
                      "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}],
        })  # fmt: skip
    return at_work(house)


def test_what_comes_next_is_shown_before_anything_is_switched_on(
    shop: Page, tmp_path: Path
) -> None:
    shop.goto("/clients/1/capabilities")
    expect(shop.get_by_text("25 customers will be written to on day 1")).to_be_visible()
    look(shop, tmp_path / "capabilities.png")
    turn_to(shop, "Policy")
    shop.get_by_label("The policy, as JSON").fill(OTHER)
    shop.get_by_role("button", name="Show what it would do", exact=True).click()
    expect(shop.get_by_text("Nothing is saved yet.")).to_be_visible()
    expect(shop.get_by_text("3 customers will be written to on day 1")).to_be_visible()
    expect(shop.get_by_text("From everybody to new ones (30)")).to_be_visible()
    look(shop, tmp_path / "policy.png")
    shop.get_by_role("button", name="Save as version 1").click()
    expect(shop.get_by_text("Version 1 is in force.").first).to_be_visible()
    turn_to(shop, "Plan")
    expect(shop.get_by_text("25 customers have something overdue")).to_be_visible()
    look(shop, tmp_path / "plan.png")
    turn_to(shop, "Aging")
    expect(shop.get_by_text("The 20 customers who owe most in USD")).to_be_visible()
    look(shop, tmp_path / "aging.png")


def test_what_would_be_applied_more_freely_asks_for_a_reason(shop: Page, tmp_path: Path) -> None:
    freer = json.dumps({"matching": {"apply_by": ["exact", "amount", "sum"]}})
    shop.goto("/clients/1/policy")
    shop.get_by_label("The policy, as JSON").fill(freer)
    shop.get_by_role("button", name="Save as version 1").click()
    expect(shop.get_by_role("alert")).to_contain_text("say why, as a reason")
    expect(shop.get_by_role("cell", name="nothing known").first).to_be_visible()
    look(shop, tmp_path / "freer.png")
    shop.get_by_label("Why, if more is to be done").fill("the backtest agrees")
    shop.get_by_role("button", name="Save as version 1").click()
    expect(shop.get_by_text("Version 1 is in force.").first).to_be_visible()
