"""From the mail to the account page on a phone: a promise, a dispute, a pay page in two clicks."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from connector.commitments import promises
from connector.disputed import disputes
from connector.mirroring import mirror
from connector.rule_changes import allowing
from connector.rules.modes import Capability, Mode
from connector.rules.policy import Policy
from providers.simulated.store import Doc
from tests.browser.house import PHONE, House
from tests.browser.seeing import look
from tests.browser.visits import at_work, signed_in

PUBLIC = "https://ar.corner.example"
LINK = re.compile(rf"{PUBLIC}(/account/[0-9a-f]{{40}})\s")
COLOUR = "#0b6e4f"


@pytest.fixture
def shop(house: House) -> House:
    """A shop whose customer owes two invoices and has been written to about them."""
    org = house.company("xero", "Corner Shop")
    hand = house.vendors.xero.act(org)
    today = house.deps.now().date()
    buyer = hand.create("Contacts", {
        "Name": "Long Name of Alder & Sons Landscaping", "EmailAddress": "pay@buyer.example",
    })["ContactID"]  # fmt: skip
    for number, amount in (("INV-2026-0001", "1000.00"), ("INV-2026-0002", "80.00")):
        due = today - timedelta(days=2)
        hand.create("Invoices", {
            "Type": "ACCREC", "Status": "AUTHORISED", "Contact": {"ContactID": buyer},
            "InvoiceNumber": number, "Date": (due - timedelta(days=30)).isoformat(),
            "DueDate": due.isoformat(), "LineAmountTypes": "NoTax",
            "LineItems": [{"Description": "work", "Quantity": "1", "UnitAmount": Decimal(amount),
                           "AccountCode": "200"}],
        })  # fmt: skip
    at_work(house, "xero", PHONE)
    rules = {"dunning": {"portal": True, "brand": {"colour": COLOUR, "sender_name": "Cedar Co"}}}
    allowing.set_policy(house.deps, 1, Policy.model_validate(rules), by="tests", reason="tests")
    house.deps = replace(
        house.deps, config=house.deps.config.model_copy(update={"base_url": PUBLIC})
    )
    allowing.switch(house.deps, 1, Capability.REMIND, Mode.AUTOPILOT, by="tests")
    pass_days(house, 3)
    return house


def pass_days(house: House, days: int) -> None:
    for _ in range(days):
        house.host.simulation.world.clock.advance(timedelta(days=1))
        house.settle()


def bookkeeper(house: House) -> Page:
    """Signed in anew: a session does not outlast the days that went by."""
    return signed_in(house, house.page(PHONE), "xero")


def mails(house: House) -> list[Doc]:
    return list(house.vendors.simulation.mail.messages())


def account(house: House) -> Page:
    """The page that the newest mail leads to, in a browser without any cookie."""
    found = LINK.search(mails(house)[-1]["text"])
    assert found, "the mail leads to no account page"
    page = house.page(PHONE)
    page.goto(found[1])
    expect(page.get_by_role("heading", name="Your account at Cedar Co", level=1)).to_be_visible()
    return page


def test_from_the_mail_to_a_promise_and_nothing_is_sent_before_its_day(
    shop: House, tmp_path: Path
) -> None:
    before = len(mails(shop))
    page = account(shop)
    look(page, tmp_path / "account.png")
    page.get_by_text("Tell us when you will pay (USD)").click()
    on = shop.deps.now().date() + timedelta(days=10)
    page.get_by_label(re.compile("^Day, until")).fill(on.isoformat())
    look(page, tmp_path / "promise.png")
    page.get_by_role("button", name="Continue").first.click()
    expect(page.get_by_text("You will pay $1,080.00 by")).to_be_visible()
    look(page, tmp_path / "check.png")
    page.get_by_role("button", name="Yes, tell Cedar Co").click()
    expect(page.get_by_role("status")).to_contain_text("do not remind you before that day")
    expect(page.get_by_text("You told us: $1,080.00 by").first).to_be_visible()
    look(page, tmp_path / "promised.png")
    pass_days(shop, 10)
    assert len(mails(shop)) == before
    pass_days(shop, 5)
    assert "promised for" in mails(shop)[-1]["subject"]


def test_from_the_mail_to_a_dispute_and_the_next_one_asks_for_the_rest(
    shop: House, tmp_path: Path
) -> None:
    page = account(shop)
    wrong = page.locator("details", has_text="Something is wrong with an invoice")
    wrong.locator("summary").click()
    page.get_by_label("Which invoice", exact=True).select_option(label="INV-2026-0001, $1,000.00")
    page.get_by_label("What is wrong", exact=True).select_option("quality")
    page.get_by_label("Amount that you do not agree with").fill("200")
    page.get_by_label("What is wrong, in your own words").fill("two <b>wet</b> boxes")
    look(page, tmp_path / "wrong.png")
    wrong.get_by_role("button", name="Continue").click()
    expect(
        page.get_by_text("You do not agree with $200.00 of invoice INV-2026-0001")
    ).to_be_visible()
    look(page, tmp_path / "check.png")
    page.get_by_role("button", name="Yes, tell Cedar Co").click()
    expect(page.get_by_role("status")).to_contain_text("we ask only for the rest")
    owner = bookkeeper(shop)
    owner.goto("/clients/1")
    expect(owner.get_by_text("two <b>wet</b> boxes")).to_be_visible()
    owner.goto("/clients/1/disputes")
    look(owner, tmp_path / "disputes.png")
    pass_days(shop, 10)
    text = " ".join(mails(shop)[-1]["text"].split())
    assert "left out $200.00" in text
    assert "Total to pay $880.00" in text


def test_from_the_mail_to_the_page_to_pay_on_in_two_clicks_without_a_sign_in(shop: House) -> None:
    page = account(shop)
    link = page.get_by_role("link", name="Pay invoice INV-2026-0001 online")
    with page.expect_request(lambda asked: not asked.url.startswith(shop.url)) as gone:
        link.click()
    assert gone.value.is_navigation_request()
    assert "referer" not in gone.value.headers


def test_what_cannot_be_taken_is_told_and_kept_in_the_form(shop: House, tmp_path: Path) -> None:
    page = account(shop)
    page.get_by_text("Tell us when you will pay (USD)").click()
    page.get_by_label(re.compile("^Day, until")).fill(shop.deps.now().date().isoformat())
    page.get_by_label("Amount in USD").fill("5000")
    page.get_by_role("button", name="Continue").first.click()
    expect(page.get_by_role("alert")).to_contain_text("at most $1,080.00 can be promised")
    expect(page.get_by_label("Amount in USD")).to_have_value("5000")
    look(page, tmp_path / "fault.png")
    with shop.deps.reading() as tx:
        assert promises.listed(tx, 1) == []
        assert disputes.listed(tx, 1) == []


def test_the_customers_page_look(shop: House, tmp_path: Path) -> None:
    account(shop)
    with shop.deps.reading() as tx:
        (customer,) = mirror.customers(tx, 1)
    owner = bookkeeper(shop)
    owner.goto(f"/connections/1/customers/{customer.id}")
    expect(owner.get_by_text("Looked at the account page").first).to_be_visible()
    owner.evaluate("document.querySelectorAll('details').forEach(it => { it.open = true })")
    look(owner, tmp_path / "customer.png")
