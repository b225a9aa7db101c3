"""Whether a text writes another year beside a number than the invoice has: it is another number."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from matching.facts.items import Numbering, OpenItem
from matching.facts.sums import Entry
from matching.facts.vocabulary import ANNOUNCING
from matching.reading_texts.numbering import SERIAL_DIGITS_MIN, is_year, plain
from matching.reading_texts.reading import Reading, Run
from matching.references.issue_years import CENTURY, LONG, SHORT, OwnYear, divided, own_years
from matching.references.mentions import Mention

LINKED_MAX = 3
"""So many groups away from the number its year may stand."""
WITHIN_BEFORE_MAX = 3
"""So far back a year goes that no sign sets apart: an older one is rather a slip of the pen."""
_TIGHT = re.compile(
    r"[-/._#'\\]{1,3}|\s{0,2}[-/_'\\]{1,3}\s{0,2}|[-/._#]{0,2}[^\W\d_]{1,4}[-/._#]{0,2}"
)
_LOOSE = re.compile(
    r"\s{1,2}#?\(?\s?|\s?\(\s?|\)\s|\s(?:of|from|for|fy|aus|von|vom|für|de|del|du|van|uit)\s"
    r"|,?\s\(?(?:(?:of|from|aus|dem|de|del|the|van|het|in)\s){0,2}"
    r"(?:l')?(?:year|yr|fy|jahr|jahre|année|an|exercice|jaar|año|ejercicio)\s"
)
_LISTING = re.compile(r"\s?[,:;+*.]\s?")
"""What stands between the numbers of a list, too."""
_CALLING = re.compile(rf"\s(?:(?:{'|'.join(sorted(ANNOUNCING))})[.:]?\s?){{1,2}}#?")
"""The words for an invoice behind its year."""
_BEFORE_YEAR = ANNOUNCING | {"", "year", "fy", "jahr", "année", "jaar", "año"}
_PRICED = re.compile(r"\s?(?:[$€£¥]|(?:usd|eur|gbp|cad|aud|nzd|chf|jpy)\b)")
_DATED = re.compile(
    r"[,(]{0,2}\s?\(?(?:dated|dtd|date|issued|of|datiert|vom|v|du|del|van|d\.d)[.:]{0,2}\s"
    r"(?:(?P<lead>\d{1,2})([./-])\d{1,2}\2(?P<day>\d{4}|\d{2})|(?P<first>\d{4})([./-])\d{1,2}\5\d{1,2}"
    r"|\d{1,2}(?:st|nd|rd|th)?\.?\s[^\W\d_]{3,10}\.?,?\s(?P<words>\d{4})"
    r"|[^\W\d_]{3,10}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s(?P<american>\d{4})|(?P<year>\d{4}))"
    r"(?![\w/]|[.,-]\d|\s?(?:-|to|till|until|thru|through|bis|au|al|tot|t/m)\s?\d)"
)
"""The day on which an invoice is said to be written, and no time that it is for."""


class _Link(IntEnum):
    """How two runs of digits hang together: by a sign or letters, or by a blank or a word; or
    perhaps not, by what parts the numbers of a list or announces the second."""

    NONE = 0
    LISTED = 1
    CALLED = 2
    LOOSE = 3
    TIGHT = 4


_LINKS = (
    (_Link.TIGHT, _TIGHT), (_Link.LOOSE, _LOOSE), (_Link.LISTED, _LISTING),
    (_Link.CALLED, _CALLING),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Said:
    """The year, or the two of a fiscal year, that is said of the number at the run `place`."""

    place: int
    years: tuple[int, ...]
    words: str


class OtherYears:
    """One text, and the years that the numbers of these items hold. `named` is by invoice id, for
    those that the text names but for their year, and nowhere with it, what it says instead;
    `unheard` is what of that no item has."""

    def __init__(
        self,
        reading: Reading,
        items: Sequence[OpenItem],
        numbering: Numbering,
        *,
        listed: Collection[int] = (),
    ) -> None:
        """`listed` is where runs begin that are numbers of a list, and no years."""
        self._text, self._runs = reading.text, reading.runs
        self._listed = listed
        may_say_one = any(len(run.digits) >= SHORT for run in reading.runs)
        self._own = own_years(items, numbering) if may_say_one else {}
        self._serials = {own.rest for own in self._own.values()}
        runs = reading.runs if self._own else ()
        self._links = [_link(reading.text[a.end : b.start]) for a, b in pairwise(runs)]
        self.named, self.unheard = self._numbers(items)

    def written(self, start: int, end: int, item: OpenItem) -> str:
        """What the text says from `start` to `end`, with the other year that it says there; empty
        where it says none."""
        own = self._own.get(item.invoice_id)
        places = [n for n, run in enumerate(self._runs) if start <= run.start < end]
        if own is None or not places:
            return ""
        said = self._said(places[0], places[-1], own)
        return said.words if said and own.is_another(said.years) else ""

    def without_others(self, place: Mention | Run, entries: Iterable[Entry]) -> list[Entry]:
        """The entries but for those beside whose number another year is written at this place."""
        return [e for e in entries if not self.written(place.start, place.end, e.item)]

    def _numbers(self, items: Iterable[OpenItem]) -> tuple[Mapping[str, str], tuple[str, ...]]:
        others: dict[str, _Said] = {}
        had: set[int] = set()
        for item in items:
            own = self._own.get(item.invoice_id)
            if own is None:
                continue
            said = [one for n in self._places_of(own) if (one := self._said(n, n, own))]
            mine = [one.place for one in said if not own.is_another(one.years)]
            had.update(mine)
            if said and not mine:
                others[item.invoice_id] = said[0]
        unheard = dict.fromkeys(one.words for one in others.values() if one.place not in had)
        return {id_: one.words for id_, one in others.items()}, tuple(unheard)

    def _places_of(self, own: OwnYear) -> Iterator[int]:
        for n, run in enumerate(self._runs):
            if plain(run.digits) == own.rest or self._within(run, own):
                yield n

    def _said(self, first: int, last: int, own: OwnYear) -> _Said | None:
        """The year that stands within the runs, or else beside them; its own side goes first, and
        signs before blanks."""
        for n in range(first, last + 1):
            years = self._read(n, own) if first < last else ()
            years = years or self._within(self._runs[n], own)
            if years and (first == last or not own.is_another(years)):
                return self._words(first, [n], years)
        sides = ((last, 1), (first, -1)) if own.is_last else ((first, -1), (last, 1))
        beside = [self._tight(start, step, own) for start, step in sides]
        beside += [self._loose(*side, own, is_own=n == 0) for n, side in enumerate(sides)]
        for places, years in filter(None, beside):
            return self._words(first, [first, last, *places], years)
        return self._dated(first, last, own)

    def _words(self, place: int, places: Sequence[int], years: tuple[int, ...]) -> _Said:
        runs = [self._runs[n] for n in places]
        start, end = min(run.start for run in runs), max(run.end for run in runs)
        return _Said(place, years, self._text[start:end])

    def _read(self, place: int, own: OwnYear) -> tuple[int, ...]:
        run = self._runs[place]
        return () if run.start in self._listed else own.read(run.digits)

    def _within(self, run: Run, own: OwnYear) -> tuple[int, ...]:
        """The year at one end of a run whose other digits are the rest of the number."""
        for width, is_last in ((LONG, False), (SHORT, False), (LONG, True), (SHORT, True)):
            for year, rest in divided(run.digits, width, is_last=is_last):
                alike = not own.is_apart and (width, is_last) == (len(own.group), own.is_last)
                enough = len(rest) >= SERIAL_DIGITS_MIN and not (width == SHORT and is_last)
                near = year >= own.years[0] - WITHIN_BEFORE_MAX
                read = own.read(str(year)[-width:]) if near else ()
                if (alike or enough) and plain(rest) == own.rest and read:
                    return read
        return ()

    def _tight(
        self, start: int, step: int, own: OwnYear
    ) -> tuple[list[int], tuple[int, ...]] | None:
        place = start
        for _ in range(LINKED_MAX):
            if self._link(place, step) is not _Link.TIGHT:
                return None
            place += step
            if years := self._read(place, own):
                return self._with_next(place, step, years, own)
            if years := self._broken(place, step, own):
                return [place, place + step], years
        return None

    def _broken(self, place: int, step: int, own: OwnYear) -> tuple[int, ...]:
        """A year that a bank broke in two: 202 5-0117."""
        first, second = sorted((place, place + step))
        if first < 0 or second == len(self._runs):
            return ()
        one, other = self._runs[first], self._runs[second]
        year = one.digits + other.digits
        is_one = is_year(year) and self._text[one.end : other.start] == " "
        return own.read(year) if is_one else ()

    def _with_next(
        self, place: int, step: int, years: tuple[int, ...], own: OwnYear
    ) -> tuple[list[int], tuple[int, ...]]:
        """With the other of a fiscal year, where that stands beside it."""
        if len(years) == 1 and self._link(place, step) is _Link.TIGHT:
            after = self._read(place + step, own)
            if after == (years[0] + step,):
                return [place, place + step], tuple(sorted((*years, *after)))
        return [place], years

    def _loose(
        self, start: int, step: int, own: OwnYear, *, is_own: bool
    ) -> tuple[list[int], tuple[int, ...]] | None:
        """A year behind a blank, which belongs to nothing else; two digits are one only where the
        client writes it so."""
        place = start + step
        if self._link(start, step) in {_Link.NONE, _Link.TIGHT}:
            return None
        if self._link(place, step) is _Link.TIGHT:
            return self._fiscal(place, step, own)
        run = self._runs[place]
        short = len(own.group) == len(run.digits) and is_own and not self._is_parted(start, step)
        if not (is_year(run.digits) or short) or _PRICED.match(self._text, run.end):
            return None
        years = self._read(place, own) if self._is_said(start, step) else ()
        return ([place], years) if years else None

    def _is_parted(self, start: int, step: int) -> bool:
        """Whether the next run stands behind a sign of a list and a blank: 117, 25 hours."""
        first, second = sorted((start, start + step))
        gap = self._text[self._runs[first].end : self._runs[second].start]
        return self._link(start, step) is not _Link.LOOSE and len(gap) > 1

    def _is_said(self, start: int, step: int) -> bool:
        """Whether what may be a year is one where it stands, and no other number: a list may hold
        any that is not counted up to, and before a word for an invoice nothing else stands."""
        link, place = self._link(start, step), start + step
        if link is _Link.LOOSE:
            return True
        run = self._runs[place]
        if plain(run.digits) in self._serials or run.other:
            return False
        alone = step < 0 and self._link(place, step) is _Link.NONE
        return link is _Link.LISTED or (alone and run.letters in _BEFORE_YEAR)

    def _fiscal(
        self, place: int, step: int, own: OwnYear
    ) -> tuple[list[int], tuple[int, ...]] | None:
        """Two years that a sign joins, behind a blank: 24-25; of two digits each, only where the
        client counts by such."""
        years = self._read(place, own)
        places, both = self._with_next(place, step, years, own)
        is_long = any(is_year(self._runs[n].digits) for n in places)
        return (places, both) if len(both) > 1 and (is_long or len(own.years) > 1) else None

    def _dated(self, first: int, last: int, own: OwnYear) -> _Said | None:
        """The year of the day that the invoice is said to be of. A later day may be that of the
        payment."""
        start, end = self._runs[first].start, self._runs[last].end
        found = _DATED.match(self._text, end)
        if found is None:
            return None
        year = next(filter(None, found.group("day", "first", "words", "american", "year")))
        years = own.read(year)
        may_lead = len(year) == SHORT and CENTURY + int(found["lead"]) in own.years
        is_later = not found["year"] and years[:1] > own.years[-1:]
        if not years or may_lead or is_later or years == (own.issued,):
            return None
        return _Said(first, years, self._text[start : found.end()])

    def _link(self, place: int, step: int) -> _Link:
        before = place if step > 0 else place - 1
        return self._links[before] if 0 <= before < len(self._links) else _Link.NONE


def _link(gap: str) -> _Link:
    for link, pattern in _LINKS:
        if pattern.fullmatch(gap):
            return link
    return _Link.NONE
