"""The digit groups of a text, whatever script they are written in."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """Consecutive digits; `digits` as written, `start` and `end` count characters of the text."""

    digits: str
    start: int
    end: int


def plain_digits(text: str) -> str:
    """The text with every script's digits written 0 to 9; its length stays the same."""
    return "".join(
        char if char.isascii() or not char.isdecimal() else str(unicodedata.decimal(char))
        for char in text
    )


def groups_of(text: str) -> tuple[Group, ...]:
    """All digit groups, in order."""
    found = re.finditer(r"[0-9]+", plain_digits(text))
    return tuple(Group(match.group(), match.start(), match.end()) for match in found)
