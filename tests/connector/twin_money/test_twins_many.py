"""A book of many payments of one sum takes as many queries for each record as a small one."""

from __future__ import annotations

import random

import pytest

from connector.deps import Deps
from connector.money import cash
from connector.money.cash import BANK, Standing
from connector.rules.modes import Mode
from providers.ledger import Allocation, Record
from tests.connector.office import customer, invoice, payment, usd
from tests.connector.pairs import Pairs, line, statements

FEW, MANY = 4, 16


def name(number: int) -> str:
    """As unlike the others as names of customers are."""
    chosen = random.Random(number)
    return "".join(
        chosen.choice("bcdfghklmnprst") + chosen.choice("aeiou") for _ in range(4)
    ).title()


def subscribers(deps: Deps, count: int, mode: Mode) -> Pairs:
    """Each owes the same sum."""
    pairs = Pairs.opened(deps, mode, name=f"Book of {count}")
    pairs.keep(*(customer(f"c{n}", name=f"{name(n)} Ltd") for n in range(count)))
    pairs.keep(*(
        invoice(f"i{n}", customer_id=f"c{n}", number=f"INV-{5000 + n}") for n in range(count)
    ))  # fmt: skip
    return pairs


def cost(pairs: Pairs, *records: Record) -> tuple[int, int]:
    """How many queries it takes to keep records, and to decide on what comes of that."""
    with statements(pairs.deps) as kept:
        pairs.keep(*records)
    with statements(pairs.deps) as decided:
        pairs.decide()
    return len(kept), len(decided)


def last(count: int, **fields: object) -> Record:
    return payment("last", customer_id=f"c{count - 1}", reference="x", **fields)


def waiting(deps: Deps, count: int) -> tuple[int, int]:
    """All of them wait for a person, as lines and in the ledger; the last one comes."""
    pairs = subscribers(deps, count, Mode.COPILOT)
    for n in range(count):
        pairs.bring(f"b{n:03}", "thanks", payer=f"{name(n)} Ltd")
    pairs.keep(*(
        payment(f"p{n}", customer_id=f"c{n}", reference="x") for n in range(count - 1)
    ))  # fmt: skip
    pairs.decide()
    before = [pairs.money(line(f"b{n:03}")).decision_id for n in range(count)]
    found = cost(pairs, last(count))
    after = [pairs.money(line(f"b{n:03}")).decision_id for n in range(count)]
    assert after[:-1] == before[:-1], "only the line that it may be is decided again"
    asked = pairs.asked(line(f"b{count - 1:03}"))
    assert asked
    assert "same money" in asked.summary
    return found


def entered(deps: Deps, count: int) -> tuple[int, int]:
    """All of them were entered from the bank; a second record of the last one comes."""
    pairs = subscribers(deps, count, Mode.AUTOPILOT)
    for n in range(count):
        pairs.bring(f"b{n:03}", f"INV-{5000 + n}", payer=f"{name(n)} Ltd")
    pairs.decide()
    for n, subject in enumerate(pairs.enter()):
        id_ = subject.removeprefix("payment:")
        pairs.keep(
            invoice(f"i{n}", customer_id=f"c{n}", number=f"INV-{5000 + n}", left="0", changed=5),
            payment(id_, customer_id=f"c{n}", left="0",
                    allocations=(Allocation(f"i{n}", usd(100)),)),
        )  # fmt: skip
    with deps.reading() as tx:
        lines = cash.listed(tx, pairs.connection_id, [Standing.APPLIED])
    assert {it.kind for it in lines} == {BANK}
    found = cost(pairs, last(count))
    asked = pairs.asked("payment:last")
    assert asked
    assert "was entered from the bank already" in asked.summary
    return found


@pytest.mark.parametrize("book", [waiting, entered])
def test_one_more_record_costs_as_much_in_a_large_book_as_in_a_small_one(
    both: Deps, book: object
) -> None:
    assert callable(book)
    few, many = book(both, FEW), book(both, MANY)
    assert few == many


def test_each_line_of_a_large_book_costs_as_much_as_of_a_small_one(deps: Deps) -> None:
    costs = []
    for count in (FEW, MANY):
        pairs = subscribers(deps, count, Mode.COPILOT)
        pairs.keep(*(payment(f"p{n}", customer_id=f"c{n}", left="0") for n in range(count)))
        for n in range(count):
            pairs.bring(f"b{n:03}", "thanks", payer=f"{name(n)} Ltd")
        _, decided = cost(pairs)
        costs.append(decided / count)
    assert costs[1] <= costs[0]


def test_where_more_records_may_be_the_line_than_are_looked_at_a_person_tells(deps: Deps) -> None:
    pairs = Pairs.opened(deps)
    pairs.keep(customer(name="Ash Ltd"), *(
        payment(f"p{n:03}", left="0", reference="TRANSFER 4711" if n == 7 else "x",
                allocations=(Allocation(f"i{n}", usd(100)),))
        for n in range(60)
    ))  # fmt: skip
    pairs.bring("b1", "TRANSFER 4711")
    pairs.decide()
    asked = pairs.asked(line("b1"))
    assert asked
    assert len(asked.options) <= 20
    assert pairs.counted() == {}


def test_a_batch_of_many_customers_asks_again_about_what_waits(both: Deps) -> None:
    pairs = Pairs.opened(both, Mode.COPILOT)
    pairs.keep(customer(name="Ash Ltd"))
    pairs.bring("b1", "thanks")
    pairs.decide()
    pairs.keep(*(payment(f"p{n}", customer_id=f"c{n}") for n in range(2, 1_500)))
    assert pairs.money(line("b1")).state is Standing.REVIEW
    pairs.keep(*(payment(f"p{n}", customer_id=f"c{n}", changed=1) for n in range(1, 1_500)))
    assert pairs.money(line("b1")).state is Standing.NEW
