"""Names of payers and customers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.payer_names.names import (
    SHARED_BY_MIN,
    NameIndex,
    common_endings,
    core,
    likeness,
    words_of,
)


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("MAPLE LANDSCAPING", "Maple Landscaping, LLC", 100, 100),
        ("Landscaping Maple", "Maple Landscaping", 100, 100),
        ("Maple Landscapng", "Maple Landscaping", 90, 99.9),
        ("ACME HOLDINGS PAYMENT", "Acme", 0, 60),
        ("Zebra Quarry", "Maple Landscaping", 0, 50),
        ("", "Maple", 0, 0),
        ("...", "Maple", 0, 0),
        ("The Company", "the company", 100, 100),
    ],
)
def test_likeness(one: str, other: str, least: float, most: float) -> None:
    assert least <= likeness(one, other) <= most


@pytest.mark.parametrize(
    ("_case", "name", "words"),
    [
        ("legal forms", "Birch Bakery GmbH & Co. KG", ("birch", "bakery")),
        ("what banks put before", "ACH CREDIT Birch Bakery", ("birch", "bakery")),
        ("never nothing", "The Company", ("company",)),
        ("full width", "ＢＩＲＣＨ　Ｂａｋｅｒｙ", ("birch", "bakery")),
        ("endless", "x " * 100_000, ("x",) * 128),
    ],
)
def test_words_of_a_name(_case: str, name: str, words: tuple[str, ...]) -> None:
    assert words_of(name) == words


def test_an_ending_that_many_names_share_is_no_part_of_the_name() -> None:
    names = [f"{tree} Roofing" for tree in ("Elm", "Ash", "Fir", "Yew")]

    assert len(names) == SHARED_BY_MIN
    assert common_endings(names) == {"roofing"}
    assert common_endings(names[1:]) == frozenset()
    assert core("Elm Roofing Ltd", common_endings(names)) == "elm"
    assert core("Roofing", common_endings(names)) == "roofing"


INDEX = NameIndex([
    ("maple", "Maple Landscaping LLC"), ("oak", "Oak Dental Group"), ("oak", "Smile Studio"),
    ("alder", "Alder Joinery"), ("alder west", "Alder Freight West"),
    ("pine north", "Pine Plumbing North"), ("pine south", "Pine Plumbing South"),
])  # fmt: skip


@pytest.mark.parametrize(
    ("_case", "payer", "expected"),
    [
        ("as written", "MAPLE LANDSCAPING", {"maple"}),
        ("an alias", "smile studio ltd", {"oak"}),
        ("a slip of the pen", "Maple Landscapng", {"maple"}),
        ("one word less, of one customer", "Oak", set()),
        ("the first of three words", "Pine", set()),
        ("the first word of some", "Alder", {"alder", "alder west"}),
        ("one word less, of two customers", "Pine Plumbing", {"pine north", "pine south"}),
        ("one word more", "Maple Landscaping Berlin", {"maple"}),
        ("nobody", "Zebra Quarry", set()),
        ("nothing", "", set()),
    ],
)
def test_a_payer_is_looked_up(_case: str, payer: str, expected: set[str]) -> None:
    assert INDEX.called(payer, points_min=88)[0] == expected


def test_how_alike_a_name_must_be_is_the_clients_choice() -> None:
    assert INDEX.called("Maple Landscapng", points_min=99)[0] == set()
    assert INDEX.called("Maple Landscapng", points_min=90)[0] == {"maple"}


def test_a_whole_name_is_told_from_a_core() -> None:
    assert INDEX.is_whole("Oak Dental") == {"oak"}
    assert INDEX.is_whole("Pine Plumbing") == set()


@pytest.mark.parametrize(
    ("payer", "expected"),
    [
        ("SMITH LTD", {"ltd"}),
        ("Smith Limited", {"ltd"}),
        ("Smith Incorporated", {"inc"}),
        ("Smith", set()),
        ("Smith GmbH", set()),
    ],
)
def test_a_name_down_to_its_legal_form_is_told_from_one_without(
    payer: str, expected: set[str]
) -> None:
    index = NameIndex([("ltd", "Smith Ltd"), ("inc", "Smith Inc."), ("none", "Smith")])

    assert index.is_full(payer) == expected


BOOK = [
    ("maple", "Maple Landscaping LLC"), ("oak", "Oak Dental Group"), ("oak", "Smile Studio"),
    ("elm", "Elm Roofing"), ("ash", "Ash Roofing"), ("fir", "Fir Roofing"), ("oak 2", "Oak Dental"),
]  # fmt: skip
ASKED = ("Maple", "Maple Landscapng", "Oak Dental", "Smile Studio Ltd", "Elm", "Roofing", "Yew",
         "Fir Roofing Berlin")  # fmt: skip


def told(index: NameIndex) -> list[tuple[set[str], float, set[str]]]:
    return [(*index.called(name, points_min=80), index.is_whole(name)) for name in ASKED]


@settings(max_examples=200)
@given(st.sets(st.sampled_from(BOOK)), st.sets(st.sampled_from(BOOK)))
def test_a_renewed_index_is_the_index_of_what_there_is_now(
    before: set[tuple[str, str]], after: set[tuple[str, str]]
) -> None:
    old = NameIndex(before)
    known = told(old)

    renewed = old.renewed(after)

    assert told(renewed) == told(NameIndex(after))
    assert told(renewed.renewed(before)) == known
    assert told(old) == known, "what was handed out stays as it is"
    assert len(renewed) == len(after)


def test_a_name_that_makes_an_ending_common_is_looked_up_by_the_rest() -> None:
    three = NameIndex(BOOK)

    four = three.renewed([*BOOK, ("yew", "Yew Roofing")])

    assert three.called("Elm", points_min=88)[0] == set()
    assert four.called("Elm", points_min=88)[0] == {"elm"}
