"""Letters that wait: each is held to what is true now, and made anew where a person says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from connector import agenda
from connector.answering import answers
from connector.commitments import payment_plans, promises
from connector.correspondence import letters
from connector.correspondence.letters import Letter, LetterState
from connector.decided import holds
from connector.inbound import replies
from connector.mirroring import mirror
from connector.outgoing.effects import LetterKind, PrintLetter
from connector.outgoing.intents import Step
from connector.paper import posting, tray
from connector.paper.posting import NotQueued
from connector.rules.modes import Mode
from dunning.customer.account import Promise
from dunning.deciding.instalments import Instalment
from providers.ledger import Kind
from providers.money import Money
from tests.connector.by_post import PAPER, approve_as_letter, customer_at, pdf_of, queued, text_of
from tests.connector.firm import Firm
from tests.connector.formal import STEPS, step_of

pytestmark = pytest.mark.either_ledger

Opens = Callable[..., Firm]
AUTOPILOT = {"remind": Mode.AUTOPILOT, "note": Mode.AUTOPILOT}
BY_POST = [
    {"name": "notice", "offset_days": 3, "tone": "reminder", "do": "letter"},
    {"name": "second", "offset_days": 30, "tone": "reminder", "do": "letter"},
]
THE_WIRE = b"""From: pay@buyer.example\r
To: ar@localhost\r
Subject: your invoices\r
Message-ID: <1@buyer.example>\r
\r
We paid INV-1 and INV-2 yesterday by wire, please stop writing letters.\r
"""


def late(firm: Firm) -> str:
    customer = customer_at(firm, "Smith & Sons <Co>")
    for number in (1, 2):
        firm.owe(customer, f"INV-{number}", late_days=4)
    firm.settle()
    return customer


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
    """A demand that a person ordered waits to be printed, ten days before a credit hold."""
    rules = {"steps": STEPS, "min_days_between_messages": 2}
    firm = open_firm(ledger, modes=AUTOPILOT, dunning=rules)
    customer = customer_at(firm, "Ash")
    firm.owe(customer, "INV-1", "1000.00", late_days=4)
    firm.sweep()
    firm.pass_days(7)
    firm.approve()
    return firm


def waiting(firm: Firm) -> list[Letter]:
    with firm.deps.reading() as tx:
        return letters.listed(tx, firm.connection_id, (LetterState.QUEUED,))


def changed(firm: Firm) -> str:
    """Why the letter that waits should not be posted."""
    with firm.deps.reading() as tx:
        (why,) = tray.changed(tx, firm.connection, waiting(firm), firm.deps.now()).values()
    return why


def about(firm: Firm) -> tuple[str, list[str]]:
    (letter,) = waiting(firm)
    return letter.customer_id, [name.partition(":")[2] for name in letter.facts]


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


def pause(firm: Firm) -> None:
    customer, _ = about(firm)
    with firm.deps.writing() as tx:
        holds.set_hold(
            tx, firm.connection_id, customer_id=customer, kind="pause", by="ann",
            at=firm.deps.now(), reason="we talk",
        )  # fmt: skip


def resume(firm: Firm, customer: str) -> None:
    with firm.deps.writing() as tx:
        ended = holds.end(
            tx, firm.connection_id, customer_id=customer, by="ann", at=firm.deps.now()
        )
        agenda.mark(tx, firm.connection_id, [customer])
    assert ended == 1


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


def test_a_reminder_is_out_of_date_after_a_week(open_firm: Opens, ledger: str) -> None:
    firm = open_firm(ledger, modes=AUTOPILOT, dunning={"steps": BY_POST})
    late(firm)
    firm.pass_days(7)
    assert changed(firm) == ""
    firm.pass_days(1)
    assert changed(firm) == "out of date: it is of 2026-03-02 and counts days up to then"
    posting.make_anew(firm.deps, waiting(firm)[0], by="ann")
    firm.settle()
    assert [one.state for one in queued(firm)] == [LetterState.QUEUED, LetterState.DROPPED]
    assert "March 10, 2026" in text_of(pdf_of(firm, waiting(firm)[0]))[0]
    assert changed(firm) == ""


def test_a_demand_leaves_ten_of_its_days_to_pay_or_is_made_anew_with_others(formal: Firm) -> None:
    (first,) = waiting(formal)
    formal.pass_days(4)
    assert changed(formal) == ""
    formal.pass_days(1)
    assert changed(formal) == "out of date: it is of 2026-03-09 and asks to be paid by 2026-03-23"
    formal.pass_days(9, every=3)
    assert changed(formal).startswith("out of date: it is of 2026-03-09")
    posting.make_anew(formal.deps, first, by="bob")
    with pytest.raises(NotQueued, match=f"letter {first.id} is dropped already"):
        posting.make_anew(formal.deps, first, by="bob")
    formal.settle()
    formal.pass_time(minutes=5)
    assert [one.state for one in queued(formal)] == [LetterState.QUEUED, LetterState.DROPPED]
    (letter,) = waiting(formal)
    page = " ".join(text_of(pdf_of(formal, letter))[0].split())
    assert "so that it reaches us by April 6, 2026" in page
    assert changed(formal) == ""


def test_what_a_person_ordered_is_made_anew_on_their_word_and_the_next_step_waits_for_it(
    formal: Firm,
) -> None:
    formal.pass_days(6)
    posting.make_anew(formal.deps, waiting(formal)[0], by="bob")
    formal.settle()
    formal.pass_days(2)
    made = [it for it in formal.intents() if isinstance(it.effect, PrintLetter)]
    assert [(it.state, it.effect.ordered_by) for it in made] == [
        (Step.UNDONE, "ann"), (Step.CONFIRMED, "ann"),
    ]  # fmt: skip
    assert formal.asked() == [], "nor is it asked for again"
    posting.confirm(formal.deps, waiting(formal)[0], by="bob")
    formal.settle()
    formal.pass_days(5)
    (asked,) = formal.asked()
    assert (step_of(asked), asked.summary) == ("hold", "Ash: a credit hold is a person's decision")


def test_what_is_no_longer_what_a_person_ordered_is_asked_for_anew(formal: Firm) -> None:
    customer, (invoice,) = about(formal)
    formal.books.pay_by_hand(customer, invoice, Decimal(400), formal.today)
    formal.sweep()
    assert changed(formal) == "no longer as it was in the letter: invoice INV-1"
    posting.make_anew(formal.deps, waiting(formal)[0], by="bob")
    formal.settle()
    formal.pass_time(minutes=5)
    assert waiting(formal) == []
    (asked,) = [one for one in formal.asked() if one.options]
    assert (step_of(asked), asked.options[0]["reminder"]["total"]["amount"]) == ("demand", "600.00")
    answers.approve(formal.deps, asked.id, 0, "bob")
    formal.settle()
    assert [str(letter.total) for letter in waiting(formal)] == ["USD 600.00"]


def test_made_anew_while_something_holds_it_a_demand_comes_back_as_a_question(
    formal: Firm,
) -> None:
    customer, _ = about(formal)
    pause(formal)
    posting.make_anew(formal.deps, waiting(formal)[0], by="bob")
    formal.settle()
    formal.pass_days(2)
    assert waiting(formal) == []
    assert [one.options for one in formal.asked()] == [[]]
    assert "was not made: paused by ann: we talk" in formal.asked()[0].summary
    resume(formal, customer)
    formal.pass_days(1)
    assert [step_of(one) for one in formal.asked() if one.options] == ["demand"]
