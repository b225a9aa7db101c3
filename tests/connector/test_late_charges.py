"""Late fees from the nightly draft to the invoice in either ledger, and back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from connector import answers, charges, jobs, late_charges, raising
from connector.answers import CannotAnswer
from connector.effects import SendReminder
from connector.intents import Step
from connector.lease import held
from connector.modes import Capability, Mode
from connector.raising import CannotCharge
from dunning.late_fees import FeeState
from providers.ledger import AddNote
from providers.simulated.faults import Fault
from tests.connector.charging import (
    MONTHLY,
    Opens,
    approve,
    asked,
    found,
    only,
    open_charging,
    set_terms,
    writes,
)
from tests.connector.firm import Firm
from tests.connector.test_killed_while_applying import Death
from tests.simulation.fate import Killed

STATEMENT = {"basis": "statement", "fixed": {"USD": "10"}}


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_charging(open_firm, ledger)


def owing(firm: Firm, amount: str = "200.00", late_days: int = 10) -> str:
    invoice = firm.owe(firm.books.customer("Ash"), "INV-1", amount, late_days=late_days)
    firm.pass_time(days=1)
    return invoice


def notes(firm: Firm) -> list[AddNote]:
    return [i.effect for i in firm.intents(Step.CONFIRMED) if isinstance(i.effect, AddNote)]


def test_a_fee_is_drafted_once_for_a_period_although_the_job_runs_every_hour(firm: Firm) -> None:
    owing(firm)
    for _ in range(48):
        firm.pass_time(hours=1)
    one = only(firm)
    assert (one.state, str(one.fee.amount)) == (FeeState.DRAFTED, "USD 3.00")
    (question,) = asked(firm)
    assert question.summary == (
        "Ash: late fee of USD 3.00 for invoice INV-1, from 2026-02-21 to 2026-03-20"
    )
    assert len(firm.log("remind.decided")) == 1
    assert writes(firm) == []


def test_the_next_period_is_drafted_beside_it(firm: Firm) -> None:
    owing(firm)
    approve(firm)
    firm.pass_days(21, every=7)
    assert [(one.fee.key.rpartition(":")[2], one.state) for one in found(firm)] == [
        ("0", FeeState.POSTED), ("1", FeeState.DRAFTED),
    ]  # fmt: skip


def test_while_one_worker_is_at_it_another_drafts_nothing(firm: Firm) -> None:
    owing(firm)
    charge = only(firm)
    with firm.deps.writing() as tx:
        charges.move(tx, charge, FeeState.LAPSED, by="tests", at=firm.deps.now())
        late_charges.again(tx, firm.connection_id)
    with held(firm.deps, "decide", firm.connection_id) as fence:
        assert fence
        jobs.run_decide(firm.deps, firm.connection_id)
        assert only(firm).state is FeeState.LAPSED
    firm.settle()
    assert only(firm).state is FeeState.DRAFTED
    assert len(asked(firm)) == 1


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


def test_a_fee_bears_no_fee(firm: Firm) -> None:
    owing(firm)
    charge = approve(firm)
    firm.books.void(only(firm).fee.invoice_ids[0])
    firm.pass_days(70, every=10)
    assert firm.books.balance(charge.receipt) == 3
    assert [one.id for one in found(firm)] == [charge.id]


def test_a_fee_is_asked_for_like_any_other_invoice(open_firm: Opens, ledger: str) -> None:
    step = {"name": "first", "offset_days": 3, "tone": "reminder"}
    firm = open_charging(open_firm, ledger, steps=[step])
    owing(firm)
    charge = approve(firm)
    firm.pass_days(20, every=4)
    mails = [i for i in firm.intents(Step.CONFIRMED) if isinstance(i.effect, SendReminder)]
    asked_for = {id_ for i in mails for id_ in getattr(i.effect, "invoice_ids", ())}
    assert charge.receipt in asked_for


def test_a_waived_fee_leaves_an_entry_and_does_not_come_back(firm: Firm) -> None:
    owing(firm)
    raising.waive(firm.deps, firm.connection_id, only(firm).id, by="ann", reason="long-standing")
    firm.pass_days(5)
    one = only(firm)
    assert (one.state, one.by, one.remark) == (FeeState.WAIVED, "ann", "long-standing")
    assert asked(firm) == []
    assert [(e.actor, e.event) for e in firm.log("charge.waived")] == [("ann", "charge.waived")]
    with pytest.raises(CannotCharge, match="only a draft can be waived"):
        raising.waive(firm.deps, firm.connection_id, one.id, by="ann", reason="again")
    assert writes(firm) == []


def test_a_waiver_without_a_reason_changes_nothing(firm: Firm) -> None:
    owing(firm)
    with pytest.raises(CannotCharge, match="say why"):
        raising.waive(firm.deps, firm.connection_id, only(firm).id, by="ann", reason=" ")
    assert only(firm).state is FeeState.DRAFTED
    assert len(asked(firm)) == 1


def test_what_is_left_as_it_is_counts_as_waived(firm: Firm) -> None:
    owing(firm)
    (question,) = asked(firm)
    answers.reject(firm.deps, question.id, "ann")
    firm.pass_days(3)
    assert (only(firm).state, only(firm).by) == (FeeState.WAIVED, "ann")
    assert asked(firm) == []
    assert writes(firm) == []


@pytest.mark.parametrize(("_case", "terms"), [
    ("consumers", {"customers_are": "consumer"}),
    ("nobody said what they are", {"customers_are": "unknown"}),
    ("no fees in the terms", {"late_fees": None}),
])  # fmt: skip
def test_nothing_is_drafted_for(
    open_firm: Opens, ledger: str, _case: str, terms: dict[str, object]
) -> None:
    firm = open_charging(open_firm, ledger, **terms)
    owing(firm)
    firm.pass_days(2)
    assert found(firm) == []


def test_nothing_is_drafted_while_reminders_are_off(open_firm: Opens, ledger: str) -> None:
    firm = open_charging(open_firm, ledger, modes={})
    owing(firm)
    assert found(firm) == []
    firm.switch(remind=Mode.COPILOT)
    firm.settle()
    assert only(firm).state is FeeState.DRAFTED


def test_in_shadow_it_is_noted_and_asked_about_once_somebody_may_act(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_charging(open_firm, ledger, modes={"remind": Mode.SHADOW})
    owing(firm)
    assert (only(firm).state, asked(firm)) == (FeeState.DRAFTED, [])
    firm.switch(remind=Mode.AUTOPILOT)
    firm.settle()
    assert len(asked(firm)) == 1
    assert writes(firm) == []


def test_a_segment_may_be_charged_otherwise(open_firm: Opens, ledger: str) -> None:
    spared = {"name": "spared", "when": {"payer": ["new"]}, "change": {"late_fees": None}}
    firm = open_charging(open_firm, ledger, segments=[spared])
    owing(firm)
    assert found(firm) == []


def test_a_statement_is_charged_once_a_month(open_firm: Opens, ledger: str) -> None:
    firm = open_charging(open_firm, ledger, late_fees=STATEMENT)
    customer = firm.books.customer("Ash")
    for number in ("INV-1", "INV-2"):
        firm.owe(customer, number)
    firm.pass_days(3)
    one = only(firm)
    assert (str(one.fee.amount), one.fee.about) == ("USD 10.00", "invoices INV-1, INV-2, 2026-03")
    assert approve(firm).state is FeeState.POSTED
    assert len(notes(firm)) == 2


def test_a_draft_whose_invoice_was_paid_lapses(firm: Firm) -> None:
    late = owing(firm)
    customer = only(firm).customer_id
    firm.books.pay_by_hand(customer, late, Decimal(200), firm.today)
    firm.pass_time(days=1)
    one = only(firm)
    assert (one.state, asked(firm)) == (FeeState.LAPSED, [])
    assert "USD 0.00 paid" in one.remark


def test_a_draft_follows_what_is_open(firm: Firm) -> None:
    late = owing(firm)
    firm.books.pay_by_hand(only(firm).customer_id, late, Decimal(100), firm.today)
    firm.pass_time(days=1)
    assert (only(firm).state, str(only(firm).fee.amount)) == (FeeState.DRAFTED, "USD 1.50")
    (question,) = asked(firm)
    assert "USD 1.50" in question.summary


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


def test_without_an_account_for_the_company_nothing_is_approved(firm: Firm) -> None:
    owing(firm)
    other = {"accounts": {"Another Ltd": "42"}}
    set_terms(firm, late_fees=MONTHLY, customers_are="business", billing=other)
    (question,) = asked(firm)
    with pytest.raises(CannotAnswer, match="names no account for"):
        answers.approve(firm.deps, question.id, 0, "ann")
    assert (only(firm).state, writes(firm)) == (FeeState.DRAFTED, [])
    assert len(asked(firm)) == 1


def test_nothing_is_approved_once_reminders_are_switched_off(firm: Firm) -> None:
    owing(firm)
    (question,) = asked(firm)
    client = firm.connection.client_id
    answers.switch(firm.deps, client, Capability.REMIND, Mode.OFF, by="ann")
    with pytest.raises(CannotAnswer, match="remind is off"):
        answers.approve(firm.deps, question.id, 0, "ann")
    assert writes(firm) == []


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


def test_a_fee_on_which_something_was_paid_stays_and_says_why(firm: Firm) -> None:
    owing(firm)
    charge = approve(firm)
    firm.books.pay_by_hand(charge.customer_id, charge.receipt, Decimal(1), firm.today)
    raising.take_back(firm.deps, firm.connection_id, charge.id, by="ann")
    firm.settle()
    assert (only(firm).state, firm.books.balance(charge.receipt)) == (FeeState.POSTED, 2)
    assert "not taken back: something was set against" in only(firm).remark


def test_another_clients_charge_does_not_exist(firm: Firm) -> None:
    owing(firm)
    id_ = only(firm).id
    with firm.deps.reading() as tx:
        assert charges.find(tx, firm.connection_id + 1, id_) is None
    with pytest.raises(CannotCharge, match="there is no charge"):
        raising.waive(firm.deps, firm.connection_id + 1, id_, by="eve", reason="mine")
    assert only(firm).state is FeeState.DRAFTED
