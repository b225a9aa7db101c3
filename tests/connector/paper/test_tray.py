"""Letters that wait: each is held to what a mail is held to just before it goes out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from connector.commitments import payment_plans, promises
from connector.correspondence.letters import LetterState
from connector.decided import holds
from connector.inbound import replies
from connector.mirroring import mirror
from connector.outgoing.effects import LetterKind
from connector.paper import tray
from connector.rules.modes import Mode
from dunning.customer.account import Promise
from dunning.deciding.instalments import Instalment
from providers.ledger import Kind
from providers.money import Money
from tests.connector.by_post import PAPER, approve_as_letter, queued
from tests.connector.firm import Firm
from tests.connector.waiting_letters import (
    AUTOPILOT,
    BY_POST,
    Opens,
    about,
    changed,
    late,
    ordered_demand,
    pause,
    resume,
    waiting,
)

pytestmark = pytest.mark.either_ledger

THE_WIRE = b"""From: pay@buyer.example\r
To: ar@localhost\r
Subject: your invoices\r
Message-ID: <1@buyer.example>\r
\r
We paid INV-1 and INV-2 yesterday by wire, please stop writing letters.\r
"""


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    """A demand about two invoices, 200.00 together, that a person approved waits to be printed."""
    firm = open_firm(ledger, modes=PAPER | {"cash": Mode.COPILOT})
    late(firm)
    approve_as_letter(firm, LetterKind.DEMAND)
    firm.pass_time(hours=1)
    return firm


@pytest.fixture
def formal(open_firm: Opens, ledger: str) -> Firm:
    return ordered_demand(open_firm, ledger)


def promise(firm: Firm) -> None:
    customer, invoices = about(firm)
    today, total = firm.today, Money.of(200, "USD")
    said = Promise(tuple(invoices), total, today + timedelta(days=3), today, total)
    with firm.deps.writing() as tx:
        promises.add(
            tx, firm.connection_id, customer, said, source="reply", words="we pay on Thursday",
            by="ann", at=firm.deps.now(),
        )  # fmt: skip


def answer(firm: Firm) -> None:
    replies.accept(firm.deps, THE_WIRE)


def pause_one(firm: Firm) -> None:
    customer, invoices = about(firm)
    with firm.deps.writing() as tx:
        holds.set_hold(
            tx, firm.connection_id, customer_id=customer, invoice_id=invoices[0], kind="pause",
            by="ann", at=firm.deps.now(), reason="we talk",
        )  # fmt: skip


def plan(firm: Firm) -> None:
    _, invoices = about(firm)
    days = (firm.today + timedelta(days=ahead) for ahead in (30, 60))
    with firm.deps.writing() as tx:
        payment_plans.agree(
            tx, firm.connection, mirror.fetch(tx, firm.connection_id, Kind.INVOICE, invoices),
            tuple(Instalment(day, Money.of(100, "USD")) for day in days),
            words="in two parts", by="ann", at=firm.deps.now(),
        )  # fmt: skip


def credit(firm: Firm) -> None:
    firm.books.credit(about(firm)[0], Decimal(200), firm.today)
    firm.sweep()


def part_credit(firm: Firm) -> None:
    firm.books.credit(about(firm)[0], Decimal(50), firm.today)
    firm.sweep()


def bank_line(firm: Firm) -> None:
    firm.bank("b1", "200.00", "INV-1 INV-2", payer="Smith & Sons")


def switched_off(firm: Firm) -> None:
    firm.universe.switch(firm.ledger, remind=Mode.OFF)


@pytest.mark.parametrize(("happens", "why"), [
    (promise, "INV-1: USD 200.00 promised for 2026-03-05"),
    (answer, "the customer answered; a person reads it first"),
    (pause, "paused by ann: we talk"),
    (pause_one, "INV-1: a person paused it"),
    (plan, "the next step, 'upcoming' about INV-1, USD 100.00, is due on Fri 27 Mar 2026"),
    (credit, "apply credit: USD 200.00 is at hand for the USD 200.00 that is due"),
    (part_credit, "the account changed: USD 200.00 was decided on, USD 150.00 is due"),
    (bank_line, "money that came in may be for it; a person decides about that first"),
    (switched_off, "reminders are in mode off"),
])  # fmt: skip
def test_what_would_keep_a_mail_back_keeps_a_letter_that_waits(
    firm: Firm, happens: Callable[[Firm], None], why: str
) -> None:
    assert changed(firm) == ""
    happens(firm)
    firm.settle()
    firm.pass_time(hours=1)
    assert why in changed(firm)
    assert [letter.state for letter in queued(firm)] == [LetterState.QUEUED]


def test_a_letter_that_nobody_was_asked_about_waits_for_the_answer_to_be_read(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_firm(ledger, modes=AUTOPILOT, dunning={"steps": BY_POST})
    late(firm)
    firm.pass_time(minutes=5)
    assert changed(firm) == ""
    answer(firm)
    firm.settle()
    assert changed(firm) == "the customer answered; a person reads it first"


def test_a_letter_stands_again_once_nothing_holds_it_any_more(firm: Firm) -> None:
    pause(firm)
    assert changed(firm)
    resume(firm, about(firm)[0])
    assert changed(firm) == ""


def test_a_letter_waits_for_no_hour_nor_for_what_is_written_about_other_invoices(
    formal: Firm,
) -> None:
    customer, _ = about(formal)
    formal.owe(customer, "INV-2", "70.00", late_days=0)
    formal.pass_time(hours=12)
    assert changed(formal) == ""
    mailed = len(formal.mails())
    formal.pass_time(hours=12)
    formal.pass_days(3)
    assert len(formal.mails()) == mailed + 1
    assert "INV-2" in str(formal.mails()[-1])
    assert changed(formal) == ""
    assert {letter.kind for letter in waiting(formal)} == {"demand"}


def test_a_reminder_whose_next_step_was_reached_is_not_posted(
    open_firm: Opens, ledger: str
) -> None:
    steps = [BY_POST[0], BY_POST[1] | {"offset_days": 9}]
    firm = open_firm(ledger, modes=AUTOPILOT, dunning={"steps": steps})
    late(firm)
    firm.pass_days(5)
    with firm.deps.reading() as tx:
        told = tray.changed(tx, firm.connection, waiting(firm), firm.deps.now())
    assert "the account changed: 'notice' was decided on, 'second' is due" in told.values()
