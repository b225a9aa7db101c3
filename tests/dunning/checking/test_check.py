"""Bad policies are rejected with the first day on which they go wrong; good ones are accepted."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dunning.checking.breaches import Breach
from dunning.checking.check import check
from dunning.checking.check_counts import GMAIL
from dunning.contact_law.budget import Budget
from dunning.customer.channels import Channel
from dunning.customer.persons import Kind, Person
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import STEPS, Step, Tone

NEW_YORK, SYDNEY = "America/New_York", "Australia/Sydney"
CALIFORNIAN, NEW_YORKER = Person("US", "CA"), Person("US", "NY")
SYDNEYSIDER = Person("AU", time_zone=SYDNEY)
OWN_NAME_BUSINESS = Person("US", "CA", Kind.BUSINESS, agency=False)
INDIAN = Person("IN", kind=Kind.BUSINESS, agency=False)
TEXTS = {"friendly": Channel.TEXT}
CALLS = {"direct": Channel.CALL}
AT_WEEKENDS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CLOSE = tuple(
    Step(name=f"day {day}", offset_days=day, tone=Tone.FRIENDLY) for day in (1, 2, 3, 4)
)  # fmt: skip


def checked(
    zone: str, *recipients: Person, checks: dict[str, Any] | None = None, **policy: Any
) -> tuple[Breach, ...]:
    given: dict[str, Any] = {"first": date(2026, 1, 1)} | (checks or {})
    return check(DunningPolicy(**policy), time_zone=zone, recipients=recipients, **given)


def local(zone: str, moment: str) -> datetime:
    """A moment by the clock of the zone, unless it says otherwise."""
    read = datetime.fromisoformat(moment)
    return (read if read.tzinfo else read.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


@pytest.mark.parametrize(
    ("_case", "zone", "recipient", "checks", "policy", "rule", "at"),
    [
        (
            "hours that nobody is written to at, by any clock",
            "America/Los_Angeles", Person("US", "NY", Kind.BUSINESS, agency=False), {},
            {"business_start": time(22), "business_end": time(23)},
            "house-day", "2026-01-01T22:00",
        ),
        (
            "before the day begins, in the client's own town",
            NEW_YORK, Person("US", "NY", Kind.BUSINESS, agency=False), {},
            {"business_start": time(6)},
            "house-day", "2026-01-01T06:00",
        ),
        (
            "evening is too late even at home",
            NEW_YORK, NEW_YORKER, {}, {"business_end": time(21, 30)},
            "us-reg-f-hours", "2026-01-01T21:00",
        ),
        (
            "one of the places that the recipient may be at has the client's clock",
            NEW_YORK, Person("US"), {"channels": TEXTS},
            {"business_start": time(14), "business_end": time(23)},
            "us-reg-f-hours", "2026-01-01T21:00",
        ),
        (
            "Paris and Berlin share a clock",
            "Europe/Berlin", Person("FR", kind=Kind.BUSINESS, agency=False), {},
            {"business_start": time(5)},
            "house-day", "2026-01-01T05:00",
        ),
        (
            "late in Phoenix is early enough in Los Angeles until it has summer time",
            "America/Phoenix", OWN_NAME_BUSINESS, {},
            {"business_start": time(21), "business_end": time(22)},
            "house-day", "2026-03-09T21:00",
        ),
        (
            "late in Phoenix, seen from the year before",
            "America/Phoenix", OWN_NAME_BUSINESS, {"first": date(2025, 11, 10)},
            {"business_start": time(21), "business_end": time(22)},
            "house-day", "2026-03-09T21:00",
        ),
        (
            "a text at a weekend in Australia",
            SYDNEY, SYDNEYSIDER, {"channels": TEXTS},
            {"working_days": AT_WEEKENDS, "business_start": time(8)},
            "au-guideline-hours", "2026-01-03T08:00",
        ),
        (
            "the Sunday of Ontario",
            "America/Toronto", Person("CA", time_zone="America/Toronto"), {},
            {"working_days": AT_WEEKENDS},
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
            "three companies under one name",
            NEW_YORK, OWN_NAME_BUSINESS, {"companies": 3}, {"ramp_per_day": 900},
            "bulk-sender", "2026-01-02T09:00",
        ),
        (
            "where the recipients' day wins, three days of the client's meet when clocks change",
            "America/Los_Angeles", INDIAN, {},
            {"ramp_per_day": 1700, "working_days": AT_WEEKENDS},
            "bulk-sender", "2026-03-09T07:00+00:00",
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
            "the usual hours for the whole country: the morning in New York is waited out",
            NEW_YORK, Person("US"), {"budget": Budget()}, {},
        ),
        (
            "long hours in New York are trimmed for California",
            NEW_YORK, CALIFORNIAN, {}, {"business_start": time(7), "business_end": time(22)},
        ),
        (
            "an evening in Los Angeles is the morning of India",
            "America/Los_Angeles", INDIAN, {},
            {"business_start": time(22), "business_end": time(23)},
        ),
        (
            "usual hours never meet the day of India, so its own hold",
            "America/Los_Angeles", INDIAN, {"budget": Budget()}, {},
        ),
        (
            "texts wait for the end of holidays",
            SYDNEY, SYDNEYSIDER, {"channels": TEXTS, "budget": Budget()}, {},
        ),
        (
            "texts at weekends from nine on",
            SYDNEY, SYDNEYSIDER, {"channels": TEXTS}, {"working_days": AT_WEEKENDS},
        ),
        (
            "no text on Sunday, so it waits for Monday",
            NEW_YORK, Person("GB", kind=Kind.BUSINESS), {"channels": TEXTS},
            {"working_days": AT_WEEKENDS},
        ),
        (
            "an evening in New York is the next morning in Sydney",
            NEW_YORK, SYDNEYSIDER, {"channels": TEXTS},
            {"business_start": time(18), "business_end": time(19)},
        ),
        (
            "nothing is known of the recipient, and e-mail goes by the client's clock",
            NEW_YORK, Person(kind=Kind.BUSINESS, agency=False), {}, {"business_start": time(4)},
        ),
        (
            "hours of nothing that goes out by itself",
            NEW_YORK, NEW_YORKER, {"channels": {step.name: None for step in STEPS}},
            {"business_start": time(22), "business_end": time(23)},
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


def test_a_breach_tells_both_clocks_the_rule_and_its_source() -> None:
    (breach,) = checked(
        "America/Phoenix", CALIFORNIAN, business_start=time(5), business_end=time(6)
    )

    assert breach.where == "email to US-CA, unknown"
    assert breach.why == (
        "open by the policy at 2026-01-01 05:00 (America/Phoenix), but it is Thursday 2026-01-01 "
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
