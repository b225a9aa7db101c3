"""Columns that several banks have: fees beside the amount, the payer's account, an amount for each
currency. The files on the shelf are made up, in the columns of banks' own exports."""

from __future__ import annotations

import pytest

from providers.bank import reading
from providers.bank.refusal import BadStatement
from tests.providers.bank.shelf import amounts, only, raw, read, received

WITH_FEES = raw("fees.csv")
TWO_CURRENCIES = raw("two_currencies.csv")


def test_a_fee_that_lowers_the_balance_is_a_movement_of_its_own() -> None:
    statement = only(WITH_FEES)
    assert received(statement) == ["100.00", "50.00"], "the customer paid all of it"
    assert amounts(statement) == ["100.00", "-40.00", "-0.20", "50.00", "-1.50"]
    assert (str(statement.opening), str(statement.closing)) == (
        "EUR 1,000.00", "EUR 1,108.30"
    )  # fmt: skip
    assert "the running balance proves: amount less fee" in statement.remarks
    turned = WITH_FEES.splitlines()
    again = only(b"\n".join([turned[0], *turned[:0:-1]]) + b"\n")
    assert {it.bank_id for it in again.entries} == {it.bank_id for it in statement.entries}


def test_a_fee_that_the_amount_holds_already_moves_nothing_more() -> None:
    inside = WITH_FEES.replace(b"1059.80", b"1060.00").replace(b"1108.30", b"1110.00")
    assert amounts(only(inside)) == ["100.00", "-40.00", "50.00"]
    below = WITH_FEES.replace(b",0.20,", b",-0.20,").replace(b",1.50,", b",-1.50,")
    assert amounts(only(below)) == ["100.00", "-40.00", "-0.20", "50.00", "-1.50"]


def test_a_line_that_is_missing_shows_whatever_the_fees_are() -> None:
    with pytest.raises(BadStatement, match=r"line 3: the running balance is 1058.80"):
        read(WITH_FEES.replace(b"1059.80", b"1058.80"))


def test_without_a_balance_a_fee_is_not_counted() -> None:
    content = b"Date,Text,Amount,Fee\n2026-01-30,INV-1,100.00,1.00\n"
    assert amounts(only(content)) == ["100.00"]


@pytest.mark.parametrize("content", ["partner_iban.csv", "partner_account.csv"])
def test_accounts_that_some_lines_lack_are_the_payers(content: str) -> None:
    statement = only(content, account="MAIN")
    assert statement.account == "MAIN"
    first = statement.receipts[0]
    assert (first.payer, first.payer_account) == ("Ash GmbH", "DE75512108001245126199")


def test_accounts_that_are_not_the_one_above_the_table_are_the_payers() -> None:
    statement = only("iban_of_payer.csv", account="")
    assert statement.account == "DE02120300000000202051"
    assert amounts(statement) == ["100.00", "-20.00"]
    (receipt,) = statement.receipts
    assert receipt.payer_account == "DE75512108001245126199"
    assert receipt.payer.startswith("Ash GmbH")


def test_own_accounts_stay_own_accounts() -> None:
    named = b"Kontostand;1,00\nIBAN: DE02120300000000202051;\n"
    mine = "Buchungstag;IBAN;Text;Betrag\n30.01.2026;DE02120300000000202051;INV-1;5,00\n"
    assert only(named + mine.encode(), account="").receipts[0].payer_account == ""


def test_an_amount_for_each_currency_of_which_every_line_has_one() -> None:
    canadian, american = read(TWO_CURRENCIES, account="", currency="CAD")
    assert (canadian.account, canadian.currency) == ("00123-1234567", "CAD")
    assert amounts(canadian) == ["100.00", "-40.00"]
    assert [str(it.amount) for it in american.receipts] == ["USD 70.00"]
    assert american.receipts[0].reference == "WIRE INV-2 BIRCH"


def test_where_a_line_has_both_a_person_says_which_counts() -> None:
    content = TWO_CURRENCIES.replace(b"100.00,,", b"100.00,72.50,")
    with pytest.raises(BadStatement, match="are in different currencies"):
        read(content, account="", currency="CAD")
    found = reading.guessed(content)
    assert found is not None
    chosen = found.changed({"amount": "CAD$"})
    first = read(content.replace(b",,70.00", b",7.00,9.00"), account="", mapping=chosen)[0]
    assert received(first) == ["100.00"]


@pytest.mark.parametrize(("name", "currency"), [
    ("CAD", "CAD"), ("US$", "USD"), ("EUR", "EUR"), ("GBP \u00a3", "GBP"), ("NZD$", "NZD"),
])  # fmt: skip
def test_a_column_by_the_name_of_a_currency_holds_amounts(name: str, currency: str) -> None:
    content = f"Date,Text,{name}\n2026-01-30,INV-1,100.00\n"
    (receipt,) = only(content.encode(), currency="").receipts
    assert str(receipt.amount) == f"{currency} 100.00"
