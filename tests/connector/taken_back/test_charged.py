"""Receipts that a bank may have taken back together with its fee: offered only where none of the
very sum is named, and looked for once for all returns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from connector.deps import Deps
from connector.money import cash
from connector.taken_back import bank_returns
from connector.taken_back.returned_money import Receipts
from providers.receipts import Receipt
from tests.connector.office import TODAY, connect, usd

WEEKLY = ("42.00", "55.10", "38.50", "61.00", "47.20", "49.90", "58.00")


def came(days: int, amount: str, *, payer: str = "Anna Meier", text: str = "") -> Receipt:
    """So many days ago."""
    day = TODAY - timedelta(days=days)
    return Receipt(
        "main", f"{payer} {days}", day, usd(amount), payer, text or f"Order {7000 + days}"
    )


def back(amount: str, *, payer: str = "Anna Meier", text: str = "RETURNED AC04") -> Receipt:
    return Receipt("main", f"back {payer} {amount}", TODAY, usd(amount), payer, text)


def kept(deps: Deps, receipts: Sequence[Receipt], name: str = "Cedar Books") -> int:
    id_ = connect(deps, name)
    with deps.writing() as tx:
        cash.arrive(tx, id_, receipts)
    return id_


def offered(deps: Deps, id_: int, one: Receipt) -> list[str]:
    seen = bank_returns.seen(one)
    with deps.reading() as tx:
        beside = Receipts(tx, id_, [seen]).beside(seen)
    return [str(it.total) for it in beside.lines]


def test_smaller_receipts_do_not_crowd_out_the_payers_of_the_very_sum(deps: Deps) -> None:
    weekly = [came(3 + 7 * n, amount) for n, amount in enumerate(WEEKLY)]
    id_ = kept(deps, [*weekly, came(60, "64.00"), came(61, "64.00", payer="Ben Roth")])
    assert offered(deps, id_, back("64.00")) == ["USD 64.00"]
    assert offered(deps, id_, back("64.00", payer="", text="RETURNED ORDER 7060")) == ["USD 64.00"]


@pytest.mark.parametrize("payer", ["Anna Meier", "Ben Roth"])
def test_where_the_payer_has_none_of_the_sum_it_may_be_with_a_fee(deps: Deps, payer: str) -> None:
    id_ = kept(deps, [came(9, "61.00", payer=payer), came(60, "64.00", payer="Cem Ak")])
    assert offered(deps, id_, back("64.00", payer=payer)) == ["USD 61.00", "USD 64.00"]


def test_no_smaller_receipt_is_named_where_the_payer_has_one_of_the_very_sum(deps: Deps) -> None:
    id_ = kept(deps, [came(9, "61.00"), came(60, "64.00")])
    sums = {"64.00": [], "65.00": ["USD 64.00", "USD 61.00"]}
    for amount, named in sums.items():
        one = bank_returns.seen(back(amount))
        with deps.reading() as tx:
            found = Receipts(tx, id_, [one]).named_by(one)
        assert sorted(str(it.total) for it in found) == sorted(named)
