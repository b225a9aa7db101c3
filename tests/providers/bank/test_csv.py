"""CSV: our own columns, and any bank's by a mapping that is guessed, shown and kept."""

from __future__ import annotations

from datetime import date

import pytest

from providers.bank import cells, days, mapping, reading
from providers.bank.mapping import Mapping
from providers.bank.refusal import BadStatement
from providers.money import Money
from tests.providers.bank.shelf import amounts, only, raw, read, received

NAMED = b"account,bank_id,date,amount,currency,payer,reference\n"
LINE = b"main,1,2026-03-02,95.00,USD,Ash Ltd,INV-1\n"


def guessed(content: bytes) -> Mapping:
    found = reading.guessed(content)
    assert found is not None
    return found


def test_named_columns_keep_their_own_ids() -> None:
    statement = only(NAMED + LINE + LINE.replace(b"1,", b"2,", 1).replace(b"95", b"-95"))
    assert [(r.account, r.bank_id) for r in statement.receipts] == [("main", "1")]
    assert reading.guessed(NAMED + LINE) is None


@pytest.mark.parametrize(("old", "new", "told"), [
    (b"95.00", b'"1.234,56"', "no amount"), (b"95.00", b"(12.00)", "no amount"),
    (b"95.00", "١٢٣".encode(), "no amount"), (b"95.00", b"1e3", "no amount"),
    (b"95.00", b"NaN", "no amount"), (b"95.00", b"95.001", "finer than 0.01"),
    (b"95.00", b"1" + b"0" * 18, "beyond any payment"),
    (b"2026-03-02", b"2026-02-30", "no date"), (b"2026-03-02", b"03/02/2026", "no date"),
    (b"USD", b"XQX", "no currency"), (b"main,1,", b"main,,", "bank_id is empty"),
    (b"main,1,", b"main,%s," % (b"1" * 80), "longer than 79"),
    (b",INV-1", b"", "not as many fields"), (b"INV-1\n", b'"INV-1\n', "line"),
])  # fmt: skip
def test_what_is_wrong_with_named_columns_is_named(old: bytes, new: bytes, told: str) -> None:
    assert old in LINE
    with pytest.raises(BadStatement, match=told):
        read(NAMED + LINE.replace(old, new))


def test_an_id_twice_is_refused() -> None:
    with pytest.raises(BadStatement, match="stands twice"):
        read(NAMED + LINE + LINE)


def test_a_german_export() -> None:
    found = guessed(raw("german.csv"))
    assert (found.delimiter, found.date_order, found.decimal) == (";", "DMY", ",")
    assert (found.account, found.currency, found.header) == ("DE89370400440532013000", "EUR", 4)
    assert {role: found.name(role) for role in ("date", "payer", "amount", "payer_account")} == {
        "date": "Buchungstag", "payer": "Begünstigter/Zahlungspflichtiger", "amount": "Betrag",
        "payer_account": "Kontonummer/IBAN",
    }  # fmt: skip
    statement = only("german.csv", account="")
    assert amounts(statement) == ["1250.50", "-800.00"]
    paid = statement.receipts[0]
    assert (paid.payer, paid.payer_account) == ("Linden GmbH", "DE75512108001245126199")


def test_a_day_that_can_be_read_in_two_ways_is_asked_about() -> None:
    with pytest.raises(BadStatement, match="03/03/2026 can be read in more than one way"):
        read("british.csv")
    chosen = guessed(raw("british.csv")).changed({"date_order": "DMY"})
    statement = only("british.csv", mapping=chosen)
    assert [entry.day for entry in statement.entries] == [date(2026, 3, 3), date(2026, 3, 2)]
    assert (statement.opening, statement.closing) == (
        Money.of(1800, "USD"), Money.of("2250.50", "USD")
    )  # fmt: skip
    assert statement.remarks == ("the running balance proves: credit less debit",)


def test_an_answer_to_something_else_settles_no_doubt() -> None:
    chosen = guessed(raw("british.csv")).changed({"account": "main"})
    with pytest.raises(BadStatement, match="more than one way"):
        read("british.csv", mapping=chosen)


def test_a_line_that_is_missing_breaks_the_running_balance() -> None:
    content = (
        b"Date,Text,Amount,Balance\n2026-03-01,a,10.00,10.00\n2026-03-02,b,5.00,15.00\n"
        b"2026-03-04,d,1.00,17.00\n"
    )
    with pytest.raises(BadStatement, match=r"line 4: the running balance is 17.00, .* be 16.00"):
        read(content)
    assert received(only(content.replace(b"17.00", b"16.00"))) == ["10.00", "5.00", "1.00"]


def test_balances_before_and_after_the_table_are_proved() -> None:
    content = (
        b'Balance at end of period,,"115,00"\nDate,Libelle,Montant\n31/03/2026,FACT 1,"15,00"\n'
        b'Balance at start of period,,"100,00"\n'
    )
    assert only(content, currency="EUR").closing == Money.of(115, "EUR")
    with pytest.raises(BadStatement, match=r"EUR 100.00 .* make EUR 115.00, but .* EUR 116.00"):
        read(content.replace(b"115", b"116"), currency="EUR")


def test_without_names_the_contents_decide() -> None:
    content = b"2026-03-02;INV-1 Ash;95,00\n2026-03-03;INV-2 Elm;-1.095,00\n"
    statement = only(content)
    assert amounts(statement) == ["95.00", "-1095.00"]
    assert statement.receipts[0].reference == "INV-1 Ash"
    with pytest.raises(BadStatement, match="columns 3 and 4 hold amounts"):
        read(b"2026-03-02,INV-1,95.00,100.00\n2026-03-03,INV-2,5.00,105.00\n")


def test_two_currencies_and_one_column_of_them_is_asked_about() -> None:
    content = b"Date,Text,Currency,Amount,Amount Currency\n2026-03-02,INV,EUR,110.00,100.00\n"
    with pytest.raises(BadStatement, match="amounts in two currencies"):
        read(content)
    other = guessed(content).changed({"original_currency": "Currency"})
    assert only(content, mapping=other).receipts[0].amount == Money.of(110, "USD")
    own = guessed(content).changed({"currency": "Currency"})
    assert only(content, mapping=own).receipts[0].amount == Money.of(110, "EUR")


@pytest.mark.parametrize(("direction", "amount"), [
    ("C", "5.00"), ("D", "-5.00"), ("Bij", "5.00"), ("Af", "-5.00"), ("S", "-5.00"), ("H", "5.00"),
])  # fmt: skip
def test_a_column_that_says_which_way(direction: str, amount: str) -> None:
    content = f"Date,Text,Amount,D/C\n2026-03-02,x,5.00,{direction}\n".encode()
    assert amounts(only(content)) == [amount]
    with pytest.raises(BadStatement, match="neither credit nor debit"):
        read(content.replace(f",{direction}\n".encode(), b",maybe\n"))


def test_signs_can_be_turned_and_accounts_stand_in_a_column() -> None:
    content = b"Date,Text,Amount,Account\n2026-03-02,x,-5.00,A1\n2026-03-02,y,-6.00,A2\n"
    turned = guessed(content).changed({"sign": "turned", "account": "Account"})
    first, second = read(content, mapping=turned)
    assert (first.account, received(first)) == ("A1", ["5.00"])
    assert (second.account, received(second)) == ("A2", ["6.00"])


def test_a_mapping_survives_being_kept() -> None:
    chosen = guessed(raw("german.csv")).changed({"reference": "Verwendungszweck+Wertstellung"})
    assert mapping.load(chosen.dump()) == chosen
    assert chosen.name("reference") == "Verwendungszweck + Wertstellung"
    assert "value_date" not in chosen.columns


@pytest.mark.parametrize(("typed", "told"), [
    ("date", "not written as role=column"), ("colour=Date", "'colour' is unknown"),
    ("date=Nowhere", "names the column 'Nowhere'"), ("date_order=DYM", "one of YMD, DMY, MDY"),
    ("decimal=;", "decimal is one of"),
])  # fmt: skip
def test_a_mapping_that_means_nothing_is_named(typed: str, told: str) -> None:
    with pytest.raises(BadStatement, match=told):
        guessed(raw("german.csv")).changed(mapping.parse(typed))


@pytest.mark.parametrize(("text", "decimal", "amount"), [
    ("1.234,56", ",", "1234.56"), ("1,234.56", ".", "1234.56"), ("(12.00)", ".", "-12.00"),
    ("12.00-", ".", "-12.00"), ("-$1,200", ".", "-1200.0"), ("1'234.50", ".", "1234.50"),
    ("1 234,50 €", ",", "1234.50"), ("+31070,11", ",", "31070.11"), ("\u22125.00", ".", "-5.00"),
    ("USD 5", ".", "5.0"), (".5", ".", "0.5"), ("($5.00)", ".", "-5.00"),
])  # fmt: skip
def test_amounts_in_cells(text: str, decimal: str, amount: str) -> None:
    assert str(cells.amount(text, decimal, "here")) == amount


@pytest.mark.parametrize(("text", "decimal"), [
    ("1.234,56", "."), ("1,23,456.00", "."), ("12.34.56", "."), ("", "."), ("=5+5", "."),
    ("١٢٣", "."), ("5,00", "."), ("1" * 20, "."), ("--5", "."), ("1e5", "."), ("NaN", "."),
])  # fmt: skip
def test_what_is_no_amount(text: str, decimal: str) -> None:
    with pytest.raises(BadStatement):
        cells.amount(text, decimal, "here")


@pytest.mark.parametrize(("text", "order"), [
    ("30/02/2026", "DMY"), ("2026-13-01", "YMD"), ("1/2/3", "DMY"), ("tomorrow", "YMD"),
    ("02/30/2026", "MDY"), ("٠٢/٠٣/٢٠٢٦", "DMY"),
])  # fmt: skip
def test_what_is_no_day(text: str, order: str) -> None:
    with pytest.raises(BadStatement):
        days.day(text, order, "here")
