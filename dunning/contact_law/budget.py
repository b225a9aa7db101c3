"""How often one person is contacted at all: one budget over every channel, invoice and month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dunning.customer.persons import Contact

WEEK_DAYS, MONTH_DAYS = 7, 30


class Budget(BaseModel):
    """The most contacts from our side with one person in any 7 and in any 30 days.

    The defaults keep the tightest caps that are known here, 3 a week and 10 in 31 days, for a
    person of several customers too: 7 in 30 days and 3 more on the day after are 10.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    contacts_per_7_days: int = Field(default=3, ge=1, le=50)
    contacts_per_30_days: int = Field(default=7, ge=1, le=200)

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.contacts_per_30_days < self.contacts_per_7_days:
            raise ValueError(
                f"contacts_per_30_days ({self.contacts_per_30_days}) is below contacts_per_7_days "
                f"({self.contacts_per_7_days}), so that week could never be full; raise it"
            )
        return self

    def caps(self) -> tuple[tuple[int, int], ...]:
        """Pairs of days and the most contacts in so many days."""
        return (WEEK_DAYS, self.contacts_per_7_days), (MONTH_DAYS, self.contacts_per_30_days)


@dataclass(frozen=True, slots=True)
class Spent:
    """A row of the proof: `count` contacts in the `days` calendar days that end with `day`."""

    person: str
    day: date
    days: int
    count: int
    cap: int

    @property
    def kept(self) -> bool:
        return self.count <= self.cap


def spent(contacts: Iterable[Contact], now: datetime, *, days: int, zone: ZoneInfo) -> int:
    """How many contacts from our side share a span of so many days with `now` (aware).

    A span is as many days of the zone's calendar and as many times 24 hours, so that neither a
    change of clocks nor of counting lets one more in. Contacts after `now` count as well: a clock
    may have been set back.
    """
    return sum(_together(contact.at, now, days=days, zone=zone) for contact in _ours(contacts))


def free_at(
    contacts: Sequence[Contact], budget: Budget, now: datetime, *, zone: ZoneInfo
) -> datetime:
    """The first moment from `now` (aware) on at which one more contact keeps the budget, in UTC."""
    ours = list(_ours(contacts))
    ends = (_ends(one.at, days=days, zone=zone) for one in ours for days, _ in budget.caps())
    start = now.astimezone(UTC)
    moments = sorted({start, *(end for end in ends if end > start)})
    return next(moment for moment in moments if _room(ours, budget, moment, zone=zone))


def proof(
    contacts: Mapping[str, Iterable[Contact]], budget: Budget, *, zone: ZoneInfo
) -> tuple[Spent, ...]:
    """For each person, and each day with a contact from our side, what was spent up to then."""
    rows: list[Spent] = []
    for person, theirs in sorted(contacts.items()):
        dates = sorted(contact.at.astimezone(zone).date() for contact in _ours(theirs))
        for day in sorted(set(dates)):
            for days, cap in budget.caps():
                count = sum(0 <= (day - other).days < days for other in dates)
                rows.append(Spent(person, day, days, count, cap))
    return tuple(rows)


def fullest(rows: Iterable[Spent]) -> tuple[Spent, ...]:
    """Of each person's spans of one length the one with most contacts, the earliest of equals."""
    found: dict[tuple[str, int], Spent] = {}
    for row in rows:
        most = found.get((row.person, row.days))
        if most is None or row.count > most.count:
            found[row.person, row.days] = row
    return tuple(found.values())


def _ours(contacts: Iterable[Contact]) -> Iterable[Contact]:
    return (contact for contact in contacts if contact.outgoing)


def _room(contacts: Sequence[Contact], budget: Budget, moment: datetime, *, zone: ZoneInfo) -> bool:
    caps = budget.caps()
    return all(spent(contacts, moment, days=days, zone=zone) < cap for days, cap in caps)


def _together(one: datetime, other: datetime, *, days: int, zone: ZoneInfo) -> bool:
    earlier, later = sorted((one, other))
    return later < _ends(earlier, days=days, zone=zone)


@lru_cache(maxsize=4096)
def _ends(at: datetime, *, days: int, zone: ZoneInfo) -> datetime:
    """When the span that begins with a contact is over, by the clock and by the calendar."""
    start = at.astimezone(UTC)
    day = at.astimezone(zone).date() + timedelta(days=days)
    midnight = datetime.combine(day, time.min, zone).astimezone(UTC)
    return max(start + timedelta(days=days), midnight)
