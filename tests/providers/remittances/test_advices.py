"""Advices in five languages and eight forms, read to the cent and word for word."""

from __future__ import annotations

from datetime import date

import pytest

from providers.receipts import Remittance
from providers.remittances.read import of_markup, of_text, remittances
from tests.providers.remittances.papers import fixture, page_of, pdf, ruled, workbook

Told = tuple[str, str, str, str, str, str]


def lines(one: Remittance) -> list[Told]:
    return [
        (x.number, str(x.gross.amount), str(x.discount.amount), str(x.deduction.amount),
         str(x.net.amount), x.reason)
        for x in one.lines
    ]  # fmt: skip


def read(name: str, home: str = "") -> Remittance:
    (one,) = remittances(fixture(name), home=home)
    return one


ENGLISH: list[Told] = [
    ("INV-1001", "1200.00", "24.00", "0.00", "1176.00", ""),
    ("INV-1002", "500.00", "0.00", "50.00", "450.00", "short delivery of two boxes"),
    ("CN-77", "-100.00", "0.00", "0.00", "-100.00", ""),
]


@pytest.mark.parametrize(("name", "payer", "reference", "total", "told"), [
    ("advice_en.txt", "Cedar Works Ltd", "EFT-90012345", "USD 1,526.00", ENGLISH),
    ("advice_de.csv", "Birke GmbH", "AV-2026-000481", "EUR 3,347.20", [
        ("RE-2026-001", "1190.00", "23.80", "0.00", "1166.20", ""),
        ("RE-2026-002", "2380.00", "0.00", "80.00", "2300.00", "Ware beschädigt, 2 Kartons"),
        ("GU-2026-009", "-119.00", "0.00", "0.00", "-119.00", "Gutschrift"),
    ]),
    ("advice_fr.html", "Frêne SARL", "VIR 2026 0099", "EUR 1,500.00", [
        ("FA-2026-11", "1200.50", "0.50", "0.00", "1200.00", ""),
        ("FA-2026-12", "300.00", "0.00", "0.00", "300.00", ""),
    ]),
    ("advice_es.txt", "Roble S.A.", "TRF-77120034", "EUR 1,600.00", [
        ("F-2026/31", "1500.00", "30.00", "0.00", "1470.00", ""),
        ("F-2026/32", "200.00", "0.00", "20.00", "180.00", "falta 1 caja"),
        ("Abono 7", "-50.00", "0.00", "0.00", "-50.00", ""),
    ]),
    ("advice_nl.csv", "Wilg BV", "NL-880012", "EUR 1,230.50", [
        ("F100", "1000.00", "20.00", "0.00", "980.00", ""),
        ("F101", "250.50", "0.00", "0.00", "250.50", ""),
    ]),
])  # fmt: skip
def test_a_table_in_five_languages(
    name: str, payer: str, reference: str, total: str, told: list[Told]
) -> None:
    one = read(name)
    assert (one.payer, one.reference, str(one.total)) == (payer, reference, total)
    assert one.day == date(2026, 3, 2)
    assert lines(one) == told
    assert one.doubts == ()
    assert one.stated


def test_a_list_of_lines_in_a_mail_that_calls_itself_an_advice() -> None:
    one = of_text(fixture("listed.txt").decode())
    assert [(n, net) for n, _, _, _, net, _ in lines(one)] == [
        ("INV-2001", "1200.00"), ("INV-2002", "300.00"), ("Credit note CN-1", "-50.00"),
    ]  # fmt: skip
    assert (str(one.total), one.reference) == ("USD 1,450.00", "0012345")


def test_edi_4010_with_an_adjustment_and_a_credit_memo() -> None:
    one = read("x12_4010.edi")
    assert (one.payer, one.reference) == ("Cedar Works Ltd", "TRACE9001234")
    assert (one.day, str(one.total)) == (date(2026, 3, 2), "USD 1,526.00")
    assert lines(one) == [*ENGLISH[:1], (*ENGLISH[1][:5], "06 two boxes short"), *ENGLISH[2:]]
    assert one.doubts == ()


def test_edi_5010_with_other_signs_and_two_payments() -> None:
    first, second = remittances(fixture("x12_5010.edi"), home="USD")
    assert lines(first) == [("B-55", "900.00", "0.00", "20.00", "880.00", "01")]
    assert (first.reference, str(first.total)) == ("CHK0099881", "USD 880.00")
    assert (second.payer, str(second.total)) == ("Birch Supply Canada", "CAD 75.50")
    assert [line.number for line in second.lines] == ["DM-4", "B-60"]
    assert first.doubts == second.doubts == ()


ROWS = [
    ["Invoice", "Gross amount", "Discount", "Amount paid"],
    ["INV-1", "1,000.00", "20.00", "980.00"],
    ["INV-2", "50.00", "", "50.00"],
    ["Total", "", "", "1,030.00"],
]
TWO: list[Told] = [
    ("INV-1", "1000.00", "20.00", "0.00", "980.00", ""),
    ("INV-2", "50.00", "0.00", "0.00", "50.00", ""),
]


def test_a_pdf_with_columns_by_place() -> None:
    (one,) = remittances(pdf([page_of(fixture("advice_en.txt").decode())]))
    assert (one.payer, one.reference, str(one.total)) == (
        "Cedar Works Ltd", "EFT-90012345", "USD 1,526.00",
    )  # fmt: skip
    assert lines(one) == ENGLISH


def test_a_pdf_with_a_ruled_table_over_two_pages() -> None:
    head = page_of("Payer: Cedar Works Ltd\nPayment date: 2026-03-02\nCurrency: USD")
    (one,) = remittances(pdf([f"{head}\n{ruled(ROWS[:2])}", ruled([ROWS[0], *ROWS[2:]])]))
    assert (one.payer, one.day, str(one.total)) == (
        "Cedar Works Ltd", date(2026, 3, 2), "USD 1,030.00",
    )  # fmt: skip
    assert lines(one) == TWO


def test_white_letters_of_a_pdf_are_not_read() -> None:
    seen = page_of("\n" * 3 + "Invoice      Amount\nINV-1        10.00\nTotal        10.00")
    unseen = page_of("\n" * 7 + "INV-666      90.00", colour="1 1 1 rg")
    (one,) = remittances(pdf([f"{seen}\n{unseen}"]), home="USD")
    assert [line.number for line in one.lines] == ["INV-1"]


def test_a_workbook_with_numbers_dates_and_binary_fractions() -> None:
    raw = workbook([
        ["Payer", "Cedar Works"], ["Currency", "USD"], ["Date", date(2026, 3, 2)],
        ["Trace", "T-10023"], [], ROWS[0], [1001, 1000.1, 0.1, 1000],
        ["INV-2", 0.1 + 0.2, None, 0.3], ["Total", None, None, 1000.3],
    ], hidden=[ROWS[0], ["INV-666", 9, 0, 9]])  # fmt: skip
    (one,) = remittances(raw)
    assert (one.payer, one.day, one.reference) == ("Cedar Works", date(2026, 3, 2), "T-10023")
    assert lines(one) == [
        ("1001", "1000.10", "0.10", "0.00", "1000.00", ""),
        ("INV-2", "0.30", "0.00", "0.00", "0.30", ""),
    ]
    assert one.doubts == ()


@pytest.mark.parametrize("style", [
    "display:none", "display : NONE !important", "visibility:hidden", "font-size:0", "color:#fff",
    "color: White", "color:rgb(255, 255, 255)", "opacity:0", "mso-hide:all", "text-indent:-9999px",
    "color:#fff;background:#fefefe", "max-height:0px",
])  # fmt: skip
def test_what_the_eye_does_not_see_is_not_read(style: str) -> None:
    markup = (
        "<table><tr><th>Invoice</th><th>Amount</th></tr><tr><td>INV-1</td><td>$10.00</td></tr>"
        f"<tr style='{style}'><td>INV-666</td><td>$90.00</td></tr></table>"
    )
    assert [line.number for line in of_markup(markup).lines] == ["INV-1"]
    shown = markup.replace(style, "color:#fff;background-color:navy")
    assert len(of_markup(shown).lines) == 2


def test_what_an_answer_quotes_is_not_read_again() -> None:
    table = (
        "<table><tr><th>Invoice</th><th>Amount</th></tr><tr><td>{}</td><td>$1.00</td></tr></table>"
    )
    markup = f"{table.format('INV-1')}<div class='gmail_quote'>{table.format('INV-2')}</div>"
    assert [x.number for x in of_markup(markup, is_answer=True).lines] == ["INV-1"]
    assert [x.number for x in of_markup(markup, is_answer=False).lines] == ["INV-1", "INV-2"]


def test_a_total_that_is_not_written_is_our_sum_and_said_to_be() -> None:
    (one,) = remittances(b"Invoice,Amount\nINV-1,10.00\nINV-2,5.50\n", home="USD")
    assert (str(one.total), one.stated, one.doubts) == ("USD 15.50", False, ())


def test_the_payments_own_amount_goes_before_the_tables_total() -> None:
    raw = b'Amount paid:,"1,000.00"\nInvoice,Amount\nINV-1,"1,010.00"\nTotal,"1,010.00"\n'
    (one,) = remittances(raw, home="USD")
    assert one.doubts == (
        "the lines make USD 1,010.00, the total is USD 1,000.00; the difference is USD -10.00",
    )


@pytest.mark.parametrize(("total", "net", "doubts"), [
    ("90.00", "-10.00", 0), ("110.00", "10.00", 0), ("95.00", "10.00", 1),
])  # fmt: skip
def test_a_credit_note_without_its_minus_gets_it_only_if_the_total_proves_it(
    total: str, net: str, doubts: int
) -> None:
    raw = f"Invoice,Type,Amount\nI-1,Invoice,100.00\nC-2,Credit note,10.00\nTotal,,{total}\n"
    (one,) = remittances(raw.encode(), home="USD")
    assert str(one.lines[1].net.amount) == net
    assert len(one.doubts) == doubts


def test_a_row_that_does_not_add_up_is_shown_with_its_figures() -> None:
    raw = b"Invoice,Gross amount,Discount,Deduction,Net\nI-1,100.00,2.00,5.00,90.00\n"
    (one,) = remittances(raw, home="USD")
    assert one.doubts == (
        "I-1: USD 100.00 less USD 2.00 discount less USD 5.00 deducted is not the USD 90.00 paid",
    )
