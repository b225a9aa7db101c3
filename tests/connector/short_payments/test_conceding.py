"""A credit that a person approves for what is in question: once, linked, and told."""

from __future__ import annotations

import pytest

from connector.commitments import disputing
from connector.disputed import cases, disputes
from connector.rules.modes import Mode
from connector.short_payments import conceding
from connector.short_payments.conceding import CannotCredit
from matching.deduction.credits import CreditCode
from providers.ledger import CreditDifference
from tests.connector.credited import (
    REASON,
    Opens,
    account,
    allow,
    booked,
    concede,
    credits_of,
    dispute_of,
    disputed,
    listed,
    memo,
    notes,
    open_on,
    pay,
    short_paid,
    wanted,
)
from tests.connector.firm import AUTOPILOT, Firm
from tests.connector.writing_back.test_applying import conserved, usd


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes=AUTOPILOT)


@pytest.mark.either_ledger
def test_a_deduction_is_credited_and_its_case_is_over(firm: Firm) -> None:
    invoice, case = short_paid(firm)
    assert open_on(firm, invoice) == "USD 5.00"
    decision = concede(firm, case.subject)
    assert (open_on(firm, invoice), booked(firm)) == ("USD 0.00", 5)
    (credit,) = credits_of(firm)
    assert (credit.total, credit.open) == (usd("5"), usd("0"))
    assert f"Deduction case {case.id}, damage: credit on INV-1" in memo(firm)
    told = f"Credit of USD 5.00 for deduction case {case.id}, code damage, to account"
    (note,) = [it for it in notes(firm) if told in it]
    assert f"Approved by ann, decision {decision}: {REASON}" in note
    (ended,) = listed(firm, cases.BOOKED)
    assert ended.closed_by == "ann"
    assert f"USD 5.00 of USD 5.00 credited (damage) by credit {credit.id}" in ended.outcome
    assert {"credit.approved", "credit.booked", "deduction.booked"} <= {
        it.event for it in firm.log()
    }
    conserved(firm)


@pytest.mark.either_ledger
def test_a_part_of_a_dispute_is_credited_and_the_rest_is_asked_for(firm: Firm) -> None:
    invoice, made = disputed(firm)
    decision = concede(firm, made.subject, wanted(amount="12.50", code=CreditCode.QUALITY))
    assert open_on(firm, invoice) == "USD 87.50"
    assert f"Dispute {made.number}, quality: credit on INV-1" in memo(firm)
    ended = dispute_of(firm, made.id)
    assert (ended.state, ended.ended_by) == ("accepted", "ann")
    assert "USD 12.50 of USD 20.00 credited (quality)" in ended.outcome
    assert ended.outcome.endswith("the rest is asked for again")
    with firm.deps.reading() as tx:
        owed = disputing.invoice_of(tx, firm.connection_id, invoice)
        assert owed
        assert disputing.undisputed(tx, firm.connection_id, owed) == usd("87.50")
    firm.pass_days(3, every=3)
    (mail,) = firm.mails()
    assert "Total to pay $87.50" in " ".join(mail["text"].split())
    assert [it.decision_id for it in firm.log("credit.booked")] == [decision]


WRONG = [
    ({"amount": "20.01"}, "more than the USD 20.00 that is in question"),
    ({"amount": "0"}, "write one above 0"),
    ({"amount": "-3"}, "write one above 0"),
    ({"amount": "a lot"}, "'a lot' is no amount"),
    ({"amount": "nan"}, "'nan' is no amount"),
    ({"account": "Pocket"}, "has no account 'Pocket' that a credit can be booked to; there are:"),
    ({"account": ""}, "the policy names no account for credits of the code damage"),
    ({"reason": " "}, "say in 1 to 500 characters why"),
    ({"reason": "x" * 501}, "say in 1 to 500 characters why"),
]


@pytest.mark.either_ledger
def test_what_cannot_be_credited_is_refused_with_the_reason_and_nothing_is_written(
    firm: Firm,
) -> None:
    _, made = disputed(firm)
    writes = len(firm.writes())
    for changed, why in WRONG:
        with pytest.raises(CannotCredit, match=why):
            concede(firm, made.subject, wanted(**changed))
    firm.switch(cash=Mode.SHADOW)
    with pytest.raises(CannotCredit, match="in mode shadow"):
        concede(firm, made.subject)
    firm.switch(cash=Mode.COPILOT)
    with firm.deps.writing() as tx:
        disputing.ended(tx, firm.connection, made, disputes.State.REJECTED, outcome="dry",
                        by="ann", at=firm.deps.now())  # fmt: skip
    with pytest.raises(CannotCredit, match=f"dispute {made.number} has ended"):
        concede(firm, made.subject)
    with pytest.raises(CannotCredit, match="deduction:99 has ended"):
        concede(firm, "deduction:99")
    firm.settle()
    assert [it for it in firm.intents() if isinstance(it.effect, CreditDifference)] == []
    assert booked(firm) == 0
    assert len(firm.writes()) <= writes + 2, "the notes of the dispute alone"


@pytest.mark.either_ledger
def test_more_than_is_open_is_refused_and_without_an_amount_that_is_credited(firm: Firm) -> None:
    invoice, made = disputed(firm)
    pay(firm, invoice, "85")
    firm.sweep()
    with pytest.raises(CannotCredit, match=r"more than the USD 15.00 open on INV-1"):
        concede(firm, made.subject, wanted(amount="15.01"))
    concede(firm, made.subject)
    assert open_on(firm, invoice) == "USD 0.00"
    assert booked(firm) == 15


@pytest.mark.either_ledger
def test_two_clicks_are_one_credit(firm: Firm) -> None:
    invoice, made = disputed(firm)
    first = conceding.approve(firm.deps, firm.connection_id, made.subject, wanted(), by="ann")
    assert first
    with pytest.raises(CannotCredit, match="on its way"):
        concede(firm, made.subject)
    with firm.deps.writing() as tx, pytest.raises(disputing.CannotDispute, match="on its way"):
        disputing.ended(tx, firm.connection, made, disputes.State.REJECTED, outcome="dry",
                        by="ann", at=firm.deps.now())  # fmt: skip
    firm.settle()
    with pytest.raises(CannotCredit, match="has ended"):
        concede(firm, made.subject)
    assert (open_on(firm, invoice), len(credits_of(firm))) == ("USD 80.00", 1)


@pytest.mark.either_ledger
@pytest.mark.parametrize(
    ("paid", "why"), [("90", "less than USD 20.00 is open"), ("20", "changed since: invoice:")]
)
def test_an_invoice_that_is_paid_meanwhile_is_not_credited_and_a_person_is_told(
    firm: Firm, paid: str, why: str
) -> None:
    invoice, made = disputed(firm)
    conceding.approve(firm.deps, firm.connection_id, made.subject, wanted(), by="ann")
    pay(firm, invoice, paid)
    firm.settle()
    assert booked(firm) == 0
    assert dispute_of(firm, made.id).state == "open"
    (asked,) = [it for it in firm.asked() if it.subject == made.subject]
    assert f"not written: {why}" in asked.summary


@pytest.mark.either_ledger
def test_a_credit_is_not_written_after_cash_was_switched_off(firm: Firm) -> None:
    _, made = disputed(firm)
    conceding.approve(firm.deps, firm.connection_id, made.subject, wanted(), by="ann")
    firm.switch(cash=Mode.OFF)
    firm.settle()
    assert booked(firm) == 0
    (asked,) = [it for it in firm.asked() if it.subject == made.subject]
    assert "not written: cash application is in mode off by now" in asked.summary


@pytest.mark.either_ledger
def test_a_credit_is_a_persons_in_every_mode_and_its_account_is_the_policys(firm: Firm) -> None:
    """On autopilot, with an account for it, nothing is credited before a person says so."""
    own = [
        {"account": "none such", "codes": ["freight"]},
        {"account": account(firm), "codes": ["damage"], "company": firm.connection.name},
    ]
    invoice, case = short_paid(firm)
    allow(firm, credit_accounts=own)
    firm.pass_days(3, every=3)
    assert (open_on(firm, invoice), credits_of(firm)) == ("USD 5.00", [])
    with pytest.raises(CannotCredit, match="no account 'none such'"):
        concede(firm, case.subject, wanted(account="", code=CreditCode.FREIGHT))
    concede(firm, case.subject, wanted(account=""))
    assert booked(firm) == 5
