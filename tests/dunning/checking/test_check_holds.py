"""What the check accepts keeps its promise on a walk through the year, whatever the policy."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunning.checking import shipped
from dunning.checking.check import UNREACHED_MAX, check
from dunning.contact_hours.hours import WEEKDAYS, hours_of
from dunning.contact_hours.sending_hours import SendingHours
from dunning.contact_law.law import capped, quiet
from dunning.customer.channels import Channel
from dunning.customer.persons import Contact, Person
from dunning.rules.policy import DunningPolicy

NEW_YORK, SYDNEY = "America/New_York", "Australia/Sydney"
FIRST = date(2026, 1, 1)
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


@settings(max_examples=40, deadline=None)
@given(
    POLICIES, st.sampled_from([NEW_YORK, SYDNEY]), PLACES, st.sampled_from(list(Channel)),
    st.integers(0, 358),
)  # fmt: skip
def test_whom_an_accepted_policy_writes_to_is_reached_by_day_and_whom_another_does_not(
    policy: DunningPolicy, zone: str, person: Person, channel: Channel, begin: int
) -> None:
    breaches = check(
        policy, time_zone=zone, recipients=[person], first=FIRST,
        channels={step.name: channel for step in policy.steps},
    )  # fmt: skip
    found = [breach for breach in breaches if "open by the policy" in breach.why]
    hours = hours_of(policy, zone)
    sending = SendingHours(hours, channel, person)
    for breach in found:
        opens = sending.next_open(breach.at)
        own_clock = f"it is {breach.at.astimezone(hours.zone):%A %Y-%m-%d %H:%M}"
        assert hours.next_open(breach.at) == breach.at
        assert own_clock in breach.why or opens is None or opens - breach.at > UNREACHED_MAX
    moment = hours.opening(FIRST + timedelta(days=begin))
    for _ in range(0 if found else 60):
        opens = sending.next_open(moment)
        assert opens is not None
        assert opens - moment <= UNREACHED_MAX
        assert quiet(channel, person, opens) is None
        moment = hours.next_open(moment + timedelta(minutes=30))


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
        policy, time_zone=zone, recipients=[person], first=FIRST,
        channels={step.name: channel for step in policy.steps},
    )  # fmt: skip
    broken = {breach.rule for breach in breaches}
    hours = hours_of(policy, zone)
    sending = SendingHours(hours, channel, person)
    moment = hours.opening(FIRST + timedelta(days=begin))
    made: list[Contact] = []
    for days, minutes in waits:
        at = sending.next_open(moment + timedelta(minutes=minutes))
        if at is None or hours.today(at).year > FIRST.year:
            break
        rule = capped(channel, person, made, at)
        assert rule is None or rule.id in broken
        made.append(Contact(channel, at, conversation=channel is Channel.CALL))
        apart = timedelta(days=policy.min_days_between_messages + days)
        moment = hours.opening(hours.today(at) + apart)


@pytest.mark.parametrize("name", shipped.NAMES)
@pytest.mark.parametrize("client", [("US", NEW_YORK), ("AU", SYDNEY), ("GB", "Europe/London")])
def test_what_ships_is_accepted_with_customers_all_over_the_world(
    name: str, client: tuple[str, str]
) -> None:
    policy, (country, zone) = shipped.policy(name), client
    people = [
        Person(it, kind=policy.customers_are, agency=policy.collects_for_others)
        for it in (country, "US", "IN", "NZ", "DE", "BR")
    ]
    assert check(
        policy, time_zone=zone, recipients=people, first=date(2026, 11, 27), budget=policy.budget
    ) == ()  # fmt: skip
