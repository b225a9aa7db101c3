"""Sets of items that add up to an amount, and how many would do so by chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations, groupby, islice
from math import comb

from matching.facts.items import OpenItem

RUN_ITEMS_MAX = 300
LOOKED_AT_MAX = 10_000
SCATTERED_MAX = 100
"""So many scattered sets are no explanation any more: the smallest, which are the likeliest."""
PAIR, SCATTERED_SIZE_MAX = 2, 5
HABITS = {
    "single": 0.65, "all_open": 0.07, "oldest_together": 0.31, "due_together": 0.23,
    "in_a_row": 0.17, "scattered": 0.22,
}  # fmt: skip
"""How often one invoice is paid, and how several are paid together: of 16,643 real payments."""
STEPS = (1_000_000, 100_000, 10_000, 5_000, 2_500, 1_000, 500, 100, 50, 25, 10, 5, 1)
"""In minor units: what prices are commonly a multiple of."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An item with its balance in minor units."""

    item: OpenItem
    minor: int


@dataclass(frozen=True, slots=True)
class Sum:
    """A set that adds up. `kind` names its structure, `chance` how many sets as plain were to be
    expected to add up by accident, and `weight` how likely just this set was beforehand."""

    entries: tuple[Entry, ...]
    kind: str
    chance: float
    weight: float


def granules(amount: int) -> int:
    """How many different amounts of the same roundness there are up to this one."""
    step = next(step for step in STEPS if amount % step == 0 and (amount > step or step == 1))
    return max(1, amount // step)


def sets_of(entries: Sequence[Entry], target: int, *, single_too: bool = False) -> tuple[Sum, ...]:
    """Sets of one customer's entries that add up to the target, the likeliest first.

    `entries` are sorted oldest due first. All runs in due-date order are looked at, and scattered
    sets of up to five, as long as there are not too many of them: what is larger is less likely
    than what was found, and hardly distinguishable from chance.
    """
    usable = [entry for entry in entries if 0 < entry.minor < target]
    seen: dict[frozenset[str], Sum] = {}
    found = (*_singles(entries, target, wanted=single_too), *_structured(entries, usable, target),
             *islice(_scattered(usable, target), SCATTERED_MAX))  # fmt: skip
    for one in found:
        seen.setdefault(frozenset(entry.item.invoice_id for entry in one.entries), one)
    return tuple(sorted(seen.values(), key=lambda one: -one.weight))


def scattered_size(count: int) -> int:
    """How many of so many entries a scattered set may have, so that all sets of that size can be
    looked at."""
    looked_at = accumulate(comb(count, size - 1) for size in range(PAIR, SCATTERED_SIZE_MAX + 1))
    return PAIR - 1 + sum(sets <= LOOKED_AT_MAX for sets in looked_at)


def _singles(entries: Sequence[Entry], target: int, *, wanted: bool) -> Iterator[Sum]:
    count = len(entries)
    for entry in entries if wanted else ():
        if entry.minor == target:
            yield Sum((entry,), "single", count / granules(target), HABITS["single"] / count)


def _structured(entries: Sequence[Entry], usable: Sequence[Entry], target: int) -> Iterator[Sum]:
    count = len(usable)
    sets = {"all_open": 1, "oldest_together": count, "due_together": count,
            "in_a_row": count * (count - 1) // 2}  # fmt: skip
    for found, chosen in (*_runs(usable, target), *_days(usable, target)):
        whole = len(chosen) == len(entries)
        kind = "all_open" if whole else found
        chance = sets[kind] / granules(target)
        yield Sum(chosen, kind, chance, HABITS[kind] / sets[kind])


def _runs(usable: Sequence[Entry], target: int) -> Iterator[tuple[str, tuple[Entry, ...]]]:
    """Runs in due-date order, by a window that slides: amounts are above zero."""
    start = total = 0
    for end, entry in enumerate(usable[:RUN_ITEMS_MAX], start=1):
        total += entry.minor
        while total > target:
            total -= usable[start].minor
            start += 1
        if total != target or end - start < PAIR:
            continue
        kind = "in_a_row" if start else "oldest_together"
        if start and _is_one_day(usable, start, end):
            kind = "due_together"
        yield kind, tuple(usable[start:end])


def _days(usable: Sequence[Entry], target: int) -> Iterator[tuple[str, tuple[Entry, ...]]]:
    for _, group in groupby(usable, key=lambda entry: entry.item.due):
        together = tuple(group)
        if len(together) >= PAIR and sum(entry.minor for entry in together) == target:
            yield "due_together", together


def _is_one_day(usable: Sequence[Entry], start: int, end: int) -> bool:
    """Whether a run is all that falls due on a day."""
    day = usable[start].item.due
    around = [*usable[start - 1 : start], *usable[end : end + 1]]
    return usable[end - 1].item.due == day and all(entry.item.due != day for entry in around)


def _scattered(usable: Sequence[Entry], target: int) -> Iterator[Sum]:
    """The last item of each set is looked up by what is missing.

    By chance a set hits an amount the more often the rounder both are: 40 items in whole hundreds
    make many sums in whole hundreds.
    """
    round_ones = [(s, sum(e.minor % s == 0 for e in usable)) for s in STEPS if target % s == 0]
    sets, chance = 0, 0.0
    for size in range(PAIR, scattered_size(len(usable)) + 1):
        sets += comb(len(usable), size)
        chance += max(comb(count, size) * step / target for step, count in round_ones)
        weight = HABITS["scattered"] * 0.5 ** (size - 1) / max(1, sets)
        for chosen in _of_size(usable, target, size):
            yield Sum(chosen, "scattered", chance, weight)


def _of_size(usable: Sequence[Entry], target: int, size: int) -> Iterator[tuple[Entry, ...]]:
    by_minor: dict[int, list[int]] = {}
    for place, entry in enumerate(usable):
        by_minor.setdefault(entry.minor, []).append(place)
    minors = [entry.minor for entry in usable]
    for places in combinations(range(len(usable)), size - 1):
        rest = target - sum([minors[place] for place in places])
        for last in by_minor.get(rest, ()):
            if last > places[-1]:
                yield tuple(usable[place] for place in (*places, last))
