"""Whether a policy could break the law, its caps, its approvals or its ramp on any day of a year.

Each answer is a counter-example: a moment at which the policy would let something happen that must
not. It looks at the policy alone; that a message is also held back when it is due is no excuse.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from dunning.budget import Budget, free_at
from dunning.channels import Channel
from dunning.hours import Hours, hours_of
from dunning.jurisdictions import CapRule, caps_for, hours_for
from dunning.law import breaks, quiet, window
from dunning.persons import Contact, Person
from dunning.policy import DunningPolicy
from dunning.steps import Tone

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
MAILS_A_DAY_MAX = 5_000
"""From about so many a day to personal Gmail on, a domain is a bulk sender for ever."""
GMAIL = "Google, e-mail sender guidelines, support.google.com/a/answer/14229414 (read 2026-11-26)"
ABOVE = "a limit set above this policy"

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Breach:
    """At `at` (aware UTC) the policy lets `rule` be broken, for whom `where` tells."""

    rule: str
    at: datetime
    where: str
    why: str
    citation: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What no policy may go beyond, set by whoever stands above it, such as a reseller.

    `ask_above` is the most, by currency, that may be asked for without a person;
    `first_tone_at_most` the firmest tone of a first message; `mails_a_day_max` is not reached in
    any 24 hours.
    """

    ask_above: Mapping[str, Decimal] = field(default_factory=dict)
    first_tone_at_most: Tone = Tone.DIRECT
    mails_a_day_max: int = MAILS_A_DAY_MAX


@dataclass(frozen=True, slots=True)
class _Year:
    """The spans of business of a year by the client's clock, and what the policy makes of them."""

    policy: DunningPolicy
    hours: Hours
    spans: tuple[Span, ...]
    channels: tuple[Channel, ...]
    closed: frozenset[date]


@dataclass(frozen=True, slots=True)
class _Packing:
    """Contacts as close as `held` lets them come. `spoken`: each call may be a conversation; what
    follows on another account is left to the law itself, since a budget knows no conversations."""

    held: str
    moments: tuple[datetime, ...]
    spoken: bool


def check(
    policy: DunningPolicy,
    *,
    time_zone: str,
    recipients: Collection[Person],
    year: int,
    channels: Mapping[str, Channel] | None = None,
    budget: Budget | None = None,
    closed: frozenset[date] = frozenset(),
    limits: Limits | None = None,
) -> tuple[Breach, ...]:
    """All that a policy could break in a year, the earliest of each kind; empty if nothing.

    `time_zone` is the client's. `recipients` stand for the places and kinds that the client writes
    to. `channels` are by step name; a step that is not named writes e-mail. `budget` is what each
    person is held to over all their accounts; without one, only one account of a person is looked
    at. On `closed` days of the client's zone, such as holidays, nothing is sent.
    Raises ValueError for an unknown time zone or step.
    """
    by_step = channels or {}
    names = [step.name for step in policy.steps]
    if unknown := sorted(set(by_step) - set(names)):
        raise ValueError(f"there is no step {unknown[0]!r}; the steps are {', '.join(names)}")
    hours = hours_of(policy, time_zone)
    used = tuple(sorted({by_step.get(name, Channel.EMAIL) for name in names}))
    at_work = _Year(policy, hours, tuple(_spans(hours, year, closed)), used, closed)
    rules = limits or Limits()
    found = [
        *_quiet_hours(at_work, recipients),
        *_caps(at_work, recipients, budget),
        *_approvals(at_work, rules),
        *_ramp(at_work, rules),
    ]
    return tuple(sorted(found, key=lambda breach: (breach.at, breach.where, breach.rule)))


def _spans(hours: Hours, year: int, closed: frozenset[date]) -> Iterator[Span]:
    day = date(year, 1, 1)
    while day.year == year:
        span = hours.span(day)
        if span and day not in closed:
            yield span
        day += DAY


def _quiet_hours(year: _Year, recipients: Collection[Person]) -> Iterator[Breach]:
    for person in recipients:
        for channel in year.channels:
            if not hours_for(channel, person):
                continue
            seen: set[str] = set()
            for span in year.spans:
                at = _uncovered(channel, person, span)
                if at is None:
                    continue
                hush = quiet(channel, person, at)
                assert hush is not None, "what no window covers, some hours forbid"
                if hush.rule.id in seen:
                    continue
                seen.add(hush.rule.id)
                why = f"open by the policy at {_shown(at, year.hours)}, but {hush.reason(at)}"
                where = f"{channel} to {person}"
                yield Breach(hush.rule.id, at, where, why, hush.rule.citation)


def _uncovered(channel: Channel, person: Person, span: Span) -> datetime | None:
    """The first moment of business that no window of the person's covers; None if all are."""
    moment, end = span
    day = moment.date() - DAY
    for ahead in range(4):
        lawful = window(channel, person, day + ahead * DAY)
        if lawful and lawful[0] <= moment < lawful[1]:
            moment = lawful[1]
        if moment >= end:
            return None
    return moment


def _caps(year: _Year, recipients: Collection[Person], budget: Budget | None) -> Iterator[Breach]:
    """A customer with many invoices is written to as often as the policy lets them be, and a person
    of many customers as often as the budget does.

    For each day of the year that they could first be written to, the contacts are packed as close
    as that allows: late on the first day, and as soon as may be after it.
    """
    left = [
        (person, channel, cap)
        for person in recipients
        for channel in year.channels
        for cap in caps_for(channel, person)
    ]
    for first in year.spans:
        if not left:
            return
        most = max(cap.at_most for _, _, cap in left)
        for packing in _packings(year, first, most, budget):
            broken = [one for one in left if _broken(*one, packing=packing)]
            left = [one for one in left if one not in broken]
            for person, channel, cap in broken:
                at = packing.moments[cap.at_most]
                since = f"contact {cap.at_most + 1} since {_shown(packing.moments[0], year.hours)}"
                why = f"with {packing.held}, {since} comes at {_shown(at, year.hours)}; {cap.says}"
                yield Breach(cap.id, at, f"{channel} to {person}", why, cap.citation)


def _packings(year: _Year, first: Span, count: int, budget: Budget | None) -> Iterator[_Packing]:
    apart = year.policy.min_days_between_messages
    moments = _packed(year, first, count, budget, apart=timedelta(days=apart))
    yield _Packing(f"min_days_between_messages {apart}", moments, spoken=True)
    if budget:
        week, month = budget.contacts_per_7_days, budget.contacts_per_30_days
        moments = _packed(year, first, count, budget, apart=timedelta(0))
        yield _Packing(f"a budget of {week} in 7 and {month} in 30 days", moments, spoken=False)


def _packed(
    year: _Year, first: Span, count: int, budget: Budget | None, *, apart: timedelta
) -> tuple[datetime, ...]:
    """The moment of a first message, late on its day, and of the `count` that follow soonest."""
    hours = year.hours
    moments = [first[1] - INSTANT]
    for _ in range(count):
        last = moments[-1]
        moment = max(last, hours.opening(hours.today(last) + apart))
        if budget:
            made = [Contact(Channel.EMAIL, at) for at in moments]
            moment = hours.next_open(free_at(made, budget, moment, zone=hours.zone))
        while (day := hours.today(moment)) in year.closed:
            moment = hours.opening(day + DAY)
        moments.append(moment)
    return tuple(moments)


def _broken(person: Person, channel: Channel, cap: CapRule, *, packing: _Packing) -> bool:
    """Whether packed contacts break a cap, if all of them are in one channel."""
    at = packing.moments[cap.at_most]
    if at - packing.moments[0] > timedelta(days=cap.days + 1):
        return False
    spoken = packing.spoken and channel is Channel.CALL
    made = [Contact(channel, on, conversation=spoken) for on in packing.moments[: cap.at_most]]
    return breaks(cap, person, made, at)


def _approvals(year: _Year, limits: Limits) -> Iterator[Breach]:
    if not year.spans:
        return
    at, policy = year.spans[0][0], year.policy
    for currency, most in sorted(limits.ask_above.items()):
        own = policy.remind_at_most.get(currency)
        if own is None or own > most:
            shown = "names no limit" if own is None else f"sets it at {own}"
            why = f"a person is asked above {most} {currency}, and remind_at_most {shown}"
            yield Breach("approval-amount", at, currency, why, ABOVE)
    firmest = max((step.tone for step in policy.steps), key=lambda tone: tone.firmness)
    first = min(firmest, policy.first_message_tone_at_most, key=lambda tone: tone.firmness)
    if first.firmness > limits.first_tone_at_most.firmness:
        why = (
            f"a customer's first message could be {first!s}; set first_message_tone_at_most "
            f"to {limits.first_tone_at_most!s} or softer"
        )
        yield Breach("approval-first-tone", at, "any customer", why, ABOVE)


def _ramp(year: _Year, limits: Limits) -> Iterator[Breach]:
    """The ramp counts by days; late on one and early on the next, two of them meet in 24 hours."""
    if Channel.EMAIL not in year.channels:
        return
    ramp = year.policy.ramp_per_day
    last: datetime | None = None
    for opening, closing in year.spans:
        days = 2 if last and opening - last < DAY else 1
        if ramp * days >= limits.mails_a_day_max:
            why = (
                f"ramp_per_day {ramp} lets {ramp * days} customers be written to within 24 hours "
                f"before {_shown(opening, year.hours)}; {limits.mails_a_day_max} make a bulk sender"
            )
            yield Breach("bulk-sender", opening, "email to personal mailboxes", why, GMAIL)
            return
        last = closing


def _shown(moment: datetime, hours: Hours) -> str:
    return f"{moment.astimezone(UTC).astimezone(hours.zone):%Y-%m-%d %H:%M} ({hours.zone.key})"
