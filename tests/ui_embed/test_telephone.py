"""A text and a call on the page that answers for them, word for word."""

from __future__ import annotations

import pytest

from connector.phone import phone_contacts
from connector.phone.phone_contacts import Contact
from dunning.customer.channels import Channel
from tests.ui_embed.books import Shop, busy_shop
from tests.ui_embed.office import Office

NASTY = "<b>Ash & Co</b>"


@pytest.fixture
def shop(desk: Office) -> Shop:
    return busy_shop(desk)


def keep(shop: Shop, channel: Channel, text: str) -> Contact:
    deps = shop.desk.universe.deps
    contact = Contact(
        connection_id=1, token=channel, intent_key=channel, decision_id=1, channel=channel,
        customer_id="1", invoice_ids=("1",), number="+12125550123", sender="+14155550100",
        text=text, facts={}, read_at=deps.now(), at=deps.now(),
    )  # fmt: skip
    with deps.writing() as tx:
        phone_contacts.keep(tx, contact)
    return contact


def test_a_text_stands_there_as_it_was_sent(shop: Shop) -> None:
    keep(shop, Channel.TEXT, f"{NASTY}: invoice 1001")
    page = shop.owner.page("/why/1")
    assert "The text message, word for word" in page
    assert "&lt;b&gt;Ash &amp; Co&lt;/b&gt;: invoice 1001" in page
    assert "+12125550123" in page


def test_a_call_stands_there_turn_by_turn_with_its_summary(shop: Shop) -> None:
    contact = keep(shop, Channel.CALL, "")
    turns = ({"at": "", "who": "machine", "words": NASTY},
             {"at": "", "who": "customer", "words": "pressed 3"})  # fmt: skip
    with shop.desk.universe.deps.writing() as tx:
        phone_contacts.change(tx, contact, transcript=turns, outcome="wanted to speak to a person")
    page = shop.owner.page("/why/1")
    assert "The call, word for word" in page
    assert "Machine: &lt;b&gt;Ash" in page
    assert "Customer: pressed 3" in page
    assert "wanted to speak to a person" in page


def test_texts_and_calls_can_be_switched_on_and_are_off(shop: Shop) -> None:
    page = shop.owner.page("/clients/1/capabilities")
    assert "Send text messages" in page
    assert "Call by machine" in page
    for name in ("text", "call"):
        assert f'value="off" id="{name}-off" checked' in page
