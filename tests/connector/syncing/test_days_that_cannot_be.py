"""A year that somebody mistyped stops neither the sync nor the decisions of a company."""

from __future__ import annotations

from datetime import date

import pytest

from connector.deps import Deps
from connector.money.cash import Standing
from tests.connector.office import customer, invoice, payment
from tests.connector.pairs import Pairs

DAYS = (date(9999, 12, 31), date(9999, 12, 20), date(1, 1, 3))


@pytest.mark.parametrize("day", DAYS)
def test_money_of_such_a_day_is_kept_and_the_others_are_decided_on(deps: Deps, day: date) -> None:
    pairs = Pairs.opened(deps)
    pairs.keep(customer(name="Ash Ltd"), invoice("i1", number="INV-1"))
    pairs.keep(payment("far", received=day, reference="typo"))
    pairs.bring("b1", "INV-1", payer="Ash Ltd", day=day)
    pairs.decide()
    for subject in ("payment:far", "bank:main:b1"):
        assert pairs.money(subject).state is not Standing.NEW
    pairs.keep(payment("far", received=day, reference="typo", changed=1))
