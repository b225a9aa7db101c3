"""Letters in a browser, on a desk and on a phone: downloaded, posted, dropped with a reason."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from connector.answering import answers
from connector.correspondence import letters
from connector.decided import approvals
from connector.outgoing import effects
from connector.outgoing.effects import PrintLetter, SendReminder
from connector.rule_changes import allowing
from connector.rules.modes import Capability, Mode
from tests.browser.house import House
from tests.browser.seeing import look
from tests.browser.visits import at_work, turn_to


@pytest.fixture
def shop(house: House) -> Page:
    """Signed in at a shop where two letters wait, one of them with a long name and address."""
    realm = house.company("quickbooks", "Corner Shop")
    hand = house.vendors.quickbooks.act(realm)
    due = house.deps.now().date() - timedelta(days=5)
    for number, name in enumerate(("Alder & Sons", "Long Name of a Company Ltd " * 4)):
        buyer = hand.create("Customer", {
            "DisplayName": name.strip(), "PrimaryEmailAddr": {"Address": "pay@buyer.example"},
            "BillAddr": {"Line1": "1 Quay Street", "City": "Portland", "PostalCode": "97201"},
        })["Id"]  # fmt: skip
        hand.create("Invoice", {
            "CustomerRef": {"value": buyer}, "CurrencyRef": {"value": "USD"},
            "DocNumber": f"100{number}", "DueDate": due.isoformat(),
            "TxnDate": (due - timedelta(days=30)).isoformat(),
            "Line": [{"Amount": Decimal("120.00"), "DetailType": "SalesItemLineDetail",
                      "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}],
        })  # fmt: skip
    page = at_work(house)
    allowing.switch(house.deps, 1, Capability.REMIND, Mode.COPILOT, by="tests")
    house.settle(lambda: len(waiting(house)) == 2)
    for asked in waiting(house):
        approve_on_paper(house, asked)
    house.settle(lambda: queued(house) == 2)
    return page


def waiting(house: House) -> list[approvals.Approval]:
    with house.deps.reading() as tx:
        return approvals.waiting(tx, 1)


def queued(house: House) -> int:
    with house.deps.reading() as tx:
        return len(letters.listed(tx, 1, (letters.LetterState.QUEUED,)))


def approve_on_paper(house: House, asked: approvals.Approval) -> None:
    (option,) = asked.options
    reminder = effects.load(option["reminder"])
    assert isinstance(reminder, SendReminder)
    letter = PrintLetter(
        reminder.customer_id, reminder.step, reminder.invoice_ids, reminder.stages, reminder.total
    )
    with house.deps.writing() as tx:
        id_ = approvals.ask(
            tx, 1, decision_id=asked.decision_id, capability=asked.capability,
            subject=asked.subject, summary=asked.summary, at=house.deps.now(),
            options=[option | {"reminder": effects.dump(letter)}],
        )  # fmt: skip
    answers.approve(house.deps, id_, 0, "tests")


def test_a_letter_is_downloaded_posted_and_another_is_dropped(
    house: House, shop: Page, tmp_path: Path
) -> None:
    shop.goto("/clients/1")
    turn_to(shop, "Letters")
    expect(shop.get_by_role("heading", name="Letter 1: Alder & Sons, USD 120.00")).to_be_visible()
    look(shop, tmp_path / "waiting.png")
    with shop.expect_download() as fetched:
        shop.get_by_role("link", name="Download letter 1 as PDF").click()
    assert fetched.value.suggested_filename == "letter-1.pdf"
    assert Path(fetched.value.path()).read_bytes().startswith(b"%PDF-")
    shop.get_by_role("button", name="Letter 1 was posted").click()
    expect(shop.get_by_text("Letter 1 counts as sent from now on.")).to_be_visible()
    shop.locator("summary", has_text="Do not send letter 2").click()
    shop.get_by_label("Why not").fill("They called and will pay.")
    look(shop, tmp_path / "dropping.png")
    shop.get_by_role("button", name="Drop letter 2").click()
    expect(shop.get_by_text("Letter 2 is not sent.")).to_be_visible()
    expect(shop.get_by_text("No letter waits.")).to_be_visible()
    look(shop, tmp_path / "ended.png")
    assert queued(house) == 0
