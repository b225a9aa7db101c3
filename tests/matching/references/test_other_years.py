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
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\xad\u2e3a\ufe58\ufe63\uff0d"
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
        (DASHED, "INV-2025- 0117"), (DASHED, "INV-2025 -0117"), (DASHED, "INV -2025 -0117"),
        (DASHED, "INV-2025  -  0117"), (DASHED, "INV-2025:0117"), (DASHED, "INV-2025,0117"),
        (DASHED, "INV-2025, 0117"), (DASHED, "INV-2025\\0117"), (DASHED, "INV-2025+0117"),
        (DASHED, "INV-2025;0117"), (DASHED, "INV-202 5-0117"), (DASHED, "INV-2 025-0117"),
        (DASHED, "INV-2025-01 17"), (DASHED, "INV 0117/202 5"), (DASHED, "INV-25- 0117"),
        (SLASHED, "117:25"), (SLASHED, "117\\25"), (SLASHED, "117/ 25"), (SLASHED, "117 /25"),
    ],
)  # fmt: skip
def test_nor_where_another_sign_or_a_wrap_stands_before_it(
    numbers: tuple[str, ...], text: str
) -> None:
    assert posted(text, book(numbers)) == []


@pytest.mark.parametrize("dash", DASHES, ids=ascii)
def test_every_dash_is_one(dash: str) -> None:
    assert posted(f"INV{dash}2025{dash}0117", book(DASHED)) == []
    assert posted(f"INV-2025{dash}0117", book(DASHED)) == []
    assert posted(f"117{dash}25", book(SLASHED)) == []
    assert posted(f"INV{dash}2026{dash}0117", book(DASHED)) == ["INV-2026-0117"]


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        (DASHED, "invoice 117 dated 2025"), (DASHED, "invoice 0117, year 2025"),
        (DASHED, "Invoice 2025 no 0117"), (DASHED, "Invoice 2025 No. 0117"),
        (DASHED, "2025 invoice 0117"), (DASHED, "year 2025 inv 0117"), (DASHED, "2025 inv no 117"),
        (DASHED, "Rechnung Nr. 117 Jahr 2025"), (DASHED, "facture 117 de l'année 2025"),
        (DASHED, "Rechnung 117 aus dem Jahr 2025"), (DASHED, "factuur 117 jaar 2025"),
        (DASHED, "RE 117 v. 03.02.2025"), (DASHED, "Rechnung 117 vom 3.2.2025"),
        (DASHED, "facture 117 du 03/02/2025"), (DASHED, "factuur 117 d.d. 03-02-2025"),
        (DASHED, "invoice 117 dated 3 Feb 2025"), (DASHED, "invoice 117 dated Feb 3, 2025"),
        (DASHED, "invoice 117 (dated 2025-02-03)"), (DASHED, "invoice 117 of 02/13/25"),
        (FISCAL, "FY24-25 0117"), (FISCAL, "FY 24-25 0117"), (FISCAL, "0117 24/25"),
        (FISCAL, "0117-2425"), (FISCAL, "2425-0117"), (FISCAL, "2024-25 0117"),
        (FISCAL, "0117 (2024/2025)"), (DASHED, "2024/25 0117"), (MONTHLY, "2501-0117"),
        (("2026INV117", "2026INV118"), "2025 INV 117"),
    ],
)  # fmt: skip
def test_nor_where_a_word_says_the_year(numbers: tuple[str, ...], text: str) -> None:
    assert posted(text, book(numbers)) == []


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        (DASHED, "INV-2026- 0117"), (DASHED, "INV-2026:0117"), (DASHED, "invoice 117 dated 2026"),
        (DASHED, "INV-202 6-0117"), (DASHED, "2026 invoice 0117"), (DASHED, "Invoice 0117, 2026"),
        (DASHED, "Invoice 117 dated 10 January 2026"), (DASHED, "INV 0117 dated 01/10/26"),
        (FISCAL, "FY25-26 0117"), (FISCAL, "0117 25/26"), (FISCAL, "0117-2526"),
        (MONTHLY, "2601-0117"), (SLASHED, "117:26"), (SLASHED, "117/ 26"),
    ],
)  # fmt: skip
def test_its_own_year_may_be_written_so_too(numbers: tuple[str, ...], text: str) -> None:
    assert posted(text, book(numbers)) == [numbers[0]]


@pytest.mark.parametrize(
    "text",
    [
        "INV-0117 payment 03.02.2026", "INV-117 pd 02/03/26", "INV-0117 03.02.2026",
        "INV-0117 date 03.02.2026", "INV-0117 2025-12-31", "INV-2026-0117 dated 15.12.2025",
        "INV-2026-0117, 2025", "INV-2026-0117:2025", "INV 0117 vom 26/01/25",
        "RE 0117 vom 01.12.2025 bis 31.12.2025", "RE 0117 vom 01.12.2025 - 31.12.2025",
        "INV-0117 services 12/2025", "INV-0117 Dec 2025 services", "INV-0117 of Dec 2025",
        "Inv 0117, 25 hours", "Inv 0117. 25 pcs", "INV 0117, 2025 EUR", "INV 0117 2025 USD",
        "PO 2025 invoice 0117", "Conference 2025 invoice 0117", "INV 0117; PO 2025",
        "INV-0117 tuition 2024-25", "INV-0117 24-25 pcs", "INV 0117 12:25",
    ],
)  # fmt: skip
def test_other_days_sums_and_orders_say_no_year_of_it(text: str) -> None:
    assert posted(text, book(DASHED)) == ["INV-2026-0117"]


def test_a_later_day_beside_last_years_number_may_be_that_of_the_payment() -> None:
    old = replace(item("INV-2025-0117", "100"), issued=date(2025, 11, 3))

    for text in ("INV-0117 date 05.01.2026", "RE 117 vom 05.01.2026", "INV-0117 dated 2025"):
        assert posted(text, [old]) == ["INV-2025-0117"]
    assert posted("INV-0117 dated 2026", [old]) == []


def test_an_invoice_is_of_the_day_on_which_it_was_written_whatever_its_number_says() -> None:
    early = [replace(one, issued=date(2025, 12, 20)) for one in book(DASHED)]

    assert posted("INV 117 dated 20.12.2025", early) == ["INV-2026-0117"]
    assert posted("INV 117 dated 20.12.2024", early) == []


def test_in_a_list_what_is_counted_up_to_is_no_year() -> None:
    many = book(("INV-2026-2025", "INV-2026-2026", "INV-2026-2031"))
    listed = decided(line("214", "INV 2025, 2031", MAPLE), many, EVERY_RULE)

    assert not any("of another year" in reason for reason in listed.reasons)


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
