"""A customer found, looked at, and followed into the trail: at a desk and on a phone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from connector import audit
from connector.commitments import promises
from connector.correspondence import letters, tracking
from connector.correspondence.tracking import Event, Kind, Link, Purpose
from connector.inbound import replies
from connector.recipients import contacts
from connector.recipients.contacts import Contact, Role
from dunning.customer.account import Promise
from providers.letters.pdf import Printed
from providers.messages import Reply
from providers.money import Money
from tests.browser.house import House
from tests.browser.seeing import look
from tests.browser.visits import at_work, turn_to
from ui_embed import audit as trail
from ui_embed import customers

AMOUNT = Money.of("120.00", "USD")


@pytest.fixture
def shop(house: House) -> Page:
    """Signed in at a shop with two customers, of whom one has a past."""
    realm = house.company("quickbooks", "Corner Shop")
    hand = house.vendors.quickbooks.act(realm)
    for name, number in (("Alder & Sons", "1001"), ("Birch", "1002")):
        customer = hand.create("Customer", {"DisplayName": name})["Id"]
        hand.create("Invoice", {
            "CustomerRef": {"value": customer}, "CurrencyRef": {"value": "USD"},
            "DocNumber": number, "TxnDate": "2026-01-20", "DueDate": "2026-02-19",
            "Line": [{"Amount": Decimal("120.00"), "DetailType": "SalesItemLineDetail",
                      "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}],
        })  # fmt: skip
    page = at_work(house)
    _past(house)
    return page


def _past(house: House) -> None:
    deps, now = house.deps, house.deps.now()
    today = now.date()
    with deps.writing() as tx:
        for invoice, words in (("gone", ""), ("1", "on Friday, I promise")):
            made = Promise((invoice,), AMOUNT, today - timedelta(days=9), today, AMOUNT)
            promises.add(tx, 1, "1", made, source="person", words=words, by="ann", at=now)
        for role, email in (
            (Role.DUNNING, "ann@alder.example"),
            (Role.OWNER, "olga@alder.example"),
        ):
            contacts.add(tx, 1, Contact("1", role, "Ann Payer", email), by="ann", at=now)
        letters.queue(
            tx, 1, Printed(b"%PDF", "0" * 64, 1), intent_key="k", decision_id=1, customer_id="1",
            name="Alder & Sons", total=AMOUNT, kind="reminder", step="second", facts={},
            address=["Alder & Sons"], read_at=now, made_at=now,
        )  # fmt: skip
        tracking.keep(tx, [
            Link(1, "aa", "<m>", "k", "1", "ann@alder.example", Purpose.OPEN, "", "", now)
        ])  # fmt: skip
        tracking.note(tx, 1, Event("<m>", "ann@alder.example", Kind.OPEN, now, token="aa"))
        audit.add(tx, 1, at=now, actor="ann", event="call.done", about="customer:1/USD",
                  amount=str(AMOUNT))  # fmt: skip
    replies.keep(deps, (1, "1"), Reply(
        "<r>", (), "ann@alder.example", "Re: 1001", "We will pay on Friday.\nSorry.", now, False
    ))  # fmt: skip
    house.settle()


def test_a_customer_is_found_looked_at_and_followed_into_the_trail(
    shop: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(customers, "SHOWN_MAX", 1)
    monkeypatch.setattr(trail, "ENTRIES_MAX", 4)
    turn_to(shop, "Customers")
    expect(shop.get_by_text("page 1 of 2")).to_be_visible()
    look(shop, tmp_path / "customers.png")
    shop.get_by_label("Name, or number of an invoice").fill("1001")
    shop.get_by_role("button", name="Find").click()
    shop.get_by_role("link", name="Alder & Sons").click()
    expect(shop.get_by_text("So far kept 0 / broken 1.")).to_be_visible()
    expect(shop.get_by_text("Answer from ann@alder.example.")).to_be_visible()
    for summary in ("A person alone writes to", "Add a contact", "Write a promise down"):
        shop.locator("summary", has_text=summary).click()
    look(shop, tmp_path / "customer.png")
    shop.get_by_label("Why (shown with each question about this customer)").fill("our largest")
    shop.get_by_role("button", name="Leave this customer to people").click()
    expect(shop.get_by_text("A person alone writes to Alder & Sons.")).to_be_visible()
    shop.get_by_role("link", name="all that the audit trail has about it").click()
    expect(shop.get_by_text("All that is about Alder & Sons.")).to_be_visible()
    look(shop, tmp_path / "trail.png")
    shop.get_by_role("link", name="Older than these").click()
    expect(shop.get_by_role("link", name="Newer than these")).to_be_visible()
    expect(shop.get_by_text("All that is about Alder & Sons.")).to_be_visible()
    shop.goto("/clients/1")
    look(shop, tmp_path / "today.png")
    shop.get_by_label("They will pay by").fill("2026-03-13")
    shop.get_by_role("button", name="Write the promise down").click()
    expect(shop.get_by_text("Written down: Alder & Sons pays USD 120.00")).to_be_visible()
