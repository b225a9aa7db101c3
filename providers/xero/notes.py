"""The text of a note in Xero's history: short, plain, with its marker at the end."""

from __future__ import annotations

NOTE_LENGTH_MAX = 250
"""Xero, History and Notes page. A note can be neither changed nor removed."""
REFERENCE_LENGTH_MAX = 255
"""Reference of a batch payment in Xero's accounting specification; used for all references."""
CUT = "…"


def note_text(text: str, marker: str) -> str:
    """`text` and the marker within 250 characters; what is too long is cut at a word."""
    return marked(text, marker, length_max=NOTE_LENGTH_MAX)


def reference_text(text: str, marker: str) -> str:
    """A payment's reference: what the payer wrote, as far as it fits, and the marker."""
    return marked(text, marker, length_max=REFERENCE_LENGTH_MAX)


def marked(text: str, marker: str, *, length_max: int) -> str:
    """One line of text that ends in the marker and is no longer than `length_max` characters."""
    plain = " ".join(text.split())
    room = length_max - len(marker) - 1
    if len(plain) > room:
        whole_words = plain[: room - len(CUT) + 1].rpartition(" ")[0]
        plain = (whole_words or plain[: room - len(CUT)]) + CUT
    return f"{plain} {marker}".strip()


def marker_of(text: str) -> str:
    """The marker that a text made here ends in."""
    return text.rpartition(" ")[2]
