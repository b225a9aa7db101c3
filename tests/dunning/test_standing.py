"""A customer's past, in words."""

from __future__ import annotations

from datetime import date

import pytest

from dunning.standing import Standing

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(("known", "words"), [
    (Standing(), "payer new, 0 paid invoices"),
    (Standing(since=date(2026, 1, 1), paid=2),
     "payer new, customer since 2026-01-01, 2 paid invoices"),
    (Standing(since=date(2025, 1, 1), paid=1),
     "payer new, customer since 2025-01-01 (1 year), 1 paid invoice"),
    (Standing(since=date(2023, 1, 1), paid=2),
     "payer new, customer since 2023-01-01 (3 years), 2 paid invoices"),
])  # fmt: skip
def test_one_is_not_many(known: Standing, words: str) -> None:
    assert known.words(TODAY) == words
