"""Letting simulated time pass: the clock hops on, and waits until the product has done its work."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Protocol
from zoneinfo import ZoneInfo

from connector import jobs, lease, queues
from connector.clients import meter, tenants
from connector.demo.product import Product
from connector.outgoing import intents
from providers.simulated.simulation import Simulation

LOOK_SECONDS = 0.02
ZONE = ZoneInfo("Europe/London")
HOPS = (clock_time(9, 30), clock_time(13, 30), clock_time(18, 30))
REST = (clock_time(13, 30),)
"""On days without business one hop is enough."""
SATURDAY = 5
WAIT = timedelta(seconds=15)
SOON = timedelta(minutes=30)
HOP_MAX = timedelta(hours=2)
"""For so long waiting work may hold up a hop; then the next hop finds it."""


class Life(Protocol):
    """What goes on in one company's trade."""

    def days(self) -> Sequence[date]:
        """The days on which something may happen."""
        ...

    def is_awaited(self, day: date) -> bool:
        """Whether the product's work is waited for on a day, or may go on behind the next one."""
        ...

    def live(self, now: datetime) -> None:
        """Do everything that happens up to now."""
        ...


def hops(day: date) -> Iterator[datetime]:
    for moment in REST if day.weekday() >= SATURDAY else HOPS:
        yield datetime.combine(day, moment, ZONE)


class Passage:
    """Moves the world's clock, which the product follows."""

    def __init__(self, simulation: Simulation, product: Product) -> None:
        self._simulation = simulation
        self._clock = simulation.world.clock
        self._deps = product.deps
        self._ringing = queues.waiting(product.redis_url)

    def hop(self, moment: datetime) -> None:
        """Move on to a moment, unless it is past. Nothing waits for the product here."""
        if moment > self._clock.now():
            self._clock.set(moment)
        self._simulation.pump()

    def wait(self, by: timedelta) -> None:
        self._clock.advance(by)

    def settle(self) -> None:
        """Wait until the product has nothing to do; where it waits for the clock, move that."""
        began = self._clock.now()
        before: tuple[object, ...] = ()
        while self._clock.now() - began < HOP_MAX:
            self._simulation.pump()
            if self._is_busy():
                time.sleep(LOOK_SECONDS)
                continue
            due = jobs.find_due(self._deps)
            next_at = self._next_at()
            if not due and next_at is None:
                return
            present = (*due, self._calls())
            if not due and next_at:
                self._clock.advance(max(next_at - self._clock.now(), timedelta(0)))
            elif present == before:
                self._clock.advance(WAIT)
            before = present
            jobs.reconcile(self._deps)
            time.sleep(LOOK_SECONDS)

    def _is_busy(self) -> bool:
        if self._ringing():
            return True
        with self._deps.reading() as tx:
            return bool(lease.at_work(tx, self._deps.clock.real()))

    def _next_at(self) -> datetime | None:
        """When the next effect goes out that waits for its time, if that is soon."""
        now = self._deps.now()
        with self._deps.reading() as tx:
            return intents.next_due(tx, after=now, until=now + SOON)

    def _calls(self) -> int:
        """How many calls were made so far: standing still means waiting."""
        with self._deps.reading() as tx:
            ids = [connection.id for connection in tenants.connections(tx)]
            calls = meter.totals(tx, ids, date.min)
        return sum(sum(by_kind.values()) for by_kind in calls.values())
