"""What is not to be asked for is not asked for, and what is asked for adds up."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from connector.answering import answers
from connector.correspondence import messages
from connector.outgoing.effects import SendReminder
from connector.rules.modes import Mode
from tests.connector.collecting.reading import REMIND, Opens, reason
from tests.connector.firm import Firm

pytestmark = pytest.mark.either_ledger


def draft(firm: Firm, customer: str) -> str:
    if firm.ledger == "quickbooks":
        pytest.skip("QuickBooks has no drafts")
    return str(firm.hand.create("Invoices", {
        "Type": "ACCREC", "Status": "DRAFT", "Contact": {"ContactID": customer},
        "InvoiceNumber": "INV-1", "Date": "2026-01-01", "DueDate": "2026-02-01",
        "LineItems": [{"Description": "W", "Quantity": 1, "UnitAmount": 9, "AccountCode": "200"}],
    })["InvoiceID"])  # fmt: skip


def void(firm: Firm, customer: str) -> None:
    firm.books.void(firm.owe(customer, "INV-1"))


def paid(firm: Firm, customer: str) -> None:
    invoice = firm.owe(customer, "INV-1")
    firm.books.pay_by_hand(customer, invoice, Decimal(100), firm.today)


def credited(firm: Firm, customer: str) -> None:
    firm.owe(customer, "INV-1")
    firm.books.credit(customer, Decimal(100), firm.today)


def paid_on_account(firm: Firm, customer: str) -> None:
    firm.owe(customer, "INV-1")
    firm.pay(customer, "100.00", "")


def paused(firm: Firm, customer: str) -> None:
    firm.owe(customer, "INV-1")
    answers.pause(
        firm.deps, firm.connection_id, by="ann", reason="their boss called", customer_id=customer
    )


def paused_invoice(firm: Firm, customer: str) -> None:
    invoice = firm.owe(customer, "INV-1")
    answers.pause(
        firm.deps, firm.connection_id, by="ann", reason="their boss called", invoice_id=invoice
    )


STATES: dict[Callable[[Firm, str], object], str] = {
    void: "nothing is owed", paid: "nothing is owed", credited: "apply credit",
    paid_on_account: "apply credit", paused: "paused by ann: their boss called",
    paused_invoice: "a person paused it", draft: "it is draft",
}  # fmt: skip


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_what_is_not_to_be_asked_for_is_not_and_the_reason_stands_there(
    firm: Firm, state: Callable[[Firm, str], object]
) -> None:
    customer = firm.books.customer("Ash")
    state(firm, customer)
    firm.pass_days(32, every=8)
    assert firm.mails() == []
    assert [i for i in firm.intents() if isinstance(i.effect, SendReminder)] == []
    assert STATES[state] in reason(firm, customer)


def test_an_invoice_without_a_due_date_is_not_asked_for(open_firm: Opens) -> None:
    firm = open_firm("xero", modes=REMIND)
    customer = firm.books.customer("Ash")
    made = firm.hand.create("Invoices", {
        "Type": "ACCREC", "Status": "SUBMITTED", "Contact": {"ContactID": customer},
        "InvoiceNumber": "INV-1", "Date": "2026-01-01",
        "LineItems": [{"Description": "W", "Quantity": 1, "UnitAmount": 9, "AccountCode": "200"}],
    })  # fmt: skip
    assert made["Status"] == "SUBMITTED"
    firm.pass_days(3)
    assert firm.mails() == []
    assert reason(firm, customer)


def test_fifty_invoices_of_one_customer_are_one_message_with_one_total(one_firm: Firm) -> None:
    customer = one_firm.books.customer("Ash")
    for number in range(50):
        one_firm.owe(customer, f"INV-{number:02}", "10.00", late_days=3 + number % 20)
    one_firm.pass_time(minutes=20)
    (mail,) = one_firm.mails()
    assert "500.00" in mail["text"]
    assert all(f"INV-{number:02}" in mail["text"] for number in range(50))
    with one_firm.deps.reading() as tx:
        (sent,) = messages.sent(tx, one_firm.connection_id)
    assert (sent.step, len(sent.invoice_ids)) == ("final", 50)


def test_money_on_account_is_taken_off_and_said(firm: Firm) -> None:
    customer = firm.books.customer("Ash")
    firm.owe(customer, "INV-1", "100.00", late_days=4)
    firm.books.credit(customer, Decimal(40), firm.today)
    firm.switch(cash=Mode.COPILOT)
    firm.pass_time(minutes=20)
    (mail,) = firm.mails()
    assert "60.00" in mail["text"]
    assert "40.00" in mail["text"]
