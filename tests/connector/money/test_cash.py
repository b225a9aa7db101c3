"""Money that came in: once in, it moves on and never counts twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from connector import waiting_work
from connector.deps import Deps
from connector.money import cash
from connector.money.cash import BANK, Item, Standing
from connector.waiting_work import Work
from providers.ledger import Gone, Kind, Record, Status
from providers.receipts import Receipt
from tests.connector.office import NOW, TODAY, connect, invoice, payment, usd


def observe(deps: Deps, connection_id: int, *records: Record) -> None:
    with deps.writing() as tx:
        cash.observe(tx, connection_id, records)


def money(deps: Deps, connection_id: int, kind: str = "payment", id_: str = "p1") -> Item:
    with deps.reading() as tx:
        found = cash.find(tx, connection_id, kind, id_)
    assert found is not None
    return found


def stand(deps: Deps, connection_id: int, state: Standing) -> None:
    with deps.writing() as tx:
        cash.stand(tx, connection_id, money(deps, connection_id), state, decision_id=1)


def receipt(bank_id: str, amount: str = "95") -> Receipt:
    return Receipt("main", bank_id, TODAY, usd(amount), "Ash Ltd", "INV-1")


def test_unapplied_money_of_the_ledger_waits_for_a_decision(both: Deps) -> None:
    connection_id = connect(both)
    observe(both, connection_id, payment(left="95"), payment("p2", left="0"), invoice())
    item = money(both, connection_id)
    assert (item.state, item.left, item.total) == (Standing.NEW, usd(95), usd(100))
    with both.reading() as tx:
        assert cash.find(tx, connection_id, "payment", "p2") is None
        assert waiting_work.found(tx, NOW)[Work.CASH] == {connection_id}
        assert cash.waited_for(tx, connection_id, ["c1"])
        assert not cash.waited_for(tx, connection_id, ["c2"])


@pytest.mark.parametrize(("before", "left", "after"), [
    (Standing.NEW, "50", Standing.NEW),
    (Standing.NEW, "0", Standing.CLOSED),
    (Standing.REVIEW, "50", Standing.NEW),
    (Standing.REVIEW, "0", Standing.CLOSED),
    (Standing.SHADOW, "50", Standing.NEW),
    (Standing.APPLYING, "50", Standing.APPLYING),
    (Standing.APPLYING, "0", Standing.APPLIED),
    (Standing.APPLIED, "50", Standing.NEW),
    (Standing.APPLIED, "0", Standing.APPLIED),
    (Standing.CLOSED, "50", Standing.NEW),
])  # fmt: skip
def test_what_the_ledger_tells_of_money_moves_it_on(
    both: Deps, before: Standing, left: str, after: Standing
) -> None:
    connection_id = connect(both)
    observe(both, connection_id, payment())
    stand(both, connection_id, before)
    observe(both, connection_id, payment(left=left, changed=5))
    item = money(both, connection_id)
    assert (item.state, item.left) == (after, usd(left))


@pytest.mark.parametrize("state", list(Standing))
def test_what_is_read_again_unchanged_moves_nothing(both: Deps, state: Standing) -> None:
    connection_id = connect(both)
    observe(both, connection_id, payment())
    stand(both, connection_id, state)
    observe(both, connection_id, payment())
    assert money(both, connection_id).state is state


@pytest.mark.parametrize("state", [Standing.NEW, Standing.REVIEW, Standing.SHADOW])
@pytest.mark.parametrize("news", [Gone(Kind.PAYMENT, "p1"), payment(status=Status.VOID, changed=2)])
def test_money_that_is_gone_or_void_is_closed(both: Deps, state: Standing, news: Record) -> None:
    connection_id = connect(both)
    observe(both, connection_id, payment())
    stand(both, connection_id, state)
    observe(both, connection_id, news)
    assert money(both, connection_id).state is Standing.CLOSED


def test_a_bank_line_counts_once_however_often_it_is_brought(both: Deps) -> None:
    connection_id = connect(both)

    def bring(_: int) -> int:
        with both.writing() as tx:
            return cash.arrive(tx, connection_id, [receipt("1"), receipt("2")])

    with ThreadPoolExecutor(8) as many:
        assert sum(many.map(bring, range(8))) == 2
    item = money(both, connection_id, BANK, "main:1")
    assert (item.left, item.payer, item.text) == (usd(95), "Ash Ltd", "INV-1")


def test_sums_are_by_standing_and_currency(both: Deps) -> None:
    connection_id = connect(both)
    observe(both, connection_id, payment(left="40"), payment("p2"))
    stand(both, connection_id, Standing.REVIEW)
    with both.reading() as tx:
        assert cash.sums(tx, connection_id) == {
            ("new", "USD"): (1, usd(100), usd(100)), ("review", "USD"): (1, usd(100), usd(40)),
        }  # fmt: skip


def test_reconsidering_takes_up_what_waits_for_a_person_and_nothing_else(both: Deps) -> None:
    connection_id = connect(both)
    states = list(Standing)
    for number, state in enumerate(states):
        observe(both, connection_id, payment(f"p{number}", customer_id=f"c{number}"))
        with both.writing() as tx:
            item = cash.find(tx, connection_id, "payment", f"p{number}")
            assert item
            cash.stand(tx, connection_id, item, state, at=NOW)
    with both.writing() as tx:
        cash.reconsider(tx, connection_id)
    found = [money(both, connection_id, id_=f"p{n}").state for n in range(len(states))]
    expected = [Standing.NEW if s is Standing.REVIEW else s for s in states]
    assert found == expected
