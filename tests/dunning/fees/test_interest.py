"""Statutory interest: the government's own example, half-years, and no guess where a rate lacks."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunning.customer.persons import Kind
from dunning.fees.interest import Claim, Debt, NotAvailable, statutory_claim
from dunning.fees.rates import TABLES
from providers.money import Money


def debt(
    amount: str = "1000 GBP",
    due: date = date(2016, 1, 1),
    country: str = "GB",
    *,
    kind: Kind = Kind.BUSINESS,
    contractual: bool = False,
    payments: tuple[tuple[date, Money], ...] = (),
) -> Debt:
    value, currency = amount.split()
    return Debt(Money.of(value, currency), due, country, kind, contractual, payments)


def claimed(one: Debt, until: date) -> Claim:
    claim = statutory_claim(one, until)
    assert isinstance(claim, Claim), claim
    return claim


def refused(one: Debt, until: date) -> str:
    claim = statutory_claim(one, until)
    assert isinstance(claim, NotAvailable)
    return claim.reason


def test_a_thousand_pounds_at_8_5_percent_are_23p_a_day_and_11_50_after_50_days() -> None:
    claim = claimed(debt(), date(2016, 2, 20))

    assert [period.percent for period in claim.periods] == [Decimal("8.50")]
    assert claim.daily == Money.of("0.23", "GBP")
    assert claim.interest == Money.of("11.50", "GBP")
    assert claim.fixed_sum == Money.of("70", "GBP")
    assert "Late Payment of Commercial Debts (Interest) Act 1998" in claim.citation
    assert "payontime.co.uk" in claim.periods[0].source


@pytest.mark.parametrize(
    ("amount", "fixed"),
    [("0.01", 40), ("999.99", 40), ("1000", 70), ("9999.99", 70), ("10000", 100), ("9e6", 100)],
)
def test_the_fixed_sums_of_the_uk(amount: str, fixed: int) -> None:
    assert claimed(debt(f"{amount} GBP"), date(2016, 2, 1)).fixed_sum == Money.of(fixed, "GBP")


@pytest.mark.parametrize(
    ("amount", "fixed"),
    [
        ("0.01", 40), ("1000", 40), ("1000.01", 70), ("5000", 70), ("10000", 70), ("10000.01", 100),
        ("9e6", 100),
    ],
)  # fmt: skip
def test_the_fixed_sums_of_ireland_are_more_above_their_bounds(amount: str, fixed: int) -> None:
    claim = claimed(debt(f"{amount} EUR", date(2025, 3, 31), "IE"), date(2025, 8, 31))

    assert claim.fixed_sum == Money.of(fixed, "EUR")
    assert "regulations 4 and 9 and Schedule" in claim.citation
    assert "compensation for recovery costs" in claim.citation


def test_in_the_uk_the_rate_of_the_half_year_in_which_interest_begins_stays() -> None:
    within = claimed(debt(due=date(2023, 6, 1)), date(2024, 3, 1))
    # The day after 30 June begins the next half-year.
    after = claimed(debt(due=date(2023, 6, 30)), date(2024, 3, 1))

    assert {period.percent for period in within.periods} == {Decimal("11.50")}
    assert {period.percent for period in after.periods} == {Decimal("13.00")}


def test_in_germany_each_half_year_has_its_own_rate() -> None:
    claim = claimed(debt("1000 EUR", date(2025, 5, 1), "DE"), date(2025, 7, 31))

    assert [(p.first, p.last, p.percent) for p in claim.periods] == [
        (date(2025, 5, 2), date(2025, 6, 30), Decimal("11.27")),
        (date(2025, 7, 1), date(2025, 7, 31), Decimal("10.27")),
    ]
    assert [period.interest.amount for period in claim.periods] == [
        Decimal("18.52"),  # 1000 x 11.27 % x 60 / 365 = 18.526, never rounded up
        Decimal("8.72"),  # 1000 x 10.27 % x 31 / 365 = 8.722
    ]
    assert claim.interest == Money.of("27.24", "EUR")
    assert claim.fixed_sum == Money.of("40", "EUR")


def test_in_ireland_the_rate_of_the_last_day_is_for_all() -> None:
    claim = claimed(debt("1000 EUR", date(2024, 11, 1), "IE"), date(2025, 2, 1))

    assert {period.percent for period in claim.periods} == {Decimal("11.15")}


@pytest.mark.parametrize(
    ("country", "day", "percent"),
    [
        ("GB", "2024-08-01", "13.25"), ("GB", "2025-03-01", "12.75"), ("GB", "2025-09-01", "12.25"),
        ("GB", "2026-03-01", "11.75"), ("GB", "2026-09-01", "11.75"),
        ("DE", "2016-03-01", "8.17"), ("DE", "2023-03-01", "10.62"), ("DE", "2026-09-01", "10.52"),
        ("AT", "2017-09-01", "8.58"), ("AT", "2023-03-01", "11.08"), ("AT", "2025-09-01", "10.73"),
        ("FR", "2021-03-01", "10.00"), ("IE", "2024-08-01", "12.25"), ("ES", "2025-03-01", "11.15"),
        ("ES", "2026-09-01", "10.40"), ("IT", "2018-09-01", "8.00"), ("IT", "2026-03-01", "10.15"),
        ("NL", "2024-03-01", "12.50"), ("MT", "2024-03-01", "12.50"), ("BE", "2016-03-01", "8.5"),
        ("BE", "2026-03-01", "10.5"), ("FI", "2024-03-01", "12.50"), ("HR", "2023-09-01", "12.00"),
    ],
)  # fmt: skip
def test_percentages_are_those_that_were_published(country: str, day: str, percent: str) -> None:
    currency = "GBP" if country == "GB" else "EUR"
    start = date.fromisoformat(day)
    claim = claimed(debt(f"100 {currency}", start, country), start + timedelta(days=20))

    assert [period.percent for period in claim.periods] == [Decimal(percent)]


def test_a_half_year_without_a_rate_is_not_guessed() -> None:
    assert "not available for 2027H1" in refused(debt(due=date(2027, 1, 5)), date(2027, 2, 1))
    early = refused(debt("100 EUR", date(2025, 1, 5), "AT"), date(2025, 2, 1))
    assert "not available for 2025H1" in early
    assert "Austrian base rate" in early
    crossing = refused(debt("100 EUR", date(2024, 12, 20), "AT"), date(2025, 1, 2))
    assert "not available for 2025H1" in crossing


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (debt(kind=Kind.CONSUMER), "is for businesses, this is consumer"),
        (debt(kind=Kind.UNKNOWN), "is for businesses, this is unknown"),
        (debt(contractual=True), "an interest rate of its own"),
        (debt("100 USD"), "is in GBP, the debt is in USD"),
        (debt("100 EUR", country="SE"), "no table of statutory interest for 'SE'"),
        (debt("100 EUR", date(2022, 12, 1), "HR"), "begins on 2023-01-01"),
        (debt(due=date(2016, 2, 20)), "not late before 2016-02-21"),
        (
            debt(payments=((date(2015, 12, 30), Money.of(1000, "GBP")),)),
            "nothing was owed any more",
        ),
    ],
)
def test_where_there_is_no_claim_the_reason_is_told(one: Debt, why: str) -> None:
    assert why in refused(one, date(2016, 2, 20))


def test_money_that_came_in_bears_interest_up_to_its_day() -> None:
    paid = ((date(2016, 1, 11), Money.of(600, "GBP")), (date(2016, 1, 31), Money.of(400, "GBP")))
    claim = claimed(debt(payments=paid), date(2016, 2, 20))

    assert [(p.first, p.last, p.principal.amount) for p in claim.periods] == [
        (date(2016, 1, 2), date(2016, 1, 11), Decimal(1000)),
        (date(2016, 1, 12), date(2016, 1, 31), Decimal(400)),
    ]
    assert claim.interest == Money.of("2.30", "GBP") + Money.of("1.80", "GBP")
    assert claim.daily == Money.zero("GBP")
    assert claim.fixed_sum == Money.of(70, "GBP")


def test_the_day_of_a_payment_still_bears_interest_and_the_next_one_less() -> None:
    first_day = ((date(2016, 1, 2), Money.of(400, "GBP")),)
    claim = claimed(debt(payments=first_day), date(2016, 1, 2))

    assert [period.principal.amount for period in claim.periods] == [Decimal(1000)]
    assert claim.daily == Money.of("0.13", "GBP")
    assert claim.fixed_sum == Money.of(70, "GBP")


COUNTRIES = [country for law in TABLES.laws for country in law.countries]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(COUNTRIES),
    st.integers(1, 10**8),
    st.dates(date(2015, 1, 1), date(2026, 12, 1)),
    st.integers(1, 900),
)
def test_a_claim_is_never_more_than_the_exact_interest_and_its_days_have_no_gap(
    country: str, cents: int, due: date, days: int
) -> None:
    currency = "GBP" if country == "GB" else "EUR"
    one = debt(f"{Decimal(cents) / 100} {currency}", due, country)
    claim = statutory_claim(one, due + timedelta(days=days))
    if isinstance(claim, NotAvailable):
        assert "not available for" in claim.reason or "begins on" in claim.reason
        return
    exact = sum(
        p.principal.amount * p.percent / 100 * ((p.last - p.first).days + 1) / 365
        for p in claim.periods
    )
    assert 0 <= claim.interest.amount <= exact
    assert claim.periods[0].first == due + timedelta(days=1)
    assert claim.periods[-1].last == due + timedelta(days=days)
    for before, after in zip(claim.periods, claim.periods[1:], strict=False):
        assert after.first == before.last + timedelta(days=1)
