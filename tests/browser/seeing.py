"""Looking at a page: what keeps people from using it, and a picture of it."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from connector.decided import approvals
from connector.decided.approvals import Approval
from tests.browser.house import DESKTOP, PHONE, House

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


class Pictures:
    """Taken only for people who want to see them: each takes as long as all that is checked."""

    wanted: ClassVar[bool] = False


def picture(page: Page, file: Path) -> None:
    if Pictures.wanted:
        page.screenshot(path=file, full_page=True)


def faults(page: Page) -> list[str]:
    axe = Axe("0") if page.evaluate("'axe' in window") else Axe()
    found = axe.run(page, options=RULES).response["violations"]
    return [
        f"{fault['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"
        for fault in found
        for node in fault["nodes"]
    ]


def too_small(page: Page) -> list[str]:
    """Buttons and links that are no text in a sentence, below the size of a finger."""
    found: list[str] = page.locator(TOUCHED).evaluate_all(SMALL, TOUCH_PIXELS_MIN)
    return found


def look(page: Page, file: Path) -> None:
    """As wide as a desk and as narrow as a phone, pictured where that is wanted: whoever cannot
    see, point well or has a small screen can use the page. Its rows are there before its styles
    are: without these every link is too small."""
    page.wait_for_load_state()
    before = page.viewport_size
    for name, (width, height) in {"phone": PHONE, "desktop": DESKTOP}.items():
        page.set_viewport_size({"width": width, "height": height})
        picture(page, file.with_stem(f"{file.stem}-{name}"))
        hindered = [*faults(page), *too_small(page)]
        assert not hindered, f"{page.url} on a {name}: {hindered}"
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, f"{page.url} is {wider} pixels too wide on a {name}"
    if before:
        page.set_viewport_size(before)


def waiting(house: House) -> list[Approval]:
    with house.deps.reading() as tx:
        return approvals.waiting(tx, 1)
