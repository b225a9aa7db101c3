"""Disputes: the rest is asked for, the part has its case, the books are told."""

from __future__ import annotations

import pytest

from connector.commitments import disputing
from connector.commitments.disputing import CannotDispute
from connector.disputed import disputes
from connector.disputed.disputes import Dispute, Source, State, Type
from connector.outgoing.effects import SendReminder
from connector.outgoing.intents import Step
from connector.rules.modes import Mode
from providers.ledger import AddNote
from tests.connector.collecting.reading import Opens
from tests.connector.firm import Firm
from tests.connector.office import usd

pytestmark = pytest.mark.either_ledger

REMIND = {"remind": Mode.AUTOPILOT, "note": Mode.AUTOPILOT}
WORDS = "two of ten boxes were <b>wet</b>"


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes=REMIND)


def dispute(
    firm: Firm, invoice_id: str, amount: str = "", *, source: Source = Source.PERSON
) -> Dispute:
    with firm.deps.writing() as tx:
        found = disputing.invoice_of(tx, firm.connection_id, invoice_id)
        assert found
        return disputing.raised(
            tx, firm.connection, found, usd(amount) if amount else None, type_=Type.QUALITY,
            words=WORDS, source=source, by="ann", at=firm.deps.now(),
        )  # fmt: skip


def end(firm: Firm, one: Dispute, state: State = State.REJECTED) -> None:
    with firm.deps.writing() as tx:
        disputing.ended(
            tx, firm.connection, one, state, outcome="looked at the photos", by="ann",
            at=firm.deps.now(),
        )  # fmt: skip


def notes(firm: Firm) -> list[str]:
    return [
        intent.effect.text
        for intent in firm.intents(Step.CONFIRMED)
        if isinstance(intent.effect, AddNote) and "Dispute D" in intent.effect.text
    ]


def test_of_a_thousand_with_two_hundred_disputed_eight_hundred_are_asked_for(firm: Firm) -> None:
    owed = firm.owe(firm.books.customer("Ash"), "INV-1", "1000.00", late_days=1)
    firm.pass_time(minutes=20)
    made = dispute(firm, owed, "200.00")
    firm.pass_days(3)
    (mail,) = firm.mails()
    text = " ".join(mail["text"].split())
    assert "$800.00" in text
    assert f"left out $200.00, which is still being clarified as case {made.number}" in text
    end(firm, made)
    firm.pass_days(10)
    assert "Total to pay $1,000.00" in " ".join(firm.mails()[-1]["text"].split())


def test_the_ledger_is_told_once_when_it_opens_and_once_when_it_ends(firm: Firm) -> None:
    owed = firm.owe(firm.books.customer("Ash"), "INV-1", "1000.00", late_days=1)
    firm.pass_time(minutes=20)
    made = dispute(firm, owed, "200.00")
    firm.pass_time(minutes=20)
    end(firm, made)
    firm.pass_time(minutes=20)
    opened, ended = notes(firm)
    assert f"Dispute {made.number}: USD 200.00 of USD 1,000.00 is disputed (quality)" in opened
    assert WORDS in opened
    assert f"Dispute {made.number} about USD 200.00 was rejected by ann: looked at" in ended
    assert [entry.event for entry in firm.log("dispute.")] == [
        "dispute.opened", "dispute.rejected",
    ]  # fmt: skip


def test_without_notes_switched_on_the_ledger_is_told_nothing(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"remind": Mode.AUTOPILOT})
    owed = firm.owe(firm.books.customer("Ash"), "INV-1", "1000.00", late_days=1)
    firm.pass_time(minutes=20)
    dispute(firm, owed, "200.00")
    firm.pass_time(minutes=20)
    assert firm.intents() == []


def test_a_message_that_was_decided_on_before_does_not_ask_for_what_is_disputed(
    firm: Firm,
) -> None:
    owed = firm.owe(firm.books.customer("Ash"), "INV-1", "1000.00", late_days=1)
    disputed: list[Dispute] = []

    def quarrel(point: str) -> None:
        """Between the decision and the message, once the ledger was read again."""
        if point == "second_look.read" and not disputed:
            disputed.append(dispute(firm, owed, "200.00"))

    firm.reached(quarrel)
    firm.pass_days(3)
    assert disputed
    reminders = [it for it in firm.intents() if isinstance(it.effect, SendReminder)]
    assert [it.state for it in reminders] == [Step.REFUSED, Step.CONFIRMED]
    assert "USD 1,000.00 was decided on, USD 800.00 is due" in reminders[0].error
    (mail,) = firm.mails()
    assert "Total to pay $800.00" in " ".join(mail["text"].split())


def test_a_whole_invoice_is_disputed_and_nothing_is_asked_for(firm: Firm) -> None:
    owed = firm.owe(firm.books.customer("Ash"), "INV-1", "1000.00", late_days=1)
    firm.pass_time(minutes=20)
    made = dispute(firm, owed)
    assert made.claim.amount == usd("1000.00")
    firm.pass_days(20)
    assert firm.mails() == []
    (planned,) = firm.plan().values()
    assert f"the customer disputes it (case {made.number})" in planned.reason


def test_while_a_part_is_disputed_the_final_notice_is_a_persons(firm: Firm) -> None:
    owed = firm.owe(firm.books.customer("Ash"), "INV-1", "1000.00", late_days=1)
    firm.pass_time(minutes=20)
    dispute(firm, owed, "200.00")
    firm.pass_days(60)
    assert any("a dispute is open" in it.summary for it in firm.asked())
    assert not any("Please reply" in mail["subject"] for mail in firm.mails())


def test_what_the_customer_says_itself_is_put_before_a_person_until_it_is_ended(
    firm: Firm,
) -> None:
    owed = firm.owe(firm.books.customer("Ash"), "INV-1", "1000.00", late_days=1)
    firm.pass_time(minutes=20)
    made = dispute(firm, owed, "200.00", source=Source.CUSTOMER)
    (asked,) = firm.asked()
    assert f'Ash disputes USD 200.00 of INV-1 (quality), case {made.number}: "{WORDS}"' in (
        asked.summary
    )
    end(firm, made, State.WITHDRAWN)
    assert firm.asked() == []


def test_it_is_accepted_once_the_credit_is_in_the_ledger(firm: Firm) -> None:
    owed = firm.owe(firm.books.customer("Ash"), "INV-1", "1000.00", late_days=1)
    firm.pass_time(minutes=20)
    made = dispute(firm, owed, "200.00")
    with pytest.raises(CannotDispute, match=r"USD 1,000\.00 is still open on INV-1 .* enter a"):
        end(firm, made, State.ACCEPTED)
    with firm.deps.reading() as tx:
        found = disputes.find(tx, firm.connection_id, made.id)
    assert found
    assert found.state is State.OPEN
