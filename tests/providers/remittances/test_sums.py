"""Rows that are sums under whatever word, in every form; where it cannot be told, a doubt."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from providers.receipts import Remittance
from providers.remittances.read import of_markup, of_text, remittances
from tests.providers.remittances.papers import page_of, pdf, ruled, workbook

Rows = Sequence[tuple[str, str]]
HEADING = ("Invoice", "Amount paid")
TWO: Rows = (("INV-1", "100.00"), ("INV-2", "50.00"))


def text(rows: Rows) -> str:
    lines = "\n".join(f"{number:24}{amount:>12}" for number, amount in (HEADING, *rows))
    return f"Remittance advice\n{lines}\n"


def of_html(rows: Rows) -> Remittance:
    cells = "".join(f"<tr><td>{number}</td><td>{amount}</td></tr>" for number, amount in rows)
    head = "".join(f"<th>{name}</th>" for name in HEADING)
    return of_markup(f"<table><tr>{head}</tr>{cells}</table>", home="USD")


def of_file(raw: bytes) -> Remittance:
    (one,) = remittances(raw, home="USD")
    return one


FORMS: dict[str, Callable[[Rows], Remittance]] = {
    "mail": lambda rows: of_text(text(rows), home="USD"),
    "html": of_html,
    "csv": lambda rows: of_file(
        "\n".join(";".join(row) for row in (HEADING, *rows)).encode()
    ),
    "xlsx": lambda rows: of_file(
        workbook([HEADING, *((number, float(amount)) for number, amount in rows)])
    ),
    "pdf": lambda rows: of_file(pdf([page_of(text(rows))])),
    "ruled pdf": lambda rows: of_file(pdf([ruled([HEADING, *rows])])),
}  # fmt: skip


def numbers(one: Remittance) -> list[str]:
    return [line.number for line in one.lines]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("word", ["Sum total", "Check total", "Vendor total", "Zahllauf"])
def test_a_sum_is_no_invoice_whatever_it_is_called(form: str, word: str) -> None:
    one = FORMS[form]([*TWO, (word, "150.00")])
    assert numbers(one) == ["INV-1", "INV-2"]
    assert (str(one.total), one.stated, one.doubts) == ("USD 150.00", True, ())


@pytest.mark.parametrize("word", [
    "Sum", "Overall total", "Amount total", "Page total", "Endsumme", "Total général",
    "Suma y total", "Eindtotaal", "Check total #4711", "Pay run",
])  # fmt: skip
def test_in_other_words_and_languages(word: str) -> None:
    one = FORMS["csv"]([*TWO, (word, "150.00")])
    assert (numbers(one), str(one.total)) == (["INV-1", "INV-2"], "USD 150.00")
    assert one.doubts == ()


@pytest.mark.parametrize("form", FORMS)
def test_sums_of_pages_and_sections_are_left_out(form: str) -> None:
    rows = [
        *TWO, ("Page sum", "150.00"), ("INV-3", "70.00"), ("INV-4", "5.00"), ("Page sum", "75.00"),
        ("All pages", "225.00"),
    ]  # fmt: skip
    one = FORMS[form](rows)
    assert numbers(one) == ["INV-1", "INV-2", "INV-3", "INV-4"]
    assert (str(one.total), one.stated, one.doubts) == ("USD 225.00", True, ())


def test_without_a_sum_of_all_the_sections_make_it() -> None:
    one = FORMS["csv"]([*TWO, ("Site A", "150.00"), ("INV-3", "70.00"), ("Site total", "70.00")])
    assert numbers(one) == ["INV-1", "INV-2", "INV-3"]
    assert (str(one.total), one.stated, one.doubts) == ("USD 220.00", False, ())


def test_a_sum_with_discounts_is_compared_with_what_is_paid() -> None:
    one = of_text(
        "Document    Your document   Date        Deductions   Gross amount\n"
        "1900001234  INV-1           01.03.2026  0,00         1.000,00\n"
        "1900001235  INV-2           02.03.2026  10,00        500,00\n"
        "Sum total                               10,00        1.500,00\n", home="EUR",
    )  # fmt: skip
    assert numbers(one) == ["1900001234", "1900001235"]
    assert (str(one.total), one.doubts) == ("EUR 1,490.00", ())


def test_credit_notes_without_their_minus_count_below_zero_in_a_sum() -> None:
    one = FORMS["csv"]([*TWO, ("Credit note 7", "30.00"), ("Zahllauf", "120.00")])
    assert [str(line.net.amount) for line in one.lines] == ["100.00", "50.00", "-30.00"]
    assert (str(one.total), one.doubts) == ("USD 120.00", ())


@pytest.mark.parametrize(("rows", "doubt"), [
    ([("INV-1", "100.00"), ("Hosting", "100.00")], "may be another invoice"),
    ([("INV-1", "100.00"), ("TOTALENERGIES-77", "100.00")], "may be another invoice"),
    ([*TWO, ("Run", "149.00")], "is no number of an invoice"),
    ([*TWO, ("Sum total", "149.00")], "the difference is USD -1.00"),
    ([*TWO, ("Balance", "900.00"), ("INV-3", "5.00")], "is no number of an invoice"),
    ([("Balance carried", "900.00"), *TWO], "is no number of an invoice"),
])  # fmt: skip
def test_what_cannot_be_told_is_a_doubt(rows: Rows, doubt: str) -> None:
    one = FORMS["csv"](rows)
    assert any(doubt in it for it in one.doubts), one.doubts


@pytest.mark.parametrize("rows", [
    [("INV-1", "100.00"), ("Hosting", "100.00"), ("Total", "200.00")],
    [("INV-1", "100.00"), ("TOTALENERGIES-77", "100.00"), ("Sum total", "200.00")],
    [*TWO, ("Freight", "10.00"), ("Total", "160.00")],
    [*TWO, ("Freight", "10.00"), ("Pay run", "160.00")],
])  # fmt: skip
def test_a_total_proves_that_a_row_is_none(rows: Rows) -> None:
    one = FORMS["csv"](rows)
    assert len(one.lines) == len(rows) - 1
    assert one.doubts == ()


@pytest.mark.parametrize("rows", [
    [("July rent", "100.00")],
    [("July rent", "100.00"), ("August rent", "90.00"), ("Total", "190")],
    [("INV-1", "100.00"), ("TRANSPORT-12", "100.00"), ("TOTAL-7", "40.00"), ("Total", "240.00")],
    [*TWO, ("Bank fee", "-5.00")],
    [("INV-1", "100.00"), ("INV-2", "50.00"), ("INV-150", "150.00")],
])  # fmt: skip
def test_lines_without_a_number_and_lines_as_large_as_others_stay(rows: Rows) -> None:
    one = FORMS["csv"](rows)
    assert [line.number for line in one.lines] == [it for it, _ in rows if it != "Total"]
    assert one.doubts == ()
