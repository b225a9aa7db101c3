"""The digit groups of a text, without those that are amounts or dates."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d{2}"
_NOT_NUMBERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:[$€£¥]|\b(?:usd|eur|gbp|cad|aud|nzd|chf|jpy))\s?\d[\d.,]*",
        r"(?<![\w.,/-])\d[\d.,]*\s?[$€£](?!\s?\d)",
        r"(?<![\w.,/-])\d{1,3}(?:[,.']?\d{3})*[.,]\d{2}(?![\w/-]|[.,]\d)",
        r"(?<![\w/.-])\d{4}([-/.])\d{1,2}\1\d{1,2}(?![\w/-])",
        r"(?<![\w/.-])\d{1,2}([-/.])\d{1,2}\1(?:\d{4}|\d{2})(?![\w/-])",
        rf"\b{_ORDINAL}\s{_MONTH},?(?:\s{_YEAR})?\b",
        rf"\b{_MONTH}\s{_ORDINAL}(?:,?\s{_YEAR})?\b",
        rf"\b{_MONTH}\s?{_YEAR}\b",
    )
)


@dataclass(frozen=True, slots=True)
class Group:
    """Consecutive digits; `digits` as written, `start` and `end` count characters of the text."""

    digits: str
    start: int
    end: int

    @property
    def plain(self) -> str:
        """The digits without leading zeros; a group of zeros is one zero."""
        return self.digits.lstrip("0") or "0"


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


def numbers_of(text: str) -> tuple[Group, ...]:
    """The digit groups that are not part of something that reads as an amount or a date."""
    plain = plain_digits(text)
    masks = [match.span() for pattern in _NOT_NUMBERS for match in pattern.finditer(plain)]
    return tuple(
        group
        for group in groups_of(plain)
        if not any(start <= group.start < end for start, end in masks)
    )
