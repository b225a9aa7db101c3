"""The year that an invoice number holds, wherever a client writes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from matching.facts.items import Numbering, OpenItem
from matching.reading_texts.numbering import is_year, pattern_of, plain

CENTURY = 2000
LONG, SHORT, MONTHLY = len("YYYY"), len("YY"), len("YYYYMM")
BEFORE_MAX, SHORT_BEFORE_MAX, AFTER_MAX = 10, 5, 1
"""How far from an invoice's own year another may lie to be read as one."""
MISSING_SHARE_MAX, YEAR_LAST_MIN = 0.1, 3
"""Of numbers alike, how many may not have their year where no sign sets it apart, and how many
there must be where that is the end."""
REST_DIGITS_MIN = 2
_MONTHS = {f"{month:02}" for month in range(1, 13)}


@dataclass(frozen=True, slots=True)
class OwnYear:
    """`years` are one, or the two of a fiscal year; `rest` is what counts up, without zeros before
    it. `group` is the year as it is written; `is_last` tells that it stands behind the rest, and
    `is_apart` that a sign stands between. `issued` is the year in which it was written."""

    years: tuple[int, ...]
    rest: str
    group: str
    is_last: bool
    issued: int
    is_apart: bool = True

    def read(self, digits: str) -> tuple[int, ...]:
        """The year, or the two of a fiscal year, that these digits may say beside the rest; nothing
        where they can mean no such year."""
        if is_year(digits):
            return self._near(int(digits), BEFORE_MAX)
        if len(digits) == SHORT:
            return self._near(CENTURY + int(digits), SHORT_BEFORE_MAX)
        years = _composed(digits)
        if not self._is_composed or _is_fiscal(years) != (len(self.years) > 1):
            return ()
        return tuple(year for year in years if self._near(year, BEFORE_MAX))

    @property
    def _is_composed(self) -> bool:
        """Whether the client writes two years, or a year and a month, however apart."""
        return len(self.years) > 1 or bool(_composed(self.group))

    def is_another(self, years: tuple[int, ...]) -> bool:
        """Whether what the text says is not this year."""
        if len(years) > 1 and len(self.years) > 1:
            return years[0] != self.years[0]
        return set(years).isdisjoint(self.years)

    def _near(self, year: int, before: int) -> tuple[int, ...]:
        return (year,) if self.years[0] - before <= year <= self.years[-1] + AFTER_MAX else ()


def own_years(items: Iterable[OpenItem], numbering: Numbering) -> dict[str, OwnYear]:
    """By invoice id, for those whose numbers hold a year."""
    found: dict[str, OwnYear] = {}
    undivided: dict[tuple[str, int], list[tuple[OpenItem, str]]] = {}
    for item in items:
        pattern = pattern_of(item.number)
        count = len(pattern.groups)
        if not count:
            continue
        serial = numbering.serial_at.get(count, count - 1)
        if count > 1 and (own := _apart(item, pattern.groups, serial)):
            found[item.invoice_id] = own
        elif len(pattern.groups[serial]) >= SHORT + REST_DIGITS_MIN:
            alike = undivided.setdefault((pattern.prefix, count), [])
            alike.append((item, pattern.groups[serial]))
    for alike in undivided.values():
        found |= _undivided(alike)
    return found


def _apart(item: OpenItem, groups: tuple[str, ...], serial: int) -> OwnYear | None:
    """The year that is a group of its own: any but the one that counts up, unless that is the only
    one like a year."""
    places = [n for n, it in enumerate(groups) if n != serial and _years_of(it, item)]
    if not places and is_year(groups[serial]) and _is_about(int(groups[serial]), item):
        others = (n for n in range(len(groups)) if n != serial)
        places, serial = [serial], max(others, key=lambda n: (len(groups[n]), n))
    if not places:
        return None
    years = [year for place in places for year in _years_of(groups[place], item)]
    return OwnYear(
        tuple(years) if _is_fiscal(years) else (years[0],), plain(groups[serial]),
        groups[places[0]], is_last=places[0] > serial, issued=item.issued.year,
    )  # fmt: skip


def _years_of(group: str, item: OpenItem) -> list[int]:
    if is_year(group):
        return [int(group)]
    if len(group) == SHORT:
        return [year for year in [CENTURY + int(group)] if _is_about(year, item)]
    years = _composed(group)
    return years if all(_is_about(year, item) for year in years) else []


def _composed(group: str) -> list[int]:
    """The years of a fiscal year (2526), or of a month (202601, 2601)."""
    if len(group) == MONTHLY and is_year(group[:LONG]) and group[LONG:] in _MONTHS:
        return [int(group[:LONG])]
    if len(group) != LONG:
        return []
    first, second = group[:SHORT], group[SHORT:]
    if second in _MONTHS:
        return [CENTURY + int(first)]
    years = [CENTURY + int(first), CENTURY + int(second)]
    return years if _is_fiscal(years) else []


def _is_fiscal(years: Sequence[int]) -> bool:
    """Whether these are two, one after the other."""
    return years[1:] == [years[0] + 1]


def _is_about(year: int, item: OpenItem) -> bool:
    """Whether an invoice of that day may have this year: a fiscal year may begin in another."""
    return abs(year - item.issued.year) <= 1


def _undivided(alike: list[tuple[OpenItem, str]]) -> dict[str, OwnYear]:
    """The year as a part of the digits that count up, at a place where all alike have it."""
    for width, is_last in ((LONG, False), (SHORT, False), (LONG, True), (SHORT, True)):
        found: dict[str, OwnYear] = {}
        missing = 0
        for item, digits in alike:
            if own := _at_an_end(item, digits, width, is_last=is_last):
                found[item.invoice_id] = own
                continue
            missing += 1
            if missing > MISSING_SHARE_MAX * len(alike):
                break
        else:
            if len(found) >= (YEAR_LAST_MIN if is_last else 1):
                return found
    return {}


def _at_an_end(item: OpenItem, digits: str, width: int, *, is_last: bool) -> OwnYear | None:
    year, rest = (digits[-width:], digits[:-width]) if is_last else (digits[:width], digits[width:])
    issued = item.issued.year
    for near in (issued, issued - 1, issued + 1):
        if str(near)[-width:] == year and len(rest) >= REST_DIGITS_MIN:
            return OwnYear((near,), plain(rest), year, is_last, issued, is_apart=False)
    return None


def divided(digits: str, width: int, *, is_last: bool) -> Iterator[tuple[int, str]]:
    """The year of so many digits at one end of others, and these; nothing where it is none."""
    year, rest = (digits[-width:], digits[:-width]) if is_last else (digits[:width], digits[width:])
    if len(rest) < REST_DIGITS_MIN or len(year) < width:
        return
    if width == SHORT:
        yield CENTURY + int(year), rest
    elif is_year(year):
        yield int(year), rest
