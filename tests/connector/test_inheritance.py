"""A client's policy over its firm's: what is its own, and that nothing is lost on the way."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.inheritance import laid_over, own_values
from connector.policy import Policy

CHANGES: dict[str, tuple[Any, ...]] = {
    "dunning.ramp_per_day": (7, 50),
    "dunning.minimum": ({}, {"USD": "5"}, {"EUR": "9", "USD": "1"}),
    "dunning.bank_lag_days_max": (None, 3),
    "dunning.brand": ({"colour": "#123456"}, {"signature": "Ann"}),
    "dunning.budget": ({}, {"contacts_per_7_days": 2}),
    "dunning.customers": ({}, {"17": {"bank_lag_days_max": None}}, {"18": {"locale": "de_DE"}}),
    "dunning.steps": ([{"name": "only", "offset_days": 5, "tone": "direct"}],),
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
        if name not in {"brand", "budget"}:
            assert after["dunning"][name] == value
    if not own:
        assert Policy.model_validate(after) == later


def test_parts_are_laid_over_field_by_field_and_lists_and_amounts_as_a_whole() -> None:
    firm = made({"dunning.brand": {"colour": "#123456"}, "dunning.minimum": {"USD": "5"}})
    own = {"dunning": {"brand": {"signature": "Ann"}, "minimum": {"EUR": "9"}}}
    after = Policy.model_validate(laid_over(firm, own)).dunning
    assert (after.brand.colour, after.brand.signature) == ("#123456", "Ann")
    assert set(after.minimum) == {"EUR"}


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
