"""Killed at every named point of what writes cash and takes it back: done once, and whole.

Each trial dies at one of them, counted from the first; then a new process goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import pytest

from connector import jobs
from connector.money.cash import Item
from connector.outgoing.intents import OPEN, Step
from connector.rules.modes import Mode
from connector.undoing import undo
from providers.constructs import Difference
from providers.ledger import Undo
from tests.connector.firm import Firm
from tests.connector.undoing.test_undo import ledger_state
from tests.connector.writing_back.test_applying import banked, cash_intents, conserved, intend, usd
from tests.simulation.fate import Killed

PLACES_MAX = 20


@dataclass
class Death:
    """Counts the places that are passed, and strikes at one of them, once."""

    at: int
    passed: int = 0
    struck: bool = False

    def reach(self, _point: str) -> None:
        self.passed += 1
        if self.passed == self.at:
            self.struck = True
            raise Killed


def deliver(firm: Firm, at: int) -> bool:
    """Let the worker die at a place, and another one go on; False if there is no such place."""
    alive, death = firm.deps, Death(at)
    firm.universe.deps = replace(alive, reached=death.reach)
    try:
        for _ in range(4):
            jobs.RUN["deliver"](firm.deps, firm.connection_id)
    except Killed:
        pass
    finally:
        firm.universe.deps = replace(alive, reached=lambda _point: None)
    for minutes in (2, 2, 4, 12, 20):
        firm.world.clock.advance(timedelta(minutes=minutes))
        jobs.RUN["deliver"](firm.deps, firm.connection_id)
        firm.settle()
    return death.struck


@dataclass(frozen=True)
class Case:
    """Money, what it is set against, and what a policy lets be missing."""

    item: Item
    parts: tuple[tuple[str, str], ...]
    missing: tuple[Difference, ...] = ()

    @property
    def taken(self) -> Decimal:
        return sum((Decimal(part) for _, part in self.parts), Decimal(0))

    def paid_by(self, firm: Firm) -> bool:
        return all(firm.books.balance(id_) == 0 for id_, part in self.parts if part[0] != "-")


def customers(firm: Firm) -> Case:
    first = firm.owe(firm.books.customer("Ash"), "INV-1")
    second = firm.owe(firm.books.customer("Birch"), "INV-2", "60.00")
    return Case(banked(firm, "160.00"), ((first, "100"), (second, "60")))


def rest_and_credit(firm: Firm) -> Case:
    ash = firm.books.customer("Ash")
    invoice = firm.owe(ash, "INV-1")
    credit = firm.books.credit(ash, Decimal(30), firm.today)
    return Case(banked(firm, "90.00"), ((invoice, "100"), (credit, "-30")))


def difference(firm: Firm) -> Case:
    invoice = firm.owe(firm.books.customer("Ash"), "INV-1")
    account = firm.books.account("Bank Fees")
    missing = Difference(invoice, usd("5"), account, firm.today, "policy version 3")
    return Case(banked(firm, "95.00"), ((invoice, "95"),), (missing,))


def money_in_the_ledger(firm: Firm) -> Case:
    ash = firm.books.customer("Ash")
    first, second = firm.owe(ash, "INV-1"), firm.owe(ash, "INV-2", "60.00")
    firm.pay(ash, "180.00", "thank you")
    firm.sweep()
    (item,) = firm.all_money()
    return Case(item, ((first, "100"), (second, "60")))


CASES = (customers, rest_and_credit, difference, money_in_the_ledger)


@pytest.mark.parametrize("fill", CASES)
def test_killed_at_every_place_once_of_writing_and_of_taking_back(
    ledger: str,
    fill: Callable[[Firm], Case],
    passing_firm: Callable[..., AbstractContextManager[Firm]],
) -> None:
    for place in range(1, PLACES_MAX):
        with passing_firm(ledger, modes={"cash": Mode.COPILOT}) as firm:
            case = fill(firm)
            before = ledger_state(firm)
            killed = (applied(firm, case, place), taken_back(firm, case, place))
            assert ledger_state(firm) == before
        if not any(killed):
            assert place > 2, "it passes at least two"
            return
    pytest.fail("a worker never came to its end")


def applied(firm: Firm, case: Case, place: int) -> bool:
    intend(firm, case.item, *case.parts, missing=case.missing)
    struck = deliver(firm, place)
    assert {i.state for i in cash_intents(firm)} == {Step.CONFIRMED}
    assert case.paid_by(firm)
    assert [firm.books.booked(it.account) for it in case.missing] == [5] * len(case.missing)
    assert conserved(firm).parts.applied.amount == case.taken
    firm.pass_time(minutes=20)
    return struck


def taken_back(firm: Firm, case: Case, place: int) -> bool:
    undo.begin(firm.deps, firm.connection_id, money=case.item.subject, by="ann")
    struck = deliver(firm, place)
    undone = [i for i in firm.intents() if isinstance(i.effect, Undo)]
    assert {i.state for i in undone} == {Step.CONFIRMED}
    assert not firm.intents(*OPEN)
    assert firm.money(case.item.kind, case.item.id).left == case.item.left
    assert conserved(firm).left == case.item.left
    return struck
