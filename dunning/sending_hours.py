"""When a message may go out: in the client's business hours, while it is day at the recipient."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import product

from dunning.account import Account
from dunning.channels import Channel
from dunning.hours import Hours, hours_of
from dunning.jurisdictions import hours_for
from dunning.law import Span, quiet, window
from dunning.persons import Person
from dunning.policy import DunningPolicy

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
WEEKS_AHEAD_MAX = 54


@dataclass(frozen=True, slots=True)
class SendingHours:
    """The hours in which one channel may reach one person.

    They are the client's business hours (`office`), as far as the law and the house allow them
    where the person is. In a week of the client's in which these never meet, the recipient's day
    wins: then they are the same business hours and working days by the clock of a zone in which
    the person may be, as far as all of those zones allow them.
    """

    office: Hours
    channel: Channel
    person: Person

    def next_open(self, moment: datetime) -> datetime | None:
        """The moment itself if a message may go out, else when it next may, in UTC; None if it may
        not within a year. `moment` is aware."""
        monday = _monday(self.office.today(moment))
        for ahead in range(WEEKS_AHEAD_MAX):
            for start, end in _week(self, monday + ahead * WEEK):
                if moment < end:
                    return max(moment.astimezone(UTC), start)
        return None

    def closed(self, moment: datetime) -> str:
        """Why nothing goes out at a moment, in words; empty where it may."""
        opens = self.next_open(moment)
        if opens == moment:
            return ""
        hush = quiet(self.channel, self.person, moment)
        why = f"{hush.reason(moment)} ({hush.rule.citation})" if hush else "business is closed"
        if opens is None:
            return f"{why}; the policy leaves no hour for it"
        return f"{why}; nothing goes out before {self.office.shown(opens)}"

    def spans(self, first: date, last: date) -> Iterator[Span]:
        """All hours that begin from one day of the client's to another, in order, in UTC."""
        monday = _monday(first)
        while monday <= last:
            for start, end in _week(self, monday):
                if first <= self.office.today(start) <= last:
                    yield start, end
            monday += WEEK


def sending_hours(policy: DunningPolicy, account: Account, channel: Channel) -> SendingHours:
    """Those of a customer, by its own `policy`. Raises ValueError for an unknown zone."""
    return SendingHours(hours_of(policy, account.time_zone), channel, policy.person(account))


@lru_cache(maxsize=100_000)
def _week(hours: SendingHours, monday: date) -> tuple[Span, ...]:
    """The hours of a week of the client's, from Monday to Sunday by its calendar."""
    office = hours.office
    business = _business(office, monday, days=7)
    if not hours_for(hours.channel, hours.person):
        return tuple(business)
    around = monday - 2 * DAY
    found = (window(hours.channel, hours.person, around + ahead * DAY) for ahead in range(11))
    their_day = [span for span in found if span]
    if meetings := _both(business, their_day):
        return meetings
    by_their_clock = [
        span
        for zone in hours.person.zones
        for span in _business(replace(office, zone=zone), around, days=11)
    ]
    return _both(_both(by_their_clock, their_day), [_from_to(office, monday, monday + WEEK)])


def _business(hours: Hours, first: date, *, days: int) -> list[Span]:
    found = (hours.span(first + ahead * DAY) for ahead in range(days))
    return [span for span in found if span]


def _both(some: Sequence[Span], others: Sequence[Span]) -> tuple[Span, ...]:
    """What lies in both, in order."""
    pairs = product(some, others)
    found = {(max(one[0], other[0]), min(one[1], other[1])) for one, other in pairs}
    return tuple(sorted(span for span in found if span[0] < span[1]))


def _from_to(office: Hours, first: date, end: date) -> Span:
    start, until = (datetime.combine(day, time.min, office.zone) for day in (first, end))
    return start.astimezone(UTC), until.astimezone(UTC)


def _monday(day: date) -> date:
    return day - day.weekday() * DAY
