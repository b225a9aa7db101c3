"""Everybody who owes something has a next step or a reason, or is said to have neither."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connector import agenda
from connector.next_step import outlook
from connector.next_step.outlook import Prospect
from connector.rules.modes import Mode
from providers.money import Money
from tests.connector.firm import Firm

pytestmark = pytest.mark.either_ledger

Opens = Callable[..., Firm]


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes={"remind": Mode.AUTOPILOT})


def ahead(firm: Firm) -> dict[str, Prospect]:
    with firm.deps.reading() as tx:
        found = outlook.of(tx, firm.connection, firm.world.clock.now())
    return {prospect.name: prospect for prospect in found}


def test_what_is_overdue_is_summed_and_the_soonest_comes_first(firm: Firm) -> None:
    ash = firm.books.customer("Ash")
    for number, late_days in enumerate((1, 40, 0, -3)):
        firm.owe(ash, f"INV-{number}", "10.10", late_days=late_days)
    firm.owe(firm.books.customer("Birch"), "INV-B", late_days=-20)
    firm.books.void(firm.owe(firm.books.customer("Cedar"), "INV-C", late_days=5))
    firm.pass_time(hours=1)
    found = ahead(firm)
    assert list(found) == ["Ash", "Birch"]
    assert found["Ash"].overdue == (Money.of("20.20", "USD"),)
    assert found["Birch"].overdue == ()
    assert found["Birch"].look_at is not None


def test_through_forty_days_nobody_who_is_overdue_is_forgotten(firm: Firm) -> None:
    for number in range(8):
        customer = firm.books.customer(f"Buyer{number}")
        firm.owe(customer, f"INV-{number}", late_days=number * 5 - 12)
    for _ in range(20):
        firm.pass_days(2)
        found = ahead(firm).values()
        assert len(found) == 8
        assert [prospect for prospect in found if prospect.is_forgotten] == []


def test_an_account_without_a_step_and_a_reason_comes_first(firm: Firm) -> None:
    firm.owe(firm.books.customer("Ash"), "INV-1", late_days=1)
    birch = firm.books.customer("Birch")
    firm.owe(birch, "INV-2", late_days=4)
    firm.pass_time(hours=1)
    with firm.deps.writing() as tx:
        (item,) = [i for i in agenda.planned(tx, firm.connection_id) if i.customer_id == birch]
        agenda.settle(tx, firm.connection_id, item, look_at=None, reason="")
    found = ahead(firm)
    assert next(iter(found)) == "Birch"
    assert found["Birch"].is_forgotten
    assert not found["Ash"].is_forgotten
