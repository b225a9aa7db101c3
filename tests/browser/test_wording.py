"""Letters in a browser, as a mail program shows them: on a phone and on a desk, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dunning.customer.standing import Payer
from dunning.letter.letters import compose
from dunning.rules.steps import Tone
from tests.browser.house import DESKTOP, PHONE, House
from tests.browser.seeing import faults, look, picture
from tests.browser.visits import at_work, turn_to
from tests.dunning.letter_accounts import HEAD, decided, owing, policy

LOCALES = ("en_US", "de_DE", "fr_FR", "es_ES", "nl_NL")
LINKS = {f"id:INV-{n}": f"https://pay.example/{n}" for n in (1, 2)}
PALE = "#ffd400"
CASES = (
    (Tone.UPCOMING, Payer.CHRONIC, 3),
    (Tone.FRIENDLY, Payer.RELIABLE, 1),
    (Tone.REMINDER, Payer.MIXED, 3),
    (Tone.DIRECT, Payer.CHRONIC, 1),
    (Tone.FINAL, Payer.RELIABLE, 3),
)


def html(locale: str, tone: Tone, payer: Payer, count: int, colour: str = "#2f5d50") -> str:
    one = owing(count, tone, name="Donaudampfschifffahrtsgesellschaftsverwaltung & Söhne GmbH")
    rules = policy(locale)
    brand = rules.brand.model_copy(update={"colour": colour, "logo_url": ""})
    rules = rules.model_copy(update={"brand": brand})
    return compose(one, decided(one, tone, payer=payer), rules, HEAD, LINKS).html


@pytest.fixture
def mailbox(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    size, scheme = request.param
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, offline=True
    )
    yield context.new_page()
    context.close()


MAILBOXES = pytest.mark.parametrize(
    "mailbox",
    [(size, scheme) for size in (PHONE, DESKTOP) for scheme in ("light", "dark")],
    ids=["phone light", "phone dark", "desktop light", "desktop dark"],
    indirect=True,
)


@MAILBOXES
@pytest.mark.parametrize("locale", LOCALES)
def test_every_letter_has_its_room_everywhere(mailbox: Page, locale: str, tmp_path: Path) -> None:
    for number, (tone, payer, count) in enumerate(CASES):
        mailbox.set_content(html(locale, tone, payer, count))
        picture(mailbox, tmp_path / f"letter-{number}.png")
        width = mailbox.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert width <= 0, f"{tone} to a {payer} payer is {width} pixels too wide"


@MAILBOXES
def test_every_letter_can_be_read_by_everybody(mailbox: Page) -> None:
    """What it is made of is the same in every language."""
    for tone, payer, count in CASES:
        mailbox.set_content(html("de_DE", tone, payer, count))
        assert contrasts(mailbox) == [], f"{tone} to a {payer} payer"


@MAILBOXES
def test_a_pale_brand_can_be_read_too(mailbox: Page) -> None:
    for count in (1, 3):
        mailbox.set_content(html("en_US", Tone.DIRECT, Payer.MIXED, count, PALE))
        assert contrasts(mailbox) == []


def contrasts(page: Page) -> list[str]:
    """What axe says of colours, names and links; a mail has no landmarks."""
    return [fault for fault in faults(page) if not fault.startswith(NO_PAGE)]


NO_PAGE = ("landmark", "region", "page-has-heading-one")


def test_letters_stand_side_by_side_on_their_page(house: House, tmp_path: Path) -> None:
    house.company("quickbooks", "Corner Shop")
    page = at_work(house)
    turn_to(page, "Wording")
    expect(page.locator("iframe")).to_have_count(10)
    clean = page.frame_locator('iframe[title="Direct, e-mail to a reliable payer"]')
    page.locator('iframe[title="Direct, e-mail to a reliable payer"]').scroll_into_view_if_needed()
    expect(clean.get_by_text("We know you as somebody who pays on time").last).to_be_visible()
    page.get_by_label("Language").select_option("nl")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Subject: Betaaldatum gevraagd: factuur 1042")).to_be_visible()
    last = page.frame_locator('iframe[title="Final, e-mail to a chronic payer"]')
    expect(last.get_by_text("Met vriendelijke groet").last).to_be_attached()
    look(page, tmp_path / "letters.png")
