"""Numbers that are written almost right."""

from __future__ import annotations

import pytest

from matching.facts.sums import Entry
from matching.reading_texts.numbering import learned
from matching.references.typos import Slips
from tests.matching.books import item

NUMBERS = ["INV-2025-10423", "INV-2025-20257", "INV-2025-06026"]
ENTRIES = [Entry(item(number, "10"), 1000) for number in NUMBERS]


@pytest.mark.parametrize(
    ("_case", "digits", "expected"),
    [
        ("one dropped", "1042", ["INV-2025-10423"]),
        ("one doubled", "104423", ["INV-2025-10423"]),
        ("one changed", "10428", ["INV-2025-10423"]),
        ("two swapped", "10432", ["INV-2025-10423"]),
        ("the year too", "202510432", ["INV-2025-10423"]),
        ("two changed", "10488", []),
        ("right", "10423", ["INV-2025-10423"]),
        ("a year", "2025", []),
        ("too few digits", "10", []),
        ("too many digits", "1" * 25, []),
    ],
)
def test_one_slip_of_the_pen_is_seen(_case: str, digits: str, expected: list[str]) -> None:
    expected = [] if _case == "right" else expected

    assert [e.item.number for e in Slips(ENTRIES, learned(NUMBERS)).near(digits)] == expected


@pytest.mark.parametrize(
    ("_case", "digits", "expected"),
    [
        ("the next", "20258", True),
        ("the next, with its year", "202520258", True),
        ("far beyond", "20357", False),
        ("the newest", "20257", False),
        ("one before", "10424", False),
        ("too few digits", "58", False),
    ],
)
def test_what_goes_on_where_a_series_ends_may_be_the_next_invoice(
    _case: str, digits: str, expected: bool
) -> None:
    slips = Slips(ENTRIES, learned(NUMBERS))

    assert slips.is_next(digits) is expected
    assert not (expected and slips.near(digits))


def test_a_short_series_has_few_that_may_be_next() -> None:
    numbers = ["KRO-0007", "KRO-0008"]
    slips = Slips([Entry(item(number, "10"), 1000) for number in numbers], learned(numbers))

    assert not slips.is_next("0104")


@pytest.mark.parametrize(
    ("_case", "digits", "expected"),
    [
        ("what counts up", "10423", ["INV-2025-10423"]),
        ("all of it", "202510423", ["INV-2025-10423"]),
        ("without zeros", "6026", ["INV-2025-06026"]),
        ("a year", "2025", []),
        ("another", "10424", []),
    ],
)
def test_a_number_that_is_written_out_is_told_from_one_with_a_slip(
    _case: str, digits: str, expected: list[str]
) -> None:
    same = Slips(ENTRIES, learned(NUMBERS)).same(digits)

    assert [entry.item.number for entry in same] == expected
