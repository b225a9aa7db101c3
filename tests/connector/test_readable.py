"""Accounts are read as far as they can be: whoever cannot be read is told apart from the others."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connector import readable
from tests.connector.faulty import make_unreadable
from tests.connector.firm import Firm


@pytest.mark.parametrize("faulty", [(), (0,), (4,), (1, 2), (0, 1, 2, 3, 4)])
def test_faults_are_of_single_customers_and_the_order_stays(
    open_firm: Callable[..., Firm], faulty: tuple[int, ...]
) -> None:
    firm = open_firm("quickbooks")
    asked = [firm.books.customer(f"C{number}") for number in range(5)]
    for id_ in asked:
        firm.owe(id_, f"INV-{id_}")
    firm.sweep()
    for number in faulty:
        make_unreadable(firm.deps, firm.connection_id, asked[number])
    with firm.deps.reading() as tx:
        found = readable.accounts(tx, firm.connection, asked, firm.deps.now())
        nobody = readable.accounts(tx, firm.connection, [], firm.deps.now())
    assert list(found.faults) == [asked[number] for number in faulty]
    assert list(found.accounts) == [id_ for id_ in asked if id_ not in found.faults]
    assert all(len(accounts) == 1 for accounts in found.accounts.values())
    assert nobody == readable.Readable()
