"""What a policy leaves less to people than another, by place."""

from __future__ import annotations

from typing import Any

import pytest

from dunning.checking.leeway import freed
from dunning.rules.policy import DunningPolicy

BIG = {"name": "big", "when": {"customers": ["7"]}, "change": {"with_a_person": "call Pat"}}
FAST = {"name": "fast", "when": {"customers": ["8"]}, "change": {"min_days_between_messages": 3}}
LIMIT = {"remind_at_most": {"USD": 1000}}
FRIENDLY = {"name": "friendly", "offset_days": 3, "tone": "friendly"}


def policy(document: dict[str, Any]) -> DunningPolicy:
    return DunningPolicy.model_validate(document)


@pytest.mark.parametrize(
    ("before", "after", "places"),
    [
        (LIMIT, {"remind_at_most": {"USD": "1000.01"}}, ["remind_at_most.USD"]),
        (LIMIT, {}, ["remind_at_most.USD"]),
        (LIMIT, {"remind_at_most": {"USD": 1000, "EUR": 9}}, ["remind_at_most.EUR"]),
        ({"remind_at_most": {"USD": 1000, "EUR": 9}}, LIMIT, ["remind_at_most.EUR"]),
        ({}, {"ramp_per_day": 26}, ["ramp_per_day"]),
        ({}, {"budget": {"contacts_per_7_days": 4}}, ["budget.contacts_per_7_days"]),
        ({}, {"budget": {"contacts_per_30_days": 8}}, ["budget.contacts_per_30_days"]),
        ({}, {"min_days_between_messages": 4}, ["min_days_between_messages"]),
        ({"tone_at_most": "direct"}, {}, ["tone_at_most"]),
        ({}, {"first_message_tone_at_most": "direct"}, ["first_message_tone_at_most"]),
        ({"with_a_person": "new client"}, {}, ["with_a_person"]),
        ({"bank_lag_days_max": 5}, {"bank_lag_days_max": 6}, ["bank_lag_days_max"]),
        ({"bank_lag_days_max": 5}, {}, ["bank_lag_days_max"]),
        ({"require_sent": True}, {}, ["require_sent"]),
        ({}, {"reword": True}, ["reword"]),
        ({}, {"suggest": True}, ["suggest"]),
        ({}, {"portal": True}, ["portal"]),
        ({}, {"portal_promise_days_max": 31}, ["portal_promise_days_max"]),
        ({"steps": [FRIENDLY | {"draft": True}]}, {"steps": [FRIENDLY]}, ["steps.friendly.draft"]),
        ({"steps": [FRIENDLY | {"draft": True}]}, {"steps": [FRIENDLY | {"name": "first"}]},
         ["steps.first.draft"]),
        ({"paused_until": "2026-05-01"}, {"paused_until": "2026-04-01"}, ["paused_until"]),
        ({"paused_until": "2026-05-01"}, {}, ["paused_until"]),
        ({}, {"paused_until": "2026-05-01"}, []),
        ({"segments": [BIG | {"change": LIMIT}]}, {"segments": [BIG | {"change": {}}]},
         ["segments.big.remind_at_most.USD"]),
        ({"segments": [BIG]}, {}, ["segments (big to everybody: with_a_person)"]),
        ({}, {"segments": [FAST]}, ["segments (everybody to fast: min_days_between_messages)"]),
        ({"segments": [FAST, BIG]}, {"segments": [FAST | {"when": {"customers": ["9"]}}, BIG]},
         ["segments (big to fast: min_days_between_messages, with_a_person)",
          "segments (everybody to fast: min_days_between_messages)"]),
        ({"segments": [BIG, FAST]}, {"segments": [FAST, BIG]},
         ["segments (big to fast: min_days_between_messages, with_a_person)"]),
        ({"customers": {"7": {"with_a_person": "call Pat"}}}, {},
         ["customers.7.with_a_person"]),
        ({**LIMIT, "segments": [BIG]}, {"segments": [BIG], "customers": {"7": {"reword": True}}},
         ["remind_at_most.USD", "customers.7.reword"]),
    ],
)  # fmt: skip
def test_what_bounds_the_collector_less_is_named_by_its_place(
    before: dict[str, Any], after: dict[str, Any], places: list[str]
) -> None:
    assert freed(policy(before), policy(after)) == places


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, LIMIT),
        (LIMIT, {"remind_at_most": {"USD": 999}}),
        ({}, {"ramp_per_day": 24, "budget": {"contacts_per_7_days": 2}}),
        ({}, {"bank_lag_days_max": 5, "with_a_person": "new client", "tone_at_most": "friendly"}),
        ({}, {"minimum": {"USD": 5}, "locale": "de_DE", "business_end": "16:00"}),
        ({}, {"steps": [FRIENDLY | {"draft": True}]}),
        ({}, {"segments": [BIG]}),
        ({"segments": [FAST]}, {"segments": [FAST, BIG]}),
        ({"segments": [BIG, FAST]}, {"segments": [BIG]}),
        ({"customers": {"7": {}}}, {"customers": {"7": {"with_a_person": "call Pat"}}}),
    ],
)
def test_what_bounds_it_as_much_or_more_is_not(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    assert freed(policy(before), policy(after)) == []
