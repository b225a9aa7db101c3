"""A credit in a browser: looked at on every size, approved, and told with its case."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from connector.commitments import disputing
from connector.disputed import disputes
from connector.disputed.disputes import Source, State, Type
from connector.rule_changes import allowing
from connector.rules.modes import Capability, Mode
from providers.money import Money
from tests.browser.house import House
from tests.browser.seeing import look
from tests.browser.visits import at_work

LIST = "/clients/1/disputes"


@pytest.fixture
def shop(house: House) -> Page:
    """Signed in at a shop with a disputed invoice."""
    realm = house.company("quickbooks", "Corner Shop")
    hand, today = house.vendors.quickbooks.act(realm), house.deps.now().date()
    alder = hand.create("Customer", {"DisplayName": "Alder and Daughters"})["Id"]
    invoice = str(hand.create("Invoice", {
        "CustomerRef": {"value": alder}, "CurrencyRef": {"value": "USD"}, "DocNumber": "1001",
        "TxnDate": (today - timedelta(days=30)).isoformat(), "DueDate": today.isoformat(),
        "Line": [{"Amount": Decimal(120), "DetailType": "SalesItemLineDetail",
                  "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}],
    })["Id"])  # fmt: skip
    page = at_work(house)
    allowing.switch(house.deps, 1, Capability.CASH, Mode.COPILOT, by="tests")
    with house.deps.writing() as tx:
        owed = disputing.invoice_of(tx, 1, invoice)
        assert owed
        claim = disputes.Claim(
            owed.customer_id, invoice, Money.of("20", "USD"), owed.open, Type.QUALITY,
            "two of ten boxes were wet", Source.PERSON,
        )  # fmt: skip
        disputes.add(tx, 1, claim, by="ann", at=house.deps.now())
    return page


def test_a_credit_is_approved_and_told_with_its_dispute(
    house: House, shop: Page, tmp_path: Path
) -> None:
    shop.goto(LIST)
    look(shop, tmp_path / "disputes.png")
    shop.get_by_role("link", name="Credit it for dispute D1").click()
    expect(shop.get_by_role("heading", name="Credit for dispute D1")).to_be_visible()
    look(shop, tmp_path / "credit.png")
    shop.get_by_label("Amount in USD").fill("12.50")
    shop.get_by_label("Account").select_option(label="Bad debts")
    shop.get_by_label("Why").fill("two boxes were wet, as the photos show")
    shop.get_by_role("button", name="Book the credit in QuickBooks Online").click()
    expect(shop.get_by_text("The credit is on its way to the ledger;")).to_be_visible()
    look(shop, tmp_path / "on-its-way.png")
    house.settle(lambda: credited(house))
    shop.goto(LIST)
    expect(shop.get_by_text("USD 12.50 of USD 20.00 credited (quality)")).to_be_visible()
    look(shop, tmp_path / "credited.png")
    shop.get_by_role("link", name="See the credit, or undo it").click()
    expect(shop.get_by_role("heading", name="Credit of USD 12.50")).to_be_visible()
    look(shop, tmp_path / "applied.png")


def credited(house: House) -> bool:
    with house.deps.reading() as tx:
        found = disputes.find(tx, 1, 1)
    return found is not None and found.state is State.ACCEPTED
