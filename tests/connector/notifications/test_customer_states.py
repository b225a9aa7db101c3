"""Where a customer stands, as other systems are told it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connector.notifications import customer_states
from tests.connector.collecting.reading import REMIND, Opens, steps
from tests.connector.firm import Firm


def stage(firm: Firm, customer: str) -> str:
    with firm.deps.reading() as tx:
        (state,) = customer_states.of(tx, firm.connection, [customer], firm.deps.now())
    return state.standings[0].stage


@pytest.mark.either_ledger
@pytest.mark.parametrize("late_days", [(16, 4), (4, 16), (9, 23, 4)])
def test_the_stage_is_the_furthest_that_the_account_has_reached(
    open_firm: Opens, ledger: str, late_days: tuple[int, ...]
) -> None:
    firm = open_firm(ledger, modes=REMIND)
    customer = firm.books.customer("Ash")
    for number, late in enumerate(late_days):
        firm.owe(customer, f"INV-{number}", late_days=late)
    firm.sweep()
    ((step, _),) = steps(firm)
    assert step == ("final" if 23 in late_days else "direct")
    assert stage(firm, customer) == step


@pytest.mark.either_ledger
def test_the_stage_is_of_what_is_still_open(open_firm: Opens, ledger: str) -> None:
    firm = open_firm(ledger, modes=REMIND)
    customer = firm.books.customer("Ash")
    firm.owe(customer, "INV-1", late_days=4)
    oldest = firm.owe(customer, "INV-2", late_days=16)
    firm.sweep()
    assert stage(firm, customer) == "direct"
    firm.books.pay_by_hand(customer, oldest, Decimal(100), firm.today)
    firm.sweep()
    assert stage(firm, customer) == "friendly"
