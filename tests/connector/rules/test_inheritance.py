"""A client's policy over its firm's: what is its own, and that nothing is lost on the way."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.rules.inheritance import laid_over, own_values, own_with_lists
from connector.rules.policy import Policy

LARGE = {"name": "large", "when": {"year_at_least": {"USD": "9"}}, "change": {"portal": True}}
LATE = {"name": "late", "when": {"payer": ["chronic"]}, "change": {"bank_lag_days_max": None}}
VIP = {"name": "vip", "when": {"customers": ["17"]}, "change": {}}
PAUSED = {**LARGE, "change": {"portal": True, "paused_until": "2030-01-31"}}
CHANGES: dict[str, tuple[Any, ...]] = {
    "dunning.ramp_per_day": (7, 50),
    "dunning.minimum": ({}, {"USD": "5"}, {"EUR": "9", "USD": "1"}),
    "dunning.bank_lag_days_max": (None, 3),
    "dunning.brand": ({"colour": "#123456"}, {"signature": "Ann"}),
    "dunning.budget": ({}, {"contacts_per_7_days": 2}),
    "dunning.customers": ({}, {"17": {"bank_lag_days_max": None}}, {"18": {"locale": "de_DE"}}),
    "dunning.steps": ([{"name": "only", "offset_days": 5, "tone": "direct"}],),
    "dunning.segments": (
        [],
        [LARGE, LATE],
        [LATE, LARGE],
        [VIP, LARGE, LATE],
        [PAUSED, VIP, LATE],
        [PAUSED, LATE],
        [LARGE | {"change": {}}, LATE | {"when": {"payer": ["mixed"]}}],
        [VIP],
    ),
    "matching.apply_by": (["exact"], ["exact", "amount", "credit"]),
    "matching.rules_off": ([], ["period", "amount_one", "named_over"]),
    "costs": (None, {"currency": "USD"}, {"currency": "USD", "minute": "1"}),
    "freshness_minutes_max": (10, 30),
}


def made(chosen: dict[str, Any]) -> Policy:
    document: dict[str, Any] = {}
    for place, value in chosen.items():
        *above, name = place.split(".")
        part = document
        for it in above:
            part = part.setdefault(it, {})
        part[name] = value
    return Policy.model_validate(document)


policies = st.fixed_dictionaries(
    {}, optional={place: st.sampled_from(values) for place, values in CHANGES.items()}
).map(made)


@given(policies, policies)
def test_what_is_its_own_laid_over_the_firms_is_the_whole(firm: Policy, whole: Policy) -> None:
    own = own_values(firm, whole)
    assert Policy.model_validate(laid_over(firm, own)) == whole
    assert bool(own) == (firm != whole)


@given(policies, policies, policies)
def test_what_is_its_own_stays_over_another_document(
    firm: Policy, whole: Policy, later: Policy
) -> None:
    own = own_values(firm, whole)
    after = laid_over(later, own)
    for name, value in own.get("dunning", {}).items():
        if name not in {"brand", "budget", "segments"}:
            assert after["dunning"][name] == value
    if not own:
        assert Policy.model_validate(after) == later


def test_parts_are_laid_over_field_by_field_and_lists_and_amounts_as_a_whole() -> None:
    firm = made({"dunning.brand": {"colour": "#123456"}, "dunning.minimum": {"USD": "5"}})
    own = {"dunning": {"brand": {"signature": "Ann"}, "minimum": {"EUR": "9"}}}
    after = Policy.model_validate(laid_over(firm, own)).dunning
    assert (after.brand.colour, after.brand.signature) == ("#123456", "Ann")
    assert set(after.minimum) == {"EUR"}


def named(policy: Policy) -> list[str]:
    return [segment.name for segment in policy.dunning.segments]


def over(firm: list[Any], mine: list[Any], later: list[Any]) -> tuple[Any, Policy]:
    """What a client says of its own with these segments, and its rules over the firm's later."""
    before, whole, after = (made({"dunning.segments": it}) for it in (firm, mine, later))
    own = own_values(before, whole)
    return own["dunning"]["segments"], Policy.model_validate(laid_over(after, own))


def test_of_a_segment_the_fields_that_differ_are_its_own_and_the_rest_is_the_firms() -> None:
    stricter = {**LARGE, "when": {"years_at_least": 3}, "change": {"portal": False, "locale": "de"}}
    own, after = over([LARGE, LATE], [PAUSED, LATE], [VIP, stricter, LATE])
    assert own == {"large": {"change": {"paused_until": "2030-01-31"}}}
    assert named(after) == ["vip", "large", "late"]
    large = after.dunning.segments[1]
    assert large.when.years_at_least == 3
    assert large.change == {"portal": False, "locale": "de", "paused_until": "2030-01-31"}


def test_a_segment_that_is_taken_out_stays_out_and_others_arrive() -> None:
    own, after = over([LARGE, LATE], [LATE], [LARGE, LATE, VIP])
    assert own == {"large": None}
    assert named(after) == ["late", "vip"]


def test_a_field_that_is_taken_out_of_a_segment_stays_out() -> None:
    own, after = over([LARGE], [LARGE | {"change": {}}], [PAUSED])
    assert own == {"large": {"change": {}, "without": ["portal"]}}
    assert after.dunning.segments[0].change == {"paused_until": "2030-01-31"}


def test_a_segment_of_its_own_keeps_its_place_behind_the_same_ones() -> None:
    own, after = over([LARGE, LATE], [LARGE, VIP, LATE], [LATE])
    assert own == {"vip": own["vip"]}
    assert own["vip"]["after"] == ["large"]
    assert named(after) == ["vip", "late"]
    other = LATE | {"name": "other"}
    assert named(over([LARGE, LATE], [LARGE, VIP, LATE], [other, LARGE, LATE])[1]) == [
        "other", "large", "vip", "late",
    ]  # fmt: skip


def test_a_segment_of_its_own_stays_whole_when_the_firm_has_one_of_that_name() -> None:
    _, after = over([LATE], [VIP, LATE], [LATE, VIP | {"change": {"portal": True}}])
    assert named(after) == ["vip", "late"]
    assert after.dunning.segments[0].change == {}


def test_what_is_said_of_a_segment_goes_with_it() -> None:
    assert named(over([LARGE, LATE], [PAUSED, LATE], [LATE])[1]) == ["late"]


def test_another_order_is_a_list_of_its_own_and_follows_nothing() -> None:
    own, after = over([LARGE, LATE], [LATE, LARGE], [LARGE, LATE, VIP])
    assert isinstance(own, list)
    assert named(after) == ["late", "large"]


def test_a_list_that_was_stored_whole_means_what_it_meant() -> None:
    own = {"dunning": {"segments": made({"dunning.segments": [PAUSED]}).model_dump(mode="json")[
        "dunning"]["segments"]}}  # fmt: skip
    after = Policy.model_validate(laid_over(made({"dunning.segments": [LARGE, LATE]}), own))
    assert after == made({"dunning.segments": [PAUSED]})
    whole = own_with_lists(Policy(), after)
    assert Policy.model_validate(laid_over(made({"dunning.segments": [LATE]}), whole)) == after


def test_a_set_says_the_same_in_any_order() -> None:
    first, second = (
        made({"matching.rules_off": names})
        for names in (["period", "amount_one"], ["amount_one", "period"])
    )
    assert own_values(first, second) == {}
    assert first.model_dump_json() == second.model_dump_json()


@pytest.mark.parametrize(("own", "why"), [
    ({"dunning": {"business_start": time(18).isoformat()}}, "business_end must be later"),
    ({"nothing": 1}, "Extra inputs are not permitted"),
])  # fmt: skip
def test_values_that_do_not_fit_are_seen_when_the_whole_is_checked(
    own: dict[str, Any], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        Policy.model_validate(laid_over(Policy(), own))
