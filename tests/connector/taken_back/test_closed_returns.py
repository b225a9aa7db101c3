"""What is closed as returned costs a payment of about its sum as many queries where there is much
of it as where there is little."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from connector.db import Tx
from connector.deps import Deps
from connector.money import cash, set_aside
from connector.money.asides import As
from connector.money.cash import Standing
from connector.taken_back import bank_returns, closed_returns
from connector.taken_back.bank_returns import State
from providers.ledger import Kind
from providers.past import PaidBy
from providers.receipts import Receipt
from tests.connector.office import TODAY, connect, invoice, payment, usd
from tests.connector.pairs import statements

FEW, MANY = 3, 30
PAID = payment("p1", "20.00", left="0")
SHOWN = invoice(
    "i1", "20.00", left="0", payments=(PaidBy(payment_id="p1", amount=usd("20"), received=TODAY),)
)


def closed(deps: Deps, count: int, *sums: str, state: State = State.CLOSED) -> int:
    """So many receipts of 20.50 and more, and those of these sums, that were taken back."""
    id_ = connect(deps, f"Club of {count} and {len(sums)}")
    day = TODAY - timedelta(days=40)
    amounts = [*(usd(f"{20 + n}.50") for n in range(count)), *map(usd, sums)]
    came = [Receipt("main", f"b{n}", day, it, f"P{n}", f"Fee {n}") for n, it in enumerate(amounts)]
    back = [Receipt("main", f"r{it.bank_id}", day, it.amount, it.payer, "x") for it in came]
    with deps.writing() as tx:
        cash.arrive(tx, id_, came)
        bank_returns.keep(tx, id_, back, by="tests", at=deps.now())
        for item in cash.listed(tx, id_, (Standing.NEW,)):
            set_aside.put(tx, id_, item, As.RETURNED, reason="x", by="ann", at=deps.now())
            one = bank_returns.find(tx, id_, item.id.replace(":", ":r"))
            assert one
            bank_returns.stand(tx, id_, one, state, subject=item.subject)
    return id_


def unread(tx: Tx, id_: int) -> object:
    return closed_returns.unread(tx, id_, [SHOWN])


def observe(tx: Tx, id_: int) -> object:
    closed_returns.observe(tx, id_, [PAID], {})
    return [it.state for it in bank_returns.of_days(tx, id_, TODAY, TODAY)]


@pytest.mark.parametrize("work", [unread, observe])
def test_it_is_read_at_once_whatever_was_closed(
    deps: Deps, work: Callable[[Tx, int], object]
) -> None:
    found = []
    for count in (FEW, MANY):
        id_ = closed(deps, count, "20.00")
        with statements(deps) as sent, deps.writing() as tx:
            work(tx, id_)
        found.append(len(sent))
    assert found[0] == found[1]


def test_so_is_why_money_is_held(deps: Deps) -> None:
    found = []
    for count in (FEW, MANY):
        id_ = closed(deps, count, state=State.LEFT)
        with deps.writing() as tx:
            cash.observe(tx, id_, [payment("p1", "20.00")])
        with deps.reading() as tx:
            item = cash.find(tx, id_, Kind.PAYMENT, "p1")
            assert item
            with statements(deps) as sent:
                assert closed_returns.why_held(tx, id_, item) == ""
        found.append(len(sent))
    assert found[0] == found[1]


def test_what_the_ledger_shows_of_such_a_sum_is_to_be_read(deps: Deps) -> None:
    told = {("20.00",): [(Kind.PAYMENT, "p1")], ("20.10",): []}
    for sums, places in told.items():
        id_ = closed(deps, 0 if places else FEW, *sums)
        with deps.reading() as tx:
            assert unread(tx, id_) == places
