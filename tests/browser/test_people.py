"""People in a browser, on a desk and on a phone: by a link a colleague is in, and out again."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.house import House
from tests.browser.seeing import look
from tests.browser.visits import at_work, consent


def test_a_colleague_comes_in_by_a_link(house: House, tmp_path: Path) -> None:
    house.company("quickbooks", "Corner Shop")
    house.company("xero", "Own Books Ltd")
    page = at_work(house)
    page.goto("/people")
    look(page, tmp_path / "alone.png")
    page.get_by_role("button", name="Make an invitation").click()
    link = page.get_by_label("Invitation")
    expect(link).to_be_visible()
    look(page, tmp_path / "invited.png")
    colleague = house.page()
    colleague.goto(link.input_value())
    look(colleague, tmp_path / "invitation.png")
    colleague.get_by_role("link", name="Sign in with Xero").click()
    consent(colleague, "xero", "Own Books Ltd")
    look(colleague, tmp_path / "joining.png")
    colleague.get_by_role("button", name="Join").click()
    expect(colleague.get_by_role("link", name="Corner Shop", exact=True)).to_be_visible()
    page.goto("/people")
    page.get_by_text("Take Bea Keeper out").click()
    look(page, tmp_path / "together.png")
    page.get_by_role("button", name="Take out").click()
    expect(page.get_by_text("no longer sees any client")).to_be_visible()
    colleague.reload()
    expect(colleague.get_by_role("link", name="Sign in with Intuit")).to_be_visible()
