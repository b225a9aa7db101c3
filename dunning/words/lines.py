"""Names, numbers and words from outside as harmless text."""

from __future__ import annotations

import unicodedata

LINE_CHARACTERS_MAX = 600
ISOLATE, POP = "\u2068", "\u2069"
"""Around a name written from right to left, so that the words after it stay in their places."""


def one_line(text: str) -> str:
    """One line without control characters, whatever a name in the ledger holds."""
    plain = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(plain.split())[:LINE_CHARACTERS_MAX]


def plain_lines(text: str) -> str:
    """The words as they are, line by line, without the signs that are no text: databases refuse
    some of them."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join("".join(filter(str.isprintable, line)) for line in lines).strip()


def isolated(text: str) -> str:
    """The text, kept apart from the words around it where it is written from right to left."""
    if any(unicodedata.bidirectional(char) in {"R", "AL"} for char in text):
        return f"{ISOLATE}{text}{POP}"
    return text
