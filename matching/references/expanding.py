"""Short ways to name several invoices: 1556,63 for 1556 and 1563, and 627-630 for all between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from matching.facts.items import Numbering, OpenItem
from matching.facts.vocabulary import INVOICE_WORDS
from matching.reading_texts.numbering import pattern_of, plain, serial_of
from matching.reading_texts.reading import Reading, Run
from matching.references.mentions import Fit, Found, Mention

RANGE_MAX, RANGED_MAX = 60, 400
"""Invoices in one range, and in all ranges of a text."""
SHORT_DIGITS_MAX = 4
_LIST = re.compile(r"\s*(?:[,;&+/]|\band\b|\bund\b|\bet\b|\ben\b|\by\b|\s)\s*#?\s*")
_RANGE = re.compile(
    r"\s*(?:-|\.\.+|\b(?:to|thru|through|until|till|bis|au|à|al|hasta|t/m|tot)\b)\s*"
)
_LETTERS = re.compile(r"[^\W\d_]+[-./]?\s?$")


def expanded(
    reading: Reading, found: Found, items: Sequence[OpenItem], numbering: Numbering
) -> Found:
    """The mentions with those that are only abbreviated or lie within a range."""
    if not found.mentions:
        return found
    serials: dict[tuple[str, str], OpenItem] = {}
    for item in items:
        pattern = pattern_of(item.number)
        serials[item.customer_id, plain(serial_of(pattern, numbering))] = item
    expander = _Expander(reading, numbering, serials)
    mentions = list(islice(expander.ranges(found), RANGED_MAX))
    unknown, more = expander.short(found, mentions)
    return Found(tuple(sorted((*mentions, *more), key=lambda m: m.start)), unknown)


class _Expander:
    """One text and the items that it may name."""

    def __init__(
        self,
        reading: Reading,
        numbering: Numbering,
        serials: Mapping[tuple[str, str], OpenItem],
    ) -> None:
        self._reading, self._numbering, self._serials = reading, numbering, serials

    def ranges(self, found: Found) -> Iterator[Mention]:
        """The mentions, each range with all of one customer's invoices that lie within it."""
        for one in found.mentions:
            yield one
            run = self._next_run(one)
            if run is None or not self._joins(_RANGE, one.end, run):
                continue
            for item in self._within(one, run.digits):
                yield replace(one, options=(item,), how="range", fit=Fit.SERIAL, end=run.end)

    def short(
        self, found: Found, mentions: Sequence[Mention]
    ) -> tuple[tuple[Run, ...], list[Mention]]:
        """Short numbers that stand for the one before them but for its last digits."""
        more: list[Mention] = []
        unknown: list[Run] = []
        for run in found.unknown:
            base = self._base(run, (*mentions, *more))
            if base is None:
                unknown.append(run)
            elif not any(m.how == "range" and m.start <= run.start < m.end for m in mentions):
                more.append(base)
        return tuple(unknown), more

    def _base(self, run: Run, mentions: Sequence[Mention]) -> Mention | None:
        before = [m for m in mentions if m.end <= run.start]
        within = [m for m in mentions if m.start <= run.start < m.end]
        if within:
            return within[0]
        if not before or len(run.digits) > SHORT_DIGITS_MAX:
            return None
        if self._reading.cut and run.end == len(self._reading.text):
            return None  # the beginning of a number that the bank cut off
        base = max(before, key=lambda m: m.end)
        if not self._joins(_LIST, base.end, run):
            return None
        for item in base.options:
            other = self._completed(item, run.digits)
            if other is not None:
                # Behind nothing but a blank, a few digits may count boxes or days.
                listed = self._reading.text[base.end : run.start].strip()
                return replace(
                    base, start=run.start, end=run.end, digits=run.digits, options=(other,),
                    how="abbreviated", fit=Fit.SERIAL if listed else Fit.WEAK,
                    left_out=False, other=False,
                )  # fmt: skip
        return None

    def _completed(self, item: OpenItem, digits: str) -> OpenItem | None:
        """The item of the same customer whose serial ends in `digits` and begins as this one's."""
        serial = serial_of(pattern_of(item.number), self._numbering)
        if len(digits) >= len(serial):
            return None
        return self._serials.get(
            (item.customer_id, plain(serial[: len(serial) - len(digits)] + digits))
        )

    def _within(self, one: Mention, last: str) -> list[OpenItem]:
        for item in one.options:
            serial = serial_of(pattern_of(item.number), self._numbering)
            if not serial.isdigit() or len(last) > len(serial):
                full = last[-len(serial) :]
            else:
                full = serial[: len(serial) - len(last)] + last
            first, end = int(serial), int(full)
            if not 0 < end - first <= RANGE_MAX:
                continue
            inside = (
                self._serials.get((item.customer_id, str(number)))
                for number in range(first + 1, end + 1)
            )
            return [other for other in inside if other is not None]
        return []

    def _next_run(self, one: Mention) -> Run | None:
        return next((run for run in self._reading.runs if run.start >= one.end), None)

    def _joins(self, words: re.Pattern[str], start: int, run: Run) -> bool:
        """Whether nothing else stands between a number and the next, but for its prefix."""
        between = self._reading.text[start : run.start]
        if words.fullmatch(between):
            return True
        known = run.letters in INVOICE_WORDS or run.letters in self._numbering.prefixes
        return known and bool(words.fullmatch(_LETTERS.sub("", between)))
