"""Messages go out in business hours and by day where the recipient is, when clocks change too."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunning.contact_hours.hours import WEEKDAYS, Hours, hours_of
from dunning.contact_hours.sending_hours import SendingHours, sending_hours
from dunning.contact_law.law import quiet
from dunning.customer.account import Account
from dunning.customer.channels import Channel
from dunning.customer.persons import Kind, Person
from dunning.deciding.decide import next_step
from dunning.deciding.decision import Ask, Matter, Send, Wait
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import Do, Step, Tone
from tests.dunning.accounts import account, invoice

ABROAD = {
    "Pacific/Honolulu": ("US", "HI"),
    "America/Los_Angeles": ("US", "CA"),
    "America/New_York": ("US", "NY"),
    "America/Sao_Paulo": ("BR", ""),
    "Europe/London": ("GB", ""),
    "Europe/Berlin": ("DE", ""),
    "Africa/Cairo": ("EG", ""),
    "Asia/Kolkata": ("IN", ""),
    "Asia/Kathmandu": ("NP", ""),
    "Asia/Tokyo": ("JP", ""),
    "Australia/Sydney": ("AU", "NSW"),
    "Australia/Lord_Howe": ("AU", "NSW"),
    "Pacific/Auckland": ("NZ", ""),
    "Pacific/Apia": ("WS", ""),
}
"""A clock, and the country and region of a customer who may live by it."""
CLIENTS = ("America/New_York", "America/Los_Angeles", "Europe/Berlin", "Australia/Sydney")
CHANGING = [
    date(2026, 3, 8), date(2026, 3, 29), date(2026, 4, 5), date(2026, 9, 27), date(2026, 10, 4),
    date(2026, 10, 25), date(2026, 11, 1), date(2026, 11, 24),
]  # fmt: skip
"""Days on which clocks change in some of these zones, and one on which they do in none."""
BY_MAIL = (Step(name="friendly", offset_days=3, tone=Tone.FRIENDLY),)
LATE = DunningPolicy(steps=BY_MAIL, working_days=WEEKDAYS)
HAWAII = {"country": "US", "region": "HI"}
INDIA = {"country": "IN"}
BY_TEXT = DunningPolicy(
    steps=(Step(name="text", offset_days=3, tone=Tone.FRIENDLY, channels=(Channel.TEXT,)),),
    customers_are=Kind.BUSINESS,
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def when_sent(owed: Account, policy: DunningPolicy, now: datetime) -> tuple[datetime, Send]:
    """The moment at which the next message goes out, and the message."""
    for _ in range(20):
        decision = next_step(owed, policy, now)
        if isinstance(decision, Send):
            return now, decision
        assert isinstance(decision, Wait)
        assert decision.until is not None
        now = decision.until
    raise AssertionError("it never goes out")


@pytest.mark.parametrize("zone", ABROAD)
@pytest.mark.parametrize("client", CLIENTS)
def test_mail_comes_by_day_and_on_its_own_day_across_changes_of_clocks(
    zone: str, client: str
) -> None:
    country, region = ABROAD[zone]
    for change in CHANGING:
        for away_days in (-1, 0, 1):
            due = change + timedelta(days=away_days - 3)
            owed = account(invoice(due=due), time_zone=client, country=country, region=region)
            at, sent = when_sent(owed, LATE, datetime.combine(due, time(12), UTC))

            there, here = at.astimezone(ZoneInfo(zone)), at.astimezone(ZoneInfo(client))
            assert time(7) <= there.time() < time(21)
            assert sent.on == here.date() == due + timedelta(days=3)
            assert any(
                time(9) <= clock.time() < time(17) for clock in (here, *their_clocks(owed, at))
            )


def their_clocks(owed: Account, at: datetime) -> list[datetime]:
    return [at.astimezone(zone) for zone in LATE.person(owed).zones]


def test_a_customer_in_honolulu_is_not_written_to_at_four_in_the_morning() -> None:
    """New York opens at nine, which is four there; at noon it is seven."""
    owed = account(invoice(due=date(2026, 11, 21)), **HAWAII)
    opening = datetime(2026, 11, 24, 14, tzinfo=UTC)

    decision = next_step(owed, LATE, opening)

    assert isinstance(decision, Wait)
    assert decision.until == datetime(2026, 11, 24, 17, tzinfo=UTC)
    assert decision.reason == (
        "it is Tuesday 2026-11-24 04:00 in Pacific/Honolulu; mail goes out from 7:00 to 21:00 by"
        " the recipient's clock (a default of this software, no law (read 2026-11-27)); nothing"
        " goes out before 2026-11-24 12:00 (America/New_York)"
    )
    assert isinstance(next_step(owed, LATE, decision.until), Send)
    nowhere = account(invoice(due=date(2026, 11, 21)))
    assert isinstance(next_step(nowhere, LATE, opening), Send), "by the client's clock alone"


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.TEXT])
def test_where_hours_never_meet_the_recipients_business_hours_hold(channel: Channel) -> None:
    policy = BY_TEXT if channel is Channel.TEXT else DunningPolicy(steps=BY_MAIL)
    owed = account(
        invoice(due=date(2026, 3, 2)), time_zone="America/Los_Angeles", text_to="+919812345678",
        **INDIA,
    )  # fmt: skip

    at, sent = when_sent(owed, policy, datetime(2026, 3, 3, 12, tzinfo=UTC))

    assert sent.channel is channel
    assert at.astimezone(ZoneInfo("Asia/Kolkata")) == datetime(
        2026, 3, 6, 9, tzinfo=ZoneInfo("Asia/Kolkata")
    )
    assert sent.on == date(2026, 3, 5), "by the client's calendar"


def test_days_on_which_hours_meet_go_by_them_and_others_by_the_recipients() -> None:
    """From October to March Berlin opens when the day of Auckland ends; the Chatham Islands are 45
    minutes ahead."""
    hours = SendingHours(
        hours_of(DunningPolicy(), "Europe/Berlin"), Channel.EMAIL, Person("NZ", agency=False)
    )

    summer = hours.next_open(datetime(2026, 7, 1, tzinfo=UTC))
    winter = hours.next_open(datetime(2026, 12, 1, 12, tzinfo=UTC))

    assert summer == datetime(2026, 7, 1, 7, tzinfo=UTC)
    assert winter == datetime(2026, 12, 2, 9, tzinfo=ZoneInfo("Pacific/Chatham"))


def test_a_notice_before_the_due_date_does_not_come_after_it() -> None:
    """When Friday's business begins in Los Angeles the week of India is over."""
    friday = date(2026, 3, 6)
    on_the_day = Step(name="today", offset_days=0, tone=Tone.UPCOMING)
    owed = account(
        invoice(due=friday, issued=date(2026, 2, 1)), time_zone="America/Los_Angeles", **INDIA
    )

    at, sent = when_sent(
        owed, DunningPolicy(steps=(on_the_day, *BY_MAIL)), datetime(2026, 3, 5, 18, tzinfo=UTC)
    )

    assert (sent.step, sent.on) == ("friendly", date(2026, 3, 9))
    assert at.astimezone(ZoneInfo("Asia/Kolkata")).time() == time(9)


@pytest.mark.parametrize(("place", "policy"), [
    (HAWAII, DunningPolicy(steps=BY_MAIL, business_start=time(1), business_end=time(2))),
    ({"country": "AQ"}, DunningPolicy(steps=BY_MAIL)),
], ids=["hours of night", "never day everywhere"])  # fmt: skip
def test_where_no_hour_is_left_a_person_is_asked(
    place: dict[str, str], policy: DunningPolicy
) -> None:
    owed = account(invoice(due=date(2026, 3, 2)), time_zone="Pacific/Honolulu", **place)

    decision = next_step(owed, policy, datetime(2026, 3, 9, 12, tzinfo=UTC))

    assert isinstance(decision, Ask)
    assert decision.matter is Matter.NO_HOUR
    assert decision.reason.startswith("it is ")
    assert decision.reason.endswith("the policy leaves no hour for it")
    assert decision.proposed


def test_a_letter_keeps_the_hours_of_the_office() -> None:
    paper = DunningPolicy(
        steps=(Step(name="letter", offset_days=3, tone=Tone.FRIENDLY, do=Do.LETTER),)
    )
    owed = account(invoice(due=date(2026, 3, 2)), time_zone="America/Los_Angeles", **INDIA)

    at, _ = when_sent(owed, paper, datetime(2026, 3, 3, 12, tzinfo=UTC))

    assert at.astimezone(ZoneInfo("America/Los_Angeles")).time() == time(9)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(CLIENTS), st.sampled_from([*ABROAD.values(), ("US", ""), ("RU", "")]),
    st.sampled_from([Channel.EMAIL, Channel.TEXT]), st.integers(5, 20), st.integers(1, 4),
    st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),
)  # fmt: skip
def test_the_next_moment_to_send_is_the_first_one(
    client: str, place: tuple[str, str], channel: Channel, start: int, length: int, now: datetime
) -> None:
    office = Hours(
        ZoneInfo(client), time(start), time(min(start + length, 23)), frozenset(range(5))
    )
    hours = SendingHours(office, channel, Person(*place, agency=False))

    opens = hours.next_open(now)

    if opens is None:
        assert hours.closed(now).endswith("the policy leaves no hour for it")
        return
    assert opens >= now
    assert hours.next_open(opens) == opens
    assert quiet(channel, hours.person, opens) is None
    assert hours.closed(opens) == ""
    for part in (0.1, 0.5, 0.9):
        between = now + (opens - now) * part
        assert hours.next_open(between) == opens
        assert opens == now or "nothing goes out before" in hours.closed(between)


@pytest.mark.parametrize(("number", "now", "opens"), [
    ("+12125550100", "2026-03-02T14:00", "2026-03-02T14:00"),
    ("+13105550123", "2026-03-02T14:00", "2026-03-02T16:00"),  # 8:00 in California
    ("+447911123456", "2026-03-02T21:30", "2026-03-03T14:00"),  # 21:30 in London
    ("+6591234567", "2026-03-02T14:00", None),
    ("+999123456789", "2026-03-02T14:00", None),  # of no zone
])  # fmt: skip
@pytest.mark.parametrize("channel", [Channel.TEXT, Channel.CALL])
def test_a_number_rings_by_day_where_it_is(
    channel: Channel, number: str, now: str, opens: str | None
) -> None:
    who = account(text_to=number, call_to=number, time_zone="America/New_York")
    found = sending_hours(DunningPolicy(), who, channel).next_open(utc(now))
    assert found == (utc(opens) if opens else None)


def test_why_a_number_does_not_ring_is_said() -> None:
    who = account(text_to="+13105550123", time_zone="America/New_York")
    hours = sending_hours(DunningPolicy(), who, Channel.TEXT)
    assert "it is 06:00 where +13105550123 may ring" in hours.closed(utc("2026-03-02T14:00"))
    assert "business is closed" in hours.closed(utc("2026-03-02T23:30"))
