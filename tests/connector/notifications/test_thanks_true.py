"""A thank-you says only what is so: what money came in, and whether nothing more is owed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connector.outgoing.effects import SendThanks
from connector.outgoing.intents import Step
from connector.rules.modes import Mode
from tests.connector.firm import Firm
from tests.connector.notified import Opens, switch_on, text
from tests.connector.thankful import (
    AMOUNT,
    ON,
    before_it_goes_out,
    firm,
    pay,
    reminded,
    thanked,
    thanks,
    thanks_customer,
)
from tests.simulation.clerk import Clerk, clerk_of

__all__ = ["firm"]
NOTHING_MORE = "There is nothing more to do"


def clerk(firm: Firm) -> Clerk:
    return clerk_of(firm.universe.vendors, firm.connection.ledger, firm.company, firm.world.store)


def words(mail: dict[str, Any]) -> str:
    return " ".join(text(mail).split()).replace("\xa0", " ")


def invoice_of(firm: Firm) -> str:
    """What Ash was reminded of."""
    (intent,) = [i for i in firm.intents() if hasattr(i.effect, "invoice_ids")]
    return str(intent.effect.invoice_ids[0])  # type: ignore[union-attr]


def pays_with_credit(firm: Firm, credited: str) -> None:
    """All that was reminded of is settled, a part of it by a credit note."""
    customer = thanks_customer(firm)
    credit = firm.books.credit(customer, Decimal(credited), firm.today)
    owed = {invoice_of(firm): str(AMOUNT)}
    clerk(firm).pay_less_credit(customer, firm.today, "", owed, {credit: credited})
    firm.sweep()


@pytest.mark.parametrize("ledger", ["quickbooks"], indirect=True)
def test_a_credit_alone_is_not_thanked_for(firm: Firm) -> None:
    """QuickBooks keeps it as a payment of nothing."""
    pays_with_credit(firm, str(AMOUNT))
    firm.pass_days(1)
    assert firm.books.balance(invoice_of(firm)) == 0
    assert (thanks(firm), thanked(firm)) == ([], [])


@pytest.mark.either_ledger
def test_beside_a_credit_the_money_is_thanked_for(firm: Firm) -> None:
    pays_with_credit(firm, "50.00")
    (mail,) = thanked(firm)
    assert "your payment of $70.00 for invoice INV-1" in words(mail)
    assert "USD 70.00" in str(thanks(firm)[0].effect.total)  # type: ignore[union-attr]


@pytest.mark.parametrize(("late_days", "said"), [(4, ["$120.00"]), (-20, [])])
def test_what_of_a_payment_was_money_is_known_of_all_its_invoices_alone(
    open_firm: Opens, late_days: int, said: list[str]
) -> None:
    """120.00 came with a credit of 50.00 for 120.00 and 50.00: what each got of it nobody knows."""
    firm = open_firm("quickbooks", modes=ON)
    switch_on(firm, thank_you=True)
    customer = firm.books.customer("Ash")
    owed = {
        firm.owe(customer, "INV-1", "120.00", late_days=4): "120.00",
        firm.owe(customer, "INV-2", "50.00", late_days=late_days): "50.00",
    }
    firm.sweep()
    credit = firm.books.credit(customer, Decimal("50.00"), firm.today)
    clerk(firm).pay_less_credit(customer, firm.today, "", owed, {credit: "50.00"})
    firm.sweep()
    firm.pass_days(1)
    told = [words(mail) for mail in thanked(firm)]
    assert len(told) == len(said)
    assert all(f"your payment of {amount}" in it for amount, it in zip(said, told, strict=True))


def test_a_payment_of_two_customers_with_a_credit_thanks_neither(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes=ON)
    switch_on(firm, thank_you=True)
    parent = firm.books.customer("Parent")
    owed = {}
    for name in ("North", "South"):
        customer = firm.hand.create("Customer", {
            "DisplayName": name, "Job": True, "ParentRef": {"value": parent},
            "PrimaryEmailAddr": {"Address": f"{name.lower()}@parent.example"},
        })  # fmt: skip
        owed[firm.owe(customer["Id"], f"INV-{name}", "100.00", late_days=4)] = "100.00"
    firm.sweep()
    credit = firm.books.credit(parent, Decimal("60.00"), firm.today)
    clerk(firm).pay_less_credit(parent, firm.today, "", owed, {credit: "60.00"})
    firm.sweep()
    assert thanks(firm) == []


@pytest.mark.parametrize("ledger", ["quickbooks"], indirect=True)
def test_money_that_became_less_before_it_went_out_is_not_thanked_for(firm: Firm) -> None:
    def correct() -> None:
        (intent,) = thanks(firm)
        assert isinstance(intent.effect, SendThanks)
        ((_, payment),) = intent.effect.payments
        sent = firm.hand.get("Payment", payment)
        credit = firm.books.credit(thanks_customer(firm), Decimal("50.00"), firm.today)
        line = {"Amount": "50.00", "LinkedTxn": [{"TxnId": credit, "TxnType": "CreditMemo"}]}
        firm.hand.update("Payment", sent | {"TotalAmt": "70.00", "Line": [*sent["Line"], line]})

    before_it_goes_out(firm, correct)
    assert thanked(firm) == []
    (intent,) = thanks(firm)
    assert (intent.state, "USD 70.00 is paid with money, not USD 120.00" in intent.error) == (
        Step.REFUSED, True,
    )  # fmt: skip


@pytest.mark.either_ledger
@pytest.mark.parametrize("late_days", [25, -20])
def test_who_owes_something_else_is_not_told_that_nothing_more_is_to_be_done(
    firm: Firm, late_days: int
) -> None:
    firm.owe(thanks_customer(firm), "INV-2", "900.00", late_days=late_days)
    firm.sweep()
    pay(firm)
    firm.pass_days(1)
    (mail,) = thanked(firm)
    assert NOTHING_MORE not in words(mail)
    assert "It is settled, thank you very much." in words(mail)


@pytest.mark.either_ledger
def test_who_owes_nothing_else_is_told_so(firm: Firm) -> None:
    pay(firm)
    (mail,) = thanked(firm)
    assert NOTHING_MORE in words(mail)


@pytest.mark.parametrize("mode", [Mode.AUTOPILOT, Mode.COPILOT])
@pytest.mark.parametrize(("account", "is_thanked"), [
    ("Bank Fees", False), ("Undeposited Funds", True),
])  # fmt: skip
def test_a_write_off_is_not_thanked_for(
    open_firm: Opens, mode: Mode, account: str, *, is_thanked: bool
) -> None:
    """In Xero it may be a payment to an account for expenses that takes payments."""
    firm = reminded(open_firm, "xero")
    firm.switch(remind=mode)
    invoice = invoice_of(firm)
    firm.books.hand.create("Payments", {
        "Invoice": {"InvoiceID": invoice},
        "Account": {"AccountID": firm.books.account(account)},
        "Date": firm.today.isoformat(), "Amount": AMOUNT,
    })  # fmt: skip
    firm.sweep()
    if mode is Mode.COPILOT:
        firm.approve()
    firm.pass_days(1)
    assert firm.books.balance(invoice) == 0
    (intent,) = thanks(firm)
    assert (intent.state is Step.CONFIRMED, len(thanked(firm))) == (is_thanked, int(is_thanked))
    assert ("is not known to have come into a bank account" in intent.error) is not is_thanked
