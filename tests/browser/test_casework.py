"""A case in a browser, on a desk and on a phone: downloaded, opened, and a referral taken back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from connector.decided import formal_steps
from dunning.rules.steps import Do
from providers.money import Money
from tests.browser.house import House
from tests.browser.seeing import faults, look, picture
from tests.browser.visits import at_work


@pytest.fixture
def shop(house: House) -> Page:
    """Signed in at a shop whose customer is with an agency."""
    realm = house.company("quickbooks", "Corner Shop")
    hand = house.vendors.quickbooks.act(realm)
    due = house.deps.now().date() - timedelta(days=50)
    buyer = hand.create("Customer", {"DisplayName": "Alder & Sons"})["Id"]
    invoice = hand.create("Invoice", {
        "CustomerRef": {"value": buyer}, "CurrencyRef": {"value": "USD"}, "DocNumber": "1001",
        "DueDate": due.isoformat(), "TxnDate": (due - timedelta(days=30)).isoformat(),
        "Line": [{"Amount": Decimal("120.00"), "DetailType": "SalesItemLineDetail",
                  "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}],
    })["Id"]  # fmt: skip
    page = at_work(house)
    with house.deps.writing() as tx:
        formal_steps.keep(
            tx, 1, decision_id=1, customer_id=buyer, do=Do.REFERRAL, total=Money.of("120", "USD"),
            invoice_ids=[invoice], first_by="ann", by="bob", at=house.deps.now(),
        )  # fmt: skip
    page.goto(f"/connections/1/customers/{buyer}")
    return page


def test_a_case_is_downloaded_and_read_and_a_referral_is_taken_back(
    house: House, shop: Page, tmp_path: Path
) -> None:
    look(shop, tmp_path / "customer.png")
    with shop.expect_download() as fetched:
        shop.get_by_role("button", name="Download the case as one ZIP").click()
    assert fetched.value.suggested_filename.startswith("case-Alder-Sons-")
    with ZipFile(fetched.value.path()) as archive:
        archive.extractall(tmp_path / "case")
    reading = shop.context.browser.new_page()  # type: ignore[union-attr]
    reading.goto((tmp_path / "case" / "index.html").as_uri())
    expect(reading.get_by_role("heading", name="Case of Alder & Sons")).to_be_visible()
    expect(reading.get_by_text("a demand letter that was posted, for 1001")).to_be_visible()
    picture(reading, tmp_path / "index.png")
    assert faults(reading) == []
    reading.close()
    shop.locator("summary", has_text="Take the referral back").click()
    shop.get_by_label("Why (it is told in the ledger)").fill("They paid a part.")
    look(shop, tmp_path / "taking-back.png")
    shop.get_by_role("button", name="Take it back").click()
    expect(shop.get_by_text("The referral is taken back.")).to_be_visible()
    look(shop, tmp_path / "taken-back.png")
    with house.deps.reading() as tx:
        assert [one.in_force for one in formal_steps.listed(tx, 1)] == [False]
