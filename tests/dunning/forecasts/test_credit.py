"""A recommended credit limit: from what, by which rule, and when nothing can be said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.customer.account import Account
from dunning.customer.standing import Standing
from dunning.forecasts.credit import DAYS_KNOWN_MIN, PAID_MIN, recommend
from providers.ledger import Status
from providers.money import Money
from tests.dunning.accounts import account, invoice

TODAY = date(2026, 3, 2)
GOOD = Standing(
    since=date(2024, 3, 2), paid=20, on_time_share=Decimal(1), mean_days_late=Decimal(0),
    trend_days=Decimal(0), year=Money.of("12000", "USD"),
)  # fmt: skip


def of(*invoices: Any, **past: Any) -> Account:
    return account(*invoices, standing=replace(GOOD, **past))


def limit(*invoices: Any, **past: Any) -> str:
    found = recommend(of(*invoices, **past), TODAY)
    assert found.limit is not None
    return str(found.limit.amount)


def test_who_always_pays_on_time_gets_two_months_of_its_purchases() -> None:
    assert limit() == "2000.00"


@pytest.mark.parametrize(("name", "past", "expected"), [
    ("customer since", {"since": date(2022, 3, 2)}, "2400.00"),
    ("customer since", {"since": date(2025, 9, 1)}, "3200.00"),
    ("paid on time", {"on_time_share": Decimal("0.4")}, "1400.00"),
    ("days late on average", {"mean_days_late": Decimal(15)}, "1700.00"),
    ("days late on average", {"mean_days_late": Decimal(400)}, "1400.00"),
    ("trend", {"trend_days": Decimal(4)}, "1800.00"),
    ("trend", {"trend_days": Decimal(11)}, "1600.00"),
    ("trend", {"trend_days": Decimal(-20)}, "2000.00"),
    ("promises", {"promises_kept": 3, "promises_broken": 2}, "1600.00"),
    ("promises", {"promises_broken": 50}, "1000.00"),
])  # fmt: skip
def test_each_input_of_the_past_changes_it_by_its_rule(
    name: str, past: dict[str, Any], expected: str
) -> None:
    assert limit(**past) == expected
    told = {one.name: one for one in recommend(of(**past), TODAY).inputs}
    assert [it.name for it in told.values() if it.factor != 1] in ([name], [])
    assert told[name].rule


def test_what_is_overdue_halves_it_at_most_and_what_is_disputed_does_not_count() -> None:
    late = invoice("1", "300", due=date(2026, 1, 1))
    later = invoice("2", "300", due=date(2026, 4, 1))
    assert limit(late) == "1000.00"
    assert limit(late, later) == "1500.00"
    assert limit(replace(late, disputed=Money.of(300, "USD"))) == "2000.00"
    assert limit(replace(late, status=Status.DRAFT)) == "2000.00"


def test_it_says_what_is_left_and_shows_every_input() -> None:
    found = recommend(of(invoice("1", "300", due=date(2026, 4, 1)), promises_broken=1), TODAY)
    assert (str(found.limit), str(found.open), str(found.left)) == (
        "USD 1,800.00", "USD 300.00", "USD 1,500.00"
    )  # fmt: skip
    assert found.why == (
        "2 months of purchases (USD 12,000.00 in 12 months: USD 2,000.00), times 0.90"
    )
    assert [(one.name, one.value) for one in found.inputs] == [
        ("customer since", "2024-03-02, 2 years"), ("paid on time", "100% of 20 invoices"),
        ("days late on average", "0.0"), ("trend", "+0.0 days"),
        ("promises", "0 kept, 1 broken"), ("overdue now", "USD 0.00 of USD 300.00 open"),
        ("disputed now", "USD 0.00"),
    ]  # fmt: skip


@pytest.mark.parametrize(("past", "why"), [
    ({"paid": PAID_MIN - 1}, "5 paid invoices, at least 6 are needed"),
    ({"since": date(2025, 9, 4)}, f"a customer for 179 days, at least {DAYS_KNOWN_MIN} are needed"),
    ({"year": Money.zero("USD")}, "nothing was invoiced in the last 365 days"),
])  # fmt: skip
def test_without_enough_data_nothing_is_recommended(past: dict[str, Any], why: str) -> None:
    found = recommend(of(invoice("1", "300"), **past), TODAY)
    assert (found.limit, found.left, found.inputs) == (None, None, ())
    assert found.why == f"not enough data: {why}"
    assert str(found.open) == "USD 300.00"


@given(
    share=st.decimals(0, 1, places=4), late=st.decimals(0, 900, places=2),
    trend=st.decimals(-500, 500, places=2), broken=st.integers(0, 99),
    year=st.decimals("0.01", "1e9", places=2), days=st.integers(DAYS_KNOWN_MIN, 4000),
)  # fmt: skip
def test_it_is_never_below_zero_nor_above_what_its_factors_say(
    share: Decimal, late: Decimal, trend: Decimal, broken: int, year: Decimal, days: int
) -> None:
    since = date.fromordinal(TODAY.toordinal() - days)
    found = recommend(
        of(since=since, on_time_share=share, mean_days_late=late, trend_days=trend,
           promises_broken=broken, year=Money.of(year, "USD")),
        TODAY,
    )  # fmt: skip
    assert found.limit is not None
    assert found.base is not None
    product = found.base.amount
    for one in found.inputs:
        product *= one.factor
    assert 0 <= found.limit.amount <= product + Decimal("0.01")
