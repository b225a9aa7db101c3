"""Sets of items that add up to an amount."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from matching.facts.sums import Entry, Sum, granules, sets_of
from tests.matching.books import item


def entries(*minors: int, due: Callable[[int], int] = lambda place: 7 * place) -> list[Entry]:
    """The oldest due first; `due` tells the day by the place in the row."""
    return [
        Entry(item(str(1000 + place), str(minor / 100), due_days=due(place)), minor)
        for place, minor in enumerate(minors)
    ]


def sets(found: tuple[Sum, ...]) -> list[tuple[str, list[int]]]:
    return [(one.kind, [entry.minor for entry in one.entries]) for one in found]


@pytest.mark.parametrize(
    ("_case", "minors", "target", "expected"),
    [
        ("everything", (1011, 2027, 3043), 6081, ("all_open", [1011, 2027, 3043])),
        ("the oldest", (1011, 2027, 3043), 3038, ("oldest_together", [1011, 2027])),
        ("a row", (1011, 2027, 3043, 4059), 5070, ("in_a_row", [2027, 3043])),
        ("here and there", (1011, 2027, 3043, 4059), 4054, ("scattered", [1011, 3043])),
        ("five of them", (101, 203, 407, 811, 1623, 3251, 6469), 101 + 407 + 811 + 1623 + 6469,
            ("scattered", [101, 407, 811, 1623, 6469])),
    ],
)  # fmt: skip
def test_a_set_is_found_with_its_structure(
    _case: str, minors: tuple[int, ...], target: int, expected: tuple[str, list[int]]
) -> None:
    assert sets(sets_of(entries(*minors), target))[0] == expected


def test_what_falls_due_on_one_day_is_paid_together() -> None:
    def due(place: int) -> int:
        return 7 if place in {1, 2} else 7 * place

    minors = (1011, 2027, 3043, 4059, 509)
    together = sets(sets_of(entries(*minors, due=due), 2027 + 3043))
    apart = sets(sets_of(entries(*minors, due=due), 3043 + 4059))

    assert together[0] == ("due_together", [2027, 3043])
    assert apart[0] == ("in_a_row", [3043, 4059])


def test_a_part_of_what_falls_due_on_one_day_is_a_row() -> None:
    book = entries(1011, 2027, 3043, 4059, due=lambda place: min(place, 1))

    assert sets(sets_of(book, 2027 + 3043))[0] == ("in_a_row", [2027, 3043])


def test_one_alone_is_found_only_when_asked_for() -> None:
    book = entries(1011, 2027)

    assert sets(sets_of(book, 2027)) == []
    assert sets(sets_of(book, 2027, single_too=True)) == [("single", [2027])]


def test_the_plainer_structure_is_likelier() -> None:
    book = entries(1011, 2027, 3043, 4059, 5, 3033)

    found = sets_of(book, 1011 + 2027)

    assert sets(found) == [("oldest_together", [1011, 2027]), ("in_a_row", [5, 3033])]
    assert found[0].weight > 2 * found[1].weight


def test_every_set_is_found_once() -> None:
    found = sets_of(entries(1000, 1000, 1000), 2000)

    ids = [frozenset(entry.item.invoice_id for entry in one.entries) for one in found]
    assert len(ids) == len(set(ids)) == 3


@pytest.mark.parametrize(
    ("minor", "expected"), [(123_457, 123_457), (120_000, 12), (125_000, 25), (1, 1), (100, 2)]
)
def test_a_round_amount_is_one_of_few(minor: int, expected: int) -> None:
    assert granules(minor) == expected


def test_more_items_make_an_accident_likelier() -> None:
    few = sets_of(entries(1011, 2027, 3043), 1011 + 3043)[0]
    many = sets_of(entries(1011, 2027, 3043, *range(101, 121)), 1011 + 3043)[0]
    rounder = sets_of(entries(1000, 2000, 3000), 4000)[0]

    assert few.chance < many.chance < rounder.chance


def test_nothing_adds_up_to_less_than_the_smallest() -> None:
    assert sets_of(entries(1011, 2027), 500) == ()
    assert sets_of([], 500) == ()
