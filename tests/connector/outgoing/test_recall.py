"""Money decided on before people took cash application back is not placed any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from connector import jobs
from connector.money.cash import Standing
from connector.outgoing.intents import Step
from connector.rules.modes import Mode
from tests.connector.firm import Firm
from tests.connector.writing_back.test_applying import banked, cash_intents, conserved, intend, usd
from tests.simulation.fate import Killed

Opens = Callable[..., Firm]
TAKEN_BACK = [Mode.OFF, Mode.SHADOW]


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes={"cash": Mode.AUTOPILOT, "note": Mode.AUTOPILOT})


@pytest.mark.either_ledger
@pytest.mark.parametrize("mode", TAKEN_BACK)
def test_what_waits_to_be_written_is_not(firm: Firm, mode: Mode) -> None:
    ash = firm.books.customer("Ash")
    invoice = firm.owe(ash, "INV-1")
    firm.settle()
    money = firm.pay(ash, "100.00", "INV-1")
    firm.world.clock.advance(timedelta(minutes=16))
    for job in ("sync", "decide"):
        jobs.RUN[job](firm.deps, firm.connection_id)
    assert [one.state for one in cash_intents(firm)] == [Step.INTENDED]
    firm.switch(cash=mode)
    firm.pass_time(minutes=20)
    assert (firm.books.balance(invoice), firm.books.applied(money)) == (100, [])
    assert firm.writes() == [], "nor is there a note of what was not done"
    (told,) = firm.log("apply_unapplied.not done")
    assert told.what["reason"] == f"cash application is in mode {mode} by now"
    firm.switch(cash=Mode.AUTOPILOT)
    firm.pass_time(minutes=20)
    assert firm.books.applied(money) == [(invoice, Decimal(100))], "it is decided on anew"
    assert conserved(firm).parts.applied == usd("100")


def test_what_has_begun_is_brought_to_its_end(open_firm: Opens) -> None:
    firm = open_firm("xero", modes={"cash": Mode.COPILOT})
    ash = firm.books.customer("Ash")
    invoices = [firm.owe(ash, f"INV-{n}", "10.00") for n in range(12)]
    intend(firm, banked(firm, "125.00"), *((invoice, "10") for invoice in invoices))

    def die(point: str) -> None:
        if point == "outbox.sent":
            raise Killed

    firm.reached(die)
    with pytest.raises(Killed):
        jobs.RUN["deliver"](firm.deps, firm.connection_id)
    firm.reached(lambda _point: None)
    firm.switch(cash=Mode.OFF)
    firm.pass_time(minutes=20)
    assert [firm.books.balance(invoice) for invoice in invoices] == [0] * 12
    assert {one.state for one in cash_intents(firm)} == {Step.CONFIRMED}
    assert conserved(firm).parts.unapplied == usd("5")


@pytest.mark.either_ledger
def test_what_a_person_orders_after_it_was_taken_back_holds_whatever_is_switched_then(
    firm: Firm,
) -> None:
    invoice = firm.owe(firm.books.customer("Ash"), "INV-1")
    firm.switch(cash=Mode.OFF)
    item = banked(firm, "100.00")
    firm.pass_time(minutes=1)
    intend(firm, item, (invoice, "100"))
    firm.world.clock.advance(timedelta(seconds=1))
    firm.switch(cash=Mode.SHADOW)
    firm.pass_time(minutes=20)
    assert firm.books.balance(invoice) == 0
    assert [one.state for one in firm.all_money()] == [Standing.APPLIED]
