"""A customer's past, in words."""

from __future__ import annotations

from datetime import date

import pytest

from dunning.customer.standing import PaidInvoice, Standing, standing_of
from providers.money import Money

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(("known", "words"), [
    (Standing(), "payer new, 0 paid invoices"),
    (Standing(since=date(2026, 1, 1), paid=2),
     "payer new, customer since 2026-01-01, 2 paid invoices"),
    (Standing(since=date(2025, 1, 1), paid=1),
     "payer new, customer since 2025-01-01 (1 year), 1 paid invoice"),
    (Standing(since=date(2023, 1, 1), paid=2),
     "payer new, customer since 2023-01-01 (3 years), 2 paid invoices"),
    (Standing(since=date(2020, 3, 2), paid=2, is_cut=True),
     "payer new, customer since 2020-03-02 or before (more than 5 years), 2 paid invoices"),
])  # fmt: skip
def test_one_is_not_many(known: Standing, words: str) -> None:
    assert known.words(TODAY) == words


@pytest.mark.parametrize(("read_from", "is_cut"), [
    (None, False),
    (date(2020, 2, 1), True),
    (date(2019, 2, 2), True),
    (date(2019, 1, 1), False),
    (date(2021, 1, 1), True),
])  # fmt: skip
def test_where_the_past_was_not_read_back_to_the_first_invoice_the_years_are_at_least(
    read_from: date | None, is_cut: bool
) -> None:
    first = PaidInvoice(date(2020, 2, 1), date(2020, 3, 2), date(2020, 3, 2), Money.of("9", "USD"))
    known = standing_of([first], [], TODAY, "USD", read_from=read_from)
    assert (known.since, known.is_cut) == (first.issued, is_cut)
    assert known.years(date(2026, 2, 1)) == (5 if is_cut else 6)
