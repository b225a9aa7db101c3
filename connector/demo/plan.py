"""What the demonstration plays: the built-in book over some days, or a book that was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Protocol

from connector.demo import book, bookkeeper, loaded_book
from connector.demo.loaded_book import Chapter
from connector.demo.passing import ZONE, Life, hops
from connector.demo.people import People
from connector.demo.scene import Scene
from connector.demo.script import Script
from connector.rules.modes import Capability

FIRST_DAY = date(2026, 3, 2)
"""A Monday, so that every run meets the same weekdays."""
OPENING = clock_time(7)
TRADING = clock_time(12, 30)
DAYS = 45
CAPABILITIES = (Capability.CASH, Capability.NOTE)
"""Of a book that was given nobody knows who may be written to."""


class Plan(Protocol):
    @property
    def begins(self) -> datetime:
        """The moment to which the clock is set first."""
        ...

    def moments(self, day: date) -> Sequence[datetime]:
        """To where the clock hops on a day."""
        ...

    def lives(self, scene: Scene) -> Sequence[Life]:
        """What goes on in each company."""
        ...


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """Two companies that all capabilities are switched on for at once."""

    begins: datetime
    days: Sequence[date]

    def moments(self, day: date) -> Sequence[datetime]:
        return tuple(hops(day))

    def lives(self, scene: Scene) -> Sequence[Life]:
        found = []
        for business in book.businesses(self.days[0]):
            place, connection_id = scene.join(
                business, business.bills, tuple(Capability), rules=bookkeeper.rules
            )
            bookkeeper.record_consents(scene.product.deps, connection_id, place)
            found.append(
                People(place, scene.stage.simulation, scene.product.deps,
                       connection_id=connection_id, days=self.days)
            )  # fmt: skip
        return found


@dataclass(frozen=True, slots=True)
class FromBook:
    """Every ledger of a book opens just before its first payment; days without anything are
    skipped."""

    chapters: Sequence[Chapter]

    @property
    def begins(self) -> datetime:
        return datetime.combine(min(chapter.opens_on for chapter in self.chapters), OPENING, ZONE)

    def moments(self, day: date) -> Sequence[datetime]:
        return (datetime.combine(day, TRADING, ZONE),)

    def lives(self, scene: Scene) -> Sequence[Life]:
        return [Script(chapter, scene, CAPABILITIES) for chapter in self.chapters]


def plan_of(folder: str, days: int) -> Plan:
    """The plan for a book's folder, or for the built-in book where it is empty; 0 days mean as
    many as the book is made for. Raises BadBook."""
    if folder:
        return FromBook(loaded_book.read(Path(folder)))
    coming = [FIRST_DAY + timedelta(days=n) for n in range(days or DAYS)]
    return BuiltIn(datetime.combine(FIRST_DAY, OPENING, ZONE), coming)
