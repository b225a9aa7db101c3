"""Instalments and promises as they come in, on both ledgers: applied where the client allows it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from connector.commitments import payment_plans, promises
from connector.decided import decisions
from connector.disputed import cases
from connector.mirroring import mirror
from connector.rules.modes import Mode
from dunning.customer.account import Promise
from dunning.deciding.instalments import Every, in_parts
from providers.ledger import Invoice, Kind
from providers.money import Money
from tests.connector.firm import EVER, Firm
from tests.simulation import universe as one

BY = ["exact", "agreed"]
FIRST = timedelta(days=14)


@pytest.fixture
def ash(firm: Firm) -> str:
    """A customer who owes 900.00, and 450.00 that nothing was agreed about."""
    firm.switch(cash=Mode.AUTOPILOT)
    customer = firm.books.customer("Ash")
    firm.owe(customer, "INV-1", "900.00", late_days=20)
    firm.owe(customer, "INV-2", "450.00", late_days=3)
    firm.pass_time(minutes=20)
    return customer


def invoice(firm: Firm, number: str) -> Invoice:
    with firm.deps.reading() as tx:
        found = mirror.everything(tx, firm.connection_id, [Kind.INVOICE])
    return next(it for it in found if isinstance(it, Invoice) and it.number == number)


def agree(firm: Firm) -> None:
    owed = invoice(firm, "INV-1")
    parts = in_parts(owed.open, 3, firm.today + FIRST, Every.MONTH)
    with firm.deps.writing() as tx:
        payment_plans.agree(
            tx, firm.connection, [owed], parts, words="in three", by="tests", at=firm.deps.now()
        )


def promise(firm: Firm, amount: str) -> None:
    owed = invoice(firm, "INV-1")
    with firm.deps.writing() as tx:
        promises.add(
            tx, firm.connection_id, owed.customer_id,
            Promise((owed.id,), Money.of(amount, "USD"), firm.today + FIRST, firm.today, owed.open),
            source="mail", words="by Friday", by="tests", at=firm.deps.now(),
        )  # fmt: skip


def allow(firm: Firm, *families: str) -> None:
    one.save_policy(firm.universe, firm.ledger, matching={"apply_by": list(families)})


def left(firm: Firm) -> tuple[Decimal, Decimal]:
    return invoice(firm, "INV-1").open.amount, invoice(firm, "INV-2").open.amount


@pytest.mark.either_ledger
def test_instalments_are_applied_one_by_one_and_two_at_once(firm: Firm, ash: str) -> None:
    allow(firm, *BY)
    agree(firm)
    firm.pay(ash, "300.00", "thank you")
    firm.sweep()
    assert left(firm) == (600, 450)
    firm.pay(ash, "600.00", "the rest")
    firm.sweep()
    assert left(firm) == (0, 450)
    with firm.deps.reading() as tx:
        assert [plan.state for plan in payment_plans.listed(tx, firm.connection_id)] == ["kept"]
        assert cases.listed(tx, firm.connection_id) == []


@pytest.mark.either_ledger
def test_the_decision_tells_which_instalment_it_was(firm: Firm, ash: str) -> None:
    allow(firm, *BY)
    agree(firm)
    first = firm.today + FIRST
    firm.pay(ash, "300.00", "")
    firm.sweep()
    assert reasons(firm)[0].endswith(f"USD 300.00 is what payment plan 1 has for {first}")


@pytest.mark.either_ledger
def test_where_the_client_does_not_allow_it_a_person_sees_it_first(firm: Firm, ash: str) -> None:
    agree(firm)
    firm.pay(ash, "300.00", "")
    firm.sweep()
    assert left(firm) == (900, 450)
    (asked,) = firm.asked()
    assert "what payment plan 1 has for" in asked.options[0]["text"]


@pytest.mark.either_ledger
def test_what_was_promised_is_applied(firm: Firm, ash: str) -> None:
    allow(firm, *BY)
    promise(firm, "500.00")
    firm.pay(ash, "500.00", "")
    firm.sweep()
    assert left(firm) == (400, 450)
    assert reasons(firm)[0].endswith(f"is what was promised for {firm.today + FIRST}")


@pytest.mark.either_ledger
def test_money_that_waits_is_looked_at_again_once_something_is_agreed(firm: Firm, ash: str) -> None:
    allow(firm, *BY)
    firm.pay(ash, "300.00", "")
    firm.pay(ash, "500.00", "")
    firm.sweep()
    assert left(firm) == (900, 450)
    agree(firm)
    firm.sweep()
    assert left(firm) == (600, 450)
    promise(firm, "500.00")
    firm.sweep()
    assert left(firm) == (100, 450)


@pytest.mark.either_ledger
def test_an_amount_that_another_invoice_has_is_left_to_a_person(firm: Firm, ash: str) -> None:
    allow(firm, *BY, "amount")
    promise(firm, "450.00")
    firm.pay(ash, "450.00", "")
    firm.sweep()
    assert left(firm) == (900, 450)
    assert len(firm.asked()) == 1


def reasons(firm: Firm) -> list[str]:
    with firm.deps.reading() as tx:
        found = decisions.recent(tx, firm.connection_id, since=EVER)
    return next(list(it.outcome["reasons"]) for it in found if it.rule == "agreed")
