"""What a client's tolerances book of a difference by itself."""

from __future__ import annotations

from decimal import Decimal

import pytest

from matching.book.gather import gather
from matching.deduction.shortfalls import Tolerance, found
from providers.ledger import Allocation
from tests.matching.books import EVERY_RULE, decided, item, line, shelf, usd

MAPLE = "Maple Landscaping LLC"
GENEROUS = Tolerance(
    account="42", kinds=frozenset({"discount", "fee"}), at_most={"USD": Decimal(250)}
)
BOOK = [item("INV-1001", "1000"), item("INV-1002", "77.10")]


@pytest.mark.parametrize(
    ("text", "came", "booked"),
    [
        ("INV-1001 less 2% skonto", "980", True),
        ("INV-1001 less 2% skonto", "800", False),
        ("INV-1001 discount", "960", True),
        ("INV-1001 discount", "800", False),
        ("INV-1001 bank charges", "975", True),
        ("INV-1001 bank charges", "800", False),
    ],
)
def test_a_tolerance_books_a_named_difference_of_the_usual_size_only(
    text: str, came: str, *, booked: bool
) -> None:
    money = line(came, text, MAPLE)
    decision = decided(money, BOOK)
    assert decision.allocations == (Allocation("id:INV-1001", usd(came)),)

    [short] = found(gather(money, shelf(BOOK), EVERY_RULE), decision.allocations)

    assert GENEROUS.covers("", short) is booked
    assert booked or short.kind == "deduction"
