"""Pauses and modes rule over what is decided and over what is already on its way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector import jobs
from connector.answering import answers
from connector.clients import tenants
from connector.clients.tenants import State
from connector.correspondence import messages
from connector.outgoing.intents import Step
from connector.rules.modes import Mode
from tests.connector.collecting.reading import Opens
from tests.connector.firm import Firm
from tests.simulation import universe as one

pytestmark = pytest.mark.either_ledger


def test_a_pause_holds_what_is_on_its_way_already(one_firm: Firm) -> None:
    customer = one_firm.books.customer("Ash")
    one_firm.owe(customer, "INV-1", late_days=4)
    one_firm.world.clock.advance(timedelta(minutes=16))
    for job in ("sync", "decide"):
        jobs.RUN[job](one_firm.deps, one_firm.connection_id)
    assert len(one_firm.intents(Step.INTENDED)) == 1
    answers.pause(
        one_firm.deps, one_firm.connection_id, by="ann", reason="wait", customer_id=customer
    )
    one_firm.pass_time(seconds=10)
    one_firm.pass_time(seconds=10)
    assert one_firm.mails() == []
    (told,) = one_firm.log("send_reminder.not sent")
    assert "paused by ann: wait" in told.what["reason"]
    answers.resume(one_firm.deps, one_firm.connection_id, by="ann", customer_id=customer)
    one_firm.settle()
    assert len(one_firm.mails()) == 1


@pytest.mark.parametrize("place", ["the client", "the customer", "the invoice"])
def test_a_pause_ends_by_itself_on_its_day(one_firm: Firm, place: str) -> None:
    customer = one_firm.books.customer("Ash")
    invoice = one_firm.owe(customer, "INV-1", late_days=1)
    one_firm.settle()
    named = {"the customer": {"customer_id": customer}, "the invoice": {"invoice_id": invoice}}
    until = one_firm.world.clock.now() + timedelta(days=8)
    answers.pause(
        one_firm.deps, one_firm.connection_id, by="ann", reason="fair", until=until,
        **named.get(place, {}),
    )  # fmt: skip
    one_firm.pass_days(7)
    assert one_firm.mails() == []
    one_firm.pass_days(2)
    assert len(one_firm.mails()) == 1


def test_the_mode_is_asked_once_more_when_the_message_goes_out(one_firm: Firm) -> None:
    customer = one_firm.books.customer("Ash")
    one_firm.owe(customer, "INV-1", late_days=4)
    one_firm.world.clock.advance(timedelta(minutes=16))
    for job in ("sync", "decide"):
        jobs.RUN[job](one_firm.deps, one_firm.connection_id)
    one_firm.switch(remind=Mode.OFF)
    one_firm.pass_time(seconds=10)
    one_firm.pass_time(seconds=10)
    assert one_firm.mails() == []
    assert "mode off" in one_firm.log("send_reminder.not sent")[0].what["reason"]


def test_in_copilot_a_person_reads_first_and_what_is_approved_goes_out_once(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_firm(ledger, modes={"remind": Mode.COPILOT})
    customer = firm.books.customer("Ash")
    firm.owe(customer, "INV-1", "100.00", late_days=4)
    firm.pass_time(hours=2)
    assert firm.mails() == []
    (asked,) = firm.asked()
    assert "Ash: friendly about USD 100.00, invoices INV-1" in asked.summary
    firm.approve()
    assert len(firm.mails()) == 1
    firm.pass_time(hours=2)
    assert firm.asked() == []
    assert len(firm.mails()) == 1


def test_a_message_that_a_person_turned_down_is_not_offered_again(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_firm(ledger, modes={"remind": Mode.COPILOT})
    customer = firm.books.customer("Ash")
    firm.owe(customer, "INV-1", late_days=4)
    firm.pass_time(hours=2)
    answers.reject(firm.deps, firm.asked()[0].id, "ann")
    firm.pass_days(2)
    assert (firm.asked(), firm.mails()) == ([], [])
    firm.pass_days(5)
    assert "reminder about" in firm.asked()[0].summary, "the next stage is a new question"


def test_in_shadow_the_steps_are_noted_and_nothing_is_sent(open_firm: Opens, ledger: str) -> None:
    firm = open_firm(ledger, modes={"remind": Mode.SHADOW})
    customer = firm.books.customer("Ash")
    firm.owe(customer, "INV-1", late_days=-6)
    firm.pass_days(42, every=3)
    assert (firm.mails(), firm.intents(), firm.asked()[1:]) == ([], [], [])
    with firm.deps.reading() as tx:
        taken = messages.asked(tx, firm.connection_id, [customer])[customer, "USD"]
    assert [row.step for row in taken] == ["upcoming", "friendly", "reminder", "direct", "final"]
    assert {row.mode for row in taken} == {"shadow"}


def test_on_a_mirror_that_may_be_old_nothing_is_decided(one_firm: Firm) -> None:
    customer = one_firm.books.customer("Ash")
    one_firm.owe(customer, "INV-1", late_days=1)
    one_firm.settle()
    one_firm.restart()
    before = len(one_firm.log("remind.decided"))
    one_firm.world.clock.advance(timedelta(days=3))
    jobs.RUN["decide"](one_firm.deps, one_firm.connection_id)
    assert len(one_firm.log("remind.decided")) == before
    assert one_firm.mails() == []


def test_fresh_from_installation_nothing_is_on_and_ninety_days_do_nothing(
    open_firm: Opens, ledger: str
) -> None:
    def book(firm: Firm) -> None:
        for number in range(6):
            customer = firm.books.customer(f"Buyer{number}")
            firm.owe(customer, f"INV-{number}", late_days=number * 9 - 20)
            firm.pay(customer, "100.00", f"INV-{number}")

    firm = open_firm(ledger, fill=book)
    with firm.deps.reading() as tx:
        client = tenants.client(tx, firm.connection.client_id)
        assert client
    for number in range(15):
        firm.bank(f"b{number}", "100.00", "INV-1")
        firm.pass_time(days=6)
    assert firm.mails() == []
    assert firm.writes() == []
    assert firm.intents() == []
    assert firm.asked() == []
    assert firm.connection.state is State.LIVE
    assert one.OURS not in {mail["from"] for mail in firm.mails()}
