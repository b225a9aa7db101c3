"""How a client numbers its invoices, and under which keys a number can be found."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from matching.digits import groups_of
from matching.items import Numbering

PATTERNS_KEPT_MAX = 200_000
SERIAL_DIGITS_MIN = 3
EXAMPLES_MAX = 3
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
    for number in numbers:
        pattern = pattern_of(number)
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
    return Numbering(serial_at, frozenset(common))
