"""Copilot asks first, whatever has a switch of its own: texts, machine calls and notes."""

from __future__ import annotations

import pytest

from connector.answering import answers
from connector.rules.modes import Mode
from dunning.customer.channels import Channel
from providers.ledger import AddNote
from tests.connector.collecting.reading import Opens
from tests.connector.firm import Firm
from tests.connector.telephony import LINE, SETTINGS, Telephony, equip

pytestmark = pytest.mark.either_ledger

STEPS = {
    "text": {"name": "friendly", "offset_days": 3, "tone": "friendly", "channels": ["text"]},
    "call": {"name": "call", "offset_days": 3, "tone": "direct", "do": "call"},
}


def phone(open_firm: Opens, ledger: str, channel: Channel) -> Telephony:
    """Reminders are on autopilot, this channel in copilot, and a step by it is due at this hour."""
    rules = {"steps": [STEPS[channel]], "country": "US", "customers_are": "business",
             "brand": {"telephone": LINE}}  # fmt: skip
    firm = open_firm(ledger, dunning=rules, modes={"remind": Mode.AUTOPILOT}, **SETTINGS)
    made = equip(firm, **{channel: Mode.COPILOT})
    customer = firm.books.customer("Ash")
    made.agree(customer, channel)
    firm.owe(customer, "INV-1", "100.00", late_days=4)
    firm.pass_time(hours=5)
    return made


def placed(made: Telephony) -> int:
    return len(made.texts()) + len(made.exchange.calls())


@pytest.mark.parametrize("channel", [Channel.TEXT, Channel.CALL])
def test_nothing_goes_out_by_telephone_before_somebody_agrees(
    open_firm: Opens, ledger: str, channel: Channel
) -> None:
    made = phone(open_firm, ledger, channel)
    (asked,) = made.firm.asked()
    assert placed(made) == 0
    answers.approve(made.firm.deps, asked.id, 0, "ann")
    made.firm.settle()
    assert placed(made) == 1
    assert made.firm.asked() == []


@pytest.fixture
def noting(open_firm: Opens, ledger: str) -> Firm:
    """A reminder went out, and notes about it on the invoice and the customer are asked for."""
    firm = open_firm(ledger, modes={"remind": Mode.AUTOPILOT, "note": Mode.COPILOT})
    firm.owe(firm.books.customer("Ash"), "INV-1", "100.00", late_days=4)
    firm.pass_time(hours=2)
    firm.pass_time(minutes=2)
    assert len(firm.mails()) == 1
    return firm


def notes(firm: Firm) -> int:
    markers = [it.marker for it in firm.intents() if isinstance(it.effect, AddNote)]
    return sum(firm.books.notes_with(marker) for marker in markers)


def test_a_note_is_written_once_somebody_agrees(noting: Firm) -> None:
    asked = noting.asked()
    assert {one.capability for one in asked} == {"note"}
    assert all("Ledgerhand sent the message" in one.summary for one in asked)
    assert notes(noting) == 0
    for one in asked:
        answers.approve(noting.deps, one.id, 0, "ann")
    noting.settle()
    assert notes(noting) == len(asked) > 0


def test_a_note_that_was_turned_down_is_not_written_and_not_asked_for_again(noting: Firm) -> None:
    for one in noting.asked():
        answers.reject(noting.deps, one.id, "ann")
    noting.pass_days(2)
    assert notes(noting) == 0
    assert [one for one in noting.asked() if one.capability == "note"] == []
