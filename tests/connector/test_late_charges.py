"""Late fees from the nightly draft to the invoice in either ledger, and back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connector.intents import Step
from dunning.late_fees import FeeState
from providers.ledger import AddNote
from tests.connector.charging import (
    Opens,
    approve,
    asked,
    only,
    open_charging,
    writes,
)
from tests.connector.firm import Firm


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_charging(open_firm, ledger)


def owing(firm: Firm, amount: str = "200.00", late_days: int = 10) -> str:
    invoice = firm.owe(firm.books.customer("Ash"), "INV-1", amount, late_days=late_days)
    firm.pass_time(days=1)
    return invoice


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
    assert writes(firm) == []


def test_an_approved_fee_is_one_invoice_in_the_ledger_with_notes(firm: Firm) -> None:
    late = owing(firm)
    charge = approve(firm)
    assert charge.state is FeeState.POSTED
    (raised,) = writes(firm)
    assert raised.state is Step.CONFIRMED
    assert firm.books.invoices_with(raised.marker) == [Decimal("3.00")]
    assert firm.books.balance(charge.receipt) == 3
    assert firm.books.balance(late) == 200
    (note,) = [i for i in firm.intents() if isinstance(i.effect, AddNote)]
    assert isinstance(note.effect, AddNote)
    assert (note.effect.record_id, note.state) == (late, Step.CONFIRMED)
    assert "Approved by ann, policy version 1" in note.effect.text
    assert firm.books.notes_with(note.marker) == 1
    assert [entry.actor for entry in firm.log("charge.approved")] == ["ann"]
