"""Numbers that are written almost right: one digit dropped, doubled, changed or swapped."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.distance import OSA

from matching.items import Numbering
from matching.numbering import pattern_of, plain, serial_of
from matching.sums import Entry

DIGITS_MIN = 3
DIGITS_MAX = 24


def near(digits: str, entries: Iterable[Entry], numbering: Numbering) -> list[Entry]:
    """The entries whose number differs from these digits by one slip of the pen."""
    if not DIGITS_MIN <= len(digits) <= DIGITS_MAX:
        return []
    return [entry for entry in entries if _is_near(digits, entry.item.number, numbering)]


def _is_near(digits: str, number: str, numbering: Numbering) -> bool:
    pattern = pattern_of(number)
    forms = {pattern.digits, serial_of(pattern, numbering)}
    forms |= {plain(form) for form in forms if form}
    return any(
        len(form) >= DIGITS_MIN and 0 < OSA.distance(digits, form, score_cutoff=1) <= 1
        for form in forms
    )
