"""Which invoices a text names, and how well."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.facts.items import OpenItem
from matching.reading_texts.numbering import keys_of, learned
from matching.reading_texts.reading import read
from matching.references.mentions import (
    MENTIONS_MAX,
    RUNS_TOGETHER_MAX,
    Fit,
    find,
    index_of,
    keys_in,
)
from tests.matching.books import item

EXACT, DIGITS, SERIAL, WEAK = Fit.EXACT, Fit.DIGITS, Fit.SERIAL, Fit.WEAK


def names(text: str, *numbers: str) -> dict[str, Fit]:
    """Every invoice that is named, and how well."""
    numbering = learned(numbers)
    items = [item(number, "10") for number in numbers]
    found = find(read(text), index_of(items, numbering), numbering)
    return {option.number: m.fit for m in found.mentions for option in m.options}


@pytest.mark.parametrize(
    ("_case", "text", "numbers", "expected"),
    [
        ("as written", "INV-1001", ["INV-1001"], {"INV-1001": EXACT}),
        ("other case and signs", "inv_1001", ["INV-1001"], {"INV-1001": EXACT}),
        ("a word for an invoice", "invoice no. 1001", ["INV-1001"], {"INV-1001": DIGITS}),
        ("zeros dropped", "inv 2024 1234", ["INV-2024-01234"], {"INV-2024-01234": EXACT}),
        ("zeros added", "inv 001234", ["INV-1234"], {"INV-1234": EXACT}),
        ("bare digits", "thank you 10012", ["INV-10012"], {"INV-10012": DIGITS}),
        ("several", "1001, 1002+1003", ["1001", "1002", "1003"], dict.fromkeys(
            ["1001", "1002", "1003"], DIGITS)),
        ("joined by slashes", "INV 1001/1002", ["INV-1001", "INV-1002"],
            {"INV-1001": EXACT, "INV-1002": DIGITS}),
        ("other scripts' digits", "INV-１００１", ["INV-1001"], {"INV-1001": EXACT}),
        ("zeros added within", "inv 2024/0100", ["INV-2024-100"], {"INV-2024-100": SERIAL}),
        ("blanks within", "INV 10 01", ["INV-1001"], {"INV-1001": EXACT}),
        ("joined that is written apart", "20241234", ["2024-1234"], {"2024-1234": DIGITS}),
        ("only what counts up", "invoice 1234", ["2024-1234", "2024-1235"], {"2024-1234": SERIAL}),
        ("not inside longer digits", "DE121001999", ["INV-1001"], {}),
        ("an amount", "paid $1,001.00 and 1001.00", ["INV-1001"], {}),
        ("a code and an amount", "USD 1001", ["INV-1001"], {}),
        ("a date", "on 2026-01-31 or 01/31/2026", ["INV-31", "INV-2026"], {}),
        ("a date in words", "Jan 31, 2026 and 31 January 2026", ["INV-31", "INV-2026"], {}),
        ("a bare year is vague", "rent 2026", ["INV-2026"], {"INV-2026": WEAK}),
        ("a year before an unknown serial", "INV-2025-07", ["INV-2025-02025"], {}),
        ("another year before it", "INV-2024-07", ["INV-2025-02024"], {"INV-2025-02024": WEAK}),
        ("a serial in three pieces", "1 2 34", ["2025-1234", "2025-1235"], {}),
        ("few digits are vague", "pay 12", ["INV-12"], {"INV-12": WEAK}),
        ("few digits behind the prefix", "inv 12", ["INV-12"], {"INV-12": EXACT}),
        ("glued to foreign letters", "CN-10012", ["INV-10012"], {}),
        ("its own prefix", "PO-10012", ["PO-10012"], {"PO-10012": EXACT}),
        ("the prefix decides", "B-10012", ["A-10012", "B-10012"], {"B-10012": EXACT}),
        ("no prefix, two invoices", "10012", ["A-10012", "B-10012"],
            {"A-10012": DIGITS, "B-10012": DIGITS}),
        ("the longest reading", "2024-1001", ["2024-1001", "1001"], {"2024-1001": DIGITS}),
        ("no text", "", ["INV-1001", ""], {}),
    ],
)  # fmt: skip
def test_a_text_names(_case: str, text: str, numbers: list[str], expected: dict[str, Fit]) -> None:
    assert names(text, *numbers) == expected


@pytest.mark.parametrize(
    ("_case", "text", "other"),
    [
        ("an order", "PO 10012", True),
        ("a telephone", "phone 10012", True),
        ("an order by its number", "order no. 10012", True),
        ("an order by a sign for its number", "commande n° 10012", True),
        ("a customer with a hyphen", "Kunden-Nr. 10012", True),
        ("an account with a stroke", "a/c 10012", True),
        ("an invoice by its number", "invoice no. 10012", False),
        ("an order glued to it that is the prefix", "INV-10012", False),
        ("an invoice", "invoice 10012", False),
    ],
)
def test_a_number_of_another_kind_is_marked(_case: str, text: str, other: bool) -> None:
    items = [item("INV-10012", "10")]
    numbering = learned(["INV-10012"])

    (mention,) = find(read(text), index_of(items, numbering), numbering).mentions

    assert mention.other is other


@pytest.mark.parametrize(
    ("_case", "text", "expected"),
    [
        ("to follow", "1001, 1002 to follow", {"1002"}),
        ("disputed", "1001 and 1002 disputed", {"1002"}),
        ("in brackets", "1001 (without 1002)", {"1002"}),
        ("NOT incl", "1001 NOT incl 1002", {"1002"}),
        ("paid before", "previously 1001, now 1002", {"1001"}),
        ("German", "1001, 1002 folgt", {"1002"}),
        ("French", "1001 sauf 1002", {"1002"}),
        ("Dutch", "1001 zonder 1002", {"1002"}),
        ("Spanish", "1001, 1002 en disputa", {"1002"}),
        ("an invoice word between", "excl. inv 1002, 1001", {"1002"}),
        ("not for", "not for invoice 1002, 1001", {"1002"}),
        ("not for, German", "nicht für die Rechnung 1002; 1001", {"1002"}),
        ("not for, French", "pas pour la facture 1002; 1001", {"1002"}),
        ("not for, Dutch", "niet voor factuur 1002; 1001", {"1002"}),
        ("not for, Spanish", "no por la factura 1002; 1001", {"1002"}),
        ("was paid", "1002 was paid by card; 1001", {"1002"}),
        ("were paid", "1001 and 1002 have already been paid", {"1002"}),
        ("was paid, German", "1002 wurde bereits bezahlt; 1001", {"1002"}),
        ("was paid, French", "1002 a été réglée; 1001", {"1002"}),
        ("was paid, Dutch", "1002 is al betaald; 1001", {"1002"}),
        ("was paid, Spanish", "1002 ya fue pagada; 1001", {"1002"}),
        ("instead of", "1001 instead of 1002", {"1002"}),
        ("instead of, German", "1001 anstelle von 1002", {"1002"}),
        ("instead of, French", "1001 au lieu de 1002", {"1002"}),
        ("instead of, Dutch", "1001 in plaats van 1002", {"1002"}),
        ("instead of, Spanish", "1001 en lugar de 1002", {"1002"}),
        ("what is taken back", "refund of 1002; 1001", {"1002"}),
        ("what is stopped", "STOP PAYMENT 1002; 1001", {"1002"}),
        ("taken back, German", "Storno Rechnung 1002; 1001", {"1002"}),
        ("taken back, French", "remboursement de la facture 1002; 1001", {"1002"}),
        ("taken back, Dutch", "terugbetaling factuur 1002; 1001", {"1002"}),
        ("taken back, Spanish", "reembolso de la factura 1002; 1001", {"1002"}),
        ("cancelled", "1002 cancelled; 1001", {"1002"}),
        ("cancelled, German", "1002 wurde storniert; 1001", {"1002"}),
        ("cancelled, French", "1002 annulée; 1001", {"1002"}),
        ("cancelled, Dutch", "1002 geannuleerd; 1001", {"1002"}),
        ("cancelled, Spanish", "1002 fue anulada; 1001", {"1002"}),
        ("only the end of a word", "1001 cousin 1002", set()),
        ("none", "1001 and 1002", set()),
    ],
)
def test_what_is_said_to_be_left_out_is_marked(_case: str, text: str, expected: set[str]) -> None:
    numbering = learned(["1001", "1002"])
    index = index_of([item("1001", "10"), item("1002", "10")], numbering)

    found = find(read(text), index, numbering).mentions

    assert {m.digits for m in found if m.left_out} == expected


def test_the_evidence_is_the_characters_that_name_the_invoice() -> None:
    text = "for ?20INV 2024/100, thanks"
    numbering = learned(["INV-2024-100"])
    reading = read(text)

    (mention,) = find(
        reading, index_of([item("INV-2024-100", "10")], numbering), numbering
    ).mentions

    start, end = reading.source.span(mention.start, mention.end)
    assert text[start:end] == "2024/100"


def test_digits_that_name_nothing_are_kept_for_a_second_look() -> None:
    numbering = learned(["1001"])
    found = find(read("1001 and 1O02 and 77"), index_of([item("1001", "1")], numbering), numbering)

    assert [run.digits for run in found.unknown] == ["1", "02", "77"]


@given(st.text(max_size=300), st.lists(st.integers(0, 10**6), max_size=5))
def test_what_is_named_is_among_the_keys_of_the_text(text: str, numbers: list[int]) -> None:
    items = [item(f"INV-{number:05}", "10") for number in numbers]
    text += " ".join(str(number) for number in numbers)
    numbering = learned(one.number for one in items)
    reading = read(text)

    def keys(one: OpenItem) -> set[str]:
        return set(keys_of(one.number, numbering))

    found = find(reading, index_of(items, numbering), numbering)
    assert all(keys(o) & keys_in(reading) for m in found.mentions for o in m.options)


def test_keys_hold_runs_of_up_to_four_groups() -> None:
    keys = keys_in(read("1 2 3 4 5"))

    assert RUNS_TOGETHER_MAX == 4
    assert {"1", "12", "1234", "45"} <= keys
    assert "12345" not in keys


def test_a_text_names_no_more_than_a_bounded_number_of_invoices() -> None:
    numbering = learned(["7"])
    index = index_of([item("7", "1")], numbering)

    assert len(find(read("7, " * 600), index, numbering).mentions) == MENTIONS_MAX
