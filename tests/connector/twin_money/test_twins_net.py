"""A processor's charge that somebody entered as what the fee left of it: a person is asked."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from connector.answering import answers
from connector.decided.approvals import Approval
from connector.evidence import payout_pairs
from connector.money.cash import Standing
from connector.rules.modes import Mode
from providers.money import Money
from providers.receipts import PartKind, Payout, PayoutPart
from tests.connector.evidence.test_payouts import money
from tests.connector.firm import Firm
from tests.connector.twin_money.test_twins import bold
from tests.connector.undoing.test_bounced import total
from tests.connector.undoing.test_still_held import entered

Opens = Callable[..., Firm]
CHARGE = "stripe:ch_1"


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return bold(open_firm(ledger, modes={"cash": Mode.AUTOPILOT}))


def comes(firm: Firm, entered_as: str) -> list[str]:
    """A charge of 1200 with a fee of 35.10, of which somebody entered this much before. Returns the
    invoices."""
    cedar = firm.books.customer("Cedar Works Ltd")
    invoices = [firm.owe(cedar, f"INV-{1001 + n}", "1200.00") for n in range(2)]
    firm.sweep()
    firm.books.pay_by_hand(cedar, invoices[0], Decimal(entered_as), firm.today)
    firm.sweep()
    gross, fee = Money.of("1200.00", "USD"), Money.of("35.10", "USD")
    part = PayoutPart(
        "ch_1", PartKind.CHARGE, firm.today, gross, fee, gross - fee, description="Order 5001",
        payer_name="Cedar Works Ltd",
    )  # fmt: skip
    more = PayoutPart("ch_2", PartKind.CHARGE, firm.today, fee, fee - fee, fee)
    payout = Payout("stripe", "po_1", firm.today, gross, (part, more))
    with firm.deps.writing() as tx:
        payout_pairs.keep(tx, firm.connection, [payout], by="tests", at=firm.deps.now())
    firm.deps.ring("decide", firm.connection_id)
    firm.settle()
    firm.sweep()
    firm.pass_days(1)
    return invoices


def about_charge(firm: Firm) -> Approval:
    (asked,) = [it for it in firm.asked() if it.subject == f"bank:{CHARGE}"]
    return asked


def balances(firm: Firm, invoices: list[str]) -> list[Decimal]:
    return [firm.books.balance(it) for it in invoices]


@pytest.mark.either_ledger
def test_it_is_asked_about_and_counted_once(firm: Firm) -> None:
    invoices = comes(firm, "1164.90")
    asked = about_charge(firm)
    said = "the ledger already holds USD 1,164.90, which is this less the processor's fee: payment"
    assert said in asked.summary
    assert asked.options[0]["text"].startswith("count it once: it is payment")
    assert balances(firm, invoices) == [Decimal("35.10"), 1200]
    answers.approve(firm.deps, asked.id, 0, "ann")
    firm.settle()
    firm.pass_days(1)
    assert money(firm.deps, firm.connection_id)[CHARGE] == (Standing.CLOSED, "USD 0.00")
    assert balances(firm, invoices) == [Decimal("35.10"), 1200]
    assert total(firm).faults == ()
    (id_,) = entered(firm)
    firm.books.remove(id_)
    firm.sweep()
    firm.sweep()
    assert money(firm.deps, firm.connection_id)[CHARGE] == (Standing.REVIEW, "USD 1,200.00")


@pytest.mark.either_ledger
def test_a_record_of_another_sum_is_other_money(firm: Firm) -> None:
    invoices = comes(firm, "1164.91")
    assert money(firm.deps, firm.connection_id)[CHARGE][0] is Standing.APPLIED
    assert balances(firm, invoices) == [Decimal("35.09"), 0]
