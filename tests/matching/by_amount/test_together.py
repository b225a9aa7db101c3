"""Money that pays several invoices without naming them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.matching.books import decided, item, line, taken

BOOK = [
    item("INV-10411", "140.51", due_days=-40),
    item("INV-10412", "387.15", due_days=-20),
    item("INV-10413", "811.37", due_days=-5),
    item("INV-10414", "92.39", due_days=-5),
    item("INV-10418", "2611.08", due_days=10),
    item("CN-10415", "-40.16", due_days=-10),
    item("INV-20511", "733.01", customer="oak"),
    item("INV-20512", "219.48", customer="oak", due_days=9),
    item("INV-20513", "733.01", customer="oak", currency="EUR"),
]
MAPLE, OAK = "MAPLE LANDSCAPING", "OAK DENTAL GROUP"


@pytest.mark.parametrize(
    ("_case", "text", "payer", "amount", "rule", "serials"),
    [
        ("all that is open", "", OAK, "952.49", "sum_all_open", "20511 20512"),
        ("a statement is paid", "statement 31/01/2026", MAPLE, "4042.50", "sum_all_open",
            "10411 10412 10413 10414 10418"),
        ("the oldest two", "", MAPLE, "527.66", "sum_oldest_together", "10411 10412"),
        ("what fell due on one day", "", MAPLE, "903.76", "sum_due_together", "10413 10414"),
        ("some in a row", "payment", MAPLE, "1198.52", "sum_in_a_row", "10412 10413"),
        ("here and there", "", MAPLE, "2998.23", "sum_scattered", "10412 10418"),
    ],
)  # fmt: skip
def test_the_only_set_that_adds_up_is_applied(
    _case: str, text: str, payer: str, amount: str, rule: str, serials: str
) -> None:
    decision = decided(line(amount, text, payer), BOOK)

    assert decision.action == "apply", decision.reasons
    assert decision.rule == rule
    assert set(taken(decision.allocations)) == {f"INV-{serial}" for serial in serials.split()}


@pytest.mark.parametrize(
    ("_case", "amount", "text", "payer"),
    [
        ("nobody known pays", "527.66", "", ""),
        ("a name that is nobody's", "527.66", "", "Zebra Quarry"),
        ("paid ahead", "527.66", "deposit", MAPLE),
        ("two customers' together", "873.52", "", MAPLE),
        ("two currencies together", "1466.02", "", OAK),
        ("less a credit note, silently", "100.35", "", MAPLE),
        ("nothing fits", "33.17", "", MAPLE),
    ],
)
def test_what_is_not_beyond_doubt_is_left_to_a_person(
    _case: str, amount: str, text: str, payer: str
) -> None:
    decision = decided(line(amount, text, payer), BOOK)

    assert (decision.action, decision.allocations) == ("review", ())
    assert decision.reasons


def test_of_two_sets_that_add_up_none_is_chosen_and_both_are_shown() -> None:
    book = [
        item("1001", "100.10", due_days=-9), item("1002", "250.33", due_days=-5),
        item("1003", "70.05", due_days=-3), item("1004", "280.38", due_days=1),
        item("1005", "610.07", due_days=3),
    ]  # fmt: skip

    decision = decided(line("350.43", "", MAPLE), book)

    assert decision.action == "review"
    shown = [set(taken(one.allocations)) for one in decision.candidates[:2]]
    assert shown == [{"1001", "1002"}, {"1003", "1004"}]


def test_of_equal_invoices_no_set_is_chosen() -> None:
    book = [item(f"100{n}", "215.77", due_days=n) for n in range(6)]

    assert decided(line("431.54", "", MAPLE), book).action == "review"


def test_round_amounts_prove_little() -> None:
    book = [item(f"10{n}", f"{100 * n}", due_days=n) for n in range(10, 30)]

    assert decided(line("4500", "", MAPLE), book).action == "review"


def test_the_only_set_proves_little_where_an_accident_is_likely() -> None:
    """Of six doubled amounts every sum is there once."""
    book = [item(f"100{n}", str(100 * 2**n), due_days=n) for n in range(6)]

    decision = decided(line("500", "", MAPLE), book)

    assert (decision.action, decision.rule) == ("review", "sum_scattered")
    assert set(taken(decision.candidates[0].allocations)) == {"1000", "1002"}


def test_a_credit_note_makes_up_the_difference_for_a_person() -> None:
    decision = decided(line("100.35", "", MAPLE), BOOK)

    assert decision.rule == "amount_less_credit"
    assert taken(decision.candidates[0].allocations) == {
        "INV-10411": Decimal("140.51"), "CN-10415": Decimal("-40.16"),
    }  # fmt: skip


@pytest.mark.parametrize(("open_invoices", "size"), [(4, 0), (12, 5), (60, 3), (250, 2)])
def test_a_search_that_was_given_up_is_told(open_invoices: int, size: int) -> None:
    """More came than everything that is open: no set adds up to it."""
    book = [item(str(1000 + n), f"{3 + n}.07", due_days=n) for n in range(open_invoices)]
    told = f"sums of more than {size} of the {open_invoices} open invoices were looked for only"

    decision = decided(line("99999.13", "", MAPLE), book)

    assert decision.action == "review"
    assert [told in why for why in decision.reasons[-1:]] == [bool(size)]


def test_what_is_explained_by_a_rule_says_nothing_of_what_was_not_looked_for() -> None:
    book = [item(str(1000 + n), "50.07", due_days=n) for n in range(60)]

    assert not any("looked for" in why for why in decided(line("50.07", "", MAPLE), book).reasons)
