"""What a customer's own past says about it: how long it is one, how it pays, what it is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from providers.money import Money

ON_TIME_DAYS = 3
"""A payment this many days after the due date counts as on time: banks take that long."""
KNOWN_FROM = 3
"""So many paid invoices say how somebody pays; fewer say nothing."""
RELIABLE_SHARE = Decimal("0.9")
CHRONIC_DAYS = 15
CHRONIC_SHARE = Decimal("0.4")
YEAR = timedelta(days=365)
UNSEEN = timedelta(days=366)
"""Whose first known invoice is no later than so long after the day from which the past was read may
have been a customer before it."""


class Payer(StrEnum):
    """How somebody pays, from the invoices paid so far."""

    NEW = "new"
    RELIABLE = "reliable"
    MIXED = "mixed"
    CHRONIC = "chronic"


@dataclass(frozen=True, slots=True)
class PaidInvoice:
    """An invoice that was paid in full; `paid_on` is the day of the last payment."""

    issued: date
    due: date
    paid_on: date
    total: Money

    @property
    def days_late(self) -> int:
        """Days from the due date to the payment; zero where it came before."""
        return max(0, (self.paid_on - self.due).days)


@dataclass(frozen=True, slots=True)
class Standing:
    """The past of one customer in one currency.

    `since` is the day of its first invoice that is known. `on_time_share` (0 to 1), the mean days
    late and `trend_days` (the mean of the newer half of the paid invoices less that of the older
    half; above zero it pays later than it used to) are None below three paid invoices. `year` is
    what it was invoiced in the last 365 days. With `is_cut` the past was not read far enough back
    to know the first invoice: it has been a customer since `since` at least.
    """

    since: date | None = None
    paid: int = 0
    on_time_share: Decimal | None = None
    mean_days_late: Decimal | None = None
    trend_days: Decimal | None = None
    year: Money | None = None
    promises_kept: int = 0
    promises_broken: int = 0
    is_cut: bool = False

    @property
    def payer(self) -> Payer:
        share, late = self.on_time_share, self.mean_days_late
        if share is None or late is None:
            return Payer.NEW
        if late >= CHRONIC_DAYS or share <= CHRONIC_SHARE:
            return Payer.CHRONIC
        if share >= RELIABLE_SHARE and not self.promises_broken:
            return Payer.RELIABLE
        return Payer.MIXED

    def years(self, today: date) -> int:
        """Whole years since the first invoice; where that is not known, so many at least."""
        return (today - self.since).days // (366 if self.is_cut else 365) if self.since else 0

    def words(self, today: date) -> str:
        """In words, with the values."""
        told = [f"payer {self.payer}"]
        if self.since:
            years = self.years(today)
            more = "more than " if self.is_cut else ""
            long = f" ({more}{counted(years, 'year')})" if years else ""
            told.append(f"customer since {self.since}{' or before' if self.is_cut else ''}{long}")
        told.append(counted(self.paid, "paid invoice"))
        if self.on_time_share is not None:
            told.append(f"{self.on_time_share:.0%} on time, {self.mean_days_late:.1f} days late")
        if self.trend_days:
            told.append(f"trend {self.trend_days:+.1f} days")
        if self.year:
            told.append(f"invoiced {self.year} in a year")
        if self.promises_kept or self.promises_broken:
            told.append(f"promises kept {self.promises_kept}, broken {self.promises_broken}")
        return ", ".join(told)


NOTHING_KNOWN = Standing()


def standing_of(
    paid: Sequence[PaidInvoice], owed: Sequence[tuple[date, Money]], today: date, currency: str, *,
    kept: int = 0, broken: int = 0, read_from: date | None = None,
) -> Standing:  # fmt: skip
    """The standing on a day. `owed` are (issued, total) of the invoices still open; `read_from` is
    the day from which the past was read, None where nothing before it is missing."""
    issued = [(it.issued, it.total) for it in paid] + list(owed)
    ordered = sorted(paid, key=lambda it: (it.paid_on, it.issued))
    known = len(ordered) >= KNOWN_FROM
    on_time = sum(it.days_late <= ON_TIME_DAYS for it in ordered)
    half = len(ordered) // 2
    since = min((day for day, _ in issued), default=None)
    return Standing(
        since=since,
        is_cut=bool(since and read_from and since <= read_from + UNSEEN),
        paid=len(ordered),
        on_time_share=_ratio(on_time, len(ordered)) if known else None,
        mean_days_late=_mean(ordered) if known else None,
        trend_days=_mean(ordered[half:]) - _mean(ordered[:half]) if known else None,
        year=Money.total([total for day, total in issued if day > today - YEAR], currency),
        promises_kept=kept,
        promises_broken=broken,
    )


def counted(number: int, noun: str) -> str:
    """So many of something, such as `1 year` and `2 years`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _mean(paid: Sequence[PaidInvoice]) -> Decimal:
    return _ratio(sum(it.days_late for it in paid), len(paid))


def _ratio(part: int, whole: int) -> Decimal:
    return (Decimal(part) / Decimal(whole)).quantize(Decimal("0.0001"))
