"""Whether a policy could write too often: to a person by the caps, to all by the ramp."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache

from dunning.checking.breaches import Breach, Year
from dunning.contact_hours.hours import Hours
from dunning.contact_hours.sending_hours import SendingHours
from dunning.contact_law.budget import Budget, free_at
from dunning.contact_law.jurisdictions import CapRule, caps_for
from dunning.contact_law.law import Span, breaks
from dunning.customer.channels import Channel
from dunning.customer.persons import Contact, Person

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
MAILS_A_DAY_MAX = 5_000
"""From about so many a day to personal Gmail on, a domain is a bulk sender for ever."""
GMAIL = "Google, e-mail sender guidelines, support.google.com/a/answer/14229414 (read 2026-11-26)"


@dataclass(frozen=True, slots=True)
class _Packing:
    """Contacts as close as `held` lets them come. `spoken`: each call may be a conversation; what
    follows on another account is left to the law itself, since a budget knows no conversations."""

    held: str
    moments: tuple[datetime, ...]
    spoken: bool


def caps(year: Year, recipients: Collection[Person], budget: Budget | None) -> Iterator[Breach]:
    """A customer with many invoices is written to as often as the policy lets them be, and a person
    of many customers as often as the budget does.

    For each day of the year that they could first be written to, the contacts are packed as close
    as that allows: late on the first day, and as soon as may be after it.
    """
    bound: dict[tuple[Span, ...], list[tuple[SendingHours, CapRule]]] = {}
    for person in recipients:
        for channel in year.channels:
            if rules := caps_for(channel, person):
                sending = SendingHours(year.hours, channel, person)
                spans = tuple(sending.spans(year.first, year.last))
                bound.setdefault(spans, []).extend((sending, cap) for cap in rules)
    for spans, left in bound.items():
        yield from _broken_caps(year, spans, left, budget)


def _broken_caps(
    year: Year, spans: Sequence[Span], bound: Sequence[tuple[SendingHours, CapRule]],
    budget: Budget | None,
) -> Iterator[Breach]:  # fmt: skip
    """The caps that are broken by those who are reached in the same hours."""
    left = list(bound)
    for first in spans:
        if not left:
            return
        sending, most = left[0][0], max(cap.at_most for _, cap in left)
        for packing in _packings(year, sending, first, most, budget):
            for one in list(left):
                (its, cap), moments = one, packing.moments
                if not _broken(its, cap, packing=packing):
                    continue
                left.remove(one)
                at, shown = moments[cap.at_most], year.hours.shown
                since = f"contact {cap.at_most + 1} since {shown(moments[0])}"
                why = f"with {packing.held}, {since} comes at {shown(at)}; {cap.says}"
                yield Breach(cap.id, at, f"{its.channel} to {its.person}", why, cap.citation)


def _packings(
    year: Year, sending: SendingHours, first: Span, count: int, budget: Budget | None
) -> Iterator[_Packing]:
    apart = year.policy.min_days_between_messages
    moments = _packed(sending, first, count, budget, apart=timedelta(days=apart))
    yield _Packing(f"min_days_between_messages {apart}", moments, spoken=True)
    if budget:
        week, month = budget.contacts_per_7_days, budget.contacts_per_30_days
        moments = _packed(sending, first, count, budget, apart=timedelta(0))
        yield _Packing(f"a budget of {week} in 7 and {month} in 30 days", moments, spoken=False)


@lru_cache(maxsize=10_000)
def _packed(
    sending: SendingHours, first: Span, count: int, budget: Budget | None, *, apart: timedelta
) -> tuple[datetime, ...]:
    """The moment of a first message, late on its day, and of the `count` that follow soonest; fewer
    where no hour is left for them. The same for every policy with these hours: a firm's rules are
    looked at for each of its clients."""
    office = sending.office
    moments = [first[1] - INSTANT]
    for _ in range(count):
        last = moments[-1]
        moment = max(last, office.opening(office.today(last) + apart))
        if budget:
            made = [Contact(Channel.EMAIL, at) for at in moments]
            moment = free_at(made, budget, moment, zone=office.zone)
        opens = sending.next_open(moment)
        if opens is None:
            break
        moments.append(opens)
    return tuple(moments)


def _broken(sending: SendingHours, cap: CapRule, *, packing: _Packing) -> bool:
    """Whether packed contacts break a cap, if all of them are in one channel."""
    moments, channel = packing.moments, sending.channel
    if len(moments) <= cap.at_most:
        return False
    at = moments[cap.at_most]
    if at - moments[0] > timedelta(days=cap.days + 1):
        return False
    spoken = packing.spoken and channel is Channel.CALL
    made = [Contact(channel, on, conversation=spoken) for on in moments[: cap.at_most]]
    return breaks(cap, sending.person, made, at)


def ramp(year: Year, recipients: Collection[Person], companies: int) -> Iterator[Breach]:
    """The ramp counts by the client's days, and for each company apart: late on one day and early
    on the next, two of them meet in 24 hours."""
    if Channel.EMAIL not in year.channels:
        return
    hours = (SendingHours(year.hours, Channel.EMAIL, person) for person in recipients)
    theirs = (span for one in hours for span in one.spans(year.first, year.last))
    a_day = year.policy.ramp_per_day * companies
    near: deque[Span] = deque()
    for span in sorted(_by_days(year.hours, {*year.spans, *theirs})):
        near.append(span)
        while near[0][1] <= span[0] - DAY:
            near.popleft()
        days = {year.hours.today(start) for start, _ in near}
        if a_day * len(days) >= MAILS_A_DAY_MAX:
            of_all = f" at each of {companies} companies" if companies > 1 else ""
            why = (
                f"ramp_per_day {year.policy.ramp_per_day}{of_all} lets {a_day * len(days)}"
                f" customers be written to within 24 hours before {year.hours.shown(span[0])};"
                f" {MAILS_A_DAY_MAX} make a bulk sender"
            )
            yield Breach("bulk-sender", span[0], "email to personal mailboxes", why, GMAIL)
            return


def _by_days(hours: Hours, spans: Collection[Span]) -> Iterator[Span]:
    """The spans, divided where a day of the client's ends."""
    for start, end in spans:
        midnight = hours.at(hours.today(start) + DAY, time.min)
        yield start, min(end, midnight)
        if midnight < end:
            yield midnight, end
