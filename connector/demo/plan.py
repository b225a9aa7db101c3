"""What the demonstration plays: the built-in book over some days, or a book that was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Protocol

from connector.demo import book
from connector.demo.passing import ZONE, Life
from connector.demo.people import People
from connector.demo.scene import Scene
from connector.modes import Capability

FIRST_DAY = date(2026, 3, 2)
"""A Monday, so that every run meets the same weekdays."""
OPENING = clock_time(7)
DAYS = 45


class Plan(Protocol):
    @property
    def begins(self) -> datetime:
        """The moment to which the clock is set first."""
        ...

    def lives(self, scene: Scene) -> Sequence[Life]:
        """What goes on in each company."""
        ...


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """Two companies that all capabilities are switched on for at once."""

    begins: datetime
    days: Sequence[date]

    def lives(self, scene: Scene) -> Sequence[Life]:
        found = []
        for business in book.businesses(self.days[0]):
            place, connection_id = scene.join(business, business.bills, tuple(Capability))
            found.append(
                People(place, scene.stage.simulation, scene.product.deps,
                       connection_id=connection_id, days=self.days)
            )  # fmt: skip
        return found


def plan_of(folder: str, days: int) -> Plan:
    """The plan for a book's folder, or for the built-in book where it is empty; 0 days mean as
    many as the book is made for. Raises BadBook."""
    if folder:
        raise NotImplementedError(Path(folder))
    first = FIRST_DAY
    return BuiltIn(
        datetime.combine(first, OPENING, ZONE),
        [first + timedelta(days=n) for n in range(days or DAYS)],
    )
