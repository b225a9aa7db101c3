"""Quiet hours and caps of the law, by the recipient's clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunning.contact_law.law import UNKNOWN_PLACE, Allowed, Refused, next_allowed, quiet, window
from dunning.customer.channels import Channel
from dunning.customer.persons import Contact, Kind, Person

CALIFORNIAN = Person("US", "CA")
SYDNEY = ZoneInfo("Australia/Sydney")


def local(zone: str | ZoneInfo, day: str, clock: str = "10:00") -> datetime:
    zone = ZoneInfo(zone) if isinstance(zone, str) else zone
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=zone).astimezone(UTC)


def clocks(channel: Channel, person: Person, day: str, zone: str) -> str:
    """The window by the clock of a zone; 24:00 is the end of the day."""
    span = window(channel, person, date.fromisoformat(day))
    if span is None:
        return "closed"
    start, end = (moment.astimezone(ZoneInfo(zone)) for moment in span)
    assert str(start.date()) == day
    return f"{start:%H:%M}-{end:%H:%M}" if end.date() == start.date() else f"{start:%H:%M}-24:00"


LA, NY, PARIS = "America/Los_Angeles", "America/New_York", "Europe/Paris"
VICTORIAN = Person("AU", "VIC")
VICTORIAN_BUSINESS = Person("AU", "VIC", Kind.BUSINESS, agency=False)
PARISIAN, SOMEWHERE_THERE = Person("FR"), Person(time_zone=PARIS)
ISLANDER, QUEBECKER = Person("CA", "PE"), Person("CA", "QC")


@pytest.mark.parametrize(
    ("_case", "channel", "person", "zone", "day", "hours"),
    [
        ("US call", "call", CALIFORNIAN, LA, "2026-03-02", "08:00-21:00"),
        ("US e-mail", "email", CALIFORNIAN, LA, "2026-03-02", "08:00-21:00"),
        ("clocks go forward", "call", CALIFORNIAN, LA, "2026-03-08", "08:00-21:00"),
        ("clocks go back", "call", CALIFORNIAN, LA, "2026-11-01", "08:00-21:00"),
        ("from Hawaii's morning on", "call", Person("US"), NY, "2026-12-08", "13:00-21:00"),
        ("both zones of Florida", "call", Person("US", "FL"), NY, "2026-12-08", "09:00-21:00"),
        ("a known zone", "call", Person("US", time_zone=LA), LA, "2026-12-08", "08:00-21:00"),
        ("AU weekday", "text", VICTORIAN, "Australia/Melbourne", "2026-01-23", "07:30-21:00"),
        ("AU Saturday", "text", VICTORIAN, "Australia/Melbourne", "2026-01-24", "09:00-21:00"),
        ("Australia Day", "text", VICTORIAN, "Australia/Melbourne", "2026-01-26", "closed"),
        ("business", "call", VICTORIAN_BUSINESS, "Australia/Melbourne", "2026-01-26", "closed"),
        ("Ontario Sunday", "call", ISLANDER, "America/Halifax", "2026-03-01", "13:00-17:00"),
        ("Ontario weekday", "email", ISLANDER, "America/Halifax", "2026-03-02", "07:00-21:00"),
        ("Ontario holiday", "call", ISLANDER, "America/Halifax", "2026-07-01", "closed"),
        ("Quebec Sunday", "call", QUEBECKER, "America/Toronto", "2026-03-01", "closed"),
        ("Quebec's own day", "call", QUEBECKER, "America/Toronto", "2026-06-24", "closed"),
        ("elsewhere, Sunday", "text", PARISIAN, PARIS, "2026-03-01", "closed"),
        ("elsewhere, holiday", "text", PARISIAN, PARIS, "2026-07-14", "closed"),
        ("elsewhere, Saturday", "text", PARISIAN, PARIS, "2026-03-07", "09:00-18:00"),
        ("zone alone known", "call", SOMEWHERE_THERE, PARIS, "2026-03-06", "08:00-20:00"),
        ("strictest Saturday", "call", SOMEWHERE_THERE, PARIS, "2026-03-07", "09:00-18:00"),
        ("nothing known", "call", Person(), "UTC", "2026-03-06", "closed"),
        ("letters", "letter", VICTORIAN, "Australia/Melbourne", "2026-01-26", "00:00-24:00"),
    ],
)
def test_the_window_of_a_day(
    _case: str, channel: str, person: Person, zone: str, day: str, hours: str
) -> None:
    assert clocks(Channel(channel), person, day, zone) == hours


def calls(*days: str, invoice: str = "i1", conversation: bool = False) -> list[Contact]:
    return [
        Contact(
            Channel.CALL,
            local("America/Los_Angeles", day),
            (invoice,) if invoice else (),
            conversation=conversation,
        )
        for day in days
    ]


SEVEN = [f"2026-03-0{day}" for day in range(2, 9)]


def test_seven_calls_in_seven_days_are_allowed_and_the_eighth_is_refused_with_its_citation() -> (
    None
):
    sixth = next_allowed(
        Channel.CALL, CALIFORNIAN, calls(*SEVEN[:6]), local("America/Los_Angeles", SEVEN[6])
    )
    assert isinstance(sixth, Allowed)

    eighth = next_allowed(
        Channel.CALL, CALIFORNIAN, calls(*SEVEN), local("America/Los_Angeles", SEVEN[6], "15:00")
    )
    assert isinstance(eighth, Refused)
    assert eighth.rule == "us-reg-f-calls"
    assert "7 calls in 7 consecutive days" in eighth.reason
    assert "12 CFR 1006.14(b)(2)" in eighth.citation
    assert eighth.again_at == local("America/Los_Angeles", "2026-03-09", "08:00")
    again = next_allowed(Channel.CALL, CALIFORNIAN, calls(*SEVEN), eighth.again_at)
    assert isinstance(again, Allowed)


def test_the_cap_is_about_one_debt_and_about_calls_only() -> None:
    now = local("America/Los_Angeles", SEVEN[6], "15:00")
    other = next_allowed(Channel.CALL, CALIFORNIAN, calls(*SEVEN), now, about=frozenset({"i2"}))
    same = next_allowed(Channel.CALL, CALIFORNIAN, calls(*SEVEN), now, about=frozenset({"i1"}))
    vague = next_allowed(
        Channel.CALL, CALIFORNIAN, calls(*SEVEN, invoice=""), now, about=frozenset({"i2"})
    )
    email = next_allowed(Channel.EMAIL, CALIFORNIAN, calls(*SEVEN), now)

    assert isinstance(other, Allowed)
    assert isinstance(same, Refused)
    assert isinstance(vague, Refused)
    assert isinstance(email, Allowed)


def test_there_is_no_call_within_seven_days_after_a_conversation() -> None:
    spoken = calls("2026-03-02", conversation=True)
    refused = next_allowed(
        Channel.CALL, CALIFORNIAN, spoken, local("America/Los_Angeles", "2026-03-08", "20:59")
    )

    assert isinstance(refused, Refused)
    assert refused.rule == "us-reg-f-conversation"
    assert refused.again_at == local("America/Los_Angeles", "2026-03-09", "08:00")


def test_a_business_and_a_creditor_in_its_own_name_are_not_bound_by_reg_f() -> None:
    now = local("America/Los_Angeles", SEVEN[6], "15:00")
    for person in (Person("US", "CA", Kind.BUSINESS), Person("US", "CA", agency=False)):
        assert isinstance(next_allowed(Channel.CALL, person, calls(*SEVEN), now), Allowed)


def contacts(zone: ZoneInfo, *days: str, channel: Channel = Channel.EMAIL) -> list[Contact]:
    return [Contact(channel, local(zone, day), ()) for day in days]


def test_the_fourth_contact_of_a_week_is_refused_in_australia_over_all_channels() -> None:
    person = Person("AU", "VIC", Kind.BUSINESS, agency=False)
    three = [
        *contacts(SYDNEY, "2026-03-02", channel=Channel.EMAIL),
        *contacts(SYDNEY, "2026-03-03", channel=Channel.CALL),
        *contacts(SYDNEY, "2026-03-05", channel=Channel.LETTER),
    ]
    third = next_allowed(Channel.TEXT, person, three[:2], local(SYDNEY, "2026-03-05"))
    fourth = next_allowed(Channel.TEXT, person, three, local(SYDNEY, "2026-03-06"))

    assert isinstance(third, Allowed)
    assert isinstance(fourth, Refused)
    assert fourth.rule == "au-guideline-week"
    assert fourth.again_at == local(SYDNEY, "2026-03-09", "07:30")


def test_the_eleventh_contact_of_a_month_is_refused_in_australia() -> None:
    ten = [f"2026-03-{day:02d}" for day in (1, 4, 7, 10, 13, 16, 19, 22, 25, 28)]
    refused = next_allowed(
        Channel.EMAIL, Person("AU", "NSW"), contacts(SYDNEY, *ten), local(SYDNEY, "2026-03-31")
    )

    assert isinstance(refused, Refused)
    assert refused.rule == "au-guideline-month"
    assert refused.again_at == local("Australia/Broken_Hill", "2026-04-01", "07:00")


def test_letters_do_not_count_in_ontario() -> None:
    toronto = ZoneInfo("America/Toronto")
    days = ["2026-03-02", "2026-03-03", "2026-03-04"]
    person = Person("CA", "ON")
    now = local(toronto, "2026-03-05")
    letters = contacts(toronto, *days, channel=Channel.LETTER)

    assert isinstance(next_allowed(Channel.EMAIL, person, letters, now), Allowed)
    refused = next_allowed(Channel.EMAIL, person, contacts(toronto, *days), now)
    assert isinstance(refused, Refused)
    assert refused.rule == "ca-on-contacts"
    assert isinstance(next_allowed(Channel.LETTER, person, contacts(toronto, *days), now), Allowed)


def test_a_cap_over_all_debts_counts_contacts_about_other_invoices_too() -> None:
    made = [
        Contact(Channel.EMAIL, local(SYDNEY, f"2026-03-0{day}"), (f"i{day}",))
        for day in range(2, 5)
    ]
    now = local(SYDNEY, "2026-03-05")

    verdict = next_allowed(Channel.EMAIL, VICTORIAN, made, now, about=frozenset({"i9"}))
    assert isinstance(verdict, Refused)


def test_after_a_clock_was_set_back_what_comes_within_the_week_counts_and_no_more() -> None:
    now = local(SYDNEY, "2026-03-02")
    soon = contacts(SYDNEY, "2026-03-03", "2026-03-04", "2026-03-08")
    later = contacts(SYDNEY, "2026-03-03", "2026-03-04", "2026-03-09")

    assert isinstance(next_allowed(Channel.EMAIL, VICTORIAN, soon, now), Refused)
    assert isinstance(next_allowed(Channel.EMAIL, VICTORIAN, later, now), Allowed)


def test_what_the_person_sent_does_not_count() -> None:
    written = [
        Contact(Channel.EMAIL, local(SYDNEY, f"2026-03-0{day}"), outgoing=False)
        for day in range(2, 7)
    ]
    now = local(SYDNEY, "2026-03-06", "12:00")

    assert isinstance(next_allowed(Channel.EMAIL, Person("AU"), written, now), Allowed)


def test_night_is_refused_until_the_morning_of_the_latest_zone() -> None:
    refused = next_allowed(Channel.CALL, Person("US"), [], local("America/New_York", "2026-12-08"))

    assert isinstance(refused, Refused)
    assert refused.reason == (
        "it is Tuesday 2026-12-08 07:00 in America/Los_Angeles; "
        "before 8:00 and after 21:00 at the consumer's place is inconvenient"
    )
    assert refused.again_at == local("Pacific/Honolulu", "2026-12-08", "08:00")
    until = next_allowed(Channel.CALL, Person("US"), [], refused.again_at)
    assert until == Allowed(local("America/New_York", "2026-12-08", "21:00"))


def test_a_holiday_is_waited_out() -> None:
    refused = next_allowed(Channel.TEXT, Person("AU", "VIC"), [], local(SYDNEY, "2026-04-03"))

    assert isinstance(refused, Refused)
    assert refused.rule == "au-guideline-hours"
    assert refused.again_at == local(SYDNEY, "2026-04-04", "09:00")


def test_nothing_known_of_the_place_is_refused_for_calls_and_left_to_letters() -> None:
    now = datetime(2026, 3, 2, 15, tzinfo=UTC)
    refused = next_allowed(Channel.CALL, Person(), [], now)

    assert isinstance(refused, Refused)
    assert refused.reason == UNKNOWN_PLACE
    assert refused.again_at is None
    assert next_allowed(Channel.LETTER, Person(), [], now) == Allowed(None)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        next_allowed(Channel.CALL, CALIFORNIAN, [], datetime(2026, 3, 2, 12))


PERSONS = st.builds(
    Person,
    st.sampled_from(["US", "CA", "AU", "GB", "RU", "FR", ""]),
    st.sampled_from(["", "CA", "QC", "ON", "WA", "FL"]),
    st.sampled_from(list(Kind)),
    st.sampled_from(["", "America/Santiago", "Europe/Berlin"]),
    st.booleans(),
)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC))


@settings(max_examples=200, deadline=None)
@given(PERSONS, st.sampled_from(list(Channel)), MOMENTS)
def test_whatever_is_allowed_is_day_in_every_zone(
    person: Person, channel: Channel, now: datetime
) -> None:
    verdict = next_allowed(channel, person, [], now)
    moment = now if isinstance(verdict, Allowed) else verdict.again_at
    if moment is None:
        assert not person.zones
        return
    assert moment >= now
    assert quiet(channel, person, moment) is None
    if channel is Channel.CALL:
        for zone in person.zones:
            assert time(7) <= moment.astimezone(zone).time() < time(21)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from([Person("AU", "NSW"), Person("CA", "ON"), Person("US", "CA"), Person("AU")]),
    st.sampled_from([Channel.EMAIL, Channel.CALL]),
    st.lists(st.integers(0, 30 * 24), min_size=1, max_size=25),
    MOMENTS,
)
def test_no_seven_days_of_any_calendar_hold_more_than_the_cap(
    person: Person, channel: Channel, hours: list[int], start: datetime
) -> None:
    made: list[Contact] = []
    for ahead in hours:
        now = start + timedelta(hours=ahead)
        if isinstance(next_allowed(channel, person, made, now), Allowed):
            made.append(Contact(channel, now))
    most = {"AU": 3, "CA": 3, "US": 7 if channel is Channel.CALL else 99}[person.country]
    for zone in person.zones:
        days = [one.at.astimezone(zone).date() for one in made]
        assert all(sum(0 <= (day - d).days < 7 for d in days) <= most for day in days)
