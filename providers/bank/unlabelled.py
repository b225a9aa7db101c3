"""Lines of a table that only tell a balance and do not say so: by the arithmetic, or not at all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from providers.bank import running
from providers.bank.header_words import is_about_balance
from providers.bank.mapping import Mapping
from providers.bank.refusal import BadStatement
from providers.bank.table import Row

FACTS = frozenset({
    "date", "value_date", "amount", "credit", "debit", "direction", "balance", "currency",
    "account", "status", "fee", "original_amount", "original_currency",
})  # fmt: skip
"""What a line may hold and still say nothing of what it is for."""
TWO = 2


@dataclass(frozen=True, slots=True)
class Standing:
    """The numbers of the `lines` that only tell a balance, and where no column of balances does the
    opening and the closing one that they prove."""

    lines: frozenset[int] = frozenset()
    ends: tuple[Decimal, Decimal] | None = None


def standing(
    rows: Sequence[Row], mapping: Mapping, moved: Sequence[Decimal],
    balances: Sequence[Decimal | None],
) -> Standing:  # fmt: skip
    """Of one account's lines, in the order of the file, those that say nothing beside a day and an
    amount, which is a balance: because the others lead from one to the next, or the running balance
    is right only without them. `moved` are the amounts as they would be movements. Raises
    BadStatement for one that may be either."""
    quiet = _quiet(rows, mapping)
    if len(quiet) == len(rows):
        return Standing()
    if any(it is not None for it in balances):
        return _by_balances(rows, moved, balances, quiet)
    return _by_amounts(rows, mapping, moved, quiet)


def _by_balances(
    rows: Sequence[Row], moved: Sequence[Decimal], balances: Sequence[Decimal | None],
    quiet: frozenset[int],
) -> Standing:  # fmt: skip
    same = {n for n in quiet if moved[n] and moved[n] == balances[n]}
    rest = [Decimal(0) if n in same else part for n, part in enumerate(moved)]
    if not same or not running.proved(balances, rest):
        return Standing()
    if running.proved(balances, moved):
        _refuse(rows, moved, same)
        return Standing()
    return Standing(frozenset(rows[n].line for n in same))


def _by_amounts(
    rows: Sequence[Row], mapping: Mapping, moved: Sequence[Decimal], quiet: frozenset[int]
) -> Standing:
    told = [part if n in quiet else None for n, part in enumerate(moved)]
    parts = [Decimal(0) if n in quiet else part for n, part in enumerate(moved)]
    ends = running.proved(told, parts) if len(quiet) >= TWO else None
    between = [n for n in range(min(quiet, default=0), max(quiet, default=0)) if n not in quiet]
    at_ends = quiet & {0, len(rows) - 1}
    fits = ends is not None and bool(at_ends) and any(parts[n] for n in between)
    if fits and len(between) >= TWO:
        return Standing(frozenset(rows[n].line for n in quiet), ends)
    if fits or not mapping.header:  # one amount between two others may fit by chance
        _refuse(rows, moved, at_ends)
    return Standing()


def _refuse(rows: Sequence[Row], moved: Sequence[Decimal], places: Collection[int]) -> None:
    for place in sorted(places):
        if moved[place] > 0:
            raise BadStatement(
                f"line {rows[place].line}: {moved[place]} says nothing of what it is for, and"
                " may be a balance or a payment: take that line out if it is a balance; if it is a"
                " payment, write what it is for"
            )


def _quiet(rows: Sequence[Row], mapping: Mapping) -> frozenset[int]:
    """The places of lines without a text, but for what all say and for the word for a balance."""
    facts = {place for role in FACTS for place in mapping.columns.get(role, ())}
    width = max((len(row.cells) for row in rows), default=0)
    free = [place for place in range(width) if place not in facts]
    telling = [place for place in free if len({row.cell(place) for row in rows}) > 1]
    said = [[cell for place in telling if (cell := row.cell(place))] for row in rows]
    return frozenset(place for place, texts in enumerate(said) if all(map(is_about_balance, texts)))
