"""MT940 and MT942: folded texts, the words of German and Dutch banks, and files that are cut."""

from __future__ import annotations

from datetime import date

import pytest

from providers.bank import mt940_line, mt940_text
from providers.bank.refusal import BadStatement
from tests.providers.bank.shelf import amounts, only, raw, read, received

HEAD = b":20:S\n:25:ACC\n:28C:1/1\n:60F:C260302EUR100,00\n"
TAIL = b":62F:C260302EUR%s\n-\n"


def one(line: bytes, closing: bytes, told: bytes = b":86:text\n") -> bytes:
    return HEAD + b":61:" + line + b"\n" + told + TAIL % closing


def test_german_sub_fields_are_joined_where_the_bank_cut_them() -> None:
    paid = only("german.sta").receipts[0]
    assert paid.reference == "Rechnung Nr INV-2026-00001 und INV-2026-00002 vom 01.03.2026"
    assert paid.payer == "LINDEN MASCHINENBAU GMBH UND CO KG"
    assert (paid.payer_account, paid.end_to_end_id) == ("DE75512108001245126199", "E2E-2026-000077")
    assert paid.bank_reference == "26061000123"


def test_returns_count_in_the_balance_and_are_no_receipts() -> None:
    statement = only("german.sta")
    assert amounts(statement) == ["250.50", "-45.10", "-5.00", "45.10"]
    assert received(statement) == ["250.50"]
    assert [entry.is_return for entry in statement.entries] == [False, True, True, True]


def test_slash_words_of_dutch_banks() -> None:
    paid = only("dutch.sta").receipts[0]
    assert (paid.payer, paid.payer_account) == ("BOOMGAARD B.V.", "NL32INGB0000012345")
    assert paid.reference == "Factuur 2026-0815 en 2026-0816 minus korting"
    assert paid.end_to_end_id == "PO-5521"


def test_an_entry_date_belongs_to_the_year_nearest_to_its_value() -> None:
    assert only("dutch.sta").entries[1].day == date(2025, 12, 31)
    line = mt940_line.read("2512310102C1,00NTRFX", "here")
    assert line.day == date(2026, 1, 2)


@pytest.mark.parametrize(("text", "amount", "is_return"), [
    ("2603020302C5,00NTRFX", "5.00", False),
    ("2603020302CR5,00NTRFX", "5.00", False),
    ("2603020302RC5,00NTRFX", "-5.00", True),
    ("2603020302RD5,00NTRFX", "5.00", True),
    ("2603020302RCR5,00NTRFX", "-5.00", True),
    ("260302    DD5,NTRFX", "-5", False),
    ("260302D5,NTRFX", "-5", False),
])  # fmt: skip
def test_marks_of_credit_debit_and_reversal(text: str, amount: str, is_return: bool) -> None:
    line = mt940_line.read(text, "here")
    assert (str(line.amount), line.is_return) == (amount, is_return)


def test_the_thirtieth_of_february_is_the_last_day_of_interest() -> None:
    assert mt940_line.read("260230D5,NTRFX", "here").day == date(2026, 2, 28)
    assert mt940_line.read("240230D5,NTRFX", "here").day == date(2024, 2, 29)
    with pytest.raises(BadStatement, match="2026-04-31 is no day"):
        mt940_line.read("260431D5,NTRFX", "here")


def test_an_interim_report_proves_its_counts_and_sums() -> None:
    report = only("interim.sta")
    assert (report.format, received(report)) == ("MT942", ["12.50"])
    assert "no opening and closing balance" in report.unchecked
    with pytest.raises(BadStatement, match=r":90C: tells of 2 entries of EUR 12.50.* 1 of"):
        read(raw("interim.sta").replace(b":90C:1EUR", b":90C:2EUR"))


def test_a_time_at_the_start_of_a_folded_line_is_no_tag() -> None:
    told = b":86:paid 2026-03-02T12\n:20:11 for INV-9\n"
    assert "for INV-9" in only(one(b"2603020302C5,NTRFX", b"105,", told)).receipts[0].reference


def test_full_lines_go_on_without_a_space_and_short_ones_with() -> None:
    full = "x" * 60 + "INV-2"
    assert mt940_text.unfold([full, "026-1 and", "INV-3"]).endswith("INV-2026-1 and INV-3")


@pytest.mark.parametrize(("text", "told"), [
    (HEAD[6:] + TAIL % b"100,00", "stands before any :20:"),
    (HEAD, r"no closing balance \(:62F:\)"),
    (b":20:S\n:25:ACC\n" + TAIL % b"1,", "no opening balance"),
    (b":20:S\n:60F:C260302EUR1,\n" + TAIL % b"1,", "no :25: names the account"),
    (HEAD + TAIL % b"100,01", "EUR 100.00 .* make EUR 100.00, but .* EUR 100.01"),
    (one(b"2603020302X5,NTRFX", b"105,"), "no statement line"),
    (one(b"2603020302C5,555NTRFX", b"105,"), "finer than 0.01"),
    (HEAD + TAIL % b"100," + b":61:2603020302C5,NTRFX\n", "stands outside of a statement"),
    (HEAD + b":25:OTHER\n" + TAIL % b"100,", "a second :25:"),
    (HEAD.replace(b"EUR", b"QQQ") + TAIL % b"100,", "no currency"),
    (HEAD.replace(b"260302", b"260230") + TAIL % b"100,", "no day of the calendar"),
])  # fmt: skip
def test_what_is_wrong_is_named(text: bytes, told: str) -> None:
    with pytest.raises(BadStatement, match=told):
        read(text)


def test_a_gap_between_two_statements_is_told() -> None:
    second = HEAD.replace(b"100,00", b"90,00") + TAIL % b"90,00"
    _, later = read(HEAD + TAIL % b"100,00" + second)
    assert later.remarks == (
        (
            "it opens with EUR 90.00, but the one before it closed with EUR 100.00: a statement"
            " between them is missing"
        ),
    )
    older = HEAD.replace(b"100,00", b"95,00") + b":61:2603020302D5,NTRFX\n" + TAIL % b"90,00"
    assert all(not found.remarks for found in read(second + older))


def test_old_code_pages_are_recognised_by_their_letters() -> None:
    for encoding in ("utf-8", "cp1252", "cp852"):
        told = ":86:csoportos átutalás jóváírása\n".encode(encoding)
        statement = only(one(b"2603020302C5,NTRFX", b"105,", told))
        assert statement.receipts[0].reference == "csoportos átutalás jóváírása", encoding
