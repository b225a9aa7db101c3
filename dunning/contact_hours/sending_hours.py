"""When a message may go out: in the client's business hours, while it is day at the recipient."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from dunning.contact_hours.calling_hours import both, hours_at, ringing
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
    """The hours in which one channel may reach one person, at a `number` (E.164) where it is a text
    or a call.

    They are the client's business hours (`office`), as far as the law and the house allow them
    where the person is. On a working day of the client's on which these do not meet, the
    recipient's day wins: then they are the same hours and working days by the clock of a zone in
    which the person may be, as far as all of those zones allow them. A number moreover only rings
    by day in every zone in which it may be.
    """

    office: Hours
    channel: Channel
    person: Person
    number: str = ""

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
        why = self._shut(moment)
        if opens is None:
            return f"{why}; the policy leaves no hour for it"
        return f"{why}; nothing goes out before {self.office.shown(opens)}"

    def _shut(self, moment: datetime) -> str:
        if hush := quiet(self.channel, self.person, moment):
            return f"{hush.reason(moment)} ({hush.rule.citation})"
        shut = next((it for it in hours_at(self.number) if it.next_open(moment) > moment), None)
        if shut and self.office.next_open(moment) == moment:
            return f"it is {moment.astimezone(shut.zone):%H:%M} where {self.number} may ring"
        return "business is closed"

    def spans(self, first: date, last: date) -> Iterator[Span]:
        """All hours from one day of the client's to another, in order, in UTC."""
        while first <= last:
            yield from _of_day(self, first)
            first += DAY


def sending_hours(policy: DunningPolicy, account: Account, channel: Channel) -> SendingHours:
    """Those of a customer, by its own `policy`. Raises ValueError for an unknown zone."""
    return by(channel, account, policy, hours_of(policy, account.time_zone))


def by(channel: Channel, account: Account, policy: DunningPolicy, office: Hours) -> SendingHours:
    """Those of a customer by its own `policy`, with the business hours at hand."""
    return SendingHours(office, channel, policy.person(account), account.number(channel))


@lru_cache(maxsize=200_000)
def _of_day(hours: SendingHours, day: date) -> tuple[Span, ...]:
    """The hours on a day of the client's calendar."""
    office, person = hours.office, hours.person
    business = office.span(day)
    if business is None or not (hours.number or hours_for(hours.channel, person)):
        return (business,) if business else ()
    around = [day + ahead * DAY for ahead in range(-2, 3)]
    found = (window(hours.channel, person, it) for it in around)
    their_day: Sequence[Span] = [span for span in found if span]
    if hours.number:
        their_day = both(their_day, ringing(hours.number, around))
    if meetings := both([business], their_day):
        return meetings
    theirs = (replace(office, zone=zone).span(it) for zone in person.zones for it in around)
    by_their_clock = both([span for span in theirs if span], their_day)
    whole = office.at(day, time.min), office.at(day + DAY, time.min)
    return both(by_their_clock, [whole])
