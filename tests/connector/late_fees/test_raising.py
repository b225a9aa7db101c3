"""Approved late fees on their way into either ledger, once, and back out of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from connector.answering import answers
from connector.answering.answers import CannotAnswer
from connector.late_fees import charges, raising
from connector.late_fees.raising import CannotCharge
from connector.outgoing.effects import SendReminder
from connector.outgoing.intents import Step
from connector.rule_changes import allowing
from connector.rules.modes import Capability, Mode
from dunning.fees.late_fees import FeeState
from providers.simulated.faults import Fault
from tests.connector.cash_application.test_killed_while_applying import Death
from tests.connector.charging import (
    MONTHLY,
    Opens,
    approve,
    asked,
    notes,
    only,
    open_charging,
    owing,
    set_terms,
    writes,
)
from tests.connector.firm import Firm
from tests.simulation.fate import Killed


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_charging(open_firm, ledger)


@pytest.mark.either_ledger
def test_an_approved_fee_is_one_invoice_in_the_ledger_with_notes(firm: Firm) -> None:
    late = owing(firm)
    charge = approve(firm)
    assert charge.state is FeeState.POSTED
    (raised,) = writes(firm)
    assert raised.state is Step.CONFIRMED
    assert firm.books.invoices_with(raised.marker) == [Decimal("3.00")]
    assert (firm.books.balance(charge.receipt), firm.books.balance(late)) == (3, 200)
    (note,) = notes(firm)
    assert note.record_id == late
    assert "Approved by ann, policy version 1" in note.text
    assert [entry.actor for entry in firm.log("charge.approved")] == ["ann"]


@pytest.mark.either_ledger
def test_a_fee_is_asked_for_like_any_other_invoice(open_firm: Opens, ledger: str) -> None:
    step = {"name": "first", "offset_days": 3, "tone": "reminder"}
    firm = open_charging(open_firm, ledger, steps=[step])
    owing(firm)
    charge = approve(firm)
    firm.pass_days(20, every=4)
    mails = [i for i in firm.intents(Step.CONFIRMED) if isinstance(i.effect, SendReminder)]
    asked_for = {id_ for i in mails for id_ in getattr(i.effect, "invoice_ids", ())}
    assert charge.receipt in asked_for


@pytest.mark.either_ledger
def test_an_invoice_that_changed_since_is_read_before_anything_is_raised(firm: Firm) -> None:
    late = owing(firm)
    firm.world.post = lambda *_: 500  # webhooks are lost
    firm.books.pay_by_hand(only(firm).customer_id, late, Decimal(100), firm.today)
    (question,) = asked(firm)
    answers.approve(firm.deps, question.id, 0, "ann")
    firm.settle()
    (refused,) = writes(firm)
    assert refused.state is Step.REFUSED
    assert firm.books.invoices_with(refused.marker) == []
    assert notes(firm) == []
    firm.sweep()
    assert (only(firm).state, str(only(firm).fee.amount)) == (FeeState.DRAFTED, "USD 1.50")
    assert approve(firm).state is FeeState.POSTED


@pytest.mark.either_ledger
def test_what_the_ledger_refuses_is_asked_about_again_with_the_reason(firm: Firm) -> None:
    owing(firm)
    set_terms(
        firm, late_fees=MONTHLY, customers_are="business", billing={"accounts": {"": "no account"}}
    )
    charge = approve(firm)
    assert charge.state is FeeState.DRAFTED
    (question,) = asked(firm)
    assert f"it was tried, and {charge.remark}" in question.summary
    set_terms(firm, late_fees=MONTHLY, customers_are="business")
    assert approve(firm).state is FeeState.POSTED
    assert [firm.books.invoices_with(i.marker) for i in writes(firm)] == [[], [Decimal("3.00")]]


@pytest.mark.either_ledger
def test_without_an_account_for_the_company_nothing_is_approved(firm: Firm) -> None:
    owing(firm)
    other = {"accounts": {"Another Ltd": "42"}}
    set_terms(firm, late_fees=MONTHLY, customers_are="business", billing=other)
    (question,) = asked(firm)
    with pytest.raises(CannotAnswer, match="names no account for"):
        answers.approve(firm.deps, question.id, 0, "ann")
    assert (only(firm).state, writes(firm)) == (FeeState.DRAFTED, [])
    assert len(asked(firm)) == 1


@pytest.mark.either_ledger
def test_nothing_is_approved_once_reminders_are_switched_off(firm: Firm) -> None:
    owing(firm)
    (question,) = asked(firm)
    client = firm.connection.client_id
    allowing.switch(firm.deps, client, Capability.REMIND, Mode.OFF, by="ann")
    with pytest.raises(CannotAnswer, match="remind is off"):
        answers.approve(firm.deps, question.id, 0, "ann")
    assert writes(firm) == []


@pytest.mark.either_ledger
@pytest.mark.parametrize("fault", ["timeout_after_commit", "503"])
def test_an_unknown_outcome_is_looked_for_and_raised_once(firm: Firm, fault: str) -> None:
    owing(firm)
    (question,) = asked(firm)
    answers.approve(firm.deps, question.id, 0, "ann")
    firm.fail(Fault(fault, on=r".*invoices?\.(write|create)", times=1))
    firm.settle()
    firm.fail()
    firm.pass_time(minutes=20)
    firm.pass_time(minutes=20)
    (raised,) = writes(firm)
    assert (raised.state, only(firm).state) == (Step.CONFIRMED, FeeState.POSTED)
    assert firm.books.invoices_with(raised.marker) == [Decimal("3.00")]


@pytest.mark.either_ledger
@pytest.mark.parametrize("place", range(1, 6))
def test_killed_at_any_place_it_is_raised_once(firm: Firm, place: int) -> None:
    owing(firm)
    (question,) = asked(firm)
    answers.approve(firm.deps, question.id, 0, "ann")
    alive, death = firm.deps, Death(place)
    firm.universe.deps = replace(alive, reached=death.reach)
    try:
        firm.settle()
    except Killed:
        pass
    finally:
        firm.universe.deps = alive
    for _ in range(4):
        firm.pass_time(minutes=20)
    assert death.struck
    (raised,) = writes(firm)
    assert (raised.state, only(firm).state) == (Step.CONFIRMED, FeeState.POSTED)
    assert firm.books.invoices_with(raised.marker) == [Decimal("3.00")]


@pytest.mark.either_ledger
def test_a_raised_fee_is_taken_back_and_does_not_come_back(firm: Firm) -> None:
    owing(firm)
    charge = approve(firm)
    raising.take_back(firm.deps, firm.connection_id, charge.id, by="ann")
    firm.settle()
    raised, voided = writes(firm)
    assert (raised.state, voided.state) == (Step.UNDONE, Step.CONFIRMED)
    assert firm.books.invoices_with(raised.marker) == []
    assert [note.text.partition(":")[0] for note in notes(firm)][1:] == ["Undone by ann"]
    firm.pass_days(3)
    assert (only(firm).state, only(firm).by, asked(firm)) == (FeeState.UNDONE, "ann", [])
    with pytest.raises(CannotCharge, match="only a posted one is undone"):
        raising.take_back(firm.deps, firm.connection_id, charge.id, by="ann")


@pytest.mark.either_ledger
def test_a_fee_on_which_something_was_paid_stays_and_says_why(firm: Firm) -> None:
    owing(firm)
    charge = approve(firm)
    firm.books.pay_by_hand(charge.customer_id, charge.receipt, Decimal(1), firm.today)
    raising.take_back(firm.deps, firm.connection_id, charge.id, by="ann")
    firm.settle()
    assert (only(firm).state, firm.books.balance(charge.receipt)) == (FeeState.POSTED, 2)
    assert "not taken back: something was set against" in only(firm).remark


@pytest.mark.either_ledger
def test_another_clients_charge_does_not_exist(firm: Firm) -> None:
    owing(firm)
    id_ = only(firm).id
    with firm.deps.reading() as tx:
        assert charges.find(tx, firm.connection_id + 1, id_) is None
    with pytest.raises(CannotCharge, match="there is no charge"):
        raising.waive(firm.deps, firm.connection_id + 1, id_, by="eve", reason="mine")
    assert only(firm).state is FeeState.DRAFTED


@pytest.mark.either_ledger
def test_a_charge_that_was_decided_on_is_not_approved_by_an_old_question(firm: Firm) -> None:
    owing(firm)
    (question,) = asked(firm)
    raising.waive(firm.deps, firm.connection_id, only(firm).id, by="ann", reason="first time")
    with firm.deps.writing() as tx, pytest.raises(CannotCharge, match="only a draft is approved"):
        raising.order(tx, question, by="bob", now=firm.deps.now())
    assert (only(firm).state, writes(firm)) == (FeeState.WAIVED, [])
