"""Numbers that are written almost right."""

from __future__ import annotations

import pytest

from matching.numbering import learned
from matching.sums import Entry
from matching.typos import Slips
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
