"""What the policy and the ledger allow of what the evidence says."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from matching.facts.items import Cash, Expected, MatchDecision, Party
from matching.facts.policy import MatchPolicy
from matching.facts.rules import EVERY_FAMILY, RULES, Family
from tests.matching.books import EVERY_RULE, cash, decided, item, line, outcome, taken, usd

BOOK = [
    item("INV-10411", "1240.50", due_days=-40),
    item("INV-10412", "387.15", due_days=-20),
    item("INV-10418", "92.30", due_days=10),
    item("CN-10415", "-40.15", due_days=-10),
    item("INV-20511", "733.01", customer="oak"),
    item("INV-20512", "561.77", customer="birch"),
]
BELOW_MAPLE = Party("oak", "Oak Dental Group", parent_id="maple")
MAPLE = "MAPLE LANDSCAPING"
BY_FAMILY = {
    Family.EXACT: line("387.15", "INV-10412"),
    Family.AGREED: line("310.00", "", MAPLE),
    Family.SPELLING: line("1627.65", "INV-10411/12", MAPLE),
    Family.DIFFERENCE: line("500", "part payment INV-10411", MAPLE),
    Family.CREDIT: line("347.00", "INV-10412", MAPLE),
    Family.CUT_OFF: line("1719.95", "INV-10411, INV-10412,", MAPLE),
    Family.AMOUNT: line("92.30", "", MAPLE),
    Family.SUM: line("479.45", "", MAPLE),
    Family.RELATED: line("733.01", "", MAPLE),
    Family.STRANGER: line("561.77"),
}
AGREED = [Expected("maple", ("id:INV-10411",), usd("310.00"), "what was promised")]


@pytest.mark.parametrize("family", BY_FAMILY)
def test_a_client_allows_one_family_of_rules_after_the_other(family: Family) -> None:
    money = BY_FAMILY[family]

    def by(*families: Family) -> MatchDecision:
        policy = MatchPolicy(apply_by=frozenset(families))
        return decided(money, BOOK, policy, BELOW_MAPLE, agreed=AGREED)

    held = by(*EVERY_FAMILY - {family})

    assert by(*EVERY_FAMILY).action == "apply"
    assert RULES[by(*EVERY_FAMILY).rule].family is family
    assert by(family).action == "apply"
    assert (held.action, held.allocations) == ("review", ())
    assert any("the policy leaves the rule" in reason for reason in held.reasons)
    assert held.candidates


def test_every_family_is_shown() -> None:
    assert set(BY_FAMILY) == EVERY_FAMILY


@pytest.mark.parametrize("allowed", [Family.SPELLING, Family.AMOUNT])
def test_what_two_rules_say_is_applied_if_either_is_allowed(allowed: Family) -> None:
    policy = MatchPolicy(apply_by=frozenset({allowed}))

    decision = decided(line("92.30", "10481", MAPLE), BOOK, policy)

    assert decision.action == "apply"
    assert RULES[decision.rule].family is allowed


@pytest.mark.parametrize(
    ("_case", "policy", "said"),
    [
        ("above the limit", {"apply_at_most": {"USD": Decimal("387.14")}}, "above the limit"),
        ("always ask", {"apply_at_most": {"USD": Decimal(0)}}, "above the limit"),
        ("the rule is off", {"rules_off": {"named_exact", "amount_one"}}, "to a person"),
        ("more is asked for", {"confidence_min": 0.9999}, "is asked for"),
        ("more is asked of the rules", {"confidence_min_of": {"named_exact": 1, "amount_one": 1}},
            "100.0% is asked for"),
        ("no family is allowed", {"apply_by": []}, "to a person"),
    ],
)  # fmt: skip
def test_the_policy_holds_back_what_the_client_did_not_allow(
    _case: str, policy: dict[str, object], said: str
) -> None:
    rules = MatchPolicy.model_validate({"apply_by": EVERY_FAMILY, **policy})

    decision = decided(line("387.15", "INV-10412", MAPLE), BOOK, rules)

    assert (decision.action, decision.allocations) == ("review", ())
    assert any(said in reason for reason in decision.reasons), decision.reasons
    assert taken(decision.candidates[0].allocations) == {"INV-10412": Decimal("387.15")}


@pytest.mark.parametrize(
    ("_case", "limits"),
    [
        ("the same amount", {"USD": Decimal("387.15")}),
        ("a limit in another currency", {"EUR": Decimal(1)}),
    ],
)
def test_a_limit_lets_through_what_is_within_it(_case: str, limits: dict[str, Decimal]) -> None:
    policy = MatchPolicy(apply_at_most=limits)

    assert decided(line("387.15", "INV-10412", MAPLE), BOOK, policy).action == "apply"


@pytest.mark.parametrize(("several", "action"), [(True, "apply"), (False, "review")])
def test_a_client_may_keep_customers_apart(several: bool, action: str) -> None:
    policy = MatchPolicy(several_customers=several)
    money = line("1120.16", "INV-10412 INV-20511")

    decision = decided(money, BOOK, policy)

    assert decision.action == action
    assert decided(line("387.15", "INV-10412"), BOOK, policy).action == "apply"


@pytest.mark.parametrize(("bound", "action"), [(True, "review"), (False, "apply")])
def test_money_that_the_ledger_holds_under_a_customer_stays_there(bound: bool, action: str) -> None:
    decision = decided(cash("733.01", "INV-20511", bound=bound), BOOK)

    assert decision.action == action
    assert bound is any("under another customer" in reason for reason in decision.reasons)
    assert taken(decision.candidates[0].allocations) == {"INV-20511": Decimal("733.01")}


@pytest.mark.parametrize(("margin", "action"), [(2.5, "apply"), (2.51, "review")])
def test_the_best_must_lead_by_the_margin(margin: float, action: str) -> None:
    policy = MatchPolicy(margin=margin)
    book = [item("INV-10411", "100"), item("INV-20522", "40"), item("INV-20533", "60")]

    decision = decided(line("100", "20522 20533", MAPLE), book, policy)

    assert [taken(one.allocations) for one in decision.candidates[:2]] == [
        {"INV-20522": 40, "INV-20533": 60}, {"INV-10411": 100},
    ]  # fmt: skip
    assert decision.action == action


@pytest.mark.parametrize(
    ("_case", "money", "said"),
    [
        ("nothing came", cash("0", "INV-10412"), "nothing to apply"),
        ("less than nothing came", cash("-5", "INV-10412"), "nothing to apply"),
        ("nothing explains it", line("33.17", "thank you", "Zebra Quarry"), "no open invoice"),
        ("another currency", line("387.15", "INV-10412", currency="EUR"), "is in USD"),
    ],
)
def test_a_person_is_told_why_nothing_is_applied(_case: str, money: Cash, said: str) -> None:
    decision = decided(money, BOOK)

    assert (decision.action, decision.allocations) == ("review", ())
    assert any(said in reason for reason in decision.reasons), decision.reasons
    assert 0 <= decision.confidence <= 0.5


@pytest.mark.parametrize(
    "text",
    [
        "not for INV-10418", "INV-10418 was paid last week, this is the other one",
        "INV-10418 cancelled", "INV-10418 is paid by card, this is for the next order",
        "retainer next month, not for INV-10418", "refund of INV-10418",
    ],
)  # fmt: skip
@pytest.mark.parametrize("policy", [EVERY_RULE, MatchPolicy()])
def test_what_the_text_says_not_to_be_paid_is_paid_by_no_rule(
    text: str, policy: MatchPolicy
) -> None:
    decision = decided(line("92.30", text, MAPLE), BOOK, policy)

    assert (decision.action, decision.allocations) == ("review", ())
    assert "the text says that INV-10418 is not paid now" in decision.reasons


def test_what_is_left_out_in_one_place_and_named_in_another_is_paid() -> None:
    money = line("92.30", "INV-10418; last month INV-10418 was paid too late", MAPLE)

    assert decided(money, BOOK).action == "apply"


def test_no_more_is_shown_than_the_client_wants_to_see() -> None:
    book = [item(f"1{n:03}", "50") for n in range(30)]
    policy = MatchPolicy(candidates_max=3)

    assert len(decided(line("50", "", MAPLE), book, policy).candidates) == 3


def test_an_alias_that_a_person_confirmed_is_as_good_as_a_name() -> None:
    money = line("92.30", "", "Green Hands Ltd")
    known = Party("maple", "Maple Landscaping LLC", ("Green Hands",))

    assert decided(money, BOOK).action == "review"
    assert taken(decided(money, BOOK, EVERY_RULE, known).allocations) == {
        "INV-10418": Decimal("92.30")
    }


def test_a_balance_and_not_the_total_is_paid() -> None:
    book = [item("INV-10411", "1240.50", left="240.50")]

    exact = decided(line("240.50", "INV-10411", MAPLE), book)
    above = decided(line("1240.50", "INV-10411", MAPLE), book)

    assert taken(exact.allocations) == {"INV-10411": Decimal("240.50")}
    assert above.action == "review"
    assert taken(above.candidates[0].allocations) == {"INV-10411": Decimal("240.50")}


def test_ids_and_dates_of_the_payment_do_not_matter() -> None:
    money = line("387.15", "INV-10412", MAPLE)

    assert outcome(decided(replace(money, id="other"), BOOK)) == outcome(decided(money, BOOK))


def test_a_credit_of_another_customer_is_neither_applied_nor_offered() -> None:
    """No ledger can set it against this customer's invoice."""
    credit = item("CN-5", "-20", customer="oak")
    money = line("80", "INV-1001 less CN-5", "Maple Landscaping")

    decision = decided(money, [item("INV-1001", "100"), credit], MatchPolicy())

    assert (decision.action, decision.allocations) == ("review", ())
    assert all("CN-5" not in taken(one.allocations) for one in decision.candidates)
    own = [item("INV-1001", "100"), replace(credit, customer_id="maple")]
    assert taken(decided(money, own, MatchPolicy()).allocations) == {"INV-1001": 100, "CN-5": -20}
