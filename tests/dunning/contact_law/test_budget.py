"""One budget for one person: no window of 7 or 30 days ever holds more than its cap."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from dunning.contact_law.budget import Budget, free_at, fullest, proof, spent
from dunning.customer.channels import Channel
from dunning.customer.persons import Contact

NEW_YORK = ZoneInfo("America/New_York")
ZONES = ["America/New_York", "Europe/London", "Australia/Lord_Howe", "America/Santiago", "UTC"]


def contact(day: str, clock: str = "10:00", *, channel: Channel = Channel.EMAIL) -> Contact:
    at = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=NEW_YORK)
    return Contact(channel, at.astimezone(UTC))


def test_the_budget_is_spent_over_all_channels_and_invoices() -> None:
    made = [
        contact("2026-03-02"),
        contact("2026-03-03", channel=Channel.CALL),
        contact("2026-03-04", channel=Channel.LETTER),
        Contact(Channel.EMAIL, contact("2026-03-04").at, outgoing=False),
    ]
    now = contact("2026-03-05").at

    assert spent(made, now, days=7, zone=NEW_YORK) == 3
    assert free_at(made[:2], Budget(), now, zone=NEW_YORK) == now
    # The clocks went forward on 8 March: seven times 24 hours after 10:00 it is 11:00.
    assert free_at(made, Budget(), now, zone=NEW_YORK) == contact("2026-03-09", "11:00").at


def test_the_month_has_a_budget_of_its_own() -> None:
    made = [contact(f"2026-01-{day:02d}") for day in (1, 5, 9, 13, 17, 21, 25)]
    now = contact("2026-01-30").at

    assert free_at(made, Budget(), now, zone=NEW_YORK) == contact("2026-01-31").at


def test_a_day_of_25_hours_does_not_let_one_more_into_seven_days_of_the_calendar() -> None:
    # The clocks go back on 1 November: seven times 24 hours after 0:15 it is 23:15.
    made = [contact("2026-10-28", "00:15")]
    once = Budget(contacts_per_7_days=1)

    free = free_at(made, once, contact("2026-11-01").at, zone=NEW_YORK)
    assert free == contact("2026-11-04", "00:00").at


def test_contacts_ahead_of_a_clock_that_was_set_back_count_if_they_share_a_span() -> None:
    now = contact("2026-05-10").at

    assert spent([contact("2026-05-12")], now, days=7, zone=NEW_YORK) == 1
    assert spent([contact("2026-05-18")], now, days=7, zone=NEW_YORK) == 0


def test_the_proof_names_person_day_count_and_cap() -> None:
    made = {
        "b@x.example": [contact("2026-03-02"), contact("2026-03-08", "23:00")],
        "a@x.example": [],
    }
    rows = proof(made, Budget(contacts_per_7_days=1), zone=NEW_YORK)

    assert [(r.person, r.day, r.days, r.count, r.cap, r.kept) for r in rows] == [
        ("b@x.example", date(2026, 3, 2), 7, 1, 1, True),
        ("b@x.example", date(2026, 3, 2), 30, 1, 7, True),
        ("b@x.example", date(2026, 3, 8), 7, 2, 1, False),
        ("b@x.example", date(2026, 3, 8), 30, 2, 7, True),
    ]
    assert fullest(rows) == (rows[2], rows[3])


def test_a_month_below_its_week_is_refused() -> None:
    with pytest.raises(ValidationError, match="contacts_per_30_days"):
        Budget(contacts_per_7_days=5, contacts_per_30_days=4)


BUDGETS = st.builds(
    lambda week, more: Budget(contacts_per_7_days=week, contacts_per_30_days=week + more),
    st.integers(1, 4),
    st.integers(0, 6),
)
NEAR_CHANGES = st.sampled_from(
    [datetime(2026, 3, 1), datetime(2026, 3, 22), datetime(2026, 10, 18), datetime(2026, 10, 28)]
)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(ZONES),
    BUDGETS,
    NEAR_CHANGES,
    st.lists(st.integers(-20 * 24 * 60, 20 * 24 * 60), min_size=1, max_size=40),
)
def test_no_rolling_window_is_ever_above_its_cap_whatever_the_clock_does(
    name: str, budget: Budget, start: datetime, jumps_minutes: list[int]
) -> None:
    zone, now = ZoneInfo(name), start.replace(tzinfo=UTC)
    made: list[Contact] = []
    for jump in jumps_minutes:
        now += timedelta(minutes=jump)
        if free_at(made, budget, now, zone=zone) == now:
            made.append(Contact(Channel.EMAIL, now))
    for days, cap in budget.caps():
        for first in made:
            within = [o for o in made if timedelta(0) <= o.at - first.at < timedelta(days=days)]
            assert len(within) <= cap
    rows = proof({"one": made}, budget, zone=zone)
    assert made
    assert all(row.kept for row in rows)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(ZONES),
    BUDGETS,
    NEAR_CHANGES,
    st.lists(st.integers(0, 40 * 24), max_size=15),
)
def test_the_moment_told_is_free_and_none_before_it_is(
    name: str, budget: Budget, start: datetime, hours: list[int]
) -> None:
    zone, now = ZoneInfo(name), start.replace(tzinfo=UTC) + timedelta(days=20)
    made = [Contact(Channel.EMAIL, start.replace(tzinfo=UTC) + timedelta(hours=h)) for h in hours]
    free = free_at(made, budget, now, zone=zone)

    assert free >= now
    assert free_at(made, budget, free, zone=zone) == free
    for part in range(10):
        before = now + (free - now) * part / 10
        assert free_at(made, budget, before, zone=zone) == free or before == free
