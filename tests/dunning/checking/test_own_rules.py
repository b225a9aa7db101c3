"""What a policy says of one customer, said of another, and of one company's customer alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dunning.checking.leeway import freed
from dunning.checking.own_rules import Whose, customer_changed, named_anew, of_company, own_values
from dunning.rules.policy import DunningPolicy
from tests.dunning.accounts import account, invoice

ALONE, FRENCH = {"with_a_person": "a friend"}, {"locale": "fr_FR"}
SEVEN, SHARED = Whose("7", 1), Whose("7", 1, (2,))


def policy(customers: dict[str, Any], *members: str) -> DunningPolicy:
    own = {"name": "own", "when": {"customers": members}}
    return DunningPolicy.model_validate({"customers": customers, "segments": [own]})


@pytest.mark.parametrize(("before", "gone", "after"), [
    (policy({"1:7": ALONE}, "1:7", "8"), SEVEN, policy({"1:9": ALONE}, "1:9", "8")),
    (policy({"7": ALONE}, "7", "8"), SEVEN, policy({"1:9": ALONE}, "1:9", "8")),
    (policy({"7": ALONE}, "7"), SHARED, policy({"2:7": ALONE, "1:9": ALONE}, "1:9", "2:7")),
    (policy({"7": ALONE, "9": FRENCH}, "9", "7"), SEVEN,
     policy({"9": FRENCH, "1:9": ALONE | FRENCH}, "9", "1:9")),
    (policy({"1:7": ALONE | FRENCH, "1:9": {"locale": "de_DE"}}), SEVEN,
     policy({"1:9": ALONE | {"locale": "de_DE"}})),
    (policy({"2:7": ALONE, "8": FRENCH}, "2:7", "8"), SEVEN,
     policy({"2:7": ALONE, "8": FRENCH}, "2:7", "8")),
])  # fmt: skip
def test_what_is_said_of_one_customer_is_said_of_the_other(
    before: DunningPolicy, gone: Whose, after: DunningPolicy
) -> None:
    assert named_anew(before, gone, "9") == after


@pytest.mark.parametrize("name", ["7", "1:7"])
def test_a_customer_without_fields_of_its_own_is_not_named(name: str) -> None:
    out = {"with_a_person": None}
    there = policy({name: ALONE | FRENCH})
    assert customer_changed(there, SEVEN, out) == policy({"1:7": FRENCH})
    assert customer_changed(policy({name: ALONE}), SEVEN, out) == policy({})
    assert customer_changed(policy({}), SEVEN, ALONE) == policy({"1:7": ALONE})


def test_what_an_id_alone_said_of_another_company_s_customer_goes_on() -> None:
    changed = customer_changed(policy({"7": ALONE}), SHARED, {"with_a_person": None})
    assert changed == policy({"2:7": ALONE})
    assert own_values(changed, "7", 2) == ALONE
    assert own_values(changed, "7", 1) == {}


def test_a_company_s_policy_names_its_customers_by_their_ids_alone() -> None:
    whole = policy({"7": FRENCH, "1:7": ALONE, "2:8": ALONE}, "1:7", "2:7", "9")
    assert of_company(whole, 1) == policy({"7": FRENCH | ALONE, "2:8": ALONE}, "7", "2:7", "9")


def test_letting_go_of_what_an_id_alone_says_is_more_freedom_for_one_company() -> None:
    before = policy({"7": ALONE})
    after = policy({"7": ALONE, "2:7": {"with_a_person": ""}})
    assert freed(before, after) == ["customers.2:7.with_a_person"]


@pytest.mark.parametrize(("company", "segment", "locale"), [
    (1, "own", "fr_FR"), (2, "everybody", "de_DE"), (0, "everybody", ""),
])  # fmt: skip
def test_a_customer_is_named_with_its_company(company: int, segment: str, locale: str) -> None:
    whole = policy({"1:7": FRENCH, "2:7": {"locale": "de_DE"}}, "1:7")
    mine = replace(account(invoice()), customer_id="7", company=company)
    found, rules = whole.applying_to(mine, date(2026, 3, 2))
    assert (found, rules.locale) == (segment, locale)
