"""A receipt of two customers with a credit and a rest, and its undo: the worker is killed after
each write, and in the end all of it stands in the ledger once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from connector import cash, receipts, undo
from connector.cash import BANK, Standing
from connector.intents import OPEN
from providers.money import Money
from tests.processes.business import Business, open_business
from tests.processes.crew import Crew, until
from tests.simulation import settling

POINT = "outbox.sent"
DEATHS_MAX = 15
LINE = "main:b1"


@pytest.mark.parametrize("ledger", ["quickbooks", "xero"])
def test_killed_after_each_write_of_a_settlement_and_of_its_undo(crew: Crew, ledger: str) -> None:
    business = open_business(crew, ledger, "settled")
    books, today = business.books, crew.town.world.clock.now().date()
    ash, birch = books.customer("Ash"), books.customer("Birch")
    first, second = (
        books.invoice(owner, number, amount=Decimal(100), issued=today, due=today)
        for owner, number in ((ash, "INV-3"), (birch, "INV-4"))
    )
    credit = books.credit(ash, Decimal(30), today)
    business.connect()
    business.wait_until(business.is_live, "the first import is done")
    receipts.import_statement(
        crew.town.deps, business.connection_id,
        f"account,bank_id,date,amount,currency,payer,reference\nmain,b1,{today},180.00,USD,Ash,\n"
        .encode(), by="tests",
    )  # fmt: skip
    parts = {
        first: (ash, _usd(100)), second: (birch, _usd(100)), credit: (ash, _usd(-30)),
    }  # fmt: skip

    def left() -> list[Decimal]:
        return [books.balance(first), books.balance(second), books.credit_left(credit)]

    before = left()
    settling.intend(crew.town, ledger, _item(business), parts)
    assert _killed_after_each_write(crew, business) >= 2
    assert left() == [0, 0, 0]
    assert _item(business).state is Standing.APPLIED
    undo.begin(crew.town.deps, business.connection_id, money=f"{BANK}:{LINE}", by="ann")
    assert _killed_after_each_write(crew, business) >= 2
    assert left() == before
    assert (_item(business).state, _item(business).left) == (Standing.REVIEW, _usd(180))


def _killed_after_each_write(crew: Crew, business: Business) -> int:
    """Let every worker die once it has sent one write, until nothing is left; returns how many
    did."""

    def is_done() -> bool:
        return not any(intent.state in OPEN for intent in business.intents())

    def is_over() -> bool:
        crew.town.world.clock.advance(timedelta(seconds=5))
        business.ring()
        return is_done() or not crew.is_alive("deliver")

    for deaths in range(DEATHS_MAX):
        crew.replace("deliver", crash_at=POINT)
        until(is_over, "the worker dies, or has nothing left to do")
        if crew.is_alive("deliver"):
            crew.replace("deliver")
            return deaths
    pytest.fail("a worker never came to its end")


def _item(business: Business) -> cash.Item:
    with business.crew.town.deps.reading() as tx:
        item = cash.find(tx, business.connection_id, BANK, LINE)
    assert item is not None
    return item


def _usd(amount: int) -> Money:
    return Money(Decimal(amount), "USD")
