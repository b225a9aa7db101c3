"""Time stamps and days as a company in its own time zone writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def local_time(now: datetime, time_zone: str) -> str:
    """To the second, with the company's offset: 2026-11-21T05:58:16-08:00."""
    return now.astimezone(ZoneInfo(time_zone)).isoformat(timespec="seconds")


def answer_time(now: datetime, time_zone: str) -> str:
    return now.astimezone(ZoneInfo(time_zone)).isoformat(timespec="milliseconds")


def local_day(now: datetime, time_zone: str) -> date:
    return now.astimezone(ZoneInfo(time_zone)).date()


def nanosecond_time(now: datetime, serial: int) -> str:
    """UTC with nine digits of a second; the last three come from `serial`."""
    utc = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return f"{utc}{serial % 1000:03d}Z"


def read_day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None


def read_moment(text: str, time_zone: str) -> datetime | None:
    """An aware moment; a text without an offset is meant in the company's own time."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(time_zone))
