"""From nothing to a live company, in a real browser on the vendors' own pages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from connector.clients import tenants
from connector.clients.tenants import State
from tests.browser.house import PHONE, House
from tests.browser.visits import TITLES, at_work, connect, consent, sign_in


def states(house: House) -> list[State]:
    with house.deps.reading() as tx:
        return [connection.state for connection in tenants.connections(tx)]


@pytest.mark.parametrize("ledger", ["quickbooks", "xero"])
def test_a_company_is_connected_and_its_page_follows_the_import(house: House, ledger: str) -> None:
    house.company(ledger, "Corner Shop")
    page = house.page()
    sign_in(page, ledger, "Corner Shop")
    connect(page, ledger, "Corner Shop")
    expect(page.get_by_text(f"Corner Shop is connected to {TITLES[ledger]}.")).to_be_visible()
    expect(page.get_by_text("records read so far")).to_be_visible()
    house.settle()
    expect(page.get_by_text("Last data")).to_be_visible()
    expect(page.locator("#lags")).to_contain_text("data as of just now")
    assert states(house) == [State.LIVE]


def test_a_quickbooks_and_a_xero_company_stand_side_by_side(house: House) -> None:
    house.company("quickbooks", "Corner Shop")
    house.company("xero", "Harbour Cafe")
    page = house.page()
    sign_in(page, "quickbooks", "Corner Shop")
    connect(page, "quickbooks", "Corner Shop")
    connect(page, "xero", "Harbour Cafe")
    house.settle()
    page.goto("/")
    for name, ledger in (("Corner Shop", "QuickBooks Online"), ("Harbour Cafe", "Xero")):
        expect(page.get_by_text(f"{name}, {ledger}: Connected")).to_be_visible()


def test_disconnecting_asks_once_more_and_then_offers_to_connect(house: House) -> None:
    house.company("quickbooks", "Corner Shop")
    page = house.page(PHONE)
    sign_in(page, "quickbooks", "Corner Shop")
    connect(page, "quickbooks", "Corner Shop")
    house.settle()
    page.reload()
    page.locator("summary", has_text="Disconnect").click()
    page.get_by_role("button", name="Disconnect Corner Shop").click()
    expect(page.get_by_text("Corner Shop is disconnected from QuickBooks Online.")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Connect .*QuickBooks"))).to_be_visible()
    assert states(house) == [State.DISCONNECTED]


def test_a_disconnect_inside_quickbooks_shows_a_loud_banner(house: House) -> None:
    realm = house.company("quickbooks", "Corner Shop")
    page = at_work(house)
    page.goto(f"{house.host.address('quickbooks')}/app/{realm}/apps")
    page.get_by_role("button", name="Disconnect").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("You disconnected Ledgerhand")
    house.settle(lambda: states(house) == [State.RECONNECT])
    page.goto("/")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("QuickBooks Online no longer lets Ledgerhand into Corner Shop")
    alert.get_by_role("link", name="Reconnect Corner Shop").click()
    consent(page, "quickbooks", "Corner Shop")
    page.get_by_role("heading", name="Corner Shop", level=1).wait_for()
    house.settle()
    page.reload()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_saying_no_at_the_vendor_comes_back_with_a_plain_sentence(house: House) -> None:
    house.company("quickbooks", "Corner Shop")
    page = house.page()
    page.goto("/")
    page.get_by_role("link", name="Sign in with Intuit").click()
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_text("You did not give access. Nothing was connected.")).to_be_visible()
    assert states(house) == []
