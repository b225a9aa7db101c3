"""Papers that cannot be read, or mean harm: refused by name, in time, with nothing half-read."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.remittances import read
from providers.remittances.errors import BadRemittance
from providers.remittances.read import of_markup, of_text, remittances
from tests.providers.remittances.papers import bomb, fixture, page_of, pdf, workbook

X12 = fixture("x12_4010.edi").decode()


def said(raw: bytes, home: str = "USD") -> str:
    with pytest.raises(BadRemittance) as caught:
        remittances(raw, home=home)
    return str(caught.value)


@pytest.mark.parametrize(("raw", "words"), [
    (b"", "the file is empty"),
    (b" \n", "the file is empty"),
    (b"x" * (read.BYTES_MAX + 1), "larger than 10,000,000 bytes"),
    (b"hello, we paid you yesterday", "no table with an invoice number"),
    (b"Invoice,Amount\n", "no table with an invoice number"),
    (b"Invoice,Amount\nI-1,ten\n", "row 2, amount: 'ten' is no amount"),
    (b"Invoice,Amount\nI-1,1.00\nI-2,\"2,00\"\n", "'1.00' and '2,00' use two decimal signs"),
    (b"Invoice,Amount,Currency\nI-1,1.00,USD\nI-2,2.00,EUR\n", "in EUR and USD"),
    (b"Invoice,Amount,Currency\nI-1,1.00,QQQ\n", "'QQQ' is no currency"),
    (b"Invoice,Amount\nI-1,1.005\nI-2,1.00\n", "use two decimal signs"),
    (b"Invoice,Amount\nI-1,\0\n", "NUL"),
    (b"\xd0\xcf\x11\xe0 old", "save it as .xlsx"),
    (b"PK\x03\x04 broken", "the workbook is damaged"),
    (b"%PDF-1.7 broken", "damaged or locked"),
    (pdf([""]), "no text, only pictures"),
    (pdf([page_of("Dear all, nothing here")]), "no table with an invoice number"),
    (bomb(), "unpacks to 300,000,008 bytes"),
])  # fmt: skip
def test_what_cannot_be_read_says_why(raw: bytes, words: str) -> None:
    assert words in said(raw)


def test_without_any_currency_nothing_is_guessed() -> None:
    assert "no currency is written" in said(b"Invoice,Amount\nI-1,1.00\n", home="")


@pytest.mark.parametrize(("before", "after", "words"), [
    ("SE*17*", "SE*18*", "18 segments are announced, 17 are there"),
    ("ST*820*", "ST*810*", "is a 810, not an 820"),
    ("SE*17*0001~\n", "", "has no end (SE)"),
    ("BPR*C*1526*", "BPR*C*15x6*", "BPR02 '15x6' is no amount"),
    ("BPR*C*1526*", "XXX*C*1526*", "comes before the payment (BPR)"),
    ("*260302*1200*U*", "", "does not say how"),
    ("CUR*PR*USD", "CUR*PR*ZZZ", "'ZZZ' is no currency"),
    ("*1176*1200*24", "", "'INV-1001' has no amount"),
    ("20260302~\nTRN", "20260231~\nTRN", "'20260231' is no date"),
])  # fmt: skip
def test_edi_that_was_cut_or_changed_is_refused(before: str, after: str, words: str) -> None:
    assert before in X12
    assert words in said(X12.replace(before, after).encode())


def test_a_pdf_of_too_many_pages_is_not_read() -> None:
    assert "has 301 pages" in said(pdf([""] * 301))


@pytest.mark.timeout(30)
def test_a_pdf_that_keeps_its_reader_busy_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("providers.remittances.pdf.SECONDS_MAX", 1)
    busy = "BT /F1 9 Tf " + "0 1 Td (x) Tj " * 400_000 + "ET"
    words = said(pdf([busy]))
    assert "takes more than 1 seconds" in words or "damaged" in words


def test_a_locked_or_strange_workbook_is_refused() -> None:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("xl/workbook.xml", "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>")
    assert "cannot be opened" in said(made.getvalue())


@pytest.mark.timeout(30)
def test_a_sparse_workbook_costs_no_more_than_its_limits() -> None:
    raw = workbook([["Invoice", "Amount"], ["I-1", 1]])
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    parts["xl/worksheets/sheet1.xml"] = sheet.replace("</sheetData>", far).encode()
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    (one,) = remittances(made.getvalue(), home="USD")
    assert len(one.lines) == 1


@pytest.mark.timeout(30)
@pytest.mark.parametrize("markup", [
    "<!--" * 200_000, "<a " * 200_000, "<table>" * 50_000, "<div>" * 100_000 + "x", "&" * 500_000,
    "<" * 500_000, "<style>" * 50_000, "<td colspan=99>" * 50_000, "</table>" * 50_000,
    "<style>" + ".a{" * 100_000, "<![CDATA[" * 50_000, "<table><tr>" + "<td>" * 100_000,
])  # fmt: skip
def test_markup_that_means_harm_takes_no_time(markup: str) -> None:
    with pytest.raises(BadRemittance):
        of_markup(markup)


@pytest.mark.timeout(30)
@pytest.mark.parametrize("text", [
    "remittance\n" + "I" * 900_000, "remittance\n" + "invoice " * 100_000,
    "remittance\n" + "1 " * 400_000, ("remittance" + ":" * 500 + "\n") * 1_000,
    "remittance\n" + ("INV-1 " + "1" * 900 + "\n") * 1_000,
])  # fmt: skip
def test_text_that_means_harm_takes_no_time(text: str) -> None:
    with pytest.raises(BadRemittance):
        of_text(text)


STARTS = (b"", b"ISA*00*", X12.encode()[:220], b"Invoice,Amount\nI-1,", b"<table><tr><td>Invoice",
          b"PK\x03\x04")  # fmt: skip


@given(st.binary(max_size=300), st.sampled_from(STARTS))
@settings(max_examples=300)
def test_any_bytes_give_only_the_named_error(raw: bytes, start: bytes) -> None:
    try:
        remittances(start + raw, home="USD")
    except BadRemittance:
        return


@given(st.text(max_size=300))
def test_any_text_and_markup_give_only_the_named_error(text: str) -> None:
    for work in (of_text, of_markup):
        for start in ("", "Remittance advice\n", "<table><tr><th>Invoice</th><th>Amount</th></tr>"):
            try:
                work(start + text, home="USD")
            except BadRemittance:
                continue
