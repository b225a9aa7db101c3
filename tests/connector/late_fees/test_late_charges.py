"""Late fees are drafted each night, once for a period, and for a person to decide."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connector import jobs
from connector.answering import answers
from connector.commitments import disputing
from connector.disputed.disputes import Source, State, Type
from connector.late_fees import charges, late_charges, raising
from connector.late_fees.raising import CannotCharge
from connector.lease import held
from connector.rules.modes import Mode
from dunning.fees.late_fees import FeeState
from tests.connector.charging import (
    MONTHLY,
    Opens,
    approve,
    asked,
    found,
    notes,
    only,
    open_charging,
    owing,
    set_terms,
    writes,
)
from tests.connector.firm import Firm

pytestmark = pytest.mark.either_ledger

STATEMENT = {"basis": "statement", "fixed": {"USD": "10"}}


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_charging(open_firm, ledger)


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


def test_a_fee_bears_no_fee(firm: Firm) -> None:
    owing(firm)
    charge = approve(firm)
    firm.books.void(only(firm).fee.invoice_ids[0])
    firm.pass_days(70, every=10)
    assert firm.books.balance(charge.receipt) == 3
    assert [one.id for one in found(firm)] == [charge.id]


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


def test_drafts_lapse_once_the_terms_have_no_fees(firm: Firm) -> None:
    owing(firm)
    set_terms(firm, customers_are="business")
    one = only(firm)
    assert (one.state, asked(firm)) == (FeeState.LAPSED, [])
    assert one.remark == "the customer's terms have no late fees any more"


def test_a_draft_follows_what_is_open(firm: Firm) -> None:
    late = owing(firm)
    firm.books.pay_by_hand(only(firm).customer_id, late, Decimal(100), firm.today)
    firm.pass_time(days=1)
    assert (only(firm).state, str(only(firm).fee.amount)) == (FeeState.DRAFTED, "USD 1.50")
    (question,) = asked(firm)
    assert "USD 1.50" in question.summary


def test_a_customers_own_terms_end_its_drafts_though_others_are_still_charged(firm: Firm) -> None:
    owing(firm)
    firm.owe(firm.books.customer("Birch"), "INV-2", "300.00", late_days=10)
    firm.pass_days(1)
    ash, birch = found(firm)
    spared = {"customers": {ash.customer_id: {"late_fees": None}}}
    set_terms(firm, customers_are="business", late_fees=MONTHLY, **spared)
    assert [one.state for one in found(firm)] == [FeeState.LAPSED, FeeState.DRAFTED]
    assert [one.subject for one in asked(firm)] == [birch.subject]
    assert found(firm)[0].remark == "the customer's terms have no late fees any more"
    assert [entry.about for entry in firm.log("charge.lapsed")] == [ash.subject]


def test_a_disputed_invoice_ends_its_draft_at_once_and_may_be_charged_after_it(firm: Firm) -> None:
    late = owing(firm)
    with firm.deps.writing() as tx:
        invoice = disputing.invoice_of(tx, firm.connection_id, late)
        assert invoice
        dispute = disputing.raised(
            tx, firm.connection, invoice, None, type_=Type.PRICE, words="", source=Source.PERSON,
            by="ann", at=firm.deps.now(),
        )  # fmt: skip
    firm.settle()
    assert (only(firm).state, asked(firm)) == (FeeState.LAPSED, [])
    assert only(firm).remark == "invoice INV-1 is disputed"
    with firm.deps.writing() as tx:
        disputing.ended(
            tx, firm.connection, dispute, State.REJECTED, outcome="it was right", by="ann",
            at=firm.deps.now(),
        )  # fmt: skip
    firm.pass_days(1)
    assert only(firm).state is FeeState.DRAFTED
    assert len(asked(firm)) == 1


@pytest.mark.parametrize("what", ["customer", "invoice"])
def test_a_pause_ends_the_drafts_of_what_it_holds(firm: Firm, what: str) -> None:
    late = owing(firm)
    held_ = {"customer_id": only(firm).customer_id} if what == "customer" else {"invoice_id": late}
    answers.pause(firm.deps, firm.connection_id, by="ann", reason="they called", **held_)
    firm.settle()
    assert (only(firm).state, asked(firm)) == (FeeState.LAPSED, [])
    assert "paused" in only(firm).remark


def test_a_draft_stays_when_only_its_period_is_over(firm: Firm) -> None:
    owing(firm)
    (question,) = asked(firm)
    firm.pass_days(42, every=7)
    first, second = found(firm)[:2]
    assert (first.state, second.state) == (FeeState.DRAFTED, FeeState.DRAFTED)
    assert question.id in [one.id for one in asked(firm)]
