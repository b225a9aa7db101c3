"""A question about a formal step stays open, and the customer's other invoices are reminded of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from connector.account import collection_rules
from connector.answering import answers
from connector.decided.account_subjects import formal_subject_of, subject_of
from connector.decided.approvals import Approval
from connector.next_step import course
from connector.outgoing.effects import PrintLetter, Reminder
from connector.rules.modes import Mode
from dunning.rules.steps import Do
from tests.connector.by_post import customer_at, queued
from tests.connector.commitments.test_disputing import dispute
from tests.connector.firm import Firm
from tests.connector.formal import STEPS, step_of, taken

pytestmark = pytest.mark.either_ledger

Opens = Callable[..., Firm]
HOLDING = [STEPS[0], STEPS[2], STEPS[3]]


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    modes = {"remind": Mode.AUTOPILOT, "note": Mode.AUTOPILOT}
    return open_firm(ledger, modes=modes, dunning={"steps": HOLDING})


def held(firm: Firm) -> tuple[str, str, Approval]:
    """A customer about whose first invoice a person is asked, and who owes a second since."""
    customer = customer_at(firm, "Ash")
    old = firm.owe(customer, "INV-1", "1000.00", late_days=4)
    firm.sweep()
    firm.pass_days(18, every=6)
    (asked,) = firm.asked()
    assert step_of(asked) == "hold"
    firm.owe(customer, "INV-2", "60.00", late_days=3)
    return customer, old, asked


def demanded(open_firm: Opens, ledger: str, *, credit: str = "") -> tuple[Firm, str]:
    """A customer about whose one invoice a person is asked for a demand letter."""
    modes = {"remind": Mode.AUTOPILOT, "note": Mode.AUTOPILOT}
    steps = [STEPS[0], STEPS[1] | {"offset_days": 17}]
    firm = open_firm(ledger, modes=modes, dunning={"steps": steps})
    customer = customer_at(firm, "Ash")
    firm.owe(customer, "INV-1", "1000.00", late_days=4)
    if credit:
        firm.books.credit(customer, Decimal(credit), firm.today)
    firm.sweep()
    firm.pass_days(14)
    return firm, customer


def mailed(firm: Firm) -> list[Reminder]:
    return [one.effect for one in firm.intents() if isinstance(one.effect, Reminder)]


def test_another_invoice_is_reminded_of_while_nobody_answers(firm: Firm) -> None:
    _, old, asked = held(firm)
    before = len(firm.mails())
    firm.sweep()
    firm.pass_days(9, every=3)
    assert len(firm.mails()) == before + 1
    reminder = mailed(firm)[-1]
    assert old not in reminder.invoice_ids
    assert str(reminder.total) == "USD 60.00"
    (still,) = firm.asked()
    assert (still.id, still.asked_at) == (asked.id, asked.asked_at), "it was never taken back"
    answers.approve(firm.deps, still.id, 0, "ann")
    firm.settle()
    (hold,) = taken(firm)
    assert (hold.do, hold.invoice_ids) == (Do.CREDIT_HOLD, (old,))


def test_the_letter_names_nothing_that_the_question_is_about(firm: Firm) -> None:
    held(firm)
    firm.sweep()
    (letter,) = [str(it) for it in firm.mails() if "INV-2" in str(it)]
    assert "INV-1" not in letter
    assert "1,000" not in letter


def test_the_question_ends_when_its_invoice_is_paid_and_the_reminders_go_on(firm: Firm) -> None:
    customer, old, asked = held(firm)
    firm.sweep()
    firm.books.pay_by_hand(customer, old, Decimal("1000.00"), firm.today)
    firm.sweep()
    assert firm.asked() == []
    assert firm.plan()[customer].look_at is not None
    with pytest.raises(answers.CannotAnswer):
        answers.approve(firm.deps, asked.id, 0, "ann")
    assert taken(firm) == []


def test_the_question_ends_when_all_is_paid(firm: Firm) -> None:
    customer = customer_at(firm, "Ash")
    old = firm.owe(customer, "INV-1", "1000.00", late_days=4)
    firm.sweep()
    firm.pass_days(18, every=6)
    assert step_of(*firm.asked()) == "hold"
    firm.books.pay_by_hand(customer, old, Decimal("1000.00"), firm.today)
    firm.sweep()
    assert firm.asked() == []


def test_what_waits_for_a_person_about_the_rest_stands_beside_it(firm: Firm) -> None:
    customer, _, asked = held(firm)
    firm.switch(remind=Mode.COPILOT)
    firm.sweep()
    questions = {one.subject: one for one in firm.asked()}
    formal = formal_subject_of(customer, "USD")
    assert set(questions) == {formal, subject_of(customer, "USD")}
    assert questions[formal].id == asked.id
    before = len(firm.mails())
    answers.approve(firm.deps, questions[subject_of(customer, "USD")].id, 0, "ann")
    firm.settle()
    firm.pass_time(minutes=5)
    assert len(firm.mails()) == before + 1
    assert [one.id for one in firm.asked()] == [asked.id]


def test_a_first_yes_to_a_referral_is_kept_while_others_are_reminded_of(
    open_firm: Opens, ledger: str
) -> None:
    modes = {"remind": Mode.AUTOPILOT, "note": Mode.AUTOPILOT}
    firm = open_firm(ledger, modes=modes, dunning={"steps": [STEPS[0], STEPS[3]]})
    customer = customer_at(firm, "Ash")
    firm.owe(customer, "INV-1", "1000.00", late_days=4)
    firm.sweep()
    firm.pass_days(28, every=7)
    (asked,) = firm.asked()
    answers.approve(firm.deps, asked.id, 0, "ann")
    firm.settle()
    firm.owe(customer, "INV-2", "60.00", late_days=3)
    firm.sweep()
    assert str(mailed(firm)[-1].total) == "USD 60.00"
    (second,) = firm.asked()
    assert "ann agrees" in second.summary
    answers.approve(firm.deps, second.id, 0, "bob")
    firm.settle()
    (step,) = taken(firm)
    assert (step.do, step.people) == (Do.REFERRAL, "ann and bob")


def test_a_demand_that_is_ordered_keeps_its_distance_from_the_reminder(
    open_firm: Opens, ledger: str
) -> None:
    firm, customer = demanded(open_firm, ledger)
    (asked,) = firm.asked()
    firm.owe(customer, "INV-2", "60.00", late_days=3)
    firm.sweep()
    assert str(mailed(firm)[-1].total) == "USD 60.00"
    answers.approve(firm.deps, asked.id, 0, "ann")
    firm.settle()
    firm.pass_days(2)
    assert queued(firm) == []
    (waiting,) = [one for one in firm.intents() if isinstance(one.effect, PrintLetter)]
    assert "the customer was written to lately" in waiting.error
    firm.pass_days(6)
    (letter,) = queued(firm)
    assert str(letter.total) == "USD 1,000.00"


def test_of_two_that_are_ordered_at_once_one_goes_out_now(open_firm: Opens, ledger: str) -> None:
    firm, customer = demanded(open_firm, ledger)
    firm.switch(remind=Mode.COPILOT)
    firm.owe(customer, "INV-2", "60.00", late_days=3)
    firm.sweep()
    before = len(firm.mails())
    asked = firm.asked()
    assert len(asked) == 2
    for one in asked:
        answers.approve(firm.deps, one.id, 0, "ann")
    firm.settle()
    firm.pass_days(2)
    assert len(firm.mails()) - before + len(queued(firm)) == 1


def test_what_is_planned_has_the_question_once_and_the_reminders(firm: Firm) -> None:
    customer, _, _ = held(firm)
    firm.sweep()
    firm.owe(customer, "INV-3", "70.00", late_days=-6)
    firm.sweep()
    now = firm.deps.now()
    with firm.deps.reading() as tx:
        rules = collection_rules.of(tx, firm.connection, now)
        planned = course.of(tx, rules, now + timedelta(days=14))
    steps = [(one.how, one.step) for one in planned]
    assert steps.count((course.How.ASKED, "hold")) == 1
    (ahead,) = [one for one in planned if one.how is course.How.BY_ITSELF]
    before = len(firm.mails())
    firm.pass_days(14)
    assert len(firm.mails()) == before + 1
    assert (ahead.step, ahead.invoices) == ("friendly", ("INV-3",))


def test_a_question_about_a_customer_that_is_merged_lapses(firm: Firm) -> None:
    customer, _, asked = held(firm)
    firm.sweep()
    into = customer_at(firm, "Oak")
    firm.merge(customer, into)
    firm.sweep()
    assert asked.subject not in {one.subject for one in firm.asked()}


def test_a_credit_is_taken_off_once(open_firm: Opens, ledger: str) -> None:
    firm, customer = demanded(open_firm, ledger, credit="100.00")
    firm.owe(customer, "INV-2", "60.00", late_days=3)
    firm.sweep()
    (asked,) = [one for one in firm.asked() if step_of(one) == "demand"]
    assert "900.00" in str(asked.options[0]["reminder"]["total"])
    assert str(mailed(firm)[-1].total) == "USD 60.00"


def test_the_question_says_the_total_of_now(open_firm: Opens, ledger: str) -> None:
    firm, customer = demanded(open_firm, ledger)
    (before,) = firm.asked()
    (owed,) = before.options[0]["reminder"]["invoice_ids"]
    firm.books.pay_by_hand(customer, owed, Decimal("250.00"), firm.today)
    firm.sweep()
    (asked,) = firm.asked()
    assert (asked.subject, step_of(asked)) == (before.subject, "demand")
    assert asked.options[0]["reminder"]["total"] == {"amount": "750.00", "currency": "USD"}
    firm.pass_days(2)
    assert [one.id for one in firm.asked()] == [asked.id], "and is asked once for it"
    answers.approve(firm.deps, asked.id, 0, "ann")
    firm.settle()
    (letter,) = queued(firm)
    assert str(letter.total) == "USD 750.00"


def test_who_agreed_to_another_total_agrees_anew(open_firm: Opens, ledger: str) -> None:
    firm = open_firm(
        ledger, modes={"remind": Mode.AUTOPILOT}, dunning={"steps": [STEPS[0], STEPS[3]]}
    )
    customer = customer_at(firm, "Ash")
    owed = firm.owe(customer, "INV-1", "1000.00", late_days=4)
    firm.sweep()
    firm.pass_days(28, every=7)
    answers.approve(firm.deps, firm.asked()[0].id, 0, "ann")
    firm.settle()
    firm.books.pay_by_hand(customer, owed, Decimal("250.00"), firm.today)
    firm.sweep()
    for who in ("ann", "bob"):
        answers.approve(firm.deps, firm.asked()[0].id, 0, who)
        firm.settle()
    (step,) = taken(firm)
    assert (str(step.total), step.people) == ("USD 750.00", "ann and bob")


def test_what_was_ordered_and_waited_counts_from_when_it_went_out(open_firm: Opens) -> None:
    """The reminder about another invoice does not go out on the same day."""
    tones = {"friendly": 3, "reminder": 10, "final": 17}
    firm = open_firm("quickbooks", modes={"remind": Mode.AUTOPILOT}, dunning={
        "steps": [{"name": it, "offset_days": day, "tone": it} for it, day in tones.items()],
        "min_days_between_messages": 7,
        "budget": {"contacts_per_7_days": 1, "contacts_per_30_days": 7},
    })  # fmt: skip
    customer = customer_at(firm, "Ash")
    firm.owe(customer, "INV-1", "1000.00", late_days=4)
    third = firm.owe(customer, "INV-3", "200.00", late_days=-60)
    firm.sweep()
    dispute(firm, third, "200.00")
    firm.pass_days(14)
    firm.owe(customer, "INV-2", "60.00", late_days=3)
    firm.sweep()
    (asked,) = [one for one in firm.asked() if one.subject.startswith("formal")]
    answers.approve(firm.deps, asked.id, 0, "ann")
    firm.settle()
    sent = []
    for _ in range(20):
        before = len(firm.mails())
        firm.pass_days(1)
        sent.append(len(firm.mails()) - before)
    assert max(sent) == 1
