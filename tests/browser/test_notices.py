"""Notices on a desk and on a phone: switched on, a system named and told, and what became of it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.house import House
from tests.browser.test_foresight import look, shop
from tests.browser.visits import turn_to
from tests.connector.listener import listening

__all__ = ["shop"]


def test_notices_are_switched_on_and_a_system_is_told(
    shop: Page, house: House, tmp_path: Path
) -> None:
    shop.goto("/clients/1")
    turn_to(shop, "Notices")
    expect(shop.get_by_text("All of this is off until you switch it on.")).to_be_visible()
    look(shop, tmp_path / "off.png")
    shop.get_by_label("Daily digest is switched on").check()
    shop.get_by_label("At this hour").first.select_option("06:00")
    shop.get_by_role("button", name="Save").click()
    expect(shop.get_by_text("Saved, with version 1 of the policy.")).to_be_visible()
    expect(shop.get_by_label("Daily digest is switched on")).to_be_checked()
    with listening(always=500) as system:
        shop.get_by_label("An address that is to be told").fill(system.url)
        shop.get_by_role("button", name="Tell this address").click()
        expect(shop.get_by_text("Its secret is whsec_")).to_be_visible()
        look(shop, tmp_path / "secret.png")
        house.settle(lambda: bool(system.heard))
        shop.goto("/clients/1/notices")
        expect(shop.get_by_text("an earlier one did not get through").first).to_be_visible()
        look(shop, tmp_path / "told.png")
    shop.get_by_role("button", name="Drop").click()
    expect(shop.get_by_text("No system is told anything.")).to_be_visible()
    look(shop, tmp_path / "dropped.png")
