"""Whose account a column of accounts holds: our own where something shows it, else the payers'."""

from __future__ import annotations

import pytest

from providers.bank import mapping, reading
from providers.bank.mapping import Mapping
from providers.bank.refusal import BadStatement
from tests.providers.bank.shelf import amounts, only, read

ASH, ELM, OAK = "DE75512108001245126199", "DE89370400440532013000", "DE02120300000000202051"
NAMES = ["IBAN", "Account number", "Kontonummer", "Rekeningnummer", "Numéro de compte", "Cuenta"]
BALANCED = (
    "Date,IBAN,Text,Amount,Balance\n2026-01-30,{},INV-1,100.00,{}\n2026-01-30,{},INV-2,50.00,{}\n"
    "2026-01-31,{},INV-3,25.00,{}\n"
)


def guessed(content: str, typed: str = "") -> Mapping:
    wishes = mapping.parse(typed)
    found = reading.guessed(content.encode(), wishes)
    assert found is not None
    return found.changed(wishes)


def post(name: str, *rows: str, more: str = "Name") -> str:
    """Lines of a day, an account, what stands under the other name, and an amount."""
    return "\n".join((f"Date;{name};{more};Amount", *(f"2026-01-30;{row}" for row in rows), ""))


@pytest.mark.parametrize("name", NAMES)
def test_accounts_that_go_with_payers_are_theirs(name: str) -> None:
    content = post(name, f"{ASH};Ash;100.00", f"{ELM};Elm;50.00", f"{ASH};Ash;7.00")
    statement = only(content.encode())
    assert statement.account == "MAIN"
    assert [it.payer_account for it in statement.receipts] == [ASH, ELM, ASH]
    with pytest.raises(BadStatement, match="names the account; name it"):
        read(content.encode(), account="")


@pytest.mark.parametrize("name", NAMES)
def test_accounts_of_which_nothing_shows_whose_they_are_are_asked_about(name: str) -> None:
    several = post(name, f"{ASH};INV-1;100.00", f"{ELM};INV-2;50.00", more="Text")
    one = post(name, f"{ASH};Ash;100.00", f"{ASH};Ash;50.00")
    with pytest.raises(BadStatement, match=f"{name} may be our own accounts or the payers': say"):
        read(several.encode())
    with pytest.raises(BadStatement, match=f"{name} is one account on every line: say whose"):
        read(one.encode())
    theirs = only(several.encode(), mapping=guessed(several, f"payer_account={name}"))
    assert (theirs.account, theirs.receipts[1].payer_account) == ("MAIN", ELM)
    ours = read(several.encode(), mapping=guessed(several, f"account={name}"))
    assert [(it.account, it.receipts[0].payer_account) for it in ours] == [(ASH, ""), (ELM, "")]
    beside = only(one.encode(), account="", mapping=guessed(one, f"account={OAK}"))
    assert (beside.account, beside.receipts[0].payer_account) == (OAK, ASH)


MONEY_IN = {
    "a sort code and a balance": (
        "Transaction Date,Transaction Type,Sort Code,Account Number,Transaction Description,"
        "Debit Amount,Credit Amount,Balance\n"
        "30/01/2026,FPI,'30-90-12,4711,ASH INV-1,,100.00,1350.00\n"
        "29/01/2026,FPI,'30-90-12,4711,ELM INV-2,,250.00,1250.00\n"
    ),
    "its name": (
        "Date,Type,Description,Value,Balance,Account Name,Account Number\n"
        '30/01/2026,BAC,"ASH , INV-1",100.00,1350.00,MY CO,\'4711\n'
        '29/01/2026,BAC,"ELM , INV-2",250.00,1250.00,MY CO,\'4711\n'
    ),
    "no balance": (
        "Number,Date,Account,Amount,Subcategory,Memo\n"
        ",30/01/2026,4711,100.00,Counter Credit,INV-1\n"
        ",29/01/2026,4711,250.00,Counter Credit,INV-2\n"
    ),
    "balances before and after": (
        "accountNumber\tmutationcode\ttransactiondate\tvaluedate\tstartsaldo\tendsaldo\tamount\t"
        "description\n4711\tEUR\t20260130\t20260130\t1000,00\t1100,00\t100,00\tINV-1\n"
        "4711\tEUR\t20260130\t20260130\t1100,00\t1350,00\t250,00\tINV-2\n"
    ),
    "payers in columns of other names": (
        "Kontonummer;Buchungsdatum;Valuta;Empfaenger 1;Empfaenger 2;Verwendungszweck;Betrag\n"
        "4711;30.01.2026;30.01.2026;Ash GmbH;;RE-1;100,00\n"
        "4711;29.01.2026;29.01.2026;Elm GmbH;;RE-2;250,00\n"
    ),
    "the type of each line": (
        "Account Number,Transaction Description,Transaction Date,Transaction Type,"
        "Transaction Amount,Balance\n4711,Deposit from ASH,01/30/26,Credit,100,1350\n"
        "4711,Deposit from ELM,01/29/26,Credit,250,1250\n"
    ),
    "the account last": (
        "Fecha;Concepto;Importe;Saldo;Cuenta\n30/01/2026;DE ASH FRA 1;100,00;1.350,00;4711\n"
        "29/01/2026;DE ELM FRA 2;250,00;1.250,00;4711\n"
    ),
    "one payer, apart from the account": (
        "Account,Date,Payee,Memo,Amount\n4711,30/01/2026,ASH,INV-1,100.00\n"
        "4711,29/01/2026,ASH,INV-2,250.00\n"
    ),
    "a payer on some lines": post("IBAN", "4711;Ash;100.00", "4711;;250.00"),
    "another name above the table": "Kontoinhaber: Ash GmbH;;;\n" + post(
        "Kontonummer", "4711;INV-1;100.00", "4711;INV-2;250.00", more="Text"
    ),
}  # fmt: skip


@pytest.mark.parametrize("export", MONEY_IN)
def test_one_account_of_money_in_alone_is_our_own(export: str) -> None:
    statement = only(MONEY_IN[export].encode(), account="")
    assert statement.account == "4711"
    assert sorted(amounts(statement)) == ["100.00", "250.00"]
    assert not any(it.payer_account for it in statement.receipts)


def test_the_account_of_a_single_line_is_our_own() -> None:
    statement = only(post("IBAN", f"{OAK};Ash;100.00").encode(), account="")
    assert (statement.account, statement.receipts[0].payer_account) == (OAK, "")


@pytest.mark.parametrize("rows", [
    (f"{OAK};INV-1;100.00", f"{OAK};rent;-40.00"), (f"{OAK};INV-1;CR 5", f"{OAK};x;DR 6"),
])  # fmt: skip
def test_one_account_of_money_in_and_out_is_our_own(rows: tuple[str, ...]) -> None:
    content = post("IBAN", *rows, more="Text")
    if "CR" in content:
        way = content.replace(";CR 5", ";C;5.00").replace(";DR 6", ";D;6.00")
        content = way.replace("Text;Amount", "Text;Credit/Debit;Amount")
    statement = only(content.encode(), account="")
    assert (statement.account, statement.receipts[0].payer_account) == (OAK, "")


def test_one_account_of_money_from_several_payers_is_our_own() -> None:
    content = post("Account number", "4711 22;Ash;100.00", "4711 22;Elm;50.00")
    statement = only(content.encode(), account="")
    assert (statement.account, amounts(statement)) == ("471122", ["100.00", "50.00"])


def test_several_accounts_that_each_moved_money_in_and_out_are_our_own() -> None:
    rows = [f"{one};{text}" for one in (OAK, ELM) for text in ("INV-1;100.00", "rent;-40.00")]
    assert [it.account for it in read(post("IBAN", *rows, more="Text").encode(), account="")] == [
        OAK, ELM,
    ]  # fmt: skip
    with pytest.raises(BadStatement, match="IBAN may be our own accounts or the payers'"):
        read(post("IBAN", *rows[:3], more="Text").encode())


@pytest.mark.parametrize(("own", "theirs"), [
    ("Kontonummer", "Gegenkonto"), ("IBAN", "IBAN Gegenkonto"), ("Account", "Sender account"),
    ("Compte", "IBAN contrepartie"), ("Cuenta", "Cuenta contrapartida"), ("IBAN", "Payer IBAN"),
    ("Rekening", "Tegenrekening"),
])  # fmt: skip
def test_beside_a_column_of_the_others_accounts_it_is_our_own(own: str, theirs: str) -> None:
    content = post(own, f"{OAK};{ASH};100.00", f"{ASH};{ELM};50.00", more=theirs)
    first, second = read(content.encode(), account="")
    assert (first.account, first.receipts[0].payer_account) == (OAK, ASH)
    assert (second.account, second.receipts[0].payer_account) == (ASH, ELM)


@pytest.mark.parametrize("name", ["Auftragskonto", "Own account"])
def test_names_that_say_it_are_not_asked_about(name: str) -> None:
    content = post(name, f"{OAK};INV-1;100.00", f"{ASH};INV-2;50.00", more="Text")
    assert [it.account for it in read(content.encode(), account="")] == [OAK, ASH]


def test_a_balance_that_runs_through_all_accounts_is_of_one_account() -> None:
    content = BALANCED.format(ASH, "1100.00", ELM, "1150.00", ASH, "1175.00")
    statement = only(content.encode())
    assert (statement.account, str(statement.closing)) == ("MAIN", "USD 1,175.00")
    assert [it.payer_account for it in statement.receipts] == [ASH, ELM, ASH]


def test_a_balance_that_runs_for_each_account_is_of_several_of_ours() -> None:
    content = BALANCED.format(OAK, "1100.00", ELM, "750.00", OAK, "1125.00")
    assert [it.account for it in read(content.encode(), account="")] == [OAK, ELM]
    broken = BALANCED.format(OAK, "1100.00", ELM, "750.00", OAK, "1126.00")
    with pytest.raises(BadStatement, match="IBAN may be our own accounts or the payers'"):
        read(broken.encode())


def test_accounts_beside_the_one_above_the_table_are_not_asked_about() -> None:
    above = f"IBAN: {OAK};;;\n"
    theirs = above + post("Kontonummer", f"{ASH};INV-1;100.00", f"{ELM};INV-2;5.00", more="Text")
    assert [it.payer_account for it in only(theirs.encode(), account="").receipts] == [ASH, ELM]
    ours = above + post("Kontonummer", f"{OAK};INV-1;100.00", f"{OAK};INV-2;50.00", more="Text")
    assert (only(ours.encode(), account="").account) == OAK
    one = above + post("IBAN", f"{ASH};INV-1;100.00", f"{ASH};INV-2;50.00", more="Text")
    assert [it.payer_account for it in only(one.encode(), account="").receipts] == [ASH, ASH]
