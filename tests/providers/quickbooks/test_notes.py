from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.errors import Refused
from providers.quickbooks import notes

MARKER = "[lh:1a2b3c4d]"


def test_other_peoples_notes_are_kept_to_the_letter() -> None:
    old = "Prefers calls.\r\n\n  Ask for the night manager. "
    assert notes.rolled(old, "Reminder 1 sent", MARKER) == f"{old}\nReminder 1 sent {MARKER}"


def test_only_our_own_oldest_lines_give_way() -> None:
    theirs = "x" * 1740
    ours = [f"Reminder {number} sent [lh:0000000{number}]" for number in range(1, 9)]
    rolled = notes.rolled("\n".join([ours[0], theirs, *ours[1:]]), "Reminder 9 sent", MARKER)
    assert notes.units(rolled) <= notes.CUSTOMER_NOTES_UNITS_MAX
    assert theirs in rolled.split("\n")
    assert ours[0] not in rolled
    assert rolled.endswith(f"{ours[-1]}\nReminder 9 sent {MARKER}")


def test_a_line_of_ours_that_a_person_changed_is_theirs() -> None:
    changed = f"Reminder 1 sent {MARKER} - done, Sue"
    rolled = notes.rolled("\n".join([changed, "y" * 1900]), "Reminder 2 sent", "[lh:22222222]")
    assert changed in rolled.split("\n")


def test_notes_that_people_filled_are_refused_and_not_cut() -> None:
    with pytest.raises(Refused, match="notes are full"):
        notes.rolled("z" * 1995, "Reminder 1 sent", MARKER)


def test_a_new_line_is_cut_before_its_marker() -> None:
    rolled = notes.rolled("z" * 1900, "word " * 100, MARKER)
    assert notes.units(rolled) <= notes.CUSTOMER_NOTES_UNITS_MAX
    assert rolled.endswith(f"… {MARKER}")


@given(st.text(max_size=2500), st.text(max_size=2500))
def test_notes_never_grow_too_long_and_always_carry_the_marker(old: str, text: str) -> None:
    try:
        rolled = notes.rolled(old, text, MARKER)
    except Refused:
        return
    assert notes.units(rolled) <= notes.CUSTOMER_NOTES_UNITS_MAX
    assert rolled.endswith(MARKER)
    assert rolled.startswith(old) or notes.OWN_LINE.search(old)


@given(st.text(), st.integers(1, 60))
def test_a_shortened_text_fits_and_is_a_beginning(text: str, units_max: int) -> None:
    short = notes.shortened(text, units_max)
    assert notes.units(short) <= units_max
    assert text.startswith(short.removesuffix(notes.MORE))


def test_control_characters_are_stripped_and_line_breaks_stay() -> None:
    assert notes.plain("a\x00b\x1b[31m\r\nc\td\ud800 ") == "ab[31m\nc d"
    assert notes.one_line(" a\n\n b ") == "a b"


def test_a_memo_goes_after_the_text_that_is_there() -> None:
    assert notes.appended("INV 1045", "applied", MARKER) == f"INV 1045\napplied {MARKER}"
    assert notes.appended("", "applied\nby us", MARKER) == f"applied by us {MARKER}"


def test_a_memo_never_drives_out_the_text_that_is_there() -> None:
    with pytest.raises(Refused, match="memo is full"):
        notes.appended("m" * 3995, "applied", MARKER)
    assert notes.units(notes.appended("m" * 3980, "applied because", MARKER)) <= 4000


def test_where_only_the_marker_fits_only_the_marker_is_written() -> None:
    assert notes.appended("m" * 3986, "applied", MARKER) == f"{'m' * 3986}\n{MARKER}"
