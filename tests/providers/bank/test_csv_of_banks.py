"""Rows that are no movements, days with names and tables without: as banks export them."""

from __future__ import annotations

from datetime import date

import pytest

from providers.bank import days, reading
from providers.bank.refusal import BadStatement
from providers.money import Money
from tests.providers.bank.shelf import amounts, only, read, received

SUMMARY = """Description,,Summary Amt.
Beginning balance as of 01/01/2026,,"1,000.00"
Total credits,,"100.00"
Ending balance as of 01/31/2026,,"1,095.00"

Date,Description,Amount,Running Bal.
01/01/2026,Beginning balance as of 01/01/2026,,"1,000.00"
01/30/2026,"INV-1 ASH","100.00","1,100.00"
01/31/2026,"FEE","-5.00","1,095.00"
"""
STATES = """Date,Text,Amount,State
2026-01-30,INV-1,100.00,COMPLETED
2026-01-31,INV-2,70.00,{}
"""


def test_a_summary_before_the_table_and_a_balance_inside_it() -> None:
    statement = only(SUMMARY.encode())
    assert amounts(statement) == ["100.00", "-5.00"]
    assert (statement.opening, statement.closing) == (
        Money.of(1000, "USD"), Money.of(1095, "USD")
    )  # fmt: skip
    with pytest.raises(BadStatement, match=r"but the closing balance is USD 1,096.00"):
        read(SUMMARY.replace('2026,,"1,095.00"', '2026,,"1,096.00"').encode())


def test_an_opening_balance_among_the_amounts_is_no_money() -> None:
    with_balance = "Date,Text,Amount,Balance\n2026-01-01,Opening balance,50.00,50.00\n"
    assert received(only(f"{with_balance}2026-01-02,INV-1,5.00,55.00\n".encode())) == ["5.00"]
    without = "Date,Text,Amount\n2026-01-01,Opening balance,50.00\n2026-01-02,INV-1,5.00\n"
    with pytest.raises(BadStatement, match="line 2: 'Opening balance' with an amount may be"):
        read(without.encode())
    assert received(only(without.replace("Opening balance", "Balance of INV-2").encode())) == [
        "50.00", "5.00",
    ]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [
    ("31 Jan 2026", date(2026, 1, 31)), ("31 Jan 26", date(2026, 1, 31)),
    ("31-Jan-2026", date(2026, 1, 31)), ("Jan 31, 2026", date(2026, 1, 31)),
    ("1. März 2026", date(2026, 3, 1)), ("01 Dez 26", date(2026, 12, 1)),
    ("2 févr. 2026", date(2026, 2, 2)), ("15 août 2026", date(2026, 8, 15)),
    ("3 de enero de 2026", date(2026, 1, 3)), ("4 dic 2026", date(2026, 12, 4)),
    ("5 mrt 2026", date(2026, 3, 5)), ("6 mei 2026 10:15", date(2026, 5, 6)),
])  # fmt: skip
def test_months_by_their_names(text: str, expected: date) -> None:
    for order in days.ORDERS:
        assert days.day(text, order, "here") == expected
    (entry,) = only(f"Date;Text;Amount\n{text};INV-1;5.00\n".encode()).entries
    assert entry.day == expected


@pytest.mark.parametrize("text", ["31 Foo 2026", "30 Feb 2026", "31 Jan", "Jan 2026"])
def test_what_is_no_named_day(text: str) -> None:
    with pytest.raises(BadStatement):
        read(f"Date;Text;Amount\n2026-01-01;x;1.00\n{text};INV-1;5.00\n".encode())


def test_days_with_names_do_not_hide_that_others_are_open() -> None:
    content = "Date,Text,Amount\n31 Jan 2026,a,1.00\n01/02/2026,b,1.00\n"
    with pytest.raises(BadStatement, match="01/02/2026 can be read in more than one way"):
        read(content.encode())


def test_a_british_export_with_words_for_days_and_a_mark_before_the_account() -> None:
    statement = only(
        b"Date, Type, Description, Value, Balance, Account Name, Account Number\n"
        b"31 Jan 2026,BAC,ASH INV-1,100.00,1100.00,Main,'600001-12345678\n",
        account="",
    )
    assert statement.account == "600001-12345678"
    assert received(statement) == ["100.00"]


def test_a_balance_on_the_last_line_of_a_day_proves_all_of_the_day() -> None:
    content = (
        b"Date,Type,Description,Paid out,Paid in,Balance\n"
        b"30 Jan 26,,BALANCE BROUGHT FORWARD,,,1000.00\n30 Jan 26,CR,INV-1,,100.00,\n"
        b"30 Jan 26,DD,RENT,40.00,,1060.00\n31 Jan 26,CR,INV-2,,5.00,1065.00\n"
    )
    statement = only(content)
    assert amounts(statement) == ["100.00", "-40.00", "5.00"]
    assert statement.opening == Money.of(1000, "USD")
    with pytest.raises(BadStatement, match=r"line 4: the running balance is 1060.00, .* 1059.00"):
        read(content.replace(b"40.00", b"41.00"))


def test_a_running_balance_tells_columns_without_names_apart() -> None:
    content = (
        b'31/01/2026,"+100.00","ASH INV-1","+1100.00"\n30/01/2026,"-5.00","FEE","+1000.00"\n'
        b'29/01/2026,"+7.00","INV-2","+1005.00"\n'
    )
    assert amounts(only(content)) == ["100.00", "-5.00", "7.00"]
    with pytest.raises(BadStatement, match="no running balance proves which is which"):
        read(content.replace(b"1000.00", b"1001.00"))
    three = (
        b"01/31/2026,INV-1,,100.00,1095.00\n01/30/2026,FEE,5.00,,995.00\n"
        b"01/29/2026,RENT,9.00,,1000.00\n"
    )
    assert amounts(only(three)) == ["100.00", "-5.00", "-9.00"]


def test_equal_amounts_without_a_sign_prove_nothing_from_either_end() -> None:
    content = b"2026-01-31,a,5.00,100.00\n2026-01-30,b,5.00,105.00\n2026-01-29,c,5.00,110.00\n"
    with pytest.raises(BadStatement, match="no running balance proves which is which"):
        read(content)


@pytest.mark.parametrize("word", [
    "PENDING", "Reverted", "declined", "FAILED", "Umsatz vorgemerkt", "vorgemerkt", "en attente",
    "Pendiente", "in behandeling", "Annulé",
])  # fmt: skip
def test_what_is_not_booked_is_no_money(word: str) -> None:
    statement = only(STATES.format(word).encode())
    assert received(statement) == ["100.00"]
    assert statement.remarks == (f"1 line is not booked and no money: {word}",)


@pytest.mark.parametrize("word", ["Completed", "gebucht", "Umsatz gebucht", "comptabilisé", ""])
def test_what_is_booked_is_money(word: str) -> None:
    assert received(only(STATES.format(word).encode())) == ["100.00", "70.00"]


def test_a_state_that_is_not_known_is_refused_until_the_column_is_taken_out() -> None:
    content = STATES.format("Refunded").encode()
    with pytest.raises(BadStatement, match="line 3: the state 'Refunded' says neither"):
        read(content)
    found = reading.guessed(content)
    assert found is not None
    chosen = found.changed({"status": ""})
    assert received(only(content, mapping=chosen)) == ["100.00", "70.00"]
    kept = found.changed({"reference": "Text+State"})
    assert kept.columns["status"] == found.columns["status"]


def test_states_are_known_under_any_name_and_an_address_is_none() -> None:
    content = STATES.format("Umsatz vorgemerkt").replace("COMPLETED", "Umsatz gebucht")
    assert received(only(content.replace("State", "Info").encode())) == ["100.00"]
    address = STATES.format("NY").replace("COMPLETED", "CA")
    assert len(only(address.encode()).entries) == 2
    with pytest.raises(BadStatement, match="line 2: the state 'CA' says neither"):
        read(address.replace("State", "Status").encode())


def test_an_announced_line_needs_no_day_and_no_balance() -> None:
    statement = only(
        b"Type,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance\n"
        b"TOPUP,2026-01-31 10:00:00,2026-01-31 10:00:01,INV-1,100.00,0.00,EUR,COMPLETED,1100.00\n"
        b"TOPUP,2026-01-31 10:00:00,,INV-2,70.00,0.00,EUR,PENDING,\n"
    )
    assert [str(it.amount) for it in statement.receipts] == ["EUR 100.00"]


@pytest.mark.parametrize("total", [
    "Total,,95.00", "TOTAL:,,95.00", "Summe,,100.00", ",Gesamt,95.00", "Total,2 lines,",
    "Totaal,,-5.00",
])  # fmt: skip
def test_a_total_under_the_table_is_proved_and_no_money(total: str) -> None:
    content = f"Date,Text,Amount\n2026-01-30,INV-1,100.00\n2026-01-31,FEE,-5.00\n{total}\n"
    assert amounts(only(content.encode())) == ["100.00", "-5.00"]


def test_a_total_that_the_lines_do_not_make_refuses_the_file() -> None:
    content = b"Date,Text,Paid in,Paid out\n2026-01-30,INV-1,100.00,\n2026-01-31,FEE,,5.00\n"
    assert amounts(only(content + b"Total,,100.00,5.00\n")) == ["100.00", "-5.00"]
    with pytest.raises(BadStatement, match=r"line 4: the total is 101.00, but .* make 95.00"):
        read(content + b"Total,,101.00,5.00\n")
    with pytest.raises(BadStatement, match=r"line 4: the total is 6.00"):
        read(content + b"Total,,100.00,6.00\n")


def test_a_last_line_that_may_be_a_total_with_a_day_is_refused() -> None:
    content = (
        b"Date,Text,Amount\n2026-01-30,INV-1,100.00\n2026-01-30,INV-2,7.00\n2026-01-31,Total,%s\n"
    )
    with pytest.raises(BadStatement, match=r"line 4: 107.00 is what all other lines make"):
        read(content % b"107.00")
    assert len(only(content % b"108.00").entries) == 3


def test_balances_may_say_credit_or_debit_in_words() -> None:
    content = (
        b"Date,Text,Amount,Balance\n30/01/2026,INV-1,100.00 CR,60.00 CR\n"
        b"31/01/2026,x,65.00 DR,5.00 DR\n"
    )
    statement = only(content)
    assert (amounts(statement), statement.closing) == (["100.00", "-65.00"], Money.of(-5, "USD"))


def test_more_names_of_columns() -> None:
    content = (
        b"Transaction Date,Sort Code,Account Number,Transaction Description,Debit Amount,"
        b"Credit Amount,Balance\n31/01/2026,'11-22-33,12345678,ASH INV-1,,100.00,1100.00\n"
    )
    (receipt,) = only(content, account="").receipts
    assert (receipt.account, receipt.reference) == ("12345678", "ASH INV-1")
    euros = "Compte tenu en;euros\nDate;Libellé;Montant(EUROS)\n31/01/2026;FACT 1;100,00\n"
    assert [str(it.amount) for it in only(euros.encode()).receipts] == ["EUR 100.00"]


def test_words_under_the_table_are_told_and_a_file_that_is_cut_is_refused() -> None:
    content = b"Date,Text,Amount\n2026-01-30,INV-1,100.00\nExported on request\n"
    assert only(content).remarks == ("line 3 is no movement: Exported on request",)
    for cut in (content[:-1], content.replace(b"Exported", b"2026-01-3"),
                content.replace(b"Exported on request", b"soon,INV-2,7.00")):  # fmt: skip
        with pytest.raises(BadStatement, match="line 3"):
            read(cut)


@pytest.mark.parametrize("content", [
    b'Date,Text,Amount\n2026-01-30,INV-1,1.00\n2026-01-31,"INV-2,7.00\n2026-02-01,INV-3,8.00\n',
    b"Date,Text,Amount\n2026-01-30,INV-1,1.00\n2026-01-31," + b"x" * 1_000_000 + b",7.00\n",
])  # fmt: skip
def test_a_quote_that_is_not_closed_and_a_cell_without_end_are_refused_by_line(
    content: bytes,
) -> None:
    with pytest.raises(BadStatement, match=r"line 3: a (quote is opened|cell has more)"):
        read(content)


def test_a_cell_of_several_lines_may_cross_the_end_of_what_is_looked_at() -> None:
    rows = "".join(f"2026-01-30,INV-{n},1.00\n" for n in range(198))
    statement = only(f'Date,Text,Amount\n{rows}2026-01-31,"two\nlines",7.00\n'.encode())
    assert received(statement)[-1] == "7.00"


def test_an_account_line_above_a_table_without_known_names_is_no_line() -> None:
    """Its day and balance would be the only ones, and the lines would be passed over."""
    content = (
        "0001234567;15/03/2026;15/03/2026;2;15/03/2026;1 500,00 EUR\n"
        "comptabilise;quoi;combien;devise;\n"
        "15/03/2026;VIR RECU ASH FACT 1001;500,00;EUR;\n14/03/2026;EDF;-25,00;EUR;\n"
    )
    with pytest.raises(
        BadStatement, match=r"line 3: '15/03/2026 VIR .* neither a day nor an amount"
    ):
        read(content.encode(), currency="EUR")
    words = "2026-03-15,ASH INV-1,500.00\n,End of the list,\n"
    assert received(only(words.encode())) == ["500.00"]
    with pytest.raises(BadStatement, match=r"line 2: '70\.00 INV-2' has neither"):
        read(b"2026-03-15,ASH INV-1,500.00\n,70.00 INV-2,\n2026-03-16,b,1.00\n")
