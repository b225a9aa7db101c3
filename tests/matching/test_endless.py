"""Whatever is written, and however large the book: nothing fails, and the work stays bounded."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.book.gather import gather
from matching.book.shelf import Shelf
from matching.deciding.decide import decide
from matching.facts.items import Cash, MatchDecision
from tests.matching.books import EVERY_RULE, item, line, shelf
from tests.matching.hostile import HOSTILE, MAPLE, Hostile, row

CALLS_MAX = 1_000_000
"""Calls of functions for one payment, in Python and in C: about a tenth of a second."""
SIGNS = st.text(alphabet="0123456789 ,;/-.#$€%?oOIl&+:'", max_size=400)


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


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda one: one.case)
def test_the_work_for_one_payment_is_bounded(hostile: Hostile) -> None:
    decision, calls = on(hostile.cash, shelf(hostile.book))

    assert decision.action == "review"
    assert len(decision.candidates) <= EVERY_RULE.candidates_max
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
