"""A payment that the ledger shows on its invoice alone: nothing of a line of its sum is decided
before it is read, and a person is asked where it cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import pytest

from connector import lease
from connector.cash_application import placing
from connector.clients import sweeps, tenants
from connector.decided import approvals
from connector.decided.approvals import Approval
from connector.deps import Deps
from connector.mirroring import mirror
from connector.money import cash
from connector.money.cash import Item, Standing
from connector.outgoing import intents
from connector.outgoing.intents import Step
from connector.rules import modes
from connector.rules.modes import Capability, Mode
from connector.syncing.unread_payments import WAITED_FOR
from providers.ledger import Allocation, Invoice, RecordPayment
from providers.past import PaidBy
from providers.receipts import Receipt
from tests.connector.office import TODAY, clock_of, connect, customer, invoice, payment, usd


@pytest.fixture
def office(both: Deps) -> Deps:
    return both


@pytest.fixture
def connection_id(office: Deps) -> int:
    id_ = connect(office, ledger="xero")
    with office.writing() as tx:
        client_id = tenants.connection(tx, id_).client_id
        modes.switch(
            tx, client_id, Capability.CASH, Mode.AUTOPILOT, at=office.now(), by="tests"
        )  # fmt: skip
    shows(office, id_, invoice("i1", "200", left="100", payments=(paid("P9"),)))
    return id_


def paid(id_: str, amount: str = "100") -> PaidBy:
    return PaidBy(id_, usd(amount), TODAY)


def shows(office: Deps, connection_id: int, *records: Invoice) -> None:
    with office.writing() as tx:
        mirror.store(tx, connection_id, [customer(), *records], read_at=office.now())


def comes(office: Deps, connection_id: int, amount: str = "100") -> None:
    with office.writing() as tx:
        line = Receipt("main", "b1", TODAY, usd(amount), "Customer c1", "INV-i1")
        cash.arrive(tx, connection_id, [line])
    decide(office, connection_id)


def decide(office: Deps, connection_id: int) -> None:
    with office.reading() as tx:
        connection = tenants.connection(tx, connection_id)
    with lease.held(office, "decide", connection_id) as fence:
        assert fence is not None
        placing.run(office, connection, fence)


def sweep(office: Deps, connection_id: int, **after: float) -> None:
    """A whole sweep that brings nothing of the payment."""
    clock_of(office).advance(**(after or {"minutes": 5}))
    with office.writing() as tx:
        sweeps.keep(tx, connection_id, swept_at=office.now())
    decide(office, connection_id)


def wanted_at(office: Deps, connection_id: int) -> datetime | None:
    with office.reading() as tx:
        return sweeps.progress(tx, connection_id).wanted_at


def line(office: Deps, connection_id: int) -> Item:
    with office.reading() as tx:
        found = cash.find(tx, connection_id, "bank", "main:b1")
    assert found is not None
    return found


def asked(office: Deps, connection_id: int) -> Sequence[Approval]:
    with office.reading() as tx:
        return approvals.waiting(tx, connection_id)


def test_while_it_is_not_read_the_line_waits_and_then_a_person_is_asked(
    office: Deps, connection_id: int
) -> None:
    comes(office, connection_id)
    first = wanted_at(office, connection_id)
    assert first == office.now()
    for _ in range(3):
        sweep(office, connection_id, hours=5)
        assert wanted_at(office, connection_id) == first, "a sweep is asked for once"
        assert line(office, connection_id).state is Standing.NEW
        assert asked(office, connection_id) == []
    sweep(office, connection_id, hours=WAITED_FOR / timedelta(hours=1))
    assert line(office, connection_id).state is Standing.REVIEW
    (question,) = asked(office, connection_id)
    assert "payment P9" in question.summary
    assert "INV-i1" in question.summary
    assert "24 hours" in question.summary
    assert [option["allocations"] for option in question.options] != []


def test_once_it_is_read_the_line_is_held_against_it(office: Deps, connection_id: int) -> None:
    comes(office, connection_id)
    sweep(office, connection_id)
    with office.writing() as tx:
        record = payment("P9", left="0", received=TODAY, allocations=(Allocation("i1", usd(100)),))
        mirror.store(tx, connection_id, [record], read_at=office.now())
    sweep(office, connection_id)
    sweep(office, connection_id)
    (question,) = asked(office, connection_id)
    assert "the ledger already holds USD 100.00" in question.summary


def test_what_we_entered_ourselves_is_not_waited_for(office: Deps, connection_id: int) -> None:
    """Of all that we ever entered, only what names the invoice is read."""
    with office.writing() as tx:
        for n, invoice_id in enumerate(("i7", "i8", "i1")):
            effect = RecordPayment(
                receipt_id=f"r{n}", customer_id="c1", received=TODAY, total=usd(150),
                reference="", memo="",
                allocations=(Allocation(invoice_id, usd(100)), Allocation("i2", usd(50))),
            )  # fmt: skip
            intents.add(
                tx, connection_id, effect, key=f"k{n}", subject=f"bank:main:a{n}", decision_id=1,
                now=office.now(),
            )  # fmt: skip
    with office.reading() as tx:
        named = partial(intents.listed, tx, connection_id, tuple(Step), naming=["i1"])
        assert [it.key for it in named(since=office.now())] == ["k2"]
        assert named(since=office.now() + timedelta(days=1)) == []
    comes(office, connection_id)
    sweep(office, connection_id)
    assert line(office, connection_id).state is not Standing.NEW
