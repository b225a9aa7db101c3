"""What is done with money, case by case."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import ValidationError

from matching.decide import decide
from matching.items import Cash, MatchDecision, OpenItem
from matching.policy import MatchPolicy
from tests.matching.books import cash, item

POLICY = MatchPolicy()
BOOK = [
    item("INV-1001", "1000", due_days=-40),
    item("INV-1002", "250", due_days=-10),
    item("INV-1003", "250", due_days=5),
    item("INV-1004", "75.50", due_days=20),
    item("INV-2001", "1000", customer="oak", name="Oak Dental Group"),
    item("INV-2002", "80", customer="oak", name="Oak Dental Group", currency="EUR"),
]


def taken(decision: MatchDecision, place: int | None = None) -> dict[str, Decimal]:
    parts = decision.allocations if place is None else decision.candidates[place].allocations
    return {part.invoice_id.removeprefix("id:"): part.amount.amount for part in parts}


@pytest.mark.parametrize(
    ("_case", "money", "expected"),
    [
        ("one by its number", cash("250", "INV-1002"), {"INV-1002": 250}),
        ("two by their numbers", cash("1250", "1001, 1003"), {"INV-1001": 1000, "INV-1003": 250}),
        ("payer not yet known", cash("250", "inv 1002", customer=""), {"INV-1002": 250}),
        ("payer's name agrees", cash("250", "1002", payer="MAPLE LANDSCAPING"), {"INV-1002": 250}),
    ],
)  # fmt: skip
def test_exact_number_and_exact_amount_are_applied(
    _case: str, money: Cash, expected: dict[str, int]
) -> None:
    decision = decide(money, BOOK, POLICY)

    assert decision.action == "apply"
    assert taken(decision) == expected
    assert decision.rule == "named_exact"
    assert decision.reasons


@pytest.mark.parametrize(
    ("_case", "money", "rule", "best"),
    [
        ("short pay", cash("950", "INV-1001"), "named_short", {"INV-1001": 950}),
        ("short for two: oldest first", cash("1100", "1001 1002"), "named_short",
            {"INV-1001": 1000, "INV-1002": 100}),
        ("overpaid", cash("260", "INV-1002"), "named_over", {"INV-1002": 250}),
        ("one of those named", cash("250", "1001 1002"), "named_one_of", {"INV-1002": 250}),
        ("amount of one", cash("75.50"), "amount_one", {"INV-1004": Decimal("75.5")}),
        ("amount of two", cash("250"), "amount_several", {"INV-1002": 250}),
        ("everything open", cash("1575.50"), "all_open",
            {"INV-1001": 1000, "INV-1002": 250, "INV-1003": 250, "INV-1004": Decimal("75.5")}),
        ("the oldest two", cash("1250"), "oldest_together", {"INV-1001": 1000, "INV-1002": 250}),
        ("nothing fits", cash("33"), "oldest_first", {"INV-1001": 33}),
        ("an order number", cash("250", "PO 1002"), "named_unsure", {"INV-1002": 250}),
        ("only a name", cash("75.50", customer="", payer="Maple Landscapng"), "amount_one",
            {"INV-1004": Decimal("75.5")}),
        ("only an amount", cash("75.50", customer=""), "amount_one",
            {"INV-1004": Decimal("75.5")}),
    ],
)  # fmt: skip
def test_a_person_sees_the_best_explanation_first(
    _case: str, money: Cash, rule: str, best: dict[str, Decimal]
) -> None:
    decision = decide(money, BOOK, POLICY)

    assert decision.action == "review"
    assert decision.allocations == ()
    assert (decision.rule, taken(decision, 0)) == (rule, best)
    assert decision.reasons


@pytest.mark.parametrize(
    ("_case", "money", "reason"),
    [
        ("another customer's", cash("1000", "INV-2001"), "another customer's"),
        ("two customers'", cash("2000", "1001 2001", customer=""), "more than one customer"),
        ("another currency", cash("80", "INV-2002", customer=""), "which is in EUR"),
        ("names at odds", cash("250", "1002", payer="Zebra Quarry"), "at odds"),
        (
            "another's name",
            cash("250", "1002", customer="", payer="Oak Dental Group Inc"),
            "is another",
        ),
        ("nothing came", cash("0", "INV-1001"), "nothing to apply"),
        ("unknown everything", cash("33", customer=""), "no open invoice explains"),
    ],
)
def test_doubt_goes_to_a_person_and_is_named(_case: str, money: Cash, reason: str) -> None:
    decision = decide(money, BOOK, POLICY)

    assert decision.action == "review"
    assert decision.allocations == ()
    assert any(reason in said for said in decision.reasons), decision.reasons


def test_two_invoices_of_one_amount_without_a_number_are_both_shown_and_none_applied() -> None:
    decision = decide(cash("250"), BOOK, POLICY)

    assert decision.action == "review"
    assert [taken(decision, place) for place in (0, 1)] == [{"INV-1002": 250}, {"INV-1003": 250}]


def test_invoices_that_fall_due_together_are_paid_together() -> None:
    book = [*BOOK, item("INV-1005", "30", due_days=20)]

    decision = decide(cash("105.50"), book, POLICY)

    assert decision.rule == "due_together"
    assert taken(decision, 0) == {"INV-1004": Decimal("75.5"), "INV-1005": 30}


def test_a_payment_in_another_currency_takes_nothing() -> None:
    decision = decide(cash("250", "INV-1002", currency="EUR"), BOOK, POLICY)

    assert decision.action == "review"
    assert decision.candidates == ()


@pytest.mark.parametrize(("margin", "action"), [(35.0, "apply"), (35.1, "review")])
def test_the_best_must_lead_by_the_margin_to_a_tenth_of_a_point(margin: float, action: str) -> None:
    books = [item("INV-1001", "100"), item("INV-1002", "40"), item("INV-1003", "60")]
    policy = MatchPolicy(margin_points_min=margin)
    money = cash("100", "1002 1003")

    decision = decide(money, books, policy)

    assert [c.score for c in decision.candidates][:2] == [100.0, 65.0]
    assert decision.action == action


@pytest.mark.parametrize(
    ("_case", "policy", "text"),
    [
        ("above the limit", MatchPolicy(apply_at_most={"USD": Decimal("249.99")}), "1002"),
        ("always ask", MatchPolicy(apply_at_most={"USD": Decimal(0)}), "1002"),
        ("rule off", MatchPolicy(apply_one_named=False), "1002"),
    ],
)
def test_the_policy_holds_back_what_a_person_did_not_allow(
    _case: str, policy: MatchPolicy, text: str
) -> None:
    assert decide(cash("250", text), BOOK, policy).action == "review"


def test_several_named_invoices_have_a_switch_of_their_own() -> None:
    policy = MatchPolicy(apply_several_named=False)

    assert decide(cash("1250", "1001 1002"), BOOK, policy).action == "review"
    assert decide(cash("250", "1002"), BOOK, policy).action == "apply"


def test_a_limit_in_one_currency_does_not_bind_another() -> None:
    policy = MatchPolicy(apply_at_most={"EUR": Decimal(1)})

    assert decide(cash("250", "1002"), BOOK, policy).action == "apply"


def test_what_is_already_paid_explains_nothing() -> None:
    paid = OpenItem(**{
        **{f: getattr(BOOK[1], f) for f in OpenItem.__slots__}, "open": cash("0").amount
    })  # fmt: skip

    assert decide(cash("250", "INV-1002"), [paid], POLICY).candidates == ()


@pytest.mark.parametrize(
    ("_case", "values", "field"),
    [
        ("unknown switch", {"aply_one_named": True}, "aply_one_named"),
        ("no currency", {"apply_at_most": {"DOLLARS": 1}}, "apply_at_most"),
        ("less than nothing", {"apply_at_most": {"USD": -1}}, "apply_at_most"),
        ("no number", {"apply_at_most": {"USD": "NaN"}}, "apply_at_most"),
        ("no margin", {"margin_points_min": 0}, "margin_points_min"),
    ],
)
def test_a_bad_policy_is_refused_by_the_field(
    _case: str, values: dict[str, object], field: str
) -> None:
    with pytest.raises(ValidationError, match=field):
        MatchPolicy.model_validate(values)
