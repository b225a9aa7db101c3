"""Rules that stand on the absence of rivals are carried out once a sweep saw none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connector.money.cash import Standing
from connector.rules.modes import Mode
from tests.connector.cash_application.test_placing import one_invoice, set_matching
from tests.connector.firm import Firm

Opens = Callable[..., Firm]


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    """Cash is on autopilot, by amounts too."""
    firm = open_firm(ledger, modes={"cash": Mode.AUTOPILOT})
    set_matching(firm, apply_by=["exact", "amount"])
    return firm


@pytest.mark.either_ledger
def test_a_rival_that_a_webhook_lost_is_seen_before_an_amount_decides(firm: Firm) -> None:
    customer, seen = one_invoice(firm)
    firm.sweep()
    firm.world.post = lambda *_: 500  # from here on webhooks are lost
    unseen = firm.owe(customer, "INV-2")
    firm.bank("b1", "100.00", "", payer="Ash")
    firm.settle()
    assert [(item.state, item.decision_id) for item in firm.all_money()] == [(Standing.NEW, None)]
    firm.sweep()
    (item,) = firm.all_money()
    assert item.state is Standing.REVIEW
    assert (firm.books.balance(seen), firm.books.balance(unseen)) == (100, 100)
    assert "2 invoices are open with USD 100.00" in firm.asked()[0].summary


@pytest.mark.either_ledger
def test_an_amount_alone_is_applied_once_a_sweep_saw_no_rival(firm: Firm) -> None:
    _, invoice = one_invoice(firm)
    firm.bank("b1", "100.00", "", payer="Ash")
    firm.settle()
    assert firm.books.balance(invoice) == 100
    firm.sweep()
    assert firm.books.balance(invoice) == 0


@pytest.mark.either_ledger
def test_a_number_with_its_amount_waits_for_nothing(firm: Firm) -> None:
    _, invoice = one_invoice(firm)
    firm.bank("b1", "100.00", "INV-1", payer="Ash")
    firm.settle()
    assert firm.books.balance(invoice) == 0
