"""When a message may go out: in the client's business hours, while it is day at the recipient."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import product

from dunning.contact_hours.hours import Hours, hours_of
from dunning.contact_law.jurisdictions import hours_for
from dunning.contact_law.law import Span, quiet, window
from dunning.customer.account import Account
from dunning.customer.channels import Channel
from dunning.customer.persons import Person
from dunning.rules.policy import DunningPolicy

DAY = timedelta(days=1)
AHEAD_DAYS_MAX = 366


@dataclass(frozen=True, slots=True)
class SendingHours:
    """The hours in which one channel may reach one person.

    They are the client's business hours (`office`), as far as the law and the house allow them
    where the person is. On a working day of the client's on which these do not meet, the
    recipient's day wins: then they are the same hours and working days by the clock of a zone in
    which the person may be, as far as all of those zones allow them.
    """

    office: Hours
    channel: Channel
    person: Person

    def next_open(self, moment: datetime) -> datetime | None:
        """The moment itself if a message may go out, else when it next may, in UTC; None if it may
        not within a year. `moment` is aware."""
        today = self.office.today(moment)
        for ahead in range(AHEAD_DAYS_MAX):
            for start, end in _of_day(self, today + ahead * DAY):
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
        """All hours from one day of the client's to another, in order, in UTC."""
        while first <= last:
            yield from _of_day(self, first)
            first += DAY


def sending_hours(policy: DunningPolicy, account: Account, channel: Channel) -> SendingHours:
    """Those of a customer, by its own `policy`. Raises ValueError for an unknown zone."""
    return SendingHours(hours_of(policy, account.time_zone), channel, policy.person(account))


@lru_cache(maxsize=200_000)
def _of_day(hours: SendingHours, day: date) -> tuple[Span, ...]:
    """The hours on a day of the client's calendar."""
    office, person = hours.office, hours.person
    business = office.span(day)
    if business is None or not hours_for(hours.channel, person):
        return (business,) if business else ()
    around = [day + ahead * DAY for ahead in range(-2, 3)]
    found = (window(hours.channel, person, it) for it in around)
    their_day = [span for span in found if span]
    if meetings := _both([business], their_day):
        return meetings
    theirs = (replace(office, zone=zone).span(it) for zone in person.zones for it in around)
    by_their_clock = _both([span for span in theirs if span], their_day)
    whole = office.at(day, time.min), office.at(day + DAY, time.min)
    return _both(by_their_clock, [whole])


def _both(some: Sequence[Span], others: Sequence[Span]) -> tuple[Span, ...]:
    """What lies in both, in order."""
    pairs = product(some, others)
    found = {(max(one[0], other[0]), min(one[1], other[1])) for one, other in pairs}
    return tuple(sorted(span for span in found if span[0] < span[1]))
