"""The currency that a CSV states, by a sign, a code, a heading or a column, is kept."""

from __future__ import annotations

from datetime import date

import pytest

from providers.bank import reading
from providers.bank.refusal import BadStatement
from tests.providers.bank.shelf import only, read

HEAD = "Date,Description,Amount\n"


def told(text: str, home: str = "USD") -> list[str]:
    return [str(entry.amount) for entry in only(text.encode(), currency=home).entries]


@pytest.mark.parametrize(("written", "home", "amount"), [
    ("€100.00", "USD", "EUR 100.00"), ("£90.00", "USD", "GBP 90.00"), ("£90.00", "", "GBP 90.00"),
    ("100.00 EUR", "USD", "EUR 100.00"), ("CAD 100.00", "USD", "CAD 100.00"),
    ("-€5.00", "USD", "EUR -5.00"), ("(€5.00)", "USD", "EUR -5.00"),
    ("R$100.00", "USD", "BRL 100.00"),
    ("$100.00", "USD", "USD 100.00"), ("$100.00", "CAD", "CAD 100.00"),
    ("$5.00", "NZD", "NZD 5.00"),
    ("US$100.00", "CAD", "USD 100.00"), ("C$100.00", "USD", "CAD 100.00"),
    ("USD $7.00", "AUD", "USD 7.00"), ("kr 100.00", "SEK", "SEK 100.00"),
    ("100.00 zł", "PLN", "PLN 100.00"), ("€100.00 CR", "USD", "EUR 100.00"),
])  # fmt: skip
def test_a_sign_or_code_beside_the_amount(written: str, home: str, amount: str) -> None:
    assert told(f"{HEAD}2026-01-31,INV-1,{written}\n", home) == [amount]


@pytest.mark.parametrize(("heading", "amount"), [
    ("Amount (EUR)", "EUR 100.00"), ("Betrag in EUR", "EUR 100.00"), ("Betrag (€)", "EUR 100.00"),
    ("Montant EUR", "EUR 100.00"), ("amount_gbp", "GBP 100.00"), ("Amount (USD)", "USD 100.00"),
    ("Credit in CHF", "CHF 100.00"), ("Amount ($)", "CAD 100.00"), ("Amount", "CAD 100.00"),
])  # fmt: skip
def test_a_currency_in_the_heading(heading: str, amount: str) -> None:
    assert told(f"Date,Text,{heading}\n2026-01-31,INV-1,100.00\n", "CAD") == [amount]


def test_lines_of_several_currencies_each_by_its_sign() -> None:
    assert told(f"{HEAD}2026-01-31,a,$100.00\n2026-01-31,b,€90.00\n") == ["USD 100.00", "EUR 90.00"]


@pytest.mark.parametrize(("rows", "home", "refusal"), [
    (f"{HEAD}2026-01-31,a,$100.00\n", "EUR", r"line 2: '\$100.00' may be .*account is in EUR"),
    (f"{HEAD}2026-01-31,a,$100.00\n", "", r"line 2: '\$100.00' may be .*no setting names"),
    (f"{HEAD}2026-01-31,a,kr 100.00\n", "EUR",
     "may be DKK, ISK, NOK, SEK, and the account is in EUR"),
    (f"{HEAD}2026-01-31,a,5.00\n2026-01-31,b,€90.00\n", "USD",
     "line 2: it names no currency, but line 3 does, and it is not USD"),
    (f"{HEAD}2026-01-31,a,CAD €100.00\n", "USD", "line 2: 'CAD €100.00' are not the same currency"),
    ("Date,Text,Amount (EUR)\n2026-01-31,a,$100.00\n", "USD",
     r"line 2: 'Amount \(EUR\)' and '\$100.00' are not the same currency"),
    ("Date,Text,Amount,Currency\n2026-01-30,a,1.00,USD\n2026-01-31,a,€100.00,USD\n", "USD",
     "line 3: Currency 'USD' and '€100.00' are not the same currency"),
    ("Date,Text,Amount,Balance\n2026-01-31,a,$100.00,€100.00\n", "USD", "not the same currency"),
    ("Date,Text,Amount (EUR),Amount (USD)\n2026-01-31,a,100.00,110.00\n", "USD",
     r"Amount \(EUR\) and Amount \(USD\) are in different currencies: say with amount="),
    (f"{HEAD}2026-01-31,a,ABC 100.00\n", "USD", "'ABC 100.00' is no amount"),
    (f"{HEAD}2026-01-31,a,1€50\n", "USD", "'1€50' is no amount"),
])  # fmt: skip
def test_what_contradicts_itself_or_is_not_certain_is_refused(
    rows: str, home: str, refusal: str
) -> None:
    with pytest.raises(BadStatement, match=refusal):
        read(rows.encode(), currency=home)


def test_a_person_says_which_of_two_currencies_counts() -> None:
    content = b"Date,Text,Amount (EUR),Amount (USD)\n2026-01-31,a,100.00,110.00\n"
    found = reading.guessed(content)
    assert found is not None
    chosen = found.changed({"amount": "Amount (USD)"})
    assert str(only(content, mapping=chosen, currency="EUR").receipts[0].amount) == "USD 110.00"


@pytest.mark.parametrize("heading", ["Dato", "Bokföringsdag", "Bokf dag"])
def test_valuta_is_a_currency_where_it_holds_codes_and_a_day_where_it_holds_days(
    heading: str,
) -> None:
    content = f"{heading};Tekst;Beløb;Saldo;Valuta\n15.03.2026;INV-1;500,00;1500,00;EUR\n"
    assert told(content, "DKK") == ["EUR 500.00"]
    days = content.replace(heading, "Buchungstag").replace(";EUR", ";16.03.2026")
    assert told(days, "DKK") == ["DKK 500.00"]
    (entry,) = only(content.encode(), currency="DKK").entries
    assert (entry.day, entry.reference) == (date(2026, 3, 15), "INV-1")


@pytest.mark.parametrize("name", [
    "Counterparty currency", "Target currency", "Currency of transaction", "Invoice currency",
    "Zielwährung", "Modtagers valuta",
])  # fmt: skip
def test_a_currency_of_something_is_asked_about(name: str) -> None:
    content = f"Date,Text,Amount,{name}\n2026-01-31,a,100.00,EUR\n".encode()
    with pytest.raises(BadStatement, match=f"{name} holds currencies, and may mean those of"):
        read(content)
    for answer, amount in ((name, "EUR 100.00"), ("USD", "USD 100.00")):
        found = reading.guessed(content, {"currency": answer})
        assert found is not None
        chosen = found.changed({"currency": answer})
        assert str(only(content, mapping=chosen).entries[0].amount) == amount


@pytest.mark.parametrize(("home", "is_asked"), [("USD", True), ("EUR", False), ("", False)])
@pytest.mark.parametrize("content", [
    "Date,Text,Branch,Amount\n2026-01-31,a,EUR,100.00\n", "2026-01-31,a,EUR,100.00\n",
])  # fmt: skip
def test_codes_under_a_name_that_nobody_knows_are_asked_about_unless_they_are_the_company_s(
    content: str, home: str, is_asked: bool
) -> None:
    found = reading.guessed(content.encode(), home=home)
    assert found is not None
    assert [doubt.answers for doubt in found.doubts] == ([("currency",)] if is_asked else [])
    named = reading.guessed(content.replace("Branch", "Ccy").encode(), home=home)
    assert named is not None
    assert bool(named.doubts) == (is_asked and "Date" not in content)


def test_a_currency_column_may_hold_signs() -> None:
    content = "Date,Text,Amount,Currency\n2026-01-31,a,100.00,€\n2026-01-31,b,5.00,$\n"
    assert told(content, "CAD") == ["EUR 100.00", "CAD 5.00"]
