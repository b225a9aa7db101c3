"""A collector of equal sums: what was taken back of them is put beside its receipts with as many
queries, and as many steps for each, where there are many as where there are few."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest

from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.deps import Deps
from connector.money import cash, set_aside
from connector.money.asides import As
from connector.money.cash import Standing
from connector.receiving import likely_returns
from connector.rules import modes
from connector.rules.modes import Capability, Mode
from connector.taken_back import bank_returns
from connector.taken_back.bank_returns import State
from connector.undoing import bounced
from providers.receipts import Receipt
from tests.connector.office import TODAY, connect, usd
from tests.connector.pairs import calls, statements

FEW, MANY = 6, 24
NOW = datetime.combine(TODAY, time(12), UTC)


def member(number: int, *, day: date = TODAY, text: str = "Member {} monthly fee") -> Receipt:
    return Receipt("main", f"{text}{number}", day, usd("9.99"), "", text.format(number))


def debit(number: int) -> Receipt:
    return member(number, text="RETURNED Member {} monthly fee")


class Collector:
    """Each of its members paid, and that of some was taken back before."""

    def __init__(self, deps: Deps, count: int, *, returned: int = 0) -> None:
        self.deps = deps
        id_ = connect(deps, f"Collector of {count} and {returned}")
        with deps.writing() as tx:
            self.connection = tenants.connection(tx, id_)
            modes.switch(tx, self.connection.client_id, Capability.CASH, Mode.COPILOT,
                         at=deps.now(), by="tests")  # fmt: skip
            cash.arrive(tx, id_, [member(n) for n in range(count)])
            for item in cash.listed(tx, id_, (Standing.NEW,), limit=returned):
                set_aside.put(tx, id_, item, As.RETURNED, reason="x", by="ann", at=deps.now())

    def asked(self, count: int, mode: Mode = Mode.COPILOT) -> list[State]:
        """Put so many returns beside their receipts; where they stand then."""
        id_ = self.connection.id
        with self.deps.writing() as tx:
            bank_returns.keep(tx, id_, [debit(n) for n in range(count)], by="tests",
                              at=self.deps.now(), is_marked=mode is Mode.AUTOPILOT)  # fmt: skip
            bounced.settle(tx, self.connection, mode, at=self.deps.now())
            found = bank_returns.of_days(tx, id_, TODAY, TODAY)
        return [it.state for it in found]

    def cost(self, work: Callable[[Tx, Connection], object]) -> tuple[int, int]:
        """How many queries and how many calls of functions it takes."""
        with statements(self.deps) as sent, self.deps.reading() as tx:
            steps = calls(lambda: work(tx, self.connection))
        return len(sent), steps


def due(tx: Tx, connection: Connection) -> bool:
    return bounced.is_due(tx, connection, Mode.COPILOT, at=NOW)


@pytest.mark.parametrize("returned", [False, True])
def test_what_people_are_asked_about_costs_a_round_as_many_queries(
    deps: Deps, *, returned: bool
) -> None:
    found = []
    for count in (FEW, MANY):
        firm = Collector(deps, count, returned=count // 2 if returned else 0)
        assert firm.asked(count // 3) == [State.ASKED] * (count // 3)
        with deps.reading() as tx:
            assert not due(tx, firm.connection)
        found.append(firm.cost(due))
    (few, steps), (many, more) = found
    assert few == many
    assert more <= steps * MANY / FEW * 1.5


def test_returns_that_are_plainly_of_their_receipts_are_closed_in_one_run(deps: Deps) -> None:
    firm = Collector(deps, FEW)
    with deps.writing() as tx:
        items = cash.listed(tx, firm.connection.id, (Standing.NEW,))
        for item in items:
            cash.learn(tx, firm.connection.id, item, end_to_end_id=f"E2E-{item.text[7]}")
        day = TODAY + timedelta(days=1)
        back = [Receipt("main", f"r{i}", day, usd("9.99"), "", "x", end_to_end_id=f"E2E-{n}")
                for i, n in enumerate((0, 1, 1))]  # fmt: skip
        bank_returns.keep(tx, firm.connection.id, back, by="tests", at=deps.now())
        bounced.settle(tx, firm.connection, Mode.AUTOPILOT, at=deps.now())
        found = bank_returns.of_days(tx, firm.connection.id, day, day)
        assert [it.state for it in found] == [State.CLOSED, State.CLOSED, State.ASKED]
        is_due = bounced.is_due(tx, firm.connection, Mode.AUTOPILOT, at=NOW)
        assert not is_due, "it was asked as it stands"


@pytest.mark.parametrize("returned", [0, 3])
def test_debits_are_held_against_all_receipts_of_their_sum_at_once(
    deps: Deps, returned: int
) -> None:
    def found(count: int) -> Callable[[Tx, Connection], object]:
        debits = [member(n, text="RETURNED ITEM {}") for n in range(count)]
        return lambda tx, connection: likely_returns.found(tx, connection.id, debits)

    costs = [
        Collector(deps, 2 * count, returned=returned * count // 3).cost(found(count))
        for count in (FEW, MANY)
    ]
    (few, steps), (many, more) = costs
    assert few == many
    assert more <= steps * MANY / FEW * 1.5


def test_what_was_taken_back_already_is_not_looked_for_again(deps: Deps) -> None:
    firm = Collector(deps, 2, returned=2)
    back = [debit(0), member(1, text="RETURNED ITEM {}", day=TODAY + timedelta(days=1))]
    with deps.reading() as tx:
        assert likely_returns.found(tx, firm.connection.id, back) == []
