"""A fault of ours about one piece of money is put before a person; the others are decided on."""

from __future__ import annotations

from typing import Any

import pytest

from connector.cash_application import placing
from connector.money.cash import Standing
from connector.rules.modes import Mode
from tests.connector.firm import Firm


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the bank says of one line is more than the reading of it can take."""
    assemble = placing.assemble

    def failing(tx: Any, connection: Any, item: Any, *more: Any, **how: Any) -> Any:
        if "unreadable" in item.text:
            raise ValueError(item.text)
        return assemble(tx, connection, item, *more, **how)

    monkeypatch.setattr(placing, "assemble", failing)


@pytest.mark.usefixtures("broken")
def test_the_others_are_applied_and_a_person_is_asked_once(firm: Firm) -> None:
    firm.switch(cash=Mode.AUTOPILOT)
    ash = firm.books.customer("Ash")
    invoice = firm.owe(ash, "INV-1", "100.00", late_days=-9)
    firm.sweep()
    firm.bank("a1", "70.00", "unreadable")
    firm.bank("b1", "100.00", "INV-1")
    firm.settle()
    assert firm.books.balance(invoice) == 0
    (asked,) = firm.asked()
    assert "could not decide on this money by a fault of its own (ValueError)" in asked.summary
    firm.pass_nights(1)
    assert [it.id for it in firm.asked()] == [asked.id]
    assert firm.money("bank", "main:a1").state is Standing.REVIEW


@pytest.mark.usefixtures("broken")
def test_in_shadow_nobody_is_asked(firm: Firm) -> None:
    firm.switch(cash=Mode.SHADOW)
    firm.bank("a1", "70.00", "unreadable")
    firm.settle()
    assert firm.asked() == []
    assert firm.money("bank", "main:a1").state is Standing.SHADOW
