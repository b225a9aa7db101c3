"""Amounts and dates as people write them: read for certain, or refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from babel.dates import format_date
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from providers.figures import Figures, Unreadable, currency_in, day, exact, is_amount, order_of

LOCALES = ("en_US", "de_DE", "fr_FR", "es_ES", "nl_NL", "de_CH")


@pytest.mark.parametrize(("text", "value"), [
    ("1,234.50", "1234.50"), ("1.234,50", "1234.50"), ("1234.5", "1234.5"), ("12", "12"),
    ("1 234,50 €", "1234.50"), ("1'234.50", "1234.50"), ("1’234.50", "1234.50"),
    ("(12.00)", "-12.00"), ("-12,00", "-12.00"), ("12,00-", "-12.00"), ("12.00 CR", "-12.00"),
    ("−12.00", "-12.00"), ("$1,000", "1000"), ("USD 1,000.00", "1000.00"), ("1.000", "1000"),
    ("1.000.000", "1000000"), ("0.500", "0.500"), ("١٢٣", "123"), ("£12", "12"),
    ("1 234,50", "1234.50"),
])  # fmt: skip
def test_one_amount(text: str, value: str) -> None:
    assert Figures.of([text], "USD").read(text) == Decimal(value)


@pytest.mark.parametrize("text", [
    "", "abc", "1,23,4.5.6", "12.", "1.2.3", "12,34,56", "--", "1e5", "NaN", "99999999999999",
    "INV-2001", "1 2 3", "12.3456.78",
])  # fmt: skip
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        Figures.of([], "USD").read(text)


def test_one_document_has_one_decimal_sign() -> None:
    figures = Figures.of(["1.000", "5,00"], "USD")
    assert [figures.read(t) for t in ("1.000", "5,00")] == [1000, 5]
    with pytest.raises(Unreadable, match=r"'1.00' and '5,00' use two decimal signs"):
        Figures.of(["1.00", "5,00"], "USD")


def test_three_decimals_need_proof() -> None:
    with pytest.raises(Unreadable, match="may have decimals or not"):
        Figures.of(["1.234"], "KWD").read("1.234")
    assert Figures.of(["1.234", "12.5"], "KWD").read("1.234") == Decimal("1.234")


def test_nothing_is_rounded() -> None:
    assert str(exact(Decimal("1.10"), "USD")) == "USD 1.10"
    with pytest.raises(Unreadable, match="finer than JPY"):
        exact(Decimal("1.5"), "JPY")


@given(st.lists(st.decimals("-9999999", "9999999", places=2), min_size=1), st.sampled_from(LOCALES))
def test_every_amount_that_a_locale_writes_is_read_back(
    amounts: list[Decimal], locale: str
) -> None:
    texts = [format_decimal(a, format="#,##0.00", locale=locale) for a in amounts]
    figures = Figures.of(texts, "EUR")
    assert [figures.read(text) for text in texts] == amounts


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    is_amount(text)
    for work in (Figures.of([], "USD").read, day, exact_of):
        try:
            work(text)
        except Unreadable:
            continue


def exact_of(text: str) -> object:
    return exact(Figures.of([text], "KWD").read(text), "KWD")


@pytest.mark.parametrize(("text", "home", "found"), [
    ("Total EUR", "", "EUR"), ("€ 12", "", "EUR"), ("$12", "", "USD"), ("$12", "CAD", "CAD"),
    ("$12", "EUR", "USD"), ("C$ 5", "", "CAD"), ("INV 5", "USD", ""), ("12.00", "EUR", ""),
])  # fmt: skip
def test_a_currency_is_named_or_not(text: str, home: str, found: str) -> None:
    assert currency_in(text, home=home) == found


@pytest.mark.parametrize("text", [
    "2026-03-02", "2026/03/02", "20260302", "02.03.2026", "2.3.26", "2 March 2026", "2. März 2026",
    "March 2, 2026", "2 mars 2026", "2 de marzo de 2026", "2 maart 2026", "Mar 2nd, 2026",
    "02-Mar-2026",
])  # fmt: skip
def test_a_date_that_can_be_read_in_one_way(text: str) -> None:
    assert day(text) == date(2026, 3, 2)


@pytest.mark.parametrize(("text", "order", "found"), [
    ("03/02/2026", "mdy", date(2026, 3, 2)), ("02/03/2026", "dmy", date(2026, 3, 2)),
    ("25/03/2026", "", date(2026, 3, 25)), ("03/25/2026", "", date(2026, 3, 25)),
    ("05/05/2026", "", date(2026, 5, 5)),
])  # fmt: skip
def test_a_date_by_the_order_of_its_document(text: str, order: str, found: date) -> None:
    assert day(text, order) == found


@pytest.mark.parametrize("text", ["03/02/2026", "2026-02-30", "soon", "31/31/2026", "", "0"])
def test_what_may_be_two_dates_or_is_none_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        day(text)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(LOCALES))
def test_every_long_date_of_a_locale_is_read_back(moment: date, locale: str) -> None:
    assert day(format_date(moment, "long", locale=locale)) == moment


def test_an_order_is_shown_by_one_date_that_has_only_one() -> None:
    assert order_of(["01/02/2026", "25/02/2026"]) == "dmy"
    assert order_of(["01/02/2026", "02/25/2026"]) == "mdy"
    assert order_of(["01/02/2026", "x"]) == ""
