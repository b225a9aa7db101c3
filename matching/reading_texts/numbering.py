"""How a client numbers its invoices, and under which keys a number can be found."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

from matching.facts.items import Numbering
from matching.reading_texts.digits import groups_of

PATTERNS_KEPT_MAX = 200_000
SERIAL_DIGITS_MIN = 3
EXAMPLES_MAX = 3
SERIES_MAX = 300
SERIAL_DIGITS_MAX = 18
NEXT_MAX = 99
"""So many invoices may have been issued that the book does not hold yet."""
Kind = TypeVar("Kind", int, str)
_LETTERS = re.compile(r"[^\W\d_]+")
_YEAR = re.compile(r"20[1-4][0-9]")


@dataclass(frozen=True, slots=True)
class Pattern:
    """An invoice number taken apart: letters before, digit groups as written, letters after."""

    prefix: str
    groups: tuple[str, ...]
    suffix: str

    @property
    def digits(self) -> str:
        return "".join(self.groups)


@lru_cache(maxsize=PATTERNS_KEPT_MAX)
def pattern_of(number: str) -> Pattern:
    """The pattern of an invoice number; one without digits has no groups."""
    found = groups_of(number)
    if not found:
        return Pattern("".join(_LETTERS.findall(number)).lower(), (), "")
    return Pattern(
        prefix="".join(_LETTERS.findall(number[: found[0].start])).lower(),
        groups=tuple(group.digits for group in found),
        suffix="".join(_LETTERS.findall(number[found[-1].end :])).lower(),
    )


def plain(digits: str) -> str:
    """Digits without leading zeros; zeros alone are one zero."""
    return digits.lstrip("0") or "0"


def is_year(digits: str) -> bool:
    """Whether digits may be a year of our time."""
    return bool(_YEAR.fullmatch(digits))


def serial_of(pattern: Pattern, numbering: Numbering) -> str:
    """The digit group that counts up, as written; empty without digits."""
    if not pattern.groups:
        return ""
    return pattern.groups[numbering.serial_at.get(len(pattern.groups), len(pattern.groups) - 1)]


def series_of(pattern: Pattern, numbering: Numbering) -> str:
    """What the numbers that are counted up together have in common."""
    place = numbering.serial_at.get(len(pattern.groups), len(pattern.groups) - 1)
    rest = (*pattern.groups[:place], "", *pattern.groups[place + 1 :])
    return "-".join((pattern.prefix, *rest, pattern.suffix))


def newest_of(pattern: Pattern, numbering: Numbering) -> tuple[int, ...]:
    """The highest serial of the number's series, and the digits of that whole number."""
    highest = numbering.newest.get(series_of(pattern, numbering))
    if highest is None or not pattern.groups:
        return ()
    place = numbering.serial_at.get(len(pattern.groups), len(pattern.groups) - 1)
    if place < len(pattern.groups) - 1:
        return (highest,)
    serial = str(highest).zfill(len(pattern.groups[-1]))
    return (highest, int("".join((*pattern.groups[:-1], serial))))


def keys_of(number: str, numbering: Numbering) -> tuple[str, ...]:
    """What a text may say instead of the number: all its digits, or those that count up."""
    pattern = pattern_of(number)
    if not pattern.groups:
        return (pattern.prefix,) if pattern.prefix else ()
    joined = "".join(plain(group) for group in pattern.groups)
    return tuple({plain(pattern.digits), joined, plain(serial_of(pattern, numbering))})


def search_keys(number: str) -> tuple[str, ...]:
    """`keys_of` for whatever numbering turns out to be the client's: any group may count up."""
    pattern = pattern_of(number)
    alone = (plain(group) for group in pattern.groups if len(group) >= SERIAL_DIGITS_MIN)
    return tuple(sorted({*keys_of(number, Numbering()), *alone}))


@dataclass(frozen=True, slots=True)
class Seen:
    """How many numbers of a kind there are, and the first of them."""

    count: int
    examples: tuple[str, ...]


def seen(numbers: Sequence[str]) -> tuple[dict[int, Seen], dict[str, Seen]]:
    """What `learned` goes by: the numbers by how many digit groups they have, and by the letters
    before the first digit."""
    groups: dict[int, list[str]] = {}
    prefixes: dict[str, list[str]] = {}
    for number in numbers:
        pattern = pattern_of(number)
        groups.setdefault(len(pattern.groups), []).append(number)
        prefixes.setdefault(pattern.prefix, []).append(number)
    return _counted(groups), _counted(prefixes)


def _counted(kinds: dict[Kind, list[str]]) -> dict[Kind, Seen]:
    return {
        kind: Seen(len(them), tuple(them[:EXAMPLES_MAX])) for kind, them in kinds.items() if kind
    }


def learned(numbers: Iterable[str]) -> Numbering:
    """The numbering that these invoice numbers show."""
    values: dict[int, list[set[str]]] = {}
    prefixes: Counter[str] = Counter()
    patterns = [pattern_of(number) for number in numbers]
    for pattern in patterns:
        prefixes[pattern.prefix] += 1
        places = values.setdefault(len(pattern.groups), [set() for _ in pattern.groups])
        for place, digits in zip(places, pattern.groups, strict=True):
            place.add(digits)
    serial_at = {
        count: max(range(count), key=lambda place: (len(places[place]), place))
        for count, places in values.items()
        if count
    }
    common = (prefix for prefix, times in prefixes.items() if prefix and times)
    numbering = Numbering(serial_at, frozenset(common))
    return replace(numbering, newest=_newest(patterns, numbering))


def _newest(patterns: Iterable[Pattern], numbering: Numbering) -> dict[str, int]:
    """Of the series with the most numbers, the highest serial."""
    serials: dict[str, list[int]] = {}
    for pattern in patterns:
        if pattern.groups and len(serial_of(pattern, numbering)) <= SERIAL_DIGITS_MAX:
            serial = int(serial_of(pattern, numbering))
            serials.setdefault(series_of(pattern, numbering), []).append(serial)
    longest = sorted(serials, key=lambda series: (-len(serials[series]), series))
    return {series: max(serials[series]) for series in longest[:SERIES_MAX]}
