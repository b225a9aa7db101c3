"""A fault of our own in one effect stops no other, and is put before a person."""

from __future__ import annotations

import pytest

from connector.money.cash import Standing
from connector.outgoing.effects import SendReminder
from connector.outgoing.intents import Intent, Step
from connector.rules.modes import Mode
from tests.connector.collecting.reading import Opens
from tests.connector.firm import Firm

ON = {"remind": Mode.AUTOPILOT, "note": Mode.AUTOPILOT}


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    """Two customers are late, and nothing has gone out yet."""
    return open_firm(ledger, modes=ON)


def trap(firm: Firm, wanted: str) -> list[str]:
    """The first who comes to this point meets something that nobody thought of."""
    met: list[str] = []

    def act(point: str) -> None:
        if point == wanted and not met:
            met.append(point)
            raise KeyError("nobody thought of this")

    firm.reached(act)
    return met


def break_once(firm: Firm, wanted: str) -> None:
    met = trap(firm, wanted)
    for name in ("Ash", "Birch"):
        firm.owe(firm.books.customer(name), f"INV-{name}", late_days=4)
    firm.pass_time(minutes=20)
    assert met


def reminders(firm: Firm) -> list[Intent]:
    return [it for it in firm.intents() if isinstance(it.effect, SendReminder)]


def test_what_was_not_sent_yet_ends_with_a_person_and_the_next_goes_out(firm: Firm) -> None:
    break_once(firm, "second_look.read")
    first, second = reminders(firm)
    assert (first.state, second.state) == (Step.PERSON, Step.CONFIRMED)
    assert "Ledgerhand failed at this by a fault of its own (KeyError)" in first.error
    assert len(firm.mails()) == 1
    assert [entry.event for entry in firm.log("effect.failed")] == ["effect.failed"]


def test_what_may_have_been_sent_is_never_sent_again(firm: Firm) -> None:
    break_once(firm, "handover.sent")
    assert len(firm.mails()) == 2
    firm.pass_time(hours=2)
    assert sorted(it.state for it in reminders(firm)) == [Step.CONFIRMED, Step.PERSON]
    assert len(firm.mails()) == 2


def test_a_note_that_may_be_written_is_looked_for_and_written_once(firm: Firm) -> None:
    break_once(firm, "outbox.sent")
    for _ in range(4):
        firm.pass_time(hours=8)
    notes = [it for it in firm.intents() if it.subject.startswith("note:")]
    assert {it.state for it in notes} == {Step.CONFIRMED}
    assert len({it.receipt for it in notes}) == len(notes)


def test_money_that_was_not_sent_yet_is_a_persons_to_apply(open_firm: Opens, ledger: str) -> None:
    firm = open_firm(ledger, modes={"cash": Mode.AUTOPILOT})
    invoice = firm.owe(firm.books.customer("Ash"), "INV-1", "100.00", late_days=-9)
    firm.settle()
    met = trap(firm, "outbox.composed")
    firm.bank("b1", "100.00", "INV-1", payer="Ash")
    firm.settle()
    assert met
    assert firm.money("bank", "main:b1").state is Standing.REVIEW
    assert firm.books.balance(invoice) == 100
    firm.pass_nights(2)
    assert [it.state for it in firm.intents()] == [Step.PERSON]
    firm.approve()
    assert firm.books.balance(invoice) == 0
    assert firm.money("bank", "main:b1").state is Standing.APPLIED
