"""When a telephone may ring: the hours that hold in every zone in which its owner may be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from dunning.contact_hours.hours import Hours

START, END = time(8), time(21)
"""47 CFR 64.1200(c)(1): no solicitation before 8:00 or after 21:00 where the called person is; we
hold to it for every text and call."""
AHEAD = timedelta(days=3)


def next_allowed(now: datetime, zones: Sequence[str]) -> datetime | None:
    """The first moment from `now` (aware) on that lies in the hours of all zones (IANA names), in
    UTC; None where no zone is known or their hours never meet."""
    every_day = frozenset(range(7))
    hours = [Hours(ZoneInfo(zone), START, END, every_day) for zone in zones]
    if not hours:
        return None
    moment = now
    while moment <= now + AHEAD:
        opens = max(zone.next_open(moment) for zone in hours)
        if opens <= moment:
            return opens
        moment = opens
    return None
