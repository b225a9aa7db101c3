"""Corners of each format that no whole file shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from providers.bank import balance, days, mapping, mt940_line, mt940_ns, mt940_text, reading
from providers.bank.refusal import BadStatement
from providers.money import Money
from tests.providers.bank.shelf import amounts, only, raw, read

Change = Callable[[bytes], bytes]


def swap(old: bytes, new: bytes) -> Change:
    def change(content: bytes) -> bytes:
        assert old in content
        return content.replace(old, new, 1)

    return change


@pytest.mark.parametrize(("name", "change", "told"), [
    ("bank.bai", lambda c: c + b"16,142,1,Z,,,x/\n", r"after the end of the file \(99\)"),
    ("bank.bai", lambda c: c[:30] + b"\n" + c, "a second file begins"),
    ("bank.bai", swap(b"03,0123456789", b"03,"), "it names no account"),
    ("bank.bai", swap(b"V,260302,,REF2", b"D,x,REF2"), "without their count of days"),
    ("bank.bai", swap(b",010,", b",01x,"), "no type code"),
    ("bank.bai", swap(b"49,270100", b"49,27x100"), "control total"),
    ("bank.bai", swap(b"03,0123", b"49,1,1/\n03,0123"), "outside of an account"),
    ("bank.bai", swap(b"02,031001234", b"98,1,1,1/\n02,031001234"), "outside of a group"),
    ("lockbox.txt", lambda c: c + b"9000010\n", r"after the end of the file \(9\)"),
    ("lockbox.txt", swap(b"0777123260302", b"       260302"), "names no lockbox"),
    ("lockbox.txt", swap(b"7001003", b"4001002"), r"a batch has no total \(7\)"),
    ("lockbox.txt", swap(b"260302002", b"2603020x2"), "is no count"),
    ("german.sta", swap(b":61:", b":60F:C260302EUR1,\n:61:"), "a second opening balance"),
    ("interim.sta", swap(b":90C:1EUR", b":90C:xEUR"), "no count and sum"),
    ("german.sta", swap(b"2603020302C", b"2603029999C"), "entry date 9999 is no day"),
    ("statement_053_v2.xml", swap(b'<Amt Ccy="EUR">250.50</Amt>', b""), "no amount"),
    ("statement_053_v2.xml", swap(b'<Amt Ccy="EUR">45.10', b'<Amt Ccy="USD">45.10'),
     "its balances cannot be proved"),
])  # fmt: skip
def test_what_is_wrong_is_named(name: str, change: Change, told: str) -> None:
    with pytest.raises(BadStatement, match=told):
        read(change(raw(name)))


def test_bai2_lines_without_amount_or_direction_move_nothing() -> None:
    extra = b"16,142,,Z,,,nothing/\n16,890,,,,,a note/\n16,890,5,,,,another/\n16,555"
    content = raw("bank.bai").replace(b"16,555", extra)
    content = content.replace(b",270100,9/", b",270105,12/").replace(
        b"98,270100,1,11", b"98,270105,1,14"
    )
    content = content.replace(b"99,270100,1,13", b"99,270105,1,16")
    assert amounts(only(content)) == ["250.50", "100.00", "-45.00"]


def test_a_lockbox_with_a_cheque_number_of_nine_digits_and_none_at_all() -> None:
    content = raw("lockbox.txt").replace(b"000001234 INV-1001", b"          INV-1001")
    assert only(content).receipts[0].end_to_end_id == ""


def test_a_piece_with_indented_tags_has_no_statement() -> None:
    with pytest.raises(BadStatement, match="no :20: begins a statement"):
        read(b" :20:S\n :25:A\n")


def test_the_entry_date_of_a_leap_day() -> None:
    assert mt940_line.read("2402280229C1,NTRFX", "here").day == date(2024, 2, 29)


def test_other_signs_part_sub_fields_too() -> None:
    told = mt940_text.read(["000>100987654321", ">20INV-1 AND INV-2 OF THE FIRST >21OF MAY>32ELM"])
    assert (told.reference, told.payer) == ("INV-1 AND INV-2 OF THE FIRST OF MAY", "ELM")


def test_a_dutch_bank_that_opens_with_the_other_side() -> None:
    told = mt940_text.read(["NL47INGB9999999999 Elm Holding", "", "INV-1 and", "INV-2"])
    assert (told.payer, told.payer_account) == ("Elm Holding", "NL47INGB9999999999")
    assert told.reference == "INV-1 and INV-2"


def test_numbered_lines_of_multicash() -> None:
    told = mt940_ns.read(["01INV-1\n02INV-2\n15ELM HOLD\n16ING\n340000004279070017\nno number"])
    assert (told.payer, told.payer_account, told.reference) == (
        "ELM HOLDING", "0000004279070017", "INV-1 INV-2"
    )  # fmt: skip


def test_a_report_without_lines_takes_its_currency_from_a_balance() -> None:
    content = (
        b"<Document><BkToCstmrAcctRpt><Rpt><Id>1</Id><Acct><Id><IBAN>X</IBAN></Id></Acct>%s</Rpt>"
        b"</BkToCstmrAcctRpt></Document>"
    )
    told = (
        b"<Bal><Tp><CdOrPrtry><Cd>CLAV</Cd></CdOrPrtry></Tp><Amt Ccy='CHF'>1</Amt>"
        b"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-01-01</Dt></Dt></Bal>"
    )
    assert only(content % told).currency == "CHF"
    assert only(content % b"").currency == ""
    line = b"<Ntry><Amt Ccy='CHF'>1</Amt><CdtDbtInd>CRDT</CdtDbtInd></Ntry>"
    with pytest.raises(BadStatement, match="neither a booking date nor a value date"):
        read(content % line)


def test_details_in_another_currency_are_no_parts() -> None:
    content = raw("notification_054_v8.xml").replace(b'Ccy="CHF">6.00', b'Ccy="EUR">7.00')
    assert [str(r.amount) for r in only(content).receipts] == ["CHF 12.00"]


def test_a_statement_in_an_unclosed_one() -> None:
    content = raw("old.ofx").replace(b"</STMTRS></STMTTRNRS>", b"")
    with pytest.raises(BadStatement, match="it does not end"):
        read(content)
    twice = content.replace(
        b"</BANKMSGSRSV1>", b"<STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>2</BANKACCTFROM></STMTRS>"
    )
    assert [one.account for one in read(twice)] == ["121000248/1234567890", "2"]


@pytest.mark.parametrize(("lines", "told"), [
    (("2026-03-02,1.5", '2026-03-03,"2,5"'), "decimal point and some a decimal comma"),
    (("2026-03-02,1.500",), r"1\.500 can be read in two ways"),
    (("2026-03-02,Ash",), "is no amount"),
])  # fmt: skip
def test_decimals_that_leave_a_doubt(lines: tuple[str, ...], told: str) -> None:
    content = "\n".join(("Date,Amount", *lines)).encode()
    with pytest.raises(BadStatement, match=told):
        read(content)


@pytest.mark.parametrize(("written", "amount"), [
    ('"1,234,567"', "1234567.00"), ("1.234.567", "1234567.00"), ("0.500", "0.50"),
    ('"1.234,5"', "1234.50"),
])  # fmt: skip
def test_decimals_that_an_amount_proves_by_itself(written: str, amount: str) -> None:
    assert amounts(only(f"Date,Amount\n2026-03-02,{written}\n".encode())) == [amount]


def test_days_of_eight_digits_and_of_two_digit_years() -> None:
    assert only(b"Date,Amount\n20260302,1.00\n").entries[0].day == date(2026, 3, 2)
    assert days.day("31.12.99", "DMY", "here") == date(1999, 12, 31)
    assert only(b"Datum;Betrag\n01/02/26;1,00\n").entries[0].day == date(2026, 2, 1)


def test_a_column_for_the_amount_must_be_there() -> None:
    guessed = reading.guessed(b"Date,Credit,Text\n2026-03-02,1.00,x\n")
    assert guessed is not None
    bare = guessed.changed({"credit": "", "reference": "3"})
    assert (bare.columns.get("credit"), bare.columns["reference"]) == (None, (2,))
    assert bare.changed({"decimal": "comma"}).decimal == ","
    assert len(guessed.fingerprint) == 32
    with pytest.raises(BadStatement, match="names the column '9'"):
        guessed.changed({"credit": "9"})


def test_the_account_and_the_fields_of_a_table_must_be_there() -> None:
    with pytest.raises(BadStatement, match="names the account"):
        read(b"Date,Amount\n2026-03-02,1.00\n", account="")
    with pytest.raises(BadStatement, match="not as many fields"):
        read(b"Date,Text,Amount\n2026-03-02,x,1.00\n2026-03-03,y\n")


def test_a_balance_that_is_neither_first_nor_last_is_passed_over() -> None:
    content = b"Date,Text,Amount\nBalance,,7.00\n2026-03-02,x,1.00\n"
    with pytest.raises(BadStatement, match="'Balance' is no date"):
        read(content)


def test_more_lines_than_anybody_has() -> None:
    with pytest.raises(BadStatement, match="more than 200,000 lines"):
        read(b"Date,Amount\n" + b"2026-03-02,1.00\n" * 200_001)


def test_the_proof_is_told_in_words() -> None:
    assert balance.told(only("old.ofx")) == "not checked: OFX gives no opening balance"
    assert balance.told(only("interim.sta")).startswith("not checked: an interim report")
    assert only("german.sta").opening == Money.of(1000, "EUR")


def test_a_delimiter_can_be_named() -> None:
    guessed = reading.guessed(raw("german.csv"))
    assert guessed is not None
    assert guessed.changed(mapping.parse("delimiter=semicolon")).delimiter == ";"
    with pytest.raises(BadStatement, match="not utf-7x"):
        read("german.csv", mapping=guessed.changed({"encoding": "utf-7x"}))
