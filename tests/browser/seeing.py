"""Looking at a page: what keeps people from using it, and a picture of it."""

from __future__ import annotations

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from connector import approvals
from connector.approvals import Approval
from tests.browser.house import House

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
TOUCHED = "button:visible, a.btn:visible, summary:visible, nav a:visible"
TOUCH_PIXELS_MIN = 24
"""WCAG 2.2, 2.5.8."""
SMALL = """(places, least) => places
    .map((place) => [place.outerHTML.slice(0, 120), place.getBoundingClientRect()])
    .filter(([, box]) => Math.min(box.width, box.height) < least)
    .map(([html, box]) => `${html}: ${box.width} x ${box.height}`)"""


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{fault['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"
        for fault in found
        for node in fault["nodes"]
    ]


def too_small(page: Page) -> list[str]:
    """Buttons and links that are no text in a sentence, below the size of a finger."""
    found: list[str] = page.locator(TOUCHED).evaluate_all(SMALL, TOUCH_PIXELS_MIN)
    return found


def look(page: Page, picture: Path) -> None:
    """Take a picture; whoever cannot see, point well or has a small screen can use the page."""
    page.screenshot(path=picture, full_page=True)
    assert faults(page) == []
    assert too_small(page) == []
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0, f"{page.url} is {width} pixels too wide"


def waiting(house: House) -> list[Approval]:
    with house.deps.reading() as tx:
        return approvals.waiting(tx, 1)
