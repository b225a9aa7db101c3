"""Texts of a CSV beside the bank's own: they are read, but no line is another one for them."""

from __future__ import annotations

import pytest

from providers.bank import mapping, reading
from tests.providers.bank.shelf import only

HEAD = "Date,Counter Party,Reference,Amount,Notes,Tag\n"
LINES = "2026-03-14,Ash Ltd,rent,512.37,{},{}\n2026-03-15,Elm,x,1.00,,\n"


def ids(content: str, typed: str = "") -> list[str]:
    wishes = mapping.parse(typed)
    found = reading.guessed(content.encode(), wishes)
    assert found is not None
    statement = only(content.encode(), mapping=found.changed(wishes))
    return [receipt.bank_id for receipt in statement.receipts]


@pytest.mark.parametrize(("note", "tag"), [
    ("seen by Ann", ""), ("paid INV-7 at last", "of project 2"), ("", "project 12 of Ash"),
])  # fmt: skip
def test_a_note_is_text_and_no_part_of_the_id(note: str, tag: str) -> None:
    content = HEAD + LINES.format(note, tag)
    assert ids(content) == ids(HEAD + LINES.format("", ""))
    came = only(content.encode()).receipts[0]
    assert came.reference.split() == ["rent", *note.split(), *tag.split()]


def test_what_the_bank_names_as_text_is_a_part_of_the_id() -> None:
    content = HEAD + LINES.format("", "")
    assert ids(content) != ids(content.replace("rent", "rent of March"))
    memo = content.replace("Notes", "Memo")
    assert ids(memo) != ids(memo.replace("512.37,", "512.37,INV-7"))


def test_where_no_reference_is_named_what_is_found_tells_lines_apart() -> None:
    content = "Date,Payer,Whatever,Amount\n2026-03-14,Ash,for INV-1,5.00\n2026-03-15,Elm,b,1.00\n"
    assert ids(content)[0] != ids(content.replace("INV-1", "INV-2"))[0]
    named = content.replace("Amount", "Amount,Text")
    assert ids(named) == ids(named.replace("INV-1", "INV-2"))


def test_a_person_says_what_is_a_note_and_what_is_a_reference() -> None:
    content = HEAD + LINES.format("a 1", "")
    other = HEAD + LINES.format("b 2", "")
    assert ids(content, "reference=Reference+Notes") != ids(other, "reference=Reference+Notes")
    assert ids(content, "note=Reference+Notes") == ids(other, "note=Reference+Notes")


BANK = "Date,Desk,Payer,Text,Amount\n{}"
ONE = "2026-03-15,Chase Checking 1002,Ash,ACH CREDIT,100.00\n"
TWO = "2026-03-16,Chase Checking 1002,Elm,ACH CREDIT,7.00\n"


def test_what_all_lines_say_is_said_of_none_of_them() -> None:
    content = BANK.format(ONE + TWO).encode()
    assert [one.reference for one in only(content).receipts] == ["ACH CREDIT", "ACH CREDIT"]
    first = reading.guessed(BANK.format(ONE).encode())
    assert first is not None
    told = only(content, mapping=first).receipts
    assert [one.reference for one in told] == ["ACH CREDIT", "ACH CREDIT"]
    differs = content.replace(b"1002,Elm", b"1003,Elm")
    assert only(differs).receipts[0].reference == "ACH CREDIT Chase Checking 1002"


def test_the_bank_s_own_name_is_no_text() -> None:
    content = BANK.replace("Desk", "Bank").format(ONE).encode()
    assert only(content).receipts[0].reference == "ACH CREDIT"
