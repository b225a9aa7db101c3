"""Names and numbers from outside as one harmless line."""

from __future__ import annotations

import unicodedata

LINE_CHARACTERS_MAX = 600
ISOLATE, POP = "\u2068", "\u2069"
"""Around a name written from right to left, so that the words after it stay in their places."""


def one_line(text: str) -> str:
    """One line without control characters, whatever a name in the ledger holds."""
    plain = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(plain.split())[:LINE_CHARACTERS_MAX]


def isolated(text: str) -> str:
    """The text, kept apart from the words around it where it is written from right to left."""
    if any(unicodedata.bidirectional(char) in {"R", "AL"} for char in text):
        return f"{ISOLATE}{text}{POP}"
    return text
