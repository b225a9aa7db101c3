"""Short ways to name several invoices."""

from __future__ import annotations

import pytest

from matching.facts.items import OpenItem
from matching.reading_texts.numbering import learned
from matching.reading_texts.reading import read
from matching.references.expanding import RANGE_MAX, expanded
from matching.references.mentions import find, index_of
from tests.matching.books import item


def named(text: str, items: list[OpenItem]) -> list[str]:
    numbering = learned(one.number for one in items)
    reading = read(text)
    found = find(reading, index_of(items, numbering), numbering)
    mentions = expanded(reading, found, items, numbering).mentions
    return sorted({option.number for m in mentions for option in m.options})


def row(*serials: int, customer: str = "maple") -> list[OpenItem]:
    return [item(f"INV-{serial}", "10", customer=customer) for serial in serials]


BOOK = row(1556, 1563, 1570, 1571, 1572, 1573)


@pytest.mark.parametrize(
    ("_case", "text", "expected"),
    [
        ("the last two digits", "INV-1556,63", ["INV-1556", "INV-1563"]),
        ("with a slash", "1556/63/70", ["INV-1556", "INV-1563", "INV-1570"]),
        ("with and", "1556 and 63", ["INV-1556", "INV-1563"]),
        ("in German", "RE 1556 und 63", ["INV-1556", "INV-1563"]),
        ("only the last digit", "1570,1,2", ["INV-1570", "INV-1571", "INV-1572"]),
        ("not across other words", "1556 rent for 63 days", ["INV-1556"]),
        ("not behind another word", "1556 rent 63", ["INV-1556"]),
        ("not an order number", "1556 PO 63", ["INV-1556"]),
        ("not one that is not there", "1556,99", ["INV-1556"]),
        ("a range", "1570-1573", ["INV-1570", "INV-1571", "INV-1572", "INV-1573"]),
        ("a range with a short end", "1570-73", ["INV-1570", "INV-1571", "INV-1572", "INV-1573"]),
        ("a range in words", "1570 thru 1572", ["INV-1570", "INV-1571", "INV-1572"]),
        ("a range with a prefix", "INV-1570 bis INV-1572", ["INV-1570", "INV-1571", "INV-1572"]),
        ("a range in Dutch", "1570 t/m 1571", ["INV-1570", "INV-1571"]),
        ("not a range backwards", "1573-1570", ["INV-1570", "INV-1573"]),
        ("nothing named", "thank you", []),
    ],
)
def test_several_invoices_are_named_shortly(_case: str, text: str, expected: list[str]) -> None:
    assert named(text, BOOK) == expected


def test_a_range_holds_the_invoices_of_one_customer_only() -> None:
    book = [*row(1570, 1573), *row(1571, 1572, customer="oak")]

    assert named("1570-1573", book) == ["INV-1570", "INV-1573"]


def test_what_is_too_far_apart_is_no_range() -> None:
    far = RANGE_MAX + 1
    book = row(2000, 2001, 2000 + far)

    assert named(f"2000-{2000 + far}", book) == ["INV-2000", f"INV-{2000 + far}"]
    assert named(f"2000-{2000 + far - 1}", [*book, *row(2000 + far - 1)])[1] == "INV-2001"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("INV-1556 and INV-1563 and 7", ["INV-1556", "INV-1563"]),
        ("INV-1556 and INV-1563 and 7.", ["INV-1556", "INV-1563", "INV-1567"]),
    ],
)
def test_where_a_bank_cuts_a_digit_may_be_the_beginning_of_a_number(
    text: str, expected: list[str]
) -> None:
    assert named(text, [*BOOK, *row(1567)]) == expected
