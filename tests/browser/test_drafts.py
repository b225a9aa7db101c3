"""A letter that waits, put into other words in a browser, on a desk and on a phone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from connector.rule_changes import allowing
from connector.rules.modes import Capability, Mode
from tests.browser.house import House
from tests.browser.seeing import look, waiting
from tests.browser.visits import at_work


@pytest.fixture
def shop(house: House) -> Page:
    """Signed in at a shop where a letter about 120.00 waits."""
    realm = house.company("quickbooks", "Corner Shop")
    hand = house.vendors.quickbooks.act(realm)
    due = house.deps.now().date() - timedelta(days=5)
    buyer = hand.create("Customer", {
        "DisplayName": "Alder & Sons", "PrimaryEmailAddr": {"Address": "pay@alder.example"},
    })["Id"]  # fmt: skip
    hand.create("Invoice", {
        "CustomerRef": {"value": buyer}, "CurrencyRef": {"value": "USD"}, "DocNumber": "1001",
        "DueDate": due.isoformat(), "TxnDate": (due - timedelta(days=30)).isoformat(),
        "Line": [{"Amount": Decimal("120.00"), "DetailType": "SalesItemLineDetail",
                  "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}],
    })  # fmt: skip
    page = at_work(house)
    allowing.switch(house.deps, 1, Capability.REMIND, Mode.COPILOT, by="tests")
    house.settle(lambda: bool(waiting(house)))
    return page


def test_a_letter_is_edited_refused_mended_and_approved(
    house: House, shop: Page, tmp_path: Path
) -> None:
    shop.goto("/clients/1")
    shop.get_by_role("link", name="Read or edit the letter").click()
    letter = shop.frame_locator("iframe")
    expect(letter.get_by_text("Alder & Sons").first).to_be_attached()
    text = shop.get_by_label("Text")
    drafted = text.input_value()
    look(shop, tmp_path / "draft.png")
    text.fill(drafted.replace("Hello Alder & Sons,", "Dear Mia, send half of it,"))
    shop.get_by_role("button", name="Approve in these words").click()
    expect(shop.get_by_role("alert")).to_contain_text("concession: half")
    expect(text).to_have_value(drafted.replace("Hello Alder & Sons,", "Dear Mia, send half of it,"))
    look(shop, tmp_path / "refused.png")
    text.fill(drafted.replace("Hello Alder & Sons,", "Dear Mia,"))
    shop.get_by_role("button", name="Approve in these words").click()
    expect(shop.get_by_text("Approved in these words.")).to_be_visible()
    assert waiting(house) == []
    shop.goto("/why/1")
    expect(shop.get_by_label("What was changed")).to_contain_text("+Dear Mia,")
    look(shop, tmp_path / "why.png")
