"""Bank text made readable: what banks put into it is taken out, and every character keeps its
place in the text as it came."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from matching.reading_texts.digits import plain_digits

TEXT_CHARACTERS_MAX = 2_000
_BANK_MARKS = re.compile(r"\?[2-6][0-9]|[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2060\ufeff]")
"""Subfield tags of MT940's field 86, and signs that nobody sees."""
_DASHES_TOO = frozenset("\u2212\u2043\xad")
"""Signs that look like a dash, and that Unicode does not count as one."""
_ZERO = re.compile(r"(?:(?<=[0-9])|(?<=[0-9]o))o|o(?=o?[0-9])")
_ONE = re.compile(r"(?<=[0-9])[il|](?=[0-9])|(?<=[0-9])[il|]\b|\b[il|](?=[0-9]{2})")


@dataclass(frozen=True, slots=True)
class Readable:
    """`origin[i]` is where the character `i` of `text` stands in the text as it came."""

    text: str
    origin: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place of a part of `text` in the text as it came."""
        return (self.origin[start], self.origin[end - 1] + 1) if end > start else (0, 0)


def readable(text: str) -> Readable:
    """The first 2,000 characters, in lower case, with every script's digits as 0 to 9, letters of
    full width as the plain ones, and every dash as "-"."""
    text = text[:TEXT_CHARACTERS_MAX]
    kept: list[int] = []
    position = 0
    for mark in _BANK_MARKS.finditer(text):
        kept.extend(range(position, mark.start()))
        position = mark.end()
    kept.extend(range(position, len(text)))
    plain = plain_digits(text)
    return Readable("".join(_lower(plain[i]) for i in kept), tuple(kept))


def _lower(char: str) -> str:
    if char.isascii():
        return char.lower()
    if char in _DASHES_TOO or unicodedata.category(char) == "Pd":
        return "-"
    lowered = unicodedata.normalize("NFKC", char).lower()
    return lowered if len(lowered) == 1 else char


def with_digits_seen(text: str) -> str:
    """Lower-case text with the letters o, i and l between digits read as 0 and 1."""
    return _ONE.sub("1", _ZERO.sub("0", text))
