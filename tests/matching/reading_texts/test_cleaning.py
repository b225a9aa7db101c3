"""Bank texts made readable."""

from __future__ import annotations

import pytest

from matching.reading_texts.cleaning import TEXT_CHARACTERS_MAX, readable, with_digits_seen


@pytest.mark.parametrize(
    ("_case", "text", "expected"),
    [
        ("lower case", "INV Ärger", "inv ärger"),
        ("other scripts' digits", "١٢٣ １００１ ४२", "123 1001 42"),
        ("subfield tags of MT940", "?20INV 10?2101", "inv 1001"),
        ("a question mark alone stays", "INV?10", "inv?10"),
        ("signs that nobody sees", "10\u200b01\ufeff\x00", "1001"),
        ("line breaks stay", "1001\n1002", "1001\n1002"),
        ("a letter that grows in lower case stays one", "İ1001", "İ1001"),
        ("letters of full width", "ＩＮＶ－１００１", "inv-1001"),
        ("every dash is the plain one", "1‐2‑3–4—5−6\xad7－8", "1-2-3-4-5-6-7-8"),
        ("nothing", "", ""),
    ],
)
def test_a_text_is_made_readable(_case: str, text: str, expected: str) -> None:
    assert readable(text).text == expected


def test_every_character_keeps_its_place_in_the_text_as_it_came() -> None:
    text = "?20INV 10?2101 end"
    source = readable(text)
    start = source.text.index("1001")

    first, last = source.span(start, start + 4)

    assert text[first:last] == "10?2101"
    assert source.span(3, 3) == (0, 0)


def test_only_the_beginning_of_an_endless_text_is_read() -> None:
    assert len(readable("7" * (TEXT_CHARACTERS_MAX + 1)).text) == TEXT_CHARACTERS_MAX


@pytest.mark.parametrize(
    ("_case", "text", "expected"),
    [
        ("o for 0", "1oo1", "1001"),
        ("o before a digit", "o42", "042"),
        ("i and l for 1", "20i4l2", "201412"),
        ("l before two digits", "l001", "1001"),
        ("l at the end", "100l", "1001"),
        ("words keep their letters", "oil invoice loop", "oil invoice loop"),
        ("letters keep theirs beside a sign", "inv-1001", "inv-1001"),
    ],
)
def test_letters_between_digits_are_seen_as_digits(_case: str, text: str, expected: str) -> None:
    assert with_digits_seen(text) == expected
