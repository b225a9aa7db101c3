"""Killed at every named point of what writes cash and takes it back: done once, and whole.

Each trial dies at one of them, counted from the first; then a new process goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import pytest

from connector import jobs, undo
from connector.cash import BANK
from connector.intents import OPEN, Step
from connector.modes import Mode
from providers.ledger import Undo
from tests.connector.firm import Firm, open_firm
from tests.connector.test_applying import banked, cash_intents, conserved, intend, usd
from tests.connector.test_undo import ledger_state
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


Fill = Callable[[Firm], tuple[str, list[tuple[str, str]]]]


def customers(firm: Firm) -> tuple[str, list[tuple[str, str]]]:
    first = firm.owe(firm.books.customer("Ash"), "INV-1")
    second = firm.owe(firm.books.customer("Birch"), "INV-2", "60.00")
    return "160.00", [(first, "100"), (second, "60")]


def rest_and_credit(firm: Firm) -> tuple[str, list[tuple[str, str]]]:
    ash = firm.books.customer("Ash")
    invoice = firm.owe(ash, "INV-1")
    credit = firm.books.credit(ash, Decimal(30), firm.today)
    return "90.00", [(invoice, "100"), (credit, "-30")]


@pytest.mark.parametrize("fill", [customers, rest_and_credit])
@pytest.mark.parametrize("act", ["apply", "undo"])
def test_killed_at_every_place_once(ledger: str, fill: Fill, act: str) -> None:
    for place in range(1, PLACES_MAX):
        firm = open_firm(ledger, modes={"cash": Mode.COPILOT})
        try:
            if not trial(firm, fill, act, place):
                assert place > 2, "it passes at least two"
                return
        finally:
            firm.close()
    pytest.fail("a worker never came to its end")


def trial(firm: Firm, fill: Fill, act: str, place: int) -> bool:
    amount, parts = fill(firm)
    item = banked(firm, amount)
    before = ledger_state(firm)
    intend(firm, item, *parts)
    if act == "apply":
        struck = deliver(firm, place)
        assert [i.state for i in cash_intents(firm)] == [Step.CONFIRMED] * len(cash_intents(firm))
        assert all(firm.books.balance(id_) == 0 for id_, part in parts if part[0] != "-")
        taken = sum(Decimal(part) for _, part in parts)
        assert conserved(firm).parts.applied.amount == taken
        return struck
    firm.settle()
    firm.pass_time(minutes=20)
    undo.begin(firm.deps, firm.connection_id, money=item.subject, by="ann")
    struck = deliver(firm, place)
    assert ledger_state(firm) == before
    undone = [i for i in firm.intents() if isinstance(i.effect, Undo)]
    assert {i.state for i in undone} == {Step.CONFIRMED}
    assert not firm.intents(*OPEN)
    assert firm.money(BANK, "main:b1").left == usd(amount)
    assert conserved(firm).parts.waiting == usd(amount)
    return struck
