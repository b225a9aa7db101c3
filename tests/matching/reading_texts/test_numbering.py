"""How a client numbers its invoices."""

from __future__ import annotations

import pytest

from matching.facts.items import Numbering
from matching.reading_texts.numbering import (
    SERIES_MAX,
    Pattern,
    Seen,
    keys_of,
    learned,
    newest_of,
    pattern_of,
    plain,
    search_keys,
    seen,
    serial_of,
)


@pytest.mark.parametrize(
    ("number", "pattern"),
    [
        ("INV-2024-01234", Pattern("inv", ("2024", "01234"), "")),
        ("1001", Pattern("", ("1001",), "")),
        ("SO 12/007-A", Pattern("so", ("12", "007"), "a")),
        ("١٢٣", Pattern("", ("123",), "")),
        ("Deposit Spring", Pattern("depositspring", (), "")),
        ("", Pattern("", (), "")),
    ],
)
def test_a_number_is_taken_apart(number: str, pattern: Pattern) -> None:
    assert pattern_of(number) == pattern


@pytest.mark.parametrize(("digits", "expected"), [("0042", "42"), ("0000", "0"), ("7", "7")])
def test_leading_zeros_do_not_count(digits: str, expected: str) -> None:
    assert plain(digits) == expected


@pytest.mark.parametrize(
    ("_case", "numbers", "serial"),
    [
        ("the year first", ["2025/001", "2025/002", "2025/003"], "002"),
        ("the year last", ["001/25", "002/25", "003/25"], "002"),
        ("the customer first", ["7-1", "7-2", "8-3"], "2"),
        ("one group", ["1001", "1002", "1003"], "1002"),
    ],
)
def test_what_counts_up_is_learned_from_the_book(
    _case: str, numbers: list[str], serial: str
) -> None:
    assert serial_of(pattern_of(numbers[1]), learned(numbers)) == serial


def test_prefixes_are_learned_from_the_book() -> None:
    assert learned(["INV-1", "INV-2", "CN-3", "4"]).prefixes == {"inv", "cn"}
    assert learned([]) == Numbering()


def test_the_newest_of_each_series_is_learned_from_the_book() -> None:
    numbering = learned(["INV-2025-0041", "INV-2025-0043", "INV-2026-0007", "CN-3", "Draft"])

    assert [newest_of(pattern_of(one), numbering) for one in ("INV-2025-0001", "CN-1", "RE-1")] == [
        (43, 20250043), (3, 3), (),
    ]  # fmt: skip


def test_where_the_year_comes_last_only_what_counts_up_has_a_newest() -> None:
    numbering = learned(["0041/25", "0043/25", "0044/25"])

    assert newest_of(pattern_of("0001/25"), numbering) == (44,)


def test_of_countless_series_the_longest_are_kept() -> None:
    series = [f"{number}-{serial}" for number in range(2_000, 2_400) for serial in (7, 8)]
    numbering = learned([*series, *(f"2000-{serial}" for serial in range(9, 900))])

    assert len(numbering.newest) == SERIES_MAX
    assert newest_of(pattern_of("2000-1"), numbering)[0] == 899


def test_a_number_is_found_by_all_its_digits_or_by_those_that_count_up() -> None:
    numbering = learned(["INV-2025-00041", "INV-2025-00042"])

    assert set(keys_of("INV-2025-00042", numbering)) == {"202500042", "202542", "42"}


def test_a_number_is_searched_for_by_whatever_may_count_up() -> None:
    assert {"12342025", "1234", "2025"} <= set(search_keys("1234/2025"))
    assert set(search_keys("12/25")) == {"1225", "25"}


def test_what_numbering_was_learned_from_is_counted_with_examples() -> None:
    groups, prefixes = seen(["INV-1", "INV-2", "INV-3", "INV-4", "RE-2025-7", "99", "Draft"])

    assert groups == {1: Seen(5, ("INV-1", "INV-2", "INV-3")), 2: Seen(1, ("RE-2025-7",))}
    assert prefixes == {
        "inv": Seen(4, ("INV-1", "INV-2", "INV-3")), "re": Seen(1, ("RE-2025-7",)),
        "draft": Seen(1, ("Draft",)),
    }  # fmt: skip
