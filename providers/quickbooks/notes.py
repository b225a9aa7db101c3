"""Plain text that fits QuickBooks' fields, and our rolling block among other people's notes."""

from __future__ import annotations

import re
import unicodedata

from providers.errors import Refused

ATTACHED_NOTE_UNITS_MAX = 2000
"""Attachable.Note (developer.intuit.com, "Attachable")."""
CUSTOMER_NOTES_UNITS_MAX = 2000
"""Customer.Notes (developer.intuit.com, "Customer"; the XSD still says 1024)."""
PRIVATE_NOTE_UNITS_MAX = 4000
"""Payment.PrivateNote (developer.intuit.com, "Payment")."""
REFERENCE_UNITS_MAX = 21
"""Payment.PaymentRefNum."""
OWN_LINE = re.compile(r"\[lh:[0-9A-Za-z]+\]\s*$")
"""How a line of ours ends in Customer.Notes; a line that a person changed there is theirs."""
DROPPED = frozenset({"Cc", "Cs", "Co", "Cn"})
MORE = "…"


def units(text: str) -> int:
    """Length as QuickBooks counts it, in UTF-16 units: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def plain(text: str) -> str:
    """The text without control characters and broken surrogates; line breaks stay."""
    told = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(
        sign for sign in told if sign == "\n" or unicodedata.category(sign) not in DROPPED
    ).strip()


def one_line(text: str) -> str:
    return " ".join(plain(text).split())


def shortened(text: str, units_max: int) -> str:
    """The text, cut with an ellipsis if it is longer."""
    if units(text) <= units_max:
        return text
    if units_max < 1:
        return ""
    kept = text.encode("utf-16-le", "surrogatepass")[: 2 * (units_max - units(MORE))]
    return kept.decode("utf-16-le", "ignore").rstrip() + MORE


def marked(text: str, marker: str, units_max: int) -> str:
    """The text with the marker after it; the text gives way, never the marker."""
    body = shortened(plain(text), units_max - units(marker) - 1)
    return f"{body} {marker}".strip()


def appended(old: str, text: str, marker: str) -> str:
    """A private note with ours on a new line. Raises Refused where others left no room."""
    room = PRIVATE_NOTE_UNITS_MAX - (units(old) + 1 if old else 0)
    if room < units(marker):
        raise Refused("the payment's memo is full; shorten it in QuickBooks", code="memo full")
    line = marked(one_line(text), marker, room)
    return f"{old}\n{line}" if old else line


def rolled(old: str, text: str, marker: str) -> str:
    """Customer notes with our new line at the end.

    To fit, our own oldest lines go first, then the end of the new line. Other people's text is
    kept to the letter. Raises Refused where it leaves no room.
    """
    lines = old.split("\n") if old else []
    new = marked(one_line(text), marker, CUSTOMER_NOTES_UNITS_MAX)
    while units("\n".join([*lines, new])) > CUSTOMER_NOTES_UNITS_MAX:
        ours = next((i for i, line in enumerate(lines) if OWN_LINE.search(line)), None)
        if ours is None:
            break
        del lines[ours]
    kept = "\n".join(lines)
    room = CUSTOMER_NOTES_UNITS_MAX - (units(kept) + 1 if lines else 0)
    if room < units(marker) + 2:
        raise Refused(
            "the customer's notes are full (2,000 characters); shorten them in QuickBooks",
            code="notes full",
        )
    return "\n".join([*lines, marked(one_line(text), marker, room)])
