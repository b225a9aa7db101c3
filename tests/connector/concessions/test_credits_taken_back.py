"""Credits that people approved: undone, left by halves, and killed on their way, once and whole."""

from __future__ import annotations

import pytest

from connector.concessions import conceded
from connector.disputed import cases
from connector.outgoing.intents import Step
from connector.rules.modes import Mode
from connector.short_payments import conceding
from connector.short_payments.conceding import CannotCredit
from connector.undoing import undo
from connector.undoing.undo import CannotUndo
from providers.ledger import ApplyUnapplied, CreditDifference, RecordPayment, Undo
from tests.connector.cash_application.test_killed_while_applying import PLACES_MAX, deliver
from tests.connector.credited import (
    Opens,
    booked,
    concede,
    credits_of,
    dispute_of,
    disputed,
    listed,
    open_on,
    pay,
    short_paid,
    wanted,
)
from tests.connector.firm import AUTOPILOT, Firm
from tests.connector.undoing.test_undo import ledger_state
from tests.connector.writing_back.test_applying import usd


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes=AUTOPILOT)


def test_an_undo_takes_the_use_and_then_the_credit_back(firm: Firm) -> None:
    invoice, made = disputed(firm)
    before = ledger_state(firm)
    first = concede(firm, made.subject)
    assert ledger_state(firm) != before
    undo.begin(firm.deps, firm.connection_id, money=str(first), by="bob")
    firm.settle()
    assert (ledger_state(firm), booked(firm)) == (before, 0)
    use, credit = (it.effect for it in firm.intents(Step.CONFIRMED) if isinstance(it.effect, Undo))
    assert isinstance(use, Undo)
    assert isinstance(use.done, ApplyUnapplied)
    assert isinstance(credit, Undo)
    assert isinstance(credit.done, CreditDifference)
    assert dispute_of(firm, made.id).state == "open"
    assert firm.log("dispute.reopened")
    second = concede(firm, made.subject)
    assert second > first
    assert (open_on(firm, invoice), booked(firm)) == ("USD 80.00", 20)


def test_a_credit_that_could_not_be_used_is_put_before_a_person_and_taken_back(
    firm: Firm,
) -> None:
    """The invoice is paid between the credit and its use."""
    invoice, made = disputed(firm)
    sent: list[str] = []

    def meanwhile(point: str) -> None:
        if point == "outbox.sent" and not sent:
            sent.append(point)
            pay(firm, invoice, "100")

    decision = conceding.approve(firm.deps, firm.connection_id, made.subject, wanted(), by="ann")
    firm.reached(meanwhile)
    firm.settle()
    (credit,) = credits_of(firm)
    assert credit.open == usd("20")
    assert dispute_of(firm, made.id).state == "open"
    (asked,) = [it for it in firm.asked() if it.subject == made.subject]
    assert "not set against the invoice" in asked.summary
    with pytest.raises(CannotCredit, match=f"may stand in the ledger already .decision {decision}"):
        concede(firm, made.subject)
    undo.begin(firm.deps, firm.connection_id, money=str(decision), by="bob")
    firm.settle()
    assert booked(firm) == 0
    assert dispute_of(firm, made.id).state == "open"


def test_an_undo_of_what_others_changed_is_refused_and_the_dispute_stays_ended(
    firm: Firm,
) -> None:
    _, made = disputed(firm)
    decision = concede(firm, made.subject)
    if firm.ledger == "quickbooks":
        (link,) = [it for it in firm.hand.find("Payment") if it["TotalAmt"] == 0]
        firm.hand.delete("Payment", link["Id"])
    else:
        (note,) = firm.hand.all("CreditNotes")
        (part,) = note["Allocations"]
        firm.hand.take_back("CreditNotes", note["CreditNoteID"], part["AllocationID"])
    before = ledger_state(firm)
    undo.begin(firm.deps, firm.connection_id, money=str(decision), by="bob")
    firm.settle()
    refused = [it for it in firm.intents(Step.REFUSED) if isinstance(it.effect, Undo)]
    assert "no longer" in refused[0].error
    assert ledger_state(firm) == before
    assert dispute_of(firm, made.id).state == "accepted"
    with firm.deps.reading() as tx:
        shown = conceded.last(tx, firm.connection_id, [made.subject])[made.subject]
    assert (shown.is_open, shown.why_not) == (False, ""), "the credit itself stands"


def test_the_payment_is_not_taken_back_under_its_credit(firm: Firm) -> None:
    invoice, case = short_paid(firm)
    decision = concede(firm, case.subject)
    (money,) = [it for it in firm.all_money() if it.kind == "bank"]
    with pytest.raises(CannotUndo, match=f"decision {decision} credits what this money left open"):
        undo.begin(firm.deps, firm.connection_id, money=money.subject, by="bob")
    undo.begin(firm.deps, firm.connection_id, money=str(decision), by="bob")
    firm.settle()
    assert open_on(firm, invoice) == "USD 5.00"
    assert [it.id for it in listed(firm)] == [case.id]
    undo.begin(firm.deps, firm.connection_id, money=money.subject, by="bob")
    firm.settle()
    assert open_on(firm, invoice) == "USD 100.00"
    assert [it.state for it in listed(firm, cases.WITHDRAWN)] == [cases.WITHDRAWN]


def test_where_others_take_the_payment_out_a_person_says_whether_its_credit_is_due(
    firm: Firm,
) -> None:
    invoice, case = short_paid(firm)
    decision = concede(firm, case.subject)
    firm.pass_time(minutes=20)
    (paid,) = [it for it in firm.intents() if isinstance(it.effect, RecordPayment)]
    firm.books.remove(paid.receipt)
    firm.sweep()
    assert [it.state for it in listed(firm, cases.WITHDRAWN)] == [cases.WITHDRAWN]
    (asked,) = [it for it in firm.asked() if it.subject == case.subject]
    assert f"decision {decision}: the payment was deleted or voided" in asked.summary
    assert open_on(firm, invoice) == "USD 95.00"
    undo.begin(firm.deps, firm.connection_id, money=str(decision), by="bob")
    firm.settle()
    assert (open_on(firm, invoice), booked(firm)) == ("USD 100.00", 0)


def test_killed_at_every_place_once(open_firm: Opens, ledger: str) -> None:
    """While it credits, and while that is undone; every trial has an invoice of its own."""
    firm = open_firm(ledger, modes={"cash": Mode.COPILOT})
    for place in range(1, PLACES_MAX):
        struck = _trial(firm, place)
        if not any(struck):
            assert place > 4, "it passes as many for two writes"
            return
    pytest.fail("a worker never came to its end")


def _trial(firm: Firm, place: int) -> tuple[bool, bool]:
    invoice, made = disputed(firm, number=f"INV-{place}")
    before, credited = ledger_state(firm), len(credits_of(firm))
    decision = conceding.approve(firm.deps, firm.connection_id, made.subject, wanted(), by="ann")
    killed = deliver(firm, place)
    assert (open_on(firm, invoice), booked(firm)) == ("USD 80.00", 20)
    assert len([it for it in credits_of(firm) if it.total == usd("20")]) == credited + 1
    assert dispute_of(firm, made.id).state == "accepted"
    undo.begin(firm.deps, firm.connection_id, money=str(decision), by="bob")
    killed_again = deliver(firm, place)
    assert (ledger_state(firm), booked(firm)) == (before, 0)
    assert dispute_of(firm, made.id).state == "open"
    return killed, killed_again
