"""The days of a company, by the clock of its own time zone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from connector.clients.tenants import Connection

FIRST, LAST = date(1970, 1, 1), date(2999, 12, 31)
"""Nobody asks for a day outside; within, weeks and years can be added and taken off."""


class NoDay(ValueError):
    """What was written is no day; the text says so, and what to write."""


def written(text: str) -> date:
    """A day as people write it (ISO 8601). Raises NoDay."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NoDay(f"{text[:30]!r} is no date; write it as 2026-01-31") from None
    if not FIRST <= day <= LAST:
        raise NoDay(f"{day} is too far away; write a day from {FIRST} to {LAST}")
    return day


def moved(day: date, by: timedelta) -> date:
    """The day so far away, or the first or the last that there is: people mistype years."""
    try:
        return day + by
    except OverflowError:
        return date.max if by > timedelta(0) else date.min


def today(connection: Connection, now: datetime) -> date:
    """The day that it is there at a moment (aware)."""
    return now.astimezone(ZoneInfo(connection.time_zone)).date()


def span(connection: Connection, day: date) -> tuple[datetime, datetime]:
    """The moments at which a day begins and ends there."""
    zone = ZoneInfo(connection.time_zone)
    start, end = (datetime.combine(it, time.min, zone) for it in (day, day + timedelta(days=1)))
    return start, end


def around(connection: Connection, now: datetime) -> tuple[datetime, datetime]:
    """The last midnight there before a moment, and the next."""
    return span(connection, today(connection, now))
