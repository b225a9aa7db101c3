"""A company that was just connected, in either ledger: what every seed begins with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from connector.rules.modes import Mode
from matching.facts.rules import EVERY_FAMILY
from tests.engines import MEMORY, borrowed, content_of
from tests.simulation import universe as one
from tests.simulation.books import books_of
from tests.simulation.universe import Memory

CUSTOMERS = ("Ash", "Birch", "Cedar")


@dataclass(frozen=True, slots=True)
class Beginning:
    """The vendors' memory and the content of our database at the moment after the import."""

    company: str
    connection_id: int
    customers: Sequence[str]
    memory: Memory
    database: bytes


@cache
def connected(ledger: str) -> Beginning:
    """Three customers and nothing owed; everything is on autopilot."""
    with borrowed(MEMORY) as engine:
        universe = one.build(engine=engine)
        company = one.found(universe, ledger)
        books = books_of(universe, ledger, company)
        customers = [books.customer(name) for name in CUSTOMERS]
        connection_id = one.install(universe, ledger, company)
        universe.settle()
        # people undo at random: no rule is to step back for it
        one.save_policy(
            universe, ledger, matching={"confidence_min": 0.5, "apply_by": list(EVERY_FAMILY)}
        )
        universe.switch(ledger, cash=Mode.AUTOPILOT, remind=Mode.AUTOPILOT, note=Mode.AUTOPILOT)
        return Beginning(
            company, connection_id, customers, Memory.of(universe.world), content_of(engine)
        )
