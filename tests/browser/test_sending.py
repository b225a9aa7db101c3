"""The sending domain in a browser: from nothing in the DNS to messages that go out."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.house import House
from tests.browser.seeing import look
from tests.browser.visits import at_work, turn_to
from tests.connector.recipients.test_domains import send_as
from tests.providers.email.nameserver import serving, sound

OWN = "shop-example.net"


def test_a_bookkeeper_enters_what_the_page_says_and_checks_again(
    house: House, tmp_path: Path
) -> None:
    house.company("quickbooks", "Corner Shop")
    page = at_work(house)
    config = house.deps.config
    with serving() as zone:
        config.dns_server, config.mail_dkim_selector = zone.address, "lh"
        config.mail_spf_include = "spf.post.test"
        send_as(house.deps, 1, f"bills@{OWN}")
        page.goto("/clients/1")
        turn_to(page, "Sending domain")
        expect(page.get_by_text("No message goes out.")).to_be_visible()
        page.get_by_role("button", name="Check again").click()
        expect(page.get_by_text("Missing", exact=True)).to_have_count(4)
        look(page, tmp_path / "missing.png")
        zone.texts |= sound(OWN) | {f"_ledgerhand.{OWN}": [f"{house.url}/clients/1"]}
        page.get_by_role("button", name="Check again").click()
        expect(page.get_by_text("In place", exact=True)).to_have_count(4)
        expect(page.get_by_text("Messages go out.")).to_be_visible()
        look(page, tmp_path / "passing.png")
