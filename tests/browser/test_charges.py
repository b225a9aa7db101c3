"""Charges for being late in a browser, on a desk and on a phone: approved, undone, waived."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from connector.late_fees import charges
from connector.rule_changes import allowing
from connector.rules import policy as policies
from connector.rules.modes import Capability, Mode
from dunning.fees.late_fees import FeeState
from providers.simulated.store import Doc
from tests.browser.house import House
from tests.browser.test_letters import look
from tests.browser.visits import at_work


@pytest.fixture
def shop(house: House) -> Page:
    """Signed in at a shop whose terms have late fees; one customer is late with two invoices."""
    realm = house.company("quickbooks", "Corner Shop")
    hand = house.vendors.quickbooks.act(realm)
    buyer = hand.create("Customer", {"DisplayName": "Alder & Sons"})["Id"]
    for number in ("1001", "1002"):
        hand.create("Invoice", bill(house, buyer, number))
    account = hand.create("Account", {"Name": "Late fees", "AccountType": "Income"})["Id"]
    hand.create("Item", {
        "Name": "Late fee", "Type": "Service", "IncomeAccountRef": {"value": account},
    })  # fmt: skip
    page = at_work(house)
    allowing.switch(house.deps, 1, Capability.REMIND, Mode.COPILOT, by="tests")
    rules = policies.Policy.model_validate({"dunning": {
        "late_fees": {"percent": "1.5"}, "customers_are": "business",
        "interest": {"country": "GB"}, "billing": {"accounts": {"": account}},
    }})  # fmt: skip
    allowing.set_policy(house.deps, 1, rules, by="tests")
    house.settle(lambda: states(house) == [FeeState.DRAFTED] * 2)
    return page


def bill(house: House, buyer: str, number: str) -> Doc:
    due = house.deps.now().date() - timedelta(days=9)
    line = {"Amount": 200, "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}  # fmt: skip
    return {
        "CustomerRef": {"value": buyer}, "DocNumber": number, "DueDate": due.isoformat(),
        "TxnDate": (due - timedelta(days=30)).isoformat(), "Line": [line],
    }  # fmt: skip


def states(house: House) -> list[FeeState]:
    with house.deps.reading() as tx:
        return [one.state for one in charges.listed(tx, 1)]


def test_a_fee_is_approved_undone_and_another_one_is_waived(
    house: House, shop: Page, tmp_path: Path
) -> None:
    shop.goto("/clients/1")
    expect(shop.get_by_text("late fee of USD 3.00 for invoice 1001")).to_be_visible()
    look(shop, tmp_path / "today.png")
    shop.goto("/clients/1/aging")
    shop.get_by_role("link", name="Alder & Sons").first.click()
    section = shop.locator("#charges")
    look(shop, tmp_path / "drafts.png")
    section.get_by_role("button", name="Approve: raise the invoice").last.click()
    expect(shop.get_by_text("Approved. It is on its way.")).to_be_visible()
    house.settle(lambda: FeeState.POSTED in states(house))
    shop.go_back()
    shop.reload()
    expect(section.get_by_text("In the ledger", exact=True)).to_be_visible()
    section.locator("summary", has_text="Waive").click()
    section.get_by_label("Why it is not charged").fill("They called and will pay.")
    look(shop, tmp_path / "waiving.png")
    section.get_by_role("button", name="Waive it for good").click()
    expect(section.get_by_text("They called and will pay.")).to_be_visible()
    section.locator("summary", has_text="Undo").click()
    look(shop, tmp_path / "undoing.png")
    section.get_by_role("button", name="Void the invoice").click()
    house.settle(lambda: set(states(house)) == {FeeState.WAIVED, FeeState.UNDONE})
    shop.reload()
    expect(section.get_by_text("Taken back", exact=True)).to_be_visible()
    look(shop, tmp_path / "ended.png")
    shop.get_by_role("link", name="Interest by law on 1001").click()
    expect(shop.get_by_text("is in GBP, the debt is in USD")).to_be_visible()
    look(shop, tmp_path / "interest.png")
