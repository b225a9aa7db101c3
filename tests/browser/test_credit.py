"""The credit section of a customer's page, opened, on a desk and on a phone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.house import House
from tests.browser.test_foresight import look
from tests.browser.visits import at_work


def test_a_recommended_limit_opens_to_what_it_stands_on(house: House, tmp_path: Path) -> None:
    realm = house.company("quickbooks", "Corner Shop")
    hand, today = house.vendors.quickbooks.act(realm), house.deps.now().date()
    buyer = hand.create("Customer", {"DisplayName": "Alder and Daughters"})["Id"]
    whose = {"CustomerRef": {"value": buyer}, "CurrencyRef": {"value": "USD"}}
    for number in range(24):
        issued, amount = today - timedelta(days=360 - number * 15), Decimal("500.00")
        made = hand.create("Invoice", {
            **whose, "DocNumber": f"{number}", "TxnDate": issued.isoformat(),
            "DueDate": (issued + timedelta(days=10)).isoformat(),
            "Line": [{"Amount": amount, "DetailType": "SalesItemLineDetail",
                      "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}],
        })  # fmt: skip
        hand.create("Payment", {
            **whose, "TotalAmt": amount, "TxnDate": (issued + timedelta(days=12)).isoformat(),
            "Line": [{"Amount": amount, "LinkedTxn": [
                {"TxnId": made["Id"], "TxnType": "Invoice"}]}],
        })  # fmt: skip
    page = at_work(house)
    page.goto(f"/connections/1/customers/{buyer}")
    page.get_by_text("What it stands on").click()
    expect(page.get_by_text("This is a recommendation only")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Paid on time")).to_be_visible()
    look(page, tmp_path / "credit.png")
