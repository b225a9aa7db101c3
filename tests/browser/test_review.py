"""The queue of money that waits: read, answered by keys, split by hand."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from connector.mirroring import mirror
from connector.rule_changes import allowing
from connector.rules.modes import Capability, Mode
from providers.ledger import Invoice, Kind
from tests.browser.house import House
from tests.browser.seeing import look, waiting
from tests.browser.visits import at_work

LATER_MILLISECONDS = 800
"""A moment after the page appeared, when keys answer."""


@pytest.fixture
def shop(house: House) -> Page:
    """Signed in at a shop where two payments wait: one may be for either of two invoices."""
    realm = house.company("quickbooks", "Corner Shop")
    hand = house.vendors.quickbooks.act(realm)
    alder = hand.create("Customer", {"DisplayName": "Alder and Daughters"})["Id"]
    for number in ("1001", "1002"):
        invoice(hand, alder, number)
    page = at_work(house)
    allowing.switch(house.deps, 1, Capability.CASH, Mode.COPILOT, by="tests")
    for text in ("thank you", "1002"):
        hand.create("Payment", {
            "CustomerRef": {"value": alder}, "CurrencyRef": {"value": "USD"},
            "TotalAmt": Decimal(120), "TxnDate": "2026-03-01", "PaymentRefNum": text,
        })  # fmt: skip
    house.settle(lambda: len(waiting(house)) == 2)
    return page


def invoice(hand: Any, customer: str, number: str) -> None:
    hand.create("Invoice", {
        "CustomerRef": {"value": customer}, "CurrencyRef": {"value": "USD"}, "DocNumber": number,
        "TxnDate": "2026-01-20", "DueDate": "2026-02-19",
        "Line": [{"Amount": Decimal(120), "DetailType": "SalesItemLineDetail",
                  "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}],
    })  # fmt: skip


def test_a_row_says_how_sure_each_candidate_is_and_why(shop: Page, tmp_path: Path) -> None:
    shop.goto("/clients/1")
    row = shop.locator("[data-row]").first
    expect(row.get_by_text("second best")).to_be_visible()
    look(shop, tmp_path / "queue.png")
    row.locator("summary").first.click()
    look(shop, tmp_path / "open.png")
    row.get_by_role("link", name="Split by hand").click()
    look(shop, tmp_path / "split.png")
    shop.get_by_label("1001").fill("70")
    shop.get_by_label("1002").fill("60")
    shop.get_by_role("button", name="Apply in QuickBooks").click()
    expect(shop.get_by_role("alert")).to_contain_text("USD 10.00 too much")
    look(shop, tmp_path / "refused.png")


def chosen(page: Page) -> int:
    return page.locator("[data-row]:focus [data-candidate]").evaluate_all(
        "all => all.findIndex((one) => one.ariaCurrent) + 1"
    )


def test_by_keys_alone_the_queue_is_answered_and_each_press_answers_one(
    house: House, shop: Page
) -> None:
    shop.goto("/clients/1")
    rows = shop.locator("[data-row]")
    expect(shop.locator("#keys")).to_be_visible()
    shop.wait_for_timeout(LATER_MILLISECONDS)
    for key in ("a", "Enter", "r", "s"):
        shop.keyboard.press(key)
    assert len(waiting(house)) == 2, "no row is in focus"
    shop.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    for keys in ("Control+a", "Alt+r", "Meta+s", "Shift+A"):
        shop.keyboard.press(keys)
    shop.keyboard.press("2")
    assert chosen(shop) == 2
    shop.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    shop.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    assert chosen(shop) == 2
    shop.keyboard.press("?")
    expect(shop.get_by_text("next and the previous row")).to_be_visible()
    field = shop.get_by_label("Why (shown to whoever looks here next)")
    shop.locator("summary", has_text="Pause").click()
    field.press_sequentially("jar?")
    expect(field).to_have_value("jar?")
    rows.nth(0).focus()
    shop.keyboard.press("a")
    shop.keyboard.press("a")
    expect(shop.get_by_text("Approved. It is on its way.")).to_be_visible()
    expect(rows).to_have_count(1)
    expect(rows.first).to_be_focused()
    shop.evaluate("performance.now = () => 10")
    shop.keyboard.press("Enter")
    (left,) = waiting(house)
    shop.keyboard.press("s")
    expect(shop).to_have_url(re.compile(f"/approvals/{left.id}/split$"))
    shop.go_back()
    rows.first.focus()
    shop.wait_for_timeout(LATER_MILLISECONDS)
    shop.keyboard.press("r")
    expect(shop.get_by_text("Left as it is.")).to_be_visible()
    assert waiting(house) == []
    assert paid(house) == ["1002"]


def paid(house: House) -> list[str]:
    """The numbers of the invoices of which nothing is open."""
    house.settle()
    with house.deps.reading() as tx:
        found = mirror.everything(tx, 1, [Kind.INVOICE])
    return [it.number for it in found if isinstance(it, Invoice) and not it.open]
