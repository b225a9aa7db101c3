"""What a policy says of one customer, said of another."""

from __future__ import annotations

from typing import Any

import pytest

from dunning.own_rules import customer_changed, named_anew
from dunning.policy import DunningPolicy

ALONE, FRENCH = {"with_a_person": "a friend"}, {"locale": "fr_FR"}


def policy(customers: dict[str, Any], *members: str) -> DunningPolicy:
    own = {"name": "own", "when": {"customers": members}}
    return DunningPolicy.model_validate({"customers": customers, "segments": [own]})


@pytest.mark.parametrize(("before", "keep", "after"), [
    (policy({"7": ALONE}, "7", "8"), False, policy({"9": ALONE}, "9", "8")),
    (policy({"7": ALONE}, "7"), True, policy({"7": ALONE, "9": ALONE}, "7", "9")),
    (policy({"7": ALONE, "9": FRENCH}, "9", "7"), False, policy({"9": ALONE | FRENCH}, "9")),
    (policy({"8": FRENCH}, "8"), False, policy({"8": FRENCH}, "8")),
])  # fmt: skip
def test_what_is_said_of_one_customer_is_said_of_the_other(
    before: DunningPolicy, keep: bool, after: DunningPolicy
) -> None:
    assert named_anew(before, "7", "9", keep=keep) == after


def test_a_customer_without_fields_of_its_own_is_not_named() -> None:
    there = policy({"7": ALONE | FRENCH})
    assert customer_changed(there, "7", {"with_a_person": None}) == policy({"7": FRENCH})
    assert customer_changed(policy({"7": ALONE}), "7", {"with_a_person": None}) == policy({})
    assert customer_changed(policy({}), "7", ALONE) == policy({"7": ALONE})
