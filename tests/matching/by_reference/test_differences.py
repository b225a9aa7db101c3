"""Money that is less or more than what its text names."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.matching.books import decided, item, line, taken

BOOK = [
    item("INV-10411", "1240.50", due_days=-40),
    item("INV-10412", "387.15", due_days=-20),
    item("INV-10413", "388.15", due_days=-5),
    item("INV-10418", "92.30", due_days=10),
    item("INV-10427", "2600", due_days=20),
    item("INV-20511", "1240.50", customer="oak"),
]
MAPLE = "MAPLE LANDSCAPING"


@pytest.mark.parametrize(
    ("_case", "text", "amount", "rule", "expected"),
    [
        ("a part, as it says", "part payment INV-10411", "500", "named_short_partial",
            {"INV-10411": "500"}),
        ("a part without a word", "INV-10411", "613.37", "named_short_partial",
            {"INV-10411": "613.37"}),
        ("a bank's fee, as it says", "10411 less bank charges", "1225.50", "named_short_fee",
            {"INV-10411": "1225.50"}),
        ("a bank's fee by its size", "INV-10411", "1225.50", "named_short_fee",
            {"INV-10411": "1225.50"}),
        ("a discount", "10427 less 2% disc", "2548", "named_short_discount",
            {"INV-10427": "2548"}),
        ("a discount on two by share", "10427 + 10411, -2%", "3763.69", "named_short_discount",
            {"INV-10427": "2548", "INV-10411": "1215.69"}),
        ("a tax withheld", "10427 WHT 10%", "2340", "named_short_withholding",
            {"INV-10427": "2340"}),
        ("a deduction", "10427 damaged goods deducted", "2213.71", "named_short_deduction",
            {"INV-10427": "2213.71"}),
        ("an amount behind each", "10411: 1000.00, 10427: 1500.00", "2500", "named_amounts",
            {"INV-10411": "1000", "INV-10427": "1500"}),
        ("more than is open", "INV-10412", "400", "named_over", {"INV-10412": "387.15"}),
        ("cut off, one invoice missing", "INV-10411, INV-10412,", "2015.80", "named_cut_off",
            {"INV-10411": "1240.50", "INV-10412": "387.15", "INV-10413": "388.15"}),
        ("cut off within a number", "INV-10411,INV-10412,INV-104", "2015.80", "named_cut_off",
            {"INV-10411": "1240.50", "INV-10412": "387.15", "INV-10413": "388.15"}),
    ],
)  # fmt: skip
def test_a_difference_that_is_explained_is_applied(
    _case: str, text: str, amount: str, rule: str, expected: dict[str, str]
) -> None:
    decision = decided(line(amount, text, MAPLE), BOOK)

    assert decision.action == "apply", decision.reasons
    assert decision.rule == rule
    assert taken(decision.allocations) == {k: Decimal(v) for k, v in expected.items()}


@pytest.mark.parametrize(
    ("_case", "text", "amount", "payer", "best"),
    [
        ("short for two: oldest first", "10411 10427", "1500", MAPLE,
            {"INV-10411": "1240.50", "INV-10427": "259.50"}),
        ("short by somebody else", "INV-10411", "613.37", "Oak Dental Group",
            {"INV-10411": "613.37"}),
        ("over by far", "INV-10412", "900", MAPLE, {"INV-10412": "387.15"}),
        ("over by somebody else", "INV-10412", "400", "Oak Dental Group",
            {"INV-10412": "387.15"}),
        ("over, and the rest is paid ahead", "INV-10412 and deposit", "400", MAPLE,
            {"INV-10412": "387.15"}),
        ("the amounts behind do not add up", "10411: 1000.00, 10427: 1500.00", "2501", MAPLE,
            {"INV-10411": "1240.50", "INV-10427": "1260.50"}),
        ("a rest without a sign of a cut", "INV-10411 INV-10412", "2015.80", MAPLE,
            {"INV-10411": "1240.50", "INV-10412": "387.15", "INV-10413": "388.15"}),
    ],
)  # fmt: skip
def test_a_difference_that_is_not_explained_goes_to_a_person(
    _case: str, text: str, amount: str, payer: str, best: dict[str, str]
) -> None:
    decision = decided(line(amount, text, payer), BOOK)

    assert (decision.action, decision.allocations) == ("review", ()), decision.rule
    assert decision.reasons
    found = taken(decision.candidates[0].allocations)
    assert found == {k: Decimal(v) for k, v in best.items()}


def test_a_cut_text_with_two_ways_to_go_on_is_left_to_a_person() -> None:
    book = [*BOOK, item("INV-10414", "388.15", due_days=-5)]

    decision = decided(line("2015.80", "INV-10411, INV-10412,", MAPLE), book)

    assert decision.action == "review"
    assert decision.rule == "named_cut_off"


def test_the_beginning_of_a_number_that_was_cut_off_is_no_short_form() -> None:
    book = [item("INV-10411", "100.01"), item("INV-10412", "50.07"), item("INV-10421", "70.02"),
            item("INV-10433", "70.02")]  # fmt: skip

    decision = decided(line("220.10", "INV-10411, INV-10412, INV-1"[:27], MAPLE), book)

    assert decision.action == "review"


def test_a_list_may_go_on_by_number_or_by_due_date() -> None:
    book = [*BOOK, item("INV-10408", "388.15", due_days=-4)]

    decision = decided(line("2015.80", "INV-10411, INV-10412,", MAPLE), book)

    assert decision.action == "review"


def test_what_goes_on_is_looked_for_behind_the_last_number() -> None:
    book = [*BOOK, item("INV-10399", "388.15", due_days=-80)]

    decision = decided(line("2015.80", "INV-10411, INV-10412,", MAPLE), book)

    assert decision.action == "apply"
    assert "INV-10413" in taken(decision.allocations)


def test_a_reduction_by_share_keeps_every_cent() -> None:
    book = [item(f"INV-1041{n}", "33.33") for n in range(3)]

    decision = decided(line("97.98", "10410, 10411, 10412 -2% disc", MAPLE), book)

    parts = taken(decision.allocations)
    assert decision.rule == "named_short_discount"
    assert sum(parts.values()) == Decimal("97.98")
    assert set(parts.values()) == {Decimal("32.66")}


@pytest.mark.parametrize(
    ("_case", "text", "amount"),
    [
        ("a share", "INV-10411 2% disc", "1215.69"),
        ("what is counted", "INV-10411 18 boxes, disc", "1215.69"),
        ("an order", "PO 18 INV-10411 disc", "1215.69"),
    ],
)
def test_few_digits_beside_a_number_are_no_second_number(
    _case: str, text: str, amount: str
) -> None:
    decision = decided(line(amount, text, MAPLE), BOOK)

    assert "INV-10418" not in taken(decision.candidates[0].allocations)


@pytest.mark.parametrize(
    ("currency", "owed", "came", "action"),
    [
        ("USD", "30", "90", "apply"),
        ("JPY", "3000", "9000", "apply"),
        ("JPY", "3000", "90000", "review"),
    ],
)
def test_what_is_little_depends_on_the_currency(
    currency: str, owed: str, came: str, action: str
) -> None:
    book = [item("INV-10411", owed, currency=currency)]

    assert decided(line(came, "INV-10411", MAPLE, currency), book).action == action
