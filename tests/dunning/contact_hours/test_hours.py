"""Business hours around the world, on the days when clocks change too."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.contact_hours.hours import Hours, hours_of
from dunning.deciding.decide import next_step
from dunning.deciding.decision import Send, Wait
from dunning.rules.policy import DunningPolicy
from tests.dunning.accounts import account, invoice

# The zones with the days of 2026 on which their clocks change, and one day without a change.
CHANGES = [
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("America/Los_Angeles", date(2026, 3, 8)),
    ("America/St_Johns", date(2026, 3, 8)),
    ("America/Santiago", date(2026, 9, 6)),
    ("Europe/London", date(2026, 3, 29)),
    ("Europe/London", date(2026, 10, 25)),
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Africa/Cairo", date(2026, 4, 24)),
    ("Asia/Kolkata", date(2026, 3, 29)),
    ("Asia/Tokyo", date(2026, 3, 29)),
    ("Australia/Sydney", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Pacific/Auckland", date(2026, 9, 27)),
    ("Pacific/Chatham", date(2026, 4, 5)),
    ("Pacific/Apia", date(2011, 12, 30)),
]
EVERY_DAY = DunningPolicy(
    working_days=("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
)


@pytest.mark.parametrize(("zone", "change"), CHANGES)
@pytest.mark.parametrize("away_days", range(-2, 3))
def test_a_step_is_due_at_nine_local_time_on_its_own_day(
    zone: str, change: date, away_days: int
) -> None:
    due = change + timedelta(days=away_days)
    owed = account(invoice(due=due), time_zone=zone)
    before = datetime.combine(due, time(12), UTC) - timedelta(days=10)

    notice = next_step(owed, EVERY_DAY, before)
    assert isinstance(notice, Wait)
    assert notice.until is not None
    friendly = next_step(owed, EVERY_DAY, datetime.combine(due, time(23, 59), ZoneInfo(zone)))
    assert isinstance(friendly, Wait) or friendly.step == "upcoming"
    if isinstance(friendly, Wait):
        assert friendly.until is not None
        local = friendly.until.astimezone(ZoneInfo(zone))
        assert (local.date() - due).days == 3
        assert (local.hour, local.minute) == (9, 0)
        decision = next_step(owed, EVERY_DAY, friendly.until)
        assert isinstance(decision, Send)
        assert decision.on == due + timedelta(days=3)


@pytest.mark.parametrize(("zone", "change"), CHANGES)
@pytest.mark.parametrize("working", [EVERY_DAY, DunningPolicy()])
def test_every_half_hour_is_inside_or_waits_for_the_next_opening(
    zone: str, change: date, working: DunningPolicy
) -> None:
    hours = hours_of(working, zone)
    first = datetime.combine(change, time(0), UTC) - timedelta(days=2)
    for half_hours in range(2 * 24 * 4):
        moment = first + timedelta(minutes=30 * half_hours)
        opens = hours.next_open(moment)
        local = opens.astimezone(hours.zone)

        assert opens >= moment
        assert time(9) <= local.time() < time(17)
        assert local.weekday() in hours.days
        assert hours.next_open(opens) == opens
        now = moment.astimezone(hours.zone)
        if time(9) <= now.time() < time(17) and now.weekday() in hours.days:
            assert opens == moment


def test_hours_that_a_change_of_clocks_swallows_open_when_it_is_over() -> None:
    night = Hours(ZoneInfo("Europe/Berlin"), time(2, 15), time(3, 30), frozenset(range(7)))

    opens = night.opening(date(2026, 3, 29))

    assert opens <= datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert opens >= datetime(2026, 3, 29, 0, 15, tzinfo=UTC)


@given(
    st.sampled_from([zone for zone, _ in CHANGES]),
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    st.sets(st.integers(0, 6), min_size=1),
)
def test_the_next_opening_is_the_first_one(zone: str, moment: datetime, days: set[int]) -> None:
    hours = Hours(ZoneInfo(zone), time(9), time(17), frozenset(days))
    opens = hours.next_open(moment)

    assert moment <= opens <= moment + timedelta(days=9)
    for hour in range(1, int((opens - moment) / timedelta(hours=1))):
        between = (moment + timedelta(hours=hour)).astimezone(hours.zone)
        assert not (time(9) <= between.time() < time(17) and between.weekday() in days)
