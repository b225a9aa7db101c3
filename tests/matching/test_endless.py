"""Whatever is written, and however large the book: nothing fails, and the work stays bounded."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.decide import decide
from matching.gather import gather
from matching.items import Cash, MatchDecision, OpenItem
from matching.shelf import Shelf
from tests.matching.books import EVERY_RULE, item, line, shelf

CALLS_MAX = 1_000_000
"""Calls of functions for one payment, in Python and in C: about a tenth of a second."""
SIGNS = st.text(alphabet="0123456789 ,;/-.#$€%?oOIl&+:'", max_size=400)
MAPLE = "Maple Landscaping"


def counted(work: Callable[[], MatchDecision]) -> tuple[MatchDecision, int]:
    """What comes of it, and how many functions were called for it."""
    calls = 0

    def note(_frame: FrameType, event: str, _what: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(note)
    try:
        decision = work()
    finally:
        sys.setprofile(None)
    return decision, calls


def on(money: Cash, book: Shelf) -> tuple[MatchDecision, int]:
    return counted(lambda: decide(gather(money, book, EVERY_RULE), EVERY_RULE))


def row(count: int, amount: str, *, first: int = 10_000) -> list[OpenItem]:
    return [item(f"INV-{first + n}", amount, due_days=n % 60) for n in range(count)]


def look_alikes(count: int) -> list[OpenItem]:
    """Open invoices of a dozen customers that are called alike."""
    return [
        replace(
            item(f"{10_000 + n}", f"{n * 7919 % 100_000 / 100 + 1:.2f}", due_days=n % 60),
            customer_id=f"elm{n % 13}", customer_name="Elm Roofing",
        )
        for n in range(count)
    ]  # fmt: skip


MANY = row(400, "100")
SERIALS = " ".join(str(10_000 + n) for n in range(330))
SLIPS = " ".join(str(20_000 + n * 37) for n in range(330))
ODD = [item(f"INV-{10_000 + n}", f"{n * 7919 % 90_000 / 100 + 10:.2f}") for n in range(400)]


@pytest.mark.parametrize(
    ("_case", "text", "amount", "book"),
    [
        ("only digits", "7" * 20_000, "300", ODD),
        ("only separators", "-/ ,;" * 4_000, "300", ODD),
        ("only blanks", " " * 20_000, "300", ODD),
        ("only letters", "a" * 20_000, "300", ODD),
        ("only zeros", "0 " * 10_000, "300", ODD),
        ("only amounts", "$1," * 7_000, "300", ODD),
        ("only dates", "1/1/" * 5_000, "300", ODD),
        ("only tags", "?20" * 7_000, "300", ODD),
        ("only letters that look like digits", "1o" * 10_000, "300", ODD),
        ("only words of leaving out", "not incl " * 2_000, "300", ODD),
        ("every number", SERIALS, "300", ODD),
        ("every number wrong", SLIPS, "300", ODD),
        ("ranges", ",".join(f"{10_000 + n}-{10_059 + n}" for n in range(330)), "300", ODD),
        ("few digits that mean any", " ".join(str(n) for n in range(1, 81)), "300",
            row(80, "100", first=1)),
        ("equal invoices", "", "200", MANY),
        ("equal invoices, three of them", "", "300", row(135, "100")),
        ("equal invoices, five of them", "", "500", row(22, "100")),
        ("equal invoices and a cut text", "INV-10001, INV-10002,", "500", MANY),
        ("credit notes", "INV-10001 10002", "100", [
            *row(200, "100"),
            *(item(f"CN-{n}", "-100") for n in range(20_000, 20_200)),
        ]),
    ],
)  # fmt: skip
def test_the_work_for_one_payment_is_bounded(
    _case: str, text: str, amount: str, book: Sequence[OpenItem]
) -> None:
    decision, calls = on(line(amount, text, MAPLE), shelf(book))

    assert decision.action == "review"
    assert len(decision.candidates) <= EVERY_RULE.candidates_max
    assert 0 < calls <= CALLS_MAX


@pytest.mark.parametrize("text", ["", SERIALS, SLIPS])
def test_the_work_stays_bounded_where_a_dozen_customers_are_called_alike(text: str) -> None:
    _, calls = on(line("300.07", text, "Elm Roofing"), shelf(look_alikes(12 * 420)))

    assert 0 < calls <= CALLS_MAX


def test_a_larger_book_costs_no_more() -> None:
    """Ten times the customers, each with as much as before."""

    def book(customers: int) -> Shelf:
        return shelf([
            item(f"INV-{10_000 + n}", f"{n % 997 + 1}.{n % 89 + 10}", customer=f"elm {n // 10}")
            for n in range(customers * 10)
        ])  # fmt: skip

    small, large = book(100), book(1_000)
    money = line("33.33", "INV-10042 and 10043, thanks", "elm 4")
    for warm in (small, large):
        on(money, warm)

    assert on(money, large)[1] <= on(money, small)[1] * 1.5


BOOK = shelf([
    *row(30, "100"), item("2024/0100", "55.10"), item("7", "3"), item("", "9"), item("ABC", "8"),
    item("INV-1", "10", currency="EUR"), item("CN-5", "-30"),
])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=500) | SIGNS, st.text(max_size=60), st.integers(1, 10**12))
def test_no_text_and_no_name_makes_it_fail(text: str, payer: str, cents: int) -> None:
    decision, calls = on(line(f"{cents}e-2", text, payer), BOOK)

    assert calls <= CALLS_MAX
    assert decision.reasons


@settings(max_examples=50, deadline=None)
@given(st.text(min_size=1, max_size=30), st.integers(1, 30))
def test_a_text_that_repeats_itself_to_20_000_characters_costs_no_more(
    piece: str, cents: int
) -> None:
    text = (piece * (20_000 // len(piece) + 1))[:20_000]

    _, calls = on(line(f"{cents}", text, MAPLE), BOOK)

    assert calls <= CALLS_MAX
