"""A credit that a person approves for what is in question: once, linked, told, and undoable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connector import answers, cases, conceding, disputes, disputing, undo
from connector import policy as policies
from connector.cases import Deduction
from connector.conceding import CannotCredit, Wanted
from connector.disputes import Dispute, Source, Type
from connector.intents import Step
from connector.ledgers import opened
from connector.meter import Purpose
from connector.modes import Mode
from connector.undo import CannotUndo
from matching.credits import CreditCode
from matching.rules import Family
from providers.ledger import AddNote, CreditDifference, CreditNote, Invoice, Kind, Undo
from tests.connector.firm import AUTOPILOT, Firm
from tests.connector.test_applying import conserved, usd
from tests.connector.test_killed_while_applying import PLACES_MAX, deliver
from tests.connector.test_undo import ledger_state

Opens = Callable[..., Firm]
BAD_DEBTS = "bad debts"
"""An account that every new company has, in either ledger."""
REASON = "three of 100 were broken, as the photos show"


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes=AUTOPILOT)


def account(firm: Firm) -> str:
    with opened(firm.deps, firm.connection_id, Purpose.SYNC) as ledger:
        return next(it.id for it in ledger.reader().accounts() if it.is_called(BAD_DEBTS))


def allow(firm: Firm, **more: object) -> None:
    rules = {"matching": {"apply_by": list(Family)}, **more}
    answers.set_policy(
        firm.deps, firm.connection.client_id, policies.Policy.model_validate(rules), by="ann",
        reason="tests",
    )  # fmt: skip


def short_paid(firm: Firm, amount: str = "95.00") -> tuple[str, Deduction]:
    """An invoice of 100 and the case of what its payer took off."""
    allow(firm)
    invoice = firm.owe(firm.books.customer("Ash"), "INV-1")
    firm.pass_time(minutes=20)
    firm.bank("b1", amount, "INV-1 CB-25 damage", payer="Ash")
    firm.sweep()
    (case,) = listed(firm)
    return invoice, case


def disputed(firm: Firm, amount: str = "20", *, number: str = "INV-1") -> tuple[str, Dispute]:
    """An invoice of 100 of a customer of its own, and what of it is disputed."""
    customer = firm.books.customer(f"Ash-{number}")
    invoice = firm.owe(customer, number, late_days=1)
    firm.pass_time(minutes=20)
    with firm.deps.writing() as tx:
        owed = disputing.invoice_of(tx, firm.connection_id, invoice)
        assert owed
        made = disputing.raised(
            tx, firm.connection, owed, usd(amount), type_=Type.QUALITY, words="wet",
            source=Source.PERSON, by="ann", at=firm.deps.now(),
        )  # fmt: skip
    return invoice, made


def listed(firm: Firm, *states: str) -> list[Deduction]:
    with firm.deps.reading() as tx:
        return cases.listed(tx, firm.connection_id, states=states or (cases.OPEN,))


def dispute_of(firm: Firm, number: int) -> Dispute:
    with firm.deps.reading() as tx:
        found = disputes.find(tx, firm.connection_id, number)
    assert found
    return found


def wanted(**changed: Any) -> Wanted:
    return replace(Wanted("", CreditCode.DAMAGE, BAD_DEBTS, REASON), **changed)


def concede(firm: Firm, subject: str, want: Wanted | None = None) -> int:
    """Approved by a person, and carried out."""
    made = conceding.approve(firm.deps, firm.connection_id, subject, want or wanted(), by="ann")
    firm.settle()
    return made


def booked(firm: Firm) -> Decimal:
    return firm.books.booked(account(firm))


def credits_of(firm: Firm) -> list[CreditNote]:
    """What the ledger itself says of the credits that we wrote, over its API."""
    wrote = [it for it in firm.intents() if isinstance(it.effect, CreditDifference) and it.receipt]
    with opened(firm.deps, firm.connection_id, Purpose.SYNC) as ledger:
        found = ledger.reader().fetch(Kind.CREDIT_NOTE, [it.receipt for it in wrote])
    return [one for one in found if isinstance(one, CreditNote)]


def open_on(firm: Firm, invoice: str) -> str:
    with opened(firm.deps, firm.connection_id, Purpose.SYNC) as ledger:
        (found,) = ledger.reader().fetch(Kind.INVOICE, [invoice])
    assert isinstance(found, Invoice)
    return str(found.open)


def memo(firm: Firm) -> str:
    if firm.ledger == "quickbooks":
        (one,) = firm.hand.find("CreditMemo")
        return str(one["PrivateNote"])
    (one,) = firm.hand.all("CreditNotes")
    return str(one["Reference"])


def notes(firm: Firm) -> list[str]:
    written = firm.intents(Step.CONFIRMED)
    return [it.effect.text for it in written if isinstance(it.effect, AddNote)]


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
    assert f"Approved by ann: {REASON}. Decision {decision}." in note
    (ended,) = listed(firm, cases.BOOKED)
    assert ended.closed_by == "ann"
    assert f"USD 5.00 of USD 5.00 credited (damage) by credit {credit.id}" in ended.outcome
    assert {"credit.approved", "credit.booked", "deduction.booked"} <= {
        it.event for it in firm.log()
    }
    conserved(firm)


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


@pytest.mark.parametrize("of", [short_paid, disputed])
def test_an_undo_takes_the_use_and_then_the_credit_back(
    firm: Firm, of: Callable[[Firm], tuple[str, Any]]
) -> None:
    invoice, it = of(firm)
    before, open_before = ledger_state(firm), open_on(firm, invoice)
    first = concede(firm, it.subject)
    assert ledger_state(firm) != before
    undo.begin(firm.deps, firm.connection_id, money=str(first), by="bob")
    firm.settle()
    assert ledger_state(firm) == before
    assert credits_of(firm) == [] or {one.status for one in credits_of(firm)} == {"void"}
    assert [it.receipt != "" for it in firm.intents() if isinstance(it.effect, Undo)] == [True] * 2
    still = listed(firm) if isinstance(it, Deduction) else [dispute_of(firm, it.id)]
    assert [one.state for one in still] == ["open"]
    firm.sweep()
    second = concede(firm, it.subject)
    assert second > first
    amount = usd("5" if isinstance(it, Deduction) else "20")
    assert booked(firm) == amount.amount
    assert open_on(firm, invoice) != open_before


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


def test_more_than_is_open_is_refused_and_without_an_amount_that_is_credited(firm: Firm) -> None:
    invoice, made = disputed(firm)
    pay(firm, invoice, "85")
    firm.sweep()
    with pytest.raises(CannotCredit, match=r"more than the USD 15.00 open on INV-1"):
        concede(firm, made.subject, wanted(amount="15.01"))
    concede(firm, made.subject)
    assert open_on(firm, invoice) == "USD 0.00"
    assert booked(firm) == 15


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


def pay(firm: Firm, invoice: str, amount: str) -> None:
    with firm.deps.reading() as tx:
        owed = disputing.invoice_of(tx, firm.connection_id, invoice)
    assert owed
    firm.books.pay_by_hand(owed.customer_id, invoice, Decimal(amount), firm.today)


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


def test_the_payment_is_not_taken_back_under_its_credit(firm: Firm) -> None:
    invoice, case = short_paid(firm)
    decision = concede(firm, case.subject)
    (money,) = [it for it in firm.all_money() if it.kind == "bank"]
    with pytest.raises(CannotUndo, match=f"decision {decision} credits what this money left open"):
        undo.begin(firm.deps, firm.connection_id, money=money.subject, by="bob")
    undo.begin(firm.deps, firm.connection_id, money=str(decision), by="bob")
    firm.settle()
    undo.begin(firm.deps, firm.connection_id, money=money.subject, by="bob")
    firm.settle()
    assert open_on(firm, invoice) == "USD 100.00"
    assert [it.state for it in listed(firm, cases.WITHDRAWN)] == [cases.WITHDRAWN]


def test_a_credit_is_a_persons_in_every_mode_and_its_account_is_the_policys(firm: Firm) -> None:
    """On autopilot, with an account for it, nothing is credited before a person says so."""
    own = [
        {"account": "none such", "codes": ["freight"]},
        {"account": account(firm), "codes": ["damage"], "company": firm.connection.name},
    ]
    invoice, case = short_paid(firm)
    allow(firm, credit_accounts=own)
    firm.pass_days(3)
    assert (open_on(firm, invoice), credits_of(firm)) == ("USD 5.00", [])
    with pytest.raises(CannotCredit, match="no account 'none such'"):
        concede(firm, case.subject, wanted(account="", code=CreditCode.FREIGHT))
    concede(firm, case.subject, wanted(account=""))
    assert booked(firm) == 5


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
