"""Receipts that a bank may have taken back together with its fee: offered only where none of the
very sum is named, and looked for once for all returns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from connector.db import Tx
from connector.deps import Deps
from connector.money import cash
from connector.receiving import likely_returns
from connector.taken_back import bank_returns, charged
from connector.taken_back.returned_money import Receipts
from providers.receipts import Receipt
from tests.connector.office import TODAY, connect, usd
from tests.connector.pairs import calls, statements

WEEKLY = ("42.00", "55.10", "38.50", "61.00", "47.20", "49.90", "58.00")


def came(days: int, amount: str, *, payer: str = "Anna Meier", text: str = "") -> Receipt:
    """So many days ago."""
    day = TODAY - timedelta(days=days)
    return Receipt(
        "main", f"{payer} {days} {amount}", day, usd(amount), payer, text or f"Order {7000 + days}"
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


def beside(id_: int, backs: Sequence[Receipt]) -> Callable[[Tx], object]:
    seen = [*map(bank_returns.seen, backs)]

    def work(tx: Tx) -> object:
        receipts = Receipts(tx, id_, seen)
        return [receipts.held(line) for one in seen for line in receipts.beside(one).lines]

    return work


def likely(id_: int, backs: Sequence[Receipt]) -> Callable[[Tx], object]:
    return lambda tx: likely_returns.found(tx, id_, backs)


@pytest.mark.parametrize("of", [beside, likely])
def test_they_are_looked_for_once_however_many_returns_there_are(
    deps: Deps, of: Callable[[int, Sequence[Receipt]], Callable[[Tx], object]]
) -> None:
    others = [came(n % 90 + 1, f"{20 + n % 7}.5", payer=f"Payer{n} Nr{n}") for n in range(400)]
    sent, steps = [], []
    for count in (4, 16):
        own = [came(9, "61.00", payer=f"Member{n} Nr{n}") for n in range(count)]
        id_ = kept(deps, [*others, *own], f"Shop of {count}")
        work = of(id_, [back("64.00", payer=f"Member{n} Nr{n}") for n in range(count)])
        with statements(deps) as found, deps.reading() as tx:
            steps.append(calls(partial(work, tx)))
        sent.append(len(found))
    assert sent[0] == sent[1]
    assert steps[1] < 2 * steps[0], "the receipts of others are not held against each return"


def test_what_is_read_for_all_is_held_against_each_by_its_own_sum_day_and_account(
    deps: Deps,
) -> None:
    told = [came(9, "61.00"), came(9, "12.50"), came(2, "99.00"), came(130, "60.00")]
    other = Receipt("other", "x", TODAY, usd("61.50"), "Anna Meier", "Order 1")
    later = Receipt("main", "y", TODAY + timedelta(days=1), usd("62.00"), "Anna Meier", "Order 2")
    id_ = kept(deps, [*told, other, later, came(10, "61.20", payer="Änna Meier")])
    backs = [back("64.00"), back("100.00"), back("63.00", payer="ÄNNA MEIER")]
    day = TODAY + timedelta(days=5)
    backs.append(Receipt("main", "late", day, usd("65.00"), "Anna Meier", "RETURNED"))
    with deps.reading() as tx:
        found = charged.receipts(tx, id_, [*map(bank_returns.seen, backs)])
    sums = [[str(it.total.amount) for it in found[bank_returns.seen(one).id]] for one in backs]
    assert sums == [
        ["61.00", "61.20"], ["99.00", "61.00", "61.20"], ["61.00", "61.20"],
        ["62.00", "61.00", "61.20"],
    ]  # fmt: skip


def test_of_one_text_that_very_many_have_only_the_newest_are_kept(deps: Deps) -> None:
    many = [came(n % 90 + 1, "61.00", payer=f"Payer{n}", text="Member fee") for n in range(150)]
    id_ = kept(deps, many)
    seen = [bank_returns.seen(back(it, text="RETURNED Member fee")) for it in ("64.00", "65.00")]
    with deps.reading() as tx:
        found = charged.receipts(tx, id_, seen)
    assert [len(found[one.id]) for one in seen] == [charged.NAMED_MAX] * 2
    days = [line.received for line in found[seen[0].id]]
    assert days == sorted((it.received for it in many), reverse=True)[: charged.NAMED_MAX]


def test_what_a_person_agreed_to_is_found_whatever_else_may_be_meant(deps: Deps) -> None:
    newer = [came(n % 80 + 1, "61.00", payer=f"Payer{n}", text="Member fee") for n in range(150)]
    id_ = kept(deps, [*newer, came(90, "60.00"), came(9, "64.00")])
    agreed = f"bank:main:{came(90, '60.00').bank_id}"
    one = replace(bank_returns.seen(back("64.00", text="RETURNED Member fee")), subject=agreed)
    with deps.reading() as tx:
        receipts = Receipts(tx, id_, [one])
        assert [str(it.total) for it in receipts.beside(one).lines] == ["USD 64.00"]
        found = receipts.find(agreed)
        assert found
        assert receipts.held(found) == []
