"""Runs of digits, amounts and months in a text."""

from __future__ import annotations

from decimal import Decimal

import pytest

from matching.reading_texts.reading import Period, read


def runs(text: str) -> list[str]:
    return [run.digits for run in read(text).runs]


@pytest.mark.parametrize(
    ("_case", "text", "expected"),
    [
        ("as written", "INV-1001, 1002+1003", ["1001", "1002", "1003"]),
        ("a year and a serial", "2024/0100", ["2024", "0100"]),
        ("an amount with cents", "paid 1,001.00 and 1001.00", []),
        ("an amount with a sign", "paid $1,001 or 1001€", []),
        ("an amount with its currency", "USD 1001", []),
        ("a date of digits", "on 2026-01-31 or 01/31/2026 or 31.01.26", []),
        ("a day and a month", "on 31/01", []),
        ("a date in words", "Jan 31, 2026 and 31 January 2026", []),
        ("a share", "less 2% or 2,5 %", []),
        ("a month, a day and no date", "1556/63/70", ["1556", "63", "70"]),
        ("a number with blanks within", "INV- 10 418", ["10", "418"]),
        ("two numbers, the second short", "251561,62", ["251561", "62"]),
    ],
)
def test_amounts_and_dates_are_no_numbers(_case: str, text: str, expected: list[str]) -> None:
    assert runs(text) == expected


@pytest.mark.parametrize(
    ("_case", "text", "letters", "attached", "other"),
    [
        ("written as one", "INV-1001", "inv", True, False),
        ("a word before", "invoice 1001", "invoice", False, False),
        ("a hash between", "bill #1001", "bill", False, False),
        ("an order", "PO 1001", "po", False, True),
        ("a job", "job: 1001", "job", False, True),
        ("a telephone", "Tel. 1001", "tel", False, True),
        ("a bank's own mark", "TRACE*1001", "trace", True, True),
        ("a bank's field before", "/ROC/1001", "roc", False, False),
        ("a colon between", "saldo:1001", "saldo", False, False),
        ("nothing before", "1001", "", False, False),
    ],
)
def test_the_word_before_tells_what_the_digits_are(
    _case: str, text: str, letters: str, attached: bool, other: bool
) -> None:
    (run,) = read(text).runs

    assert (run.letters, run.attached, run.other) == (letters, attached, other)


@pytest.mark.parametrize(
    ("_case", "text", "expected"),
    [
        ("a point", "1001: 250.00", ["250.00"]),
        ("a comma", "1001: 250,00", ["250.00"]),
        ("thousands of every style", "1,234.50 1.234,50 1'234.50", ["1234.50"] * 3),
        ("a sign before and behind", "$250 and 80€", ["250", "80"]),
        ("none", "INV-1001", []),
    ],
)
def test_amounts_are_read_in_every_style(_case: str, text: str, expected: list[str]) -> None:
    assert [value for value, _, _ in read(text).amounts] == [Decimal(one) for one in expected]


@pytest.mark.parametrize(
    ("_case", "text", "expected"),
    [
        ("a name", "rent march", [Period(0, 3)]),
        ("a name and a year", "Rent Dec 2025", [Period(2025, 12)]),
        ("a short year", "Miete März 26", [Period(2026, 3)]),
        ("other languages", "loyer février, huur mei", [Period(0, 2), Period(0, 5)]),
        ("digits", "rent 03/2026", [Period(2026, 3)]),
        ("digits, year first", "rent 2026-03", [Period(2026, 3)]),
        ("no month", "rent 13/2026", []),
    ],
)
def test_months_are_read(_case: str, text: str, expected: list[Period]) -> None:
    assert list(read(text).periods) == expected


@pytest.mark.parametrize(
    ("_case", "text", "cut"),
    [
        ("a comma at the end", "1001, 1002,", True),
        ("an ampersand at the end", "1001 & ", True),
        ("as long as a line of a bank", "1001, 1002, 1003, 1004, 100", True),
        ("whole", "1001, 1002", False),
    ],
)
def test_a_text_that_ends_before_its_end_is_noticed(_case: str, text: str, cut: bool) -> None:
    assert read(text).cut is cut


def test_letters_are_read_as_digits_only_when_asked_for() -> None:
    assert runs("INV-1OO1") == ["1", "1"]
    assert [run.digits for run in read("INV-1OO1", seen=True).runs] == ["1001"]
