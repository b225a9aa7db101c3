"""A case stands on a payment: where that never came into the ledger, neither does the case."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connector.outgoing.intents import Step
from tests.connector.firm import AUTOPILOT, Firm
from tests.connector.short_payments.test_deductions import Opens, allow, cases_of, paid, sold


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes=AUTOPILOT)


@pytest.mark.either_ledger
def test_a_payment_that_is_refused_takes_its_case_back(firm: Firm) -> None:
    allow(firm)
    customer = firm.books.customer("Ash")
    invoice = sold(firm, customer, "INV-1", ("bolt", "100", "10"))
    done: list[str] = []

    def pay_first(point: str) -> None:
        if point == "outbox.sending" and not done:
            done.append(point)
            firm.books.pay_by_hand(customer, invoice, Decimal(1000), firm.today)

    firm.reached(pay_first)
    paid(firm, "950.00", "INV-1 CB-25 damage 50")
    assert done
    assert firm.books.balance(invoice) == 0
    assert {it.state for it in firm.intents() if it.subject.startswith("bank:")} == {Step.REFUSED}
    (case,) = cases_of(firm, "open", "withdrawn", "closed", "booked")
    assert (case.state, case.outcome) == ("withdrawn", "the payment was not entered")
