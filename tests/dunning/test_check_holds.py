"""What the check found is what a walk through the year finds, for policies of all sorts."""

from __future__ import annotations

from datetime import date, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from dunning.channels import Channel
from dunning.check import check
from dunning.hours import WEEKDAYS, hours_of
from dunning.law import capped, quiet
from dunning.persons import Contact, Person
from dunning.policy import DunningPolicy

NEW_YORK, SYDNEY = "America/New_York", "Australia/Sydney"
PLACES = st.sampled_from(
    [
        Person("US", "CA"),
        Person("AU", time_zone=SYDNEY),
        Person("CA", "ON"),
        Person("GB"),
        Person("US", "HI"),
    ]
)
POLICIES = st.builds(
    lambda start, length, days, apart: DunningPolicy(
        business_start=time(start // 2, start % 2 * 30),
        business_end=time((start + length) // 2, (start + length) % 2 * 30),
        working_days=tuple(WEEKDAYS[day] for day in sorted(days)),
        min_days_between_messages=apart,
    ),
    st.integers(10, 30),
    st.integers(1, 17),
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(1, 8),
)


@settings(max_examples=25, deadline=None)
@given(POLICIES, st.sampled_from([NEW_YORK, SYDNEY]), PLACES, st.sampled_from(list(Channel)))
def test_the_first_breach_of_quiet_hours_is_the_first_that_a_walk_by_half_hours_finds(
    policy: DunningPolicy, zone: str, person: Person, channel: Channel
) -> None:
    breaches = check(
        policy, time_zone=zone, recipients=[person], year=2026,
        channels={step.name: channel for step in policy.steps},
    )  # fmt: skip
    found = min((b.at for b in breaches if "open by the policy" in b.why), default=None)
    hours = hours_of(policy, zone)
    moment = hours.opening(date(2026, 1, 1))
    walked = None
    while walked is None and hours.today(moment).year == 2026:
        walked = moment if quiet(channel, person, moment) else None
        moment = hours.next_open(moment + timedelta(minutes=30))
    assert found == walked


@settings(max_examples=60, deadline=None)
@given(
    POLICIES, st.sampled_from([NEW_YORK, SYDNEY]), PLACES,
    st.sampled_from([Channel.EMAIL, Channel.CALL]), st.integers(0, 300),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 600)), min_size=12, max_size=12),
)  # fmt: skip
def test_no_course_of_messages_breaks_a_cap_that_the_check_found_kept(
    policy: DunningPolicy, zone: str, person: Person, channel: Channel, begin: int,
    waits: list[tuple[int, int]],
) -> None:  # fmt: skip
    breaches = check(
        policy, time_zone=zone, recipients=[person], year=2026,
        channels={step.name: channel for step in policy.steps},
    )  # fmt: skip
    broken = {breach.rule for breach in breaches}
    hours = hours_of(policy, zone)
    moment = hours.opening(date(2026, 1, 1) + timedelta(days=begin))
    made: list[Contact] = []
    for days, minutes in waits:
        at = hours.next_open(moment + timedelta(minutes=minutes))
        if hours.today(at).year > 2026:
            break
        rule = capped(channel, person, made, at)
        assert rule is None or rule.id in broken
        made.append(Contact(channel, at, conversation=channel is Channel.CALL))
        apart = timedelta(days=policy.min_days_between_messages + days)
        moment = hours.opening(hours.today(at) + apart)
