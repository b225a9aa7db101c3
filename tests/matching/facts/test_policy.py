"""What a client lets the matcher do by itself."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from matching.facts.policy import MatchPolicy
from matching.facts.rules import EVERY_FAMILY, RULES, Family


@pytest.mark.parametrize(
    ("_case", "values", "field"),
    [
        ("unknown switch", {"aply_by": ["exact"]}, "aply_by"),
        ("unknown family", {"apply_by": ["magic"]}, "apply_by"),
        ("unknown rule", {"rules_off": ["magic"]}, "rules_off"),
        ("unknown rule with a figure", {"confidence_min_of": {"magic": 0.9}}, "confidence_min_of"),
        ("no currency", {"apply_at_most": {"DOLLARS": 1}}, "apply_at_most"),
        ("less than nothing", {"apply_at_most": {"USD": -1}}, "apply_at_most"),
        ("no number", {"apply_at_most": {"USD": "NaN"}}, "apply_at_most"),
        ("no margin", {"margin": 0}, "margin"),
        ("a coin is better", {"confidence_min": 0.4}, "confidence_min"),
        ("above certainty", {"confidence_min": 1.1}, "confidence_min"),
        ("no likeness at all", {"name_points_min": 10}, "name_points_min"),
    ],
)
def test_a_bad_policy_is_refused_by_the_field(
    _case: str, values: dict[str, object], field: str
) -> None:
    with pytest.raises(ValidationError, match=field):
        MatchPolicy.model_validate(values)


def test_a_new_client_allows_exact_numbers_with_exact_amounts_only() -> None:
    allowed = {name for name, rule in RULES.items() if not MatchPolicy().forbids(name, rule.prior)}

    assert allowed == {"named_exact"}


def test_every_rule_is_of_a_family_and_says_what_it_is() -> None:
    assert {rule.family for rule in RULES.values()} == EVERY_FAMILY
    assert all(0.5 < rule.prior < 1 and rule.words for rule in RULES.values())


@pytest.mark.parametrize(
    ("_case", "policy", "rule", "confidence", "words"),
    [
        ("allowed", MatchPolicy(), "named_exact", 0.99, ""),
        ("another family", MatchPolicy(), "amount_one", 0.99, "leaves the rule amount_one"),
        ("its family", MatchPolicy(apply_by=frozenset({Family.AMOUNT})), "amount_one", 0.99, ""),
        ("a rule off", MatchPolicy(rules_off=frozenset({"named_exact"})), "named_exact", 1,
            "leaves the rule named_exact"),
        ("no rule", MatchPolicy.every_rule(), "amount_several", 1, "leaves the rule"),
        ("just enough", MatchPolicy(confidence_min=0.97), "named_exact", 0.97, ""),
        ("too seldom right", MatchPolicy(confidence_min=0.97), "named_exact", 0.969, "97.0% is"),
        ("a figure of its own", MatchPolicy(confidence_min_of={"named_exact": 0.999}),
            "named_exact", 0.99, "99.9% is asked for"),
        ("a figure below the others", MatchPolicy(confidence_min_of={"named_exact": 0.6}),
            "named_exact", 0.7, ""),
    ],
)  # fmt: skip
def test_the_policy_says_why_a_rule_may_not_be_applied(
    _case: str, policy: MatchPolicy, rule: str, confidence: float, words: str
) -> None:
    why = policy.forbids(rule, confidence)

    assert words in why
    assert bool(why) is bool(words)


def test_a_policy_is_freer_where_a_rule_is_new_or_less_is_asked_of_it() -> None:
    first = MatchPolicy()
    amounts = MatchPolicy(apply_by=frozenset({Family.EXACT, Family.AMOUNT}))
    lower = MatchPolicy(confidence_min_of={"named_exact": 0.9})

    assert first.freer_than(first) == []
    assert amounts.freer_than(first) == ["amount_one", "period"]
    assert first.freer_than(amounts) == []
    assert lower.freer_than(first) == ["named_exact"]
    assert first.freer_than(lower) == []
    assert first.freer_than(MatchPolicy(rules_off=frozenset({"named_exact"}))) == ["named_exact"]
    oldest = amounts.model_copy(update={"oldest_of_equal": True})
    assert oldest.freer_than(amounts) == ["oldest_of_equal"]


def test_a_limit_in_one_more_currency_or_one_less_may_both_let_more_pass() -> None:
    """What is not named is held to the other limits at the recorded rate, where there is one."""
    one = MatchPolicy.model_validate({"apply_at_most": {"USD": 100}})
    two = MatchPolicy.model_validate({"apply_at_most": {"USD": 100, "EUR": 900}})
    assert two.freer_than(one) == ["named_exact"] == one.freer_than(two)


@pytest.mark.parametrize(
    ("stricter", "looser"),
    [
        ({"margin": 0.9}, {"margin": 0.5}),
        ({"name_points_min": 90}, {"name_points_min": 80}),
        ({"several_customers": False}, {"several_customers": True}),
        ({"apply_at_most": {"USD": 100}}, {"apply_at_most": {"USD": 200}}),
        ({"apply_at_most": {"USD": 100}}, {}),
    ],
)
def test_what_holds_for_every_rule_makes_all_of_them_freer(
    stricter: dict[str, object], looser: dict[str, object]
) -> None:
    first, second = MatchPolicy.model_validate(stricter), MatchPolicy.model_validate(looser)

    assert second.freer_than(first) == ["named_exact"]
    assert first.freer_than(second) == []
