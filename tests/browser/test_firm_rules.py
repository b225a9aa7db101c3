"""The firm's rules in a browser: tried on the clients, then saved."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.house import House
from tests.browser.seeing import look
from tests.browser.visits import at_work


def test_what_the_rules_would_change_is_read_before_they_are_saved(
    house: House, tmp_path: Path
) -> None:
    house.company("quickbooks", "Corner Shop")
    page = at_work(house)
    page.get_by_role("link", name="Rules").click()
    document = page.get_by_label("The firm's rules, as JSON")
    document.fill('{"dunning": {"ramp_per_day": 7, "brand": {"colour": "#0b6e4f"}}}')
    page.get_by_role("button", name="Show what it would do", exact=True).click()
    expect(page.get_by_text("dunning.ramp_per_day")).to_be_visible()
    look(page, tmp_path / "tried.png")
    page.get_by_role("button", name="Save as version 1").click()
    expect(
        page.get_by_text("Version 1 is in force; it changed the rules of 1 client.")
    ).to_be_visible()
    look(page, tmp_path / "saved.png")
    document.fill('{"dunning": {"ramp_per_day": "many"}}')
    page.get_by_role("button", name="Save as version 2").click()
    expect(page.get_by_text("Nothing was saved.")).to_be_visible()
    look(page, tmp_path / "refused.png")
