"""A write that nobody but a person can find out about: it holds up nothing and is never doubled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from connector.answering import answers
from connector.money.cash import Standing
from connector.outgoing.intents import Step
from connector.rules.modes import Mode
from providers.simulated.faults import Fault
from tests.connector.choosy import open_choosy
from tests.connector.firm import Firm

Opens = Callable[..., Firm]
CASH = {"cash": Mode.AUTOPILOT}
LOOK = {"quickbooks": "TxnDate", "xero": "Invoice.InvoiceID"}
"""What is in the request by which a receipt is looked for."""


def lose_the_answer(firm: Firm) -> None:
    on = rf"{firm.ledger}\.(?!oauth)(?!query).*(write|create|update)"
    firm.fail(Fault("reset_after_commit", on=on, times=1))


def test_a_receipt_that_cannot_be_looked_for_is_a_persons_and_others_go_out(
    open_firm: Opens, ledger: str
) -> None:
    firm, gateway = open_choosy(open_firm, ledger, modes=CASH)
    ash = firm.owe(firm.books.customer("Ash"), "INV-1", late_days=-9)
    oak = firm.owe(firm.books.customer("Oak"), "INV-2", late_days=-9)
    firm.settle()
    lose_the_answer(firm)
    firm.bank("b1", "100.00", "INV-1", payer="Ash")
    firm.settle()
    gateway.poison = LOOK[ledger]
    firm.restart()
    firm.world.clock.advance(timedelta(minutes=10))
    firm.bank("b2", "100.00", "INV-2", payer="Oak")
    for _ in range(3):
        firm.pass_time(minutes=10)
    assert firm.books.balance(oak) == 0
    first, second = firm.intents()
    assert (first.state, second.state) == (Step.PERSON, Step.CONFIRMED)
    assert firm.money("bank", "main:b1").state is Standing.APPLYING
    (asked,) = firm.asked()
    assert "it may have been written" in asked.summary
    gateway.poison = "nothing any more"
    firm.pass_nights(2)
    assert [question.id for question in firm.asked()] == [asked.id]
    answers.reject(firm.deps, asked.id, "ann")
    firm.pass_nights(2)
    assert firm.books.balance(ash) == 0
    assert len(firm.writes()) == 2, "it is never written again by itself"
    assert firm.books.payments_with(first.marker) == 1


def test_an_allocation_that_a_person_took_half_back_holds_up_nothing(open_firm: Opens) -> None:
    firm = open_firm("xero", modes=CASH)
    ash, oak = firm.books.customer("Ash"), firm.books.customer("Oak")
    firm.owe(ash, "INV-1", "60.00", late_days=-9)
    firm.owe(ash, "INV-2", "40.00", late_days=-9)
    other = firm.owe(oak, "INV-3", "77.00", late_days=-9)
    firm.settle()
    money = firm.pay(ash, "100.00", "INV-1 INV-2")
    lose_the_answer(firm)
    firm.pass_time(minutes=1)
    firm.restart()
    booked = firm.hand.get("BankTransactions", money)["OverpaymentID"]
    first, second = firm.hand.get("Overpayments", booked)["Allocations"]
    firm.hand.take_back("Overpayments", booked, first["AllocationID"])
    firm.world.clock.advance(timedelta(minutes=10))
    firm.settle()
    firm.pay(oak, "77.00", "INV-3")
    for _ in range(3):
        firm.pass_time(minutes=10)
    assert firm.books.balance(other) == 0
    assert firm.intents()[0].state is Step.PERSON
    (asked,) = firm.asked()
    answers.reject(firm.deps, asked.id, "ann")
    firm.pass_nights(2)
    left = firm.hand.get("Overpayments", booked)["Allocations"]
    assert [it["AllocationID"] for it in left] == [second["AllocationID"]]
    (asked,) = firm.asked()
    assert "left to a person" in asked.summary
