"""Payments that are taken out of the ledger again: owed once more, and never applied by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from connector import jobs
from connector.money.cash import BANK, Standing
from connector.outgoing.intents import Step
from connector.proof import conservation
from connector.rules.modes import Mode
from tests.connector.firm import Firm
from tests.connector.writing_back.test_applying import (
    banked,
    cash_intents,
    conserved,
    settle_by,
    usd,
)

Opens = Callable[..., Firm]


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes={"cash": Mode.AUTOPILOT})


def remove(firm: Firm, *, void: bool = False) -> None:
    """The bookkeeper takes out the one payment that there is."""
    if firm.ledger == "quickbooks":
        (payment,) = firm.hand.find("Payment")
        (firm.hand.void if void else firm.hand.delete)("Payment", payment["Id"])
        return
    for plural, id_field in (("BatchPayments", "BatchPaymentID"), ("Payments", "PaymentID")):
        for doc in firm.hand.all(plural):
            if (doc["Status"] == "AUTHORISED" and not doc.get("BatchPaymentID", "")) or (
                plural == "BatchPayments" and doc["Status"] == "AUTHORISED"
            ):
                firm.hand.delete(plural, doc[id_field])
                return


def unapply(firm: Firm, money: str) -> None:
    """The bookkeeper takes the money off its invoice again and leaves it on account."""
    if firm.ledger == "quickbooks":
        firm.hand.update("Payment", {"Id": money, "Line": []})
        return
    booked = firm.hand.get("BankTransactions", money)["OverpaymentID"]
    (row,) = firm.hand.get("Overpayments", booked)["Allocations"]
    firm.hand.take_back("Overpayments", booked, row["AllocationID"])


@pytest.mark.parametrize("invoices", [1, 2])
@pytest.mark.parametrize("void", [False, True])
@pytest.mark.parametrize("webhooks", [True, False])
def test_a_receipt_that_bounced_is_owed_again_and_waits_for_a_person(
    firm: Firm, invoices: int, *, void: bool, webhooks: bool
) -> None:
    customer = firm.books.customer("Ash")
    owed = [firm.owe(customer, f"INV-{n}", "50.00") for n in range(invoices)]
    firm.pass_time(minutes=20)
    text = " ".join(f"INV-{n}" for n in range(invoices))
    firm.bank("b1", f"{50 * invoices}.00", text, payer="Ash")
    firm.settle()
    firm.pass_time(minutes=20)
    assert [firm.books.balance(invoice) for invoice in owed] == [0] * invoices
    if not webhooks:
        firm.world.apps(firm.ledger)[0]["webhook_url"] = ""
        firm.world.post = lambda *_: 500
    remove(firm, void=void)
    firm.pass_time(minutes=1)
    firm.pass_nights(2)
    assert [firm.books.balance(invoice) for invoice in owed] == [50] * invoices
    item = firm.money(BANK, "main:b1")
    assert (item.state, item.left) == (Standing.REVIEW, usd(f"{50 * invoices}"))
    assert [i.state for i in cash_intents(firm)] == [Step.REVERSED]
    line = conserved(firm)
    assert (line.received, line.parts.waiting) == (item.total, item.total)
    assert len(firm.log("record_payment.reversed")) == 1


def test_a_receipt_that_is_deleted_before_anybody_read_what_it_paid(firm: Firm) -> None:
    invoice = firm.owe(firm.books.customer("Ash"), "INV-1")
    firm.pass_time(minutes=20)
    firm.bank("b1", "100.00", "INV-1", payer="Ash")
    for job in ("decide", "deliver"):
        jobs.RUN[job](firm.deps, firm.connection_id)
    assert firm.books.balance(invoice) == 0
    remove(firm)
    firm.world.clock.advance(timedelta(seconds=1))
    firm.settle()
    firm.pass_nights(1)
    assert firm.books.balance(invoice) == 100
    item = firm.money(BANK, "main:b1")
    assert (item.state, item.left) == (Standing.REVIEW, usd("100"))


def test_what_a_person_takes_off_an_invoice_is_not_put_back(firm: Firm) -> None:
    customer = firm.books.customer("Ash")
    invoice = firm.owe(customer, "INV-1")
    money = firm.pay(customer, "100.00", "INV-1")
    firm.pass_time(minutes=20)
    assert firm.books.balance(invoice) == 0
    unapply(firm, money)
    firm.pass_time(minutes=20)
    firm.pass_nights(3)
    assert firm.books.balance(invoice) == 100
    assert firm.books.applied(money) == []
    (item,) = firm.all_money()
    assert (item.state, item.left) == (Standing.REVIEW, usd("100"))
    assert [i.state for i in cash_intents(firm)] == [Step.CORRECTED]
    assert conserved(firm).parts.unapplied == usd("100")


def test_what_a_person_moves_to_another_invoice_is_theirs(firm: Firm) -> None:
    customer = firm.books.customer("Ash")
    first, second = firm.owe(customer, "INV-1"), firm.owe(customer, "INV-2", late_days=4)
    money = firm.pay(customer, "100.00", "INV-1")
    firm.pass_time(minutes=20)
    unapply(firm, money)
    firm.match_by_hand(money, second, "100.00")
    firm.pass_time(minutes=20)
    firm.pass_nights(3)
    assert firm.books.applied(money) == [(second, Decimal(100))]
    assert (firm.books.balance(first), firm.books.balance(second)) == (100, 0)
    assert len(cash_intents(firm)) == 1
    line = conserved(firm)
    assert (line.parts.placed_by_others, line.left) == (usd("100"), usd("0"))


def test_a_deleted_payment_on_account_is_no_longer_money_of_ours(firm: Firm) -> None:
    customer = firm.books.customer("Ash")
    invoice = firm.owe(customer, "INV-1")
    money = firm.pay(customer, "100.00", "INV-1")
    firm.pass_time(minutes=20)
    if firm.ledger == "quickbooks":
        firm.hand.delete("Payment", money)
    else:
        unapply(firm, money)
        firm.hand.update("BankTransactions", money, {"Status": "DELETED"})
    firm.pass_time(minutes=20)
    firm.pass_nights(1)
    assert firm.books.balance(invoice) == 100
    (item,) = firm.all_money()
    assert (item.state, item.left) == (Standing.CLOSED, usd("0"))
    with firm.deps.reading() as tx:
        assert conservation.conservation(tx, firm.connection_id) == []


def test_a_rest_that_is_deleted_with_its_receipt_is_counted_once(firm: Firm) -> None:
    firm.switch(cash=Mode.COPILOT)
    customer = firm.books.customer("Ash")
    invoice = firm.owe(customer, "INV-1")
    item = banked(firm, "120.00")
    settle_by(firm, item, (invoice, "100"))
    if firm.ledger == "quickbooks":
        remove(firm)
    else:
        (transaction,) = firm.hand.all("BankTransactions")
        unapply(firm, transaction["BankTransactionID"])
        firm.hand.update("BankTransactions", transaction["BankTransactionID"],
                         {"Status": "DELETED"})  # fmt: skip
    firm.pass_time(minutes=20)
    firm.pass_nights(1)
    line = conserved(firm)
    assert (line.received, line.parts.waiting, line.parts.unapplied) == (
        usd("120"),
        usd("120"),
        usd("0"),
    )


def test_money_that_is_paid_back_to_the_customer_is_told_apart(open_firm: Opens) -> None:
    firm = open_firm("xero", modes={"cash": Mode.AUTOPILOT})
    customer = firm.books.customer("Ash")
    firm.pay(customer, "100.00", "on account")
    firm.pass_time(minutes=20)
    (over,) = firm.hand.all("Overpayments")
    bank = next(a for a in firm.world.store.all(firm.company, "account") if a["Type"] == "BANK")
    firm.hand.create("Payments", {
        "Overpayment": {"OverpaymentID": over["OverpaymentID"]}, "Amount": Decimal(30),
        "Account": {"AccountID": bank["AccountID"]}, "Date": firm.today.isoformat(),
    })  # fmt: skip
    firm.pass_time(minutes=40)
    line = conserved(firm)
    assert (line.parts.refunded, line.parts.unapplied) == (usd("30"), usd("70"))
