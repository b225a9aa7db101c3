"""Who to turn to first: customers in the order of points, each point with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

from providers.money import Money

AMOUNT_POINTS, AGE_POINTS, RISK_POINTS, PROMISE_POINTS = 40, 25, 20, 15
"""The most that each gives: a hundred together."""
AGE_DAYS_FULL = 90
POINTS_A_PROMISE = 5
WHOLE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Debt:
    """What a customer owes in one currency that is past due. `very_late_risk` is the chance, from
    0 to 1 and weighted by amount, that it stays open more than 30 days past its due dates; None
    where there is too little to tell it from."""

    customer_id: str
    name: str
    overdue: Money
    oldest_days: int
    invoices: int
    very_late_risk: float | None = None
    broken_promises: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """`points` of the rank, and what they are for."""

    points: int
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """`place` counts from 1 in each currency: amounts of two currencies are not compared."""

    place: int
    debt: Debt
    points: tuple[Point, ...]

    @property
    def total(self) -> int:
        return sum(point.points for point in self.points)


def ranked(debts: Iterable[Debt]) -> list[Row]:
    """Most points first, by currency; the same debts always give the same order."""
    rows: list[Row] = []
    by_currency = sorted(debts, key=lambda debt: debt.overdue.currency)
    for _, group in groupby(by_currency, key=lambda debt: debt.overdue.currency):
        same = list(group)
        most = max(debt.overdue.amount for debt in same)
        scored = sorted((Row(0, debt, _points(debt, most)) for debt in same), key=_order)
        rows += [Row(place, row.debt, row.points) for place, row in enumerate(scored, start=1)]
    return rows


def _order(row: Row) -> tuple[int, Decimal, int, str]:
    debt = row.debt
    return (-row.total, -debt.overdue.amount, -debt.oldest_days, debt.customer_id)


def _points(debt: Debt, most: Decimal) -> tuple[Point, ...]:
    age = Decimal(min(debt.oldest_days, AGE_DAYS_FULL)) / AGE_DAYS_FULL
    promises = min(PROMISE_POINTS, POINTS_A_PROMISE * debt.broken_promises)
    found = [
        Point(_of(AMOUNT_POINTS, debt.overdue.amount / most), f"{debt.overdue} overdue"),
        Point(_of(AGE_POINTS, age), f"the oldest is {debt.oldest_days} days late"),
    ]
    if debt.very_late_risk is None:
        found.append(Point(0, "not enough data for a forecast"))
    else:
        risk = Decimal(str(debt.very_late_risk))
        why = f"{risk:.0%} chance that it stays open more than 30 days past its due dates"
        found.append(Point(_of(RISK_POINTS, risk), why))
    if promises:
        found.append(Point(promises, f"{debt.broken_promises} broken promises"))
    return tuple(found)


def _of(most: int, share: Decimal) -> int:
    return int((most * share).quantize(WHOLE, ROUND_HALF_UP))
