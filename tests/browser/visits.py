"""What a bookkeeper does at the browser, click by click."""

from __future__ import annotations

import requests
from playwright.sync_api import Page

from connector.demo.installing import agree
from tests.browser.house import APP, DESKTOP, House

TITLES = {"quickbooks": "QuickBooks Online", "xero": "Xero"}


def sign_in(page: Page, ledger: str, organisation: str) -> None:
    """From the first page to being signed in, through the vendor's own pages."""
    page.goto("/")
    if ledger == "xero":
        page.get_by_role("link", name="Sign in with Xero").click()
        page.get_by_label(organisation).check()
        page.get_by_role("button", name="Allow access").click()
    else:
        page.get_by_role("link", name="Sign in with Intuit").click()
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Approve").click()
    page.get_by_role("heading", name="Clients", level=1).wait_for()


def consent(page: Page, ledger: str, organisation: str) -> None:
    """On the vendor's consent page, choose a company and agree."""
    if ledger == "xero":
        page.get_by_label(organisation).check()
        page.get_by_role("button", name="Allow access").click()
        return
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label(organisation).check()
    page.get_by_role("button", name="Approve").click()


def connect(page: Page, ledger: str, organisation: str) -> None:
    """From the list of clients to a connected company."""
    page.goto("/")
    page.get_by_role("link", name=f"Connect to {TITLES[ledger]}").click()
    page.get_by_text(APP).first.wait_for()
    consent(page, ledger, organisation)
    page.get_by_role("heading", name=organisation, level=1).wait_for()


def at_work(house: House, ledger: str = "quickbooks", size: tuple[int, int] = DESKTOP) -> Page:
    """Signed in at the Corner Shop, whose company in that ledger is connected and imported."""
    page = house.page(size)
    agreed(house, page, f"/sign-in/{ledger}")
    page.goto(agreed(house, page, f"/connect/{ledger}"))
    house.settle()
    return page


def signed_in(house: House, page: Page, ledger: str) -> Page:
    page.goto(agreed(house, page, f"/sign-in/{ledger}"))
    return page


def agreed(house: House, page: Page, path: str) -> str:
    """Where a page leads that asks a vendor for leave, which is given on the vendor's pages without
    the browser: `test_connecting.py` looks at these, and in it they take a second."""
    session = requests.Session()
    for known in page.context.cookies(house.url):
        session.cookies.set(known["name"], known["value"])
    ledger = path.rpartition("/")[2]
    wishes = dict.fromkeys(("company", "tenant"), house.companies[ledger])
    leads_to = agree(session, house.url, ledger, path, wishes)
    page.context.add_cookies(
        [{"name": got.name, "value": got.value or "", "url": house.url} for got in session.cookies]
    )
    return leads_to


def turn_to(page: Page, name: str) -> None:
    """To another page of the client, by the menu where there is no room for all."""
    page.wait_for_load_state()
    menu = page.get_by_role("navigation").locator("summary")
    if menu.is_visible():
        menu.click()
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()
