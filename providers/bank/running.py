"""A running balance: what it was, plus what moved, is what it is, on every line that has one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal


def proved(
    balances: Sequence[Decimal | None], parts: Sequence[Decimal]
) -> tuple[Decimal, Decimal] | None:
    """Opening and closing balance where the balances follow from the movements, read from either
    end of the list; None where they do not. A line without a balance counts for the next one."""
    for step in (1, -1):
        if found := forward(balances[::step], parts[::step]):
            return found
    return None


def broken(
    balances: Sequence[Decimal | None], parts: Sequence[Decimal]
) -> tuple[int, Decimal, Decimal]:
    """The place of the first balance that does not follow, what it should be, and what it is."""
    standing: Decimal | None = None
    moved = Decimal(0)
    for place, (balance, part) in enumerate(zip(balances, parts, strict=True)):
        moved += part
        if balance is None:
            continue
        if standing is not None and standing + moved != balance:
            return place, standing + moved, balance
        standing, moved = balance, Decimal(0)
    raise AssertionError("asked for the break of a balance that runs")


def forward(
    balances: Sequence[Decimal | None], parts: Sequence[Decimal]
) -> tuple[Decimal, Decimal] | None:
    """The same, read from the top of the list alone."""
    opening: Decimal | None = None
    standing = Decimal(0)
    for balance, part in zip(balances, parts, strict=True):
        standing += part
        if balance is None:
            continue
        if opening is None:
            opening, standing = balance - standing, balance
        elif standing != balance:
            return None
    return None if opening is None else (opening, standing)
