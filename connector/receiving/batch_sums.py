"""Which bookings in one sum and which payments make each other up, of all that a bank tells under
one reference: not every bank gives each booking another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from connector.money.cash import Item
from connector.money.same_money import APART
from providers.money import Money


@dataclass(slots=True)
class Told:
    """What a bank tells of one booking; `by_sum` are lines in one sum."""

    currency: str
    by_sum: list[Item] = field(default_factory=list)
    parts: list[Item] = field(default_factory=list)

    @property
    def whole(self) -> Money:
        return total(self.by_sum, self.currency)

    @property
    def made(self) -> Money:
        """What the parts that are known come to."""
        return total(self.parts, self.currency)

    def less(self, others: Sequence[Told]) -> Told:
        gone = {it.subject for one in others for it in (*one.by_sum, *one.parts)}
        return self.where(lambda it: it.subject not in gone)

    def where(self, keep: Callable[[Item], bool]) -> Told:
        sums, parts = ([*filter(keep, some)] for some in (self.by_sum, self.parts))
        return Told(self.currency, sums, parts)

    def near(self, days: Collection[date]) -> Told:
        """The sums that are near enough to one of these days, and what is to their parts."""
        sums = [it for it in self.by_sum if is_near(it, days)]
        theirs = {it.received for it in sums}
        return Told(self.currency, sums, [it for it in self.parts if is_near(it, theirs)])

    def row_of(self, days: Collection[date]) -> Told:
        """What came about these days without a gap in which no sum could have its parts."""
        first, last = min(days), max(days)
        known = sorted({it.received for it in (*self.by_sum, *self.parts)})
        for day in reversed(known):
            first = min(first, day) if first - day <= APART else first
        for day in known:
            last = max(last, day) if day - last <= APART else last
        return self.where(lambda it: first <= it.received <= last)


def made_up(told: Told, asides: Collection[str]) -> Iterator[Told]:
    """Sums with the parts that make them up: of one day, then, from the oldest sum on, of a row of
    days near it, the fewest days first. Of equal sums those among the `asides` come first."""
    rest = _Rest(told.currency, _by_day(told.by_sum), _by_day(told.parts))
    for is_own_day in (True, False):
        for day in sorted(rest.sums):
            while one := rest.take(day, [[day]] if is_own_day else rest.rows(day), asides):
                yield one


def of_all(told: Told, asides: Collection[str]) -> Told | None:
    """The sums that all these parts make up: all, or one of several; each near to every part."""
    if not told.by_sum or not told.parts:
        return None
    days = {it.received for it in told.parts}
    sums = [it for it in told.by_sum if all(is_near(it, [day]) for day in days)]
    if told.made == told.whole and len(sums) == len(told.by_sum):
        return told
    same = [it for it in sums if it.total == told.made]
    same.sort(key=lambda it: (it.subject not in asides, it.subject))
    return Told(told.currency, same[:1], told.parts) if same else None


def total(items: Sequence[Item], currency: str) -> Money:
    return Money.total((it.total for it in items), currency)


def is_near(item: Item, days: Collection[date]) -> bool:
    return any(abs(item.received - day) <= APART for day in days)


@dataclass(slots=True)
class _Rest:
    """What is not laid together yet, by its day."""

    currency: str
    sums: dict[date, list[Item]]
    parts: dict[date, list[Item]]
    made: dict[date, Money] = field(init=False)

    def __post_init__(self) -> None:
        self.made = {day: total(some, self.currency) for day, some in self.parts.items()}

    def rows(self, day: date) -> Iterator[list[date]]:
        """Days, one after the other, whose parts may be of a sum of this day."""
        near = sorted(it for it in self.parts if abs(it - day) <= APART)
        for count in range(1, len(near) + 1):
            for n in range(len(near) - count + 1):
                yield near[n : n + count]

    def take(
        self, day: date, rows: Iterable[list[date]], asides: Collection[str]
    ) -> Told | None:  # fmt: skip
        """The sums of a day, with the parts of the first of these rows that make them up."""
        sums = self.sums[day]
        wanted = {total(sums, self.currency), *(it.total for it in sums)}
        for row in rows if sums else ():
            made = [self.made[it] for it in row if it in self.made]
            if Money.total(made, self.currency) not in wanted:
                continue
            parts = [it for one in row for it in self.parts.get(one, ())]
            if found := of_all(Told(self.currency, sums, parts), asides):
                self.sums[day] = [it for it in sums if it not in found.by_sum]
                for one in row:
                    del self.parts[one], self.made[one]
                return found
        return None


def _by_day(items: Sequence[Item]) -> dict[date, list[Item]]:
    found: dict[date, list[Item]] = defaultdict(list)
    for item in items:
        found[item.received].append(item)
    return dict(found)
