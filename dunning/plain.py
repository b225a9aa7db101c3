"""Text from a ledger made fit for a sentence, whatever a name holds."""

from __future__ import annotations

LINE_CHARACTERS_MAX = 600


def line(text: str) -> str:
    """One line without control characters."""
    plain = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(plain.split())[:LINE_CHARACTERS_MAX]
