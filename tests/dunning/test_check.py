"""Bad policies are rejected with the first day on which they go wrong; good ones are accepted."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dunning.budget import Budget
from dunning.channels import Channel
from dunning.check import GMAIL, Breach, Limits, check
from dunning.jurisdictions import holidays_of
from dunning.persons import Kind, Person
from dunning.policy import DunningPolicy
from dunning.steps import STEPS, Step, Tone

NEW_YORK, SYDNEY = "America/New_York", "Australia/Sydney"
CALIFORNIAN, NEW_YORKER = Person("US", "CA"), Person("US", "NY")
SYDNEYSIDER = Person("AU", time_zone=SYDNEY)
OWN_NAME_BUSINESS = Person("US", "CA", Kind.BUSINESS, agency=False)
TEXTS = {"friendly": Channel.TEXT}
CALLS = {"direct": Channel.CALL}
EVES_OF_AUSTRALIAN_HOLIDAYS = frozenset(
    day - timedelta(days=1) for year in (2026, 2027) for day in holidays_of("AU", "", year)
)
AT_WEEKENDS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CLOSE = tuple(
    Step(name=f"day {day}", offset_days=day, tone=Tone.FRIENDLY) for day in (1, 2, 3, 4)
)  # fmt: skip


def checked(
    zone: str, *recipients: Person, year: int = 2026, checks: dict[str, Any] | None = None,
    **policy: Any,
) -> tuple[Breach, ...]:  # fmt: skip
    return check(
        DunningPolicy(**policy), time_zone=zone, recipients=recipients, year=year, **(checks or {})
    )


def local(zone: str, moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("_case", "zone", "recipient", "checks", "policy", "rule", "at"),
    [
        (
            "morning in New York is night in Los Angeles",
            NEW_YORK, CALIFORNIAN, {},
            {"business_start": time(7), "business_end": time(22)},
            "us-reg-f-hours", "2026-01-01T07:00",
        ),
        (
            "evening is too late even at home",
            NEW_YORK, NEW_YORKER, {}, {"business_end": time(21, 30)},
            "us-reg-f-hours", "2026-01-01T21:00",
        ),
        (
            "Arizona has no summer time: from 8 March on 10:00 in New York is 7:00 there",
            NEW_YORK, Person("US", time_zone="America/Phoenix"), {}, {"business_start": time(10)},
            "us-reg-f-hours", "2026-03-09T10:00",
        ),
        (
            "London changes its clocks three weeks after New York",
            NEW_YORK, Person("GB", kind=Kind.BUSINESS),
            {"channels": TEXTS, "closed": holidays_of("GB", "", 2026)},
            {"business_start": time(3, 30), "business_end": time(12)},
            "house-hours", "2026-03-09T03:30",
        ),
        (
            "a text at a weekend in Australia",
            SYDNEY, SYDNEYSIDER,
            {"channels": TEXTS, "closed": holidays_of("AU", "", 2026)},
            {"working_days": AT_WEEKENDS, "business_start": time(8)},
            "au-guideline-hours", "2026-01-03T08:00",
        ),
        (
            "a text on a national holiday",
            SYDNEY, SYDNEYSIDER,
            {"channels": TEXTS, "closed": frozenset({date(2026, 1, 1)})}, {},
            "au-guideline-hours", "2026-01-26T09:00",
        ),
        (
            "the Sunday of Ontario",
            "America/Toronto", Person("CA", time_zone="America/Toronto"),
            {"closed": holidays_of("CA", "", 2026)}, {"working_days": AT_WEEKENDS},
            "ca-on-hours", "2026-01-04T09:00",
        ),
        (
            "nothing is known of the recipient",
            NEW_YORK, Person(), {"channels": TEXTS}, {},
            "us-reg-f-hours", "2026-01-01T09:00",
        ),
        (
            "steps and messages closer together than a cap",
            SYDNEY, SYDNEYSIDER, {}, {"steps": CLOSE, "min_days_between_messages": 1},
            "au-guideline-week", "2026-01-06T09:00",
        ),
        (
            "every second day is more than 10 a month",
            SYDNEY, SYDNEYSIDER, {}, {"min_days_between_messages": 2},
            "au-guideline-month", "2026-01-26T09:00",
        ),
        (
            "a call five days after one that was answered",
            NEW_YORK, NEW_YORKER, {"channels": CALLS}, {},
            "us-reg-f-conversation", "2026-01-06T09:00",
        ),
        (
            "a budget that lets a person of many customers be flooded",
            SYDNEY, SYDNEYSIDER, {"budget": Budget(contacts_per_7_days=4)}, {},
            "au-guideline-week", "2026-01-01T16:59:59.999999",
        ),
        (
            "a budget that is a day short of a month",
            SYDNEY, SYDNEYSIDER, {"budget": Budget(contacts_per_30_days=8)}, {},
            "au-guideline-month", "2026-02-04T16:59:59.999999",
        ),
        (
            "two days of ramp within 24 hours",
            NEW_YORK, OWN_NAME_BUSINESS, {}, {"ramp_per_day": 2500},
            "bulk-sender", "2026-01-02T09:00",
        ),
        (
            "a ramp of a whole domain on one day",
            NEW_YORK, OWN_NAME_BUSINESS, {}, {"ramp_per_day": 5000, "working_days": ("monday",)},
            "bulk-sender", "2026-01-05T09:00",
        ),
        (
            "no limit to what is asked without a person",
            NEW_YORK, OWN_NAME_BUSINESS, {"limits": Limits(ask_above={"USD": Decimal(5000)})}, {},
            "approval-amount", "2026-01-01T09:00",
        ),
        (
            "a limit above the one that stands above it",
            NEW_YORK, OWN_NAME_BUSINESS, {"limits": Limits(ask_above={"USD": Decimal(5000)})},
            {"remind_at_most": {"USD": Decimal(5001)}},
            "approval-amount", "2026-01-01T09:00",
        ),
        (
            "a first message that may be the last word",
            NEW_YORK, OWN_NAME_BUSINESS, {}, {"first_message_tone_at_most": Tone.FINAL},
            "approval-first-tone", "2026-01-01T09:00",
        ),
    ],
)  # fmt: skip
def test_a_bad_policy_is_rejected_with_its_first_day(
    _case: str, zone: str, recipient: Person, checks: dict[str, Any], policy: dict[str, Any],
    rule: str, at: str,
) -> None:  # fmt: skip
    breaches = checked(zone, recipient, checks=checks, **policy)

    first = next((breach for breach in breaches if breach.rule == rule), None)
    assert first is not None, breaches
    assert first.at == local(zone, at)
    assert first.where
    assert first.why
    assert first.citation
    assert breaches[0] == first


@pytest.mark.parametrize(
    ("_case", "zone", "recipient", "checks", "policy"),
    [
        ("the policy that everybody starts with", NEW_YORK, NEW_YORKER, {}, {}),
        ("its budget too", SYDNEY, SYDNEYSIDER, {"budget": Budget()}, {}),
        (
            "late enough for the whole country",
            NEW_YORK, Person("US"), {"budget": Budget()},
            {"business_start": time(14), "business_end": time(20)},
        ),
        (
            "an own-name creditor may write e-mail to businesses by night",
            NEW_YORK, OWN_NAME_BUSINESS, {}, {"business_start": time(4)},
        ),
        (
            "texts on working days, holidays kept",
            SYDNEY, SYDNEYSIDER,
            {"channels": TEXTS, "closed": holidays_of("AU", "", 2026), "budget": Budget()}, {},
        ),
        (
            "texts at weekends from nine on",
            SYDNEY, SYDNEYSIDER,
            {"channels": TEXTS, "closed": holidays_of("AU", "", 2026)},
            {"working_days": AT_WEEKENDS},
        ),
        (
            "an evening in New York is the next morning in Sydney",
            NEW_YORK, SYDNEYSIDER,
            {"channels": TEXTS, "closed": EVES_OF_AUSTRALIAN_HOLIDAYS},
            {
                "business_start": time(18), "business_end": time(19),
                "working_days": ("monday", "tuesday", "wednesday", "thursday"),
            },
        ),
        (
            "where the budget frees a closed day, the next open one is too late for the month",
            SYDNEY, SYDNEYSIDER, {"budget": Budget(contacts_per_30_days=10)},
            {"working_days": ("monday",)},
        ),
        (
            "calls a week apart",
            NEW_YORK, NEW_YORKER, {"channels": CALLS, "budget": Budget()},
            {"min_days_between_messages": 7},
        ),
        (
            "letters come at any hour",
            NEW_YORK, CALIFORNIAN, {"channels": {s.name: Channel.LETTER for s in STEPS}},
            {"business_start": time(1), "business_end": time(23)},
        ),
        (
            "Phoenix from eleven on",
            NEW_YORK, Person("US", time_zone="America/Phoenix"), {}, {"business_start": time(11)},
        ),
        ("just below the bulk sender", NEW_YORK, OWN_NAME_BUSINESS, {}, {"ramp_per_day": 2499}),
        (
            "a weekly ramp does not meet itself",
            NEW_YORK, OWN_NAME_BUSINESS, {}, {"ramp_per_day": 4999, "working_days": ("monday",)},
        ),
        (
            "a limit kept",
            NEW_YORK, OWN_NAME_BUSINESS, {"limits": Limits(ask_above={"USD": Decimal(5000)})},
            {"remind_at_most": {"USD": Decimal(5000)}},
        ),
        (
            "firm firsts are softened by the steps",
            NEW_YORK, OWN_NAME_BUSINESS, {},
            {"first_message_tone_at_most": Tone.FINAL, "steps": CLOSE},
        ),
    ],
)  # fmt: skip
def test_a_good_policy_is_accepted(
    _case: str, zone: str, recipient: Person, checks: dict[str, Any], policy: dict[str, Any]
) -> None:
    assert checked(zone, recipient, checks=checks, **policy) == ()


def test_closed_days_hold_contacts_apart() -> None:
    closed = frozenset(
        day
        for day in (date(2026, 1, 1) + timedelta(days=ahead) for ahead in range(400))
        if day.weekday() in {1, 3}
    )
    open_ = checked(SYDNEY, SYDNEYSIDER, min_days_between_messages=1)
    shut = checked(SYDNEY, SYDNEYSIDER, checks={"closed": closed}, min_days_between_messages=1)

    assert {breach.rule for breach in open_} == {"au-guideline-week", "au-guideline-month"}
    assert {breach.rule for breach in shut} == {"au-guideline-month"}


def test_a_breach_tells_both_clocks_the_rule_and_its_source() -> None:
    (breach,) = checked(NEW_YORK, CALIFORNIAN, business_start=time(7))

    assert breach.where == "email to US-CA, unknown"
    assert breach.why == (
        "open by the policy at 2026-01-01 07:00 (America/New_York), but it is Thursday 2026-01-01 "
        "04:00 in America/Los_Angeles; before 8:00 and after 21:00 at the consumer's place is "
        "inconvenient"
    )
    assert breach.citation.startswith("12 CFR 1006.6(b)(1)")
    (ramp,) = checked(NEW_YORK, ramp_per_day=3000)
    assert ramp.citation == GMAIL


def test_a_step_or_a_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(
        ValueError, match="there is no step 'fax'; the steps are upcoming, friendly"
    ):
        checked(NEW_YORK, checks={"channels": {"fax": Channel.LETTER}})
    with pytest.raises(ValueError, match="is no time zone"):
        checked("Mars/Base")
