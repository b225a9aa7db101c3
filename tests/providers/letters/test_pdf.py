"""Letters as they come out of the printer: in the window, on the page, and always the same."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.letters.addressing import block
from providers.letters.documents import Column, Heading, Letter, Part, Party, Table
from providers.letters.pdf import Printed, TooLong, print_letter
from providers.letters.stationery import (
    A4,
    DIN_5008_B,
    UK_DL,
    US_LETTER,
    Box,
    Stationery,
    stationery_for,
)
from providers.postal import PostalAddress

POINTS = 72 / 25.4
ROOT = Path(__file__).parent.parent.parent.parent
SHEETS = (DIN_5008_B, A4, UK_DL, US_LETTER)
ALWAYS_SEEN = {
    DIN_5008_B.name: Box(20, 62.5, 85, 27.5),
    A4.name: Box(20, 62.5, 85, 27.5),
    UK_DL.name: Box(20, 57, 80, 24),
    US_LETTER.name: Box(16, 54, 76, 13.7),
}
"""What README.md says is seen of the address wherever the sheet lies."""
SENDER = Party("Tidewater Supply & Söhne GmbH", ("Hafenstraße 1", "20457 Hamburg"))
RECIPIENT = ("Smith & Sons <Co>", "1 Mill Lane", "Portland, OR 97201")
COLUMNS = (Column("Invoice", 3), Column("Due", 2), Column("Open", 2, is_number=True))


def rows(count: int) -> tuple[tuple[str, str, str], ...]:
    return tuple((f"INV-{n:04}", "Feb 1, 2026", f"${n},234.50") for n in range(count))


def letter(
    *parts: Part, sheet: Stationery = DIN_5008_B, recipient: tuple[str, ...] = RECIPIENT,
    subject: str = "Reminder: invoice 7", sender: Party = SENDER,
) -> Letter:  # fmt: skip
    return Letter(
        sheet, sender, recipient, "2 March 2026", date(2026, 3, 2), subject,
        parts or ("Please pay.",),
    )  # fmt: skip


@contextmanager
def opened(printed: Printed) -> Iterator[Any]:
    with pdfplumber.open(io.BytesIO(printed.pdf)) as document:
        yield document


def seen(printed: Printed, box: Box) -> list[str]:
    """The lines of text inside a box on the first page."""
    edges = (box.x, box.y, box.x + box.width, box.y + box.height)
    with opened(printed) as document:
        part = document.pages[0].within_bbox([edge * POINTS for edge in edges])
        return str(part.extract_text()).splitlines()


def inside_the_page(printed: Printed) -> bool:
    with opened(printed) as document:
        return all(
            char["x0"] >= 15 * POINTS and char["x1"] <= page.width - 10 * POINTS
            and char["top"] >= 5 * POINTS and char["bottom"] <= page.height - 5 * POINTS
            for page in document.pages for char in page.chars if char["text"].strip()
        )  # fmt: skip


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
@pytest.mark.parametrize("count", range(1, 7))
def test_the_address_is_in_the_window_and_nothing_else(sheet: Stationery, count: int) -> None:
    recipient = tuple(f"Line {n} of an address" for n in range(count))
    printed = print_letter(letter(sheet=sheet, recipient=recipient))
    assert seen(printed, ALWAYS_SEEN[sheet.name]) == list(recipient)


@pytest.mark.parametrize("country", ["DE", "GB", "US"])
@pytest.mark.parametrize("count", [1, 3, 4, 6])
@pytest.mark.parametrize("to", ["US", "GB"])
def test_the_place_of_every_address_is_in_the_window_in_letters_that_can_be_read(
    country: str, count: int, to: str
) -> None:
    street = tuple(f"Line {n}" for n in range(count))
    address = PostalAddress(street, "Portland", "ME", "04101", to)
    recipient, sheet = block("Maple & Sons", address, sent_from=country), stationery_for(country)
    printed = print_letter(letter(sheet=sheet, recipient=recipient))
    assert seen(printed, ALWAYS_SEEN[sheet.name]) == list(recipient)
    assert "Portland" in " ".join(recipient[-3:])
    with opened(printed) as document:
        sizes = {round(char["size"], 1) for char in document.pages[0].chars}
    assert min(sizes - {6.5}) >= 7, "but for the return address in one line"


def test_what_is_too_long_is_shortened_and_the_place_is_not() -> None:
    street = tuple(f"The long line number {n} of it" for n in range(6))
    address = PostalAddress(street, "Portland", "", "LS1 4AP", "GB")
    recipient = block("Maple & Sons", address, sent_from="US")
    printed = print_letter(letter(sheet=US_LETTER, recipient=recipient))
    shown = seen(printed, ALWAYS_SEEN[US_LETTER.name])
    assert shown[-3:] == ["Portland", "LS1 4AP", "UNITED KINGDOM"]
    assert shown[1].startswith("The long line number 0 of it, The long line number 1 of it")


@pytest.mark.parametrize("count", range(1, 4))
def test_the_sender_is_in_its_own_window(count: int) -> None:
    sender = Party("Tidewater Supply", tuple(f"Line {n} of it" for n in range(count)))
    printed = print_letter(letter(sheet=US_LETTER, sender=sender))
    assert seen(printed, Box(16, 22, 60, 11)) == [sender.name, *sender.lines]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_the_sender_is_on_the_first_page_with_its_address(sheet: Stationery) -> None:
    with opened(print_letter(letter(sheet=sheet))) as document:
        text = document.pages[0].extract_text()
    assert text.count("Tidewater Supply & Söhne") >= 2
    assert "20457 Hamburg" in text


def test_a_german_sheet_has_its_marks_and_others_have_none() -> None:
    for sheet, heights in ((DIN_5008_B, [105.0, 148.5, 210.0]), (UK_DL, []), (US_LETTER, [])):
        with opened(print_letter(letter(sheet=sheet))) as document:
            page = document.pages[0]
            marks = [line["top"] / POINTS for line in page.lines if line["x0"] < 10 * POINTS]
        assert [round(height, 1) for height in sorted(marks)] == heights


@pytest.mark.parametrize(("country", "sheet"), [
    ("DE", DIN_5008_B), ("AT", DIN_5008_B), ("GB", UK_DL), ("IE", UK_DL), ("US", US_LETTER),
    ("CA", US_LETTER), ("PL", A4), ("", A4), ("Atlantis", A4),
])  # fmt: skip
def test_the_sheet_is_that_of_the_senders_country(country: str, sheet: Stationery) -> None:
    assert stationery_for(country) is sheet


def test_the_paper_has_its_size() -> None:
    for sheet in SHEETS:
        with opened(print_letter(letter(sheet=sheet))) as document:
            page = document.pages[0]
            assert (page.width / POINTS, page.height / POINTS) == pytest.approx(
                (sheet.width, sheet.height), abs=0.1
            )


def test_pages_are_numbered_from_the_second_on() -> None:
    printed = print_letter(letter("Hello", Table(COLUMNS, rows(120)), "Bye"))
    with opened(printed) as document:
        texts = [page.extract_text() for page in document.pages]
    assert printed.pages == len(texts) == 3
    assert "1 / 3" not in texts[0]
    assert "2 / 3" in texts[1]
    assert "3 / 3" in texts[2]
    assert all("Reminder: invoice 7" in text for text in texts)
    german = replace(
        letter("Hello", Table(COLUMNS, rows(120))), numbering="Seite {page} von {pages}"
    )
    with opened(print_letter(german)) as document:
        assert "Seite 3 von 3" in document.pages[2].extract_text()


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
@pytest.mark.parametrize("count", [1, 25, 26, 27, 60, 61])
def test_every_row_of_a_long_table_is_there_once_under_its_head(
    sheet: Stationery, count: int
) -> None:
    total = (("Total to pay", "", "$12,345,678.90"),)
    printed = print_letter(letter("Hello", Table(COLUMNS, rows(count), total), sheet=sheet))
    with opened(printed) as document:
        texts = [page.extract_text() for page in document.pages]
    told = "\n".join(texts)
    assert [told.count(f"INV-{n:04}") for n in range(count)] == [1] * count
    assert told.count("Total to pay $12,345,678.90") == 1
    assert all("Invoice Due Open" in text for text in texts if "INV-" in text)
    assert inside_the_page(printed)


def test_another_document_in_the_same_envelope_begins_on_a_page_of_its_own() -> None:
    printed = print_letter(letter("Hello", Heading("Statement of account", new_page=True), "See."))
    with opened(printed) as document:
        first, second = (page.extract_text() for page in document.pages)
    assert "Statement" not in first
    assert "Statement of account" in second


NAMES = (
    "Zażółć gęślą jaźń", "Ελληνικά Άλφα", "Příliš žluťoučký kůň", "Съешь же ещё",
    "Smith & Sons <Co>", "Հայաստան", "საქართველო",
    "**bold** __x__ ~~y~~ [l](http://x)", "{nb} %s {{7*7}}", "Łódź ƒ €1.234,50", "Ærø Ðôñ Ğış",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_names_of_europe_print_letter_by_letter(name: str) -> None:
    printed = print_letter(letter(f"Hello {name},", recipient=(name, "1 Mill Lane")))
    with opened(printed) as document:
        text = document.pages[0].extract_text()
    assert text.count(name) == 2


ODD = (
    "שלום עולם Ltd", "مرحبا بالعالم", "Emoji 😀👩‍👩‍👧 & Co", "千代田 株式会社",
    "a\u202eb\u0000c\u2028d",
    "x" * 500, "W" * 60, "", " ", "\N{COMBINING ACUTE ACCENT}", "\ud800",
)  # fmt: skip


@pytest.mark.parametrize(("name", "sheet"), [
    *((name, DIN_5008_B) for name in ODD),
    *(("W" * 60, sheet) for sheet in SHEETS if sheet is not DIN_5008_B),
])  # fmt: skip
def test_no_name_breaks_the_page(name: str, sheet: Stationery) -> None:
    parts = (f"Hello {name},", Table(COLUMNS, ((name, name, name),)), Heading(name))
    made = letter(
        *parts, sheet=sheet, recipient=(name,) * 6, subject=f"About {name}",
        sender=Party(name, (name, name, name)),
    )  # fmt: skip
    assert inside_the_page(print_letter(made))


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=80), st.text(max_size=400))
def test_no_text_does_any_harm(name: str, text: str) -> None:
    made = letter(text, Table(COLUMNS, ((name, text, name),)), recipient=(name, text), subject=name)
    assert print_letter(made).pages >= 1


def test_a_picture_in_a_name_is_left_out() -> None:
    printed = print_letter(letter(recipient=("Bloom 🌸 Ltd", "1 Mill Lane")))
    assert seen(printed, Box(20, 60, 90, 30))[0] == "Bloom Ltd"


def test_the_hash_is_that_of_the_bytes() -> None:
    printed = print_letter(letter())
    assert printed.sha256 == hashlib.sha256(printed.pdf).hexdigest()
    assert printed.pdf.startswith(b"%PDF-")


SAME = """
from tests.providers.letters.test_pdf import *
print(print_letter(letter(*NAMES, Table(COLUMNS, rows(60)), Heading("x", new_page=True))).sha256)
"""


def test_the_same_letter_has_the_same_bytes_in_any_process() -> None:
    found = {
        subprocess.run(
            [sys.executable, "-c", SAME], cwd=ROOT, check=True, capture_output=True, text=True,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "TZ": zone},
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }  # fmt: skip
    assert len(found) == 1
    assert print_letter(letter(*NAMES)).sha256 != print_letter(letter(*NAMES[1:])).sha256


def test_a_letter_that_no_envelope_holds_is_refused() -> None:
    with pytest.raises(TooLong, match="60 pages"):
        print_letter(letter("late\n" * 3_200))


def test_a_row_with_the_wrong_number_of_cells_is_no_row() -> None:
    with pytest.raises(ValueError, match="cells"):
        Table(COLUMNS, (("INV-1", "today"),))
