"""A phone rings between 8:00 and 21:00 wherever its owner may be, on days of any length."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.contact_hours.calling_hours import next_allowed

ZONES = ("America/New_York", "America/Los_Angeles", "Europe/Berlin", "Australia/Sydney",
         "Asia/Kolkata", "Pacific/Honolulu")  # fmt: skip


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), st.sampled_from(ZONES))
def test_it_is_the_first_moment_in_the_hours(naive: datetime, zone: str) -> None:
    now = naive.replace(tzinfo=UTC)
    found = next_allowed(now, [zone])
    assert found is not None
    local = found.astimezone(ZoneInfo(zone)).time()
    assert time(8) <= local < time(21)
    assert found >= now
    if found > now:
        just_before = (found - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).time()
        assert not time(8) <= just_before < time(21)


@pytest.mark.parametrize(("now", "found"), [
    ("2026-03-08T11:00", "2026-03-08T12:00"),  # clocks went forward in New York that night
    ("2026-03-07T11:00", "2026-03-07T13:00"),
    ("2026-11-01T12:30", "2026-11-01T13:00"),  # and back
    ("2026-07-02T01:30", "2026-07-02T12:00"),
])  # fmt: skip
def test_the_hours_follow_the_clock_there(now: str, found: str) -> None:
    assert next_allowed(utc(now), ["America/New_York"]) == utc(found)


def test_of_several_zones_all_must_be_awake() -> None:
    both = ["America/New_York", "America/Los_Angeles"]
    assert next_allowed(utc("2026-03-02T14:00"), both) == utc("2026-03-02T16:00")
    assert next_allowed(utc("2026-03-02T23:00"), both) == utc("2026-03-02T23:00")
    assert next_allowed(utc("2026-03-03T02:30"), both) == utc("2026-03-03T16:00")


def test_where_no_hour_suits_everybody_or_no_zone_is_known_there_is_none() -> None:
    zones = ["Pacific/Honolulu", "Europe/Berlin", "Asia/Tokyo"]
    assert next_allowed(utc("2026-03-02T14:00"), zones) is None
    assert next_allowed(utc("2026-03-02T14:00"), []) is None
