"""Numbers that are written almost right: one digit dropped, doubled, changed or swapped."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from matching.facts.items import Numbering
from matching.facts.sums import Entry
from matching.reading_texts.numbering import (
    NEXT_MAX,
    is_year,
    newest_of,
    pattern_of,
    plain,
    serial_of,
)

DIGITS_MIN, SAME_DIGITS_MIN = 3, 4
DIGITS_MAX = 24


class Slips:
    """The entries by every form of their numbers that a payer may have had in mind."""

    def __init__(self, entries: Iterable[Entry], numbering: Numbering) -> None:
        self._forms: list[str] = []
        self._owners: list[Entry] = []
        self._written: dict[str, list[Entry]] = {}
        self._lengths: set[int] = set()
        self._known: dict[str, tuple[Entry, ...]] = {}
        self._newest: set[int] = set()
        for entry in entries:
            pattern = pattern_of(entry.item.number)
            self._newest.update(newest_of(pattern, numbering))
            forms = {pattern.digits, serial_of(pattern, numbering)}
            forms |= {plain(form) for form in forms if form}
            kept = [form for form in forms if len(form) >= DIGITS_MIN]
            self._lengths.update(map(len, kept))
            self._forms += kept
            self._owners += [entry] * len(kept)
            for form in kept:
                self._written.setdefault(form, []).append(entry)

    def near(self, digits: str) -> tuple[Entry, ...]:
        """The entries whose number differs from these digits by one slip of the pen; a year is
        no slip, nor what may be the next invoice."""
        if not DIGITS_MIN <= len(digits) <= DIGITS_MAX or is_year(digits) or self.is_next(digits):
            return ()
        if digits not in self._known:
            found = extract(digits, self._forms, scorer=OSA.distance, score_cutoff=1, limit=None)
            places = sorted(place for _, distance, place in found if distance)
            owners = {self._owners[place].item.invoice_id: self._owners[place] for place in places}
            self._known[digits] = tuple(owners.values())
        return self._known[digits]

    def is_next(self, digits: str) -> bool:
        """Whether these digits go on where a series of the entries ends: an invoice that the book
        does not hold yet."""
        enough = len(plain(digits)) >= DIGITS_MIN and len(digits) <= DIGITS_MAX
        return enough and any(
            0 < int(digits) - last <= min(last, NEXT_MAX) for last in self._newest
        )

    def is_as_long(self, digits: str) -> bool:
        """Whether a number of the entries, or what counts up of it, has as many digits; a year
        tells nothing."""
        return len(digits) in self._lengths and not is_year(digits)

    def same(self, digits: str) -> list[Entry]:
        """The entries whose number is just these digits, where they say enough."""
        enough = len(plain(digits)) >= SAME_DIGITS_MIN and not is_year(digits)
        return self._written.get(digits, []) if enough else []
