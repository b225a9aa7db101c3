"""When a telephone may ring: the hours that hold in every zone in which its owner may be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import product
from zoneinfo import ZoneInfo

from dunning.contact_hours.hours import Hours
from dunning.contact_law.law import Span
from providers.twilio.numbers import zones_of

START, END = time(8), time(21)
"""47 CFR 64.1200(c)(1): no solicitation before 8:00 or after 21:00 where the called person is; we
hold to it for every text and call."""
AHEAD = timedelta(days=3)
EVERY_DAY = frozenset(range(7))


def next_allowed(now: datetime, zones: Sequence[str]) -> datetime | None:
    """The first moment from `now` (aware) on that lies in the hours of all zones (IANA names), in
    UTC; None where no zone is known or their hours never meet."""
    hours = _hours(tuple(zones))
    if not hours:
        return None
    moment = now
    while moment <= now + AHEAD:
        opens = max(zone.next_open(moment) for zone in hours)
        if opens <= moment:
            return opens
        moment = opens
    return None


def ringing(number: str, days: Sequence[date]) -> tuple[Span, ...]:
    """The same for a number in E.164: from when up to when it may ring on these days, in UTC and in
    order."""
    each = [[span for day in days if (span := zone.span(day))] for zone in hours_at(number)]
    found = tuple(each[0]) if each else ()
    for spans in each[1:]:
        found = both(found, spans)
    return found


@lru_cache(maxsize=100_000)
def hours_at(number: str) -> tuple[Hours, ...]:
    """The hours of each zone in which a number in E.164 may ring; none where none is known."""
    return _hours(zones_of(number))


def both(some: Sequence[Span], others: Sequence[Span]) -> tuple[Span, ...]:
    """What lies in both, in order."""
    pairs = product(some, others)
    found = {(max(one[0], other[0]), min(one[1], other[1])) for one, other in pairs}
    return tuple(sorted(span for span in found if span[0] < span[1]))


def _hours(zones: tuple[str, ...]) -> tuple[Hours, ...]:
    return tuple(Hours(ZoneInfo(zone), START, END, EVERY_DAY) for zone in zones)
