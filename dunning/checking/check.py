"""Whether a policy could break the law, its caps, its approvals or its ramp in twelve months.

Each answer is a counter-example: a moment at which the policy would let something happen that must
not. Hours are those in which messages really go out. It looks at the policy alone; that a message
is also held back when it is due is no excuse for caps, approvals and ramp.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dunning.checking import check_counts
from dunning.checking.breaches import Breach, Year
from dunning.contact_hours.hours import hours_of
from dunning.contact_hours.sending_hours import SendingHours
from dunning.contact_law.budget import Budget
from dunning.contact_law.jurisdictions import hours_for
from dunning.contact_law.law import Quiet, quiet
from dunning.customer.channels import Channel
from dunning.customer.persons import Person
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import Tone

DAY = timedelta(days=1)
AHEAD_DAYS = 366
UNREACHED_MAX = timedelta(days=31)
"""Whoever cannot be written to for so long is not reached by the policy at all."""
FIRST_TONE_AT_MOST = Tone.DIRECT
HOUSE = "a rule of this software: nobody begins with a final notice"


def check(
    policy: DunningPolicy,
    *,
    time_zone: str,
    recipients: Collection[Person],
    first: date,
    channels: Mapping[str, Channel | None] | None = None,
    budget: Budget | None = None,
    companies: int = 1,
) -> tuple[Breach, ...]:
    """All that a policy could break in twelve months from the day `first` of the client's on, the
    earliest of each kind; empty if nothing.

    `time_zone` is the client's. `recipients` stand for the places and kinds that the client writes
    to. `channels` are by step name, None where nothing goes out by itself; a step that is not named
    writes e-mail. `budget` is what each person is held to over all their accounts; without one,
    only one account of a person is looked at. `companies` is how many of the client write under its
    name, each with a ramp of its own.
    Raises ValueError for an unknown time zone or step.
    """
    by_step = channels or {}
    names = [step.name for step in policy.steps]
    if unknown := sorted(set(by_step) - set(names)):
        raise ValueError(f"there is no step {unknown[0]!r}; the steps are {', '.join(names)}")
    hours = hours_of(policy, time_zone)
    used = tuple(sorted(filter(None, {by_step.get(name, Channel.EMAIL) for name in names})))
    days = [first + ahead * DAY for ahead in range(AHEAD_DAYS)]
    spans = tuple(span for day in days if (span := hours.span(day)))
    year = Year(policy, hours, first, days[-1], spans, used)
    found = [
        *_quiet_hours(year, recipients),
        *check_counts.caps(year, recipients, budget),
        *_approvals(year),
        *check_counts.ramp(year, recipients, companies),
    ]
    return tuple(sorted(found, key=lambda breach: (breach.at, breach.where, breach.rule)))


def _quiet_hours(year: Year, recipients: Collection[Person]) -> Iterator[Breach]:
    """Hours that are night by the client's own clock, for those who share it; and hours that leave
    somebody elsewhere without any. Hours that are night only elsewhere are waited out, and so are
    whole days on which a law allows nothing."""
    for person in recipients:
        for channel in year.channels:
            found = [*_night_here(year, channel, person), *_unreached(year, channel, person)]
            seen: set[str] = set()
            for at, hush in sorted(found, key=lambda one: one[0]):
                if hush.rule.id not in seen:
                    seen.add(hush.rule.id)
                    why = f"open by the policy at {year.hours.shown(at)}, but {hush.reason(at)}"
                    where = f"{channel} to {person}"
                    yield Breach(hush.rule.id, at, where, why, hush.rule.citation)


def _night_here(
    year: Year, channel: Channel, person: Person
) -> Iterator[tuple[datetime, Quiet]]:  # fmt: skip
    """By each rule, the first moment of business that it forbids by the clock of both sides."""
    office, rules = year.hours, list(hours_for(channel, person))
    for start, _ in year.spans:
        zone = next((it for it in person.zones if _same_clock(it, office.zone, start)), None)
        day = office.today(start)
        for rule in list(rules) if zone else ():
            hours = rule.hours(day, person)
            if hours and not hours[0] <= office.start < office.end <= hours[1]:
                rules.remove(rule)
                is_open = hours[0] <= office.start < hours[1]
                yield (office.at(day, hours[1]) if is_open else start), Quiet(rule, zone)


def _same_clock(one: ZoneInfo, other: ZoneInfo, moment: datetime) -> bool:
    return moment.astimezone(one).utcoffset() == moment.astimezone(other).utcoffset()


def _unreached(
    year: Year, channel: Channel, person: Person
) -> Iterator[tuple[datetime, Quiet]]:  # fmt: skip
    """The first moment of business from which on nobody may be reached for too long."""
    sending = SendingHours(year.hours, channel, person)
    for start, _ in year.spans:
        opens = sending.next_open(start)
        if opens is None or opens - start > UNREACHED_MAX:
            hush = quiet(channel, person, start)
            assert hush is not None, "in business hours only the recipient's can be in the way"
            yield start, hush
            return


def _approvals(year: Year) -> Iterator[Breach]:
    firmest = max((step.tone for step in year.policy.steps), key=lambda tone: tone.firmness)
    first = min(firmest, year.policy.first_message_tone_at_most, key=lambda tone: tone.firmness)
    if first.firmness > FIRST_TONE_AT_MOST.firmness:
        why = (
            f"a customer's first message could be {first!s}; set first_message_tone_at_most "
            f"to {FIRST_TONE_AT_MOST!s} or softer"
        )
        yield Breach("approval-first-tone", year.spans[0][0], "any customer", why, HOUSE)
