"""The page on which a text message is read, and put into other words, before it is approved."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from connector.rules.modes import Mode
from dunning.customer.channels import Channel
from tests.connector.firm import Firm
from tests.connector.telephony import SETTINGS, Telephony, equip
from tests.simulation.books import books_of
from tests.simulation.universe import save_policy
from tests.ui_embed.office import Visitor, company_of, office, path_of

STEP = {"name": "friendly", "offset_days": 3, "tone": "friendly", "channels": ["text"]}
PAGE = "/approvals/1/letter"
BOOKS = "books@xero.example"


@dataclass
class Desk:
    phone: Telephony
    owner: Visitor


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A text about INV-7 waits for a person."""
    with office(data_dir=tmp_path, **SETTINGS) as made:
        universe, company = made.universe, company_of(made, "xero", "Corner Shop")
        firm = Firm(universe, "xero", company, books_of(universe, "xero", company), mailbox=None)  # type: ignore[arg-type]
        owner = made.visitor()
        owner.sign_in("xero", BOOKS, company)
        owner.connect("xero", BOOKS, company)
        universe.settle()
        universe.connections["xero"] = made.connections()[0].id
        save_policy(universe, "xero", steps=[STEP])
        phone = equip(firm, text=Mode.COPILOT)
        firm.switch(remind=Mode.COPILOT)
        customer = firm.books.customer("Ash & Co")
        phone.agree(customer, Channel.TEXT)
        firm.owe(customer, "INV-7", "123.45", late_days=4)
        firm.pass_time(hours=2)
        yield Desk(phone, owner)


def typed(page: str) -> str:
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert found
    return html.unescape(found[1])


def test_it_is_read_edited_approved_and_shown_as_it_was_sent(desk: Desk) -> None:
    today = desk.owner.page("/clients/1")
    assert "Read or edit the text message" in today
    assert f'href="{PAGE}"' in today
    page = desk.owner.page(PAGE)
    assert "<h2>A text message that waits for you</h2>" in page
    assert "As it would be sent now" in page
    assert 'name="subject"' not in page
    words = typed(page).replace("Please pay", "It is <Bea>. Please pay")
    answer = desk.owner.post(PAGE, on=PAGE, text=words)
    assert path_of(answer) == "/clients/1"
    desk.phone.firm.settle()
    (text,) = desk.phone.texts()
    assert "It is <Bea>. Please pay" in text["body"]
    page = desk.owner.page(PAGE)
    assert f"As it was approved, in the words of {BOOKS}" in page
    assert "It is &lt;Bea&gt;. Please pay" in page


def test_what_may_not_go_out_is_refused_and_nothing_typed_is_lost(desk: Desk) -> None:
    words = typed(desk.owner.page(PAGE)).replace("$123.45", "$1.00")
    answer = desk.owner.post(PAGE, on=PAGE, text=words)
    assert answer.status_code == 422
    assert "To go out in these words, the text message needs" in answer.text
    assert "$1.00" in typed(answer.text)
    desk.phone.firm.settle()
    assert desk.phone.texts() == []
