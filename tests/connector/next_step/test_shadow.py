"""The shadow report: what would have been done, beside what people answered and did themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from connector.answering import answers
from connector.next_step import shadow
from connector.next_step.shadow import Answers, Report, WrongDays
from connector.rule_changes.agreement import of_reminders
from connector.rules.modes import Capability, Mode
from connector.wording import drafting
from dunning.own_words import editing
from dunning.own_words.editing import Wording
from providers.money import Money
from tests.connector.firm import EVER, Firm
from tests.connector.next_step.test_lag_questions import LAG, answer, behind
from tests.simulation.clerk import Clerk, clerk_of

pytestmark = pytest.mark.either_ledger

Opens = Callable[..., Firm]
SHADOW = {"remind": Mode.SHADOW, "cash": Mode.SHADOW}


def report(firm: Firm) -> Report:
    with firm.deps.reading() as tx:
        return shadow.report(tx, firm.connection, firm.deps.now())


@pytest.fixture
def shadowed(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes=SHADOW)


def test_what_would_have_been_sent_is_told_by_step_and_nothing_was(shadowed: Firm) -> None:
    for number, late_days in enumerate((4, 4, 12)):
        shadowed.owe(shadowed.books.customer(f"Buyer{number}"), f"INV-{number}", "100.00",
                     late_days=late_days)  # fmt: skip
    shadowed.pass_time(hours=2)
    found = report(shadowed)
    assert [(it.what, it.count, it.amounts) for it in found.sent] == [
        ("friendly", 2, (Money.of("200.00", "USD"),)), ("reminder", 1, (Money.of(100, "USD"),)),
    ]  # fmt: skip
    assert (shadowed.mails(), shadowed.intents()) == ([], [])
    assert found.reminders == Answers()
    assert found.reminders.share(0) is None


def test_what_would_have_been_applied_is_held_against_what_the_bookkeeper_did(
    shadowed: Firm,
) -> None:
    buyers = [shadowed.books.customer(name) for name in ("Ash", "Birch", "Cedar")]
    owed = [shadowed.owe(buyer, f"INV-10{n}") for n, buyer in enumerate(buyers)]
    other = shadowed.owe(buyers[1], "INV-200")
    hand, day = clerk(shadowed), shadowed.today
    paid = [hand.leave(it, day, f"INV-10{n}", "100.00") for n, it in enumerate(buyers)]
    shadowed.pass_time(hours=1)
    found = report(shadowed)
    assert [(it.count, it.amounts) for it in found.applied] == [(3, (Money.of(300, "USD"),))]
    assert (found.ledger, found.unplaced) == (Answers(), 3)
    hand.apply(paid[0], owed[0], "100.00", day)
    hand.apply(paid[1], other, "100.00", day)
    shadowed.pass_time(hours=1)
    found = report(shadowed)
    assert (found.ledger, found.unplaced) == (Answers(agreed=1, rejected=1), 1)
    assert shadowed.intents() == []


def clerk(firm: Firm) -> Clerk:
    """The bookkeeper, who works in the ledger itself."""
    return clerk_of(firm.universe.vendors, firm.ledger, firm.company, firm.world.store)


def test_answers_are_counted_as_agreed_edited_and_rejected_by_segment(open_firm: Opens) -> None:
    segments = [{"name": "first few", "when": {"customers": ["1", "2"]}}]
    firm = open_firm("quickbooks", modes={"remind": Mode.COPILOT}, dunning={"segments": segments})
    for number in range(4):
        firm.owe(firm.books.customer(f"Buyer{number}"), f"INV-{number}", late_days=4)
    firm.pass_time(hours=2)
    first, second, third, _ = firm.asked()
    answers.approve(firm.deps, first.id, 0, "ann")
    with firm.deps.reading() as tx:
        draft = drafting.draft_of(tx, firm.connection, second, firm.deps.now())
    words = editing.wording(draft)
    kinder = Wording(words.subject, words.text.replace("Hello", "Dear"))
    answers.approve(firm.deps, second.id, 0, "ann", wanted=kinder)
    answers.reject(firm.deps, third.id, "ann")
    found = report(firm).reminders
    assert found == Answers(agreed=1, edited=1, rejected=1)
    assert found.share(found.edited) == Decimal("33.3")
    with firm.deps.reading() as tx:
        few = of_reminders(tx, [firm.connection], "first few", now=firm.deps.now())
    assert few == Answers(agreed=1, edited=1)


def test_what_was_only_seen_is_no_rejection(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.COPILOT})
    firm.pay(firm.books.customer("Ash"), "60.00", "nothing known")
    firm.pass_time(hours=1)
    (asked,) = firm.asked()
    assert asked.options == []
    answers.reject(firm.deps, asked.id, "ann")
    assert report(firm).money == Answers()


def test_only_the_days_asked_for_are_counted(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes=SHADOW)
    firm.owe(firm.books.customer("Ash"), "INV-1", late_days=4)
    firm.pass_time(hours=2)
    day = firm.today
    firm.pass_days(9, every=3)
    with firm.deps.reading() as tx:
        now = firm.deps.now()
        assert shadow.report(tx, firm.connection, now, first=day, last=day).sent[0].count == 1
        later = day + timedelta(days=1)
        assert shadow.report(tx, firm.connection, now, first=later, last=later).sent == ()
        with pytest.raises(WrongDays, match="say the earlier day first"):
            shadow.report(tx, firm.connection, now, first=later, last=day)


def test_money_that_we_applied_ourselves_later_says_nothing_about_people(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes=SHADOW)
    customer = firm.books.customer("Ash")
    firm.owe(customer, "INV-1")
    firm.pay(customer, "100.00", "INV-1")
    firm.pass_time(hours=1)
    assert report(firm).unplaced == 1
    firm.switch(cash=Mode.AUTOPILOT)
    firm.pass_time(hours=1)
    assert len(firm.intents()) == 1
    found = report(firm)
    assert (found.ledger, found.unplaced) == (Answers(), 0)


def test_the_answers_to_another_capability_do_not_count(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"remind": Mode.COPILOT})
    firm.owe(firm.books.customer("Ash"), "INV-1", late_days=4)
    firm.pass_time(hours=2)
    firm.approve()
    with firm.deps.reading() as tx:
        since = firm.deps.now() - timedelta(days=1)
        found = shadow.answers(tx, firm.connection_id, Capability.CASH, since=since)
    assert str(found) == "nothing known"


def test_an_answer_about_the_books_is_no_agreed_reminder(open_firm: Opens, ledger: str) -> None:
    firm = behind(open_firm, ledger)
    firm.pass_days(LAG + 10, past=True)
    answer(firm, yes=True)
    with firm.deps.reading() as tx:
        told = shadow.answers(tx, firm.connection_id, Capability.REMIND, since=EVER)
    assert told == Answers()
