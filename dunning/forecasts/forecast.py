"""When open invoices will be paid, judged by how a client's own invoices were paid before.

It orders a list for people; nothing is done because of it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

PAID_MIN = 30
BOOK_MAX = 500
OWN_MAX = 50
"""The newest that are looked at, of the whole book and of one customer: habits change."""
BOOK_WEIGHT = 4
"""A customer's own invoices count one each, and the whole book as much as four of them. Measured
on twelve sellers' books, 2 and 4 were best alike; 1 trusts too few, 16 forgets who it is."""
LEVELS = tuple(range(10, 100, 10))
OFF_MAX = 0.1
"""A chance that is off by more than this is not to be relied on."""
FIRST, MIDDLE, LAST = LEVELS[0], 50, LEVELS[-1]
VERY_LATE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Awaited:
    """An invoice that is to be paid. Without a due date, its days count from its issue."""

    id: str
    customer_id: str
    issued: date
    due: date | None

    @property
    def expected(self) -> date:
        return self.due or self.issued


@dataclass(frozen=True, slots=True)
class Paid:
    """An invoice that was paid in full, and the day on which the last of its money came."""

    invoice: Awaited
    on: date

    @property
    def late_days(self) -> int:
        return (self.on - self.invoice.expected).days


@dataclass(frozen=True, slots=True)
class Forecast:
    """`on` is as likely too early as too late; one in ten comes before `early`, one after `late`.

    All three are None where the invoice is later than any was paid before. `late_risk` is the
    chance of being paid after the due date, `very_late_risk` of more than 30 days after it, both
    from 0 to 1 and given that it is not paid yet. `own` tells on how many of the customer's
    invoices it stands beside those of the whole book.
    """

    invoice_id: str
    on: date | None
    early: date | None
    late: date | None
    late_risk: float
    very_late_risk: float
    own: int


@dataclass(frozen=True, slots=True)
class Level:
    """Of the invoices tried, the shares paid before and until the day that was given with a chance
    of `stated` per cent. Whole days come in heaps: it is right where it lies between the two."""

    stated: int
    before: float
    until: float

    @property
    def nearest(self) -> float:
        """The share seen that is nearest to what was said."""
        return min(max(self.stated / 100, self.before), self.until)


@dataclass(frozen=True, slots=True)
class Trial:
    """Each past invoice forecast from what was known before a day, usually that of its issue.

    `error_days` is the mean absolute error, `naive_error_days` that of the due date and the
    customer's mean lateness (the book's where the customer has none). `late_stated` is the mean
    risk of lateness that was given, `late_seen` the share that was late.
    """

    tried: int
    too_early: int
    error_days: float
    naive_error_days: float
    levels: tuple[Level, ...]
    late_stated: float
    late_seen: float

    @property
    def misses(self) -> tuple[str, ...]:
        """Where what was said and what was seen differ by more than `OFF_MAX`, in words."""
        off = [
            f"{level.stated} % said, {seen:.0%} seen"
            for level in self.levels
            if abs((seen := level.nearest) - level.stated / 100) > OFF_MAX
        ]
        if abs(self.late_stated - self.late_seen) > OFF_MAX:
            off.append(f"late: {self.late_stated:.0%} said, {self.late_seen:.0%} seen")
        return tuple(off)


class Spread:
    """Lateness in days, each with its weight: whole numbers, so that sums are exact."""

    def __init__(self, parts: Iterable[tuple[int, int]]) -> None:
        self._parts = sorted(parts)
        self._sums = list(accumulate(weight for _, weight in self._parts))

    def __bool__(self) -> bool:
        return bool(self._parts)

    def from_day(self, day: int) -> Spread:
        """What is left of it once a day has come."""
        return Spread(self._parts[bisect_left(self._parts, (day, 0)) :])

    def quantile(self, level: int) -> int:
        """In per cent; the spread must not be empty."""
        wanted = -(-self._sums[-1] * level // 100)
        return self._parts[bisect_left(self._sums, wanted)][0]

    def share_after(self, day: int) -> float:
        """Certain where nothing was ever as late."""
        if not self._parts:
            return 1.0
        place = bisect_left(self._parts, (day + 1, 0))
        before = self._sums[place - 1] if place else 0
        return (self._sums[-1] - before) / self._sums[-1]


class Habits:
    """How late a client's invoices were paid, the newest of them. Grows in the order of payment."""

    def __init__(self, paid: Iterable[Paid] = ()) -> None:
        self._book: deque[int] = deque(maxlen=BOOK_MAX)
        self._own: dict[str, deque[int]] = defaultdict(lambda: deque(maxlen=OWN_MAX))
        self._known = 0
        for one in sorted(paid, key=lambda one: (one.on, one.invoice.id)):
            self.learn(one)

    def learn(self, paid: Paid) -> None:
        self._book.append(paid.late_days)
        self._own[paid.invoice.customer_id].append(paid.late_days)
        self._known += 1

    @property
    def lacking(self) -> str:
        """Why nothing can be forecast; empty if it can."""
        if self._known >= PAID_MIN:
            return ""
        return f"not enough data: {PAID_MIN} paid invoices are needed, known so far: {self._known}"

    def forecast(self, invoice: Awaited, today: date) -> Forecast:
        """Given that the invoice is still open when `today` begins."""
        spread = self.spread(invoice.customer_id).from_day((today - invoice.expected).days)
        early, on, late = (
            invoice.expected + timedelta(days=spread.quantile(level)) if spread else None
            for level in (FIRST, MIDDLE, LAST)
        )
        return Forecast(
            invoice.id, on=on, early=early, late=late, late_risk=spread.share_after(0),
            very_late_risk=spread.share_after(VERY_LATE_DAYS),
            own=len(self._own.get(invoice.customer_id, ())),
        )  # fmt: skip

    def naive(self, invoice: Awaited) -> date:
        """The due date and the mean lateness: what the forecast is measured against."""
        known = self._own.get(invoice.customer_id) or self._book
        return invoice.expected + timedelta(days=round(sum(known) / len(known)))

    def spread(self, customer_id: str) -> Spread:
        """How late this customer pays, shrunk towards the whole book. There must be enough."""
        assert not self.lacking, "ask for what is lacking first"
        own, whole = self._own.get(customer_id, ()), len(self._book)
        parts = [(late, BOOK_WEIGHT) for late in self._book]
        return Spread(parts + [(late, whole) for late in own])


@dataclass(frozen=True, slots=True)
class _Try:
    late: int
    quantiles: tuple[int, ...]
    error: int
    naive_error: int
    risk: float


def tried(
    paid: Iterable[Paid], *, asked_on: Callable[[Paid], date] = lambda one: one.invoice.issued
) -> Trial | None:
    """Forecast every invoice of the past on what was known when the day began on which it is
    asked about; None where there was never enough."""
    every = list(paid)
    known = deque(sorted(every, key=lambda one: (one.on, one.invoice.id)))
    habits, tries, too_early = Habits(), [], 0
    for one in sorted(every, key=lambda one: (asked_on(one), one.invoice.id)):
        while known and known[0].on < asked_on(one):
            habits.learn(known.popleft())
        if habits.lacking:
            too_early += 1
        else:
            tries.append(_try(habits, one))
    return _trial(tries, too_early) if tries else None


def _try(habits: Habits, one: Paid) -> _Try:
    spread = habits.spread(one.invoice.customer_id)
    quantiles = tuple(spread.quantile(level) for level in LEVELS)
    return _Try(
        late=one.late_days, quantiles=quantiles,
        error=abs(one.late_days - spread.quantile(MIDDLE)),
        naive_error=abs((one.on - habits.naive(one.invoice)).days), risk=spread.share_after(0),
    )  # fmt: skip


def _trial(tries: Sequence[_Try], too_early: int) -> Trial:
    count = len(tries)
    levels = tuple(
        Level(
            stated,
            before=sum(one.late < one.quantiles[place] for one in tries) / count,
            until=sum(one.late <= one.quantiles[place] for one in tries) / count,
        )
        for place, stated in enumerate(LEVELS)
    )
    return Trial(
        tried=count,
        too_early=too_early,
        error_days=sum(one.error for one in tries) / count,
        naive_error_days=sum(one.naive_error for one in tries) / count,
        levels=levels,
        late_stated=sum(one.risk for one in tries) / count,
        late_seen=sum(one.late > 0 for one in tries) / count,
    )
