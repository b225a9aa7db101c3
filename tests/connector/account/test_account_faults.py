"""Accounts are read as far as they can be: whoever cannot be read is told apart from the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from connector.account import account_faults, accounts
from dunning.customer.account import Account
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

        def read(some: Sequence[str]) -> dict[str, list[Account]]:
            return accounts.accounts_of(tx, firm.connection, some, firm.deps.now())

        found, faults = account_faults.apart(asked, read)
        nobody = account_faults.apart([], read)
    assert list(faults) == [asked[number] for number in faulty]
    assert [id_ for some, _ in found for id_ in some] == [it for it in asked if it not in faults]
    assert all(list(part) == list(some) for some, part in found)
    assert all(len(one) == 1 for _, part in found for one in part.values())
    assert nobody == ([([], {})], {})
