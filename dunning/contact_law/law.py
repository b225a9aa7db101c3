"""When a person may be contacted by the law of where they are, and why not now.

It advises and blocks; it gives no legal advice. Whatever is not known counts as the stricter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dunning.contact_law.jurisdictions import CapRule, HoursRule, caps_for, hours_for
from dunning.customer.channels import Channel
from dunning.customer.persons import Contact, Person

AHEAD_DAYS_MAX = 366
DAY = timedelta(days=1)
UNKNOWN_PLACE = (
    "neither the person's country nor their time zone is known, so no hour is surely day"
)

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Allowed:
    """Contact is lawful now, and as far as the hours go up to `until` (aware UTC; None: always)."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class Refused:
    """Not now. At `again_at` (aware UTC) it is lawful if nothing else happens; None if no such
    moment comes within a year."""

    rule: str
    reason: str
    citation: str
    again_at: datetime | None


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours that forbid a moment, and the zone in which it is outside of them."""

    rule: HoursRule
    zone: ZoneInfo | None

    def reason(self, moment: datetime) -> str:
        """Why the moment is forbidden, by the clock there."""
        if self.zone is None:
            return UNKNOWN_PLACE
        local = moment.astimezone(self.zone)
        return f"it is {local:%A %Y-%m-%d %H:%M} in {self.zone.key}; {self.rule.says}"


@lru_cache(maxsize=100_000)
def window(channel: Channel, person: Person, day: date) -> Span | None:
    """From when up to when a person may be contacted on a day of theirs, in UTC; None: not at all.

    It is the part that all rules allow in all zones in which the person may be. Where no rule
    binds, it is the whole day.
    """
    rules = hours_for(channel, person)
    zones = person.zones
    if not rules:
        days = [_day(day, zone) for zone in zones] or [_day(day, ZoneInfo("UTC"))]
        return min(start for start, _ in days), max(end for _, end in days)
    if not zones:
        return None
    hours = {rule.hours(day, person) for rule in rules}
    if None in hours:
        return None
    spans = [_span(day, clocks, zone) for clocks in hours if clocks for zone in zones]
    start, end = max(start for start, _ in spans), min(end for _, end in spans)
    return (start, end) if start < end else None


def next_allowed(
    channel: Channel,
    person: Person,
    contacts: Sequence[Contact],
    now: datetime,
    *,
    about: frozenset[str] = frozenset(),
) -> Allowed | Refused:
    """Whether the law lets a person be contacted at `now` (aware), and if not, when it will.

    `contacts` are all that there were with this person, at any customer. `about` are the ids of
    the invoices that it would be about; empty means that it could be about any.
    """
    if now.tzinfo is None:
        raise ValueError(f"{now} has no time zone; moments are aware UTC")
    cap = capped(channel, person, contacts, now, about=about)
    hush = quiet(channel, person, now)
    if cap is None and hush is None:
        bound = hours_for(channel, person)
        return Allowed(next(windows(channel, person, now))[1] if bound else None)
    again = _again(channel, person, contacts, now, about=about)
    if cap is not None:
        return Refused(cap.id, cap.says, cap.citation, again)
    assert hush is not None
    return Refused(hush.rule.id, hush.reason(now), hush.rule.citation, again)


def quiet(channel: Channel, person: Person, moment: datetime) -> Quiet | None:
    """The hours that forbid a moment, in some zone where the person may be; None if none do."""
    rules = hours_for(channel, person)
    nearest = next(windows(channel, person, moment), None)
    if not rules or (nearest and nearest[0] <= moment):
        return None
    shut = (
        Quiet(rule, zone)
        for rule in rules
        for zone in person.zones
        if not _open(rule, person, zone, moment)
    )
    return next(shut, Quiet(rules[0], next(iter(person.zones), None)))


def capped(
    channel: Channel,
    person: Person,
    contacts: Sequence[Contact],
    moment: datetime,
    *,
    about: frozenset[str] = frozenset(),
) -> CapRule | None:
    """The cap that one more contact at a moment would break; None if it breaks none."""
    caps = caps_for(channel, person)
    return next((cap for cap in caps if breaks(cap, person, contacts, moment, about=about)), None)


def breaks(
    cap: CapRule,
    person: Person,
    contacts: Sequence[Contact],
    moment: datetime,
    *,
    about: frozenset[str] = frozenset(),
) -> bool:
    """Whether a cap is full at a moment, by the calendar of any zone where the person may be."""
    counted = [one.at for one in contacts if _counts(cap, one, about)]
    zones = person.zones or (ZoneInfo("UTC"),)
    return any(_full(cap, counted, moment, zone) for zone in zones)


def windows(channel: Channel, person: Person, moment: datetime) -> Iterator[Span]:
    """The windows that end after a moment, in order, for a year ahead."""
    first = moment.astimezone(UTC).date() - DAY
    for ahead in range(AHEAD_DAYS_MAX + 2):
        span = window(channel, person, first + ahead * DAY)
        if span and span[1] > moment:
            yield span


def _again(
    channel: Channel,
    person: Person,
    contacts: Sequence[Contact],
    now: datetime,
    *,
    about: frozenset[str],
) -> datetime | None:
    """The first lawful moment from now on. Caps give way at the start of a day of the person's."""
    for start, end in windows(channel, person, now):
        moment = max(start, now)
        while moment < end:
            if capped(channel, person, contacts, moment, about=about) is None:
                return moment.astimezone(UTC)
            moment = _next_midnight(person, moment)
    return None


def _next_midnight(person: Person, moment: datetime) -> datetime:
    zones = person.zones or (ZoneInfo("UTC"),)
    return min(_day(moment.astimezone(zone).date(), zone)[1] for zone in zones)


def _open(rule: HoursRule, person: Person, zone: ZoneInfo, moment: datetime) -> bool:
    local = moment.astimezone(zone)
    hours = rule.hours(local.date(), person)
    return hours is not None and hours[0] <= local.time() < hours[1]


def _counts(rule: CapRule, contact: Contact, about: frozenset[str]) -> bool:
    """A contact about nothing that is known counts for every debt."""
    if contact.channel not in rule.channels:
        return False
    if rule.per_debt and about and contact.invoice_ids and about.isdisjoint(contact.invoice_ids):
        return False
    return contact.conversation if rule.counts == "conversations" else contact.outgoing


def _full(rule: CapRule, counted: Sequence[datetime], moment: datetime, zone: ZoneInfo) -> bool:
    """Contacts after the moment count as well: a clock may have been set back."""
    today = moment.astimezone(zone).date()
    near = sum(abs((at.astimezone(zone).date() - today).days) < rule.days for at in counted)
    return near >= rule.at_most


def _day(day: date, zone: ZoneInfo) -> Span:
    return _moment(day, time.min, zone), _moment(day + DAY, time.min, zone)


def _span(day: date, hours: tuple[time, time], zone: ZoneInfo) -> Span:
    return _moment(day, hours[0], zone), _moment(day, hours[1], zone)


def _moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)
