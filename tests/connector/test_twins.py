"""Money from the bank whose amount the ledger already held: it waits until that is placed."""

from __future__ import annotations

import pytest

from connector import cash
from connector.cash import BANK, Standing
from connector.deps import Deps
from providers.receipts import Receipt
from tests.connector.office import NOW, TODAY, connect, payment, usd


@pytest.mark.parametrize(("_case", "amount", "left", "after"), [
    ("the same amount was placed", "100", "0", Standing.NEW),
    ("the same amount still waits", "100", "100", Standing.REVIEW),
    ("another amount was placed", "90", "0", Standing.REVIEW),
])  # fmt: skip
def test_bank_money_is_decided_again_once_its_twin_is_placed(
    both: Deps, _case: str, amount: str, left: str, after: Standing
) -> None:
    connection_id = connect(both)
    with both.writing() as tx:
        cash.arrive(tx, connection_id, [Receipt("main", "1", TODAY, usd(100), "Ash", "INV-1")])
        item = cash.find(tx, connection_id, BANK, "main:1")
        assert item is not None
        cash.stand(tx, connection_id, item, Standing.REVIEW, decision_id=1, at=NOW)
        cash.observe(tx, connection_id, [payment(amount=amount, left=left)])
        found = cash.find(tx, connection_id, BANK, "main:1")
    assert found is not None
    assert found.state is after
