"""Business hours in a time zone, told in moments of UTC, right on the days when clocks change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dunning.customer.zones import zone_named
from dunning.rules.policy import DunningPolicy

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours from `start` up to `end` on `days` (0 is Monday), by the clock of `zone`."""

    zone: ZoneInfo
    start: time
    end: time
    days: frozenset[int]

    def today(self, now: datetime) -> date:
        """The day that it is in the zone. `now` is aware."""
        if now.tzinfo is None:
            raise ValueError(f"{now} has no time zone; moments are aware UTC")
        return now.astimezone(self.zone).date()

    def opening(self, day: date) -> datetime:
        """The first business moment on or after a day, in UTC."""
        return _opening(self, day)

    def next_open(self, moment: datetime) -> datetime:
        """The moment itself if business is open, else when it opens next, in UTC."""
        day = self.today(moment)
        while not self._works(day) or moment >= self.at(day, self.end):
            day += timedelta(days=1)
        return max(moment.astimezone(UTC), self.at(day, self.start))

    def span(self, day: date) -> tuple[datetime, datetime] | None:
        """From when up to when business is open on a day, in UTC; None if it is closed."""
        return (self.at(day, self.start), self.at(day, self.end)) if self._works(day) else None

    def at(self, day: date, clock: time) -> datetime:
        """The moment at which a clock of the zone shows this, in UTC."""
        return datetime.combine(day, clock, self.zone).astimezone(UTC)

    def shown(self, moment: datetime) -> str:
        """A moment by the clock of the zone, as people read it."""
        return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M} ({self.zone.key})"

    def told(self, moment: datetime) -> str:
        """A moment by the clock of the zone, with the day of the week."""
        return f"{moment.astimezone(self.zone):%a %d %b %Y at %H:%M} ({self.zone.key})"

    def _works(self, day: date) -> bool:
        # A zone that crosses the date line leaves out a day.
        there = self.at(day, self.start).astimezone(self.zone).date() == day
        return there and day.weekday() in self.days


@lru_cache(maxsize=100_000)
def _opening(hours: Hours, day: date) -> datetime:
    """Asked for each step of each invoice, and the same for all of them."""
    return hours.next_open(datetime.combine(day, time.min, hours.zone).astimezone(UTC))


def hours_of(policy: DunningPolicy, time_zone: str) -> Hours:
    """The policy's hours in an IANA time zone. Raises ValueError for an unknown zone."""
    days = frozenset(WEEKDAYS.index(day) for day in policy.working_days)
    return Hours(zone_named(time_zone), policy.business_start, policy.business_end, days)
