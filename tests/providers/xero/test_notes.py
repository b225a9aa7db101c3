from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from providers.xero.notes import NOTE_LENGTH_MAX, marker_of, note_text, reference_text

MARKER = "[lh:1a2b3c4d]"


@given(st.text(max_size=600))
def test_every_note_fits_and_ends_in_its_marker(text: str) -> None:
    note = note_text(text, MARKER)
    assert len(note) <= NOTE_LENGTH_MAX
    assert marker_of(note) == MARKER
    assert len(note.splitlines()) == 1


def test_a_short_note_is_kept_word_for_word() -> None:
    assert note_text("Reminder 1 sent.\nOwed: 50", MARKER) == f"Reminder 1 sent. Owed: 50 {MARKER}"


def test_a_long_note_is_cut_at_a_word() -> None:
    note = note_text("reminded " * 60, MARKER)
    assert note.endswith(f"reminded… {MARKER}")
    assert len(note) > NOTE_LENGTH_MAX - len("reminded ")


def test_an_empty_reference_is_the_marker_alone() -> None:
    assert reference_text("", MARKER) == MARKER
