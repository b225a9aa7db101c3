"""Last year's number does not pay this year's invoice, however the year is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from matching.facts.items import Expected, OpenItem
from matching.facts.policy import MatchPolicy
from tests.matching.books import EVERY_RULE, decided, item, line, paid, taken, usd

DASHED = ("INV-2026-0117", "INV-2026-0118", "INV-2026-0119")
SLASHED = ("117/26", "118/26", "119/26")
LONG = ("20260117", "20260118", "20260125")
SHORT = ("R260117", "R260118", "R260125")
LAST = ("11726", "11826", "12926")
FISCAL = ("25-26/0117", "25-26/0118", "25-26/0129")
FISCAL_JOINED = ("FY2526-0117", "FY2526-0118", "FY2526-0129")
MONTHLY = ("202601-0117", "202601-0118", "202512-0129")
MAPLE = "Maple Landscaping"


def book(numbers: tuple[str, ...]) -> list[OpenItem]:
    return [item(number, str(100 + 7 * place)) for place, number in enumerate(numbers)]


def posted(text: str, items: list[OpenItem], amount: str = "100") -> list[str]:
    """What is paid by itself, by whatever rule; the policy of a new client allows no more."""
    decision = decided(line(amount, text, MAPLE), items, EVERY_RULE)
    shy = decided(line(amount, text, MAPLE), items, MatchPolicy())
    assert shy.allocations in {(), decision.allocations}
    return sorted(taken(decision.allocations))


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        (DASHED, "INV-2025-0117"), (DASHED, "INV 2025 0117"), (DASHED, "INV/2025/0117"),
        (DASHED, "INV.2025.0117"), (DASHED, "2025-117"), (DASHED, "117/2025"), (DASHED, "117-25"),
        (DASHED, "25-117"), (DASHED, "25/117"), (DASHED, "INV 117 2025"), (DASHED, "117 of 2025"),
        (DASHED, "Rechnung 117 (2025)"), (DASHED, "Rechnung 117 aus 2025"),
        (DASHED, "INV20250117"), (DASHED, "INV2025-0117"), (DASHED, "2025/RE0117"),
        (DASHED, "INV-2024-0117"), (DASHED, "INV-2027-0117"), (DASHED, "INV-2025-0171"),
        (("1001/2026",), "1001/2025"), (("1001/2026",), "RE 2025/1001"),
        (SLASHED, "117/25"), (SLASHED, "117-25"), (SLASHED, "117 25"), (SLASHED, "25/117"),
        (SLASHED, "RE 117/2025"),
        (LONG, "20250117"), (LONG, "RE 20250117"), (LONG, "2025-0117"), (LONG, "117/2025"),
        (SHORT, "R250117"), (SHORT, "250117"), (SHORT, "R25-0117"), (SHORT, "RE 25/117"),
        (LAST, "11725"), (LAST, "117/25"),
        (FISCAL, "24-25/0117"), (FISCAL, "2024-25/0117"), (FISCAL, "24-25-117"),
        (FISCAL_JOINED, "FY2425-0117"),
        (MONTHLY, "202501-0117"), (MONTHLY, "202412/0117"),
    ],
)  # fmt: skip
def test_a_number_of_another_year_is_never_paid_by_itself(
    numbers: tuple[str, ...], text: str
) -> None:
    assert posted(text, book(numbers)) == []


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        (DASHED, "INV-2026-0117"), (DASHED, "117/2026"), (DASHED, "26-117"), (DASHED, "INV 117"),
        (DASHED, "INV 2026 117"), (DASHED, "INV-0117/26"), (DASHED, "INV-2026-0117 (2025-12-30)"),
        (DASHED, "INV-2026-0117 acct 2025"), (DASHED, "INV-2062-0117"),
        (SLASHED, "117/26"), (SLASHED, "117/2026"), (SLASHED, "RE 117"),
        (LONG, "20260117"), (LONG, "2026-0117"), (SHORT, "R260117"), (LAST, "11726"),
        (FISCAL, "25-26/0117"), (FISCAL, "2025-26/0117"), (FISCAL, "0117 / 25-26"),
        (FISCAL, "2526/0117"), (FISCAL_JOINED, "FY2526-0117"), (MONTHLY, "202601-0117"),
    ],
)  # fmt: skip
def test_its_own_year_says_nothing_against_it(numbers: tuple[str, ...], text: str) -> None:
    assert posted(text, book(numbers)) == [numbers[0]]


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        (("2025", "2026", "2027"), "invoice 2025"),
        (("INV-2025", "INV-2024", "INV-2023"), "INV-2025"),
        (("10-2024", "10-2025", "10-2026"), "INV 10-2024"),
        (("1001", "1002", "1003"), "INV 1001/2025"),
    ],
)
def test_digits_that_only_look_like_a_year_are_none(numbers: tuple[str, ...], text: str) -> None:
    assert posted(text, book(numbers)) == [numbers[0]]


def test_it_is_offered_to_a_person_who_is_told() -> None:
    decision = decided(line("100", "INV-2025-0117", MAPLE), book(DASHED), MatchPolicy())

    assert decision.action == "review"
    assert decision.reasons[0] == (
        'the text writes "2025-0117", and INV-2026-0117 is of another year'
    )
    assert taken(decision.candidates[0].allocations) == {"INV-2026-0117": 100}
    assert decision.reasons[0] in decision.candidates[0].against


def test_nor_is_it_by_an_amount_or_an_agreement() -> None:
    agreed = Expected("maple", ("id:20260117",), usd("100"), "what was promised")

    for text in ("2025-0117", "RE 20250117"):
        by_promise = decided(line("100", text, MAPLE), book(LONG), EVERY_RULE, agreed=[agreed])
        assert by_promise.action == "review"


def test_of_two_years_the_one_that_is_written_is_meant() -> None:
    both = [*book(("1001/2026", "1002/2026", "1003/2026")), item("1001/2025", "200")]

    assert posted("2025/1001", both, "200") == ["1001/2025"]
    assert posted("1001/2025", both) == []
    assert posted("RE 2025/1001", [*both[:3], paid(both[3])]) == []


def test_an_invoice_of_last_year_that_is_still_open_is_paid_by_its_number() -> None:
    old = replace(item("INV-2025-0117", "100"), issued=date(2025, 11, 3))

    assert posted("INV-2025-0117", [old, *book(("INV-2026-0117", "INV-2026-0118"))]) == [
        "INV-2025-0117"
    ]


def test_the_year_of_each_number_of_a_list_counts() -> None:
    numbers = ("0124-2026", "0125-2026", "0126-2026")

    assert posted("RE 0124-2026, 0125-2026", book(numbers), "207") == list(numbers[:2])
    assert posted("RE 0124-2026, 0125-2025", book(numbers), "207") == []
    assert posted("RE 0124/0125-2025", book(numbers), "207") == []


def test_two_digits_may_be_the_next_of_a_list_where_both_add_up() -> None:
    numbers = ("0124-2026", "0125-2026", "0126-2026")

    assert posted("RE 0124/25", book(numbers), "207") == list(numbers[:2])
    assert posted("RE 0124/25", book(numbers), "100") == []


def test_a_slip_in_a_year_that_cannot_be_one_is_still_a_slip() -> None:
    assert posted("R290117", book(SHORT)) == [SHORT[0]]
    assert posted("R160117", book(SHORT)) == [SHORT[0]]
