"""Invoice numbers in remittance texts."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.references import keys_in, named_in, number_key
from tests.matching.books import item


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("INV-2024-01234", "2024-1234"),
        ("INV-0000", "0"),
        ("1001", "1001"),
        ("SO 12/007-A", "12-7"),
        ("١٢٣", "123"),
        ("Deposit Spring", "depositspring"),
        ("", ""),
    ],
)
def test_the_key_of_a_number_is_its_digit_groups_without_leading_zeros(
    number: str, key: str
) -> None:
    assert number_key(number) == key


def names(text: str, *numbers: str) -> dict[str, bool]:
    items = [item(number, "10") for number in numbers]
    return {named.item.number: named.sure for named in named_in(text, items)}


@pytest.mark.parametrize(
    ("_case", "text", "numbers", "expected"),
    [
        ("as written", "INV-1001", ["INV-1001"], {"INV-1001": True}),
        ("other case and signs", "invoice no. 1001", ["INV-1001"], {"INV-1001": True}),
        ("zeros dropped", "inv 2024 1234", ["INV-2024-01234"], {"INV-2024-01234": True}),
        ("bare digits", "thank you 10012", ["INV-10012"], {"INV-10012": True}),
        ("several", "1001, 1002+1003", ["1001", "1002", "1003"], dict.fromkeys(
            ["1001", "1002", "1003"], True)),
        ("joined by slashes", "INV 1001/1002", ["1001", "1002"], {"1001": True, "1002": True}),
        ("other scripts' digits", "INV-１００１", ["INV-1001"], {"INV-1001": True}),
        ("not inside longer digits", "DE121001999", ["INV-1001"], {}),
        ("part of a longer number", "2024-1001", ["INV-1001"], {"INV-1001": False}),
        ("an amount", "paid $1,001.00 and 1001.00", ["INV-1001"], {}),
        ("a code and amount", "USD 1001", ["INV-1001"], {}),
        ("a date", "on 2026-01-31 or 01/31/2026", ["INV-31", "INV-2026"], {}),
        ("a date in words", "Jan 31, 2026 and 31 January 2026", ["INV-31", "INV-2026"], {}),
        ("a bare year is vague", "rent 2026", ["INV-2026"], {"INV-2026": False}),
        ("few digits are vague", "pay 12", ["INV-12"], {"INV-12": False}),
        ("few digits behind the prefix", "inv 12", ["INV-12"], {"INV-12": True}),
        ("an order number", "PO 10012", ["INV-10012"], {"INV-10012": False}),
        ("another prefix", "CN-10012", ["INV-10012"], {"INV-10012": False}),
        ("its own prefix", "PO-10012", ["PO-10012"], {"PO-10012": True}),
        ("the prefix decides", "B-10012", ["A-10012", "B-10012"], {"B-10012": True}),
        ("no prefix, two items", "10012", ["A-10012", "B-10012"],
            {"A-10012": False, "B-10012": False}),
        ("the zeros decide", "INV-0100", ["INV-0100", "INV-100"], {"INV-0100": True}),
        ("letters between", "2024-B-0100", ["2024-A-0100", "2024-B-0100"], {"2024-B-0100": True}),
        ("a missing suffix", "10012", ["10012A"], {"10012A": False}),
        ("its suffix", "10012a", ["10012A"], {"10012A": True}),
        ("the longest reading", "2024-1001", ["2024-1001", "1001"], {"2024-1001": True}),
        ("letters alone are never sure", "for deposit spring", ["Deposit Spring"],
            {"Deposit Spring": False}),
        ("letters inside a word", "reopened", ["Open"], {}),
        ("no text", "", ["INV-1001", ""], {}),
    ],
)  # fmt: skip
def test_a_text_names(_case: str, text: str, numbers: list[str], expected: dict[str, bool]) -> None:
    assert names(text, *numbers) == expected


def test_the_evidence_is_the_characters_that_name_the_invoice() -> None:
    (named,) = named_in("for INV 2024/0100, thanks", [item("INV-2024-100", "10")])

    assert (named.start, named.end) == (8, 17)


def test_an_invoice_named_twice_is_named_once_and_by_the_surest_place() -> None:
    assert names("PO 10012 inv 10012", "INV-10012") == {"INV-10012": True}


@given(st.text(max_size=300), st.lists(st.integers(0, 10**6), max_size=5))
def test_every_named_invoice_is_found_by_its_key(text: str, numbers: list[int]) -> None:
    items = [item(f"INV-{number:05}", "10") for number in numbers]
    text += " ".join(str(number) for number in numbers)

    assert {number_key(n.item.number) for n in named_in(text, items)} <= keys_in(text)


def test_keys_hold_runs_of_up_to_four_groups() -> None:
    assert {"1", "1-2", "1-2-3-4", "4-5"} <= keys_in("1 2 3 4 5")
    assert "1-2-3-4-5" not in keys_in("1 2 3 4 5")


@pytest.mark.parametrize("text", ["1" * 100_000, "1-" * 50_000, "a" * 100_000, "$1," * 30_000])
def test_a_long_text_costs_little(text: str) -> None:
    started = time.perf_counter()
    keys_in(text)
    named_in(text, [item("INV-1", "10"), item("Abc", "10")])

    assert time.perf_counter() - started < 2
