"""Columns whose names say nothing: which way money went, its currency, texts, and what is asked."""

from __future__ import annotations

import pytest

from providers.bank import mapping, reading
from providers.bank.mapping import Mapping
from providers.bank.refusal import BadStatement
from tests.providers.bank.shelf import amounts, only, read, received

KNAB = """KNAB EXPORT;;;;;;;;;
Rekeningnummer;Transactiedatum;Valutacode;CreditDebet;Bedrag;Tegenrekeningnummer;\
Tegenrekeninghouder;Valutadatum;Omschrijving;
NL02KNAB0123456789;15-03-2026;EUR;C;500,00;NL91ABNA0417164300;ASH BV;15-03-2026;INV-1;
NL02KNAB0123456789;14-03-2026;EUR;D;25,00;;Birch BV;14-03-2026;your INV-2;
"""
CAPITAL = """Account Number,Transaction Description,Transaction Date,Transaction Type,\
Transaction Amount,Balance
1234,Deposit from ASH INV-1,03/15/26,Credit,500,1475
1234,Supplies INV-2,03/14/26,Debit,25,975
1234,Deposit from ELM,03/13/26,Credit,10,1000
"""
TWO_WAYS = "Date,Text,Kind,Amount\n2026-03-14,INV-1,{},500.00\n2026-03-15,INV-2,{},25.00\n"


def guessed(content: str, typed: str = "") -> Mapping:
    wishes = mapping.parse(typed)
    found = reading.guessed(content.encode(), wishes)
    assert found is not None
    return found.changed(wishes)


def test_glued_names_of_direction_and_currency_are_read() -> None:
    statement = only(KNAB.encode())
    assert [str(one.amount) for one in statement.entries] == ["EUR 500.00", "EUR -25.00"]
    (came,) = statement.receipts
    assert (came.payer, came.payer_account) == ("ASH BV", "NL91ABNA0417164300")


def test_a_column_of_credit_and_debit_signs_the_amounts() -> None:
    statement = only(CAPITAL.encode())
    assert amounts(statement) == ["500.00", "-25.00", "10.00"]
    assert guessed(CAPITAL).name("direction") == "Transaction Type"
    cut = "".join(CAPITAL.splitlines(keepends=True)[:3])
    assert received(only(cut.encode())) == ["500.00"]


@pytest.mark.parametrize(("came", "went"), [
    ("CREDIT", "DEBIT"), ("Deposit", "Withdrawal"), ("C", "D"), ("H", "S"), ("+", "-"),
    ("Eingang", "Ausgang"), ("Crédito", "Débito"), ("Money in", "Money out"), ("Bij", "Af"),
])  # fmt: skip
def test_words_for_in_and_out_under_any_name(came: str, went: str) -> None:
    assert amounts(only(TWO_WAYS.format(came, went).encode())) == ["500.00", "-25.00"]


@pytest.mark.parametrize(("came", "went"), [
    ("ACH Credit", "ACH Debit"), ("Received", "Sent"), ("D", "D"), ("Deposit", "Card withdrawal"),
    ("Deposit", "Cheque"), ("Online credit", "Fee"),
])  # fmt: skip
def test_what_only_seems_to_say_it_is_asked_about(came: str, went: str) -> None:
    content = TWO_WAYS.format(came, went)
    with pytest.raises(BadStatement, match="Kind seems to say which way money went, and no amount"):
        read(content.encode())
    all_in = guessed(content, "direction=")
    assert received(only(content.encode(), mapping=all_in)) == ["500.00", "25.00"]
    assert all_in.columns["direction"] == ()


@pytest.mark.parametrize(("came", "went"), [("ACH Credit", "ACH Debit"), ("Received", "Sent")])
def test_a_person_can_name_the_column_that_seems_to_say_it(came: str, went: str) -> None:
    content = TWO_WAYS.format(came, went)
    chosen = guessed(content, "direction=Kind")
    assert amounts(only(content.encode(), mapping=chosen)) == ["500.00", "-25.00"]
    for kind in ("Direct Debit", "Credit card", "Cheque", ""):
        with pytest.raises(BadStatement, match="says neither"):
            read(TWO_WAYS.format(came, kind).encode(), mapping=chosen)


def test_signed_amounts_and_columns_without_money_out_need_no_direction() -> None:
    signed = TWO_WAYS.replace(",25.00", ",-25.00")
    for kinds in (("CREDIT", "DEBIT"), ("Deposit", "Cheque"), ("D", "D")):
        assert "direction" not in guessed(signed.format(*kinds)).columns
        assert amounts(only(signed.format(*kinds).encode())) == ["500.00", "-25.00"]
    assert "direction" not in guessed(TWO_WAYS.format("Credit", "Credit")).columns
    assert received(only(TWO_WAYS.format("Sale", "Order").encode())) == ["500.00", "25.00"]
    assert received(only(TWO_WAYS.format("Out 2", "Sent 3").encode())) == ["500.00", "25.00"]


def test_a_state_by_its_name_says_nothing_of_the_direction() -> None:
    content = TWO_WAYS.replace("Kind", "Status").format("Sent", "Sent")
    assert received(only(content.encode())) == ["500.00", "25.00"]


def test_a_column_of_codes_is_the_currency_and_of_several_a_person_says_which() -> None:
    content = "Date,Text,Unit,Amount\n2026-03-14,INV-1,EUR,5.00\n2026-03-15,INV-2,EUR,-1.00\n"
    assert [str(one.amount) for one in only(content.encode()).entries] == ["EUR 5.00", "EUR -1.00"]
    two = content.replace("Unit", "Sold in,Paid in that").replace("EUR", "USD,EUR")
    with pytest.raises(BadStatement, match="Sold in and Paid in that hold currencies: say"):
        read(two.encode())
    chosen = guessed(two, "currency=Paid in that")
    assert str(only(two.encode(), mapping=chosen).receipts[0].amount) == "EUR 5.00"
    beside = two.replace("Sold in,", "Orig currency,")
    assert guessed(beside).name("currency") == "Paid in that"
    part = content.replace("INV-2,EUR", "INV-2,")
    with pytest.raises(BadStatement, match="Unit holds currencies, and may mean"):
        read(part.encode())
    assert str(only(part.encode(), mapping=guessed(part, "currency=USD")).receipts[0].amount) \
        == "USD 5.00"  # fmt: skip


@pytest.mark.parametrize("cells", [
    ("EUR", "", "USD"), ("USD", "", ""), ("eur", "usd", "usd"), ("\N{EURO SIGN}",) * 3,
    ("\N{POUND SIGN}", "", "$"),
])  # fmt: skip
def test_empty_lower_case_and_signs_among_currencies_are_asked_about(
    cells: tuple[str, ...],
) -> None:
    rows = [f"2026-03-1{n},Ash {n},{n}.50,{cell}\n" for n, cell in enumerate(cells)]
    content = "".join(("Date,Description,Amount,Whg\n", *rows)).encode()
    found = reading.guessed(content, home="USD")
    assert found
    assert [doubt.answers for doubt in found.doubts] == [("currency",)]
    assert "Whg holds currencies" in found.doubts[0].question


@pytest.mark.parametrize(("cell", "home"), [("usd", "USD"), ("$", "CAD")])
def test_the_companys_own_currency_is_taken_in_lower_case_and_as_a_sign(
    cell: str, home: str
) -> None:
    content = f"Date,Description,Amount,Whg\n2026-03-14,Ash,5.00,{cell}\n".encode()
    found = reading.guessed(content, home=home)
    assert found
    assert (found.name("currency"), found.doubts) == ("Whg", ())
    assert str(only(content, mapping=found, currency=home).receipts[0].amount) == f"{home} 5.00"


def test_signs_that_do_not_agree_with_the_words_are_asked_about() -> None:
    """A bank that writes both may mark what it took back by either."""
    content = TWO_WAYS.format("Credit", "Debit") + "2026-03-16,INV-3,Credit,-7.00\n"
    with pytest.raises(BadStatement, match=r"Kind seems to say .* and not every sign agrees"):
        read(content.encode())
    with pytest.raises(BadStatement, match="line 4: the amount is below zero, but Kind says"):
        read(content.encode(), mapping=guessed(content, "direction=Kind"))
    by_sign = only(content.encode(), mapping=guessed(content, "direction="))
    assert amounts(by_sign) == ["500.00", "25.00", "-7.00"]
    turned = TWO_WAYS.replace("500", "-500").format("Credit", "Debit")
    by_word = only(turned.encode(), mapping=guessed(turned, "direction=Kind"))
    assert amounts(by_word) == ["500.00", "-25.00"]


def test_amounts_without_a_sign_give_way_to_debit_and_credit() -> None:
    content = "Date,Text,Total,Amount,Debit,Credit\n2026-03-14,a,1,5.00,,5.00\n"
    content += "2026-03-15,b,1,{}7.00,7.00,0.00\n"
    assert amounts(only(content.format("").encode())) == ["5.00", "-7.00"]
    assert "amount" in guessed(content.format("-")).columns
    assert amounts(only(content.format("-").encode())) == ["5.00", "-7.00"]


REVERSED = TWO_WAYS + "2026-03-16,FEE REVERSAL,{},-3.00\n"


@pytest.mark.parametrize(("came", "went"), [
    ("ACH Credit", "ACH Debit"), ("Received", "Sent"), ("Deposit", "Cheque"), ("D", "C"),
    ("Credit", "Debit"), ("Deposit", "Card withdrawal"), ("Incoming wire", "Wire debit"),
])  # fmt: skip
def test_one_minus_makes_no_signed_file(came: str, went: str) -> None:
    """What went out stands above zero on another line, so that the signs do not say it."""
    content = REVERSED.format(came, went, went)
    why = "Cheque stands above and below zero" if went == "Cheque" else "not every sign agrees"
    with pytest.raises(BadStatement, match=f"Kind seems to say .* and {why}"):
        read(content.encode())
    signed = content.replace(",25.00", ",-25.00")
    assert "direction" not in guessed(content).columns
    if came != "D":
        assert amounts(only(signed.encode())) == ["500.00", "-25.00", "-3.00"]


@pytest.mark.parametrize("kinds", [
    ("ACH Credit", "Transfer", "Transfer out"), ("Direct debit", "Card", "Card"),
    ("Deposit", "Fee", "Cheque"), ("Sale", "Sale", "Refund"), ("Deposit", "0", "Fee"),
])  # fmt: skip
def test_signs_that_bear_the_kinds_out_are_not_asked_about(kinds: tuple[str, str, str]) -> None:
    content = REVERSED.format(*kinds).replace(",25.00", ",-25.00")
    assert amounts(only(content.encode())) == ["500.00", "-25.00", "-3.00"]
    nought = content + "2026-03-17,nothing,ACH debit,0.00\n"
    assert len(amounts(only(nought.encode()))) == 4


@pytest.mark.parametrize(("letter", "text"), [("C", "CHECK 77 RENT"), ("D", "Mobile deposit")])
def test_letters_that_may_be_short_for_a_cheque_or_a_deposit_are_asked_about(
    letter: str, text: str
) -> None:
    content = TWO_WAYS.format("C", "D") + f"2026-03-16,{text},{letter},7.00\n"
    with pytest.raises(BadStatement, match="Kind seems to say which way money went, and no amount"):
        read(content.encode())
    assert amounts(only(content.replace(text, "INV-3").encode()))[:2] == ["500.00", "-25.00"]
